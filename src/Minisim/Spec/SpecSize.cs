using System.Collections;
using Minisim.Steps;

namespace Minisim;

/// <summary>How large a recording will be, known before it is made.</summary>
/// <param name="CanvasHeight">Rows of the canvas.</param>
/// <param name="CanvasWidth">Columns of the canvas.</param>
/// <param name="MarginPx">Canvas pixels beyond the FOV on every side.</param>
/// <param name="CellsPerPopulation">Cells placed on the canvas, margin included, in order of the populations:
/// <c>round(density·area·max(max − min, 2·radius)/1000)</c>, or the given positions.</param>
public sealed record SpecSize(double CanvasHeight, double CanvasWidth, double MarginPx, ValueList<double> CellsPerPopulation)
{
    /// <summary>Pixels of the canvas.</summary>
    public double CanvasPixels => CanvasHeight * CanvasWidth;
    /// <summary>Cells of all populations.</summary>
    public double TotalCells => CellsPerPopulation.Sum();

    /// <summary>The size of a spec's recording. Numbers are real, so that absurd specs have a size too.</summary>
    public static SpecSize Of(Spec spec)
    {
        var acquisition = spec.Acquisition;
        var pixel = acquisition.PixelSizeUm();
        // The margin is an int; what does not fit wraps around to below zero.
        double margin = spec.Find<BrainMotion>()?.MarginPx(acquisition) ?? 0;
        if (margin < 0) margin = int.MaxValue;
        var height = acquisition.ImageSensor.NPxHeight + 2 * margin;
        var width = acquisition.ImageSensor.NPxWidth + 2 * margin;
        var areaMm2 = height * pixel * (width * pixel) / 1e6;
        var cells = (spec.Find<PlaceNeurons>()?.ResolvedPopulations() ?? [])
            .Select(p => p.PositionsUm is { } given ? given.Count
                : Math.Round(p.DensityPerMm3 * areaMm2 * Math.Max(p.DepthRangeUm.Length, 2 * p.SomaRadiusUm) / 1000, MidpointRounding.ToEven));
        return new SpecSize(height, width, margin, new ValueList<double>([.. cells]));
    }

    internal static Interval DepthRange(Population population) => population.PositionsUm is { Count: > 0 } given
        ? new Interval(given.Min(p => p.Z), given.Max(p => p.Z))
        : population.DepthRangeUm;
}
