using Minisim.Numerics;
using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>Light that reaches the sensor without coming from the tissue in focus: excitation leak, autofluorescence of glass.</summary>
public sealed partial record Leakage : Step
{
    /// <summary>How the light is spread over the sensor.</summary>
    public LeakageProfile Profile { get; init; } = LeakageProfile.Gaussian;
    /// <summary>Peak, in the movie's intensity units.</summary>
    [NonNegative(1e9)] public double Level { get; init; } = 0.1;
    /// <summary>Gaussian σ of the glow, µm; null = a quarter of the smaller FOV side.</summary>
    [Positive, Unit("µm")] public double? SigmaUm { get; init; }

    /// <summary>The glow per FOV pixel (row, column): <c>level</c>, or <c>level·exp(−ρ²/2σ²)</c> with ρ the distance to the FOV's
    /// centre.</summary>
    public double[] FieldFor(Acquisition acquisition) => FieldFor(Grid.Fov(acquisition));

    private double[] FieldFor(Grid grid)
    {
        int height = grid.FovHeight, width = grid.FovWidth;
        var field = new double[checked(height * width)];
        if (Profile == LeakageProfile.Uniform)
        {
            Array.Fill(field, Level);
            return field;
        }
        var sigmaPx = SigmaPx(grid);
        // exp(−ρ²/2σ²) is a product of a row's and a column's share.
        double[] down = Profile1D(height), across = Profile1D(width);
        for (var row = 0; row < height; row++)
            for (var col = 0; col < width; col++)
                field[row * width + col] = Level * (down[row] * across[col]);
        return field;

        double[] Profile1D(int length)
        {
            var profile = new double[length];
            for (var i = 0; i < length; i++)
            {
                var d = (i - (length - 1) / 2.0) / sigmaPx;
                profile[i] = PortableMath.Exp(-0.5 * d * d);
            }
            return profile;
        }
    }

    private double SigmaPx(Grid grid) => (SigmaUm ?? Math.Min(grid.FovHeight * grid.PixelSizeUm, grid.FovWidth * grid.PixelSizeUm) / 4) / grid.PixelSizeUm;

    internal override StepOutput Compile(StepInputs inputs)
    {
        var grid = inputs.Get<Grid>();
        // A share of the field of view is the same at any magnification.
        var field = inputs.Keep((grid.FovHeight, grid.FovWidth, Profile, Level, SigmaPx(grid)), () => FieldFor(grid));
        return new StepOutput().Give(new SensorOffset(field))
            .Publish("leakage", ["height", "width"], [grid.FovHeight, grid.FovWidth], null, field,
                "light added to each FOV pixel", FieldRole.SensorOffset);
    }
}
