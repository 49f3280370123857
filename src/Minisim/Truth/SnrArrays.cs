namespace Minisim.Truth;

/// <summary>The signal-to-noise ratios of <see cref="DetectionSnr"/> as truth arrays.</summary>
public static class SnrArrays
{
    /// <summary>Name of the matched-filter SNR (unit).</summary>
    public const string Detection = "detection_snr";
    /// <summary>Name of the single-pixel SNR (unit).</summary>
    public const string PeakLocal = "peak_snr_local";

    // Every cell against the light of every other: in a scene of thousands of cells far out of focus that takes minutes.
    private const double MostLitPixels = 1 << 25;

    private static double LitPixels(GroundTruth truth)
    {
        var sigma = truth.ObservedSigmaPx?.ToDoubles();
        var lit = 0.0;
        for (var i = 0; i < truth.NUnits; i++)
        {
            var reach = sigma is null ? 0 : 2.0 * Scenes.FootprintOptics.GaussianRadius(sigma[i]);
            lit += Math.Min(truth.Planted[i].Height + reach, truth.Grid.FovHeight) * Math.Min(truth.Planted[i].Width + reach, truth.Grid.FovWidth);
        }
        return lit;
    }

    /// <summary>The truth with both arrays, left out where the cells' light covers more than 2²⁵ pixels altogether
    /// (<see cref="GroundTruth.LeftOut"/> says so). They are computed when one is first asked for: a movie alone does not pay for them.</summary>
    internal static GroundTruth AddTo(GroundTruth truth, SnrConditions conditions)
    {
        if (truth.C is null) return truth;
        if (LitPixels(truth) is var lit and > MostLitPixels)
        {
            var reason = FormattableString.Invariant($"the footprints cover {lit / 1e6:0} million pixels altogether, and above {MostLitPixels / 1e6:0} million it would take minutes");
            return new GroundTruth(truth.Grid, truth.Planted, truth.Arrays, truth.FocalDepthUm)
            {
                Timeline = truth.Timeline,
                LeftOut = new SortedDictionary<string, string>(StringComparer.Ordinal) { [Detection] = reason, [PeakLocal] = reason },
            };
        }
        var all = new Lazy<CellSnr[]>(() => DetectionSnr.Of(truth, conditions));
        TruthArray Array(string name, Func<CellSnr, double> value, string description) =>
            new(name, ["unit"], [truth.NUnits], null, TruthElement.Float64, cells => System.Array.ConvertAll(cells, i => value(all.Value[i])), description);
        return new GroundTruth(truth.Grid, truth.Planted,
        [
            .. truth.Arrays,
            Array(Detection, s => s.Detection, "matched-filter SNR of a typical event against all local light, read noise, neighbours and neuropil"),
            Array(PeakLocal, s => s.PeakLocal, "largest rise at the brightest pixel over the noise of all light there"),
        ], truth.FocalDepthUm)
        { Timeline = truth.Timeline };
    }
}
