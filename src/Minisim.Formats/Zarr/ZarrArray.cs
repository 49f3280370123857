using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Minisim.Formats.Writing;

namespace Minisim.Formats.Zarr;

/// <summary>One array of a Zarr version 2 hierarchy: a folder with <c>.zarray</c> and one file per chunk.</summary>
/// <remarks>Read: integers, floats, bool and text, little-endian; order C and F; compressors blosc (lz4, zstd, zlib, blosclz),
/// zstd, zlib, gzip, lz4 and none; no filters. A missing chunk holds the fill value. Reading is safe from several
/// threads.</remarks>
internal sealed class ZarrArray
{
    /// <summary>Raw bytes that a file's claims may make this process take without having as much on disk.</summary>
    private const long FreeBytes = 64 << 20;

    private readonly ZarrMetadata _metadata;

    private ZarrArray(string path, ZarrMetadata metadata, JsonElement attributes)
    {
        Path = path;
        _metadata = metadata;
        Attributes = attributes;
    }

    /// <summary>The array's folder.</summary>
    public string Path { get; }
    /// <summary>Length of every axis.</summary>
    public IReadOnlyList<long> Shape => _metadata.Shape;
    /// <summary>Length of a chunk along every axis; chunks at an edge are stored in full.</summary>
    public IReadOnlyList<int> Chunks => _metadata.Chunks;
    /// <summary>Type of the elements.</summary>
    public ZarrDataType DataType => _metadata.DataType;
    /// <summary>Attributes (<c>.zattrs</c>), an object; without the file, an undefined element.</summary>
    public JsonElement Attributes { get; }
    /// <summary>Bytes of one chunk, unpacked.</summary>
    public int ChunkBytes => _metadata.ChunkBytes;
    /// <summary>Number of elements.</summary>
    public long Length => _metadata.Shape.Aggregate(1L, (a, b) => a * b);

    internal ZarrMetadata Metadata => _metadata;

    /// <summary>CRC-32C of a chunk's file by its name, where known: then a chunk that is missing or differs is an error.</summary>
    internal Func<string, uint?>? Checksum { get; init; }

    /// <summary>Whether a folder holds an array.</summary>
    public static bool Exists(string path) => File.Exists(System.IO.Path.Combine(path, ".zarray"));

    /// <summary>Opens an array.</summary>
    /// <exception cref="RecordingFormatException">No array, a damaged one, or one of a kind that is not read here.</exception>
    public static ZarrArray Open(string path) => Open(path, null);

    internal static ZarrArray Open(string path, Func<string, uint?>? checksum)
    {
        var file = System.IO.Path.Combine(path, ".zarray");
        var metadata = ZarrMetadata.Parse(ZarrFiles.ReadJson(file, checksum?.Invoke(".zarray")), file);
        var attributesFile = System.IO.Path.Combine(path, ".zattrs");
        var attributes = File.Exists(attributesFile) || checksum?.Invoke(".zattrs") is not null ? ZarrFiles.ReadJson(attributesFile, checksum?.Invoke(".zattrs")) : default;
        return new ZarrArray(path, metadata, attributes) { Checksum = checksum };
    }

    /// <summary>Makes an array; its metadata files are reported with their CRC-32C.</summary>
    internal static ZarrArray Create(string path, ZarrMetadata metadata, JsonObject attributes, bool flush, Action<string, uint> written)
    {
        ZarrFiles.CreateDirectory(path);
        foreach (var (name, json) in ((string, JsonObject)[])[(".zattrs", attributes), (".zarray", metadata.ToJson())])
        {
            var bytes = ZarrFiles.ToBytes(json);
            ZarrFiles.Write(System.IO.Path.Combine(path, name), bytes, flush);
            written(name, ZarrFiles.Crc32C(bytes));
        }
        return new ZarrArray(path, metadata, default);
    }

    /// <summary>Unpacks a chunk: elements in C order, the parts beyond an edge included.</summary>
    /// <param name="index">The chunk's place along every axis.</param>
    /// <exception cref="RecordingFormatException">The chunk is damaged.</exception>
    public byte[] ReadChunk(params ReadOnlySpan<long> index)
    {
        var raw = ReadStored(index);
        if (raw is null)
        {
            MemoryBudget.Check(Path, ChunkBytes, $"a chunk of [{string.Join(", ", Chunks)}]");
            raw = new byte[ChunkBytes];
            Fill(raw);
            return raw;
        }
        return _metadata.FortranOrder && _metadata.Rank > 1 ? FromFortran(raw) : raw;
    }

    private byte[]? ReadStored(ReadOnlySpan<long> index)
    {
        var name = _metadata.ChunkName(index);
        var path = System.IO.Path.Combine(Path, name);
        var expected = Checksum?.Invoke(name);
        byte[]? file = null;
        try
        {
            if (InputFile.KindOf(path) == PathKind.Special) throw new RecordingFormatException(path, "is a pipe or a device, not a chunk.", Damaged);
            using var handle = File.OpenHandle(path);
            var length = RandomAccess.GetLength(handle);
            if (length > ChunkBytes + ChunkBytes / 8 + (1L << 20))
                throw new RecordingFormatException(path, $"has {length} bytes, more than a chunk of {ChunkBytes} raw bytes can need.", Damaged);
            file = ArrayPool<byte>.Shared.Rent((int)length);
            var bytes = file.AsSpan(0, ReadFully(handle, file.AsSpan(0, (int)length)));
            if (expected is { } crc && ZarrFiles.Crc32C(bytes) != crc)
                throw new RecordingFormatException(path, $"its {bytes.Length} bytes are not those that were written (checksum).", Damaged);
            if (_metadata.Compressor is { } codec)
            {
                if (codec.MostRawBytes(bytes.Length) < ChunkBytes)
                    throw new RecordingFormatException(path, $"has {bytes.Length} bytes, too few for a chunk of {ChunkBytes} raw bytes.", Damaged);
                MemoryBudget.Check(path, ChunkBytes, $"a chunk of [{string.Join(", ", Chunks)}]");
                var raw = new byte[ChunkBytes];
                codec.Decode(bytes, raw);
                return raw;
            }
            if (bytes.Length != ChunkBytes) throw new RecordingFormatException(path, $"has {bytes.Length} bytes instead of {ChunkBytes}.", Damaged);
            return bytes.ToArray();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            if (expected is not null) throw new RecordingFormatException(path, "is missing.", Damaged, e);
            return null;
        }
        catch (InvalidDataException e)
        {
            throw new RecordingFormatException(path, $"cannot be unpacked to {ChunkBytes} bytes: {e.Message}", Damaged, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RecordingFormatException(path, $"cannot be read: {e.Message}", "", e);
        }
        finally
        {
            if (file is not null) ArrayPool<byte>.Shared.Return(file);
        }
    }

    /// <summary>The CRC-32C of a chunk's file if it is there and unpacks, else null.</summary>
    internal uint? Verify(ReadOnlySpan<long> index)
    {
        try
        {
            if (ReadStored(index) is null) return null;
            return ZarrFiles.Crc32C(File.ReadAllBytes(System.IO.Path.Combine(Path, _metadata.ChunkName(index))));
        }
        catch (RecordingFormatException)
        {
            return null;
        }
    }

    private const string Damaged = "The file is truncated or altered; copy it again or simulate again.";

    private static int ReadFully(Microsoft.Win32.SafeHandles.SafeFileHandle handle, Span<byte> bytes)
    {
        var done = 0;
        while (done < bytes.Length)
        {
            var n = RandomAccess.Read(handle, bytes[done..], done);
            if (n == 0) break;
            done += n;
        }
        return done;
    }

    private void Fill(Span<byte> raw)
    {
        var fill = _metadata.FillValue;
        if (!fill.AsSpan().ContainsAnyExcept((byte)0))
        {
            raw.Clear();
            return;
        }
        for (var at = 0; at < raw.Length; at += fill.Length) fill.CopyTo(raw[at..]);
    }

    private byte[] FromFortran(byte[] raw)
    {
        var size = DataType.Bytes;
        var result = new byte[raw.Length];
        var chunks = _metadata.Chunks;
        var index = new int[chunks.Length];
        for (var to = 0; to < raw.Length; to += size)
        {
            long from = 0;
            for (var a = chunks.Length - 1; a >= 0; a--) from = from * chunks[a] + index[a];
            raw.AsSpan((int)from * size, size).CopyTo(result.AsSpan(to));
            for (var a = chunks.Length - 1; a >= 0 && ++index[a] == chunks[a]; a--) index[a] = 0;
        }
        return result;
    }

    /// <summary>The whole array, elements in C order, as its own type: byte, sbyte, ushort, short, uint, int, ulong, long, float,
    /// double or bool (one byte).</summary>
    /// <exception cref="RecordingFormatException">A chunk is damaged, or the array is larger than memory allows.</exception>
    public T[] ReadAll<T>() where T : unmanaged
    {
        if (System.Runtime.CompilerServices.Unsafe.SizeOf<T>() != DataType.Bytes)
            throw new ArgumentException($"elements of {DataType.Code} do not fit {typeof(T).Name}");
        var values = NewArray<T>();
        ReadAll(MemoryMarshal.AsBytes(values.AsSpan()));
        // A byte that is neither 0 nor 1 would be a bool that equals neither true nor false.
        if (values is bool[] bools)
        {
            var bytes = MemoryMarshal.AsBytes(bools.AsSpan());
            for (var i = 0; i < bytes.Length; i++) bytes[i] = bytes[i] == 0 ? (byte)0 : (byte)1;
        }
        return values;
    }

    /// <summary>The whole array as doubles, whatever its number type.</summary>
    /// <exception cref="RecordingFormatException">See <see cref="ReadAll{T}()"/>; also for text.</exception>
    public double[] ReadDoubles() => (DataType.Kind, DataType.Bytes) switch
    {
        ('f', 8) => ReadAll<double>(),
        ('f', _) => Array.ConvertAll(ReadAll<float>(), v => (double)v),
        ('u', 1) => Array.ConvertAll(ReadAll<byte>(), v => (double)v),
        ('u', 2) => Array.ConvertAll(ReadAll<ushort>(), v => (double)v),
        ('u', 4) => Array.ConvertAll(ReadAll<uint>(), v => (double)v),
        ('u', _) => Array.ConvertAll(ReadAll<ulong>(), v => (double)v),
        ('i', 1) => Array.ConvertAll(ReadAll<sbyte>(), v => (double)v),
        ('i', 2) => Array.ConvertAll(ReadAll<short>(), v => (double)v),
        ('i', 4) => Array.ConvertAll(ReadAll<int>(), v => (double)v),
        ('i', _) => Array.ConvertAll(ReadAll<long>(), v => (double)v),
        ('b', _) => Array.ConvertAll(ReadAll<bool>(), v => v ? 1.0 : 0.0),
        _ => throw new RecordingFormatException(Path, $"holds text ({DataType.Code}), not numbers."),
    };

    /// <summary>The whole array of texts (dtype U): trailing zeros cut.</summary>
    /// <exception cref="RecordingFormatException">It holds no text, or is damaged.</exception>
    public string[] ReadStrings()
    {
        if (DataType.Kind != 'U') throw new RecordingFormatException(Path, $"holds {DataType.Code}, not text.");
        CheckLength(Length, DataType.Bytes);
        var raw = new byte[Length * DataType.Bytes];
        ReadAll(raw);
        var texts = new string[Length];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = Encoding.UTF32.GetString(raw, i * DataType.Bytes, DataType.Bytes).TrimEnd('\0');
        return texts;
    }

    /// <summary>Values of some rows of an array of two axes, one after the other: of one that is too large to be held as a whole.</summary>
    /// <typeparam name="T">Float or double; as large as an element.</typeparam>
    internal T[] ReadRows<T>(int[] rows) where T : unmanaged
    {
        var (length, size) = ((int)Shape[1], DataType.Bytes);
        MemoryBudget.Check(Path, (double)rows.Length * length * size, $"{rows.Length} rows of shape [{string.Join(", ", Shape)}]");
        var values = new T[checked(rows.Length * length)];
        for (long across = 0; across < _metadata.ChunkCount(1); across++)
        {
            var (from, known, chunk) = ((int)across * Chunks[1], -1L, Array.Empty<byte>());
            for (var i = 0; i < rows.Length; i++)
            {
                if (rows[i] / Chunks[0] != known) chunk = ReadChunk(known = rows[i] / Chunks[0], across);
                var part = MemoryMarshal.AsBytes(values.AsSpan(i * length + from, Math.Min(Chunks[1], length - from)));
                chunk.AsSpan(rows[i] % Chunks[0] * Chunks[1] * size, part.Length).CopyTo(part);
            }
        }
        return values;
    }

    /// <summary>The values as the truth keeps them: double[], float[], int[] or bool[].</summary>
    internal Array ReadTruth() => (DataType.Kind, DataType.Bytes) switch
    {
        ('f', 4) => ReadAll<float>(),
        ('i', 4) => ReadAll<int>(),
        ('b', _) => ReadAll<bool>(),
        _ => ReadDoubles(),
    };

    private T[] NewArray<T>()
    {
        CheckLength(Length, Math.Max(DataType.Bytes, System.Runtime.CompilerServices.Unsafe.SizeOf<T>()));
        return new T[Length];
    }

    private void CheckLength(long length, int bytes)
    {
        if (length * bytes > Array.MaxLength) throw new RecordingFormatException(Path, $"shape [{string.Join(", ", Shape)}] is too large to read at once.", "If it should be small, the file is damaged.");
        MemoryBudget.Check(Path, (double)length * bytes, $"shape [{string.Join(", ", Shape)}]");
        if (length * bytes <= FreeBytes) return;
        var stored = new DirectoryInfo(Path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);
        var most = _metadata.Compressor?.MostRawBytes(stored) ?? stored;
        if (most + FreeBytes < length * bytes) throw new RecordingFormatException(Path, $"shape [{string.Join(", ", Shape)}] claims {length * bytes:N0} bytes, and {stored:N0} are stored.", "The file is truncated or altered.");
    }

    private void ReadAll(Span<byte> values)
    {
        if (values.Length == 0) return;
        var rank = _metadata.Rank;
        var index = new long[rank];
        do
        {
            CopyPart(ReadChunk(index), index, values, toArray: true);
        } while (Next(index));
    }

    private bool Next(long[] index)
    {
        for (var a = index.Length - 1; a >= 0; a--)
        {
            if (++index[a] < _metadata.ChunkCount(a)) return true;
            index[a] = 0;
        }
        return false;
    }

    /// <summary>Copies the part of a chunk that lies in the array, row by row along the last axis. The values may begin at a later row of the first axis.</summary>
    private void CopyPart(Span<byte> chunk, long[] index, Span<byte> values, bool toArray, long firstRow = 0)
    {
        var rank = _metadata.Rank;
        var size = DataType.Bytes;
        if (rank == 0)
        {
            if (toArray) chunk[..size].CopyTo(values);
            else values.CopyTo(chunk);
            return;
        }
        var shape = _metadata.Shape;
        var chunks = _metadata.Chunks;
        var part = new int[rank];
        for (var a = 0; a < rank; a++) part[a] = (int)Math.Min(chunks[a], shape[a] - index[a] * chunks[a]);
        var at = new int[rank];
        var row = part[rank - 1] * size;
        while (true)
        {
            long inChunk = 0, inArray = 0;
            for (var a = 0; a < rank; a++)
            {
                inChunk = inChunk * chunks[a] + at[a];
                inArray = inArray * shape[a] + index[a] * chunks[a] + at[a] - (a == 0 ? firstRow : 0);
            }
            var one = chunk.Slice((int)(inChunk * size), row);
            var other = values.Slice((int)(inArray * size), row);
            if (toArray) one.CopyTo(other);
            else other.CopyTo(one);
            var axis = rank - 2;
            for (; axis >= 0 && ++at[axis] == part[axis]; axis--) at[axis] = 0;
            if (axis < 0) return;
        }
    }

    /// <summary>Writes the whole array; every chunk is reported with the CRC-32C of its file.</summary>
    internal void WriteAll(ReadOnlySpan<byte> values, bool flush, Action<string, uint> written)
    {
        if (values.Length == 0) return;
        var index = new long[_metadata.Rank];
        byte[]? chunk = null;
        do
        {
            WritePart(index, values, 0, ref chunk, flush, written);
        } while (Next(index));
    }

    /// <summary>Writes the whole array some rows at a time, as many as a chunk has, so that it is never whole in memory.</summary>
    /// <param name="rows">Gives the values of some rows: the first one, and how many.</param>
    /// <param name="flush">Whether they are brought to the device.</param>
    /// <param name="written">Told of every chunk.</param>
    internal void WriteRows(Func<int, int, ReadOnlySpan<byte>> rows, bool flush, Action<string, uint> written)
    {
        if (Length == 0) return;
        var index = new long[_metadata.Rank];
        byte[]? chunk = null;
        ReadOnlySpan<byte> values = [];
        long first = -1;
        do
        {
            if (index[0] * Chunks[0] != first)
            {
                first = index[0] * Chunks[0];
                values = rows((int)first, (int)Math.Min(Chunks[0], Shape[0] - first));
            }
            WritePart(index, values, first, ref chunk, flush, written);
        } while (Next(index));
    }

    private void WritePart(long[] index, ReadOnlySpan<byte> values, long firstRow, ref byte[]? chunk, bool flush, Action<string, uint> written)
    {
        // A chunk of whole rows lies in the values as it is stored.
        var isRows = index.Length > 0 && (index[0] + 1) * Chunks[0] <= Shape[0];
        for (var axis = 1; axis < index.Length; axis++) isRows &= Chunks[axis] == Shape[axis];
        if (isRows)
        {
            var at = (index[0] * Chunks[0] - firstRow) / Chunks[0] * ChunkBytes;
            written(_metadata.ChunkName(index), WriteChunk(index, values.Slice((int)at, (int)ChunkBytes), flush));
            return;
        }
        chunk ??= GC.AllocateUninitializedArray<byte>((int)ChunkBytes);
        // What lies past the end of the array is 0.
        for (var axis = 0; axis < index.Length; axis++)
            if ((index[axis] + 1) * Chunks[axis] > Shape[axis])
            {
                Array.Clear(chunk);
                break;
            }
        CopyPart(chunk, index, MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(values), values.Length), toArray: false, firstRow);
        written(_metadata.ChunkName(index), WriteChunk(index, chunk, flush));
    }

    /// <summary>Packs and writes a chunk, whole or not at all; the CRC-32C of its file. Safe from several threads, each with
    /// its own chunks.</summary>
    internal uint WriteChunk(ReadOnlySpan<long> index, ReadOnlySpan<byte> raw, bool flush)
    {
        if (_metadata.Compressor is not BloscCodec codec) return WriteFile(index, raw, flush);
        var size = DataType.Bytes;
        var packed = ArrayPool<byte>.Shared.Rent(BloscFrame.MostEncodedBytes(raw.Length, size));
        var length = BloscFrame.Encode(raw, size, codec.Inner, packed);
        var crc = WriteFile(index, packed.AsSpan(0, length), flush);
        ArrayPool<byte>.Shared.Return(packed);
        return crc;
    }

    /// <summary>Packs and writes a chunk of float32 given as 8-bit counts.</summary>
    internal uint WriteCountsAsFloat32(ReadOnlySpan<long> index, ReadOnlySpan<byte> counts, bool flush)
    {
        var codec = (BloscCodec)_metadata.Compressor!;
        var packed = ArrayPool<byte>.Shared.Rent(BloscFrame.MostEncodedBytes(counts.Length * sizeof(float), sizeof(float)));
        var length = BloscFrame.EncodeCountsAsFloat32(counts, codec.Inner, packed);
        var crc = WriteFile(index, packed.AsSpan(0, length), flush);
        ArrayPool<byte>.Shared.Return(packed);
        return crc;
    }

    private uint WriteFile(ReadOnlySpan<long> index, ReadOnlySpan<byte> bytes, bool flush)
    {
        ZarrFiles.Write(System.IO.Path.Combine(Path, _metadata.ChunkName(index)), bytes, flush);
        return ZarrFiles.Crc32C(bytes);
    }
}
