using Minisim.Formats.Hdf5.Reading;
using Minisim.Formats.Reading;

namespace Minisim.Formats.Matlab;

/// <summary>The variables of a MATLAB file, version 5 to 7.3, or of an HDF5 file that is laid out like one.</summary>
internal sealed class MatFile
{
    private readonly Func<string, MatValue?> _read;
    private readonly Dictionary<string, MatValue?> _values = new(StringComparer.Ordinal);

    private MatFile(IReadOnlyList<string> names, Func<string, MatValue?> read) => (Names, _read) = (names, read);

    /// <summary>Names of the variables.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>A variable; null where there is none.</summary>
    public MatValue? this[string name]
    {
        get
        {
            if (!Names.Contains(name)) return null;
            if (!_values.TryGetValue(name, out var value)) _values[name] = value = _read(name);
            return value;
        }
    }

    /// <summary>All structs among the variables, with their names.</summary>
    public IEnumerable<(string Name, MatStruct Value)> Structs()
    {
        foreach (var name in Names)
            if (this[name] is MatStruct found)
                yield return (name, found);
    }

    /// <summary>A version 5 file; null if it is none.</summary>
    public static MatFile? OpenVersion5(string path, ReadLimits limits) => Mat5.Open(path, limits) is { } variables ? new([.. variables.Keys], name => variables[name].Value) : null;

    /// <summary>The groups and datasets of an HDF5 file as MATLAB's values.</summary>
    public static MatFile FromHdf5(Hdf5Group root) => new([.. root.Names.Where(n => !n.StartsWith('#'))], name => FromHdf5(root.Find(name)));

    private static MatValue? FromHdf5(Hdf5Node? node)
    {
        var kind = node?.TextAttribute("MATLAB_class");
        if (node is Hdf5Group group)
        {
            if (group.FindDataset("jc") is { } starts) return new MatSparseValue(() => Sparse(group, starts));
            if (group.Attributes.ContainsKey("MATLAB_object_decode")) return new MatOther($"object of class {Hdf5File.Clean(kind ?? "?")}");
            string[] names = [.. group.Names];
            return new MatStruct(names, (name, element) => Field(group.Find(name), element), Elements(group, names));
        }
        if (node is not Hdf5Dataset dataset) return null;
        if (dataset.Attributes.ContainsKey("MATLAB_object_decode")) return new MatOther($"object of class {Hdf5File.Clean(kind ?? "?")}");
        if (dataset.Attributes.GetValueOrDefault("MATLAB_empty")?.Number() > 0)
            return kind == "cell" ? new MatCell(0, _ => null) : new MatNumbers(new NumbersInMemory([], [0, 0]), () => []);
        if (kind == "char" || dataset.Type.Class == Hdf5Class.Text) return new MatOther("text");
        if (dataset.Type.Class == Hdf5Class.Reference && dataset.References() is { } references)
            return new MatCell(references.Length, i => references[i] > 0 ? FromHdf5(dataset.File.Node(references[i])) : null);
        return dataset.HasNumbers ? new MatNumbers(dataset, dataset.Doubles) : new MatOther(dataset.Type.Describe());
    }

    // In an array of structs a field is a dataset of references, which says nothing of a class.
    private static bool IsReferenced(Hdf5Node? field) => field is Hdf5Dataset { Type.Class: Hdf5Class.Reference } d && d.TextAttribute("MATLAB_class") is null;

    private static int Elements(Hdf5Group group, string[] names) =>
        names.Length > 0 && group.Find(names[0]) is Hdf5Dataset first && IsReferenced(first) ? (int)Math.Min(first.Lengths.Aggregate(1L, (a, b) => a * b), int.MaxValue) : 1;

    private static MatValue? Field(Hdf5Node? field, int element)
    {
        if (!IsReferenced(field)) return FromHdf5(field);
        var references = ((Hdf5Dataset)field!).References();
        return references is not null && element < references.Length && references[element] > 0 ? FromHdf5(field.File.Node(references[element])) : null;
    }

    private static MatSparse Sparse(Hdf5Group group, Hdf5Dataset starts)
    {
        // In an empty sparse matrix MATLAB leaves out data and ir.
        var jc = starts.Ints();
        return new MatSparse(group.Attributes.GetValueOrDefault("MATLAB_sparse")?.Number() is { } rows ? (long)rows : -1, Math.Max(0, jc.Length - 1), jc,
            group.FindDataset("ir")?.Ints() ?? [], group.FindDataset("data")?.Doubles() ?? []);
    }
}
