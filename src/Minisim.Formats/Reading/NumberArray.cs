namespace Minisim.Formats.Reading;

/// <summary>Gets a block of an array.</summary>
/// <param name="numbers">Numbers, row-major; valid during the call.</param>
/// <param name="origin">Where the block begins, along every axis.</param>
/// <param name="lengths">Its lengths.</param>
internal delegate void NumberBlock(ReadOnlySpan<double> numbers, long[] origin, long[] lengths);

/// <summary>An array of numbers in a file, which may be far larger unpacked than what it is wanted for.</summary>
internal interface INumberArray
{
    /// <summary>Lengths of the axes.</summary>
    IReadOnlyList<long> Lengths { get; }

    /// <summary>Calls back for every block that is stored, in any order; elements of no block are <paramref name="fill"/>.</summary>
    void ReadBlocks(NumberBlock block, out double fill);
}

/// <summary>An array of numbers in memory.</summary>
internal sealed class NumbersInMemory(double[] values, int[] shape) : INumberArray
{
    public IReadOnlyList<long> Lengths { get; } = [.. shape.Select(s => (long)s)];

    public void ReadBlocks(NumberBlock block, out double fill)
    {
        fill = 0;
        if (values.Length > 0) block(values, new long[shape.Length], [.. Lengths]);
    }
}

/// <summary>An array of numbers of some type among bytes, turned into doubles a block at a time.</summary>
/// <param name="bytes">The bytes.</param>
/// <param name="from">Where the numbers begin.</param>
/// <param name="code">Their type, e.g. f4.</param>
/// <param name="isBigEndian">Their byte order.</param>
/// <param name="shape">Lengths, the last axis fastest.</param>
internal sealed class TypedNumbers(byte[] bytes, int from, string code, bool isBigEndian, int[] shape) : INumberArray
{
    public IReadOnlyList<long> Lengths { get; } = [.. shape.Select(s => (long)s)];

    public void ReadBlocks(NumberBlock block, out double fill)
    {
        fill = 0;
        // Whole rows of the first axis, so that a block is a box.
        if (shape.Any(s => s == 0)) return;
        var row = 1;
        for (var a = 1; a < shape.Length; a++) row = checked(row * shape[a]);
        var step = Math.Max(1, (1 << 20) / row);
        for (var r = 0; r < (shape.Length == 0 ? 1 : shape[0]); r += step)
        {
            var rows = shape.Length == 0 ? 1 : Math.Min(step, shape[0] - r);
            var numbers = Numpy.NpyFile.Decode(bytes, checked(from + r * row * (code[1] - '0')), rows * row, code, isBigEndian);
            long[] origin = [.. shape.Select((_, a) => a == 0 ? (long)r : 0)], lengths = [.. shape.Select((s, a) => a == 0 ? (long)rows : s)];
            block(numbers, origin, lengths);
        }
    }
}
