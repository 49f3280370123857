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
    public TruthArray(string name, string[] axes, int[] shape, string? units, Array values, string description)
    {
        (Name, Axes, Shape, Units, Description) = (name, axes, shape, units, description);
        _values = new(values);
    }

    /// <summary>Traces that are put together when somebody asks for them: a movie alone needs no copy of them.</summary>
    /// <param name="name">Name in files.</param>
    /// <param name="count">Number of cells.</param>
    /// <param name="frames">Number of frames.</param>
    /// <param name="rows">The values of some cells, one after the other; may be called from any thread.</param>
    /// <param name="description">One line on what it is.</param>
    internal TruthArray(string name, int count, int frames, Func<int[], Array> rows, string description)
        : this(name, ["unit", "frame"], null, rows, description, [.. Enumerable.Range(0, count)], [count, frames])
    {
    }

    private TruthArray(string name, string[] axes, string? units, Func<int[], Array> rows, string description, int[] cells, int[] shape)
    {
        (Name, Axes, Shape, Units, Description) = (name, axes, shape, units, description);
        (_rows, _units) = (rows, cells);
        _values = new(() => rows(cells));
    }

    /// <summary>Name in files, e.g. <c>C</c>, <c>shifts</c>.</summary>
    public string Name { get; }
    /// <summary>Name of every axis, e.g. <c>["unit", "frame"]</c>. A first axis "unit" makes it per cell.</summary>
    public string[] Axes { get; }
    /// <summary>Length of every axis.</summary>
    public int[] Shape { get; }
    /// <summary>Physical unit, or null.</summary>
    public string? Units { get; }
    /// <summary>Row-major values: double[], float[], int[] or bool[].</summary>
    public Array Values => _values.Value;
    /// <summary>One line on what it is.</summary>
    public string Description { get; }
    /// <summary>Whether the first axis is the cell.</summary>
    public bool IsPerCell => Axes.Length > 0 && Axes[0] == "unit";

    /// <summary>The values as double (bool: 0 and 1); a copy unless they are double already.</summary>
    public double[] ToDoubles() => Values switch
    {
        double[] d => d,
        float[] f => Array.ConvertAll(f, v => (double)v),
        int[] i => Array.ConvertAll(i, v => (double)v),
        bool[] b => Array.ConvertAll(b, v => v ? 1.0 : 0.0),
        _ => throw new NotSupportedException($"truth array {Name} holds {Values.GetType().Name}"),
    };

    /// <summary>Row <paramref name="index"/> along the first axis, as a span of the values' own type.</summary>
    public ReadOnlySpan<T> Row<T>(int index)
    {
        var length = Values.Length / Math.Max(Shape[0], 1);
        return ((T[])Values).AsSpan(index * length, length);
    }

    /// <summary>The array restricted to some indices of its first axis.</summary>
    public TruthArray Take(IReadOnlyList<int> indices)
    {
        int[] shape = [indices.Count, .. Shape[1..]];
        if (_rows is not null) return new TruthArray(Name, Axes, Units, _rows, Description, [.. indices.Select(i => _units[i])], shape);
        var row = Shape[0] == 0 ? 0 : Values.Length / Shape[0];
        var values = Array.CreateInstanceFromArrayType(Values.GetType(), row * indices.Count);
        for (var i = 0; i < indices.Count; i++) Array.Copy(Values, indices[i] * row, values, i * row, row);
        return new TruthArray(Name, Axes, shape, Units, values, Description);
    }
}
