using Minisim.Numerics;

namespace Minisim;

/// <summary>A file in blocks, hashed on the way: its length costs no memory.</summary>
internal sealed class InputBlocks(Stream file, Sha256.Running? hash = null)
{
    private readonly byte[] _block = new byte[1 << 18];
    private int _at, _end;

    /// <summary>What has been read and not skipped; valid until the next call.</summary>
    public ReadOnlySpan<byte> Rest => _block.AsSpan(_at, _end - _at);

    /// <summary>More bytes behind the rest; false at the end, or if the block is full.</summary>
    public bool More()
    {
        if (_at > 0)
        {
            Rest.CopyTo(_block);
            (_at, _end) = (0, _end - _at);
        }
        var n = _end == _block.Length ? 0 : file.Read(_block, _end, _block.Length - _end);
        hash?.Add(_block.AsSpan(_end, n));
        _end += n;
        return n > 0;
    }

    /// <summary>Whether the rest can be made that long.</summary>
    public bool Has(int bytes)
    {
        while (Rest.Length < bytes)
            if (!More())
                return false;
        return true;
    }

    public void Skip(int bytes) => _at += bytes;

    /// <summary>Skips a byte-order mark of UTF-8.</summary>
    public void SkipMark()
    {
        if (Has(3) && Rest[..3].SequenceEqual("\uFEFF"u8)) Skip(3);
    }

    /// <summary>Finds the next line, which the rest then begins with; false at the end of the file.</summary>
    /// <param name="longest">A longer line is not searched to its end.</param>
    /// <param name="length">Bytes of the line without its line feed.</param>
    public bool Line(int longest, out int length)
    {
        for (length = 0; ;)
        {
            var end = Rest[length..].IndexOf((byte)'\n');
            if (end >= 0)
            {
                length += end;
                return true;
            }
            length = Rest.Length;
            if (length > longest) return true;
            if (!More()) return length > 0;
        }
    }

    /// <summary>Skips a line and its line feed.</summary>
    public void SkipLine(int length) => Skip(Math.Min(length + 1, Rest.Length));
}
