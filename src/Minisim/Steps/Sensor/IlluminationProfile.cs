using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>Uneven excitation light; it also drives bleaching.</summary>
public sealed partial record IlluminationProfile : Step
{
    /// <summary>Value at the farthest corner pixel; 1 at the bright centre.</summary>
    [Range(0, 1)] public double Falloff { get; init; } = 0.7;
    /// <summary>Exponent of the radial fall.</summary>
    [Positive] public double Exponent { get; init; } = 2;
    /// <summary>Place of the bright centre (y, x), µm from the optical axis.</summary>
    [Unit("µm")] public Lateral CenterOffsetUm { get; init; }

    /// <summary>The field (height, width) over the FOV, row-major: 1 at the bright centre, <see cref="Falloff"/> at the
    /// farthest corner pixel.</summary>
    public double[] FieldFor(Acquisition acquisition) => FieldFor(Grid.Fov(acquisition), null);

    private double[] FieldFor(Grid grid, ParallelOptions? parallelism)
    {
        var (row, col) = grid.ToFov(CenterOffsetUm.Y, CenterOffsetUm.X);
        return RadialFalloff.Field(grid.FovHeight, grid.FovWidth, row, col, Falloff, Exponent, parallelism);
    }

    internal override StepOutput Compile(StepInputs inputs)
    {
        var grid = inputs.Get<Grid>();
        // Round the axis it is the same field at any magnification.
        var field = inputs.Keep((grid.FovHeight, grid.FovWidth, grid.ToFov(CenterOffsetUm.Y, CenterOffsetUm.X), Falloff, Exponent), () => FieldFor(grid, inputs.Parallelism));
        return new StepOutput().Give(new SensorFactor(field)).Give(new Excitation(field))
            .Publish("illumination", ["height", "width"], [grid.FovHeight, grid.FovWidth], null, field,
                "excitation light per FOV pixel, 1 at the bright centre", FieldRole.SensorFactor);
    }
}
