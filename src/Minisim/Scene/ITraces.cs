namespace Minisim.Scenes;

/// <summary>A value of every cell in every frame: kept in memory, or made anew whenever it is asked for. Both are the same bits.</summary>
/// <remarks>An hour of 1,000 cells at 20 frames per second has 72 million values of each kind. What is made anew begins at the nearest place
/// before it at which the state is known, every <see cref="Stride"/> frames: from there, or over a whole recording, nothing is made twice.</remarks>
internal interface ITraces
{
    /// <summary>Cells.</summary>
    int Count { get; }
    /// <summary>Frames.</summary>
    int Frames { get; }
    /// <summary>Frames from one place to the next at which making begins; all of them if the values are kept.</summary>
    int Stride { get; }
    /// <summary>Whether the values are in memory.</summary>
    bool IsKept => Stride >= Frames;

    /// <summary>Writes the values of a cell in consecutive frames. Thread-safe; without allocation if they are kept.</summary>
    void Fill(int cell, int firstFrame, Span<double> values);

    /// <summary>The values of a cell in all frames, not to be written to, where they are kept; else null.</summary>
    double[]? Kept(int cell) => null;
}

/// <summary>Traces in memory.</summary>
/// <param name="rows">Values (cell, frame).</param>
internal sealed class KeptTraces(double[][] rows) : ITraces
{
    public int Count => rows.Length;
    public int Frames => rows.Length == 0 ? 0 : rows[0].Length;
    public int Stride => Frames;
    /// <summary>Values (cell, frame).</summary>
    public double[][] Rows => rows;

    public void Fill(int cell, int firstFrame, Span<double> values) => rows[cell].AsSpan(firstFrame, values.Length).CopyTo(values);
    public double[] Kept(int cell) => rows[cell];
}

/// <summary>The traces of some cells of others.</summary>
internal sealed class TracesOf(ITraces all, int[] cells) : ITraces
{
    public int Count => cells.Length;
    public int Frames => all.Frames;
    public int Stride => all.Stride;

    public void Fill(int cell, int firstFrame, Span<double> values) => all.Fill(cells[cell], firstFrame, values);
    public double[]? Kept(int cell) => all.Kept(cells[cell]);
}

/// <summary>What is common to traces of both kinds.</summary>
internal static class Traces
{
    /// <summary>Most values that are kept: 64 MiB of them. A sample or an edited scene is below, a long recording above.</summary>
    public const long MostKept = 1 << 23;
    // Places at which making begins cost 40 bytes a cell; what lies between them is made at once, for all cells that shine.
    private const long ValuesAtOnce = 1 << 22;
    private const int LeastStride = 256, MostStride = 2048;

    /// <summary>Frames from one place to the next at which traces begin that are made anew: fewer, the more cells there are.</summary>
    public static int StrideFor(int cells) => (int)Math.Clamp((long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)(ValuesAtOnce / Math.Max(cells, 1))), LeastStride, MostStride);

    /// <summary>The values of a cell in all frames.</summary>
    public static double[] Row(this ITraces traces, int cell)
    {
        var row = GC.AllocateUninitializedArray<double>(traces.Frames);
        traces.Fill(cell, 0, row);
        return row;
    }
}
