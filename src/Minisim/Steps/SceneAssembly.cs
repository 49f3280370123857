using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>Puts the scene together from what the steps gave, in canonical order: after every stage there is a scene of its own.</summary>
internal sealed class SceneAssembly(Grid grid, Timeline timeline)
{
    // The product of all factors so far, before it is rounded.
    private double[]? _factor;

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
                SensorFactor factor => Multiplied(factor.Values),
                SensorOffset offset => Scene with { SensorOffset = Sum(offset.Values, Scene.SensorOffset) },
                Motion motion => Scene with { Motion = motion },
                SensorModel sensor => Scene with { Sensor = sensor },
                _ => Scene,
            };
    }

    private Scene Multiplied(double[] factor)
    {
        var product = factor;
        if (_factor is { } earlier)
        {
            product = new double[factor.Length];
            for (var i = 0; i < product.Length; i++) product[i] = earlier[i] * factor[i];
        }
        _factor = product;
        // What was added before is attenuated, too.
        var offset = Scene.SensorOffset is { } before ? new float[before.Length] : null;
        for (var i = 0; i < (offset?.Length ?? 0); i++) offset![i] = (float)(Scene.SensorOffset![i] * factor[i]);
        return Scene with { SensorFactor = Array.ConvertAll(product, v => (float)v), SensorOffset = offset };
    }

    private static float[] Product(float[] a, float[] b)
    {
        var product = new float[a.Length];
        for (var i = 0; i < product.Length; i++) product[i] = a[i] * b[i];
        return product;
    }

    private static float[] Sum(double[] added, float[]? earlier)
    {
        var sum = new float[added.Length];
        for (var i = 0; i < sum.Length; i++) sum[i] = (float)(added[i] + (earlier?[i] ?? 0));
        return sum;
    }
}
