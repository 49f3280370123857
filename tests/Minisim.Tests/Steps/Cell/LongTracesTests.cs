using Minisim.Formats;
using Minisim.Rendering;
using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Tests.Formats.Arrays;
using Minisim.Tests.Formats.Zarr;
using Minisim.Tests.Invariance;
using Minisim.Truth;

namespace Minisim.Tests.Steps.Cell;

/// <summary>Traces of long recordings, which are made anew from spikes whenever they are asked for.</summary>
public class LongTracesTests
{
    private const int Cells = 12;

    public static TheoryData<string> Activities => [.. Steps.Keys];

    private static readonly Dictionary<string, CellActivity> Steps = new()
    {
        ["per frame"] = new(),
        ["per frame with noise"] = new() { TraceNoise = 0.2 },
        ["gated"] = new() { Process = SpikeProcess.Gated },
        ["gated by the frame"] = new() { Process = SpikeProcess.Gated, GateStepS = 1.0 / 30 },
        ["Poisson"] = new() { Process = SpikeProcess.Poisson, RateMeanHz = 2, RefractoryS = 0.01 },
        ["regular"] = new() { Process = SpikeProcess.Regular, RateMeanHz = 5 },
        ["bursty indicator"] = new() { Process = SpikeProcess.Bursty, RateMeanHz = 1, Indicator = new() { Name = IndicatorName.JGCaMP8m } },
        ["per frame indicator with noise"] = new() { Indicator = new() { Name = IndicatorName.GCaMP6s }, TraceNoise = 0.1, ExpressingFraction = 0.7 },
    };

    private static StepRun Compile(CellActivity step, double fps) =>
        // A third of them with filled nuclei, which remember longer.
        new(new Spec { Seed = 5, Acquisition = new() { Fps = fps, DurationS = 1100 / fps }, Steps = [step] }, step, 2,
            new PlacedCells([.. Enumerable.Range(0, Cells).Select(i => new Minisim.Scenes.Cell(0, i, default, Footprint.Empty) { IsFilled = i % 3 == 1 })]));

    [Theory]
    [MemberData(nameof(Activities))]
    public void Traces_made_anew_are_those_that_are_kept(string name)
    {
        // At 30 fps a frame has ten bins, at 23 fps 13.04.
        foreach (var fps in new[] { 30.0, 23 })
        {
            StepRun kept = Compile(Steps[name], fps), anew = Compile(Steps[name] with { MostKept = 0, Stride = 64 }, fps);
            Assert.True(kept.Traces.IsKept);
            Assert.False(anew.Traces.IsKept);
            Assert.Equal(kept.C, anew.C);
            Assert.Equal(kept.S, anew.S);
            Assert.True(kept.S.Sum(s => s.Sum(n => n)) > 50);
            Assert.Equal(kept.Output.Find<Activity>()!.Extremes, anew.Output.Find<Activity>()!.Extremes);
            foreach (var (a, b) in kept.Arrays.Zip(anew.Arrays)) Assert.True(a.Values is not null && a.ToDoubles().AsSpan().SequenceEqual(b.ToDoubles()), a.Name);
            // Any frames on their own, from within a stride or over several.
            var random = new System.Random(3);
            for (var trial = 0; trial < 60; trial++)
            {
                var (cell, first) = (random.Next(Cells), random.Next(kept.Frames));
                var part = new double[random.Next(1, Math.Min(400, kept.Frames - first + 1))];
                anew.Traces.Fill(cell, first, part);
                Assert.Equal(kept.C[cell][first..(first + part.Length)], part);
                var counts = new ushort[part.Length];
                ((CellTraces)anew.Traces).FillSpikes(cell, first, counts);
                Assert.Equal(kept.S[cell][first..(first + part.Length)], counts);
            }
        }
    }

    [Fact]
    public void What_is_not_bleached_is_the_same_made_anew_as_kept()
    {
        var bleaching = new Bleaching { BleachSusceptibility = 0.01, TurnoverTauS = 40 };
        Unbleached Pools(CellActivity step)
        {
            var run = Compile(step, 30);
            var spec = run.Spec with { Steps = [step, bleaching] };
            return new StepRun(spec, bleaching, 2, run.Output.Find<Activity>()!, new PlacedCells([.. Enumerable.Range(0, Cells).Select(i => new Minisim.Scenes.Cell(0, i, default, Footprint.Empty))])).Output.Find<Unbleached>()!;
        }
        Unbleached kept = Pools(new()), anew = Pools(new() { MostKept = 0, Stride = 64 });
        Assert.False(((ITraces)anew).IsKept);
        for (var i = 0; i < Cells; i++)
        {
            Assert.True(kept.Row(i)[^1] < 0.9);
            Assert.Equal(kept.Row(i), anew.Row(i));
            Assert.Equal(kept.Light.Row(i), anew.Light.Row(i));
            foreach (var (first, count) in new[] { (0, 3), (63, 2), (64, 64), (129, 500), (1099, 1) })
            {
                var (share, light) = (new double[count], new double[count]);
                anew.Fill(i, first, share);
                anew.Light.Fill(i, first, light);
                Assert.Equal(kept.Row(i)[first..(first + count)], share);
                Assert.Equal(kept.Light.Row(i)[first..(first + count)], light);
            }
        }
    }

    /// <summary>Every step that reads traces: focus, populations of the neuropil, the share of the background, background cells.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_recording_has_the_same_bytes_and_truth_whether_its_traces_are_kept_or_not(bool isLocal)
    {
        var spec = RenderingInvarianceTests.Everything(40, 44, seconds: 14);
        var place = spec.Find<PlaceNeurons>()!;
        spec = spec.With(place with { Populations = [.. place.Populations!, new Population { DensityPerMm3 = 40000, SomaRadiusUm = 5, DepthRangeUm = new(200, 260), Role = PopulationRole.Background }] });
        var neuropil = spec.Find<Neuropil>()!;
        spec = spec.With(isLocal ? neuropil with { PopulationModel = NeuropilPopulation.Local, BackgroundVarianceFraction = 0.97 } : neuropil);
        var activity = spec.Find<CellActivity>()! with { Indicator = isLocal ? new() { Name = IndicatorName.GCaMP6f } : null };
        var asKept = spec.With(activity) with { Output = spec.Output with { SaveBackground = true } };
        using var kept = Simulator.Run(asKept);
        using var anew = Simulator.Run(asKept.With(activity with { MostKept = 0, Stride = 64 }));
        Assert.Equal(RenderingInvarianceTests.Bytes(kept.Observed), RenderingInvarianceTests.Bytes(anew.Observed));
        Assert.Equal(kept.Truth.Arrays.Select(a => a.Name), anew.Truth.Arrays.Select(a => a.Name));
        Assert.Contains("background_cells_c", kept.Truth.Arrays.Select(a => a.Name));
        foreach (var (a, b) in kept.Truth.Arrays.Zip(anew.Truth.Arrays)) Assert.True(a.ToDoubles().AsSpan().SequenceEqual(b.ToDoubles()), a.Name);
    }
}

/// <summary>Their memory, counted while no other test runs.</summary>
[Collection(nameof(Alone))]
public class LongTracesMemoryTests : InTemporaryFolder
{
    /// <summary>Traces, spikes and bleaching would take 260 MB, and twice as much again while they are written.</summary>
    [Theory]
    [InlineData(".zarr")]
    [InlineData(".npz")]
    [InlineData(".h5")]
    [InlineData(".nwb")]
    public void The_traces_of_an_hour_of_200_cells_are_never_all_in_memory(string ending)
    {
        var random = new System.Random(1);
        var spec = new Spec
        {
            Acquisition = new() { DurationS = 3600, ImageSensor = new() { NPxHeight = 16, NPxWidth = 16 } },
            Steps =
            [
                new PlaceNeurons { PositionsUm = [.. Enumerable.Range(0, 200).Select(_ => new Position(100, 8 * random.NextDouble() - 4, 8 * random.NextDouble() - 4))], SomaRadiusUm = 3 },
                new CellActivity(), new Bleaching(), new Composite(), new Minisim.Steps.Sensor(),
            ],
        };
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var most = long.MinValue;
        using (var sink = RecordingFormats.CreateSink(PathOf("a" + ending), new() { Flush = false }))
        {
            using var watch = new Watch(() => most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before));
            Simulator.Run(spec, [sink, watch]);
        }
        // Below zero where what was there before has been collected.
        Assert.InRange(most, long.MinValue + 1, 100_000_000);
    }

    // Counts before the movie, where the truth was just written, and on the way.
    private sealed class Watch(Action count) : IRecordingSink
    {
        public int BlockFrames => 1;
        public void Begin(RecordingHeader header, GroundTruth truth)
        {
            Assert.Equal(200, truth.NUnits);
            count();
        }

        public void Write(string? snapshot, int firstFrame, int frames, ReadOnlySpan<byte> pixels)
        {
            if (firstFrame / 10_000 != (firstFrame + frames) / 10_000) count();
        }

        public void Complete() => count();
        public void Dispose() { }
    }
}
