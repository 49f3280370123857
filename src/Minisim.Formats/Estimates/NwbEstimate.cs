using System.Globalization;
using Minisim.Metrics;
using PureHDF;

namespace Minisim.Formats.Estimates;

/// <summary>NWB: a PlaneSegmentation with <c>image_mask</c> or <c>pixel_mask</c>, and RoiResponseSeries (frame, unit).</summary>
internal sealed class NwbEstimate : EstimateFormat
{
    public override string Name => "NWB";

    public override bool Recognizes(EstimateSource source) => source.Hdf5 is { } root && root.FindGroup("processing") is not null && Segmentations(root).Any();

    private static IEnumerable<IH5Group> Segmentations(IH5Group root) =>
        (root.FindGroup("processing")?.Groups() ?? []).Where(g => g.FindDataset("image_mask") is not null || g.FindDataset("pixel_mask") is not null);

    public override Estimate Read(EstimateSource source, EstimateHints hints)
    {
        var root = source.Hdf5!;
        var notes = new List<string>();
        var all = Segmentations(root).ToArray();
        var segmentation = all[0];
        if (all.Length > 1) notes.Add($"the first of {all.Length} plane segmentations is read: {segmentation.Name}");
        var a = segmentation.FindDataset("image_mask") is { } masks
            ? MaskArrays.Dense(masks.Doubles(), masks.Shape(), columnsFirst: null, hints, source.Path, notes)
            : PixelMasks(segmentation, hints, source.Path);

        Matrix? c = null, s = null;
        var best = -1;
        foreach (var (name, group) in Series(root.FindGroup("processing")!, ""))
        {
            var lower = name.ToLowerInvariant();
            if (lower.Contains("neuropil")) continue;
            var data = group.FindTable("data");
            if (data is null) continue;
            int[]? rois = group.FindDataset("rois") is { } region && region.HasNumbers() ? region.Ints() : null;
            var table = Units(data, rois, a.Count, name, source.Path, notes);
            if (lower.Contains("deconv") || lower.Contains("spike") || lower.Contains("event"))
            {
                s ??= table;
                continue;
            }
            // The cleanest trace that is there: denoised, then ΔF/F, then fluorescence.
            var rank = lower.Contains("denoised") ? 3 : lower.Contains("dfoverf") || lower.Contains("dff") ? 2 : 1;
            if (rank <= best) continue;
            (best, c) = (rank, table);
            notes.Add($"traces from {name.TrimStart('/')}");
        }

        Matrix? shifts = null;
        foreach (var group in root.FindGroup("processing")!.Groups())
        {
            if (shifts is not null || group.FindTable("xy_translation/data") is not { Columns: 2 } xy) continue;
            shifts = new Matrix(xy.Rows, 2);
            for (var t = 0; t < xy.Rows; t++) (shifts[t, 0], shifts[t, 1]) = (xy[t, 1], xy[t, 0]);
        }
        return new Estimate(a, c, s, shifts) { Notes = notes };
    }

    private static IEnumerable<(string Name, IH5Group Group)> Series(IH5Group group, string path, int depth = 0)
    {
        if (group.FindDataset("data") is { } && group.LinkExists("rois")) yield return (path, group);
        if (depth > 6) yield break;
        foreach (var child in group.Children().OfType<IH5Group>())
            foreach (var found in Series(child, $"{path}/{child.Name}", depth + 1))
                yield return found;
    }

    // Data are (frame, ROI); some writers have (ROI, frame).
    private static Matrix Units(Matrix data, int[]? rois, int units, string name, string path, List<string> notes)
    {
        var count = rois?.Length ?? units;
        if (data.Columns == count) data = data.Transpose();
        else if (data.Rows != count) throw new EstimateFormatException(path, $"{name} has shape ({data.Rows}, {data.Columns}) for {count} ROIs.");
        else notes.Add($"{name.TrimStart('/')} ({data.Rows}, {data.Columns}) read as (unit, frame)");
        if (rois is null) return data;
        var table = new Matrix(units, data.Columns);
        for (var i = 0; i < rois.Length; i++)
        {
            if ((uint)rois[i] >= (uint)units) throw new EstimateFormatException(path, $"{name} names ROI {rois[i]} of {units}.");
            data.Row(i).CopyTo(table.Row(rois[i]));
        }
        return table;
    }

    private static SparseFootprints PixelMasks(IH5Group segmentation, EstimateHints hints, string path)
    {
        if (hints.Height == 0) throw new EstimateFormatException(path, "has a pixel_mask, which does not say the shape of its field.", "Score it with its recording.");
        if (segmentation.FindDataset("pixel_mask_index") is not { } index) throw new EstimateFormatException(path, "has a pixel_mask without pixel_mask_index.");
        var ends = index.Ints();
        var mask = segmentation.FindDataset("pixel_mask")!.Read<Dictionary<string, object?>[]>();
        double Field(int i, string name) => mask[i].TryGetValue(name, out var v) ? v is Half half ? (double)half : Convert.ToDouble(v, CultureInfo.InvariantCulture) : throw new EstimateFormatException(path, $"pixel_mask has no field {name}.");
        var builder = new SparseFootprints.Builder(hints.Height, hints.Width);
        var from = 0;
        foreach (var end in ends)
        {
            if (end < from || end > mask.Length) throw new EstimateFormatException(path, "pixel_mask_index is broken.");
            var pixels = new int[end - from];
            var weights = new double[end - from];
            for (var i = from; i < end; i++)
            {
                var (x, y) = (Field(i, "x"), Field(i, "y"));
                if (!(x >= 0 && x < hints.Width && y >= 0 && y < hints.Height))
                    throw new EstimateFormatException(path, $"pixel_mask has the pixel x = {x}, y = {y} in a field of {hints.Height} × {hints.Width}.");
                pixels[i - from] = (int)y * hints.Width + (int)x;
                weights[i - from] = Field(i, "weight");
            }
            builder.Add(pixels, weights);
            from = end;
        }
        return builder.Build();
    }
}
