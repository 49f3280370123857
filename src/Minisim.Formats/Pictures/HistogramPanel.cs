using SkiaSharp;

namespace Minisim.Formats.Pictures;

/// <summary>How often each value occurs in the sampled frames, on a logarithmic scale.</summary>
internal static class HistogramPanel
{
    private const int MostBins = 256;

    public static void Draw(SKCanvas canvas, SKRect area, PictureModel model)
    {
        var sample = model.Sample;
        if (sample.Values.Length == 0)
        {
            Theme.Absent(canvas, Theme.Panel(canvas, area, "Histogram"), "no frames");
            return;
        }
        var (low, width, bins) = model.MaxCount is { } most ? Counted(sample.Counts!, most) : Sampled(sample.Values);
        var total = (double)bins.Sum();
        var room = Theme.Panel(canvas, area, model.MaxCount is null ? "Intensity" : "Counts", Note(model, total));
        var plot = new SKRect(room.Left + 46, room.Top, room.Right, room.Bottom - 32);
        var top = Math.Pow(10, Math.Min(0, Math.Ceiling(Math.Log10(bins.Max() / total) + 0.05)));
        var floor = Math.Min(top / 10, Math.Pow(10, Math.Floor(Math.Log10(bins.Where(b => b > 0).Min() / total))));
        var chart = new Chart(canvas, plot, low, low + width * bins.Length, Math.Max(floor, top * 1e-9), top, logY: true);
        chart.Axes(model.ValueName, "share of pixels", 6);
        using var path = new SKPath();
        path.MoveTo(chart.X(low), plot.Bottom);
        for (var i = 0; i < bins.Length; i++)
        {
            var y = bins[i] > 0 ? Math.Min(plot.Bottom, chart.Y(bins[i] / total)) : plot.Bottom;
            path.LineTo(chart.X(low + i * width), y);
            path.LineTo(chart.X(low + (i + 1) * width), y);
        }
        path.LineTo(plot.Right, plot.Bottom);
        path.Close();
        canvas.Save();
        canvas.ClipRect(plot);
        using (var shader = SKShader.CreateLinearGradient(new SKPoint(0, plot.Top), new SKPoint(0, plot.Bottom), [Theme.Vertical.WithAlpha(150), Theme.Vertical.WithAlpha(40)], SKShaderTileMode.Clamp))
        using (var fill = new SKPaint { Shader = shader, IsAntialias = true })
            canvas.DrawPath(path, fill);
        using (var line = Theme.Stroke(Theme.Vertical, 1.2f)) canvas.DrawPath(path, line);
        if (model.MaxCount is { } full && low + width * bins.Length > full)
        {
            using var end = Theme.Stroke(Theme.Vessel.WithAlpha(170), 1);
            canvas.DrawLine(chart.X(full + 0.5), plot.Top, chart.X(full + 0.5), plot.Bottom, end);
        }
        canvas.Restore();
    }

    private static string Note(PictureModel model, double total)
    {
        var sample = model.Sample;
        var median = $"median {Theme.Number(sample.Values[sample.Values.Length / 2])}";
        if (model.MaxCount is not { } most) return median;
        var dark = sample.Counts![0] / total;
        return $"{median}, {Share(sample.Counts[most] / total)} saturated at {most}{(dark > 0.0005 ? $", {Share(dark)} at 0" : "")}";
    }

    private static string Share(double share) => share == 0 ? "none" : share < 0.0001 ? "< 0.01 %" : FormattableString.Invariant($"{100 * share:0.##} %");

    /// <summary>Whole counts a bin, from 0 to the highest that occurs.</summary>
    private static (double Low, double Width, long[] Bins) Counted(long[] counts, int most)
    {
        var last = Math.Min(most, Array.FindLastIndex(counts, c => c > 0));
        var width = Math.Max(1, (last + MostBins) / MostBins);
        var bins = new long[Math.Max(last / width + 1, 2)];
        for (var i = 0; i <= last; i++) bins[i / width] += counts[i];
        return (0, width, bins);
    }

    private static (double Low, double Width, long[] Bins) Sampled(float[] values)
    {
        double low = values[0], high = values[^1];
        var width = Math.Max((high - low) / 128, Math.Max(1e-9, Math.Abs(high) * 1e-6));
        var bins = new long[129];
        foreach (var value in values) bins[Math.Min(128, (int)((value - low) / width))]++;
        return (low, width, bins);
    }
}
