using Minisim.Presets;
using Minisim.Steps;

namespace Minisim.Cli;

/// <summary>What a spec amounts to, in words.</summary>
internal static class SpecReport
{
    /// <summary>"3000 frames of 608 × 608 px (150 s at 20 fps), about 979 cells, seed 0".</summary>
    public static string InOneLine(Spec spec)
    {
        var a = spec.Acquisition;
        var cells = SpecSize.Of(spec).TotalCells;
        return FormattableString.Invariant(
            $"{a.NFrames()} frames of {a.ImageSensor.NPxHeight} × {a.ImageSensor.NPxWidth} px ({a.DurationS:0.###} s at {a.Fps:0.###} fps), about {cells:0} cells, seed {spec.Seed}");
    }

    /// <summary>Bytes of the movie as a Zarr file stores it, before compression.</summary>
    public static long MovieBytes(Spec spec)
    {
        var chip = spec.Acquisition.ImageSensor;
        // The file holds float32 unless it follows the sensor.
        var bytes = spec.Output.StoreDtype switch
        {
            StoreDtype.Float64 => 8,
            StoreDtype.Auto when spec.Find<Sensor>() is not null => chip.BitDepth > 8 ? 2 : 1,
            _ => 4,
        };
        return (long)spec.Acquisition.NFrames() * chip.NPxHeight * chip.NPxWidth * bytes;
    }

    // The plane that follows from geometry alone stands beside whatever the spec says.
    private static string Focus(Spec spec)
    {
        var a = spec.Acquisition;
        var given = a.FocalDepthInTissueUm is { } focal ? FormattableString.Invariant($"{focal:0.##} µm") : "auto: chosen from the cells that are drawn, so it moves with seed, duration and activity";
        if (spec.Find<PlaceNeurons>() is not { } place || spec.Find<OpticsStep>() is null) return given;
        var populations = place.ResolvedPopulations();
        var best = LayerFocus.DepthUm(a, populations);
        var share = LayerFocus.ShareInFocus(a, populations, a.FocalDepthInTissueUm ?? best);
        return FormattableString.Invariant($"{given}; {(a.FocalDepthInTissueUm is null ? $"best plane for the layer {best:0.##} µm, with " : a.FocalDepthInTissueUm == best ? "the best for the layer, with " : $"the best for the layer is {best:0.##} µm; ")}{share:P0} of the cells in focus");
    }

    public static Sheet Of(Spec spec)
    {
        var a = spec.Acquisition;
        var (chip, size) = (a.ImageSensor, SpecSize.Of(spec));
        var fov = a.FovUm();
        var sheet = new Sheet();
        sheet.Section("Recording")
            .Row("frames", $"{a.NFrames()} ({a.DurationS:0.###} s at {a.Fps:0.###} fps)")
            .Row("frame", $"{chip.NPxHeight} × {chip.NPxWidth} px, {fov.Height:0.#} × {fov.Width:0.#} µm")
            .Row("stored as", $"{ChoiceNames.Text(spec.Output.StoreDtype)}, {(double)MovieBytes(spec) / (1 << 20):0.#} MiB before compression")
            .Row("seed", $"{spec.Seed}")
            .Row("cache key", spec.CacheKey());
        sheet.Section("Optics")
            .Row("numerical aperture", $"{a.Optics.Na:0.###}, magnification {a.Optics.Magnification:0.###}, {a.Optics.EmissionNm:0.#} nm")
            .Row("pixel size", $"{a.PixelSizeUm():0.###} µm in the tissue")
            .Row("diffraction blur", $"{a.Optics.DiffractionSigmaUm():0.###} µm (σ)")
            .Row("depth of field", $"± {a.Optics.ResolvedDepthOfFieldUm():0.##} µm{(a.Optics.DepthOfFieldUm is null ? " (auto)" : "")}")
            .Row("focal plane", Focus(spec))
            .Row("field curvature", $"{a.Optics.FocalCurvatureShiftUm(Math.Sqrt(fov.Height * fov.Height + fov.Width * fov.Width) / 2):0.##} µm shallower in the corners")
            .Row("mean free path", $"{a.Tissue.ScatterMfpUm():0.#} µm, there and back")
            .Row("sensor", $"{chip.BitDepth} bit, quantum efficiency {chip.QuantumEfficiency:0.###}, read noise {chip.ReadNoiseE:0.##} e-, {chip.GainAduPerE:0.###} counts per e-");
        if (spec.Find<PlaceNeurons>() is { } place)
        {
            sheet.Section("Cells");
            var populations = place.ResolvedPopulations();
            var share = chip.NPxHeight / size.CanvasHeight * (chip.NPxWidth / size.CanvasWidth);
            for (var i = 0; i < populations.Count; i++)
            {
                var (p, count) = (populations[i], size.CellsPerPopulation[i]);
                var depth = FormattableString.Invariant($"{p.DepthRangeUm.Min:0.#}–{p.DepthRangeUm.Max:0.#} µm deep");
                sheet.Row($"population {i}", p.PositionsUm is not null
                    ? $"{count:0} cells at given places, {ChoiceNames.Text(p.Morphology)}"
                    : (FormattableString)$"about {count:0} cells ({count * share:0} in view), {ChoiceNames.Text(p.Morphology)}, radius {p.SomaRadiusUm:0.#} µm, {depth}");
                var middle = p.PositionsUm is { Count: > 0 } given ? given.Average(c => c.Z) : (p.DepthRangeUm.Min + p.DepthRangeUm.Max) / 2;
                var (sigmaPx, brightness) = a.CellOptics(middle, middle);
                sheet.Row("  in focus", $"at {middle:0.#} µm: blur {sigmaPx:0.##} px (σ), brightness {brightness:0.#####}");
            }
        }
        sheet.Section("Chain");
        if (spec.Steps.Count == 0) sheet.Row("steps", "none");
        else sheet.Row("steps", string.Join(" → ", spec.Steps.Select(s => StepCatalog.Of(s).Kind)));
        sheet.Row("canvas", $"{size.CanvasHeight:0} × {size.CanvasWidth:0} px, margin {size.MarginPx:0} px for motion");
        return sheet;
    }
}
