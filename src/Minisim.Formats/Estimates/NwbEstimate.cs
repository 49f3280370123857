using Minisim.Formats.Hdf5.Reading;
using Minisim.Metrics;

namespace Minisim.Formats.Estimates;

/// <summary>NWB: a PlaneSegmentation with <c>image_mask</c>, <c>pixel_mask</c> or <c>voxel_mask</c>, and RoiResponseSeries (frame, unit), which
/// are joined to its rows by what their <c>rois</c> refer to.</summary>
internal sealed class NwbEstimate : EstimateFormat
{
    public override string Name => "NWB";

    private static readonly string[] Masks = ["image_mask", "pixel_mask", "voxel_mask"];

    /// <summary>A table of regions.</summary>
    private sealed record Segmentation(string Path, Hdf5Group Group)
    {
        public string Name => Path[(Path.LastIndexOf('/') + 1)..];
    }

    /// <summary>Traces of some rows of a table.</summary>
    /// <param name="Path">Where it lies below <c>processing</c>.</param>
    /// <param name="Group">The series.</param>
    /// <param name="Table">Address of the table that its <c>rois</c> refer to; null where they do not say.</param>
    /// <param name="Rows">Rows of the table; null for all.</param>
    private sealed record Series(string Path, Hdf5Group Group, long? Table, int[]? Rows)
    {
        private readonly string _lower = Path.ToLowerInvariant();

        // C and S are what demixing calls them, and what this program's own files do.
        private string Name => _lower[(_lower.LastIndexOf('/') + 1)..];
        public bool IsBackground => _lower.Contains("background");
        public bool IsNeuropil => _lower.Contains("neuropil");
        public bool IsActivity => _lower.Contains("deconv") || _lower.Contains("spike") || _lower.Contains("event") || Name == "s";
        public bool IsOfCells => !IsBackground && !IsNeuropil;
        /// <summary>How clean a trace is by its name: denoised (C), then ΔF/F, then fluorescence.</summary>
        public int Rank => _lower.Contains("denoised") || Name == "c" ? 3 : _lower.Contains("dfoverf") || _lower.Contains("dff") ? 2 : 1;
    }

    public override bool Recognizes(EstimateSource source) => source.Hdf5 is { } root && root.FindGroup("processing") is not null && Segmentations(root).Any();

    private static IEnumerable<Segmentation> Segmentations(Hdf5Group root) =>
        (root.FindGroup("processing")?.Groups() ?? []).Where(g => Masks.Any(m => g.Group.FindDataset(m) is not null)).Select(g => new Segmentation(g.Path, g.Group));

    public override Estimate Read(EstimateSource source, EstimateReading reading)
    {
        var processing = source.Hdf5!.FindGroup("processing")!;
        var tables = Segmentations(source.Hdf5!).ToArray();
        var series = AllSeries(processing, reading);
        var table = Choose(tables, series, reading);
        var (a, from) = Footprints(table, reading);
        // A series whose rois do not say which table they mean can only mean the only one.
        var own = series.Where(s => s.Table is { } address ? address == table.Group.Address : tables.Length == 1 || s.Rows is null || s.Rows.All(r => r < a.Count)).ToArray();
        foreach (var s in series.Except(own)) reading.LeftOut("series", $"{s.Path} refers to another table");

        var background = own.Where(s => s.IsBackground).SelectMany(s => s.Rows ?? []).Except(own.Where(s => s.IsOfCells).SelectMany(s => s.Rows ?? [])).Where(r => r >= 0 && r < a.Count).ToHashSet();
        int[] cells = [.. Enumerable.Range(0, a.Count).Where(r => !background.Contains(r))];
        var c = Best(EstimateReading.Traces, own.Where(s => s.IsOfCells && !s.IsActivity).OrderByDescending(s => s.Rank), a.Count, cells, reading);
        var activity = Best(EstimateReading.Activity, own.Where(s => s.IsOfCells && s.IsActivity), a.Count, cells, reading);
        foreach (var s in own.Where(s => !s.IsOfCells)) reading.LeftOut("series", $"{s.Path} is {(s.IsBackground ? "background" : "neuropil")}");
        var accepted = reading.Optional(EstimateReading.Acceptance, "acceptance", () => Accepted(table, a.Count, cells, reading));
        if (background.Count > 0)
        {
            a = a.Take(cells);
            reading.LeftOut("rows", $"{background.Count} rows of {table.Name} are background by the series that refers to them, and no cells");
        }
        var shifts = reading.Optional(EstimateReading.Motion, "xy_translation", () => Motion(processing, reading));
        return reading.Finish(Name, a, $"{table.Path}/{from}", c, activity, shifts, accepted);
    }

    private static Series[] AllSeries(Hdf5Group processing, EstimateReading reading)
    {
        var all = new List<Series>();
        foreach (var (path, group) in processing.Groups((path, file) => reading.LeftOut("series", $"{path} lies in another file, {file}: allow reading that file with --follow-links")))
        {
            if (group.FindDataset("data") is null || !group.Names.Contains("rois")) continue;
            var read = reading.Optional("series", path, () =>
            {
                var region = group.FindDataset("rois");
                return new Series(path, group, region?.Attributes.GetValueOrDefault("table")?.Reference(), region is { HasNumbers: true } ? region.Ints() : null);
            });
            if (read is not null) all.Add(read);
        }
        return [.. all];
    }

    // The table that cells are in: named by the user, the only one, or the one that the cells' series refer to.
    private static Segmentation Choose(Segmentation[] tables, Series[] series, EstimateReading reading)
    {
        var names = string.Join(", ", tables.Select(t => t.Name));
        if (reading.Hints.Table is { } wanted)
        {
            var found = Array.FindAll(tables, t => t.Name == wanted || t.Path == wanted.TrimStart('/') || $"processing/{t.Path}" == wanted.TrimStart('/'));
            return found is [var named] ? named : throw new EstimateFormatException(reading.Path, $"has {(found.Length == 0 ? "no" : "several")} plane segmentation{(found.Length == 0 ? "" : "s")} {wanted}.", $"It has {string.Join(", ", tables.Select(t => t.Path))}.");
        }
        if (tables is [var only]) return only;
        Segmentation[] with = [.. tables.Where(t => series.Any(s => s.IsOfCells && s.Table == t.Group.Address))];
        if (with.Length == 0) with = Array.FindAll(tables, t => !t.Name.Contains("background", StringComparison.OrdinalIgnoreCase));
        if (with is not [var chosen])
            throw new EstimateFormatException(reading.Path, $"has {tables.Length} plane segmentations that may hold the cells: {names}.", $"Name one with --table, e.g. --table {(with.Length > 0 ? with[0] : tables[0]).Name}.");
        reading.Note($"of the plane segmentations {names}, {chosen.Name} is read: {(series.Any(s => s.Table == chosen.Group.Address) ? "the series of the cells refer to it" : "the others are background")} (--table)");
        return chosen;
    }

    private static (SparseFootprints Footprints, string From) Footprints(Segmentation table, EstimateReading reading)
    {
        if (table.Group.FindDataset("image_mask") is { } masks) return (MaskArrays.Dense(masks, masks.Doubles, columnsFirst: null, reading), "image_mask");
        var name = table.Group.FindDataset("pixel_mask") is not null ? "pixel_mask" : "voxel_mask";
        return (PixelMasks(table.Group, name, reading), name);
    }

    private static Matrix? Best(string part, IEnumerable<Series> candidates, int units, int[] cells, EstimateReading reading)
    {
        Matrix? best = null;
        foreach (var series in candidates)
        {
            if (best is not null) reading.LeftOut("series", $"{series.Path}: {part} are already taken from another");
            else if ((best = reading.Optional(part, series.Path, () => Rows(part, series, units, cells, reading))) is not null) reading.Note($"{part} from {series.Path}");
        }
        return best;
    }

    // Data are (frame, ROI); some writers have (ROI, frame), and one ROI may have one axis.
    private static Matrix? Rows(string part, Series series, int units, int[] cells, EstimateReading reading)
    {
        var dataset = series.Group.FindDataset("data")!;
        var count = series.Rows?.Length ?? units;
        Matrix data;
        switch (dataset.Shape())
        {
            case [var frames] when count == 1 || frames == count && reading.Hints.Frames != count:
                data = count == 1 ? new Matrix(1, frames, dataset.Doubles()) : new Matrix(count, 1, dataset.Doubles());
                break;
            case [var rows, var columns] when columns == count:
                data = new Matrix(rows, columns, dataset.Doubles()).Transpose();
                break;
            case [var rows, var columns] when rows == count:
                data = new Matrix(rows, columns, dataset.Doubles());
                reading.Note($"{series.Path} ({rows}, {columns}) read as (unit, frame)");
                break;
            case var shape:
                reading.LeftOut(part, $"{series.Path} has shape ({string.Join(", ", shape)}) for {count} ROIs");
                return null;
        }
        if (series.Rows is not { } at) return reading.Fit(part, series.Path, data.Rows == units ? data.Take(cells) : data, cells.Length);
        var table = new Matrix(units, data.Columns);
        Array.Fill(table.Values, double.NaN);
        var named = new HashSet<int>();
        for (var i = 0; i < at.Length; i++)
        {
            if (!named.Add(at[i])) throw new InvalidDataException($"it names ROI {at[i]} twice");
            if ((uint)at[i] >= (uint)units) throw new InvalidDataException($"it names ROI {at[i]} of {units}");
            data.Row(i).CopyTo(table.Row(at[i]));
        }
        return reading.Fit(part, series.Path, table.Take(cells), cells.Length);
    }

    // Columns by which pipelines mark cells: suite2p iscell (two values a row), CaImAn keep, neuroconv Accepted.
    private static bool[]? Accepted(Segmentation table, int units, int[] cells, EstimateReading reading)
    {
        foreach (var name in table.Group.Names.Where(n => n.ToLowerInvariant() is "iscell" or "is_cell" or "keep" or "accepted" or "rejected"))
        {
            if (table.Group.FindDataset(name) is not { HasNumbers: true } column || column.Shape() is not ([_] or [_, >= 1])) continue;
            var (values, step) = (column.Doubles(), column.Shape() is [_, var s] ? s : 1);
            var isRejection = name.Equals("rejected", StringComparison.OrdinalIgnoreCase);
            bool[] accepted = [.. Enumerable.Range(0, values.Length / step).Select(k => values[k * step] != 0 != isRejection)];
            return reading.FitAccepted($"{table.Name}/{name}", accepted.Length == units ? [.. cells.Select(r => accepted[r])] : accepted, cells.Length);
        }
        return null;
    }

    private static Matrix? Motion(Hdf5Group processing, EstimateReading reading)
    {
        foreach (var (path, group) in processing.Groups())
        {
            if (group.FindTable("xy_translation/data") is not { Columns: 2 } xy) continue;
            var shifts = new Matrix(xy.Rows, 2);
            for (var t = 0; t < xy.Rows; t++) (shifts[t, 0], shifts[t, 1]) = (xy[t, 1], xy[t, 0]);
            return reading.FitShifts($"{path}/xy_translation", shifts);
        }
        return null;
    }

    private static SparseFootprints PixelMasks(Hdf5Group segmentation, string name, EstimateReading reading)
    {
        var (hints, path) = (reading.Hints, reading.Path);
        var (height, width) = (hints.Height, hints.Width);
        if (height == 0) throw new EstimateFormatException(path, $"has a {name}, which does not say the shape of its field.", "Score it with its recording.");
        if (segmentation.FindDataset($"{name}_index") is not { } index) throw new EstimateFormatException(path, $"has a {name} without {name}_index.");
        var ends = index.Ints();
        MaskArrays.RequirePossible(ends.Length, height, width, path);
        var mask = segmentation.FindDataset(name)!;
        var raw = mask.RawElements();
        double[] Member(string member) => mask.Member(raw, member) ?? throw new EstimateFormatException(path, $"{name} has no field {member}.");
        var (x, y, weight) = (Member("x"), Member("y"), Member("weight"));
        if (name == "voxel_mask" && mask.Member(raw, "z") is { } z && z.Distinct().Take(2).Count() > 1) reading.Note("voxel_mask has several planes, which are summed");
        if (x.Concat(y).FirstOrDefault(v => !(v >= 0 && v == Math.Floor(v))) is var odd && odd != 0) throw new EstimateFormatException(path, $"{name} has a pixel at {odd}.");
        var isRowInX = IsRowInX(segmentation.FindDataset(name)!.TextAttribute("description") ?? "");
        var builder = new SparseFootprints.Builder(height, width);
        var from = 0;
        foreach (var end in ends)
        {
            if (end < from || end > x.Length) throw new EstimateFormatException(path, $"{name}_index is broken.");
            var pixels = new int[end - from];
            for (var i = from; i < end; i++) pixels[i - from] = isRowInX ? (int)x[i] * width + (int)y[i] : (int)y[i] * width + (int)x[i];
            builder.Add(pixels, weight.AsSpan(from, end - from));
            from = end;
        }
        return builder.Build();

        // The schema's x is the column; suite2p's writer puts the row there.
        bool IsRowInX(string description)
        {
            double greatestX = x.Length == 0 ? 0 : x.Max(), greatestY = y.Length == 0 ? 0 : y.Max();
            bool schemaFits = greatestX < width && greatestY < height, otherFits = greatestX < height && greatestY < width;
            if (hints.Axes != MaskAxes.Auto)
            {
                if (hints.Axes == MaskAxes.Yx ? otherFits : schemaFits) return hints.Axes == MaskAxes.Yx;
                throw Outside();
            }
            if (!schemaFits && !otherFits) throw Outside();
            if (schemaFits != otherFits)
            {
                if (otherFits) reading.Note($"{name} read with the row in x and the column in y: only so it fits the field");
                return otherFits;
            }
            if (description.Contains("x (column)", StringComparison.OrdinalIgnoreCase) || x.Length == 0) return false;
            throw new EstimateFormatException(path, $"its {name} fits a field of {height} × {width} pixels with the column in x, as the schema says, and with the row there, as suite2p writes it.",
                "Say which with --axes xy (x is the column) or --axes yx (x is the row).");

            EstimateFormatException Outside() =>
                new(path, $"{name} has pixels up to x = {greatestX}, y = {greatestY} in a field of {height} × {width}{(hints.Axes == MaskAxes.Yx ? " (--axes yx: x is the row)" : "")}.", "It belongs to another recording, or was computed on a cropped or downsampled movie.");
        }
    }
}
