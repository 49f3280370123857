using System.Diagnostics;
using System.Globalization;
using Minisim.Presets;
using Minisim.Steps;

namespace Minisim.Tests.Cli;

/// <summary>What a run is said to take before it begins, against what it takes.</summary>
public class MemoryEstimateTests
{
    private const double Factor = 2;

    private static Spec V4(double seconds, params Step[] extra) => Preset.Create(Scopes.MiniscopeV4, Regions.Ca1, new() { DurationS = seconds, Seed = 1, Extra = [new BrainMotion(), .. extra] });

    // Many cells for long on few pixels: traces are most of it.
    private static readonly Population Crowd = Regions.Ca1.Populations[0] with { DensityPerMm3 = 250_000 };
    private static Spec Crowded(params Step[] extra) => Preset.Create(Scopes.MiniscopeV4, Regions.Ca1, new() { DurationS = 400, SizePx = (256, 256), Populations = [Crowd], Seed = 1, Extra = [new BrainMotion(), .. extra] });

    private static readonly CellActivity Gcamp = new() { Indicator = new Indicator { Name = IndicatorName.GCaMP6f }, Process = SpikeProcess.Bursty, RateMeanHz = 1, RateSigmaLn = 1.2, SilentFraction = 0.3 };
    private static readonly Population Deep = new() { DensityPerMm3 = 150_000, SomaRadiusUm = 6, DepthRangeUm = new(200, 350), Role = PopulationRole.Background };

    private static Spec Case(string name) => name switch
    {
        "plain" => V4(20),
        "traces" => Crowded(),
        "indicator" => Crowded(Gcamp),
        "bleaching" => Crowded(new Bleaching()),
        "behaviour" => Crowded(new Behavior(), Gcamp with { Process = SpikeProcess.Poisson, Tuning = new Tuning() }),
        "background cells" => Crowded(new PlaceNeurons { Populations = [Regions.Ca1.Populations[0], Deep] }),
        "local neuropil" => V4(10, new Neuropil { BackgroundVarianceFraction = 0.7, PopulationModel = NeuropilPopulation.Local, NComponents = 24, TextureWeight = 0.2, Floor = 0.2 }),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    [Theory]
    [InlineData("plain")]
    [InlineData("traces")]
    [InlineData("indicator")]
    [InlineData("bleaching")]
    [InlineData("behaviour")]
    [InlineData("background cells")]
    [InlineData("local neuropil")]
    public void A_run_needs_the_memory_that_it_was_said_to_within_a_factor_of_two(string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the peak is read from /proc");
        var spec = Case(name);
        var folder = Directory.CreateTempSubdirectory("minisim-memory").FullName;
        try
        {
            SpecJson.Save(spec, Path.Combine(folder, "spec.json"));
            var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "minisim-cli.dll"), "simulate", "spec.json", "-o", "a.zarr", "--quiet"]) { WorkingDirectory = folder, RedirectStandardError = true };
            // What the collector leaves for later depends on the caches of the machine.
            start.Environment["DOTNET_GCgen0size"] = "0x4000000";
            using var run = Process.Start(start)!;
            double peak = 0;
            while (!run.WaitForExit(20))
                if (Peak(run.Id) is { } now) peak = Math.Max(peak, now);
            Assert.True(run.ExitCode == 0, run.StandardError.ReadToEnd());
            var said = WorkEstimate.Of(spec).MemoryBytes;
            TestContext.Current.SendDiagnosticMessage(FormattableString.Invariant($"{name}: {said / 1e6:0} MB said, {peak / 1e6:0} MB taken"));
            Assert.True(said <= Factor * peak && peak <= Factor * said, FormattableString.Invariant($"{name}: {said / 1e6:0} MB were said, {peak / 1e6:0} MB were taken"));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    // Largest resident memory so far, bytes; null once the process is gone.
    private static double? Peak(int id)
    {
        try
        {
            return File.ReadLines($"/proc/{id}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)) is { } line
                ? 1024 * double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
