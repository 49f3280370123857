using System.Text.Json;
using Minisim.Formats.Estimates;
using Minisim.Metrics;

namespace Minisim.Native;

/// <summary>Footprints in a caller's arrays.</summary>
internal static unsafe class CallerFootprints
{
    public static SparseFootprints Dense(NativeArray* dense)
    {
        Arrays.Check(dense, 3, "footprints");
        int units = Arrays.Length(dense, 0, "footprints"), height = Arrays.Length(dense, 1, "footprints"), width = Arrays.Length(dense, 2, "footprints");
        var builder = new SparseFootprints.Builder(height, width);
        var image = new double[checked(height * width)];
        for (var u = 0; u < units; u++)
        {
            Arrays.Image((byte*)dense->Data + u * dense->Strides[0], dense->Strides[1], dense->Strides[2], dense->Type, height, width, image);
            builder.AddDense(image);
        }
        return builder.Build();
    }

    public static SparseFootprints Columns(int height, int width, bool columnMajor, NativeArray* data, NativeArray* indices, NativeArray* indptr)
    {
        if (height < 0 || width < 0 || (long)height * width > int.MaxValue) throw new ArgumentException($"a field of {height} × {width} is none");
        Arrays.Check(data, 1, "data");
        Arrays.Check(indices, 1, "indices");
        Arrays.Check(indptr, 1, "indptr");
        var (weights, pixels, starts) = (Arrays.Flat(data, "data"), Arrays.Flat(indices, "indices"), Arrays.Flat(indptr, "indptr"));
        if (weights.Length != pixels.Length) throw new ArgumentException($"data has {weights.Length} entries, indices {pixels.Length}");
        if (starts.Length == 0 || starts[0] != 0 || starts[^1] != weights.Length) throw new ArgumentException($"indptr must go from 0 to the {weights.Length} entries");
        var builder = new SparseFootprints.Builder(height, width);
        for (var u = 0; u + 1 < starts.Length; u++)
        {
            if (!(starts[u + 1] >= starts[u] && starts[u + 1] <= weights.Length)) throw new ArgumentException("indptr must not decrease");
            int from = (int)starts[u], count = (int)starts[u + 1] - from;
            var at = new int[count];
            for (var i = 0; i < count; i++)
            {
                var pixel = pixels[from + i];
                if (!(pixel >= 0 && pixel < (double)height * width)) throw new ArgumentException($"pixel {pixel} lies outside a field of {height} × {width}");
                var p = (int)pixel;
                at[i] = columnMajor ? p % height * width + p / height : p;
            }
            builder.Add(at, weights.AsSpan(from, count));
        }
        return builder.Build();
    }

    public static void Mask(SparseFootprints footprints, int unit, double level, byte* target, long bytes)
    {
        if ((uint)unit >= (uint)footprints.Count) throw new ArgumentException($"unit {unit} is not among the {footprints.Count}");
        var pixels = footprints.Height * footprints.Width;
        if (bytes != pixels) throw new ArgumentException($"a mask of {footprints.Height} × {footprints.Width} needs {pixels} bytes, not {bytes}");
        Abi.Need(target, "target");
        new Span<byte>(target, pixels).Clear();
        foreach (var pixel in RoiBaseline.Mask(footprints, unit, level)) target[pixel] = 1;
    }
}

/// <summary>Pairs of units that a caller gives.</summary>
internal static unsafe class Pairs
{
    public static (int Estimate, int True)[] Of(int* pairs, int count, int estimates, int truths)
    {
        if (count < 0) throw new ArgumentException($"count = {count}: must not be negative");
        if (count > 0) Abi.Need(pairs, "pairs");
        var result = new (int, int)[count];
        for (var i = 0; i < count; i++)
        {
            var (e, t) = (pairs[2 * i], pairs[2 * i + 1]);
            if ((uint)e >= (uint)estimates || (uint)t >= (uint)truths) throw new ArgumentException($"pair ({e}, {t}) is not within {estimates} estimates and {truths} true cells");
            result[i] = (e, t);
        }
        return result;
    }
}

/// <summary>Conventions and results of scores as JSON.</summary>
internal static unsafe class ScoreText
{
    public static ScoreOptions Options(string? json)
    {
        var options = JsonOptions.Parse(json, "metric", "threshold", "shift", "all_cells", "energy_fraction");
        var defaults = new ScoreOptions();
        var threshold = options.Number("threshold") ?? defaults.Threshold;
        if (!(threshold is >= 0 and <= 1)) throw new ArgumentException($"option \"threshold\" = {threshold}: must be in [0, 1]");
        return new ScoreOptions
        {
            Measure = options.Text("metric") is { } metric ? SimilarityMeasures.Parse(metric) : defaults.Measure,
            Threshold = threshold,
            Shift = Shift(options, defaults.Shift),
            AllCells = options.Flag("all_cells"),
            EnergyFraction = Fraction(options),
        };
    }

    private static double Fraction(JsonOptions options)
    {
        var fraction = options.Number("energy_fraction") ?? EnergyMask.DefaultFraction;
        return fraction is > 0 and <= 1 ? fraction : throw new ArgumentException($"option \"energy_fraction\" = {fraction}: must be in (0, 1]");
    }

    private static FootprintShift Shift(JsonOptions options, FootprintShift otherwise)
    {
        if (options.Find("shift") is not { } shift) return otherwise;
        if (shift.ValueKind == JsonValueKind.String && shift.GetString() is "auto") return FootprintShift.Auto;
        if (shift.ValueKind == JsonValueKind.String && shift.GetString() is "none") return FootprintShift.None;
        if (shift.ValueKind == JsonValueKind.Array && shift.GetArrayLength() == 2 && shift[0].ValueKind == JsonValueKind.Number && shift[1].ValueKind == JsonValueKind.Number
            && Math.Abs(shift[0].GetDouble()) < 1e6 && Math.Abs(shift[1].GetDouble()) < 1e6)
            // Half a pixel goes to the even one.
            return FootprintShift.Known((int)Math.Round(shift[0].GetDouble()), (int)Math.Round(shift[1].GetDouble()));
        throw new ArgumentException($"option \"shift\" = {shift.GetRawText()}: must be \"auto\", \"none\" or [dy, dx]");
    }

    public static string Match(SparseFootprints estimate, SparseFootprints truth, string? json, double* similarity)
    {
        var options = JsonOptions.Parse(json, "metric", "energy_fraction", "shift");
        var match = CellMatch.Find(estimate, truth, options.Text("metric") is { } metric ? SimilarityMeasures.Parse(metric) : SimilarityMeasure.Iou,
            Shift(options, FootprintShift.None), Fraction(options));
        if (similarity is not null) match.Similarity.ToDense().Values.CopyTo(new Span<double>(similarity, checked(match.NEst * match.NTrue)));
        return Json.Write(w =>
        {
            w.WriteStartObject();
            w.WriteStartArray("pairs");
            foreach (var pair in match.Pairs)
            {
                w.WriteStartArray();
                w.WriteNumberValue(pair.Estimate);
                w.WriteNumberValue(pair.True);
                w.WriteNumberValue(pair.Similarity);
                w.WriteEndArray();
            }
            w.WriteEndArray();
            Json.Integers(w, "shift", [match.Shift.Dy, match.Shift.Dx]);
            w.WriteNumber("n_est", match.NEst);
            w.WriteNumber("n_true", match.NTrue);
            w.WriteEndObject();
        });
    }

    public static Estimate Open(string path, string? json)
    {
        var options = JsonOptions.Parse(json, "height", "width", "frames", "axes", "shifts", "accepted", "table", "follow_links", "max_memory");
        using var budget = options.Budget();
        int Length(string name) => options.Integer(name) is { } v ? v is >= 0 and <= int.MaxValue ? (int)v : throw new ArgumentException($"option \"{name}\" = {v}: must not be negative") : 0;
        var estimate = EstimateFile.Read(path, new EstimateHints
        {
            Height = Length("height"),
            Width = Length("width"),
            Frames = Length("frames"),
            ShiftsPath = options.Text("shifts"),
            Table = options.Text("table"),
            FollowLinks = options.Flag("follow_links"),
            AcceptedOnly = options.Flag("accepted"),
            Axes = options.Text("axes") switch
            {
                null or "auto" => MaskAxes.Auto,
                "yx" => MaskAxes.Yx,
                "xy" => MaskAxes.Xy,
                var other => throw new ArgumentException($"option \"axes\" = \"{other}\": must be auto, yx or xy"),
            },
        });
        return options.Flag("accepted") ? estimate.TakeAccepted() : estimate;
    }

    public static string Describe(Estimate estimate) => Json.Write(w =>
    {
        w.WriteStartObject();
        w.WriteString("name", estimate.Name);
        w.WriteString("format", estimate.Format);
        w.WriteNumber("n_units", estimate.Count);
        w.WriteNumber("height", estimate.Footprints.Height);
        w.WriteNumber("width", estimate.Footprints.Width);
        Json.Strings(w, "notes", estimate.Notes);
        w.WriteEndObject();
    });

    public static void Array(Estimate estimate, string name, double* target, long bytes, long* shape)
    {
        new Span<long>(shape, 4).Clear();
        if (name == "A")
        {
            var f = estimate.Footprints;
            (shape[0], shape[1], shape[2]) = (f.Count, f.Height, f.Width);
            var pixels = f.Height * f.Width;
            if (!Fits(target, bytes, 8L * f.Count * pixels, name)) return;
            for (var u = 0; u < f.Count; u++) f.Dense(u).CopyTo(new Span<double>(target + (long)u * pixels, pixels));
            return;
        }
        var table = name switch
        {
            "C" => estimate.C,
            "S" => estimate.S,
            "shifts" => estimate.Shifts,
            _ => throw new ArgumentException($"an estimate has no array \"{name}\"; there are A, C, S and shifts"),
        };
        if (table is null) return;
        (shape[0], shape[1]) = (table.Rows, table.Columns);
        if (Fits(target, bytes, 8L * table.Values.Length, name)) table.Values.CopyTo(new Span<double>(target, table.Values.Length));
    }

    private static bool Fits(double* target, long bytes, long needed, string name)
    {
        if (target is null) return false;
        return bytes == needed ? true : throw new ArgumentException($"{name} needs {needed} bytes, not {bytes}");
    }
}
