using Minisim.Scenes;
using Minisim.Steps;

namespace Minisim;

/// <summary>What making a recording will take, known before it is begun: for deciding whether to begin. Memory within a factor of two, time within three, for
/// specs like those of the presets.</summary>
/// <remarks>A count of what there is to do (cells, their pixels and traces, spikes, frames, fields) times what each costs on one core of an Intel Xeon at
/// 2.5 GHz, fitted to the samples S1–S5, to fields crowded with up to 140,000 cells, and to fields of 608 × 608 pixels with each of bleaching, an indicator, a
/// behaving animal, background cells and local neuropil. A test holds the memory of such runs against it.</remarks>
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
        double frames = acquisition.NFrames(), pixels = (double)acquisition.ImageSensor.NPxHeight * acquisition.ImageSensor.NPxWidth, canvas = size.CanvasPixels;
        // Pixels of footprints, nodes of the grids that blurs are summed on, cells that are background only.
        double patches = 0, nodes = 0, background = 0;
        var populations = spec.Find<PlaceNeurons>()?.ResolvedPopulations() ?? [];
        for (var i = 0; i < populations.Count; i++)
        {
            // A cell of the middle, seen by an instrument that is focused there; of the background, where it is.
            var depths = SpecSize.DepthRange(populations[i]);
            var middle = (depths.Min + depths.Max) / 2;
            var isBackground = populations[i].Role == PopulationRole.Background;
            var (sigmaPx, _) = acquisition.CellOptics(middle, isBackground && acquisition.FocalDepthInTissueUm is { } focus ? focus : middle);
            var radiusPx = populations[i].SomaRadiusUm / acquisition.PixelSizeUm();
            if (spec.Find<OpticsStep>() is null) sigmaPx = 0;
            if (isBackground)
            {
                var step = sigmaPx switch { >= 24 => 16, >= 12 => 8, >= 6 => 4, _ => 1 };
                var reach = 6 * Math.Max(sigmaPx, radiusPx / 2) + 1;
                background += size.CellsPerPopulation[i];
                nodes += size.CellsPerPopulation[i] * Math.Min(reach * reach, canvas) / (step * step);
            }
            else
            {
                var side = 2 * (1.5 * radiusPx + 3 * sigmaPx) + 1;
                patches += size.CellsPerPopulation[i] * Math.Min(side * side, canvas);
            }
        }
        var cells = size.TotalCells;
        double traces = 0, draws = 0, traceBytes = 0, spikes = 0;
        if (spec.Find<CellActivity>() is { } activity)
        {
            traces = cells * frames;
            draws = cells * acquisition.DurationS * activity.SpikeSimHz;
            spikes = cells * acquisition.DurationS * (activity.RateMeanHz ?? activity.GatedRateHz(1));
            // Clean traces and spikes; what has not bleached. Of long recordings the spikes, places to begin at, and the light of some frames.
            double stride = Traces.StrideFor((int)Math.Min(cells, int.MaxValue));
            traceBytes = traces <= Traces.MostKept ? traces * (spec.Find<Bleaching>() is null ? 10 : 18)
                : traces / stride * 48 + 4 * Math.Min(4 * stride, frames) * cells;
            // Blocks of every kind of truth on their way to the file.
            var kinds = 2 + (activity.Indicator is null ? 0 : 1) + (spec.Find<Bleaching>() is null ? 0 : 1);
            traceBytes += kinds * Math.Min(8 * 3 * traces, 2e7);
        }
        double components = 0, fields = 2 + (spec.Find<Vasculature>() is { Enabled: true } v ? 2 * v.Layers.Count : 0);
        double fieldBytes = 0, measured = 0, measuring = 0;
        if (spec.Find<Neuropil>() is { } neuropil)
        {
            components = neuropil.NComponents;
            fieldBytes = 16 * components * canvas;
            if (neuropil.BackgroundVarianceFraction is not null)
            {
                // Which cells reach which pixel, and products over time (BackgroundShare), first of a sample, then of every pixel.
                fieldBytes += 16 * components * canvas;
                measured = 400 * pixels + 50 * patches;
                measuring = (traces == 0 ? 0 : 2e9) + Math.Min(8e9, (patches + nodes + pixels * (components + 8)) * frames);
            }
        }
        return new(
            CpuSeconds: 0.02 + 3e-5 * cells + 1e-7 * (patches + nodes) + 1e-8 * draws + 1e-7 * spikes + 3e-8 * traces + 2e-8 * fields * canvas + 1e-7 * components * canvas
                + (2.5e-9 + 1.5e-10 * components) * frames * pixels + 2e-11 * frames * (patches + nodes) + 7e-10 * measuring,
            MemoryBytes: 1.1e8 + 3000 * cells + 16 * (patches + nodes) + traceBytes + 16 * spikes + 8 * fields * canvas + fieldBytes + measured + 400 * pixels,
            MovieBytes: frames * pixels * (acquisition.ImageSensor.BitDepth > 8 ? 2 : 1),
            CellsPerPixel: cells / canvas);
    }
}
