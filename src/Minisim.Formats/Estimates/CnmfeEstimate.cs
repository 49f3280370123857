using Minisim.Formats.Hdf5.Reading;
using Minisim.Formats.Matlab;
using Minisim.Metrics;

namespace Minisim.Formats.Estimates;

/// <summary>CNMF-E: a MATLAB file with a sparse or dense <c>A</c>, pixels column by column, at top level or in a struct: <c>neuron_results</c>,
/// <c>results</c>, <c>neuron</c> or another.</summary>
internal sealed class CnmfeEstimate : EstimateFormat
{
    public override string Name => "CNMF-E";

    public override bool Recognizes(EstimateSource source) => source.Matlab is { } file && Homes(source, file).Any();

    // Null stands for the top level.
    private static IEnumerable<string?> Homes(EstimateSource source, MatFile file)
    {
        if (IsA(source, file["A"], null)) yield return null;
        foreach (var name in file.Names.OrderBy(n => n is "neuron_results" ? 0 : n is "results" ? 1 : n is "neuron" ? 2 : 3))
            if (file[name] is MatStruct { Count: 1 } home && IsA(source, home.Field("A"), name))
                yield return name;
    }

    // Any HDF5 file may have a dense A; MATLAB's says so.
    private static bool IsA(EstimateSource source, MatValue? a, string? home) =>
        a is MatSparseValue || a is MatNumbers && (source.IsMatlab5 || source.Hdf5!.FindDataset(home is null ? "A" : $"{home}/A")?.TextAttribute("MATLAB_class") is not null);

    public override Estimate Read(EstimateSource source, EstimateReading reading)
    {
        var (file, hints) = (source.Matlab!, reading.Hints);
        var homes = Homes(source, file).ToArray();
        var home = homes[0];
        if (hints.Table is { } table) home = Array.Find(homes, h => h == table) ?? throw new EstimateFormatException(source.Path, $"has no struct {table} with an A.", $"It has {string.Join(", ", homes.Select(h => h ?? "A at top level"))}.");
        else if (homes.Length > 1) reading.Note($"{homes.Length} structs have an A; {home ?? "the top level"} is read (--table)");
        var prefix = home is null ? "" : $"{home}.";
        double? Option(string name) => (file.Get(home, "options") is MatStruct options ? MatlabParts.Number(options.Field(name)) : null) ?? MatlabParts.Number(file.Get(home, name));
        var (d1, d2) = (Option("d1"), Option("d2"));
        var (height, width) = ((int)(d1 ?? hints.Height), (int)(d2 ?? hints.Width));
        if (height is < 0 or > 1 << 20 || width is < 0 or > 1 << 20) throw new InvalidDataException($"options.d1 and d2 are {d1} and {d2}");
        if (d1 is null) reading.Note("the file does not say the shape of its field; the recording's is taken");
        var a = MatlabParts.Footprints(file.Get(home, "A")!, "A", height, width, reading);

        Matrix? Traces(string part, params string[] names)
        {
            foreach (var name in names)
            {
                if (file.Get(home, name) is not { } value || value is MatNumbers { Values: [] }) continue;
                if (reading.Optional(part, prefix + name, () => reading.Fit(part, prefix + name, MatlabParts.Table(value), a.Count)) is { } fit) return fit;
            }
            return null;
        }
        return reading.Finish(Name, a, $"{prefix}A", Traces(EstimateReading.Traces, "C", "C_raw"), Traces(EstimateReading.Activity, "S"));
    }
}
