using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Minisim.Scenes;

namespace Minisim.Truth;

/// <summary>One published quantity of the truth: name, axes, unit and values. Formats write it without
/// knowing which step made it.</summary>
public sealed class TruthArray
{
    private readonly Lazy<Array> _values;
    private readonly Func<int[], Array>? _rows;
    private readonly int[] _units = [];

    /// <summary>An array of values.</summary>
    /// <param name="name">Name in files, e.g. <c>C</c>, <c>shifts</c>.</param>
    /// <param name="axes">Name of every axis, e.g. <c>["unit", "frame"]</c>. A first axis "unit" makes it per cell.</param>
    /// <param name="shape">Length of every axis.</param>
    /// <param name="units">Physical unit, or null.</param>
    /// <param name="values">Row-major values: double[], float[], int[] or bool[].</param>
    /// <param name="description">One line on what it is.</param>
    /// <exception cref="ArgumentException">The values are of another type, or do not fill the shape.</exception>
    public TruthArray(string name, IEnumerable<string> axes, IEnumerable<int> shape, string? units, Array values, string description)
    {
        (Name, Axes, Shape, Units, Description) = (name, [.. axes], [.. shape], units, description);
        Element = ElementOf(values);
        if (Shape.Aggregate(1L, (a, b) => a * b) != values.Length)
            throw new ArgumentException($"truth array {name} has {values.Length} values for shape [{string.Join(", ", Shape)}]", nameof(values));
        _values = new(values);
    }

    /// <summary>An array per cell that is put together when somebody asks for it: a movie alone does not need it.</summary>
    /// <param name="name">Name in files.</param>
    /// <param name="axes">Name of every axis; the first is "unit".</param>
    /// <param name="shape">Length of every axis.</param>
    /// <param name="units">Physical unit, or null.</param>
    /// <param name="element">Number type of the values.</param>
    /// <param name="rows">The values of some cells, one after the other; may be called at any time, from any thread.</param>
    /// <param name="description">One line on what it is.</param>
    internal TruthArray(string name, IEnumerable<string> axes, ImmutableArray<int> shape, string? units, TruthElement element, Func<int[], Array> rows, string description)
        : this(name, [.. axes], units, element, rows, description, [.. Enumerable.Range(0, shape[0])], shape)
    {
    }

    /// <summary>An array that is no one's of the cells, put together when somebody asks for it.</summary>
    /// <param name="name">Name in files.</param>
    /// <param name="axes">Name of every axis; the first is not "unit".</param>
    /// <param name="shape">Length of every axis.</param>
    /// <param name="units">Physical unit, or null.</param>
    /// <param name="element">Number type of the values.</param>
    /// <param name="values">Makes the values; called once, at any time, from any thread.</param>
    /// <param name="description">One line on what it is.</param>
    internal TruthArray(string name, IEnumerable<string> axes, ImmutableArray<int> shape, string? units, TruthElement element, Func<Array> values, string description)
    {
        (Name, Axes, Shape, Units, Element, Description) = (name, [.. axes], shape, units, element, description);
        _values = new(values);
    }

    private TruthArray(string name, ImmutableArray<string> axes, string? units, TruthElement element, Func<int[], Array> rows, string description, int[] cells, ImmutableArray<int> shape)
    {
        (Name, Axes, Shape, Units, Element, Description) = (name, axes, shape, units, element, description);
        (_rows, _units) = (rows, cells);
        _values = new(() => rows(cells));
    }

    /// <summary>Values of the cells one after the other, of each a number of its own, such as spike times. Where they end is told by <see cref="EndsOf"/>.</summary>
    /// <param name="name">Name in files; the array of the ends has it without a unit and with "index".</param>
    /// <param name="axis">What the axis counts; not "unit".</param>
    /// <param name="units">Physical unit, or null.</param>
    /// <param name="lengths">Values of every cell.</param>
    /// <param name="fill">Writes those of a cell; may be called at any time, from any thread.</param>
    /// <param name="description">One line on what it is.</param>
    internal static TruthArray Ragged(string name, string axis, string? units, int[] lengths, FillRow fill, string description) =>
        new(name, [axis], units, TruthElement.Float64, cells =>
        {
            var values = new double[cells.Sum(c => lengths[c])];
            var at = 0;
            foreach (var cell in cells)
            {
                fill(cell, values.AsSpan(at, lengths[cell]));
                at += lengths[cell];
            }
            return values;
        }, description, [.. Enumerable.Range(0, lengths.Length)], [lengths.Sum()])
        { _lengths = lengths };

    /// <summary>Where the values of each cell end in an array that is <see cref="Ragged"/>: running sums.</summary>
    internal static TruthArray EndsOf(string name, int[] lengths, string description) =>
        new(name, ["unit"], [lengths.Length], null, TruthElement.Int32, cells =>
        {
            var ends = new int[cells.Length];
            for (int i = 0, end = 0; i < ends.Length; i++) ends[i] = end += lengths[cells[i]];
            return ends;
        }, description);

    /// <summary>Arrays in which ragged ones know whose values are whose, from the ends beside them: those that come from files do not yet.</summary>
    internal static IReadOnlyList<TruthArray> Joined(IReadOnlyList<TruthArray> arrays)
    {
        var ends = arrays.FirstOrDefault(a => a.Name == "spike_times_index" && a.IsPerCell);
        if (ends is null || ends._lengths is not null) return arrays;
        var times = arrays.FirstOrDefault(a => a.Axes is ["spike"] && a._lengths is null);
        if (times is null) return arrays;
        var to = Array.ConvertAll(ends.ToDoubles(), e => (int)e);
        if (to.Length > 0 && to[^1] != times.Shape[0] || to.Where((e, i) => e < (i == 0 ? 0 : to[i - 1])).Any())
            throw new ArgumentException($"truth array {ends.Name} does not fit the {times.Shape[0]} values of {times.Name}", nameof(arrays));
        int[] lengths = [.. to.Select((e, i) => e - (i == 0 ? 0 : to[i - 1]))];
        return
        [
            .. arrays.Select(a => a == times ? Ragged(a.Name, "spike", a.Units, lengths, (cell, target) => Array.ConvertAll(times.ToDoubles()[(to[cell] - lengths[cell])..to[cell]], v => v).CopyTo(target), a.Description)
                : a == ends ? EndsOf(a.Name, lengths, a.Description) : a),
        ];
    }

    /// <summary>Writes the values of a cell.</summary>
    internal delegate void FillRow(int cell, Span<double> target);

    /// <summary>Writes consecutive values of a cell, from one on.</summary>
    internal delegate void FillPart<T>(int cell, int first, Span<T> target);

    /// <summary>Values (cell, …) that are made whenever they are asked for, cell by cell, and of a cell as many as are asked for.</summary>
    /// <param name="name">Name in files.</param>
    /// <param name="axes">Name of both axes.</param>
    /// <param name="shape">Cells, and values of each.</param>
    /// <param name="element">Number type of the values.</param>
    /// <param name="part">Writes some of a cell's; may be called at any time, from any thread.</param>
    /// <param name="description">One line on what it is.</param>
    internal static TruthArray CellByCell<T>(string name, string[] axes, (int Cells, int Length) shape, TruthElement element, FillPart<T> part, string description) where T : struct
    {
        var length = shape.Length;
        Array Block(int[] cells, int first, int count, Array? into)
        {
            var needed = checked(cells.Length * count);
            var values = into is T[] given && given.Length >= needed ? given : GC.AllocateUninitializedArray<T>(needed);
            // No run's token may stop it.
            Parallel.For(0, cells.Length, i => part(cells[i], first, values.AsSpan(i * count, count)));
            return values;
        }
        return new(name, [.. axes], null, element, cells => Block(cells, 0, length, null), description, [.. Enumerable.Range(0, shape.Cells)], [shape.Cells, length]) { _block = Block };
    }

    // Of an array that is made cell by cell: some of the values of some cells.
    private Func<int[], int, int, Array?, Array>? _block;
    // Of a ragged array: values of every cell that _rows knows.
    private int[]? _lengths;

    /// <summary>Whether the array changes with the choice of cells.</summary>
    internal bool FollowsCells => IsPerCell || _lengths is not null;

    /// <summary>Name in files, e.g. <c>C</c>, <c>shifts</c>.</summary>
    public string Name { get; }
    /// <summary>Name of every axis, e.g. <c>["unit", "frame"]</c>. A first axis "unit" makes it per cell.</summary>
    public ImmutableArray<string> Axes { get; }
    /// <summary>Length of every axis.</summary>
    public ImmutableArray<int> Shape { get; }
    /// <summary>Physical unit, or null.</summary>
    public string? Units { get; }
    /// <summary>Number type of the values.</summary>
    public TruthElement Element { get; }
    /// <summary>Row-major values: double[], float[], int[] or bool[], as <see cref="Element"/> says. Not to be changed.</summary>
    public Array Values => _values.Value;
    /// <summary>The values as bytes, in the machine's order.</summary>
    public ReadOnlySpan<byte> Bytes => BytesOf(Values);

    /// <summary>Values of a truth array as bytes, in the machine's order.</summary>
    internal static ReadOnlySpan<byte> BytesOf(Array values) => values switch
    {
        double[] d => MemoryMarshal.AsBytes<double>(d),
        float[] f => MemoryMarshal.AsBytes<float>(f),
        int[] i => MemoryMarshal.AsBytes<int>(i),
        _ => MemoryMarshal.AsBytes<bool>((bool[])values),
    };

    /// <summary>One line on what it is.</summary>
    public string Description { get; }
    /// <summary>What it does to the light, if it is a field that does anything; else null.</summary>
    public FieldRole? Role { get; init; }
    /// <summary>Whether the first axis is the cell.</summary>
    public bool IsPerCell => Axes.Length > 0 && Axes[0] == "unit";

    /// <summary>The values as double (bool: 0 and 1); a copy unless they are double already.</summary>
    public double[] ToDoubles() => Doubles(Values);

    private static double[] Doubles(Array values) => values switch
    {
        double[] d => d,
        float[] f => Array.ConvertAll(f, v => (double)v),
        int[] i => Array.ConvertAll(i, v => (double)v),
        _ => Array.ConvertAll((bool[])values, v => v ? 1.0 : 0.0),
    };

    /// <summary>Values of some rows along the first axis, as an array of the values' own type. Of an array per cell that nobody has asked for
    /// as a whole only these are made, and not held.</summary>
    /// <param name="first">First row.</param>
    /// <param name="count">How many.</param>
    internal Array Rows(int first, int count)
    {
        if (IsRowByRow) return _rows!(_units[first..(first + count)]);
        var length = RowLength;
        var rows = Array.CreateInstanceFromArrayType(Values.GetType(), checked(count * length));
        Array.Copy(Values, (long)first * length, rows, 0, rows.Length);
        return rows;
    }

    /// <summary>The bytes of some rows; see <see cref="Rows"/>.</summary>
    /// <param name="first">First row.</param>
    /// <param name="count">How many.</param>
    /// <param name="buffer">Scratch of the caller for one block after the other; null at first.</param>
    internal ReadOnlySpan<byte> BytesOfRows(int first, int count, scoped ref Array? buffer)
    {
        if (_block is null || !IsRowByRow) return BytesOf(Rows(first, count));
        buffer = _block(_units[first..(first + count)], 0, RowLength, buffer);
        return BytesOf(buffer)[..checked(count * RowLength * (Element == TruthElement.Float64 ? sizeof(double) : sizeof(float)))];
    }

    /// <summary>Some columns of an array of two axes as double (row, column); see <see cref="Rows"/>.</summary>
    internal double[] ColumnsOfDoubles(int first, int count)
    {
        if (_block is not null && IsRowByRow) return Doubles(_block(_units, first, count, null));
        var (all, length) = (ToDoubles(), RowLength);
        var columns = new double[checked(Shape[0] * count)];
        for (var i = 0; i < Shape[0]; i++) Array.Copy(all, i * length + first, columns, i * count, count);
        return columns;
    }

    /// <summary>A row along the first axis as double; see <see cref="Rows"/>.</summary>
    internal double[] RowOfDoubles(int index) => Doubles(Rows(index, 1));

    /// <summary>Values of a row along the first axis.</summary>
    internal int RowLength => Shape.Skip(1).Aggregate(1, (a, b) => checked(a * b));

    /// <summary>Whether some rows can be had without all others.</summary>
    internal bool IsRowByRow => _rows is not null && _lengths is null && !_values.IsValueCreated;

    /// <summary>Number of values.</summary>
    internal long Length => Shape.Aggregate(1L, (a, b) => a * b);

    /// <summary>Row <paramref name="index"/> along the first axis, as a span of the values' own type.</summary>
    public ReadOnlySpan<T> Row<T>(int index)
    {
        if (IsRowByRow) return (T[])Rows(index, 1);
        var length = Values.Length / Math.Max(Shape[0], 1);
        return ((T[])Values).AsSpan(index * length, length);
    }

    /// <summary>The array restricted to some indices of its first axis; of one that lists values cell after cell, to those of some cells.</summary>
    public TruthArray Take(IReadOnlyList<int> indices)
    {
        if (_lengths is { } lengths)
        {
            int[] cells = [.. indices.Select(i => _units[i])];
            return new TruthArray(Name, Axes, Units, Element, _rows!, Description, cells, [cells.Sum(c => lengths[c])]) { _lengths = lengths };
        }
        ImmutableArray<int> shape = [indices.Count, .. Shape[1..]];
        if (_rows is not null) return new TruthArray(Name, Axes, Units, Element, _rows, Description, [.. indices.Select(i => _units[i])], shape) { Role = Role, _block = _block };
        var row = Shape[0] == 0 ? 0 : Values.Length / Shape[0];
        var values = Array.CreateInstanceFromArrayType(Values.GetType(), row * indices.Count);
        for (var i = 0; i < indices.Count; i++) Array.Copy(Values, indices[i] * row, values, i * row, row);
        return new TruthArray(Name, Axes, shape, Units, values, Description) { Role = Role };
    }

    private static TruthElement ElementOf(Array values) => values switch
    {
        double[] => TruthElement.Float64,
        float[] => TruthElement.Float32,
        int[] => TruthElement.Int32,
        bool[] => TruthElement.Bool,
        _ => throw new ArgumentException($"truth arrays hold double, float, int or bool, not {values.GetType().GetElementType()}", nameof(values)),
    };
}
