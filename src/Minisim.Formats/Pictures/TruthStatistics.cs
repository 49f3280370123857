using Minisim.Scenes;

namespace Minisim.Formats.Pictures;

/// <summary>What only a recording with its truth can say.</summary>
internal static class TruthStatistics
{
    private const double DetailUm = 20;

    public static IEnumerable<MovieStatistic> Of(Recording recording, MovieStack stack, double pixelUm)
    {
        var (truth, grid) = (recording.Truth, recording.Truth.Grid);
        var unknown = recording.IsMovieOnly ? "a movie alone: no ground truth" : null;
        var isFov = recording.Observed.Height == grid.FovHeight && recording.Observed.Width == grid.FovWidth;
        var mask = isFov ? truth.Find("vasculature_mask") : null;
        yield return MovieStatistics.One("vessels_seen", "vessels: detail of the mean image against the mask's", "", mask is null ? double.NaN : VesselsSeen(mask, stack, grid, pixelUm), unknown ?? (mask is null ? "no vessels" : null));
        var fov = recording.Spec.Acquisition.FovUm();
        var cells = unknown ?? (truth.NUnits == 0 ? "no cells" : null);
        yield return MovieStatistics.One("cells_per_mm2", "cells in view", "1/mm²", cells is null ? truth.NUnits / (fov.Height * fov.Width / 1e6) : double.NaN, cells);
        yield return MovieStatistics.One("detectable_per_mm2", "detectable cells", "1/mm²", cells is null ? truth.Detectable.ToArray().Count(d => d) / (fov.Height * fov.Width / 1e6) : double.NaN, cells);
        var dff = truth.Find("dff");
        yield return MovieStatistics.Quantiles("peak_dff", "a cell's own largest ΔF/F", "", dff is null || cells is not null ? [] : Enumerable.Range(0, truth.NUnits).Select(i => PictureModel.Row(dff, i, 0, dff.Shape[1]).Max()), cells ?? "no indicator", 10, 50, 90);
        var share = truth.Find("background_variance_fraction");
        yield return MovieStatistics.Quantiles("background_share", "share of the noise-free variance that is background", "", share?.ToDoubles() ?? [], unknown ?? "neuropil without background_variance_fraction", 50);
    }

    // The logarithms of both, each less its average over 20 µm.
    private static double VesselsSeen(Truth.TruthArray mask, MovieStack stack, Grid grid, double pixelUm)
    {
        int h = stack.Height, w = stack.Width;
        var all = mask.ToDoubles();
        var (a, b) = (new float[h * w], new float[h * w]);
        for (var row = 0; row < h; row++)
            for (var col = 0; col < w; col++)
            {
                a[row * w + col] = (float)Math.Log(Math.Max(1e-3, all[(row + stack.Origin.Row) * grid.FovWidth + col + stack.Origin.Col]));
                b[row * w + col] = (float)Math.Log(Math.Max(1e-3, stack.RawMean[row * w + col]));
            }
        return Correlation(Detail(a), Detail(b));

        float[] Detail(float[] image)
        {
            var smooth = new float[image.Length];
            FrameFilters.Blur(image, h, w, GaussianBlur.Kernel(DetailUm / pixelUm), smooth);
            return [.. image.Zip(smooth, (v, s) => v - s)];
        }
    }

    internal static double Correlation(float[] a, float[] b)
    {
        double x = a.Average(v => (double)v), y = b.Average(v => (double)v), xy = 0, xx = 0, yy = 0;
        for (var i = 0; i < a.Length; i++)
        {
            xy += (a[i] - x) * (b[i] - y);
            xx += (a[i] - x) * (a[i] - x);
            yy += (b[i] - y) * (b[i] - y);
        }
        return xx > 0 && yy > 0 ? xy / Math.Sqrt(xx * yy) : double.NaN;
    }
}
