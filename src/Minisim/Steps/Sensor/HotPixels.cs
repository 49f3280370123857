using Minisim.Numerics;
using Minisim.Random;
using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>Pixels with a high dark current: fixed bright points that never move with the brain.</summary>
/// <remarks>A pixel is hot with probability <see cref="Fraction"/>; its dark current is exponential with the mean
/// <see cref="MeanEPerS"/>, and it is exposed for the whole frame.</remarks>
public sealed record HotPixels : Step
{
    /// <summary>Draws: entity = row, sub = column; index 0 = whether it is hot, 1 = how much. Rows and columns count from the optical
    /// axis, so that a wider chip changes none.</summary>
    internal static readonly RandomStream Stream = new(16);

    /// <summary>Share of the pixels that are hot.</summary>
    [Range(0, 0.01)] public double Fraction { get; init; } = 1e-4;
    /// <summary>Mean dark current of a hot pixel, e⁻/s.</summary>
    [Positive(1e9), Unit("e-/s")] public double MeanEPerS { get; init; } = 2000;

    internal override void Check(Spec spec, ProblemList problems)
    {
        if (spec.Find<Sensor>() is null)
            problems.Warn(PathIn(spec), null, "without a sensor there are no electrons, so hot pixels do nothing.", "Add a sensor, or leave them out.");
    }

    internal override StepOutput Compile(StepInputs inputs)
    {
        if (inputs.Find<LightBudget>() is not { } budget) return StepOutput.Nothing;
        var (grid, seed, timeline) = (inputs.Get<Grid>(), inputs.Get<Seed>(), inputs.Get<Timeline>());
        var field = new double[grid.FovHeight * grid.FovWidth];
        // Electrons of a frame, in the movie's units of intensity.
        var mean = MeanEPerS / timeline.FramesPerSecond / budget.ElectronsPerUnit;
        Parallel.For(0, grid.FovHeight, inputs.Parallelism, row =>
        {
            for (var col = 0; col < grid.FovWidth; col++)
            {
                var draws = new Draws(seed.Value, Stream, (uint)(row - grid.FovHeight / 2), (uint)(col - grid.FovWidth / 2));
                if (draws.Uniform(0) < Fraction) field[row * grid.FovWidth + col] = -mean * PortableMath.Log(1 - draws.Uniform(1));
            }
        });
        return new StepOutput().Give(new SensorOffset(field))
            .Publish("hot_pixels", ["height", "width"], [grid.FovHeight, grid.FovWidth], null, field, "dark current of hot pixels, in units of intensity", FieldRole.SensorOffset);
    }
}
