using Minisim.Formats.Pictures;
using Minisim.Presets;
using Minisim.Steps;

namespace Minisim.Tests.Presets;

/// <summary>The regions as recordings look, and what they have that those of the reference lack.</summary>
public class RegionTests
{
    [Fact]
    public void Every_scope_fits_every_region_without_a_warning()
    {
        foreach (var scope in Scopes.All)
        {
            foreach (var region in Regions.All)
            {
                var spec = Preset.Create(scope, region);
                Assert.Empty(SpecValidator.Check(spec));
                Assert.Equal(IndicatorName.GCaMP6f, spec.Find<CellActivity>()!.Indicator!.Name);
                Assert.NotEqual(ReferenceRegions.Find(region.Name)?.Activity, region.Activity);
            }
        }
        Assert.Same(Regions.Ca1, Regions.Find("ca1"));
        Assert.Same(ReferenceRegions.Ca1, Regions.Find("ca1", isReference: true));
        Assert.Null(Regions.Find("striatum", isReference: true));
    }

    public static TheoryData<string> Names => [.. Regions.All.Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Counts_lie_where_those_of_a_usual_recording_lie_and_cells_can_be_found(string name)
    {
        using var recording = Simulator.Run(Preset.Create(Scopes.MiniscopeV4, Regions.Find(name)!, new() { DurationS = 20, Fps = 5 }) with { Output = new Output { StoreDtype = StoreDtype.Auto } });
        var movie = recording.Observed;
        var counts = new byte[movie.Frames * movie.Height * movie.Width];
        movie.Read(0, movie.Frames, counts);
        Array.Sort(counts);
        Assert.InRange(counts[counts.Length / 2], 60, 120);
        Assert.True(counts.Count(c => c == 255) < 0.01 * counts.Length);
        Assert.InRange(recording.Truth.Detectable.Count(true), 100, 3000);
    }

    /// <summary>Deterministic: one spec, one recording. Times of the transients are not among them: GCaMP6f is faster than they are (docs/presets.md).</summary>
    [Fact]
    public void CA1_looks_like_the_hippocampus_of_a_real_recording()
    {
        var real = StatisticsJson.Read(Path.Combine(ArchitectureTests.Root(), "docs", "statistics", "ucla-v3-hippocampus.json"));
        var options = new PresetOptions { SizePx = (200, 200), DurationS = 50 };
        var ours = Statistics(Preset.Create(Scopes.MiniscopeV4, Regions.Ca1, options));
        foreach (var key in (string[])["pnr", "local_correlation", "local_correlation_sd", "seeds_per_mm2", "width_um", "skewness", "mean_image_slope", "mean_image_sd_over_mean"])
            WithinFactor(1.3, key, ours, real);
        Assert.InRange(ours.Find("vessels_seen")!.Values[0], 0.5, 1);
        // A cell's own light reaches what its indicator can give at most, 6.4 for GCaMP6f, not 37.
        Assert.InRange(ours.Find("peak_dff")!.Values[^1], 0.5, 6.4);

        var moving = Statistics(Preset.Create(Scopes.MiniscopeV4, Regions.Ca1, options with { SizePx = (64, 64), Extra = [Regions.Ca1.Motion], NoNeuropil = true, NoVessels = true }));
        foreach (var key in (string[])["motion_sd_um", "motion_radius_um", "motion_step_um", "motion_steps_below_1_um"]) WithinFactor(1.3, key, moving, real);
    }

    private static MovieStatistics Statistics(Spec spec)
    {
        using var recording = Simulator.Run(spec);
        return MovieStatistics.Of(recording, "ours");
    }

    private static void WithinFactor(double factor, string key, MovieStatistics ours, MovieStatistics real)
    {
        var (a, b) = (ours.Find(key)!, real.Find(key)!);
        Assert.Equal(b.Labels, a.Labels);
        for (var i = 0; i < a.Values.Count; i++)
            Assert.True(a.Values[i] / b.Values[i] >= 1 / factor && a.Values[i] / b.Values[i] <= factor, $"{key} {a.Labels[i]}: ours {a.Values[i]:0.###}, real {b.Values[i]:0.###}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Another_aperture_or_indicator_leaves_the_share_of_the_background_in_the_light_at_rest(string name)
    {
        double Share(double na, IndicatorName indicator)
        {
            var scope = Scopes.MiniscopeV4 with { Optics = Scopes.MiniscopeV4.Optics with { Na = na } };
            var region = Regions.Find(name)!;
            var spec = Preset.Create(scope, region, new() { DurationS = 1, SizePx = (60, 60), Activity = region.Activity with { Indicator = new Indicator { Name = indicator } } });
            using var scene = Simulator.Compile(spec);
            double A(string array) => scene.Truth.Find(array)!.ToDoubles()[0];
            return A("neuropil_amplitude") / (A("observed_gain") * A("resting_f0") / A("amplitude_per_cell"));
        }
        var usual = Share(0.3, IndicatorName.GCaMP6f);
        Assert.Equal(usual, Share(0.3, IndicatorName.JGCaMP8m), 1e-9);
        // The first cell's depth is a draw; its place in the layer does not change with the aperture.
        Assert.Equal(usual, Share(0.5, IndicatorName.GCaMP6f), 1e-9);
    }
}
