using Minisim.Formats.Matlab;
using Minisim.Metrics;

namespace Minisim.Formats.Estimates;

/// <summary>EXTRACT, and CIAtah's collection of pipelines: a MATLAB file with a struct of images (row, column, unit) and traces. EXTRACT writes
/// <c>output</c> with <c>spatial_weights</c> and <c>temporal_weights</c> (frame, unit), formerly <c>filters</c> and <c>traces</c>; CIAtah
/// <c>extractedImages</c> and <c>extractedSignals</c> (unit, frame).</summary>
internal sealed class ExtractEstimate : EstimateFormat
{
    private static readonly (string Images, string Traces, string? Activity)[] Fields =
        [("spatial_weights", "temporal_weights", null), ("extractedImages", "extractedSignals", "extractedPeaks"), ("filters", "traces", null)];

    public override string Name => "EXTRACT";

    public override bool Recognizes(EstimateSource source) => source.Matlab is { } file && Homes(file).Any();

    private static IEnumerable<(string Home, (string Images, string Traces, string? Activity) Fields)> Homes(MatFile file)
    {
        foreach (var (name, home) in file.Structs())
            foreach (var fields in Fields)
                if (home.Count == 1 && home.Names.Contains(fields.Images) && home.Field(fields.Images) is MatNumbers or MatSparseValue)
                    yield return (name, fields);
    }

    public override Estimate Read(EstimateSource source, EstimateReading reading)
    {
        var file = source.Matlab!;
        var homes = Homes(file).ToArray();
        var (home, fields) = homes[0];
        if (reading.Hints.Table is { } table)
            (home, fields) = homes.FirstOrDefault(h => h.Home == table) is { Home: not null } own ? own : throw new EstimateFormatException(source.Path, $"has no struct {table} with images.", $"It has {string.Join(", ", homes.Select(h => h.Home))}.");
        else if (homes.Length > 1) reading.Note($"{homes.Length} structs have images; {home} is read (--table)");
        var images = file.Get(home, fields.Images)!;
        if (images is MatNumbers { Size: [var height, var width] } one && reading.Hints.Height == 0)
        {
            // MATLAB drops a last axis of length 1: a single unit.
            images = new MatNumbers(new Reading.NumbersInMemory(one.Values, [1, width, height]), () => one.Values);
        }
        var a = MatlabParts.Footprints(images, fields.Images, reading.Hints.Height, reading.Hints.Width, reading);
        Matrix? Traces(string part, string? name) => name is null || file.Get(home, name) is not { } value || value is MatNumbers { Values: [] } ? null
            : reading.Optional(part, $"{home}.{name}", () => reading.Fit(part, $"{home}.{name}", MatlabParts.Table(value), a.Count, mayTurn: true));
        // EXTRACT has (frame, unit) by definition, also where there are as many frames as units.
        var traces = fields.Traces == "temporal_weights" && file.Get(home, fields.Traces) is MatNumbers { Size: [var frames, var units] } t && units == a.Count && frames == units
            ? reading.Fit(EstimateReading.Traces, $"{home}.{fields.Traces}", MatlabParts.Table(t)!.Transpose(), a.Count)
            : Traces(EstimateReading.Traces, fields.Traces);
        return reading.Finish(Name, a, $"{home}.{fields.Images}", traces, Traces(EstimateReading.Activity, fields.Activity));
    }
}
