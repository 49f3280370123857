using Minisim.Metrics;
using Minisim.Random;
using Minisim.Steps;

namespace Minisim.Tests.Metrics;

public class TraceBoundsTests
{
    // Two pairs of overlapping cells, and one alone.
    private static readonly (double, double)[] Overlapping = [(30, 40), (30, 45), (60, 40), (66, 40), (60, 90)];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void True_footprints_give_the_true_traces_and_a_region_does_not(bool motion)
    {
        var world = new HandBuilt(noise: 0.02, centres: Overlapping, motion: motion);
        var bounds = TraceBounds.Of(world.Movie, world.Truth, TrueCells.From(world.Truth), new RecordingFacts());
        Assert.All(bounds.OracleCorr, r => Assert.InRange(r, motion ? 0.99 : 0.999, 1));
        for (var i = 0; i < 4; i++) Assert.InRange(bounds.RoiCorr[i], 0, motion ? 0.985 : 0.97);
        Assert.InRange(bounds.RoiCorr[4], 0.95, 1);
    }

    [Fact]
    public void Least_squares_recovers_traces_in_their_own_unit()
    {
        var world = new HandBuilt(noise: 0, centres: Overlapping);
        var bounds = TraceBounds.Of(world.Movie, world.Truth, TrueCells.From(world.Truth), new RecordingFacts());
        var c = world.Truth.C!.ToDoubles();
        for (var i = 0; i < c.Length; i++) Assert.InRange(bounds.Oracle.Values[i], c[i] - 1e-5, c[i] + 1e-5);
    }

    [Fact]
    public void No_worse_footprints_beat_the_oracle_by_more_than_noise()
    {
        var world = new HandBuilt(noise: 0.5, centres: Overlapping);
        var cells = TrueCells.From(world.Truth);
        var oracle = TraceBounds.Of(world.Movie, world.Truth, cells, new RecordingFacts());
        // Estimates by the mean over regions of several sizes, and jittered.
        foreach (var (dy, dx, level) in new[] { (0, 0, 0.18), (0, 0, 0.5), (0, 0, 0.8), (1, 0, 0.3), (0, -2, 0.3), (2, 2, 0.3) })
        {
            var traces = RoiBaseline.Traces(world.Movie, cells.Footprints.Shift(dy, dx), level);
            for (var i = 0; i < 5; i++) Assert.InRange(TraceScores.Pearson(traces.Row(i), cells.C!.Row(i)), -1, oracle.OracleCorr[i] + 0.02);
        }
    }

    [Fact]
    public void Cells_of_equal_or_empty_footprint_do_not_break_the_fit()
    {
        var world = new HandBuilt(centres: [(30, 40), (30, 40), (-40, -40), (60, 90)]);
        var bounds = TraceBounds.Of(world.Movie, world.Truth, TrueCells.From(world.Truth), new RecordingFacts());
        Assert.All(bounds.Oracle.Values, v => Assert.True(double.IsFinite(v)));
        Assert.InRange(bounds.OracleCorr[3], 0.99, 1);
    }

    [Fact]
    public void A_simulated_recording_reads_as_a_place_between_the_bounds()
    {
        var spec = Minisim.Presets.Preset.Create(Minisim.Presets.Scopes.MiniscopeV4, Minisim.Presets.ReferenceRegions.Ca1, new() { DurationS = 15, Seed = 4 });
        spec = spec with { Acquisition = spec.Acquisition with { ImageSensor = spec.Acquisition.ImageSensor with { NPxHeight = 96, NPxWidth = 120 } } };
        using var recording = Simulator.Run(spec);
        var evaluator = recording.Evaluator();
        var cells = evaluator.Cells;
        Assert.True(cells.Count > 10);
        // The SNR that the facts hold is the one that decided detectability.
        for (var i = 0; i < cells.Count; i++) Assert.Equal(cells.Detectable[i], evaluator.CellFacts[i].Snr >= 3);
        var roi = RoiBaseline.Traces(recording.Observed, cells.Footprints);
        var e = evaluator.Evaluate(new Estimate(cells.Footprints, roi), new ScoreOptions { AllCells = true });
        Assert.InRange(e.TraceScale.Estimate, e.TraceScale.Roi - 0.05, e.TraceScale.Oracle + 0.02);
        Assert.True(e.TraceScale.Oracle > e.TraceScale.Roi + 0.05, $"{e.TraceScale}");
    }

    [Fact]
    public void The_oracle_knows_light_of_the_tissue_that_bleaches()
    {
        var spec = Minisim.Presets.Preset.Create(Minisim.Presets.Scopes.MiniscopeV4, Minisim.Presets.ReferenceRegions.Ca1, new() { DurationS = 10, Seed = 4, SizePx = (64, 64) })
            .With(new Autofluorescence { Level = 2, FieldCv = 1, FieldSigmaUm = 8, BleachFraction = 1, BleachTauS = 5, GranulesPerMm2 = 2000, GranuleLevel = 3 }).Without<Sensor>();
        using var recording = Simulator.Run(spec);
        var cells = TrueCells.From(recording.Truth);
        var bounds = TraceBounds.Of(recording.Observed, recording.Truth, cells, new RecordingFacts());
        // Nothing but rounding and what lies beyond the field is between the fit and the truth.
        var inside = Enumerable.Range(0, cells.Count).Where(i => cells.Detectable[i] && cells.C!.Row(i).ToArray().Max() > 5).ToArray();
        Assert.True(inside.Length > 5);
        var r = inside.Select(i => bounds.OracleCorr[i]).Order().ToArray();
        Assert.True(r[r.Length / 2] > 0.999, $"{r[0]}, {r[r.Length / 2]}");
    }
}
