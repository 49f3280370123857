using Minisim.Scenes;

namespace Minisim.Metrics;

/// <summary>Footprints (unit, height, width) of which only the non-zero pixels are held: for every unit its pixel indices
/// <c>row·width + col</c>, ascending, and their weights.</summary>
public sealed class SparseFootprints
{
    private readonly int[] _starts, _pixels;
    private readonly double[] _weights;
    private double[]? _peaks;

    private SparseFootprints(int height, int width, int[] starts, int[] pixels, double[] weights, int nonFinite)
    {
        (Height, Width, _starts, _pixels, _weights, NonFinite) = (height, width, starts, pixels, weights, nonFinite);
    }

    /// <summary>Rows of the field of view.</summary>
    public int Height { get; }
    /// <summary>Columns of the field of view.</summary>
    public int Width { get; }
    /// <summary>Number of units.</summary>
    public int Count => _starts.Length - 1;
    /// <summary>Number of weights that were NaN or infinite and count as 0.</summary>
    public int NonFinite { get; }
    /// <summary>Number of stored pixels of all units.</summary>
    public int StoredPixels => _pixels.Length;

    /// <summary>Pixel indices of a unit, ascending.</summary>
    public ReadOnlySpan<int> Pixels(int unit) => _pixels.AsSpan(_starts[unit], _starts[unit + 1] - _starts[unit]);

    /// <summary>Weights of a unit, in the order of <see cref="Pixels"/>; never 0, never NaN.</summary>
    public ReadOnlySpan<double> Weights(int unit) => _weights.AsSpan(_starts[unit], _starts[unit + 1] - _starts[unit]);

    /// <summary>No unit at all.</summary>
    public static SparseFootprints Empty(int height, int width) => new(height, width, [0], [], [], 0);

    /// <summary>From a dense array (unit, height, width).</summary>
    /// <exception cref="ArgumentException">The length is not units × height × width.</exception>
    public static SparseFootprints FromDense(ReadOnlySpan<double> dense, int units, int height, int width)
    {
        if ((long)units * height * width != dense.Length)
            throw new ArgumentException($"{dense.Length} values are not {units} footprints of {height} × {width}", nameof(dense));
        var builder = new Builder(height, width);
        for (var u = 0; u < units; u++) builder.AddDense(dense.Slice(u * height * width, height * width));
        return builder.Build();
    }

    /// <summary>From a dense array (unit, height, width) of floats.</summary>
    /// <exception cref="ArgumentException">The length is not units × height × width.</exception>
    public static SparseFootprints FromDense(ReadOnlySpan<float> dense, int units, int height, int width)
    {
        if ((long)units * height * width != dense.Length)
            throw new ArgumentException($"{dense.Length} values are not {units} footprints of {height} × {width}", nameof(dense));
        var builder = new Builder(height, width);
        var one = new double[height * width];
        for (var u = 0; u < units; u++)
        {
            for (var i = 0; i < one.Length; i++) one[i] = dense[u * one.Length + i];
            builder.AddDense(one);
        }
        return builder.Build();
    }

    /// <summary>From patches; what lies outside height × width is dropped.</summary>
    public static SparseFootprints FromPatches(IEnumerable<Footprint> patches, int height, int width)
    {
        var builder = new Builder(height, width);
        foreach (var patch in patches) builder.AddPatch(patch);
        return builder.Build();
    }

    /// <summary>Some units only, in the given order.</summary>
    public SparseFootprints Take(IReadOnlyList<int> units)
    {
        var builder = new Builder(Height, Width);
        foreach (var u in units) builder.AddSorted(Pixels(u), Weights(u));
        return builder.Build(NonFinite);
    }

    /// <summary>All units moved by whole pixels, down and right for positive values; what leaves the field is lost.</summary>
    public SparseFootprints Shift(int dy, int dx)
    {
        if (dy == 0 && dx == 0) return this;
        var builder = new Builder(Height, Width);
        var pixels = new List<int>();
        var weights = new List<double>();
        for (var u = 0; u < Count; u++)
        {
            pixels.Clear();
            weights.Clear();
            var from = Pixels(u);
            var w = Weights(u);
            for (var i = 0; i < from.Length; i++)
            {
                int row = from[i] / Width + dy, col = from[i] % Width + dx;
                if (row < 0 || row >= Height || col < 0 || col >= Width) continue;
                pixels.Add(row * Width + col);
                weights.Add(w[i]);
            }
            builder.AddSorted(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(pixels), System.Runtime.InteropServices.CollectionsMarshal.AsSpan(weights));
        }
        return builder.Build(NonFinite);
    }

    /// <summary>The same footprints without their negative weights.</summary>
    public SparseFootprints ClipNegative()
    {
        if (!_weights.AsSpan().ContainsAnyInRange(double.NegativeInfinity, -double.Epsilon)) return this;
        var starts = new int[_starts.Length];
        var pixels = new List<int>(_pixels.Length);
        var weights = new List<double>(_pixels.Length);
        for (var u = 0; u < Count; u++)
        {
            for (var i = _starts[u]; i < _starts[u + 1]; i++)
            {
                if (!(_weights[i] > 0)) continue;
                pixels.Add(_pixels[i]);
                weights.Add(_weights[i]);
            }
            starts[u + 1] = pixels.Count;
        }
        return new SparseFootprints(Height, Width, starts, [.. pixels], [.. weights], NonFinite);
    }

    /// <summary>The sum of all footprints, dense (height, width).</summary>
    public double[] Sum()
    {
        var image = new double[Height * Width];
        for (var i = 0; i < _pixels.Length; i++) image[_pixels[i]] += _weights[i];
        return image;
    }

    /// <summary>One footprint, dense (height, width).</summary>
    public double[] Dense(int unit)
    {
        var image = new double[Height * Width];
        var pixels = Pixels(unit);
        var weights = Weights(unit);
        for (var i = 0; i < pixels.Length; i++) image[pixels[i]] = weights[i];
        return image;
    }

    /// <summary>Largest weight of a unit; 0 without pixels.</summary>
    public double Peak(int unit)
    {
        return (_peaks ??= Peaks())[unit];

        double[] Peaks()
        {
            var peaks = new double[Count];
            Parallel.For(0, peaks.Length, u =>
            {
                foreach (var w in Weights(u)) peaks[u] = Math.Max(peaks[u], w);
            });
            return peaks;
        }
    }

    /// <summary>Weighted centre (row, column) of the positive part; NaN without one.</summary>
    public (double Row, double Col) Centre(int unit)
    {
        double sum = 0, row = 0, col = 0;
        var pixels = Pixels(unit);
        var weights = Weights(unit);
        for (var i = 0; i < pixels.Length; i++)
        {
            if (weights[i] <= 0) continue;
            sum += weights[i];
            row += weights[i] * (pixels[i] / Width);
            col += weights[i] * (pixels[i] % Width);
        }
        return (row / sum, col / sum);
    }

    /// <summary>Collects footprints one by one.</summary>
    /// <param name="height">Rows of the field of view.</param>
    /// <param name="width">Columns of the field of view.</param>
    public sealed class Builder(int height, int width)
    {
        private readonly List<int> _starts = [0];
        private int[] _pixels = new int[256];
        private double[] _weights = new double[256];
        private int _count, _nonFinite;

        /// <summary>Adds a unit from pixels in any order; the weights of a pixel that comes twice are summed.</summary>
        /// <exception cref="ArgumentException">A pixel lies outside the field, or the lengths differ.</exception>
        public void Add(ReadOnlySpan<int> pixels, ReadOnlySpan<double> weights)
        {
            if (pixels.Length != weights.Length) throw new ArgumentException($"{pixels.Length} pixels but {weights.Length} weights");
            foreach (var p in pixels)
                if ((uint)p >= (uint)(height * width))
                    throw new ArgumentException($"pixel {p} lies outside a field of {height} × {width}", nameof(pixels));
            int[] at = pixels.ToArray();
            double[] with = weights.ToArray();
            Array.Sort(at, with);
            var merged = 0;
            for (var i = 0; i < at.Length; i++)
            {
                if (merged > 0 && at[merged - 1] == at[i]) with[merged - 1] += with[i];
                else (at[merged], with[merged++]) = (at[i], with[i]);
            }
            AddSorted(at.AsSpan(0, merged), with.AsSpan(0, merged));
        }

        /// <summary>Adds a unit from a dense image (height, width).</summary>
        public void AddDense(ReadOnlySpan<double> image)
        {
            if (image.Length != height * width) throw new ArgumentException($"{image.Length} values are not an image of {height} × {width}", nameof(image));
            for (var p = 0; p < image.Length; p++) Push(p, image[p]);
            _starts.Add(_count);
        }

        /// <summary>Adds a unit from a patch; what lies outside the field is dropped.</summary>
        public void AddPatch(Footprint patch)
        {
            for (var r = Math.Max(0, -patch.Row); r < patch.Height && patch.Row + r < height; r++)
                for (var c = Math.Max(0, -patch.Col); c < patch.Width && patch.Col + c < width; c++)
                    Push((patch.Row + r) * width + patch.Col + c, patch.Values[r * patch.Width + c]);
            _starts.Add(_count);
        }

        internal void AddSorted(ReadOnlySpan<int> pixels, ReadOnlySpan<double> weights)
        {
            for (var i = 0; i < pixels.Length; i++) Push(pixels[i], weights[i]);
            _starts.Add(_count);
        }

        private void Push(int pixel, double weight)
        {
            if (weight == 0) return;
            if (!double.IsFinite(weight))
            {
                _nonFinite++;
                return;
            }
            if (_count == _pixels.Length)
            {
                Array.Resize(ref _pixels, 2 * _count);
                Array.Resize(ref _weights, 2 * _count);
            }
            (_pixels[_count], _weights[_count]) = (pixel, weight);
            _count++;
        }

        /// <summary>All units added so far.</summary>
        public SparseFootprints Build() => Build(0);

        internal SparseFootprints Build(int nonFiniteBefore) =>
            new(height, width, [.. _starts], _pixels[.._count], _weights[.._count], _nonFinite + nonFiniteBefore);
    }
}
