namespace Minisim.Truth;

/// <summary>One published quantity of the truth: name, axes, unit and values. Formats write it without
/// knowing which step made it.</summary>
/// <param name="Name">Name in files, e.g. <c>C</c>, <c>shifts</c>.</param>
/// <param name="Axes">Name of every axis, e.g. <c>["unit", "frame"]</c>. A first axis "unit" makes it per cell.</param>
/// <param name="Shape">Length of every axis.</param>
/// <param name="Units">Physical unit, or null.</param>
/// <param name="Values">Row-major values: double[], float[], int[] or bool[].</param>
/// <param name="Description">One line on what it is.</param>
public sealed record TruthArray(string Name, string[] Axes, int[] Shape, string? Units, Array Values, string Description)
{
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
        var row = Shape[0] == 0 ? 0 : Values.Length / Shape[0];
        var values = Array.CreateInstanceFromArrayType(Values.GetType(), row * indices.Count);
        for (var i = 0; i < indices.Count; i++) Array.Copy(Values, indices[i] * row, values, i * row, row);
        return this with { Shape = [indices.Count, .. Shape[1..]], Values = values };
    }
}
