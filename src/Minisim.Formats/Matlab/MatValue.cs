using Minisim.Formats.Reading;
using Minisim.Metrics;

namespace Minisim.Formats.Matlab;

/// <summary>A value of MATLAB, whichever way it was saved.</summary>
internal abstract class MatValue
{
    /// <summary>The value in a few words.</summary>
    public abstract string Describe();
}

/// <summary>An array of numbers.</summary>
/// <param name="stored">The numbers as they are stored: axes in the reverse of MATLAB's order, the last one fastest.</param>
/// <param name="doubles">All of them in that order.</param>
internal sealed class MatNumbers(INumberArray stored, Func<double[]> doubles) : MatValue
{
    private double[]? _values;

    public INumberArray Stored => stored;

    /// <summary>Lengths as MATLAB gives them: rows, columns, …</summary>
    public int[] Size { get; } = [.. stored.Lengths.Reverse().Select(n => n <= int.MaxValue ? (int)n : throw new NotReadException($"it has an axis of {n} elements", ""))];

    /// <summary>All numbers, MATLAB's first axis fastest.</summary>
    public double[] Values => _values ??= doubles();

    public override string Describe() => $"({string.Join(" × ", Size)})";

    /// <summary>As a table (row, column).</summary>
    public Matrix? Table() => Size is [var rows, var columns] ? new Matrix(columns, rows, Values).Transpose() : null;
}

/// <summary>A sparse matrix by columns.</summary>
/// <param name="Rows">Number of rows; −1 where the file does not say.</param>
/// <param name="Columns">Number of columns.</param>
/// <param name="Starts">Start of every column, and the end of the last.</param>
/// <param name="Indices">Rows of the values.</param>
/// <param name="Data">The values.</param>
internal sealed record MatSparse(long Rows, int Columns, int[] Starts, int[] Indices, double[] Data);

/// <summary>A sparse matrix, read when asked for.</summary>
internal sealed class MatSparseValue(Func<MatSparse> read) : MatValue
{
    private MatSparse? _value;

    public MatSparse Value => _value ??= read();

    public override string Describe() => "(sparse)";
}

/// <summary>A struct: named fields. Arrays of structs have one set of fields for every element.</summary>
internal sealed class MatStruct(IReadOnlyList<string> names, Func<string, int, MatValue?> field, int count = 1) : MatValue
{
    public IReadOnlyList<string> Names => names;

    /// <summary>Number of elements.</summary>
    public int Count => count;

    /// <summary>A field of an element; null where there is none.</summary>
    public MatValue? Field(string name, int element = 0) => element < count && names.Contains(name) ? field(name, element) : null;

    public override string Describe() => $"(struct with {string.Join(", ", names.Take(12))}{(names.Count > 12 ? ", …" : "")})";
}

/// <summary>A cell array.</summary>
internal sealed class MatCell(int count, Func<int, MatValue?> element) : MatValue
{
    public int Count => count;

    public MatValue? this[int index] => element(index);

    public override string Describe() => $"(cell array of {count})";
}

/// <summary>Text, an object, a function, or what else is not data.</summary>
internal sealed class MatOther(string kind) : MatValue
{
    /// <summary>What it is, e.g. "object of class Sources2D".</summary>
    public string Kind => kind;

    public override string Describe() => $"({kind})";
}
