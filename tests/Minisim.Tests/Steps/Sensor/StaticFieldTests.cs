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
        foreach (var output in outputs) assembly.Add(output);
        TruthArray[] arrays = [.. outputs.SelectMany(o => o.Truth)];
        double[] light = arrays[0].ToDoubles(), shade = arrays[1].ToDoubles(), leak = arrays[2].ToDoubles();
        for (var i = 0; i < light.Length; i++)
        {
            Assert.Equal((float)(light[i] * shade[i]), assembly.Scene.FactorAt(i));
            Assert.Equal((float)leak[i], assembly.Scene.OffsetAt(i));
        }
        Assert.All(arrays, a => Assert.Equal([21, 30], a.Shape));
        Assert.Equal([("illumination", FieldRole.SensorFactor), ("vignette", FieldRole.SensorFactor), ("leakage", FieldRole.SensorOffset)], arrays.Select(a => (a.Name, a.Role!.Value)));
    }
}
