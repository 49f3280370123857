using Minisim.Steps;
using Minisim.Truth;

namespace Minisim.Studio.Views;

/// <summary>What a recording will take, estimated before any of it is made.</summary>
/// <param name="MovieBytes">Bytes of the movie without compression.</param>
/// <param name="SceneBytes">Memory of the compiled scene: traces, footprints, fields.</param>
internal readonly record struct SpecCost(long MovieBytes, long SceneBytes)
{
    // Traces as doubles, spikes, bleaching and what making them needs.
    private const double BytesPerTraceValue = 26;
    // Fields, mask, light of the background and the renderer's copies, floats and doubles.
    private const double BytesPerCanvasPixel = 64;
    // Weights in the renderer and the planted patch, per pixel of a footprint.
    private const double BytesPerWeight = 12;
    private const double BaseBytes = 60e6;

    /// <summary>The estimate of a spec. It means to be within a factor of two, and on the high side.</summary>
    public static SpecCost Of(Spec spec)
    {
        var size = SpecSize.Of(spec);
        double frames = spec.Acquisition.NFrames();
        var chip = spec.Acquisition.ImageSensor;
        var pixelBytes = spec.Find<Sensor>() is null ? 4 : chip.BitDepth <= 8 ? 1 : 2;
        var radiusPx = (spec.Find<PlaceNeurons>()?.ResolvedPopulations() ?? []).Select(p => p.SomaRadiusUm).DefaultIfEmpty(0).Max() / spec.Acquisition.PixelSizeUm();
        var patch = Math.Min(Math.Pow(6 * radiusPx + 12, 2), size.CanvasPixels);
        var neuropil = spec.Find<Neuropil>() is null ? 0 : 8;
        var scene = BaseBytes + size.TotalCells * frames * BytesPerTraceValue + size.CanvasPixels * (BytesPerCanvasPixel + 4 * neuropil) + size.TotalCells * patch * BytesPerWeight;
        return new(ToLong(frames * chip.NPxHeight * chip.NPxWidth * pixelBytes), ToLong(scene));
    }

    private static long ToLong(double value) => value >= long.MaxValue ? long.MaxValue : (long)value;
}
