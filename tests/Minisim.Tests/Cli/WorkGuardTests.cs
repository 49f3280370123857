using Minisim.Cli;
using Minisim.Steps;

namespace Minisim.Tests.Cli;

/// <summary>What is said of runs that will take long or much, before they begin.</summary>
public class WorkGuardTests
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

    [Fact]
    public void Millions_of_cells_on_a_few_pixels_are_warned_of_with_time_and_memory()
    {
        var said = new StringWriter();
        WorkGuard.Check(Crowded(4.5e10), 2, false, said, machineBytes: 1L << 40);
        Assert.Matches(@"^warning: this run needs about [0-9.]+ GB of memory and [0-9]+ (s|min).* cells, [0-9.,]+ for each pixel", said.ToString());
    }

    [Fact]
    public void What_the_machine_cannot_hold_is_refused_unless_forced()
    {
        var spec = Crowded(4.5e10);
        var error = Assert.Throws<UsageException>(() => WorkGuard.Check(spec, 2, false, TextWriter.Null, machineBytes: 1L << 30));
        Assert.Contains("--force", error.Message);
        Assert.Contains("the machine has 1.1 GB", error.Message);
        WorkGuard.Check(spec, 2, true, TextWriter.Null, machineBytes: 1L << 30);
    }

    [Fact]
    public void Usual_specs_pass_without_a_word()
    {
        foreach (var name in (string[])["S1.json", "S2.json", "S3.json", "S4.json", "S5.json"])
        {
            var said = new StringWriter();
            WorkGuard.Check(Sample(name), 0, false, said, machineBytes: 8L << 30);
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
