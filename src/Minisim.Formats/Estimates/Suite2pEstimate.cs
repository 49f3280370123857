using Minisim.Formats.Matlab;
using Minisim.Formats.Numpy;
using Minisim.Metrics;

namespace Minisim.Formats.Estimates;

/// <summary>suite2p: the folder <c>suite2p/plane0</c>, its parents, the <c>stat.npy</c> in it, or <c>Fall.mat</c>. The trace is F − 0.7·Fneu;
/// the correction is (−yoff, −xoff).</summary>
internal sealed class Suite2pEstimate : EstimateFormat
{
    public override string Name => "suite2p";

    public override bool Recognizes(EstimateSource source) =>
        Planes(source.Path).Length > 0 || source.Matlab is { } file && file.Names.Contains("stat") && file.Names.Contains("F") && file["stat"] is MatCell or MatStruct;

    private static string[] Planes(string path)
    {
        if (File.Exists(path)) return Path.GetFileName(path) == "stat.npy" ? [Path.GetDirectoryName(Path.GetFullPath(path))!] : [];
        foreach (var folder in (string[])[path, Path.Combine(path, "suite2p")])
        {
            if (File.Exists(Path.Combine(folder, "stat.npy"))) return [folder];
            if (!Directory.Exists(folder)) continue;
            string[] planes = [.. Directory.GetDirectories(folder, "plane*").Where(p => File.Exists(Path.Combine(p, "stat.npy"))).Order(StringComparer.Ordinal)];
            if (planes.Length > 0) return planes;
        }
        return [];
    }

    /// <summary>What both ways of saving give.</summary>
    /// <param name="Where">Name of a file or variable, for reports.</param>
    /// <param name="Rois">Number of regions.</param>
    /// <param name="Roi">An array of a region: ypix, xpix, lam.</param>
    /// <param name="Table">F, Fneu, spks or iscell; null where missing.</param>
    /// <param name="Option">A number of ops.</param>
    /// <param name="Offsets">yoff or xoff.</param>
    private sealed record Parts(Func<string, string> Where, int Rois, Func<int, string, double[]?> Roi, Func<string, (int[] Shape, double[] Values)?> Table, Func<string, int?> Option, Func<string, double[]?> Offsets);

    public override Estimate Read(EstimateSource source, EstimateReading reading)
    {
        var planes = Planes(source.Path);
        if (planes.Length > 1) throw new EstimateFormatException(source.Path, $"holds {planes.Length} planes.", $"Name one of them, e.g. {planes[0]}.");
        return Read(planes.Length > 0 ? Folder(planes[0], reading) : Matlab(source.Matlab!), planes.Length > 0 ? planes[0] : source.Path, reading);
    }

    private Estimate Read(Parts parts, string path, EstimateReading reading)
    {
        var hints = reading.Hints;
        var (height, width) = (parts.Option("Ly") ?? hints.Height, parts.Option("Lx") ?? hints.Width);
        if (height <= 0 || width <= 0) throw new EstimateFormatException(path, "has no ops with Ly and Lx.", "Score it with its recording.");
        if (parts.Option("Ly") is null) reading.Note("ops does not say the shape of the field; the recording's is taken");
        MaskArrays.RequirePossible(parts.Rois, height, width, path);
        var stat = parts.Where("stat");
        var builder = new SparseFootprints.Builder(height, width);
        for (var k = 0; k < parts.Rois; k++)
        {
            if (parts.Roi(k, "ypix") is not { } y || parts.Roi(k, "xpix") is not { } x || parts.Roi(k, "lam") is not { } lam)
                throw new EstimateFormatException(stat, $"ROI {k} has no ypix, xpix and lam.");
            if (y.Length != x.Length || y.Length != lam.Length) throw new EstimateFormatException(stat, $"ROI {k} has {y.Length}, {x.Length} and {lam.Length} of ypix, xpix and lam.");
            var pixels = new int[y.Length];
            for (var i = 0; i < pixels.Length; i++)
            {
                if (!(y[i] >= 0 && y[i] < height && x[i] >= 0 && x[i] < width)) throw new EstimateFormatException(stat, $"ROI {k} has a pixel ({y[i]}, {x[i]}) outside {height} × {width}.");
                pixels[i] = (int)y[i] * width + (int)x[i];
            }
            builder.Add(pixels, lam);
        }
        var a = builder.Build();

        Matrix? Traces(string part, string name) => reading.Optional(part, name, () => parts.Table(name) is not { } t ? null
            : t.Shape is [var k, var frames] ? reading.Fit(part, name, new Matrix(k, frames, t.Values), a.Count)
            : throw new InvalidDataException($"it has shape ({string.Join(", ", t.Shape)}), not (unit, frame)"));
        var f = Traces(EstimateReading.Traces, "F");
        if (f is not null && reading.Optional("neuropil", "Fneu", () => parts.Table("Fneu") is { } t ? new Matrix(t.Shape[0], t.Shape[^1], t.Values) : null) is { } neuropil)
        {
            if (neuropil.Rows == f.Rows && neuropil.Columns == f.Columns)
            {
                for (var i = 0; i < f.Values.Length; i++) f.Values[i] -= hints.NeuropilFactor * neuropil.Values[i];
                reading.Note(FormattableString.Invariant($"traces are F − {hints.NeuropilFactor}·Fneu"));
            }
            else
            {
                reading.LeftOut("neuropil", $"Fneu ({neuropil.Rows}, {neuropil.Columns}) does not fit F ({f.Rows}, {f.Columns}), so the traces are F alone");
            }
        }
        // One value a unit, or two: is it a cell, and how probably.
        var accepted = reading.Optional(EstimateReading.Acceptance, "iscell", () => parts.Table("iscell") is not { } cells ? null
            : reading.FitAccepted("iscell", Accepted(cells.Shape, cells.Values, a.Count), a.Count));
        var shifts = reading.Optional(EstimateReading.Motion, "yoff and xoff", () =>
        {
            if (parts.Offsets("yoff") is not { Length: > 0 } yoff || parts.Offsets("xoff") is not { } xoff) return null;
            if (yoff.Length != xoff.Length) throw new InvalidDataException($"there are {yoff.Length} and {xoff.Length} of them");
            var matrix = new Matrix(yoff.Length, 2);
            for (var t = 0; t < yoff.Length; t++) (matrix[t, 0], matrix[t, 1]) = (-yoff[t], -xoff[t]);
            return reading.FitShifts("yoff and xoff", matrix);
        });
        return reading.Finish(Name, a, "stat", f, Traces(EstimateReading.Activity, "spks"), shifts, accepted);
    }

    private static bool[] Accepted(int[] shape, double[] values, int units)
    {
        if (shape is [1, var across] && across == units && units != 1) shape = [across];
        if (shape is not ([_] or [_, >= 1])) throw new InvalidDataException($"it has shape ({string.Join(", ", shape)})");
        var step = shape.Length == 2 ? shape[1] : 1;
        return [.. Enumerable.Range(0, shape[0]).Select(k => values[k * step] != 0)];
    }

    private static Parts Folder(string plane, EstimateReading reading)
    {
        var files = new Dictionary<string, NpyFile?>();
        NpyFile? Load(string name, bool isAuxiliary = true)
        {
            if (files.TryGetValue(name, out var known)) return known;
            var path = Path.Combine(plane, $"{name}.npy");
            return files[name] = File.Exists(path) ? NpyFile.Load(path, reading.Limits, lenient: isAuxiliary) : null;
        }
        // What ops holds is not needed: whatever is wrong with it costs its own fields.
        Dictionary<string, object?>? Options(string name) => Load(name) is { } file ? Dictionary(file) ?? throw new InvalidDataException("it is no dictionary") : null;
        var stat = Path.Combine(plane, "stat.npy");
        List<object?> rois;
        try
        {
            rois = (Load("stat", isAuxiliary: false)!.Pickled as PickledArray)?.Objects ?? throw new EstimateFormatException(stat, "is not an array of dictionaries.");
        }
        catch (Exception e) when (e is not EstimateFormatException && EstimateReading.IsOfFile(e))
        {
            throw new EstimateFormatException(stat, $"cannot be read: {EstimateReading.Reason(e)}", "", e);
        }
        var ops = reading.Optional("ops", "ops.npy", () => Options("ops"));
        var registration = reading.Optional("ops", "reg_outputs.npy", () => Options("reg_outputs"));
        return new Parts(name => Path.Combine(plane, $"{name}.npy"), rois.Count, (k, name) => rois[k] is Dictionary<string, object?> roi ? Numbers(roi, name) : null,
            name => Load(name) is { } file ? (file.Shape, file.Numbers) : null,
            name => Integer(ops, name),
            name => (registration is null ? null : Numbers(registration, name)) ?? (ops is null ? null : Numbers(ops, name)));
    }

    private static Parts Matlab(MatFile file)
    {
        double[]? Values(MatValue? value) => (value as MatNumbers)?.Values;
        var stat = file["stat"];
        var ops = file["ops"] as MatStruct;
        return new Parts(name => name, stat is MatCell cell ? cell.Count : ((MatStruct)stat!).Count,
            (k, name) => Values(stat is MatCell rois ? (rois[k] as MatStruct)?.Field(name) : ((MatStruct)stat!).Field(name, k)),
            name => file[name] is MatNumbers { Size: [var rows, var columns], Values.Length: > 0 } t ? ([rows, columns], MatlabParts.Table(t)!.Values) : null,
            name => MatlabParts.Number(ops?.Field(name)) is { } v and > 0 and < 1 << 20 ? (int)v : null,
            name => Values(ops?.Field(name)));
    }

    private static Dictionary<string, object?>? Dictionary(NpyFile file) => file.Pickled switch
    {
        Dictionary<string, object?> d => d,
        PickledArray { Objects: [Dictionary<string, object?> d] } => d,
        _ => null,
    };

    private static double[]? Numbers(Dictionary<string, object?> d, string name) => (d.GetValueOrDefault(name) as PickledArray)?.Numbers;

    private static int? Integer(Dictionary<string, object?>? d, string name) => d?.GetValueOrDefault(name) switch
    {
        long v and > 0 and < 1 << 20 => (int)v,
        double v and > 0 and < 1 << 20 => (int)v,
        _ => null,
    };
}
