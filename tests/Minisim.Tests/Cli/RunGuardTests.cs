using Minisim.Cli;
using Minisim.Formats;
using Minisim.Presets;
using Minisim.Steps;
using Minisim.Tests.Formats.Zarr;
using Minisim.Truth;

namespace Minisim.Tests.Cli;

/// <summary>What is said of runs that will take long or much, before they begin.</summary>
public class RunGuardTests
{
    private static Spec Sample(string name) => SpecJson.Load(Path.Combine(AppContext.BaseDirectory, "specs", name));

    private static Spec Crowded(double densityPerMm3)
    {
        var spec = Sample("S1.json");
        return spec with
        {
            Acquisition = spec.Acquisition with { DurationS = 0.05, ImageSensor = spec.Acquisition.ImageSensor with { NPxHeight = 17, NPxWidth = 33 } },
            Steps = [.. spec.Steps.Select(s => s is PlaceNeurons ? new PlaceNeurons { Populations = [new Population { DensityPerMm3 = densityPerMm3, DepthRangeUm = new(140, 160) }] } : s)],
        };
    }

    /// <summary>Measured on two cores of an Intel Xeon at 2.5 GHz: seconds on one core and MB.</summary>
    [Theory]
    [InlineData("S2.json", 0.63, 168)]
    [InlineData("S3.json", 0.95, 159)]
    [InlineData("S4.json", 4.24, 212)]
    [InlineData("S5.json", 1.01, 182)]
    public void Estimates_of_the_samples_are_within_a_factor_of_three(string name, double seconds, double megabytes)
    {
        var estimate = WorkEstimate.Of(Sample(name));
        Assert.InRange(estimate.CpuSeconds, seconds / 3, seconds * 3);
        Assert.InRange(estimate.MemoryBytes / 1e6, megabytes / 3, megabytes * 3);
    }

    private static RunNeeds Small(double bytes, double seconds = 1) => new(seconds, 1e8, bytes, 2);

    [Theory]
    // Below all limits nothing is said.
    [InlineData(1e9, 1e12, null, true, false)]
    // More than 20 GB, or more than half of what is free: said where nobody can answer, asked where somebody can.
    [InlineData(21e9, 1e12, null, true, true)]
    [InlineData(21e9, 1e12, "y", true, true)]
    [InlineData(21e9, 1e12, "Yes ", true, true)]
    [InlineData(21e9, 1e12, "", false, true)]
    [InlineData(21e9, 1e12, "n", false, true)]
    [InlineData(6e9, 1e10, "n", false, true)]
    [InlineData(4e9, 1e10, "n", true, false)]
    public void A_large_run_is_asked_for(double bytes, double free, string? answer, bool begins, bool isSaid)
    {
        var said = new StringWriter();
        Assert.Equal(begins, RunGuard.MayBegin(Small(bytes), free, false, "--force", said, answer is null ? null : () => answer, 8L << 30));
        Assert.Equal(isSaid, said.ToString().Contains("GB of disk"));
        Assert.Equal(answer is not null && isSaid, said.ToString().Contains("Go on?"));
    }

    [Fact]
    public void Time_memory_and_disk_stand_in_one_line()
    {
        var said = new StringWriter();
        Assert.True(RunGuard.MayBegin(new RunNeeds(3 * 3600, 2e9, 30e9, 4), 1e12, false, "--force", said, null, 32L << 30));
        Assert.Matches(@"^warning: this run takes about 3.* on 4 threads, 2 GB of memory and 30 GB of disk \(1,000 GB are free there\)\. Ctrl-C stops it\.\r?\n$", said.ToString());
        // A long one is told of, not asked.
        said = new StringWriter();
        Assert.True(RunGuard.MayBegin(Small(1e9, seconds: 700), 1e12, false, "--force", said, () => throw new InvalidOperationException(), 8L << 30));
        Assert.Contains("about 11 min 40 s", said.ToString());
    }

    [Fact]
    public void What_the_disk_cannot_hold_does_not_begin_where_nobody_can_be_asked()
    {
        Assert.Contains("go on with --force", Assert.Throws<UsageException>(() => RunGuard.MayBegin(Small(5e9), 4e9, false, "--force", TextWriter.Null, null, 8L << 30)).Message);
        Assert.True(RunGuard.MayBegin(Small(5e9), 4e9, true, "--force", TextWriter.Null, null, 8L << 30));
        Assert.True(RunGuard.MayBegin(Small(5e9), 4e9, false, "--force", TextWriter.Null, () => "y", 8L << 30));
        Assert.True(RunGuard.MayBegin(Small(5e9), null, false, "--force", TextWriter.Null, null, 8L << 30));
    }

    [Fact]
    public void The_estimate_counts_every_target_and_traces_where_they_are_kept()
    {
        var spec = Preset.Create(Scopes.MiniscopeV4, ReferenceRegions.Ca1, new() { DurationS = 60 });
        double movie = 1200.0 * 608 * 608, traces = 16.0 * 1200 * SpecSize.Of(spec).TotalCells;
        Assert.Equal(movie, RunNeeds.Of(spec, [RecordingFormats.Find("a.avi")], 2).DiskBytes);
        Assert.Equal(2 * movie + traces, RunNeeds.Of(spec, [RecordingFormats.Find("a.avi"), RecordingFormats.Find("a.zarr")], 2).DiskBytes);
        Assert.True(RunGuard.Free(Path.Combine(Path.GetTempPath(), "not", "there", "yet.avi")) > 0);
        // An export knows what there is.
        var made = SampleRecording.Make(40, 30, 20);
        using var sample = new Recording(made.Header.Spec, new MemoryMovie(40, 30, 20, PixelType.UInt8), made.Truth, new Dictionary<string, Movie>());
        var needs = RunNeeds.Of(sample, [RecordingFormats.Find("a.avi"), RecordingFormats.Find("a.zarr")], 1);
        Assert.True(needs.DiskBytes > 2 * 40 * 30 * 20 && needs.Seconds > 0 && needs.MemoryBytes < 1e9);
    }

    [Fact]
    public void Millions_of_cells_on_a_few_pixels_are_warned_of_with_time_and_memory()
    {
        var said = new StringWriter();
        RunGuard.MayBegin(RunNeeds.Of(Crowded(4.5e10), [], 2), null, false, "--force", said, null, machineBytes: 1L << 40);
        Assert.Matches(@"^warning: this run takes about [0-9]+ (s|min).* threads, [0-9.]+ GB of memory.* cells, [0-9.,]+ for each pixel", said.ToString());
    }

    [Fact]
    public void What_the_machine_cannot_hold_is_refused_unless_forced()
    {
        var needs = RunNeeds.Of(Crowded(4.5e10), [], 2);
        var error = Assert.Throws<UsageException>(() => RunGuard.MayBegin(needs, null, false, "--force", TextWriter.Null, () => "y", machineBytes: 1L << 30));
        Assert.Contains("--force", error.Message);
        Assert.Contains("the machine has 1.1 GB", error.Message);
        Assert.True(RunGuard.MayBegin(needs, null, true, "--force", TextWriter.Null, null, machineBytes: 1L << 30));
    }

    [Fact]
    public void Usual_specs_pass_without_a_word()
    {
        foreach (var name in (string[])["S1.json", "S2.json", "S3.json", "S4.json", "S5.json"])
        {
            var said = new StringWriter();
            Assert.True(RunGuard.MayBegin(RunNeeds.Of(Sample(name), [RecordingFormats.Find("a.zarr")], 0), 1e12, false, "--force", said, () => throw new InvalidOperationException(), machineBytes: 8L << 30));
            Assert.Equal("", said.ToString());
        }
    }

    [Fact]
    public void Optics_that_blur_vessels_beyond_any_picture_are_a_problem_with_a_path()
    {
        var spec = Sample("S1.json");
        spec = spec with { Acquisition = spec.Acquisition with { Optics = spec.Acquisition.Optics with { Na = 3e-10 } } };
        spec = spec.With(new Vasculature { Enabled = true, Layers = [new VesselLayer()] });
        var problem = Assert.Single(SpecValidator.Check(spec), p => !p.IsWarning);
        Assert.Matches(@"^steps\[\d\] \(vasculature\)\.layers\[0\]\.depth_um$", problem.Path);
        Assert.Contains("blur the layer", problem.Reason);
        Assert.DoesNotContain(SpecValidator.Check(spec with { Acquisition = spec.Acquisition with { Optics = spec.Acquisition.Optics with { Na = 0.3 } } }), p => !p.IsWarning);
    }
}
