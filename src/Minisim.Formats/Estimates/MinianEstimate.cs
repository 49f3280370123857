using Minisim.Formats.Reading;
using Minisim.Formats.Zarr.Reading;
using Minisim.Metrics;

namespace Minisim.Formats.Estimates;

/// <summary>minian: a folder of Zarr groups (version 2 or 3), each one variable and its coordinates; units are joined by <c>unit_id</c>,
/// pixels and frames placed by <c>height</c>, <c>width</c> and <c>frame</c>.</summary>
internal sealed class MinianEstimate : EstimateFormat
{
    public override string Name => "minian";

    public override bool Recognizes(EstimateSource source) => source.IsFolder && Find(source.Path, "A") is not null;

    private static string? Find(string folder, string variable)
    {
        foreach (var store in (string[])[$"{variable}.zarr", variable])
            if (ZarrNumbers.Exists(Path.Combine(folder, store, variable))) return Path.Combine(folder, store);
        return null;
    }

    /// <summary>One variable: its array, and where its elements lie along every axis.</summary>
    private sealed class Variable(string store, ZarrNumbers array, string[] axes, ReadLimits limits)
    {
        public string[] Axes => axes;
        public ZarrNumbers Array => array;
        public int Length(string axis) => (int)array.Lengths[System.Array.IndexOf(axes, axis)];

        private ZarrNumbers? Coordinate(string axis) => ZarrNumbers.Exists(Path.Combine(store, axis)) ? ZarrNumbers.Open(Path.Combine(store, axis), limits) : null;

        /// <summary>Coordinates along an axis; null where there are none of its length.</summary>
        public double[]? Numbers(string axis) => Coordinate(axis) is { IsText: false, Lengths: [var n] } c && n == Length(axis) ? c.Doubles() : null;

        /// <summary>Names along an axis; null where there are none.</summary>
        public string[]? Names(string axis) => Coordinate(axis) is { IsText: true } c ? c.Texts() : null;
    }

    private static Variable? Open(string folder, string name, ReadLimits limits)
    {
        if (Find(folder, name) is not { } store) return null;
        var path = Path.Combine(store, name);
        var array = ZarrNumbers.Open(path, limits);
        if (array.Axes is not { } axes) throw new EstimateFormatException(path, "does not name its axes (_ARRAY_DIMENSIONS, dimension_names).");
        if (array.Lengths.Any(l => l > int.MaxValue)) throw new InvalidDataException("it has an axis beyond any recording");
        return new Variable(store, array, axes, limits);
    }

    private static EstimateFormatException OtherAxes(string folder, string name, Variable v, string wanted) =>
        new(Path.Combine(Find(folder, name)!, name), $"has the axes ({string.Join(", ", v.Axes)}), not ({wanted}).");

    public override Estimate Read(EstimateSource source, EstimateReading reading)
    {
        var (folder, hints) = (source.Path, reading.Hints);
        var a = Open(folder, "A", reading.Limits)!;
        if (!a.Axes.Order().SequenceEqual(["height", "unit_id", "width"])) throw OtherAxes(folder, "A", a, "unit_id, height, width");
        var (ownHeight, ownWidth, count) = (a.Length("height"), a.Length("width"), a.Length("unit_id"));
        var (height, width) = (hints.Height > 0 ? hints.Height : ownHeight, hints.Width > 0 ? hints.Width : ownWidth);
        MaskArrays.RequirePossible(count, height, width, folder);
        // A cropped or downsampled field says where it lies by its coordinates.
        var rows = Axis.Of(a.Numbers("height"), ownHeight, height);
        var columns = Axis.Of(a.Numbers("width"), ownWidth, width);
        if (rows is null || columns is null)
            throw new EstimateFormatException(folder, $"has footprints of {ownHeight} × {ownWidth} pixels that do not lie in a field of {height} × {width}.", "It belongs to another recording, or was computed on a downsampled movie.");
        var isDownsampled = rows.Step > 1 || columns.Step > 1;
        if (isDownsampled) reading.Note($"the movie was downsampled by {rows.Step} × {columns.Step}: every pixel of its {ownHeight} × {ownWidth} is spread over as many of the recording's");
        else if (ownHeight != height || ownWidth != width) reading.Note($"footprints of {ownHeight} × {ownWidth} pixels placed at ({rows.Starts[0]}, {columns.Starts[0]})");
        var own = MaskArraysOf(a, count, ownHeight, ownWidth, reading);
        var footprints = Place(own, rows, columns, height, width);
        var units = a.Numbers("unit_id") ?? [.. Enumerable.Range(0, count).Select(i => (double)i)];

        var shifts = reading.Optional(EstimateReading.Motion, "motion", () => Motion(folder, isDownsampled, reading));
        return reading.Finish(Name, footprints, "A", Traces(EstimateReading.Traces, "C"), Traces(EstimateReading.Activity, "S"), shifts);

        Matrix? Traces(string part, string name) => reading.Optional(part, name, () => Open(folder, name, reading.Limits) is { } v ? Joined(part, name, v, units, reading) : null);
    }

    private static SparseFootprints MaskArraysOf(Variable a, int units, int height, int width, EstimateReading reading)
    {
        // Into (unit, height, width), whatever the order in the file; NaN is xarray's padding.
        int[] order = [Array.IndexOf(a.Axes, "unit_id"), Array.IndexOf(a.Axes, "height"), Array.IndexOf(a.Axes, "width")];
        var turned = new Reordered(a.Array, order);
        var plain = new EstimateReading(reading.Path, reading.Hints with { Height = height, Width = width, Axes = MaskAxes.Yx }, reading.Limits);
        return MaskArrays.Dense(turned, () => turned.Doubles(a.Array.Doubles()), columnsFirst: false, plain, nanIsNothing: true);
    }

    private static SparseFootprints Place(SparseFootprints own, Axis rows, Axis columns, int height, int width)
    {
        var builder = new SparseFootprints.Builder(height, width);
        var (pixels, weights) = (new List<int>(), new List<double>());
        for (var u = 0; u < own.Count; u++)
        {
            pixels.Clear();
            weights.Clear();
            var at = own.Pixels(u);
            var with = own.Weights(u);
            for (var i = 0; i < at.Length; i++)
                for (var dy = 0; dy < rows.Step; dy++)
                    for (var dx = 0; dx < columns.Step; dx++)
                    {
                        var (r, c) = (rows.Starts[at[i] / own.Width] + dy, columns.Starts[at[i] % own.Width] + dx);
                        if (r < 0 || r >= height || c < 0 || c >= width) continue;
                        pixels.Add(r * width + c);
                        weights.Add(with[i]);
                    }
            builder.Add([.. pixels], [.. weights]);
        }
        return builder.Build();
    }

    // Rows of a table joined to the footprints by unit_id, columns to the recording's frames by frame.
    private static Matrix? Joined(string part, string name, Variable v, double[] units, EstimateReading reading)
    {
        if (!v.Axes.Order().SequenceEqual(["frame", "unit_id"])) throw OtherAxes(reading.Path, name, v, "unit_id, frame");
        var (n, t) = (v.Length("unit_id"), v.Length("frame"));
        var values = v.Array.Doubles();
        var isTurned = v.Axes[0] == "frame";
        var own = v.Numbers("unit_id") ?? [.. Enumerable.Range(0, n).Select(i => (double)i)];
        var rowOf = new Dictionary<double, int>();
        for (var i = 0; i < own.Length; i++) rowOf[own[i]] = i;
        // A number that two units have names neither; only where both tables list the same is their order enough.
        var isByOrder = rowOf.Count < own.Length || units.Distinct().Count() < units.Length;
        if (isByOrder && !own.AsSpan().SequenceEqual(units))
        {
            reading.LeftOut(part, $"{name}: the same unit_id stands at several units, so that its rows cannot be joined to the footprints");
            return null;
        }

        var frames = reading.Hints.Frames;
        var at = Axis.Places(v.Numbers("frame"), t);
        var words = "";
        if (frames > 0 && t != frames)
        {
            // A part of the frames, or every n-th: the others are not scored.
            if (v.Numbers("frame") is not { } coordinates || Axis.Whole(coordinates) is not { } whole || whole.Min() < 0 || whole.Max() >= frames)
            {
                reading.LeftOut(part, $"{name} has {t} frames and the recording {frames}, and no coordinates that say which they are");
                return null;
            }
            var step = whole.Length > 1 ? whole.Zip(whole.Skip(1), (x, y) => y - x).Min() : 1;
            if (step > 1 && part == EstimateReading.Activity)
            {
                reading.LeftOut(part, $"{name} has one frame in {step} only: the events of the frames between cannot be told apart");
                return null;
            }
            (at, words) = (whole, $"; it has {t} of {frames} frames{(step > 1 ? $", one in {step}" : $", from {whole.Min()} to {whole.Max()}")}, and only these are scored");
        }
        var table = new Matrix(units.Length, frames > 0 ? frames : t);
        if (words.Length > 0) Array.Fill(table.Values, double.NaN);
        int missing = 0, holes = 0;
        for (var u = 0; u < units.Length; u++)
        {
            var row = u;
            if (!isByOrder && !rowOf.TryGetValue(units[u], out row))
            {
                missing++;
                table.Row(u).Fill(double.NaN);
                continue;
            }
            for (var f = 0; f < t; f++)
            {
                table[u, at[f]] = values[isTurned ? f * n + row : row * t + f];
                if (!double.IsFinite(table[u, at[f]])) holes++;
            }
        }
        if (missing > 0) words += $"; {missing} of {units.Length} units have none";
        if (holes > 0) words += $"; {holes} values are NaN or infinite, and only the finite ones are scored";
        reading.Used(part, $"{name} ({n}, {t}), joined by unit_id{words}");
        if (words.Length > 0) reading.Note($"{part} from {name}{words}");
        return table;
    }

    private static Matrix? Motion(string folder, bool isDownsampled, EstimateReading reading)
    {
        if (Open(folder, "motion", reading.Limits) is not { } motion) return null;
        if (isDownsampled)
        {
            reading.LeftOut(EstimateReading.Motion, "motion was estimated on a downsampled movie, and the file does not say in whose pixels; give it with --shifts FILE.npy in px of the recording");
            return null;
        }
        int frameAxis = Array.IndexOf(motion.Axes, "frame"), shiftAxis = Array.IndexOf(motion.Axes, "shift_dim");
        if (frameAxis < 0 || shiftAxis < 0) throw OtherAxes(folder, "motion", motion, "frame, shift_dim");
        var names = motion.Axes.Length > 0 ? TryNames(motion) ?? ["height", "width"] : [];
        int dy = Array.IndexOf(names, "height"), dx = Array.IndexOf(names, "width");
        if (motion.Length("shift_dim") != 2 || dy < 0 || dx < 0) throw new EstimateFormatException(folder, $"motion has the shift_dim [{string.Join(", ", names)}], not [height, width].");
        // Non-rigid motion has a shift at every point of a grid.
        long[] lengths = [.. motion.Array.Lengths];
        var values = motion.Array.Doubles();
        var (sums, counts) = (new Matrix(motion.Length("frame"), 2), new Matrix(motion.Length("frame"), 2));
        var index = new long[lengths.Length];
        var at = Axis.Places(motion.Numbers("frame"), motion.Length("frame"));
        foreach (var value in values)
        {
            var (t, d) = (at[index[frameAxis]], index[shiftAxis] == dy ? 0 : 1);
            if (double.IsFinite(value)) (sums[t, d], counts[t, d]) = (sums[t, d] + value, counts[t, d] + 1);
            for (var a = index.Length - 1; a >= 0 && ++index[a] == lengths[a]; a--) index[a] = 0;
        }
        for (var i = 0; i < sums.Values.Length; i++) sums.Values[i] /= counts.Values[i];
        var isRigid = lengths.Length == 2;
        if (!isRigid) reading.Note($"motion is non-rigid ({string.Join(", ", motion.Axes)}): its mean over the grid is scored");
        return reading.FitShifts(isRigid ? "motion" : "the mean of motion over its grid", sums);
    }

    // Names in a packing that is not read cost nothing: minian always has height first.
    private static string[]? TryNames(Variable motion)
    {
        try
        {
            return motion.Names("shift_dim") is { } names && names.Any(n => n.Length > 0) ? names : null;
        }
        catch (Exception e) when (EstimateReading.IsOfFile(e))
        {
            return null;
        }
    }

    /// <summary>Where the pixels of an estimate lie in the field, along one axis.</summary>
    /// <param name="Starts">First pixel of the recording that each covers.</param>
    /// <param name="Step">How many each covers.</param>
    private sealed record Axis(int[] Starts, int Step)
    {
        /// <summary>Null where the coordinates do not lie in the field.</summary>
        public static Axis? Of(double[]? coordinates, int length, int field)
        {
            if (length == field) return new Axis(Places(coordinates, length), 1);
            if (coordinates is null || length == 0) return null;
            var step = length > 1 ? coordinates[1] - coordinates[0] : 1;
            if (!(step >= 1 && step == Math.Floor(step) && step <= field)) return null;
            for (var i = 1; i < length; i++)
                if (Math.Abs(coordinates[i] - coordinates[i - 1] - step) > 1e-9) return null;
            // The mean of a block has its middle as coordinate: 0.5, 2.5, …; its first pixel otherwise.
            var first = coordinates[0] == Math.Floor(coordinates[0]) ? coordinates[0] : coordinates[0] - (step - 1) / 2;
            if (first != Math.Floor(first) || first < 0 || first + (length - 1) * step >= field) return null;
            return new Axis([.. Enumerable.Range(0, length).Select(i => (int)(first + i * step))], (int)step);
        }

        /// <summary>Where each entry of a whole axis belongs: coordinates of another order than upwards say so.</summary>
        public static int[] Places(double[]? coordinates, int length) =>
            coordinates is not null && Whole(coordinates) is { } whole && whole.Length == length && whole.Max() - whole.Min() == length - 1
                ? [.. whole.Select(c => c - whole.Min())] : [.. Enumerable.Range(0, length)];

        /// <summary>Coordinates as whole numbers; null where they are not.</summary>
        public static int[]? Whole(double[] coordinates) =>
            coordinates.Length > 0 && coordinates.All(c => c == Math.Floor(c) && Math.Abs(c) < 1e9) && coordinates.Distinct().Count() == coordinates.Length ? [.. coordinates.Select(c => (int)c)] : null;
    }

    /// <summary>An array with its axes in another order.</summary>
    private sealed class Reordered(INumberArray array, int[] order) : INumberArray
    {
        public IReadOnlyList<long> Lengths { get; } = [.. order.Select(a => array.Lengths[a])];

        public void ReadBlocks(NumberBlock block, out double fill)
        {
            if (order is [0, 1, 2])
            {
                array.ReadBlocks(block, out fill);
                return;
            }
            array.ReadBlocks((numbers, origin, lengths) => block(Turn(numbers, lengths), [.. order.Select(a => origin[a])], [.. order.Select(a => lengths[a])]), out fill);
        }

        public double[] Doubles(double[] values) => order is [0, 1, 2] ? values : Turn(values, [.. array.Lengths]);

        private double[] Turn(ReadOnlySpan<double> values, long[] lengths)
        {
            long[] strides = [lengths[1] * lengths[2], lengths[2], 1];
            var result = new double[values.Length];
            var to = 0;
            for (long i = 0; i < lengths[order[0]]; i++)
                for (long j = 0; j < lengths[order[1]]; j++)
                    for (long k = 0; k < lengths[order[2]]; k++)
                        result[to++] = values[(int)(i * strides[order[0]] + j * strides[order[1]] + k * strides[order[2]])];
            return result;
        }
    }
}
