using System.Buffers;
using System.Runtime.Intrinsics;
using Minisim.Numerics;
using Minisim.Random;
using Minisim.Scenes;

namespace Minisim.Steps;

public sealed partial record Vasculature
{
    /// <summary>Length of blood that light crosses at every pixel, µm: <c>2·√(r² − d²)</c> within distance d &lt; r of a
    /// segment's axis; overlapping segments add.</summary>
    /// <param name="segments">Segments, µm; pixel (row, column) is at (row·p, column·p).</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="pixelSizeUm">p, µm.</param>
    /// <returns>(row, column), row-major.</returns>
    public static double[] PathLengthUm(IReadOnlyList<VesselSegment> segments, int height, int width, double pixelSizeUm) =>
        PathLengthUm([.. segments.Select(Capsule.Of)], height, width, 0, 0, pixelSizeUm, new ParallelOptions())[..(height * width)];

    /// <summary>Share of light that passes blood of some length: <c>1 − opacity·(1 − e^(−k·L))</c>.</summary>
    /// <param name="pathLengthUm">L, µm.</param>
    /// <param name="opacity">Largest share taken away.</param>
    /// <param name="absorptionPerUm">k, 1/µm.</param>
    public static double Transmission(double pathLengthUm, double opacity, double absorptionPerUm) =>
        1 + opacity * PortableMath.ExpM1(-absorptionPerUm * pathLengthUm);

    /// <summary>Share of a footprint's light that a mask takes: <c>1 − Σ F·M / Σ F</c>; 0 for a dark footprint.</summary>
    /// <param name="footprint">F, on the mask's grid; what lies outside is left out.</param>
    /// <param name="mask">M (row, column).</param>
    /// <param name="height">Rows of the mask.</param>
    /// <param name="width">Columns of the mask.</param>
    public static double VesselOverlap(Footprint footprint, ReadOnlySpan<float> mask, int height, int width)
    {
        double light = 0, passed = 0;
        int firstCol = Math.Max(0, -footprint.Col), lastCol = Math.Min(footprint.Width, width - footprint.Col);
        for (var row = Math.Max(0, -footprint.Row); row < Math.Min(footprint.Height, height - footprint.Row); row++)
            for (var col = firstCol; col < lastCol; col++)
            {
                double weight = footprint.Values[row * footprint.Width + col];
                light += weight;
                passed += weight * mask[(footprint.Row + row) * width + footprint.Col + col];
            }
        return light > 0 ? 1 - passed / light : 0;
    }

    /// <summary>Transmission of a layer before its blur, on the canvas and <paramref name="Border"/> px around it.</summary>
    internal sealed record SharpMask(float[] Values, int Border);

    // The values go into the array that is given, which may be longer.
    // The vessels are drawn on the canvas and as far around it as the blur reaches, instead of repeating the canvas's outermost
    // pixels: those differ with the margin, the vessels do not, so the mask in view is the same bytes with any margin.
    internal static SharpMask Draw(VesselLayer layer, ulong seed, uint index, Grid grid, int border, ParallelOptions parallelism, Func<int, double>? widening = null, float[]? into = null)
    {
        double fovHeightUm = grid.FovHeight * grid.PixelSizeUm, fovWidthUm = grid.FovWidth * grid.PixelSizeUm;
        var trees = new VesselTree[layer.NRoots];
        Parallel.For(0, trees.Length, parallelism, root =>
            trees[root] = Grow(new Draws(seed, RandomStream.Vessels, (uint)root, index), layer, fovHeightUm, fovWidthUm));

        var capsules = new List<Capsule>();
        for (var root = 0; root < trees.Length; root++)
        {
            var tree = trees[root];
            var factor = widening?.Invoke(root) ?? 1;
            capsules.Add(Capsule.Ray(tree.Entry, new Lateral(-tree.Heading.Y, -tree.Heading.X), tree.RadiusUm * factor));
            foreach (var segment in tree.Segments) capsules.Add(Capsule.Of(segment) with { RadiusUm = segment.RadiusUm * factor });
        }
        int height = grid.Height + 2 * border, width = grid.Width + 2 * border;
        var pathLength = PathLengthUm([.. capsules], height, width, (height - 1) / 2.0, (width - 1) / 2.0, grid.PixelSizeUm, parallelism);
        var sharp = into ?? new float[height * width];
        Parallel.For(0, height, parallelism, row =>
        {
            for (var i = row * width; i < (row + 1) * width; i++)
                sharp[i] = pathLength[i] > 0 ? (float)Transmission(pathLength[i], layer.Opacity, layer.AbsorptionPerUm) : 1;
        });
        ArrayPool<double>.Shared.Return(pathLength);
        return new SharpMask(sharp, border);
    }

    /// <summary>The blurred transmission of one layer.</summary>
    /// <param name="layer">Its vessels.</param>
    /// <param name="seed">Seed of the recording.</param>
    /// <param name="index">Place of the layer.</param>
    /// <param name="grid">Canvas.</param>
    /// <param name="sigmaPx">Blur, px.</param>
    /// <param name="parallelism">Threads.</param>
    /// <param name="widening">Factor on the radii of a root's tree; null: 1.</param>
    internal static float[] LayerMask(VesselLayer layer, ulong seed, uint index, Grid grid, double sigmaPx, ParallelOptions parallelism, Func<int, double>? widening = null)
    {
        var border = FootprintOptics.GaussianRadius(sigmaPx);
        var sharp = ArrayPool<float>.Shared.Rent(checked((grid.Height + 2 * border) * (grid.Width + 2 * border)));
        var mask = Blur(Draw(layer, seed, index, grid, border, parallelism, widening, sharp), grid, sigmaPx, parallelism);
        ArrayPool<float>.Shared.Return(sharp);
        return mask;
    }

    internal static float[] Blur(SharpMask sharp, Grid grid, double sigmaPx, ParallelOptions parallelism)
    {
        var kernel = GaussianBlur.Kernel(sigmaPx);
        int width = grid.Width + 2 * sharp.Border, spare = sharp.Border - kernel.Length / 2;
        var mask = GaussianBlur.Valid((row, line) => sharp.Values.AsSpan((row + spare) * width + spare, line.Length).CopyTo(line), grid.Height, grid.Width, kernel, parallelism);
        // The float weights sum to 1 only within rounding; a mask lets through no more light than there is.
        for (var i = 0; i < mask.Length; i++) mask[i] = Math.Min(mask[i], 1);
        return mask;
    }

    // A round-capped rod from (Y, X) along E, or, as a ray, without end: |E| = 1 and t is not bounded above.
    private readonly record struct Capsule(double Y, double X, double Ey, double Ex, double RadiusUm, bool IsRay)
    {
        public static Capsule Of(VesselSegment s) => new(s.Y0, s.X0, s.Y1 - s.Y0, s.X1 - s.X0, s.RadiusUm, false);
        public static Capsule Ray(Lateral from, Lateral along, double radiusUm) => new(from.Y, from.X, along.Y, along.X, radiusUm, true);
    }

    // At least so many pixels, from the shared pool.
    private static double[] PathLengthUm(Capsule[] capsules, int height, int width, double originRow, double originCol, double p, ParallelOptions parallelism)
    {
        var length = ArrayPool<double>.Shared.Rent(checked(height * width));
        const int band = 32;
        // Bands of rows, not vessels, are shared out: every pixel adds its vessels in the same order.
        Parallel.For(0, (height + band - 1) / band, parallelism, b =>
        {
            int top = b * band, bottom = Math.Min(height, top + band);
            Array.Clear(length, top * width, (bottom - top) * width);
            foreach (var capsule in capsules) Add(capsule, length, width, top, bottom, originRow, originCol, p);
        });
        return length;
    }

    private static void Add(in Capsule c, double[] length, int width, int top, int bottom, double originRow, double originCol, double p)
    {
        double r = c.RadiusUm, r2 = r * r;
        // A ray ends, for the box of pixels to visit only, where no pixel of the raster can lie any more.
        var reach = c.IsRay ? 1e7 : 1;
        double endY = c.Y + reach * c.Ey, endX = c.X + reach * c.Ex;
        var firstRow = ToIndex(Math.Floor((Math.Min(c.Y, endY) - r) / p + originRow), top, bottom);
        var lastRow = ToIndex(Math.Ceiling((Math.Max(c.Y, endY) + r) / p + originRow) + 1, top, bottom);
        if (firstRow >= lastRow) return;
        var firstCol = ToIndex(Math.Floor((Math.Min(c.X, endX) - r) / p + originCol), 0, width);
        var lastCol = ToIndex(Math.Ceiling((Math.Max(c.X, endX) + r) / p + originCol) + 1, 0, width);
        var squared = c.Ey * c.Ey + c.Ex * c.Ex;
        var inverse = squared > 0 ? 1 / squared : 0;
        var farthest = c.IsRay ? double.PositiveInfinity : 1;
        for (var row = firstRow; row < lastRow; row++)
        {
            var dy = (row - originRow) * p - c.Y;
            var col = firstCol;
            // The same operations on four pixels at once.
            for (; col <= lastCol - 4; col += 4)
            {
                var dx = (Vector256.Create((double)col, col + 1, col + 2, col + 3) - Vector256.Create(originCol)) * p - Vector256.Create(c.X);
                var t = Vector256.Min(Vector256.Max((Vector256.Create(dy * c.Ey) + dx * c.Ex) * inverse, Vector256<double>.Zero), Vector256.Create(farthest));
                Vector256<double> offY = Vector256.Create(dy) - t * c.Ey, offX = dx - t * c.Ex;
                var rest = Vector256.Create(r2) - (offY * offY + offX * offX);
                var inside = Vector256.GreaterThan(rest, Vector256<double>.Zero);
                if (inside == Vector256<double>.Zero) continue;
                ref var at = ref length[row * width + col];
                var sum = Vector256.LoadUnsafe(ref at);
                Vector256.ConditionalSelect(inside, sum + 2 * Vector256.Sqrt(rest), sum).StoreUnsafe(ref at);
            }
            for (; col < lastCol; col++)
            {
                var dx = (col - originCol) * p - c.X;
                var t = Math.Min(Math.Max((dy * c.Ey + dx * c.Ex) * inverse, 0), farthest);
                double offY = dy - t * c.Ey, offX = dx - t * c.Ex;
                var rest = r2 - (offY * offY + offX * offX);
                if (rest > 0) length[row * width + col] += 2 * Math.Sqrt(rest);
            }
        }
    }

    private static int ToIndex(double value, int min, int max) => (int)Math.Min(Math.Max(value, min), max);
}
