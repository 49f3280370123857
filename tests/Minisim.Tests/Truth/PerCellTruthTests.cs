using Minisim.Scenes;
using Minisim.Steps;

namespace Minisim.Tests.Truth;

/// <summary>Truth per cell, recomputed from the published arrays and the model's formulas.</summary>
public class PerCellTruthTests
{
    private static Spec Scene(double? focalUm = 130, double? curvatureUm = 1500) => new()
    {
        Acquisition = new()
        {
            DurationS = 6,
            FocalDepthInTissueUm = focalUm,
            Optics = new() { Na = 0.3, Magnification = 4, FieldCurvatureRadiusUm = curvatureUm },
            ImageSensor = new() { NPxHeight = 160, NPxWidth = 200, BitDepth = 12 },
        },
        Steps =
        [
            new PlaceNeurons { DensityPerMm3 = 50_000, DepthRangeUm = new(60, 220) }, new CellActivity { BrightnessCv = 1.2, F0 = 3 }, new OpticsStep(), new Composite(),
            new Vasculature { Enabled = true, Layers = [new VesselLayer { DepthUm = 40, RootRadiusUm = 20 }] },
            new IlluminationProfile { Falloff = 0.4 }, new Vignette { Falloff = 0.3 }, new Sensor { PhotonsPerUnit = 6000 },
        ],
    };

    [Fact]
    public void Detectable_is_its_formula_for_every_cell_under_vessels_and_falloff()
    {
        var spec = Scene();
        var truth = Simulator.Compile(spec).Truth;
        var (a, chip) = (spec.Acquisition, spec.Acquisition.ImageSensor);
        double[] Field(string name) => truth.Find(name)!.ToDoubles();
        var (illumination, vignette, mask) = (Field("illumination"), Field("vignette"), Field("vasculature_mask"));
        var (c, centres) = (truth.C!.ToDoubles(), truth.CentersUm.ToDoubles());
        var frames = truth.C.Shape[1];
        var (byFormula, withoutVessels) = (new bool[truth.NUnits], new bool[truth.NUnits]);
        for (var i = 0; i < truth.NUnits; i++)
        {
            double z = centres[3 * i], y = centres[3 * i + 1], x = centres[3 * i + 2];
            var radius = Math.Sqrt(y * y + x * x);
            var focal = 130 - (1500 - Math.Sqrt(1500.0 * 1500 - radius * radius));
            double diffraction = 0.21 * 0.525 / 0.3, scatter = 0.05 * z, defocus = 0.3 * Math.Abs(z - focal);
            var sharp = diffraction * diffraction + scatter * scatter;
            var brightness = sharp / (sharp + defocus * defocus) * Math.Exp(-z * (1 / 600.0 + 1 / 100.0)) * 0.09;
            var p = a.PixelSizeUm();
            var row = Math.Clamp((int)Math.Round((chip.NPxHeight - 1) / 2.0 + y / p), 0, chip.NPxHeight - 1);
            var col = Math.Clamp((int)Math.Round((chip.NPxWidth - 1) / 2.0 + x / p), 0, chip.NPxWidth - 1);
            var pixel = row * chip.NPxWidth + col;
            var trace = c.AsSpan(i * frames, frames).ToArray();
            double low = trace.Min(), high = trace.Max();
            double Snr(double gain) => (high - low) * gain / Math.Sqrt(Math.Max(low, 0) * gain + 4);
            var open = brightness * illumination[pixel] * vignette[pixel] * 6000 * 0.7;
            (byFormula[i], withoutVessels[i]) = (Snr(open * mask[pixel]) >= 3, Snr(open) >= 3);
        }
        Assert.Equal(byFormula, truth.Detectable.ToArray());
        // The scene has some of each, and vessels matter in it: else the test says nothing.
        Assert.InRange(byFormula.Count(d => d), truth.NUnits / 10, 9 * truth.NUnits / 10);
        Assert.NotEqual(byFormula, withoutVessels);
    }

    [Fact]
    public void An_off_axis_cell_is_in_focus_where_the_curved_plane_is()
    {
        var spec = Scene();
        var truth = Simulator.Compile(spec).Truth;
        var centres = truth.CentersUm.ToDoubles();
        var depthOfField = 1.33 * 0.525 / 0.09;
        var (curved, flat) = (new bool[truth.NUnits], new bool[truth.NUnits]);
        for (var i = 0; i < truth.NUnits; i++)
        {
            double z = centres[3 * i], y = centres[3 * i + 1], x = centres[3 * i + 2];
            var sagitta = 1500 - Math.Sqrt(1500.0 * 1500 - y * y - x * x);
            curved[i] = Math.Abs(z - (130 - sagitta)) <= depthOfField;
            flat[i] = Math.Abs(z - 130) <= depthOfField;
        }
        Assert.Equal(curved, truth.InFocus.ToArray());
        Assert.NotEqual(flat, curved);
        Assert.Contains(true, curved);
    }

    [Theory]
    [InlineData(-5, 20, 1, true)]
    [InlineData(-6, 20, 0, false)]
    [InlineData(39, 20, 1, true)]
    [InlineData(40, 20, 0, false)]
    [InlineData(20, -5, 1, true)]
    [InlineData(20, -6, 0, false)]
    [InlineData(20, 49, 1, true)]
    [InlineData(20, 50, 0, false)]
    public void A_footprint_that_touches_only_the_last_row_or_column_of_an_edge_is_in_view(int row, int col, int lines, bool inView)
    {
        // A field of 40 × 50 in a margin of 8; the patch is 6 × 6.
        const int margin = 8;
        var patch = new Footprint(row + margin, col + margin, 6, 6, [.. Enumerable.Repeat(1f, 36)]);
        Assert.Equal(inView, patch.Touches(margin, margin, 40, 50));
        Assert.Equal(6 * lines, patch.Crop(margin, margin, 40, 50).Values.Length);
        // A patch whose lit pixels stay outside does not touch, though its rectangle does.
        var dark = patch with { Values = [.. patch.Values.Select((v, k) => Outside(row + k / 6, col + k % 6) ? v : 0)] };
        Assert.False(dark.Touches(margin, margin, 40, 50));
        static bool Outside(int r, int c) => r < 0 || c < 0 || r >= 40 || c >= 50;
    }

    [Theory]
    [InlineData(0, -1)]
    [InlineData(0, 1)]
    [InlineData(1, -1)]
    [InlineData(1, 1)]
    public void A_planted_cell_that_reaches_over_one_edge_is_in_view_and_one_just_beyond_is_not(int axis, int side)
    {
        // Radius 6 µm at 1 µm a pixel: the disc covers ±6 px of its centre, and the margin is there for motion.
        double half = axis == 0 ? 20 : 25;
        Position At(double beyond) => axis == 0 ? new(50, side * (half - 0.5 + beyond), 0.5) : new(50, 0.5, side * (half - 0.5 + beyond));
        var spec = new Spec
        {
            Acquisition = new() { DurationS = 1, Optics = new() { Magnification = 3 }, ImageSensor = new() { NPxHeight = 40, NPxWidth = 50 } },
            Steps = [new PlaceNeurons { SomaRadiusUm = 6, Irregularity = 0, PositionsUm = [At(6), At(7), new(50, 0, 0)] }, new BrainMotion { MaxShiftUm = 12 }],
        };
        var truth = Simulator.Compile(spec).Truth;
        Assert.Equal(2, truth.NUnits);
        Assert.Equal(1.0, truth.PlantedInFov(0).Values.Sum(), 6);
    }
}
