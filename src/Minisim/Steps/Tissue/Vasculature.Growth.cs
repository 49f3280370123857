using Minisim.Numerics;
using Minisim.Random;

namespace Minisim.Steps;

/// <summary>A straight piece of vessel with round ends, all in µm.</summary>
/// <param name="Y0">Start, rows.</param>
/// <param name="X0">Start, columns.</param>
/// <param name="Y1">End, rows.</param>
/// <param name="X1">End, columns.</param>
/// <param name="RadiusUm">Radius.</param>
public readonly record struct VesselSegment(double Y0, double X0, double Y1, double X1, double RadiusUm);

/// <summary>A grown vessel: its trunk's entry into the FOV and the segments from there on.</summary>
/// <param name="Entry">Where the trunk crosses the edge of the FOV.</param>
/// <param name="Heading">Unit vector of the trunk there, inwards.</param>
/// <param name="RadiusUm">Radius of the trunk.</param>
/// <param name="Segments">In order of growth; the first starts at <paramref name="Entry"/>.</param>
internal sealed record VesselTree(Lateral Entry, Lateral Heading, double RadiusUm, IReadOnlyList<VesselSegment> Segments);

public sealed partial record Vasculature
{
    /// <summary>Most segments of one tree.</summary>
    internal const int MaxSegments = 2000;
    /// <summary>How far outside the FOV a branch still grows, µm: enough for what blur brings into view.</summary>
    internal const double ExitUm = 50;

    /// <summary>Murray's law for two children, <c>r1³ + r2³ = r³</c>: <c>r1 = r·a^(1/3)</c>, <c>r2 = r·(1 − a)^(1/3)</c>.</summary>
    /// <remarks>r = 22 µm, a = 0.7: 19.53 and 14.73 µm. Murray 1926, "The physiological principle of minimum
    /// work", PNAS 12: flow through a vessel of least cost grows with the cube of its radius.</remarks>
    /// <param name="radiusUm">Radius of the parent, µm.</param>
    /// <param name="areaMain">Share of the cube that the main child keeps, (0, 1).</param>
    public static (double Main, double Side) MurrayChildren(double radiusUm, double areaMain) =>
        (radiusUm * PortableMath.Cbrt(areaMain), radiusUm * PortableMath.Cbrt(1 - areaMain));

    // Grown against the FOV alone, so that a motion margin changes no vessel. exitUm is a parameter only for the comparison
    // with the reference, which ends branches at the edge itself.
    internal static VesselTree Grow(in Draws draws, VesselLayer layer, double fovHeightUm, double fovWidthUm, double exitUm = ExitUm)
    {
        const double degree = Math.PI / 180;
        double halfY = fovHeightUm / 2, halfX = fovWidthUm / 2;
        var edge = Math.Min((int)(draws.Uniform(0) * 4), 3);
        double place = draws.Uniform(1, -1, 1), lean = draws.Uniform(2, -1, 1);
        // Heading: angle from +x towards +y.
        var (entryY, entryX, heading) = edge switch
        {
            0 => (-halfY, place * halfX, Math.PI / 2 + lean * 45 * degree),
            1 => (halfY, place * halfX, -Math.PI / 2 + lean * 45 * degree),
            2 => (place * halfY, -halfX, lean * 72 * degree),
            _ => (place * halfY, halfX, Math.PI + lean * 72 * degree),
        };
        var inwards = new Lateral(PortableMath.Sin(heading), PortableMath.Cos(heading));

        var segments = new List<VesselSegment>();
        var waiting = new Stack<(double Y, double X, double Heading, double RadiusUm)>();
        waiting.Push((entryY, entryX, heading, layer.RootRadiusUm));
        double turnStep = layer.TortuosityDeg * degree, branchAngle = layer.BranchAngleDeg * degree;
        // A branch has fewer than 2048 steps of four draws; indices below 8192 are the root's own.
        for (uint branch = 1; waiting.Count > 0 && segments.Count < MaxSegments; branch++)
        {
            var (y, x, angle, radius) = waiting.Pop();
            for (uint step = 0; radius >= layer.MinRadiusUm && segments.Count < MaxSegments; step++)
            {
                var index = branch * 8192 + step * 4;
                angle += turnStep * draws.Normal(index);
                var length = layer.StepPerRadius * radius;
                double nextY = y + length * PortableMath.Sin(angle), nextX = x + length * PortableMath.Cos(angle);
                segments.Add(new VesselSegment(y, x, nextY, nextX, radius));
                (y, x) = (nextY, nextX);
                if (Math.Abs(y) > halfY + exitUm || Math.Abs(x) > halfX + exitUm) break;
                if (draws.Uniform(index + 1) >= layer.BranchProb) continue;
                var (main, side) = MurrayChildren(radius, layer.BranchAreaMain);
                var turn = draws.Uniform(index + 2) < 0.5 ? branchAngle : -branchAngle;
                waiting.Push((y, x, angle + turn * (radius / side), side));
                angle -= turn;
                radius = main;
            }
        }
        return new VesselTree(new(entryY, entryX), inwards, layer.RootRadiusUm, segments);
    }
}
