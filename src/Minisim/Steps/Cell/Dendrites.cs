using Minisim.Numerics;
using Minisim.Random;

namespace Minisim.Steps;

/// <summary>Proximal dendrites: tapering random walks that leave the soma and now and then bifurcate by Murray's law.</summary>
/// <remarks>A primary and its side branches fork at most twice each, branches of the second order do not: seven branches at
/// most. The distributions of area, extent and weight match the reference's (<c>shapes.json</c>); with two forks for a whole
/// primary, areas at 1 µm pixels come out 6 % too small.</remarks>
internal static class Dendrites
{
    private const double MeanCount = 5, LaunchJitterRad = 0.4, HeadingNoiseRad = 0.16, ShortestLength = 0.6, LongestLength = 1.25;
    private const int FewestPrimaries = 2, MostPrimaries = 9;
    private const int MostForks = 2, HighestForkingOrder = 1;
    private const double ForkProbability = 0.06, MainShare = 0.62, SideTurnRad = 0.7, SideLength = 0.8, FloorRadiusPx = 0.5;

    // Murray: r1³ + r2³ = r³ with r1³ = share·r³.
    private static readonly double MainRadius = PortableMath.Cbrt(MainShare), SideRadius = PortableMath.Cbrt(1 - MainShare);

    /// <summary>Farthest that a dendrite gets from the cell's centre, px.</summary>
    public static double ReachPx(double somaRadiusPx, double lengthPx, double widthPx) =>
        0.8 * somaRadiusPx + LongestLength * lengthPx + Math.Max(widthPx / 2, FloorRadiusPx) + 2;

    public static void Draw(FootprintWindow window, double row, double col, double somaRadiusPx, double lengthPx, double widthPx, Draws draws)
    {
        var growth = new Growth(window, widthPx / 2, draws);
        var count = Math.Clamp(draws.Poisson(0, MeanCount), FewestPrimaries, MostPrimaries);
        var turn = draws.Uniform(1, 0, 2 * Math.PI);
        for (var i = 0; i < count; i++)
        {
            var heading = turn + 2 * Math.PI * i / count + LaunchJitterRad * growth.Normal();
            var length = lengthPx * growth.Uniform(ShortestLength, LongestLength);
            growth.Branch(row + 0.8 * somaRadiusPx * PortableMath.Sin(heading), col + 0.8 * somaRadiusPx * PortableMath.Cos(heading),
                heading, length, widthPx / 2, order: 0);
        }
    }

    private sealed class Growth(FootprintWindow window, double halfWidthPx, Draws draws)
    {
        private uint _next = 2;

        public double Normal() => draws.Normal(_next++);
        public double Uniform(double min, double max) => draws.Uniform(_next++, min, max);

        /// <summary>Walks in steps of one pixel. The radius falls linearly from <paramref name="radius"/> to 0 at the last step; a
        /// fork shares the radius that the branch would have without its taper, so that a side branch starts thick and
        /// thins out over its own length.</summary>
        public void Branch(double y, double x, double heading, double length, double radius, int order)
        {
            int steps = (int)Math.Round(length), forks = 0;
            for (var step = 0; step < steps;)
            {
                Stamp(y, x, Math.Max(radius * (1 - step / Math.Max(steps - 1.0, 1)), FloorRadiusPx));
                heading += HeadingNoiseRad * Normal();
                y += PortableMath.Sin(heading);
                x += PortableMath.Cos(heading);
                step++;
                if (forks == MostForks || order > HighestForkingOrder || Uniform(0, 1) >= ForkProbability) continue;
                forks++;
                var side = Uniform(0, 1) < 0.5 ? -1 : 1;
                Branch(y, x, heading + side * SideTurnRad, SideLength * (steps - step), radius * SideRadius, order + 1);
                heading -= side * SideTurnRad / 2;
                radius *= MainRadius;
            }
        }

        private void Stamp(double y, double x, double radius)
        {
            var weight = (float)(0.05 + Math.Min(radius / halfWidthPx, 1) * 0.5);
            for (var r = (int)Math.Ceiling(y - radius); r <= y + radius; r++)
                for (var c = (int)Math.Ceiling(x - radius); c <= x + radius; c++)
                    if ((r - y) * (r - y) + (c - x) * (c - x) <= radius * radius)
                        window.Max(r, c, weight);
        }
    }
}
