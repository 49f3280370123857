using System.Runtime.InteropServices;
using Minisim.Formats.Pictures;
using Minisim.Steps;
using SkiaSharp;

namespace Minisim.DocPages;

/// <summary>What a step does, seen: most are drawn without and with it; those whose work is in time are plotted. A step that has no picture of
/// its own below is drawn as the others are.</summary>
internal static class StepPictures
{
    private const int Side = 220;

    public static Picture Of(StepKind kind) => kind.Kind switch
    {
        "place_neurons" => new("The same tissue with indicator in the somata alone (left) and in the whole cytosol (right), before the optics.", () => Picture.Images(
            ("soma", Frame(Placed(Morphology.Soma), "composite")), ("cytosolic", Frame(Placed(Morphology.Cytosolic), "composite")))),
        "cell_activity" => new("Fluorescence of one cell (line) and its spikes (ticks), for three decay times of the indicator.", () => Picture.Traces("time, s", "C",
            [.. new[] { 0.15, 0.5, 1.5 }.Select(tau => Trace(tau))])),
        "bleaching" => new("The unbleached share of the indicator in five cells over ten minutes, with a susceptibility 500 times the default: active cells bleach faster.", () => Picture.Plot("time, s", "B",
            Lines("bleaching", 5, StepSample.Base(96, 600).With(new Bleaching { BleachSusceptibility = 3.15e-3 }) with { Seed = 3 }))),
        "optics" => new("The cells as they were planted, and as the objective sees them: dimmer by a hundred times or more, so each image has a scale of its own.", () => Picture.Images(
            ("without", Without(kind)), ("with", With(kind)))),
        "composite" => new("One frame of the cells, the next bright one, and the brightest moment of every pixel in 6 s.", () =>
        {
            var spec = StepSample.Base(Side, 6);
            return Picture.Images(("frame 40", Frame(spec, "composite", 40)), ("frame 80", Frame(spec, "composite", 80)), ("maximum of 6 s", Maximum(spec, "composite")));
        }),
        "brain_motion" => new("Displacement of the image over 10 s: down (blue) and right (orange).", () => Picture.Plot("time, s", "µm", Shifts(StepSample.Base(96, 10)))),
        "behavior" => new("An animal on a track of 1 m over 60 s: its place (blue, m) and ten times its speed (orange, m/s).", () => Picture.Plot("time, s", "m", Animal(StepSample.Base(96, 60).With(new Behavior())))),
        "hemodynamics" => new("Dilation of arteries (first line) and veins, and loss of light between them, while an animal runs and pauses on a track for 60 s.", () => Picture.Plot("time, s", "share",
            Signals(StepSample.Base(96, 60).With(new Behavior()).With(new Hemodynamics())))),
        "sensor" => new("Light before the sensor, and what the sensor makes of it: counts with shot and read noise.", () => Picture.Images(
            ("light", Frame(StepSample.Base(Side, 3), Before(kind, StepSample.Base(Side, 3))!)), ("counts", Frame(StepSample.Base(Side, 3), "sensor")))),
        _ => new("Without the step, with it, and the difference (dark: less light, bright: more).", () => Picture.WithAndWithout(Without(kind), With(kind))),
    };

    private static Image With(StepKind kind) => Frame(StepSample.Pair(kind, StepSample.Base(Side, 3)).With, kind.Stage is null ? "composite" : kind.Kind);

    private static Image Without(StepKind kind)
    {
        var (_, without) = StepSample.Pair(kind, StepSample.Base(Side, 3));
        var until = kind.Stage is null ? "composite" : Before(kind, without);
        return until is null ? new Image(Side, Side, new float[Side * Side]) : Frame(without, until);
    }

    /// <summary>The last step with pixels before this one.</summary>
    private static string? Before(StepKind kind, Spec spec) => StepCatalog.Kinds.TakeWhile(k => k.Kind != kind.Kind)
        .LastOrDefault(k => k.Stage is not null && spec.Steps.Any(s => s.GetType() == k.Type))?.Kind;

    private static Spec Placed(Morphology morphology)
    {
        var spec = StepSample.Base(Side, 3).Without<OpticsStep>();
        var place = spec.Find<PlaceNeurons>()!;
        return spec.With(place with { Populations = [.. place.ResolvedPopulations().Select(p => p with { Morphology = morphology, SomaRadiusUm = 7, DensityPerMm3 = 20000 })] });
    }

    private static Image Frame(Spec spec, string until, int frame = 40)
    {
        using var scene = Simulator.Compile(spec, new SimulateOptions { Until = until });
        return Read(scene, frame);
    }

    private static Image Maximum(Spec spec, string until)
    {
        using var scene = Simulator.Compile(spec, new SimulateOptions { Until = until });
        var most = Read(scene, 0);
        for (var t = 1; t < scene.Frames; t++)
        {
            var frame = Read(scene, t);
            for (var p = 0; p < most.Values.Length; p++) most.Values[p] = Math.Max(most.Values[p], frame.Values[p]);
        }
        return most;
    }

    private static Image Read(CompiledScene scene, int frame)
    {
        var bytes = scene.Frame(frame);
        var values = scene.PixelType switch
        {
            Truth.PixelType.UInt8 => Array.ConvertAll(bytes, b => (float)b),
            Truth.PixelType.UInt16 => [.. MemoryMarshal.Cast<byte, ushort>(bytes).ToArray().Select(v => (float)v)],
            _ => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
        };
        // A stage before the motion is wider than the field of view: its middle is compared.
        int top = (scene.Height - Side) / 2, left = (scene.Width - Side) / 2;
        if (top <= 0) return new Image(scene.Height, scene.Width, values);
        var cut = new float[Side * Side];
        for (var r = 0; r < Side; r++) Array.Copy(values, (top + r) * scene.Width + left, cut, r * Side, Side);
        return new Image(Side, Side, cut);
    }

    private static (string Name, double[] Values, bool[] Ticks) Trace(double tau)
    {
        var spec = StepSample.Base(96, 20);
        using var scene = Simulator.Compile(spec.With(spec.Find<CellActivity>()! with { TauDecayS = tau }));
        var spikes = scene.Truth.S!;
        // The same cell for every decay time: spikes do not depend on it. One that fires often enough to show summation.
        var unit = Enumerable.Range(0, scene.Truth.NUnits).MaxBy(i => Sum(spikes, i));
        return ($"τ = {tau:0.##} s", scene.Truth.C!.Row<double>(unit).ToArray(), [.. Row(spikes, unit).Select(s => s > 0)]);
    }

    private static double Sum(Truth.TruthArray array, int row) => Row(array, row).Sum();

    private static IEnumerable<double> Row(Truth.TruthArray array, int row) => array.ToDoubles().Skip(row * array.Shape[1]).Take(array.Shape[1]);

    private static IReadOnlyList<(double[], SKColor)> Lines(string name, int count, Spec spec)
    {
        using var scene = Simulator.Compile(spec);
        var array = scene.Truth.Find(name)!;
        return [.. Enumerable.Range(0, Math.Min(count, array.Shape[0])).Select(i => (array.Row<double>(i).ToArray(), Theme.CellColor(i)))];
    }

    private static IReadOnlyList<(double[], SKColor)> Animal(Spec spec)
    {
        using var scene = Simulator.Compile(spec, new SimulateOptions { Until = "behavior" });
        var (position, speed) = (scene.Truth.Find("behavior_position_m")!.ToDoubles(), scene.Truth.Find("behavior_speed_m_s")!.ToDoubles());
        return [([.. speed.Select((_, t) => position[2 * t])], Theme.Vertical), ([.. speed.Select(v => 10 * v)], Theme.Horizontal)];
    }

    private static IReadOnlyList<(double[], SKColor)> Signals(Spec spec)
    {
        using var scene = Simulator.Compile(spec, new SimulateOptions { Until = "hemodynamics" });
        var signals = scene.Truth.Find("hemodynamics_signals")!;
        return [.. Enumerable.Range(0, 3).Select(i => (signals.Row<double>(i).ToArray(), Theme.CellColor(4 * i)))];
    }

    private static IReadOnlyList<(double[], SKColor)> Shifts(Spec spec)
    {
        using var scene = Simulator.Compile(spec);
        var shifts = scene.Truth.Find("shifts")!.ToDoubles();
        var pixel = spec.Acquisition.PixelSizeUm();
        double[] Axis(int a) => [.. Enumerable.Range(0, scene.Frames).Select(t => shifts[2 * t + a] * pixel)];
        return [(Axis(0), Theme.Vertical), (Axis(1), Theme.Horizontal)];
    }
}
