using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Truth;

namespace Minisim.Steps;

/// <summary>Turns a completed scene into the ground truth of the cells in view.</summary>
internal static class TruthAssembly
{
    public static GroundTruth Of(SceneBuilder scene)
    {
        var grid = scene.Grid;
        var inView = Enumerable.Range(0, scene.Cells.Count)
            .Where(i => scene.Cells[i].Planted.Touches(grid.Margin, grid.Margin, grid.FovHeight, grid.FovWidth)).ToArray();
        if (!scene.Arrays.Any(a => a.Name == "centers_um"))
            scene.Publish("centers_um", ["unit", "axis"], [0, 3], "µm", Array.Empty<double>(), "Cell centres (z, y, x): depth, then lateral from the optical axis.");
        scene.Publish("in_focus", ["unit"], [scene.Cells.Count], null, InFocus(scene), "within the depth of field");
        scene.Publish("detectable", ["unit"], [scene.Cells.Count], null, Detectable(scene), $"SNR of the largest transient at least {Detectability.Threshold}");
        return new GroundTruth(grid, Array.ConvertAll(inView, i => scene.Cells[i].Planted),
            scene.Arrays.Select(a => a.IsPerCell ? a.Take(inView) : a), scene.FocalDepthUm);
    }

    // Without optics nothing is out of focus.
    private static bool[] InFocus(SceneBuilder scene) =>
        scene.Optics is { } optics ? Array.ConvertAll(optics, o => o.InFocus) : [.. Enumerable.Repeat(true, scene.Cells.Count)];

    // A chain that is stopped early knows its sensor, as auto focus does, but only those fields that it has reached.
    private static bool[] Detectable(SceneBuilder scene)
    {
        if (scene.C is null) return new bool[scene.Cells.Count];
        if (scene.Spec.Find<Sensor>() is not { } sensor) return InFocus(scene);
        var detectable = new bool[scene.Cells.Count];
        var chip = scene.Acquisition.ImageSensor;
        for (var i = 0; i < detectable.Length; i++)
        {
            var position = scene.Cells[i].Position;
            var pixel = scene.Grid.NearestFovPixel(position.Y, position.X);
            var gain = (scene.Optics?[i].Brightness ?? 1) * (scene.Illumination?[pixel] ?? 1) * (scene.Vignette?[pixel] ?? 1)
                * (scene.VesselMask?[scene.Grid.CanvasPixel(pixel)] ?? 1) * sensor.PhotonsPerUnit * chip.QuantumEfficiency;
            var (min, max) = scene.TraceExtremes[i];
            detectable[i] = Detectability.Snr(max - min, min, gain, chip.ReadNoiseE) >= Detectability.Threshold;
        }
        return detectable;
    }
}
