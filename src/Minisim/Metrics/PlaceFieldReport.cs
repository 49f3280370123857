using Minisim.Random;
using Minisim.Truth;

namespace Minisim.Metrics;

/// <summary>How much of the place code a pipeline recovered: rate maps of the found cells from the estimated activity against the true tuning.</summary>
/// <remarks>Activity is the estimate's deconvolved activity, or without one its trace above the median. A cell is called a place cell where the spatial
/// information of its map exceeds that of 95 of 100 circular shifts of its activity against the path. Frames slower than the recording's threshold are left
/// out.</remarks>
public sealed record PlaceFieldReport
{
    /// <summary>True place cells among the found ones.</summary>
    public required int NPlaceCells { get; init; }
    /// <summary>Found cells that are none.</summary>
    public required int NOtherCells { get; init; }
    /// <summary>Median over the found place cells of the Pearson r between the map from the estimate and the true tuning.</summary>
    public required double MapCorr { get; init; }
    /// <summary>The same of maps from the true spikes: what no pipeline can exceed by much.</summary>
    public required double MapCorrOfSpikes { get; init; }
    /// <summary>Median spatial information of the found place cells from the estimate, bits per event.</summary>
    public required double InformationBits { get; init; }
    /// <summary>The same from the true spikes.</summary>
    public required double InformationBitsOfSpikes { get; init; }
    /// <summary>Share of the found place cells that are called place cells.</summary>
    public required double CalledRight { get; init; }
    /// <summary>Share of the found other cells that are called place cells; 0.05 by chance.</summary>
    public required double CalledWrong { get; init; }

    private const int Shuffles = 100;

    /// <summary>Compares.</summary>
    /// <param name="truth">Truth with behaviour and tuning.</param>
    /// <param name="estimate">The estimate.</param>
    /// <param name="pairs">Found pairs.</param>
    /// <param name="fps">Frames per second.</param>
    /// <param name="thresholdMS">Speed below which frames are left out, m/s.</param>
    /// <returns>Null without behaviour, tuning or activity.</returns>
    internal static PlaceFieldReport? Of(GroundTruth truth, Estimate estimate, IReadOnlyList<CellPair> pairs, double fps, double thresholdMS)
    {
        if (truth.Find("tuning_cell_class")?.ToDoubles() is not { } classes || truth.S is not { } spikes || (estimate.S ?? estimate.C) is not { } values || values.Columns != spikes.Shape[1]) return null;
        if (!(fps > 0) || RateMaps.Of(truth, thresholdMS, fps) is not { } maps) return null;
        var frames = spikes.Shape[1];
        var s = spikes.ToDoubles();
        var starts = truth.Find("tuning_epoch_starts_s")?.ToDoubles() ?? [0];
        var results = new (bool IsPlace, double Corr, double SpikeCorr, double Bits, double SpikeBits, bool IsCalled)[pairs.Count];
        Parallel.For(0, pairs.Count, k =>
        {
            var unit = pairs[k].True;
            var activity = Activity(values.Row(pairs[k].Estimate), estimate.S is not null);
            var own = s.AsSpan(unit * frames, frames).ToArray();
            double[] map = maps.Map(activity), spikeMap = maps.Map(own);
            var bits = maps.InformationBits(map);
            var below = 0;
            var draws = new Draws(0, RandomStream.Bootstrap, (uint)unit, 1);
            var shifted = new double[frames];
            for (uint shuffle = 0; shuffle < Shuffles; shuffle++)
            {
                // At least a tenth of the recording away.
                var by = (int)(draws.Uniform(shuffle, 0.1, 0.9) * frames);
                for (var t = 0; t < frames; t++) shifted[(t + by) % frames] = activity[t];
                if (maps.InformationBits(maps.Map(shifted)) < bits) below++;
            }
            var isPlace = classes[unit] == 1;
            results[k] = (isPlace, isPlace ? Correlation(truth, maps, activity, unit, starts, frames, fps) : double.NaN, isPlace ? Correlation(truth, maps, own, unit, starts, frames, fps) : double.NaN,
                bits, maps.InformationBits(spikeMap), below >= 95);
        });
        (bool IsPlace, double Corr, double SpikeCorr, double Bits, double SpikeBits, bool IsCalled)[] place = [.. results.Where(r => r.IsPlace)], others = [.. results.Where(r => !r.IsPlace)];
        return new PlaceFieldReport
        {
            NPlaceCells = place.Length,
            NOtherCells = others.Length,
            MapCorr = TraceScores.MedianIgnoringNaN(place.Select(r => r.Corr)),
            MapCorrOfSpikes = TraceScores.MedianIgnoringNaN(place.Select(r => r.SpikeCorr)),
            InformationBits = TraceScores.MedianIgnoringNaN(place.Select(r => r.Bits)),
            InformationBitsOfSpikes = TraceScores.MedianIgnoringNaN(place.Select(r => r.SpikeBits)),
            CalledRight = place.Length > 0 ? place.Count(r => r.IsCalled) / (double)place.Length : double.NaN,
            CalledWrong = others.Length > 0 ? others.Count(r => r.IsCalled) / (double)others.Length : double.NaN,
        };
    }

    // Deconvolved activity as it is; of a trace what lies above its median, since its level says nothing.
    private static double[] Activity(ReadOnlySpan<double> values, bool isActivity)
    {
        var activity = values.ToArray();
        for (var t = 0; t < activity.Length; t++)
            if (!double.IsFinite(activity[t])) activity[t] = 0;
        var floor = isActivity ? 0 : activity.Order().ElementAt(activity.Length / 2);
        for (var t = 0; t < activity.Length; t++) activity[t] = Math.Max(activity[t] - floor, 0);
        return activity;
    }

    // The mean over the epochs between remappings, each with its own frames and its own field.
    private static double Correlation(GroundTruth truth, RateMaps maps, double[] activity, int unit, double[] starts, int frames, double fps)
    {
        double[] centres = truth.Find("tuning_place_center_m")!.ToDoubles(), sigmas = truth.Find("tuning_place_sigma_m")!.ToDoubles();
        var found = new List<double>();
        for (var e = 0; e < starts.Length; e++)
        {
            int first = (int)Math.Round(starts[e] * fps), end = e + 1 < starts.Length ? Math.Min(frames, (int)Math.Round(starts[e + 1] * fps)) : frames;
            if (end <= first) continue;
            var map = maps.Map(activity, first, end);
            var at = 2 * (unit * starts.Length + e);
            List<double> a = [], b = [];
            for (var bin = 0; bin < map.Length; bin++)
            {
                if (double.IsNaN(map[bin])) continue;
                var (x, y) = maps.CentreOf(bin);
                double dx = x - centres[at], dy = maps.Rows == 1 ? 0 : y - centres[at + 1];
                a.Add(map[bin]);
                b.Add(Math.Exp(-(dx * dx + dy * dy) / (2 * sigmas[unit] * sigmas[unit])));
            }
            if (a.Count > 3) found.Add(TraceScores.Pearson([.. a], [.. b]));
        }
        return TraceScores.MedianIgnoringNaN(found);
    }
}
