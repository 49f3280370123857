using System.Globalization;
using Minisim.Metrics;

namespace Minisim.Studies;

/// <summary>Pipelines that come with the library: what they reach frames what a real one reaches.</summary>
public static class BuiltinPipelines
{
    /// <summary>The true footprints of the detectable cells, traces by least squares with them, the true motion undone: the best that perfect
    /// spatial knowledge gives.</summary>
    public const string Oracle = "oracle";
    /// <summary>The true footprints, traces as the mean of the movie inside them: what no demixing gives. Parameters: <c>diameter_um</c>
    /// takes discs of that diameter about the true centres instead, <c>cells</c> is "detectable" or "all".</summary>
    public const string RoiMean = "roi_mean";
    /// <summary>A small detector without knowledge of the truth; see <see cref="Studies.LocalCorrelation"/>. Parameters: <c>diameter_um</c>,
    /// <c>min_corr</c>, <c>min_pnr</c>.</summary>
    public const string LocalCorrelation = "local_correlation";
    /// <summary>Nothing: the recording is simulated, and its cells counted.</summary>
    public const string None = "none";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> Names { get; } = [Oracle, RoiMean, LocalCorrelation, None];

    /// <summary>Runs one on a recording.</summary>
    /// <param name="name">One of <see cref="Names"/> but <see cref="None"/>.</param>
    /// <param name="recording">The recording.</param>
    /// <param name="parameters">Name and JSON value of its parameters.</param>
    /// <param name="evaluator">An evaluator of the recording, where there is one already.</param>
    /// <exception cref="ArgumentException">There is no such pipeline or parameter.</exception>
    public static Estimate Run(string name, Recording recording, IReadOnlyList<KeyValuePair<string, string>>? parameters = null, Evaluator? evaluator = null)
    {
        ArgumentNullException.ThrowIfNull(recording);
        var values = (parameters ?? []).ToDictionary(p => p.Key, p => StudyPlan.Plain(p.Value));
        double? Number(string parameter) => values.TryGetValue(parameter, out var text) ? double.Parse(text, CultureInfo.InvariantCulture) : null;
        switch (name)
        {
            case Oracle:
                return OracleOf(evaluator ?? recording.Evaluator());
            case RoiMean:
                return RoiMeanOf(recording, Number("diameter_um"), values.GetValueOrDefault("cells") == "all");
            case LocalCorrelation:
                var options = new LocalCorrelation();
                return (options with
                {
                    DiameterUm = Number("diameter_um") ?? options.DiameterUm,
                    MinCorrelation = Number("min_corr") ?? options.MinCorrelation,
                    MinPeakToNoise = Number("min_pnr") ?? options.MinPeakToNoise,
                }).Detect(recording.Observed, recording.Truth.Grid.PixelSizeUm);
            default:
                throw new ArgumentException($"no pipeline that estimates is called '{name}'", nameof(name));
        }
    }

    private static Estimate OracleOf(Evaluator evaluator)
    {
        var cells = evaluator.Cells;
        int[] units = [.. Enumerable.Range(0, cells.Count).Where(u => cells.Detectable[u])];
        var shifts = cells.Shifts is { } s ? new Matrix(s.Rows, s.Columns, Array.ConvertAll(s.Values, v => -v)) : null;
        return new Estimate(cells.Footprints.Take(units), evaluator.Bounds?.Oracle.Take(units), null, shifts) { Name = Oracle, Format = "built in" };
    }

    private static Estimate RoiMeanOf(Recording recording, double? diameterUm, bool all)
    {
        var cells = TrueCells.From(recording.Truth);
        int[] units = [.. Enumerable.Range(0, cells.Count).Where(u => all || cells.Detectable[u])];
        var footprints = diameterUm is { } d ? Discs(recording, units, d) : cells.Footprints.Take(units);
        return new Estimate(footprints, RoiBaseline.Traces(recording.Observed, footprints)) { Name = RoiMean, Format = "built in" };
    }

    private static SparseFootprints Discs(Recording recording, int[] units, double diameterUm)
    {
        var grid = recording.Truth.Grid;
        var centres = recording.Truth.CentersUm.ToDoubles();
        var radius = diameterUm / 2 / grid.PixelSizeUm;
        var builder = new SparseFootprints.Builder(grid.FovHeight, grid.FovWidth);
        foreach (var u in units)
        {
            var (row, col) = grid.ToFov(centres[3 * u + 1], centres[3 * u + 2]);
            var pixels = new List<int>();
            for (var r = Math.Max(0, (int)Math.Ceiling(row - radius)); r <= Math.Min(grid.FovHeight - 1, (int)Math.Floor(row + radius)); r++)
                for (var c = Math.Max(0, (int)Math.Ceiling(col - radius)); c <= Math.Min(grid.FovWidth - 1, (int)Math.Floor(col + radius)); c++)
                    if ((r - row) * (r - row) + (c - col) * (c - col) <= radius * radius)
                        pixels.Add(r * grid.FovWidth + c);
            double[] weights = [.. Enumerable.Repeat(1.0, pixels.Count)];
            builder.Add([.. pixels], weights);
        }
        return builder.Build();
    }

    /// <summary>Whether its parameters are its own, and of the right form.</summary>
    internal static void Check(StudyPipeline pipeline, string at, ProblemSink problems)
    {
        string[] known = pipeline.Builtin switch { RoiMean => ["diameter_um", "cells"], LocalCorrelation => ["diameter_um", "min_corr", "min_pnr"], _ => [] };
        foreach (var parameter in pipeline.Params)
        {
            if (!known.Contains(parameter.Path))
            {
                problems.Error($"{at}.{parameter.Path}", null, $"is no parameter of {pipeline.Builtin}.", known.Length == 0 ? "It has none." : $"It has {string.Join(", ", known)}.");
                continue;
            }
            foreach (var value in parameter.Values)
            {
                if (parameter.Path == "cells")
                {
                    if (value is not ("\"all\"" or "\"detectable\"")) problems.Error($"{at}.cells", value, "must be \"detectable\" or \"all\".");
                    continue;
                }
                var isNumber = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number);
                var isFine = isNumber && parameter.Path switch { "diameter_um" => number is > 0 and <= 10_000, "min_corr" => number is > 0 and < 1, _ => number > 0 };
                if (!isFine) problems.Error($"{at}.{parameter.Path}", value, parameter.Path switch { "diameter_um" => "must be a diameter in µm, above 0.", "min_corr" => "must be between 0 and 1.", _ => "must be above 0." });
            }
        }
    }
}
