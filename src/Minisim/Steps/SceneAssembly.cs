using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>Puts the scene together from what the steps gave, in canonical order: after every stage there is a scene of its own.</summary>
internal sealed class SceneAssembly(Grid grid, Timeline timeline)
{
    /// <summary>The scene so far.</summary>
    public Scene Scene { get; private set; } = new(grid, timeline);

    /// <summary>Adds what a step gave.</summary>
    public void Add(StepOutput output)
    {
        foreach (var product in output.Products)
            Scene = product switch
            {
                LightGroup group => Scene with { Lights = [.. Scene.Lights, group] },
                TissueFactor factor => Scene with { TissueFactor = Scene.TissueFactor is { } earlier ? Product(factor.Values, earlier) : factor.Values },
                TissuePulse pulse => Scene with { Pulse = pulse },
                SensorFactor factor => Scene with { SensorFactors = [.. Scene.SensorFactors, factor] },
                SensorOffset offset => Scene with { SensorOffsets = [.. Scene.SensorOffsets, offset] },
                Motion motion => Scene with { Motion = motion },
                SensorModel sensor => Scene with { Sensor = sensor },
                _ => Scene,
            };
    }

    private static float[] Product(float[] a, float[] b)
    {
        var product = new float[a.Length];
        for (var i = 0; i < product.Length; i++) product[i] = a[i] * b[i];
        return product;
    }
}
