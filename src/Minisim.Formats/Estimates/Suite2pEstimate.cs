using Minisim.Formats.Numpy;
using Minisim.Metrics;

namespace Minisim.Formats.Estimates;

/// <summary>suite2p: the folder <c>suite2p/plane0</c>, its parents, or the <c>stat.npy</c> in it. The trace is F − 0.7·Fneu; the correction is
/// (−yoff, −xoff).</summary>
internal sealed class Suite2pEstimate : EstimateFormat
{
    public override string Name => "suite2p";

    public override bool Recognizes(EstimateSource source) => Planes(source.Path).Length > 0;

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

    public override Estimate Read(EstimateSource source, EstimateHints hints)
    {
        var planes = Planes(source.Path);
        if (planes.Length > 1) throw new EstimateFormatException(source.Path, $"holds {planes.Length} planes.", $"Name one of them, e.g. {planes[0]}.");
        var plane = planes[0];
        var notes = new List<string>();
        NpyFile? Load(string name)
        {
            var path = Path.Combine(plane, name);
            if (!File.Exists(path)) return null;
            try
            {
                return NpyFile.Load(path);
            }
            catch (Exception e) when (e is InvalidDataException or OverflowException)
            {
                throw new EstimateFormatException(path, $"cannot be read: {e.Message}", "", e);
            }
        }

        var ops = Load("ops.npy") is { } o ? Dictionary(o) : null;
        var (height, width) = (Integer(ops, "Ly") ?? hints.Height, Integer(ops, "Lx") ?? hints.Width);
        if (height == 0 || width == 0) throw new EstimateFormatException(plane, "has no ops.npy with Ly and Lx.", "Score it with its recording.");
        var stat = Load("stat.npy")!;
        if (stat.Pickled is not PickledArray { Objects: { } rois }) throw new EstimateFormatException(Path.Combine(plane, "stat.npy"), "is not an array of dictionaries.");
        var builder = new SparseFootprints.Builder(height, width);
        for (var k = 0; k < rois.Count; k++)
        {
            if (rois[k] is not Dictionary<string, object?> roi || Numbers(roi, "ypix") is not { } y || Numbers(roi, "xpix") is not { } x || Numbers(roi, "lam") is not { } lam)
                throw new EstimateFormatException(Path.Combine(plane, "stat.npy"), $"ROI {k} has no ypix, xpix and lam.");
            if (y.Length != x.Length || y.Length != lam.Length) throw new EstimateFormatException(Path.Combine(plane, "stat.npy"), $"ROI {k} has {y.Length}, {x.Length} and {lam.Length} of ypix, xpix and lam.");
            var pixels = new int[y.Length];
            for (var i = 0; i < pixels.Length; i++)
            {
                if (!(y[i] >= 0 && y[i] < height && x[i] >= 0 && x[i] < width)) throw new EstimateFormatException(Path.Combine(plane, "stat.npy"), $"ROI {k} has a pixel ({y[i]}, {x[i]}) outside {height} × {width}.");
                pixels[i] = (int)y[i] * width + (int)x[i];
            }
            builder.Add(pixels, lam);
        }
        var a = builder.Build();

        Matrix? Traces(string name)
        {
            if (Load(name) is not { } array) return null;
            if (array.Shape is not [var k, var t] || k != a.Count) throw new EstimateFormatException(Path.Combine(plane, name), $"has shape ({string.Join(", ", array.Shape)}) for {a.Count} ROIs.");
            return new Matrix(k, t, array.Numbers);
        }
        var (f, neuropil) = (Traces("F.npy"), Traces("Fneu.npy"));
        if (f is not null && neuropil is not null && neuropil.Columns == f.Columns)
        {
            for (var i = 0; i < f.Values.Length; i++) f.Values[i] -= hints.NeuropilFactor * neuropil.Values[i];
            notes.Add(FormattableString.Invariant($"traces are F − {hints.NeuropilFactor}·Fneu"));
        }
        bool[]? accepted = Load("iscell.npy") is { Shape: [var n, >= 1], HasNumbers: true } cells && n == a.Count
            ? [.. Enumerable.Range(0, n).Select(k => cells.Numbers[k * cells.Shape[1]] != 0)] : null;

        Matrix? shifts = null;
        foreach (var from in (Dictionary<string, object?>?[])[Load("reg_outputs.npy") is { } r ? Dictionary(r) : null, ops])
        {
            if (shifts is not null || from is null || Numbers(from, "yoff") is not { } yoff || Numbers(from, "xoff") is not { } xoff || yoff.Length != xoff.Length || yoff.Length == 0) continue;
            shifts = new Matrix(yoff.Length, 2);
            for (var t = 0; t < yoff.Length; t++) (shifts[t, 0], shifts[t, 1]) = (-yoff[t], -xoff[t]);
        }
        return new Estimate(a, f, Traces("spks.npy"), shifts) { Accepted = accepted, Notes = notes };
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
        long v => checked((int)v),
        double v => checked((int)v),
        _ => null,
    };
}
