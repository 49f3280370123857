using Minisim.Formats.Zarr;
using Minisim.Metrics;

namespace Minisim.Formats.Estimates;

/// <summary>minian: a folder of Zarr groups, each one variable and its coordinates; units are joined by <c>unit_id</c>.</summary>
internal sealed class MinianEstimate : EstimateFormat
{
    public override string Name => "minian";

    public override bool Recognizes(EstimateSource source) => source.IsFolder && Find(source.Path, "A") is not null;

    private static string? Find(string folder, string variable)
    {
        foreach (var store in (string[])[$"{variable}.zarr", variable])
            if (ZarrArray.Exists(Path.Combine(folder, store, variable))) return Path.Combine(folder, store);
        return null;
    }

    private sealed record Variable(double[] Values, string[] Axes, int[] Shape, Dictionary<string, double[]> Coordinates, Dictionary<string, string[]> Texts)
    {
        public int Axis(string name) => Array.IndexOf(Axes, name);
    }

    private static Variable? Open(string folder, string name, params string[] wanted)
    {
        if (Find(folder, name) is not { } store) return null;
        var path = Path.Combine(store, name);
        var array = ZarrArray.Open(path);
        if (!array.Attributes.TryGetProperty("_ARRAY_DIMENSIONS", out var named)) throw new EstimateFormatException(path, "does not name its axes (_ARRAY_DIMENSIONS).");
        string[] axes = [.. named.EnumerateArray().Select(e => e.GetString() ?? "")];
        if (axes.Length != array.Shape.Count || wanted.Except(axes).Any() || axes.Length != wanted.Length)
            throw new EstimateFormatException(path, $"has the axes ({string.Join(", ", axes)}), not ({string.Join(", ", wanted)}).");
        int[] shape = [.. array.Shape.Select(s => checked((int)s))];
        var values = array.ReadDoubles();
        // Into the wanted order.
        int[] from = [.. wanted.Select(a => Array.IndexOf(axes, a))];
        if (!from.SequenceEqual(Enumerable.Range(0, axes.Length))) (values, shape) = (Permute(values, shape, from), [.. from.Select(a => shape[a])]);
        var coordinates = new Dictionary<string, double[]>();
        var texts = new Dictionary<string, string[]>();
        foreach (var axis in wanted)
        {
            var at = Path.Combine(store, axis);
            if (!ZarrArray.Exists(at)) continue;
            var coordinate = ZarrArray.Open(at);
            if (coordinate.DataType.Kind == 'U') texts[axis] = coordinate.ReadStrings();
            else coordinates[axis] = coordinate.ReadDoubles();
        }
        return new Variable(values, wanted, shape, coordinates, texts);
    }

    private static double[] Permute(double[] values, int[] shape, int[] from)
    {
        var strides = new int[shape.Length];
        for (int a = shape.Length - 1, s = 1; a >= 0; s *= shape[a--]) strides[a] = s;
        var result = new double[values.Length];
        var index = new int[shape.Length];
        for (var to = 0; to < result.Length; to++)
        {
            var at = 0;
            for (var a = 0; a < index.Length; a++) at += index[a] * strides[from[a]];
            result[to] = values[at];
            for (var a = index.Length - 1; a >= 0 && ++index[a] == shape[from[a]]; a--) index[a] = 0;
        }
        return result;
    }

    public override Estimate Read(EstimateSource source, EstimateHints hints)
    {
        var notes = new List<string>();
        var a = Open(source.Path, "A", "unit_id", "height", "width")!;
        var (height, width) = (hints.Height > 0 ? hints.Height : a.Shape[1], hints.Width > 0 ? hints.Width : a.Shape[2]);
        // A cropped field says where it lies by its coordinates.
        var rows = Coordinate(a, "height", a.Shape[1], height);
        var columns = Coordinate(a, "width", a.Shape[2], width);
        if (rows is null || columns is null)
            throw new EstimateFormatException(source.Path, $"has footprints of {a.Shape[1]} × {a.Shape[2]} pixels that do not lie in a field of {height} × {width}.", "It belongs to another recording, or was computed on a downsampled movie.");
        if (a.Shape[1] != height || a.Shape[2] != width) notes.Add($"footprints of {a.Shape[1]} × {a.Shape[2]} pixels placed at ({rows[0]}, {columns[0]})");
        var builder = new SparseFootprints.Builder(height, width);
        var (pixels, weights) = (new List<int>(), new List<double>());
        for (var u = 0; u < a.Shape[0]; u++)
        {
            pixels.Clear();
            weights.Clear();
            for (var r = 0; r < a.Shape[1]; r++)
                for (var c = 0; c < a.Shape[2]; c++)
                {
                    var value = a.Values[(u * a.Shape[1] + r) * a.Shape[2] + c];
                    // NaN is xarray's padding.
                    if (double.IsNaN(value) || value == 0) continue;
                    pixels.Add(rows[r] * width + columns[c]);
                    weights.Add(value);
                }
            builder.Add([.. pixels], [.. weights]);
        }
        var units = a.Coordinates.GetValueOrDefault("unit_id") ?? [.. Enumerable.Range(0, a.Shape[0]).Select(i => (double)i)];

        Matrix? Traces(string name)
        {
            if (Open(source.Path, name, "unit_id", "frame") is not { } v) return null;
            var own = v.Coordinates.GetValueOrDefault("unit_id") ?? [.. Enumerable.Range(0, v.Shape[0]).Select(i => (double)i)];
            var rowOf = new Dictionary<double, int>();
            for (var i = 0; i < own.Length; i++) rowOf[own[i]] = i;
            var table = new Matrix(units.Length, v.Shape[1]);
            var missing = 0;
            for (var u = 0; u < units.Length; u++)
            {
                if (!rowOf.TryGetValue(units[u], out var row))
                {
                    missing++;
                    continue;
                }
                for (var t = 0; t < v.Shape[1]; t++)
                {
                    var value = v.Values[row * v.Shape[1] + t];
                    table[u, t] = double.IsNaN(value) ? 0 : value;
                }
            }
            if (missing > 0) notes.Add($"{missing} units have no {name}");
            return table;
        }

        Matrix? shifts = null;
        if (Open(source.Path, "motion", "frame", "shift_dim") is { } motion)
        {
            var names = motion.Texts.GetValueOrDefault("shift_dim") ?? ["height", "width"];
            int dy = Array.IndexOf(names, "height"), dx = Array.IndexOf(names, "width");
            if (motion.Shape[1] != 2 || dy < 0 || dx < 0) throw new EstimateFormatException(source.Path, $"motion has the shift_dim [{string.Join(", ", names)}], not [height, width].");
            shifts = new Matrix(motion.Shape[0], 2);
            for (var t = 0; t < shifts.Rows; t++) (shifts[t, 0], shifts[t, 1]) = (motion.Values[2 * t + dy], motion.Values[2 * t + dx]);
        }
        return new Estimate(builder.Build(), Traces("C"), Traces("S"), shifts) { Notes = notes };
    }

    // Whole-numbered places of an axis in the field; null where they do not fit.
    private static int[]? Coordinate(Variable v, string axis, int length, int field)
    {
        if (length == field) return [.. Enumerable.Range(0, length)];
        if (v.Coordinates.GetValueOrDefault(axis) is not { } at || at.Length != length) return null;
        return at.All(c => c >= 0 && c < field && c == Math.Floor(c)) ? [.. at.Select(c => (int)c)] : null;
    }
}
