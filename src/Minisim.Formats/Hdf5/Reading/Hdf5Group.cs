using Minisim.Formats.Reading;

namespace Minisim.Formats.Hdf5.Reading;

/// <summary>A group or dataset.</summary>
internal abstract class Hdf5Node(Hdf5File file, long address, Hdf5Header header)
{
    private Dictionary<string, Hdf5Attribute>? _attributes;

    public Hdf5File File { get; } = file;
    /// <summary>Where it lies: what references hold.</summary>
    public long Address { get; } = address;
    protected Hdf5Header Header { get; } = header;

    /// <summary>Attributes by name.</summary>
    public IReadOnlyDictionary<string, Hdf5Attribute> Attributes => _attributes ??= ReadAttributes();

    private Dictionary<string, Hdf5Attribute> ReadAttributes()
    {
        var found = new Dictionary<string, Hdf5Attribute>(StringComparer.Ordinal);
        foreach (var message in Header.FindAll(Hdf5Header.Attribute))
        {
            var attribute = Hdf5Attribute.Parse(File, Header, message);
            found[attribute.Name] = attribute;
        }
        if (Header.Find(Hdf5Header.AttributeInfo) is { } info)
        {
            info.Skip(1);
            if ((info.Byte() & 1) != 0) info.Skip(2);
            if (Hdf5FractalHeap.Open(File, info.Address()) is { } heap)
                foreach (var record in Hdf5BTree2.Records(File, info.Address(), type: 8))
                {
                    var attribute = Hdf5Attribute.Parse(File, Header, new Hdf5Cursor(File, heap.Get(record.AsSpan(0, Math.Min(8, record.Length)))));
                    found[attribute.Name] = attribute;
                }
        }
        return found;
    }

    /// <summary>An attribute of text; null where there is none.</summary>
    public string? TextAttribute(string name) => Attributes.GetValueOrDefault(name)?.Text();
}

/// <summary>A link of a group: to an object of the file, to a path, or to a path in another file.</summary>
/// <param name="Name">Name in the group.</param>
/// <param name="Address">The object; −1 for other links.</param>
/// <param name="Path">The path of a soft or external link.</param>
/// <param name="FileName">The other file of an external link.</param>
internal sealed record Hdf5Link(string Name, long Address, string? Path = null, string? FileName = null);

/// <summary>A group.</summary>
internal sealed class Hdf5Group(Hdf5File file, long address, Hdf5Header header) : Hdf5Node(file, address, header)
{
    private const int MaxSteps = 32, MaxLinks = 1 << 22;

    private Dictionary<string, Hdf5Link>? _links;

    /// <summary>Names of what is in it.</summary>
    public IEnumerable<string> Names => Links.Keys;

    private Dictionary<string, Hdf5Link> Links => _links ??= ReadLinks();

    private Dictionary<string, Hdf5Link> ReadLinks()
    {
        var links = new Dictionary<string, Hdf5Link>(StringComparer.Ordinal);
        void Add(Hdf5Link link)
        {
            if (links.Count > MaxLinks) throw new InvalidDataException("a group of it has too many links");
            links[link.Name] = link;
        }
        foreach (var message in Header.FindAll(Hdf5Header.Link)) Add(Parse(message));
        if (Header.Find(Hdf5Header.LinkInfo) is { } info)
        {
            info.Skip(1);
            if ((info.Byte() & 1) != 0) info.Skip(8);
            if (Hdf5FractalHeap.Open(File, info.Address()) is { } heap)
                foreach (var record in Hdf5BTree2.Records(File, info.Address(), type: 5))
                    Add(Parse(new Hdf5Cursor(File, heap.Get(record.AsSpan(4)))));
        }
        if (Header.Find(Hdf5Header.SymbolTable) is { } table)
            foreach (var link in Hdf5SymbolTable.Read(File, table.Address(), table.Address()))
                Add(link);
        return links;
    }

    private static Hdf5Link Parse(Hdf5Cursor at)
    {
        at.Skip(1);
        var flags = at.Byte();
        var type = (flags & 8) != 0 ? at.Byte() : 0;
        if ((flags & 4) != 0) at.Skip(8);
        if ((flags & 0x10) != 0) at.Skip(1);
        var name = at.Text(at.Number(1 << (flags & 3)));
        switch (type)
        {
            case 0:
                return new Hdf5Link(name, at.Address());
            case 1:
                return new Hdf5Link(name, -1, at.Text(at.UInt16()));
            case 64:
                at.Skip(3);
                var file = at.Text();
                return new Hdf5Link(name, -1, at.Text(), file);
            default:
                // A kind that an application defined for itself.
                return new Hdf5Link(name, -1, "");
        }
    }

    /// <summary>The object of a path; null where there is none.</summary>
    /// <exception cref="NotReadException">It lies in another file, and such links are not followed; or its links lead in a circle.</exception>
    public Hdf5Node? Find(string path)
    {
        var steps = 0;
        return Find(path, ref steps);
    }

    private Hdf5Node? Find(string path, ref int steps)
    {
        Hdf5Node? at = path.StartsWith('/') ? File.Root : this;
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".") continue;
            if (at is not Hdf5Group group || !group.Links.TryGetValue(part, out var link)) return null;
            at = group.Follow(link, ref steps);
        }
        return at;
    }

    private Hdf5Node? Follow(Hdf5Link link, ref int steps)
    {
        if (link.Path is null) return link.Address < 0 ? null : File.Node(link.Address);
        // A soft link names a path, which may lead over soft links again; the depth of these calls is bounded by the steps.
        if (++steps > MaxSteps) throw new NotReadException($"its link {Hdf5File.Clean(link.Name)} leads in a circle", "Put what it should lead to in its place.");
        return link.FileName is null ? Find(link.Path, ref steps) : File.Other(link.FileName, Hdf5File.Clean(link.Name)).Root.Find(link.Path, ref steps);
    }

    /// <summary>The dataset of a path; null where it is missing or a group.</summary>
    public Hdf5Dataset? FindDataset(string path) => Find(path) as Hdf5Dataset;

    /// <summary>The group of a path; null where it is missing or a dataset.</summary>
    public Hdf5Group? FindGroup(string path) => Find(path) as Hdf5Group;

    /// <summary>All groups below it, itself included: each once, however many links lead to it. Links to other files are passed over where they
    /// are not followed, and so are those that lead nowhere or in a circle.</summary>
    /// <param name="outside">Told of links to other files that are passed over: their paths, and the files.</param>
    public IEnumerable<(string Path, Hdf5Group Group)> Groups(Action<string, string>? outside = null)
    {
        var visited = new HashSet<(Hdf5File, long)> { (File, Address) };
        var pending = new Stack<(string Path, Hdf5Group Group)>([("", this)]);
        while (pending.TryPop(out var next))
        {
            yield return next;
            foreach (var link in next.Group.Links.Values.Reverse())
            {
                var path = next.Path.Length == 0 ? link.Name : $"{next.Path}/{link.Name}";
                if (link.FileName is not null && !File.Limits.FollowLinks) outside?.Invoke(path, link.FileName);
                var isKnown = link.Address >= 0 && visited.Contains((next.Group.File, link.Address));
                if (isKnown || next.Group.Reach(link) is not Hdf5Group child || !visited.Add((child.File, child.Address))) continue;
                pending.Push((path, child));
            }
        }
    }

    private Hdf5Node? Reach(Hdf5Link link)
    {
        if (link.FileName is not null && !File.Limits.FollowLinks) return null;
        try
        {
            var steps = 0;
            return Follow(link, ref steps);
        }
        catch (Exception e) when (link.Path is not null && e is InvalidDataException or NotReadException)
        {
            return null;
        }
    }
}
