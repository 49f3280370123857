using Minisim.Rendering;
using Minisim.Scenes;
using Minisim.Steps;

namespace Minisim.Tests.Steps.Sensor;

public class StaticFieldTests
{
    [Fact]
    public void Static_fields_multiply_what_came_before_and_leakage_adds()
    {
        Step[] steps = [new IlluminationProfile { Falloff = 0.3, CenterOffsetUm = new(2, -1) }, new Vignette { Falloff = 0.6 }, new Leakage { Level = 0.2, SigmaUm = 4 }];
        var spec = new Spec { Acquisition = new() { ImageSensor = new() { NPxHeight = 21, NPxWidth = 30 }, DurationS = 1 }, Steps = [.. steps] };
        var scene = new SceneBuilder(spec, 1);
        scene.Pixels = new PixelModel(scene.Grid, scene.Frames) { Offset = [.. Enumerable.Repeat(1f, 21 * 30)] };
        foreach (var step in spec.Steps) step.Compile(scene);
        double[] light = scene.Illumination!, shade = scene.Vignette!, leak = scene.Arrays.Single(a => a.Name == "leakage").ToDoubles();
        Assert.Equal([.. light.Zip(shade, (a, b) => (float)(a * b))], scene.Pixels.Gain!);
        for (var i = 0; i < light.Length; i++) Assert.Equal(light[i] * shade[i] + leak[i], scene.Pixels.Offset![i], 1e-6);
        Assert.All(scene.Arrays, a => Assert.Equal([21, 30], a.Shape));
        Assert.Equal(["illumination", "vignette", "leakage"], scene.Arrays.Select(a => a.Name));
    }
}
