using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Truth;

namespace Minisim.Tests.Steps.Sensor;

public class StaticFieldTests
{
    [Fact]
    public void Static_fields_multiply_what_came_before_and_leakage_adds()
    {
        Step[] steps = [new IlluminationProfile { Falloff = 0.3, CenterOffsetUm = new(2, -1) }, new Vignette { Falloff = 0.6 }, new Leakage { Level = 0.2, SigmaUm = 4 }];
        var spec = new Spec { Acquisition = new() { ImageSensor = new() { NPxHeight = 21, NPxWidth = 30 }, DurationS = 1 }, Steps = [.. steps] };
        StepOutput[] outputs = [.. spec.Steps.Select(s => new StepRun(spec, s, 1).Output)];
        var assembly = new SceneAssembly(Compilation.GridOf(spec), Timeline.Of(spec.Acquisition));
        // Light that was added before is attenuated by what follows.
        assembly.Add(new StepOutput().Give(new SensorOffset([.. Enumerable.Repeat(1.0, 21 * 30)])));
        foreach (var output in outputs) assembly.Add(output);
        TruthArray[] arrays = [.. outputs.SelectMany(o => o.Truth)];
        double[] light = arrays[0].ToDoubles(), shade = arrays[1].ToDoubles(), leak = arrays[2].ToDoubles();
        Assert.Equal([.. light.Zip(shade, (a, b) => (float)(a * b))], assembly.Scene.SensorFactor!);
        for (var i = 0; i < light.Length; i++) Assert.Equal(light[i] * shade[i] + leak[i], assembly.Scene.SensorOffset![i], 1e-6);
        Assert.All(arrays, a => Assert.Equal([21, 30], a.Shape));
        Assert.Equal([("illumination", FieldRole.SensorFactor), ("vignette", FieldRole.SensorFactor), ("leakage", FieldRole.SensorOffset)], arrays.Select(a => (a.Name, a.Role!.Value)));
    }
}
