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
    public ReadOnlySpan<byte> Bytes => Values switch
    {
        double[] d => MemoryMarshal.AsBytes<double>(d),
        float[] f => MemoryMarshal.AsBytes<float>(f),
        int[] i => MemoryMarshal.AsBytes<int>(i),
        _ => MemoryMarshal.AsBytes<bool>((bool[])Values),
    };
    /// <summary>One line on what it is.</summary>
    public string Description { get; }
    /// <summary>What it does to the light, if it is a field that does anything; else null.</summary>
    public FieldRole? Role { get; init; }
    /// <summary>Whether the first axis is the cell.</summary>
    public bool IsPerCell => Axes.Length > 0 && Axes[0] == "unit";

    /// <summary>The values as double (bool: 0 and 1); a copy unless they are double already.</summary>
    public double[] ToDoubles() => Values switch
    {
        double[] d => d,
        float[] f => Array.ConvertAll(f, v => (double)v),
        int[] i => Array.ConvertAll(i, v => (double)v),
        _ => Array.ConvertAll((bool[])Values, v => v ? 1.0 : 0.0),
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
        ImmutableArray<int> shape = [indices.Count, .. Shape[1..]];
        if (_rows is not null) return new TruthArray(Name, Axes, Units, Element, _rows, Description, [.. indices.Select(i => _units[i])], shape) { Role = Role };
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
