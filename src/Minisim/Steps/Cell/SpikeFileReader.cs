using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Minisim.Numerics;

namespace Minisim.Steps;

/// <summary>What a file of spikes gave.</summary>
/// <param name="Spikes">The spikes within the recording and its past.</param>
/// <param name="Sha256">Of the whole file.</param>
/// <param name="Rows">Spikes in the file.</param>
/// <param name="Dropped">Of them outside of the recording and its past.</param>
/// <param name="Moved">Of them moved to a free bin.</param>
internal sealed record SpikeFileContent(GivenSpikes Spikes, string Sha256, long Rows, long Dropped, long Moved);

/// <summary>Reads files of spikes, row by row: what a file holds beyond the spikes that are used is never in memory.</summary>
internal static partial class SpikeFileReader
{
    // The last files that were read: a spec is checked, keyed and compiled in turn.
    private static readonly Lock Gate = new();
    private static readonly List<(Key Key, SpikeFileContent Content)> Recent = [];
    private const int Kept = 4;

    private sealed record Key(string Path, long Length, DateTime Written, SpikeFormat Format, FineGrid Grid, int MostUnits);

    /// <summary>The spikes of a file on a grid.</summary>
    /// <exception cref="SpikeFileException">It cannot be used.</exception>
    public static SpikeFileContent Read(SpikeFile file, FineGrid grid, int mostUnits)
    {
        var path = file.Path!;
        var full = System.IO.Path.GetFullPath(path);
        switch (InputFile.KindOf(full))
        {
            case PathKind.Missing: throw new SpikeFileException("path", null, "there is no such file.", "Check the path; a relative one counts from the folder of the spec file.");
            case PathKind.Folder: throw new SpikeFileException("path", null, "is a folder.", "Give the file in it.");
            case PathKind.Special: throw new SpikeFileException("path", null, "is a pipe or a device, which cannot be read twice.", "Copy it into a file.");
        }
        var format = file.Format ?? System.IO.Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".csv" or ".txt" or ".tsv" => SpikeFormat.Csv,
            ".npy" => SpikeFormat.Npy,
            ".npz" => SpikeFormat.NwbArrays,
            var ending => throw new SpikeFileException("format", null, $"is not given, and the ending \"{ending}\" does not tell it.", "Give \"csv\", \"npy\" or \"nwb_arrays\"."),
        };
        try
        {
            var info = new FileInfo(full);
            var key = new Key(full, info.Length, info.LastWriteTimeUtc, format, grid, mostUnits);
            lock (Gate)
            {
                var at = Recent.FindIndex(r => r.Key == key);
                if (at < 0)
                {
                    Recent.Add((key, ReadNow(full, format, grid, mostUnits)));
                    if (Recent.Count > Kept) Recent.RemoveAt(0);
                    at = Recent.Count - 1;
                }
                var content = Recent[at].Content;
                if (file.Sha256 is { } expected && !expected.Equals(content.Sha256, StringComparison.OrdinalIgnoreCase))
                    throw new SpikeFileException("sha256", null, $"the file has {content.Sha256}: it is another one than was meant.", "Get the right file, or leave sha256 out.");
                return content;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new SpikeFileException("path", null, $"cannot be read ({e.Message.TrimEnd('.')}).", "Check the file and its permissions.");
        }
    }

    private static SpikeFileContent ReadNow(string path, SpikeFormat format, FineGrid grid, int mostUnits)
    {
        var builder = new GivenSpikes.Builder(grid, mostUnits);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        if (file.Length == 0) throw new SpikeFileException("path", null, "is empty.", "A file of spikes has at least its header.");
        var hash = new Sha256.Running();
        if (format == SpikeFormat.NwbArrays)
        {
            var buffer = new byte[1 << 20];
            for (int n; (n = file.Read(buffer)) > 0;) hash.Add(buffer.AsSpan(0, n));
            file.Position = 0;
            var rows = Archive(file, builder);
            return new(builder.Build(), Convert.ToHexStringLower(hash.End()), rows, builder.Dropped, builder.Moved);
        }
        var source = new InputBlocks(file, hash);
        var count = format == SpikeFormat.Csv ? Csv(source, builder) : Npy(source, builder);
        return new(builder.Build(), Convert.ToHexStringLower(hash.End()), count, builder.Dropped, builder.Moved);
    }

    private static SpikeFileException Bad(string? where, string reason, string remedy) => new("path", where, reason, remedy);

    private const string CsvRemedy = "Write a header \"unit,time_s\" and a line for every spike, such as 0,1.25.";
    private const int LongestLine = 1 << 16;

    private static long Csv(InputBlocks source, GivenSpikes.Builder to)
    {
        if (source.Has(2) && source.Rest[..2] is [0xFF, 0xFE] or [0xFE, 0xFF]) throw Bad("line 1", "the text is UTF-16.", "Save it as UTF-8.");
        if (source.Has(4) && (source.Rest[1..4].SequenceEqual("HDF"u8) || source.Rest[..2].SequenceEqual("PK"u8) || source.Rest[1..4].SequenceEqual("NUM"u8)))
            throw Bad(null, "is no text.", "Give its format: \"npy\" or \"nwb_arrays\"; a spreadsheet must be saved as CSV.");
        source.SkipMark();
        long line = 0, rows = 0;
        while (source.Line(LongestLine, out var length))
        {
            line++;
            if (length > LongestLine) throw Bad($"line {line}", $"is longer than {LongestLine} characters.", CsvRemedy);
            var text = source.Rest[..length];
            if (text is [.., (byte)'\r']) text = text[..^1];
            if (line == 1) Header(text);
            else if (!text.Trim((byte)' ').IsEmpty)
            {
                Row(text, line, to);
                rows++;
            }
            source.SkipLine(length);
        }
        if (line == 0) throw Bad(null, "is empty.", CsvRemedy);
        return rows;
    }

    private static void Header(ReadOnlySpan<byte> text)
    {
        var header = Encoding.UTF8.GetString(text.Length > 200 ? text[..200] : text);
        var names = header.Split(',').Select(n => n.Trim().Trim('"').ToLowerInvariant()).ToArray();
        if (names is ["unit", "time_s"]) return;
        var shown = ProblemList.Shorten(header);
        if (header.Contains(';') || header.Contains('\t')) throw Bad("line 1", $"the header is \"{shown}\": columns are separated by commas.", CsvRemedy);
        if (names.Length > 0 && double.TryParse(names[0], CultureInfo.InvariantCulture, out _)) throw Bad("line 1", "there is no header.", CsvRemedy);
        throw Bad("line 1", $"the header is \"{shown}\", not \"unit,time_s\".", CsvRemedy);
    }

    private static void Row(ReadOnlySpan<byte> text, long line, GivenSpikes.Builder to)
    {
        var comma = text.IndexOf((byte)',');
        if (comma < 0)
            throw Bad(At(line), $"\"{Shown(text)}\" has one column.", text.Contains((byte)';') || text.Contains((byte)'\t') ? "Separate the columns by commas." : CsvRemedy);
        var second = text[(comma + 1)..];
        if (second.Contains((byte)','))
            throw Bad(At(line), $"\"{Shown(text)}\" has more than two columns.", second.Count((byte)',') == 1 && text[..comma].IndexOfAnyExcept("0123456789"u8) < 0
                ? "Write decimals with a point (1.25), and leave other columns out." : CsvRemedy);
        if (!Number(text[..comma], out var unit)) throw Bad(At(line), $"the unit is \"{Shown(text[..comma])}\", which is no number.", CsvRemedy);
        if (!Number(second, out var time)) throw Bad(At(line), $"the time is \"{Shown(second)}\", which is no number.", CsvRemedy);
        to.Add(unit, time, new("line ", line));

        static string At(long line) => $"line {line}";
        static string Shown(ReadOnlySpan<byte> text) => ProblemList.Shorten(Encoding.UTF8.GetString(text[..Math.Min(text.Length, 200)]).Trim())!;
        static bool Number(ReadOnlySpan<byte> text, out double value)
        {
            text = text.Trim(" \t\""u8);
            if (Utf8Parser.TryParse(text, out value, out var used) && used == text.Length && used > 0) return true;
            // Rare spellings of what is no time.
            value = double.NaN;
            return text.Length is > 2 and < 10 && Encoding.ASCII.GetString(text).ToLowerInvariant() is "nan" or "inf" or "-inf" or "+inf" or "infinity" or "-infinity";
        }
    }

    private const string NpyRemedy = "Save it with numpy.save(path, numpy.column_stack([units, times_s])).";

    private static long Npy(InputBlocks source, GivenSpikes.Builder to)
    {
        var header = NpyHeader.Read(source.Has, () => source.Rest, source.Skip, "");
        if (header.Shape is not [var rows, 2]) throw Bad(null, $"has the shape ({string.Join(", ", header.Shape)}), not (spikes, 2).", NpyRemedy);
        if (header.IsFortran && rows > 1) throw Bad(null, "holds its columns one after the other (Fortran order).", "Save numpy.ascontiguousarray(array).");
        for (long row = 0; row < rows; row++)
        {
            if (!source.Has(2 * header.Bytes)) throw Bad($"row {row}", $"the file ends here, and its header says {rows} rows.", "The file is cut off: write it again.");
            double unit = header.Value(source.Rest), time = header.Value(source.Rest[header.Bytes..]);
            source.Skip(2 * header.Bytes);
            to.Add(unit, time, new("row ", row));
        }
        // To the end, for the hash.
        long after = 0;
        do
        {
            after += source.Rest.Length;
            source.Skip(source.Rest.Length);
        }
        while (source.More());
        return after == 0 ? rows : throw Bad(null, $"has {after} bytes more than its header says.", "Write the file again.");
    }

    private const string ArchiveRemedy = "Save it with numpy.savez(path, spike_times=times_s, spike_times_index=ends).";

    private static long Archive(Stream file, GivenSpikes.Builder to)
    {
        Span<byte> magic = stackalloc byte[4];
        if (file.ReadAtLeast(magic, 4, throwOnEndOfStream: false) < 4 || !magic[..2].SequenceEqual("PK"u8))
            throw Bad(null, magic[1..].SequenceEqual("HDF"u8) ? "is an HDF5 file." : "is no .npz archive.",
                "Save the two arrays of its Units table: numpy.savez(path, spike_times=nwb.units.spike_times.data[:], spike_times_index=nwb.units.spike_times_index.data[:]).");
        file.Position = 0;
        try
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            var ends = new List<long>();
            var indices = Open(archive, "spike_times_index", out var indexStream);
            using (indexStream)
            {
                if (indices.Header.Shape is not [var units]) throw Bad("spike_times_index", $"has the shape ({string.Join(", ", indices.Header.Shape)}), not (units).", ArchiveRemedy);
                to.AtLeast(units, "spike_times_index");
                for (long u = 0; u < units; u++)
                {
                    var end = Next(indices, "spike_times_index", u, units);
                    if (!(end >= (ends.Count == 0 ? 0 : ends[^1]) && end < 1L << 53 && end == Math.Floor(end)))
                        throw Bad($"spike_times_index[{u}]", FormattableString.Invariant($"{end} does not follow {(ends.Count == 0 ? 0 : ends[^1])}: it says where the spikes of the units end, ascending."), ArchiveRemedy);
                    ends.Add((long)end);
                }
            }
            var times = Open(archive, "spike_times", out var timesStream);
            using (timesStream)
            {
                if (times.Header.Shape is not [var spikes]) throw Bad("spike_times", $"has the shape ({string.Join(", ", times.Header.Shape)}), not (spikes).", ArchiveRemedy);
                if (spikes != (ends.Count == 0 ? 0 : ends[^1]))
                    throw Bad("spike_times_index", $"ends at {(ends.Count == 0 ? 0 : ends[^1])}, and there are {spikes} spike times.", ArchiveRemedy);
                var unit = 0;
                for (long i = 0; i < spikes; i++)
                {
                    while (i >= ends[unit]) unit++;
                    to.Add(unit, Next(times, "spike_times", i, spikes), new("spike_times[", i, "]"));
                }
                return spikes;
            }
        }
        catch (InvalidDataException e)
        {
            throw Bad(null, $"is a damaged archive ({e.Message.TrimEnd('.')}).", ArchiveRemedy);
        }
    }

    private static (NpyHeader Header, InputBlocks Source) Open(ZipArchive archive, string name, out Stream stream)
    {
        var entry = archive.GetEntry(name + ".npy") ?? throw Bad(null, $"has no array {name}.", ArchiveRemedy);
        stream = entry.Open();
        var source = new InputBlocks(stream);
        return (NpyHeader.Read(source.Has, () => source.Rest, source.Skip, name), source);
    }

    private static double Next((NpyHeader Header, InputBlocks Source) array, string name, long index, long count)
    {
        if (!array.Source.Has(array.Header.Bytes)) throw Bad($"{name}[{index}]", $"the array ends here, and its header says {count} values.", ArchiveRemedy);
        var value = array.Header.Value(array.Source.Rest);
        array.Source.Skip(array.Header.Bytes);
        return value;
    }

    private delegate ReadOnlySpan<byte> Bytes();

    /// <summary>The header of a NumPy array.</summary>
    private sealed partial record NpyHeader(char Kind, int Bytes, bool IsBigEndian, bool IsFortran, long[] Shape)
    {
        [GeneratedRegex(@"'descr'\s*:\s*'([<>|=])([fiu])([1248])'")]
        private static partial Regex Type();
        [GeneratedRegex(@"'shape'\s*:\s*\(([0-9, ]*)\)")]
        private static partial Regex Dimensions();

        public static NpyHeader Read(Func<int, bool> has, Bytes rest, Action<int> skip, string where)
        {
            var place = where.Length == 0 ? null : where;
            if (!has(12) || rest()[0] != 0x93 || !rest()[1..6].SequenceEqual("NUMPY"u8)) throw Bad(place, "is no NumPy array (.npy).", NpyRemedy);
            var version = rest()[6];
            var (length, begin) = version == 1 ? (BinaryPrimitives.ReadUInt16LittleEndian(rest()[8..]), 10) : ((int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(rest()[8..]), 1 << 16), 12);
            if (!has(begin + length)) throw Bad(place, "ends within its header.", "The file is cut off: write it again.");
            var text = Encoding.Latin1.GetString(rest().Slice(begin, length));
            skip(begin + length);
            if (Type().Match(text) is not { Success: true } type) throw Bad(place, "does not hold plain numbers.", "Save float64 values.");
            if (Dimensions().Match(text) is not { Success: true } shape) throw Bad(place, "has a header without a shape.", NpyRemedy);
            var (kind, bytes) = (type.Groups[2].Value[0], type.Groups[3].Value[0] - '0');
            if (kind == 'f' && bytes < 4) throw Bad(place, "holds numbers of 16 bits, too coarse for times.", "Save float64 values.");
            long[] dimensions;
            try
            {
                dimensions = [.. shape.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(d => long.Parse(d, CultureInfo.InvariantCulture))];
            }
            catch (Exception e) when (e is OverflowException or FormatException)
            {
                throw Bad(place, $"has the shape ({shape.Groups[1].Value}).", NpyRemedy);
            }
            return new NpyHeader(kind, bytes, type.Groups[1].Value == ">", text.Contains("'fortran_order': True", StringComparison.Ordinal), dimensions);
        }

        public double Value(ReadOnlySpan<byte> at) => (Kind, Bytes) switch
        {
            ('f', 8) => IsBigEndian ? BinaryPrimitives.ReadDoubleBigEndian(at) : BinaryPrimitives.ReadDoubleLittleEndian(at),
            ('f', _) => IsBigEndian ? BinaryPrimitives.ReadSingleBigEndian(at) : BinaryPrimitives.ReadSingleLittleEndian(at),
            ('i', 8) => IsBigEndian ? BinaryPrimitives.ReadInt64BigEndian(at) : BinaryPrimitives.ReadInt64LittleEndian(at),
            ('i', 4) => IsBigEndian ? BinaryPrimitives.ReadInt32BigEndian(at) : BinaryPrimitives.ReadInt32LittleEndian(at),
            ('i', 2) => IsBigEndian ? BinaryPrimitives.ReadInt16BigEndian(at) : BinaryPrimitives.ReadInt16LittleEndian(at),
            ('i', _) => (sbyte)at[0],
            (_, 8) => IsBigEndian ? BinaryPrimitives.ReadUInt64BigEndian(at) : BinaryPrimitives.ReadUInt64LittleEndian(at),
            (_, 4) => IsBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(at) : BinaryPrimitives.ReadUInt32LittleEndian(at),
            (_, 2) => IsBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(at) : BinaryPrimitives.ReadUInt16LittleEndian(at),
            _ => at[0],
        };
    }
}
