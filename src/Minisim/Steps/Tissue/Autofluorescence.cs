using Minisim.Numerics;
using Minisim.Random;
using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim.Steps;

/// <summary>Light of the tissue itself, without calcium: <c>level·N(x)·(1 − b + b·e^(−I·t/τ))</c>, a smooth field N of mean 1 that bleaches by the share b, and granules of lipofuscin
/// that do not.</summary>
/// <remarks>It lowers every apparent ΔF/F, the more the less light of a cell reaches the sensor: its own passes through the aperture and the tissue, this level is what arrives. I is the mean of the illumination profile over the field of view. The defaults are choices, not measurements.</remarks>
public sealed record Autofluorescence : Step
{
    /// <summary>White noise behind the field: entity = row from the optical axis, sub = 0.</summary>
    internal static readonly RandomStream FieldStream = new(20);
    /// <summary>Granules: index = 2·granule + axis.</summary>
    internal static readonly RandomStream GranuleStream = new(21);

    /// <summary>Mean brightness, in units of intensity: those of a cell of f0 = 1 before optics. As it is seen, or as the tissue sends it out (<c>brightness_at</c>).</summary>
    [NonNegative(1e9)] public double Level { get; init; } = 0.2;
    /// <summary>Coefficient of variation over the field of view.</summary>
    [Range(0, 1)] public double FieldCv { get; init; } = 0.2;
    /// <summary>Smoothness, Gaussian σ in µm.</summary>
    [Positive, Unit("µm")] public double FieldSigmaUm { get; init; } = 80;
    /// <summary>Share that bleaches.</summary>
    [Range(0, 1)] public double BleachFraction { get; init; } = 0.3;
    /// <summary>Time constant of the bleaching at full excitation, s.</summary>
    [Positive, Unit("s")] public double BleachTauS { get; init; } = 300;
    /// <summary>Granules per mm².</summary>
    [NonNegative(1e5), Unit("1/mm²"), JsonName("granules_per_mm2")] public double GranulesPerMm2 { get; init; }
    /// <summary>Radius of a granule, µm.</summary>
    [Positive(100), Unit("µm")] public double GranuleRadiusUm { get; init; } = 1.5;
    /// <summary>Brightness of a granule, in the same units.</summary>
    [NonNegative(1e9)] public double GranuleLevel { get; init; } = 0.5;

    /// <summary>Where level and granule_level count. "tissue": NA² of them is seen, as of the light of cells, so that two apertures have the same share of it. It is the tissue's own: no indicator and no expression
    /// changes it in either case.</summary>
    [Extension] public BrightnessPlace BrightnessAt { get; init; }

    /// <summary>The envelope at a time: <c>1 − b + b·e^(−I·t/τ)</c>.</summary>
    /// <param name="timeS">From the start of the recording, s.</param>
    /// <param name="intensity">Mean excitation I.</param>
    public double EnvelopeAt(double timeS, double intensity = 1) => 1 - BleachFraction + BleachFraction * PortableMath.Exp(-intensity * timeS / BleachTauS);

    internal override StepOutput Compile(StepInputs inputs)
    {
        var (grid, timeline, seed) = (inputs.Get<Grid>(), inputs.Get<Timeline>(), inputs.Get<Seed>().Value);
        var intensity = inputs.Find<Excitation>()?.Values.Average() ?? 1;
        var seen = BrightnessAt == BrightnessPlace.Image ? 1 : inputs.Get<CollectedShare>().Value;
        var field = Field(seed, grid, seen * Level, inputs.Parallelism);
        var granules = GranulesPerMm2 > 0 && GranuleLevel > 0 ? Granules(seed, grid, seen * GranuleLevel) : null;
        var envelope = new double[timeline.Frames];
        for (var t = 0; t < envelope.Length; t++) envelope[t] = EnvelopeAt(t / timeline.FramesPerSecond, intensity);

        var view = new float[grid.FovHeight * grid.FovWidth];
        for (var row = 0; row < grid.FovHeight; row++)
            for (var col = 0; col < grid.FovWidth; col++)
            {
                var at = (row + grid.Margin) * grid.Width + col + grid.Margin;
                view[row * grid.FovWidth + col] = field[at] + (granules?[at] ?? 0);
            }
        var left = envelope.DefaultIfEmpty(1).Average();
        var mean = new float[view.Length];
        for (var row = 0; row < grid.FovHeight; row++)
            for (var col = 0; col < grid.FovWidth; col++)
            {
                var at = (row + grid.Margin) * grid.Width + col + grid.Margin;
                mean[row * grid.FovWidth + col] = (float)(left * field[at] + (granules?[at] ?? 0));
            }
        var bright = granules is null ? null : new float[view.Length];
        for (var row = 0; row < grid.FovHeight && bright is not null; row++)
            granules.AsSpan((row + grid.Margin) * grid.Width + grid.Margin, grid.FovWidth).CopyTo(bright.AsSpan(row * grid.FovWidth));
        float[][] fields = granules is null ? [field] : [field, granules], envelopes = [Array.ConvertAll(envelope, v => (float)v), .. granules is null ? (float[][])[] : [[.. Enumerable.Repeat(1f, envelope.Length)]]];
        var output = new StepOutput().Give(new LightGroup(new FieldShapes(fields, grid), new EnvelopeEmission(envelopes)))
            .Publish("autofluorescence", ["height", "width"], [grid.FovHeight, grid.FovWidth], null, view, "light of the tissue itself at the start, at rest; its granules do not bleach")
            .Publish("autofluorescence_envelope", ["frame"], [envelope.Length], null, envelope, "share of the smooth autofluorescence that is left")
            .Publish("autofluorescence_mean", ["height", "width"], [grid.FovHeight, grid.FovWidth], null, mean, "mean over the recording of the light of the tissue itself", FieldRole.TissueOffset);
        return bright is null ? output : output.Publish("autofluorescence_granules", ["height", "width"], [grid.FovHeight, grid.FovWidth], null, bright, "light of the granules, which does not bleach; part of autofluorescence");
    }

    // Smoothed noise, in the field of view of mean 1 and the given variation; never negative.
    private float[] Field(ulong seed, Grid grid, double level, ParallelOptions parallelism)
    {
        var field = new float[grid.Height * grid.Width];
        Array.Fill(field, (float)level);
        if (FieldCv == 0 || level == 0) return field;
        var noise = Neuropil.Noise(seed, 0, grid, FieldSigmaUm / grid.PixelSizeUm, parallelism, FieldStream);
        double mean = 0, square = 0, pixels = (double)grid.FovHeight * grid.FovWidth;
        void ForFov(Action<float> each)
        {
            for (var row = 0; row < grid.FovHeight; row++)
                foreach (var value in noise.AsSpan((row + grid.Margin) * grid.Width + grid.Margin, grid.FovWidth))
                    each(value);
        }
        ForFov(v => mean += v / pixels);
        ForFov(v => square += (v - mean) * (v - mean) / pixels);
        if (!(square > 0)) return field;
        var scale = FieldCv / Math.Sqrt(square);
        for (var i = 0; i < field.Length; i++) field[i] = (float)(level * Math.Max(0, 1 + scale * (noise[i] - mean)));
        return field;
    }

    // Those of the field of view first, so that they do not depend on the margin; beyond it there are none.
    private float[] Granules(ulong seed, Grid grid, double level)
    {
        var field = new float[grid.Height * grid.Width];
        double height = grid.FovHeight * grid.PixelSizeUm, width = grid.FovWidth * grid.PixelSizeUm, radius = GranuleRadiusUm / grid.PixelSizeUm;
        var count = (long)Math.Round(GranulesPerMm2 * height * width / 1e6, MidpointRounding.ToEven);
        var draws = new Draws(seed, GranuleStream);
        for (uint g = 0; g < count; g++)
        {
            var (row, col) = grid.ToFov(draws.Uniform(2 * g, -height / 2, height / 2), draws.Uniform(2 * g + 1, -width / 2, width / 2));
            // At least the pixel in which it lies.
            var reach = Math.Max(radius, 0.7072);
            for (var r = (int)Math.Ceiling(row - reach); r <= row + reach; r++)
                for (var c = (int)Math.Ceiling(col - reach); c <= col + reach; c++)
                {
                    var inside = (r - row) * (r - row) + (c - col) * (c - col) <= radius * radius || (r == (int)Math.Round(row) && c == (int)Math.Round(col));
                    int y = r + grid.Margin, x = c + grid.Margin;
                    if (inside && (uint)y < (uint)grid.Height && (uint)x < (uint)grid.Width) field[y * grid.Width + x] = (float)level;
                }
        }
        return field;
    }
}
