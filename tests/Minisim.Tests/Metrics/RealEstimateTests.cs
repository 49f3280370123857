using Minisim.Formats.Estimates;
using Minisim.Formats.Zarr;
using Minisim.Metrics;
using Minisim.Tests.Reference;

namespace Minisim.Tests.Metrics;

/// <summary>What CaImAn, suite2p and minian left behind on one recording, with the scores that the reference gives them, to the last
/// digit shown.</summary>
public class RealEstimateTests
{
    [Theory]
    [InlineData("caiman/caiman_results.hdf5", "caiman/caiman_shifts.npy", 24, "0.267", "0.833", "0.320", "1.000", "0.984", "1.424")]
    [InlineData("caiman/caiman_results_c7p6.hdf5", "caiman/caiman_shifts.npy", 40, "0.347", "0.650", "0.493", "0.925", "0.981", "1.424")]
    [InlineData("caiman/caiman_results_f5_c7p6_patch.hdf5", "caiman/caiman_shifts_f5_c7p6_patch.npy", 37, "0.253", "0.514", "0.493", "1.000", "0.986", "0.506")]
    [InlineData("suite2p_0.14", null, 55, "0.00", "0.00", "0.71", "0.96", "0.787", "0.605")]
    [InlineData("minian", null, 95, "0.667", "0.526", "0.81", "0.64", "0.895", "1.215")]
    public void Real_results_score_as_the_reference_scores_them(string file, string? shifts, int units, string iouRecall, string iouPrecision,
        string cosineRecall, string cosinePrecision, string traceCorr, string motionRmse)
    {
        var path = EstimateData.Path(file.Split('/'));
        Assert.SkipWhen(path is null, $"{file} is not shipped; set MINISIM_REFERENCE to test it");
        using var recording = ZarrRecording.Open(EstimateData.Path("..", "recordings", "bench_ca1.zarr")!);
        var truth = TrueCells.From(recording.Truth);
        Assert.Equal(75, truth.Detectable.Count(d => d));
        var estimate = EstimateFile.Read(path, EstimateHints.For(recording) with { ShiftsPath = shifts is null ? null : EstimateData.Path(shifts.Split('/')) });
        Assert.Equal(units, estimate.Count);
        var iou = Scoring.Score(estimate, truth);
        var cosine = Scoring.Score(estimate, truth, new ScoreOptions { Measure = SimilarityMeasure.Cosine });
        string[] expected = [iouRecall, iouPrecision, cosineRecall, cosinePrecision, traceCorr, motionRmse];
        double[] actual = [iou.Recall, iou.Precision, cosine.Recall, cosine.Precision, iou.TraceCorr, iou.ShiftRmse!.Value];
        Assert.Equal(expected, actual.Select((v, i) => v.ToString("F" + (expected[i].Length - 2), System.Globalization.CultureInfo.InvariantCulture)));
        if (file.StartsWith("suite2p")) Assert.Equal((3, -3), iou.FootprintShift);
    }
}
