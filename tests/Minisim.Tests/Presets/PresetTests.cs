using Minisim.Presets;
using Minisim.Steps;

namespace Minisim.Tests.Presets;

public class PresetTests
{
    // The reference leaves the focus to the cells that are drawn; presets focus on the layer.
    private static Spec AutoFocus(Spec spec) => spec with { Acquisition = spec.Acquisition with { FocalDepthInTissueUm = null } };

    private static Spec Sample(string name) => SpecJson.Load(Path.Combine(AppContext.BaseDirectory, "specs", name + ".json"));

    [Fact]
    public void V4_over_CA1_for_30_s_is_the_reference_spec_S3_but_for_the_focus() =>
        Assert.Equal(Sample("S3"), AutoFocus(Preset.Create(Scopes.MiniscopeV4, ReferenceRegions.Ca1, new() { DurationS = 30 })));

    [Fact]
    public void V4_over_CA1_with_motion_and_bleaching_is_the_reference_spec_S4_but_for_the_focus() =>
        Assert.Equal(Sample("S4"), AutoFocus(Preset.Create(Scopes.MiniscopeV4, ReferenceRegions.Ca1, new() { Extra = [new BrainMotion(), new Bleaching()] })));

    [Fact]
    public void V4_over_cortex_with_motion_is_the_reference_spec_S5_but_for_the_focus() =>
        Assert.Equal(Sample("S5"), AutoFocus(Preset.Create(Scopes.MiniscopeV4, ReferenceRegions.CortexL23, new() { DurationS = 30, Extra = [new BrainMotion()] })));

    [Fact]
    public void Every_scope_fits_every_region_and_the_switches_leave_steps_out()
    {
        foreach (var scope in Scopes.All)
        {
            foreach (var region in ReferenceRegions.All)
            {
                var bare = Preset.Create(scope, region, new() { NoNeuropil = true, NoVessels = true, NoScopeFields = true });
                Assert.Equal(["place_neurons", "cell_activity", "optics", "composite", "sensor"], bare.Steps.Select(s => StepCatalog.Of(s).Kind));
                Assert.Equal(bare.Steps.Count + 2 + scope.Fields.Count, Preset.Create(scope, region).Steps.Count);
            }
        }
    }

    [Fact]
    public void Overrides_reach_the_spec()
    {
        var spec = Preset.Create(Scopes.Generic1P, ReferenceRegions.Ca1, new()
        {
            Fps = 30,
            Seed = 7,
            SizePx = (100, 120),
            Populations = [new Population { SomaRadiusUm = 4 }],
            Activity = new CellActivity().WithActivity(1),
            Sensor = new Sensor { PhotonsPerUnit = 9 },
        });
        Assert.Equal((30.0, 7L, 100, 120), (spec.Acquisition.Fps, spec.Seed, spec.Acquisition.ImageSensor.NPxHeight, spec.Acquisition.ImageSensor.NPxWidth));
        Assert.Equal(4, spec.Find<PlaceNeurons>()!.ResolvedPopulations()[0].SomaRadiusUm);
        Assert.Equal(210, spec.Find<CellActivity>()!.ActiveRateHz);
        Assert.Equal(9, spec.Find<Sensor>()!.PhotonsPerUnit);
    }

    [Fact]
    public void Options_that_break_a_rule_are_refused() =>
        Assert.Contains("acquisition.fps", Assert.Throws<SpecException>(() => Preset.Create(Scopes.Generic1P, ReferenceRegions.Ca1, new() { Fps = -1 })).Message);
}
