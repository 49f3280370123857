using System.Text.Json;
using Minisim.Formats.Reports;
using Minisim.Metrics;
using Minisim.Steps;

namespace Minisim.Tests.Metrics;

public class PlaceFieldTests
{
    private static readonly Lazy<(Spec Spec, Recording Recording)> Made = new(() =>
    {
        var spec = new Spec
        {
            Seed = 4,
            Acquisition = new() { ImageSensor = new() { NPxHeight = 120, NPxWidth = 120 }, DurationS = 400, Fps = 10 },
            Steps =
            [
                new PlaceNeurons { Populations = [new Population { SomaRadiusUm = 1.5, Irregularity = 0, PositionsUm = [.. Enumerable.Range(0, 64).Select(i => new Position(10, (i / 8 - 3.5) * 5, (i % 8 - 3.5) * 5))] }] },
                new Minisim.Steps.Behavior(), new CellActivity { Process = SpikeProcess.Poisson, RateMeanHz = 0.5, Tuning = new Tuning { PlaceFraction = 0.5, SpeedFraction = 0 } }, new Composite(),
            ],
        };
        return (spec, Simulator.Run(spec));
    });

    private static Estimate Of(Recording recording, Func<int, double[]> activity, bool asTraces = false)
    {
        var truth = recording.Truth;
        var frames = truth.S!.Shape[1];
        var values = new Matrix(truth.NUnits, frames);
        for (var i = 0; i < truth.NUnits; i++) activity(i).CopyTo(values.Row(i));
        var footprints = TrueCells.From(truth).Footprints;
        return asTraces ? new Estimate(footprints, values) : new Estimate(footprints, null, values);
    }

    private static double[] Row(Recording recording, int unit) => recording.Truth.S!.ToDoubles().AsSpan(unit * recording.Observed.Frames, recording.Observed.Frames).ToArray();

    [Fact]
    public void True_spikes_recover_the_place_code_and_shuffled_ones_do_not()
    {
        var (spec, recording) = Made.Value;
        var evaluator = new Evaluator(recording.Truth, RecordingEvaluation.Facts(spec));
        var options = new ScoreOptions { AllCells = true };
        var perfect = evaluator.Evaluate(Of(recording, i => Row(recording, i)), options).PlaceFields!;
        Assert.Equal(64, perfect.NPlaceCells + perfect.NOtherCells);
        Assert.InRange(perfect.NPlaceCells, 20, 44);
        Assert.True(perfect.MapCorr > 0.8, $"{perfect.MapCorr}");
        Assert.Equal(perfect.MapCorrOfSpikes, perfect.MapCorr);
        Assert.Equal(perfect.InformationBitsOfSpikes, perfect.InformationBits);
        Assert.True(perfect.CalledRight > 0.9, $"{perfect.CalledRight}");
        // 0.05 of some 32 by chance: at most 6 in 999 of 1000 cases.
        Assert.True(perfect.CalledWrong <= 6.0 / 28, $"{perfect.CalledWrong}");

        var shuffled = evaluator.Evaluate(Of(recording, i => [.. Row(recording, i)[1500..], .. Row(recording, i)[..1500]]), options).PlaceFields!;
        Assert.True(shuffled.MapCorr < 0.5 && shuffled.CalledRight < 0.5, $"{shuffled.MapCorr}, {shuffled.CalledRight}");
        Assert.Equal(perfect.MapCorrOfSpikes, shuffled.MapCorrOfSpikes);

        var traces = evaluator.Evaluate(Of(recording, i => recording.Truth.C!.ToDoubles().AsSpan(i * 4000, 4000).ToArray(), asTraces: true), options).PlaceFields!;
        Assert.True(traces.MapCorr > 0.6, $"{traces.MapCorr}");
    }

    [Fact]
    public void The_score_file_and_page_say_it_and_recordings_without_an_animal_do_not()
    {
        var (spec, recording) = Made.Value;
        var evaluator = new Evaluator(recording.Truth, RecordingEvaluation.Facts(spec));
        var evaluation = evaluator.Evaluate(Of(recording, i => Row(recording, i)), new ScoreOptions { AllCells = true });
        Assert.Contains("place fields", evaluation.Summary());
        using var json = JsonDocument.Parse(ScoreJson.Of(evaluator, [evaluation], new ScoreProvenance("x")));
        Assert.Equal(evaluation.PlaceFields!.MapCorr, json.RootElement.GetProperty("estimates")[0].GetProperty("place_fields").GetProperty("map_corr").GetDouble());
        Assert.Null(new HandBuilt().Evaluator().Evaluate(new HandBuilt().Perfect()).PlaceFields);
    }

    [Fact]
    public void Information_of_an_even_map_is_nothing_and_of_one_bin_the_logarithm_of_their_number()
    {
        var (_, recording) = Made.Value;
        var maps = RateMaps.Of(recording.Truth, 0.02, 10)!;
        var even = new double[maps.Columns * maps.Rows];
        Array.Fill(even, 3);
        Assert.Equal(0, maps.InformationBits(even), 1e-12);
        var one = new double[even.Length];
        one[7] = 5;
        Assert.Equal(Math.Log2(maps.Seconds.Sum() / maps.Seconds[7]), maps.InformationBits(one), 1e-9);
        Assert.Equal((40, 1), (maps.Columns, maps.Rows));
    }
}
