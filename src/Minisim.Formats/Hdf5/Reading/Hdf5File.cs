using System.Text;
using Microsoft.Win32.SafeHandles;
using Minisim.Formats.Reading;

namespace Minisim.Formats.Hdf5.Reading;

/// <summary>An HDF5 file that nobody vouches for, read from HDF5's published format specification (version 3.0).</summary>
/// <remarks>Own code, since the files are other people's: a library that follows links and allocates what a file declares dies of a file that
/// links to itself. Here every tree is walked with the places it has been to, every size is checked before it is allocated, nothing is read
/// outside the file, and other files are opened only where <see cref="ReadLimits.FollowLinks"/> says so.</remarks>
internal sealed class Hdf5File : IDisposable
{
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0d, 0x0a, 0x1a, 0x0a];

    private readonly SafeFileHandle _handle;
    private readonly byte[] _window = new byte[1 << 16];
    private readonly long _base;
    private readonly Dictionary<long, Hdf5Node> _nodes = [];
    private readonly Dictionary<string, Hdf5File> _others = new(StringComparer.Ordinal);
    private long _windowAt = -1;
    private int _windowBytes;

    private Hdf5File(string path, SafeFileHandle handle, long start, ReadLimits limits, int depth)
    {
        (Path, _handle, _base, Limits, Depth) = (path, handle, start, limits, depth);
        Length = RandomAccess.GetLength(handle) - start;
    }

    public string Path { get; }
    public ReadLimits Limits { get; }
    /// <summary>Bytes from the superblock to the end.</summary>
    public long Length { get; }
    /// <summary>Bytes of an address.</summary>
    public int OffsetBytes { get; private set; }
    /// <summary>Bytes of a length.</summary>
    public int LengthBytes { get; private set; }
    public Hdf5Group Root { get; private set; } = null!;
    /// <summary>Files that led to this one.</summary>
    public int Depth { get; }

    /// <summary>Opens a file; null if it is no HDF5 file.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static Hdf5File? Open(string path, ReadLimits limits, int depth = 0)
    {
        var handle = File.OpenHandle(path);
        Hdf5File? file = null;
        try
        {
            // The signature is at 0, or after a user block of 512, 1024, … bytes; MATLAB writes one of 512.
            Span<byte> head = stackalloc byte[8];
            var length = RandomAccess.GetLength(handle);
            for (long at = 0; at + 8 <= length && at <= 1 << 20; at = at == 0 ? 512 : 2 * at)
            {
                if (RandomAccess.Read(handle, head, at) < 8 || !head.SequenceEqual(Signature)) continue;
                file = new Hdf5File(path, handle, at, limits, depth);
                file.ReadSuperblock();
                return file;
            }
            handle.Dispose();
            return null;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private void ReadSuperblock()
    {
        var at = At(8);
        var version = at.Byte();
        if (version > 3) throw new NotReadException($"its superblock has version {version}; 0 to 3 are read", "Copy it with h5repack, or write it with another version of HDF5.");
        long root;
        if (version < 2)
        {
            at.Skip(4);
            (OffsetBytes, LengthBytes) = (at.Byte(), at.Byte());
            at.Skip(version == 0 ? 9 : 13);
            CheckSizes();
            at.Address();
            at.Address();
            CheckEnd(at.Address());
            at.Address();
            at.Address();
            root = at.Address();
        }
        else
        {
            (OffsetBytes, LengthBytes) = (at.Byte(), at.Byte());
            at.Skip(1);
            CheckSizes();
            at.Address();
            at.Address();
            CheckEnd(at.Address());
            root = at.Address();
        }
        Root = Node(root) as Hdf5Group ?? throw new InvalidDataException("its root is no group");

        void CheckSizes()
        {
            if (OffsetBytes is not (4 or 8) || LengthBytes is not (4 or 8)) throw new InvalidDataException($"its superblock has addresses of {OffsetBytes} and lengths of {LengthBytes} bytes");
        }

        void CheckEnd(long end)
        {
            // Unlike all other addresses it counts from the beginning of the file.
            if (end > Length + _base) throw new InvalidDataException($"it should have {end} bytes and has {Length + _base}");
        }
    }

    /// <summary>A cursor at an address.</summary>
    public Hdf5Cursor At(long address) => new(this, address);

    /// <summary>Fills a buffer from an address.</summary>
    /// <exception cref="InvalidDataException">Outside the file.</exception>
    public void Read(long address, Span<byte> to)
    {
        if (address < 0 || address > Length - to.Length) throw new InvalidDataException($"it points to byte {address} of {Length}");
        if (to.Length > _window.Length / 2)
        {
            ReadFully(address, to);
            return;
        }
        if (address < _windowAt || address + to.Length > _windowAt + _windowBytes || _windowAt < 0)
        {
            _windowBytes = (int)Math.Min(_window.Length, Length - address);
            _windowAt = -1;
            ReadFully(address, _window.AsSpan(0, _windowBytes));
            _windowAt = address;
        }
        _window.AsSpan((int)(address - _windowAt), to.Length).CopyTo(to);
    }

    private void ReadFully(long address, Span<byte> to)
    {
        for (var done = 0; done < to.Length;)
        {
            var n = RandomAccess.Read(_handle, to[done..], _base + address + done);
            if (n == 0) throw new InvalidDataException("it ends early");
            done += n;
        }
    }

    /// <summary>Bytes at an address.</summary>
    public byte[] Bytes(long address, long count)
    {
        if (count < 0 || address < 0 || address > Length - count) throw new InvalidDataException($"it points to {count} bytes at {address} of {Length}");
        Limits.Take(count, "a part of the file");
        var bytes = new byte[count];
        Read(address, bytes);
        Limits.Release(count);
        return bytes;
    }

    /// <summary>The object at an address, always the same instance.</summary>
    public Hdf5Node Node(long address)
    {
        if (_nodes.TryGetValue(address, out var known)) return known;
        var header = Hdf5Header.Read(this, address);
        Hdf5Node node = header.Find(Hdf5Header.Layout) is not null ? new Hdf5Dataset(this, address, header) : new Hdf5Group(this, address, header);
        return _nodes[address] = node;
    }

    /// <summary>Another file that this one leads to, looked for beside it where its name leads nowhere.</summary>
    /// <exception cref="NotReadException">Links are not followed, or it is not there.</exception>
    public Hdf5File Other(string name, string what)
    {
        if (!Limits.FollowLinks)
            throw new NotReadException($"{what} lies in another file, {Clean(name)}", Limits.OffersLinks ? "Allow reading that file with --follow-links, or copy all into one file (h5repack, or read and write it again)."
                : "Copy all into one file (h5repack, or read and write it again).");
        if (Depth >= 8) throw new NotReadException("its links lead from file to file without end", "Copy all into one file.");
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!;
        string[] places = name.Contains('\0') ? [] : [System.IO.Path.Combine(folder, name), System.IO.Path.Combine(folder, System.IO.Path.GetFileName(name))];
        var place = Array.Find(places, File.Exists) ?? throw new NotReadException($"{what} lies in another file, {Clean(name)}, which is not there", "Put it beside this one.");
        if (_others.TryGetValue(place, out var known)) return known;
        ReadLimits.RequireFile(place);
        return _others[place] = Open(place, Limits, Depth + 1) ?? throw new InvalidDataException($"{Clean(name)}, which it links to, is no HDF5 file");
    }

    /// <summary>A name from a file, fit for a message.</summary>
    public static string Clean(string name)
    {
        const int most = 400;
        var text = new StringBuilder();
        foreach (var c in name.Length > most ? name[..most] + "…" : name) text.Append(char.IsControl(c) ? '?' : c);
        return text.ToString();
    }

    public void Dispose()
    {
        foreach (var other in _others.Values) other.Dispose();
        _handle.Dispose();
    }
}
