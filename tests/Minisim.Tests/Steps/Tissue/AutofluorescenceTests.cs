using Minisim.Steps;

namespace Minisim.Tests.Steps.Tissue;

public class AutofluorescenceTests
{
    private static Spec Alone(Autofluorescence step, double durationS = 301, double fps = 1) => new()
    {
        Acquisition = new() { DurationS = durationS, Fps = fps, ImageSensor = new() { NPxHeight = 120, NPxWidth = 150 } },
        Steps = [step],
    };

    [Fact]
    public void Alone_it_bleaches_by_its_share()
    {
        var step = new Autofluorescence { FieldSigmaUm = 10 };
        using var recording = Simulator.Run(Alone(step));
        var map = recording.Truth.Find("autofluorescence")!.ToDoubles();
        var frame = new float[map.Length];
        foreach (var (t, expected) in new[] { (0, 1.0), (100, 0.7 + 0.3 * Math.Exp(-1.0 / 3)), (300, 0.8104) })
        {
            recording.Observed.ReadFrame(t, frame);
            for (var i = 0; i < frame.Length; i++) Assert.Equal(expected, frame[i] / map[i], 1e-4);
            Assert.Equal(expected, recording.Truth.Find("autofluorescence_envelope")!.ToDoubles()[t], 1e-4);
        }
        // In units of level: mean 1 and the asked variation over the field of view.
        Assert.Equal(1, map.Average() / 0.2, 1e-3);
        Assert.Equal(0.2, Math.Sqrt(map.Sum(v => (v / 0.2 - 1) * (v / 0.2 - 1)) / map.Length), 1e-3);
    }

    [Fact]
    public void Illumination_slows_its_bleaching_and_motion_carries_it()
    {
        using var scene = Simulator.Compile(Alone(new Autofluorescence()).With(new IlluminationProfile { Falloff = 0.5 }));
        var mean = scene.Truth.Find("illumination")!.ToDoubles().Average();
        Assert.InRange(mean, 0.5, 0.95);
        Assert.Equal(0.7 + 0.3 * Math.Exp(-mean), scene.Truth.Find("autofluorescence_envelope")!.ToDoubles()[300], 1e-9);
        // The margin of motion changes nothing in view.
        using var moving = Simulator.Compile(Alone(new Autofluorescence { GranulesPerMm2 = 500 }, 5, 20).With(new BrainMotion()));
        using var still = Simulator.Compile(Alone(new Autofluorescence { GranulesPerMm2 = 500 }, 5, 20));
        Assert.Equal(still.Truth.Find("autofluorescence")!.ToDoubles(), moving.Truth.Find("autofluorescence")!.ToDoubles(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Granules_are_as_many_as_asked_and_do_not_bleach()
    {
        // 1000 per mm² of 45 × 56.25 µm: round(2.53) = 3 at most; larger: a density of 10000 gives 25.
        var step = new Autofluorescence { Level = 0, GranulesPerMm2 = 10_000, GranuleRadiusUm = 0.8, GranuleLevel = 0.5 };
        using var recording = Simulator.Run(Alone(step));
        var map = recording.Truth.Find("autofluorescence")!.ToDoubles();
        Assert.All(map, v => Assert.True(v is 0 or 0.5));
        var pixels = map.Count(v => v > 0) * 0.375 * 0.375;
        Assert.InRange(pixels, 25 * Math.PI * 0.64 * 0.6, 25 * Math.PI * 0.64 * 1.15);
        float[] first = new float[map.Length], last = new float[map.Length];
        recording.Observed.ReadFrame(0, first);
        recording.Observed.ReadFrame(300, last);
        Assert.Equal(first, last);
    }

    [Fact]
    public void Counted_in_the_tissue_it_reaches_the_camera_as_far_as_the_aperture_lets_it()
    {
        float[] Frame(BrightnessPlace place, double na)
        {
            var spec = Alone(new Autofluorescence { BrightnessAt = place, GranulesPerMm2 = 5000 }, 2);
            using var scene = Simulator.Compile(spec with { Acquisition = spec.Acquisition with { Optics = spec.Acquisition.Optics with { Na = na } } });
            return [.. System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(scene.Frame(1))];
        }
        float[] image = Frame(BrightnessPlace.Image, 0.3), narrow = Frame(BrightnessPlace.Tissue, 0.3), wide = Frame(BrightnessPlace.Tissue, 0.6);
        Assert.Equal(image, Frame(BrightnessPlace.Image, 0.6));
        for (var i = 0; i < image.Length; i++)
        {
            Assert.Equal(0.09, narrow[i] / image[i], 1e-6);
            Assert.Equal(4, wide[i] / narrow[i], 1e-5);
        }
    }
}
