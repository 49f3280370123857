using Minisim.Presets;
using Minisim.Scenes;
using Minisim.Steps;

namespace Minisim.Tests.Presets;

/// <summary>The plane that keeps most of a layer in focus, against layers whose best plane is known.</summary>
public class LayerFocusTests
{
    private static Acquisition Flat => new() { Optics = new() { DepthOfFieldUm = 5 } };

    private static Acquisition Curved => Scopes.MiniscopeV4 is var v ? new() { Optics = v.Optics, ImageSensor = v.ImageSensor } : new();

    private static Population Layer(double from, double to, double density = 10_000) => new() { DepthRangeUm = new(from, to), DensityPerMm3 = density };

    [Fact]
    public void A_flat_field_is_focused_on_the_middle_of_its_layer()
    {
        Assert.Equal(150, LayerFocus.DepthUm(Flat, [Layer(140, 160)]));
        Assert.Equal(0.5, LayerFocus.ShareInFocus(Flat, [Layer(140, 160)], 150), 12);
        // A layer thinner than the depth of field, and one without thickness.
        Assert.Equal(100, LayerFocus.DepthUm(Flat, [Layer(99, 101)]));
        Assert.Equal(100, LayerFocus.DepthUm(Flat, [Layer(100, 100)]));
        Assert.Equal(1, LayerFocus.ShareInFocus(Flat, [Layer(99, 101)], 100), 12);
        Assert.Equal(0, LayerFocus.DepthUm(Flat, []));
    }

    [Fact]
    public void Of_two_layers_the_one_with_more_cells_in_the_depth_of_field_is_focused_on()
    {
        Assert.Equal(150, LayerFocus.DepthUm(Flat, [Layer(40, 60, 10_000), Layer(140, 160, 11_000)]));
        Assert.Equal(50, LayerFocus.DepthUm(Flat, [Layer(40, 60, 11_000), Layer(140, 160, 10_000)]));
        Assert.Equal(50, LayerFocus.DepthUm(Flat, [Layer(40, 60), Layer(140, 160)]));
    }

    [Fact]
    public void Given_positions_count_as_they_lie_as_far_as_they_are_in_the_field()
    {
        var population = new Population { PositionsUm = [new(80, 0, 0), new(82, 10, 10), new(120, 0, 0), new(300, 5000, 0), new(301, 5000, 0), new(302, 5000, 0)] };
        Assert.InRange(LayerFocus.DepthUm(Flat, [population]), 77, 85);
        Assert.Equal(2.0 / 3, LayerFocus.ShareInFocus(Flat, [population], 81), 12);
    }

    [Fact]
    public void Under_field_curvature_the_share_in_focus_is_that_of_cells_drawn_at_random()
    {
        Population[] layer = [Layer(140, 160)];
        var best = LayerFocus.DepthUm(Curved, layer);
        // The sagitta at the edge of the field is 51 µm: the best plane lies deeper than the layer's middle, and nothing beats it.
        Assert.InRange(best, 165, 195);
        var most = LayerFocus.ShareInFocus(Curved, layer, best);
        for (var f = 120.0; f < 280; f += 0.7) Assert.True(LayerFocus.ShareInFocus(Curved, layer, f) <= most * 1.006, $"{f} µm has more in focus than {best}");

        var random = new System.Random(3);
        var (height, width) = Curved.FovUm();
        double inFocus = 0;
        const int draws = 400_000;
        for (var i = 0; i < draws; i++)
        {
            var cell = new Position(140 + 20 * random.NextDouble(), (random.NextDouble() - 0.5) * height, (random.NextDouble() - 0.5) * width);
            if (Math.Abs(FocalPlane.EffectiveDepthUm(Curved, cell) - best) <= Curved.Optics.ResolvedDepthOfFieldUm()) inFocus++;
        }
        // Five standard errors.
        Assert.InRange(inFocus / draws, most - 5 * Math.Sqrt(most * (1 - most) / draws), most + 5 * Math.Sqrt(most * (1 - most) / draws));
    }

    [Fact]
    public void A_presets_focus_does_not_move_with_seed_duration_activity_or_decay()
    {
        var still = Preset.Create(Scopes.MiniscopeV4, ReferenceRegions.Ca1).Acquisition.FocalDepthInTissueUm;
        Assert.NotNull(still);
        Assert.Equal(LayerFocus.DepthUm(Curved, ReferenceRegions.Ca1.Populations), still);
        foreach (var options in (PresetOptions[])
        [
            new() { Seed = 5 }, new() { DurationS = 2 }, new() { Activity = new CellActivity().WithActivity(1) }, new() { Activity = new CellActivity { TauDecayS = 1.7 } },
            new() { Sensor = new Sensor { PhotonsPerUnit = 3 } }, new() { Extra = [new BrainMotion()], NoVessels = true },
        ])
            Assert.Equal(still, Preset.Create(Scopes.MiniscopeV4, ReferenceRegions.Ca1, options).Acquisition.FocalDepthInTissueUm);
        // Depths and field do matter.
        Assert.NotEqual(still, Preset.Create(Scopes.MiniscopeV4, ReferenceRegions.CortexL23).Acquisition.FocalDepthInTissueUm);
        Assert.NotEqual(still, Preset.Create(Scopes.MiniscopeV4, ReferenceRegions.Ca1, new() { SizePx = (100, 100) }).Acquisition.FocalDepthInTissueUm);
        Assert.Equal(33, Preset.Create(Scopes.MiniscopeV4, ReferenceRegions.Ca1, new() { FocalDepthUm = 33 }).Acquisition.FocalDepthInTissueUm);
    }

    [Fact]
    public void Fixing_a_spec_replaces_auto_and_nothing_else()
    {
        var auto = SpecJson.Load(Path.Combine(AppContext.BaseDirectory, "specs", "S3.json"));
        Assert.True(LayerFocus.IsAuto(auto));
        var fixedSpec = LayerFocus.Fixed(auto);
        Assert.Equal(Preset.Create(Scopes.MiniscopeV4, ReferenceRegions.Ca1, new() { DurationS = 30 }), fixedSpec);
        Assert.False(LayerFocus.IsAuto(fixedSpec));
        Assert.Same(fixedSpec, LayerFocus.Fixed(fixedSpec));
        Assert.False(LayerFocus.IsAuto(auto.Without<OpticsStep>()));
    }
}
