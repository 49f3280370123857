using Minisim.Formats.Reading;

namespace Minisim.Formats.Hdf5.Reading;

/// <summary>The messages of an object: its shape, type, layout, links, attributes.</summary>
internal sealed class Hdf5Header
{
    public const int Dataspace = 0x01, LinkInfo = 0x02, Datatype = 0x03, OldFill = 0x04, Fill = 0x05, Link = 0x06, ExternalFiles = 0x07, Layout = 0x08,
        Filters = 0x0b, Attribute = 0x0c, Continuation = 0x10, SymbolTable = 0x11, AttributeInfo = 0x15;

    private const int MaxMessages = 1 << 20;

    private readonly List<(int Type, byte Flags, byte[] Body)> _messages = [];
    private readonly Hdf5File _file;

    private Hdf5Header(Hdf5File file) => _file = file;

    public static Hdf5Header Read(Hdf5File file, long address)
    {
        var header = new Hdf5Header(file);
        var at = file.At(address);
        var pending = new Queue<(long From, long Length)>();
        var visited = new HashSet<long> { address };
        var first = at.Byte();
        if (first == 1)
        {
            at.Skip(7);
            var size = at.UInt32();
            pending.Enqueue((address + 16, size));
            while (pending.TryDequeue(out var block)) header.Block(block.From, block.Length, isNew: false, tracksOrder: false, pending, visited);
            return header;
        }
        at.Position = address;
        at.Expect("OHDR"u8);
        if (at.Byte() != 2) throw new InvalidDataException("an object of it has a header of another version");
        var flags = at.Byte();
        if ((flags & 0x20) != 0) at.Skip(16);
        if ((flags & 0x10) != 0) at.Skip(4);
        var bytes = at.Number(1 << (flags & 3));
        header.Block(at.Position, bytes, isNew: true, (flags & 4) != 0, pending, visited);
        while (pending.TryDequeue(out var block))
        {
            file.At(block.From).Expect("OCHK"u8);
            header.Block(block.From + 4, block.Length - 8, isNew: true, (flags & 4) != 0, pending, visited);
        }
        return header;
    }

    private void Block(long from, long length, bool isNew, bool tracksOrder, Queue<(long From, long Length)> pending, HashSet<long> visited)
    {
        if (length < 0 || from < 0 || length > _file.Length - from) throw new InvalidDataException("the header of an object reaches beyond the end");
        var at = _file.At(from);
        var least = isNew ? tracksOrder ? 6 : 4 : 8;
        while (at.Position + least <= from + length)
        {
            var type = isNew ? at.Byte() : at.UInt16();
            var size = at.UInt16();
            var flags = at.Byte();
            at.Skip(isNew ? tracksOrder ? 2 : 0 : 3);
            if (size > from + length - at.Position) throw new InvalidDataException("a message of an object is longer than its header");
            var body = at.Bytes(size);
            if (type == Continuation)
            {
                var next = new Hdf5Cursor(_file, body);
                var (address, bytes) = (next.Address(), next.Length());
                if (!visited.Add(address)) throw new InvalidDataException("the header of an object continues in itself");
                pending.Enqueue((address, bytes));
                continue;
            }
            if (_messages.Count >= MaxMessages) throw new InvalidDataException("an object has too many messages");
            _messages.Add((type, flags, body));
        }
    }

    /// <summary>A cursor over the first message of a type; null without one.</summary>
    public Hdf5Cursor? Find(int type) => FindAll(type).FirstOrDefault();

    public IEnumerable<Hdf5Cursor> FindAll(int type)
    {
        foreach (var message in _messages)
            if (message.Type == type)
                yield return (message.Flags & 2) == 0 ? new Hdf5Cursor(_file, message.Body) : Shared(new Hdf5Cursor(_file, message.Body), type);
    }

    // A type that is stored once and used often.
    public Hdf5Cursor Shared(Hdf5Cursor at, int type)
    {
        var version = at.Byte();
        var kind = at.Byte();
        if (version == 1) at.Skip(6);
        if (version == 3 && kind == 1) throw new NotReadException("it shares messages between objects in a heap", "Copy it with h5repack.");
        var address = at.Address();
        var owner = Read(_file, address);
        foreach (var message in owner._messages)
            if (message.Type == type && (message.Flags & 2) == 0)
                return new Hdf5Cursor(_file, message.Body);
        throw new InvalidDataException("a shared message of it is missing");
    }
}
