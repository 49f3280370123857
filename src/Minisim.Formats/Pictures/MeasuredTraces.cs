using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim.Formats.Pictures;

/// <summary>What a movie shows where cells are, beside what the cells did: for each cell the mean of the movie in its footprint, weighted by it
/// and following the true motion to the nearest pixel, in the unit of the true trace: <c>(m − a)/b</c> with the straight line <c>m ≈ a + b·C</c>
/// that fits best.</summary>
/// <remarks>So noise, neighbours, neuropil and bleaching are seen at the size that they have for this cell.</remarks>
/// <param name="height">Rows of the movie.</param>
/// <param name="width">Columns of the movie.</param>
/// <param name="cells">Observed footprint in pixels of the movie, and true trace in the window.</param>
/// <param name="first">First frame of the window.</param>
/// <param name="shifts">True displacements (frame, 2) of the whole movie, px, or null.</param>
internal sealed class MeasuredTraces(int height, int width, IReadOnlyList<(Footprint Footprint, double[] Trace)> cells, int first, double[]? shifts)
{
    private readonly double[][] _measured = [.. cells.Select(c => new double[c.Trace.Length])];

    /// <summary>Looks at a frame of the window.</summary>
    public void Take(int frame, float[] image)
    {
        var (dy, dx) = shifts is null ? (0, 0) : ((int)Math.Round(shifts[2 * frame]), (int)Math.Round(shifts[2 * frame + 1]));
        Parallel.For(0, cells.Count, c => _measured[c][frame - first] = Mean(cells[c].Footprint, image, height, width, dy, dx));
    }

    /// <summary>All frames were taken. Null for a cell whose light never reaches the movie or does not change in it.</summary>
    public double[]?[] Finish() => [.. _measured.Select((m, i) => InUnitOf(cells[i].Trace, m))];

    private static double Mean(Footprint footprint, ReadOnlySpan<float> image, int height, int width, int dy, int dx)
    {
        double sum = 0, weights = 0;
        for (var r = 0; r < footprint.Height; r++)
        {
            var row = footprint.Row + r + dy;
            if (row < 0 || row >= height) continue;
            for (var c = 0; c < footprint.Width; c++)
            {
                var col = footprint.Col + c + dx;
                var weight = footprint.Values[r * footprint.Width + c];
                if (weight <= 0 || col < 0 || col >= width) continue;
                sum += weight * image[row * width + col];
                weights += weight;
            }
        }
        return weights > 0 ? sum / weights : double.NaN;
    }

    private static double[]? InUnitOf(double[] trace, double[] measured)
    {
        double n = 0, sumC = 0, sumM = 0;
        for (var t = 0; t < trace.Length; t++)
        {
            if (!double.IsFinite(measured[t])) continue;
            n++;
            sumC += trace[t];
            sumM += measured[t];
        }
        if (n < 2) return null;
        double covariance = 0, variance = 0;
        for (var t = 0; t < trace.Length; t++)
        {
            if (!double.IsFinite(measured[t])) continue;
            covariance += (trace[t] - sumC / n) * (measured[t] - sumM / n);
            variance += (trace[t] - sumC / n) * (trace[t] - sumC / n);
        }
        // Where the light falls while the cell is active, the trace says nothing of it.
        if (!(covariance > 0 && variance > 0)) return null;
        var slope = covariance / variance;
        return Array.ConvertAll(measured, m => sumC / n + (m - sumM / n) / slope);
    }
}
