using Minisim.Formats.Hdf5;
using Minisim.Scenes;
using Minisim.Truth;
using PureHDF;
using PureHDF.VOL.Native;

namespace Minisim.Formats.Nwb;

internal sealed partial class NwbSink
{
    /// <summary>Where a truth array goes, by its axes.</summary>
    internal enum Home
    {
        /// <summary>(unit …): a column of the segmentation.</summary>
        Column,
        /// <summary>(unit, frame): ROI responses.</summary>
        Responses,
        /// <summary>(frame …) or (component, frame): a time series.</summary>
        Series,
        /// <summary>(height, width), also per component: images.</summary>
        Images,
        /// <summary>What the animal does: the behaviour module.</summary>
        Behavior,
        /// <summary>Whatever else.</summary>
        Scratch,
    }

    private static bool IsEmpty(TruthArray array) => array.Shape.Contains(0);

    private static Home Place(TruthArray array) => Place(array.Name, array.Axes, IsEmpty(array));

    /// <summary>The place of an array with some axes; the reader looks there, too.</summary>
    internal static Home Place(string name, IReadOnlyList<string> axes, bool isEmpty) => axes switch
    {
        _ when isEmpty && axes is not ["unit", ..] => Home.Scratch,
        ["frame", ..] when name.StartsWith(BehaviorPrefix, StringComparison.Ordinal) => Home.Behavior,
        ["unit"] => Home.Column,
        ["unit", "frame"] => Home.Responses,
        ["unit", _] or ["unit", _, _] => Home.Column,
        ["frame"] or ["frame", _] or ["component", "frame"] => Home.Series,
        ["height", "width"] or ["component", "height", "width"] => Home.Images,
        _ => Home.Scratch,
    };

    /// <summary>One pixel of a mask, in the schema's own names.</summary>
    internal struct MaskPixel
    {
#pragma warning disable CS0649, IDE1006
        public uint x;
        public uint y;
        public float weight;
#pragma warning restore CS0649, IDE1006
    }

    private H5Group Segmentation(string description, Func<int, Footprint> footprint, bool withColumns)
    {
        var masks = new Footprint[_truth.NUnits];
        Parallel.For(0, masks.Length, i => masks[i] = footprint(i));
        var ends = new uint[masks.Length];
        for (var i = 0; i < ends.Length; i++) ends[i] = checked((i > 0 ? ends[i - 1] : 0) + (uint)masks[i].Values.Count(v => v != 0));
        var pixels = Streamed<MaskPixel>(ends.Length > 0 ? checked((int)ends[^1]) : 0, null, (first, values) => FillMasks(masks, ends, first, values));
        var names = new List<string> { "pixel_mask" };
        var table = _tree.Group("PlaneSegmentation", NwbTree.Core, ("description", description));
        var mask = _tree.Column(pixels, "Pixels of each cell: x (column), y (row), weight.");
        table["id"] = _tree.Ids(masks.Length);
        table["pixel_mask"] = mask;
        table["pixel_mask_index"] = _tree.Index(ends, mask, "Index for VectorData 'pixel_mask'");
        if (withColumns)
            foreach (var array in _truth.Arrays.Where(a => Place(a) == Home.Column && a.Name is not ("id" or "pixel_mask" or "image_mask" or "voxel_mask")))
            {
                table[array.Name] = _tree.Column(Values(array), array.Units is null ? array.Description : $"{array.Description} Unit: {array.Units}.");
                names.Add(array.Name);
            }
        table.Attributes["colnames"] = names.ToArray();
        table["imaging_plane"] = new H5SoftLink(Plane);
        // The schema demands the group, though it may be empty.
        table["reference_images"] = new H5Group();
        return table;
    }

    /// <summary>The pixels of all masks one after another, from one on.</summary>
    internal static void FillMasks(Footprint[] masks, uint[] ends, int first, Span<MaskPixel> values)
    {
        var cell = Array.BinarySearch(ends, (uint)first);
        // A cell that ends here is over, and so are those after it that have no pixels.
        cell = cell < 0 ? ~cell : Array.FindIndex(ends, cell, e => e > first);
        var skip = first - (int)(cell > 0 ? ends[cell - 1] : 0);
        for (var at = 0; at < values.Length; cell++)
        {
            var f = masks[cell];
            for (var p = 0; p < f.Values.Length && at < values.Length; p++)
                if (f.Values[p] is not 0 and var weight && skip-- <= 0)
                    values[at++] = new() { x = (uint)(f.Col + p % f.Width), y = (uint)(f.Row + p / f.Width), weight = weight };
            skip = 0;
        }
    }

    private void AddTruth(H5Group ophys, H5Group segmentation)
    {
        var responses = _tree.Group("Fluorescence", NwbTree.Core);
        var fields = _tree.Group("Images", NwbTree.Core, ("description", "Fields over the sensor."));
        foreach (var array in _truth.Arrays)
        {
            switch (Place(array))
            {
                case Home.Responses: responses[array.Name] = Response(array.Name, array.Shape[1], Transposed(array), array.Description, array.Units, segmentation); break;
                case Home.Series: ophys[array.Name] = TimeSeries(array); break;
                case Home.Images: AddImages(fields, array); break;
            }
        }
        if (_truth.C is { } traces)
        {
            // What a cell sends out: its calcium trace, as far as it is not bleached.
            var light = Transposed(traces);
            if (_truth.Find("bleaching") is { } bleaching)
            {
                var (clean, left) = (light, Transposed(bleaching));
                light = (first, values) =>
                {
                    var share = new double[values.Length];
                    clean(first, values);
                    left(first, share);
                    for (var i = 0; i < values.Length; i++) values[i] *= share[i];
                };
            }
            responses["fluorescence"] = Response("fluorescence", traces.Shape[1], light, "Fluorescence of each cell: C times what bleaching left. A mask's weights times this is the cell's light in each pixel.", null, segmentation);
            ophys["Fluorescence"] = responses;
        }
        else if (responses.Count > 0)
        {
            ophys["Fluorescence"] = responses;
        }
        if (fields.Count > 0) ophys["fields"] = fields;
    }

    /// <summary>An array of frames by columns, frame by frame.</summary>
    private static ChunkedDataset<double>.Rows Transposed(TruthArray array)
    {
        // What is made cell by cell is made for many frames at once, and the last of them are held.
        const int framesAtOnce = 2048;
        var (columns, frames) = (array.Shape[0], array.Shape[1]);
        var (parts, making) = (new (int Number, double[] Values)[2], new Lock());
        Array.Fill(parts, (-1, []));
        return (first, target) =>
        {
            for (int at = first, end = first + target.Length / Math.Max(columns, 1); at < end;)
            {
                var (values, length) = array.IsRowByRow ? (Part(at / framesAtOnce), Math.Min(framesAtOnce, frames - at / framesAtOnce * framesAtOnce)) : (array.ToDoubles(), frames);
                var offset = array.IsRowByRow ? at % framesAtOnce : at;
                var n = Math.Min(end - at, length - offset);
                for (var c = 0; c < columns; c++)
                    for (var f = 0; f < n; f++)
                        target[(at - first + f) * columns + c] = values[c * length + offset + f];
                at += n;
            }
        };

        double[] Part(int number)
        {
            lock (making)
            {
                foreach (var part in parts)
                    if (part.Number == number)
                        return part.Values;
                var from = number * framesAtOnce;
                parts[0] = parts[1];
                parts[1] = (number, array.ColumnsOfDoubles(from, Math.Min(framesAtOnce, frames - from)));
                return parts[1].Values;
            }
        }
    }

    private H5Group Response(string name, int frames, ChunkedDataset<double>.Rows values, string description, string? unit, H5Group segmentation)
    {
        var units = _truth.NUnits;
        var series = _tree.Group("RoiResponseSeries", NwbTree.Core, ("description", description.Length > 0 ? description : name), ("comments", "Ground truth."));
        var data = Streamed(frames, units, values);
        Describe(data, unit ?? "a.u.");
        series["data"] = data;
        series["rois"] = _tree.Dataset(new H5Dataset(Enumerable.Range(0, units).ToArray()), "DynamicTableRegion", NwbTree.Common,
            ("description", "All cells in view."), ("table", new H5ObjectReference(segmentation)));
        AddClock(series);
        return series;
    }

    private H5Group TimeSeries(TruthArray array)
    {
        var values = array.ToDoubles();
        var data = array switch
        {
            { Shape.Length: 1 } => new H5Dataset(values),
            { Axes: ["component", ..] } => Streamed(array.Shape[1], array.Shape[0], Transposed(array)),
            _ => Streamed<double>(array.Shape[0], array.Shape[1], (first, target) => values.AsSpan(first * array.Shape[1], target.Length).CopyTo(target)),
        };
        var series = _tree.Group("TimeSeries", NwbTree.Core, ("description", array.Description.Length > 0 ? array.Description : array.Name), ("comments", $"Ground truth. Axes: {(array.Axes[0] == "component" ? "frame, component" : string.Join(", ", array.Axes))}."));
        Describe(data, array.Units ?? "a.u.");
        series["data"] = data;
        AddClock(series);
        return series;
    }

    private void AddImages(H5Group fields, TruthArray array)
    {
        int height = array.Shape[^2], width = array.Shape[^1], images = array.Shape.Length == 3 ? array.Shape[0] : 1;
        var values = Array.ConvertAll(array.ToDoubles(), v => (float)v);
        for (var i = 0; i < images; i++)
        {
            var image = new float[height * width];
            Transposing.Of(values.AsSpan(i * image.Length, image.Length), image, height, width);
            fields[images > 1 || array.Shape.Length == 3 ? $"{array.Name}_{i}" : array.Name] = _tree.Dataset(
                new H5Dataset(image, fileDims: [(ulong)width, (ulong)height]), "GrayscaleImage", NwbTree.Core,
                ("description", array.Description.Length > 0 ? array.Description : array.Name), ("resolution", (float)(1e4 / _truth.Grid.PixelSizeUm)));
        }
    }

    private H5Group Units(TruthArray spikes)
    {
        if (_truth.Find("spike_times_s") is { } exact && _truth.Find("spike_times_index") is { } index)
            return Units(exact.ToDoubles(), Array.ConvertAll(index.ToDoubles(), e => (uint)e), "Spikes of the simulated cells.", null);
        var framesOf = new int[spikes.Shape[0]][];
        Parallel.For(0, framesOf.Length, i =>
        {
            var counts = spikes.RowOfDoubles(i);
            framesOf[i] = [.. Enumerable.Range(0, counts.Length).SelectMany(f => Enumerable.Repeat(f, (int)Math.Max(Math.Round(counts[f]), 0)))];
        });
        var ends = new uint[framesOf.Length];
        for (var i = 0; i < ends.Length; i++) ends[i] = checked((i > 0 ? ends[i - 1] : 0) + (uint)framesOf[i].Length);
        var times = new double[ends.Length > 0 ? ends[^1] : 0];
        Parallel.For(0, framesOf.Length, i =>
        {
            for (var (k, at) = (0, ends[i] - framesOf[i].Length); k < framesOf[i].Length; k++) times[at + k] = _header.Timeline.TimeS(framesOf[i][k]);
        });
        return Units(times, ends, "Spikes of the simulated cells, to the frame: a cell that fires twice within a frame has its time twice.", 1 / Fps);
    }

    private H5Group Units(double[] times, uint[] ends, string description, double? resolutionS)
    {
        var table = _tree.Group("Units", NwbTree.Core, ("description", description), ("colnames", new[] { "spike_times" }));
        var column = _tree.Column(new H5Dataset(times), "Times of the spikes, s.");
        if (resolutionS is { } resolution) column.Attributes["resolution"] = resolution;
        table["id"] = _tree.Ids(ends.Length);
        table["spike_times"] = column;
        table["spike_times_index"] = _tree.Index(ends, column, "Index for VectorData 'spike_times'");
        return table;
    }
}
