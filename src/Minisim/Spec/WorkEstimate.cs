using Minisim.Steps;

namespace Minisim;

/// <summary>What making a recording will take, known before it is begun: for deciding whether to begin. Within a factor of three for
/// specs like those of the presets.</summary>
/// <remarks>A count of what there is to do (cells, their pixels and traces, frames, fields) times what each costs on one core of an Intel Xeon at
/// 2.5 GHz, fitted to the samples S1–S5 and to fields crowded with up to 140,000 cells.</remarks>
/// <param name="CpuSeconds">Seconds on one core; several share them.</param>
/// <param name="MemoryBytes">Memory at the peak, streamed to a file.</param>
/// <param name="MovieBytes">Bytes of the finished movie, unpacked, as the sensor counts.</param>
/// <param name="CellsPerPixel">Cells for each pixel of the canvas; above 1 nothing can be told apart.</param>
public sealed record WorkEstimate(double CpuSeconds, double MemoryBytes, double MovieBytes, double CellsPerPixel)
{
    /// <summary>The estimate for a spec that obeys its rules.</summary>
    public static WorkEstimate Of(Spec spec)
    {
        var acquisition = spec.Acquisition;
        var size = SpecSize.Of(spec);
        double frames = acquisition.NFrames(), pixels = (double)acquisition.ImageSensor.NPxHeight * acquisition.ImageSensor.NPxWidth;
        double patches = 0;
        var populations = spec.Find<PlaceNeurons>()?.ResolvedPopulations() ?? [];
        for (var i = 0; i < populations.Count; i++)
        {
            // A cell of the middle, seen by an instrument that is focused there.
            var depths = SpecSize.DepthRange(populations[i]);
            var middle = (depths.Min + depths.Max) / 2;
            var (sigmaPx, _) = acquisition.CellOptics(middle, middle);
            var side = 2 * (populations[i].SomaRadiusUm * 1.5 / acquisition.PixelSizeUm() + 3 * (spec.Find<OpticsStep>() is null ? 0 : sigmaPx)) + 1;
            patches += size.CellsPerPopulation[i] * Math.Min(side * side, size.CanvasPixels);
        }
        var cells = size.TotalCells;
        var traces = spec.Find<CellActivity>() is null ? 0 : cells * frames;
        double fields = 2 + (spec.Find<Neuropil>()?.NComponents ?? 0) + (spec.Find<Vasculature>() is { Enabled: true } v ? 2 * v.Layers.Count : 0);
        var draws = spec.Find<CellActivity>() is { } a ? cells * acquisition.DurationS * a.SpikeSimHz : 0;
        return new(
            CpuSeconds: 0.02 + 3e-5 * cells + 1e-7 * patches + 1e-8 * draws + 3e-8 * traces + 2e-8 * fields * size.CanvasPixels + 2.5e-9 * frames * pixels + 2e-11 * frames * patches,
            MemoryBytes: 6e7 + 3000 * cells + 16 * patches + 24 * traces + 8 * fields * size.CanvasPixels + 64 * pixels,
            MovieBytes: frames * pixels * (acquisition.ImageSensor.BitDepth > 8 ? 2 : 1),
            CellsPerPixel: cells / size.CanvasPixels);
    }
}
