using System.Text;
using Minisim.Numerics;
using PureHDF;

namespace Minisim.Formats.Nwb;

/// <summary>Typed objects of an NWB file.</summary>
/// <param name="seed">Text from which the identifiers are made: the same recording gets the same ones.</param>
internal sealed class NwbTree(string seed)
{
    public const string Core = "core", Common = "hdmf-common";
    private int _objects;

    /// <summary>A group of a type of the schema.</summary>
    public H5Group Group(string type, string space, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var group = new H5Group();
        Mark(group, type, space, attributes);
        return group;
    }

    /// <summary>A dataset of a type of the schema.</summary>
    public T Dataset<T>(T dataset, string type, string space, params ReadOnlySpan<(string Name, object Value)> attributes) where T : H5Dataset
    {
        Mark(dataset, type, space, attributes);
        return dataset;
    }

    /// <summary>A value with attributes and no type of its own.</summary>
    public static H5Dataset Plain(object value, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var dataset = new H5Dataset(value);
        foreach (var (name, attribute) in attributes) dataset.Attributes[name] = attribute;
        return dataset;
    }

    /// <summary>A column of a table.</summary>
    public H5Dataset Column(H5Dataset values, string description) => Dataset(values, "VectorData", Common, ("description", description));

    /// <summary>Where in a column of lists each row ends.</summary>
    public H5Dataset Index(Array ends, H5Dataset target, string description) =>
        Dataset(new H5Dataset(ends), "VectorIndex", Common, ("description", description), ("target", new H5ObjectReference(target)));

    /// <summary>Numbers of the rows.</summary>
    public H5Dataset Ids(int count) => Dataset(new H5Dataset(Enumerable.Range(0, count).ToArray()), "ElementIdentifiers", Common);

    public string NewId(string name) => new Guid(Sha256.Hash(Encoding.UTF8.GetBytes($"{seed}/{name}")).AsSpan(0, 16), bigEndian: true).ToString();

    private void Mark(H5Object item, string type, string space, ReadOnlySpan<(string Name, object Value)> attributes)
    {
        item.Attributes["namespace"] = space;
        item.Attributes["neurodata_type"] = type;
        item.Attributes["object_id"] = NewId($"object {_objects++}");
        foreach (var (name, value) in attributes) item.Attributes[name] = value;
    }
}
