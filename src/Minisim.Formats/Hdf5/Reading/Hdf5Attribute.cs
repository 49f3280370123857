using System.Text;

namespace Minisim.Formats.Hdf5.Reading;

/// <summary>An attribute: a small array beside an object.</summary>
internal sealed class Hdf5Attribute
{
    private readonly Hdf5File _file;
    private readonly byte[] _data;
    private readonly Hdf5Type _type;
    private readonly long _count;

    private Hdf5Attribute(Hdf5File file, string name, Hdf5Type type, long count, byte[] data) => (_file, Name, _type, _count, _data) = (file, name, type, count, data);

    public string Name { get; }

    public static Hdf5Attribute Parse(Hdf5File file, Hdf5Header header, Hdf5Cursor at)
    {
        var version = at.Byte();
        if (version is < 1 or > 3) throw new InvalidDataException($"an attribute of it has version {version}");
        var flags = at.Byte();
        int nameBytes = at.UInt16(), typeBytes = at.UInt16(), spaceBytes = at.UInt16();
        if (version == 3) at.Skip(1);
        Hdf5Cursor Part(int bytes)
        {
            var part = new Hdf5Cursor(file, at.Bytes(bytes));
            if (version == 1) at.Skip((8 - bytes % 8) % 8);
            return part;
        }
        var name = Part(nameBytes).Text(nameBytes);
        var type = Part(typeBytes);
        if (version > 1 && (flags & 1) != 0) type = header.Shared(type, Hdf5Header.Datatype);
        var parsed = Hdf5Type.Parse(type);
        var shape = Hdf5Dataset.ParseShape(Part(spaceBytes)).Shape;
        double count = 1;
        foreach (var n in shape ?? [0]) count *= n;
        if (count * parsed.Size > at.Left) throw new InvalidDataException($"its attribute {Hdf5File.Clean(name)} is cut off");
        return new Hdf5Attribute(file, name, parsed, (long)count, at.Bytes((long)count * parsed.Size));
    }

    /// <summary>The only text; null for anything else.</summary>
    public string? Text()
    {
        if (_count != 1) return null;
        if (_type.Class == Hdf5Class.Text) return Encoding.UTF8.GetString(_data, 0, _type.Size).TrimEnd('\0', ' ');
        return _type is { Class: Hdf5Class.VariableLength, IsText: true } ? Hdf5GlobalHeap.Text(_file, new Hdf5Cursor(_file, _data)) : null;
    }

    /// <summary>The first number; null for anything else.</summary>
    public double? Number()
    {
        if (_count == 0 || !_type.IsNumber) return null;
        Span<double> one = stackalloc double[1];
        _type.Decode(_data, _type.Size, one);
        return one[0];
    }

    /// <summary>The address of the first object that it refers to; null for anything else.</summary>
    public long? Reference()
    {
        if (_count == 0 || _type is not { Class: Hdf5Class.Reference, IsObjectReference: true }) return null;
        var address = new Hdf5Cursor(_file, _data).Address();
        return address < 0 ? null : address;
    }
}
