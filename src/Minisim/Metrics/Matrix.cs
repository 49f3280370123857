namespace Minisim.Metrics;

/// <summary>A table of numbers (row, column), row-major: traces (unit, frame), shifts (frame, 2).</summary>
public sealed class Matrix
{
    /// <summary>A table over the given values, which are not copied.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="values">Row-major values, rows × columns of them.</param>
    /// <exception cref="ArgumentException">The number of values does not fit the shape.</exception>
    public Matrix(int rows, int columns, double[] values)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        if ((long)rows * columns != values.Length)
            throw new ArgumentException($"{values.Length} values do not fill a table of {rows} × {columns}", nameof(values));
        (Rows, Columns, Values) = (rows, columns, values);
    }

    /// <summary>A table of zeros.</summary>
    public Matrix(int rows, int columns) : this(rows, columns, new double[checked(rows * columns)]) { }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }
    /// <summary>Number of columns.</summary>
    public int Columns { get; }
    /// <summary>All values, row-major.</summary>
    public double[] Values { get; }

    /// <summary>One value.</summary>
    public double this[int row, int column]
    {
        get => Values[row * Columns + column];
        set => Values[row * Columns + column] = value;
    }

    /// <summary>One row.</summary>
    public Span<double> Row(int row) => Values.AsSpan(row * Columns, Columns);

    /// <summary>Rows and columns exchanged.</summary>
    public Matrix Transpose()
    {
        var result = new Matrix(Columns, Rows);
        for (var r = 0; r < Rows; r++)
            for (var c = 0; c < Columns; c++)
                result.Values[c * Rows + r] = Values[r * Columns + c];
        return result;
    }

    /// <summary>Some rows only, in the given order.</summary>
    public Matrix Take(IReadOnlyList<int> rows)
    {
        var result = new Matrix(rows.Count, Columns);
        for (var i = 0; i < rows.Count; i++) Row(rows[i]).CopyTo(result.Row(i));
        return result;
    }
}
