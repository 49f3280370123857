using System.Runtime.InteropServices;

namespace Minisim.Scenes;

/// <summary>A sparse image: a rectangular patch and its place on a grid. Nothing per cell is ever stored at
/// canvas size.</summary>
/// <param name="Row">Grid row of the patch's first row.</param>
/// <param name="Col">Grid column of the patch's first column.</param>
/// <param name="Height">Rows of the patch.</param>
/// <param name="Width">Columns of the patch.</param>
/// <param name="Values">Weights (row, column), row-major.</param>
public sealed record Footprint(int Row, int Col, int Height, int Width, float[] Values)
{
    /// <summary>A footprint without pixels.</summary>
    public static Footprint Empty { get; } = new(0, 0, 0, 0, []);

    private ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes<float>(Values);

    /// <summary>Whether two footprints have the same place and the same weights, bit for bit.</summary>
    public bool Equals(Footprint? other) =>
        other is not null && (Row, Col, Height, Width) == (other.Row, other.Col, other.Height, other.Width) && Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add((Row, Col, Height, Width));
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }

    /// <summary>Whether there is no pixel.</summary>
    public bool IsEmpty => Values.Length == 0;

    /// <summary>Weight at a grid place; 0 outside the patch.</summary>
    public float this[int row, int col] =>
        row >= Row && row < Row + Height && col >= Col && col < Col + Width ? Values[(row - Row) * Width + col - Col] : 0;

    /// <summary>The smallest patch that holds every non-zero of a dense image.</summary>
    public static Footprint FromDense(ReadOnlySpan<double> dense, int height, int width)
    {
        int top = height, left = width, bottom = -1, right = -1;
        for (var r = 0; r < height; r++)
            for (var c = 0; c < width; c++)
                if (dense[r * width + c] != 0)
                {
                    top = Math.Min(top, r);
                    bottom = Math.Max(bottom, r);
                    left = Math.Min(left, c);
                    right = Math.Max(right, c);
                }
        if (bottom < 0) return Empty;
        int h = bottom - top + 1, w = right - left + 1;
        var values = new float[h * w];
        for (var r = 0; r < h; r++)
            for (var c = 0; c < w; c++)
                values[r * w + c] = (float)dense[(top + r) * width + left + c];
        return new Footprint(top, left, h, w, values);
    }

    /// <summary>The part inside a window of the grid, in the window's own indices;
    /// <see cref="Empty"/> where they do not meet.</summary>
    public Footprint Crop(int row, int col, int height, int width)
    {
        int r0 = Math.Max(Row, row), c0 = Math.Max(Col, col);
        int h = Math.Min(Row + Height, row + height) - r0, w = Math.Min(Col + Width, col + width) - c0;
        if (h <= 0 || w <= 0) return Empty;
        if (h == Height && w == Width) return this with { Row = Row - row, Col = Col - col };
        var values = new float[h * w];
        for (var r = 0; r < h; r++)
            Values.AsSpan((r0 - Row + r) * Width + c0 - Col, w).CopyTo(values.AsSpan(r * w));
        return new Footprint(r0 - row, c0 - col, h, w, values);
    }

    /// <summary>Whether any non-zero pixel lies in a window of the grid.</summary>
    public bool Touches(int row, int col, int height, int width)
    {
        for (var r = Math.Max(Row, row); r < Math.Min(Row + Height, row + height); r++)
            for (var c = Math.Max(Col, col); c < Math.Min(Col + Width, col + width); c++)
                if (this[r, c] != 0)
                    return true;
        return false;
    }

    /// <summary>Adds the footprint to a dense image of the grid's shape (row, column).</summary>
    public void AddTo(Span<float> dense, int gridHeight, int gridWidth)
    {
        for (var r = Math.Max(0, -Row); r < Height && Row + r < gridHeight; r++)
            for (var c = Math.Max(0, -Col); c < Width && Col + c < gridWidth; c++)
                dense[(Row + r) * gridWidth + Col + c] += Values[r * Width + c];
    }
}
