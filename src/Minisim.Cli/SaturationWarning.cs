using Minisim.Metrics;
using Minisim.Steps;
using Minisim.Truth;

namespace Minisim.Cli;

/// <summary>Warns where much of a movie lies at the sensor's largest count.</summary>
internal static class SaturationWarning
{
    private const int Frames = 8;
    // Looking at a spec compiles a piece of it: not where that would take long.
    private const double LongestS = 5, MostCells = 20_000, MostPixels = 4e6;

    /// <summary>The warning, or nothing.</summary>
    public static IReadOnlyList<Problem> Of(double share) => share > Saturation.Notable
        ? [new Problem("movie", null, Saturation.Words(share) + ", where signals are cut off.", "Lower photons_per_unit or gain_adu_per_e, or raise bit_depth.", true)]
        : [];

    /// <summary>Of a recording, from some of its frames.</summary>
    public static IReadOnlyList<Problem> Of(Recording recording) =>
        RecordingEvaluation.Facts(recording.Spec).LargestCount is { } largest && recording.Meaning == PixelMeaning.Counts ? Of(Saturation.Share(recording.Observed, largest)) : [];

    /// <summary>Of a spec, from some frames of its first seconds; nothing where compiling those would take long.</summary>
    public static IReadOnlyList<Problem> Of(Spec spec)
    {
        var size = SpecSize.Of(spec);
        var chip = spec.Acquisition.ImageSensor;
        if (spec.Find<Sensor>() is null || size.TotalCells > MostCells || (double)chip.NPxHeight * chip.NPxWidth > MostPixels) return [];
        var few = spec with { Acquisition = spec.Acquisition with { DurationS = Math.Min(spec.Acquisition.DurationS, LongestS) }, Steps = [.. spec.Steps.Where(s => s is not BrainMotion)] };
        if (SpecValidator.Check(few).Any(p => !p.IsWarning)) return [];
        using var scene = Simulator.Compile(few);
        return Of(Share(scene));
    }

    /// <summary>Share of saturated pixels in some frames of a scene; NaN without a sensor.</summary>
    public static double Share(CompiledScene scene)
    {
        if (scene.PixelType is not (PixelType.UInt8 or PixelType.UInt16) || scene.Frames == 0) return double.NaN;
        var n = Math.Min(Frames, scene.Frames);
        using var movie = new MemoryMovie(n, scene.Height, scene.Width, scene.PixelType);
        for (var k = 0; k < n; k++) movie.Write(k, 1, scene.Frame(n == 1 ? 0 : (int)((long)k * (scene.Frames - 1) / (n - 1))));
        return Saturation.Share(movie, Math.Pow(2, scene.Spec.Acquisition.ImageSensor.BitDepth) - 1);
    }
}
