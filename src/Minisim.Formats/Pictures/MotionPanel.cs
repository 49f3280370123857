using SkiaSharp;

namespace Minisim.Formats.Pictures;

/// <summary>The true displacement against time, and as a path over the sensor.</summary>
internal static class MotionPanel
{
    /// <summary>Most points of the path: more cannot be told apart.</summary>
    private const int PathPoints = 20_000;

    public static void Draw(SKCanvas canvas, SKRect area, PictureModel model)
    {
        if (model.Truth.Shifts is not { } array || array.Shape[0] == 0)
        {
            Theme.Absent(canvas, Theme.Panel(canvas, area, "Motion"), "no motion step");
            return;
        }
        var shifts = array.ToDoubles();
        var frames = shifts.Length / 2;
        double[] dy = new double[frames], dx = new double[frames];
        double farthest = 0;
        for (var t = 0; t < frames; t++)
        {
            (dy[t], dx[t]) = (shifts[2 * t], shifts[2 * t + 1]);
            farthest = Math.Max(farthest, Math.Sqrt(dy[t] * dy[t] + dx[t] * dx[t]));
        }
        var room = Theme.Panel(canvas, area, "Motion", $"up to {Theme.Number(farthest)} px = {Theme.Number(farthest * model.PixelSizeUm)} µm from frame 0");
        var limit = Math.Max(farthest, 0.5) * 1.08;
        var side = room.Height - 32;
        var path = new SKRect(room.Right - side, room.Top, room.Right, room.Top + side);
        var series = new SKRect(room.Left + 46, room.Top, path.Left - 62, room.Bottom - 32);
        var half = (series.Height - 10) / 2;
        var end = model.SecondsAt(frames);
        Series(canvas, new SKRect(series.Left, series.Top, series.Right, series.Top + half), end, limit, "", "dy (px)", dy, model, Theme.Vertical);
        Series(canvas, new SKRect(series.Left, series.Bottom - half, series.Right, series.Bottom), end, limit, "time (s)", "dx (px)", dx, model, Theme.Horizontal);

        // Down is positive, as on the sensor.
        var chart = new Chart(canvas, path, -limit, limit, limit, -limit);
        chart.Axes("dx (px)", "dy (px)", 4, 4);
        canvas.Save();
        canvas.ClipRect(path);
        var step = Math.Max(1, frames / PathPoints);
        var alpha = (byte)Math.Clamp(255 * 40.0 / Math.Sqrt(frames + 1), 50, 220);
        const int pieces = 24;
        var points = (frames + step - 1) / step;
        for (var k = 0; k < pieces; k++)
        {
            int from = (int)((long)k * points / pieces), to = Math.Min(points - 1, (int)((long)(k + 1) * points / pieces));
            if (to <= from) continue;
            using var line = new SKPath();
            line.MoveTo(chart.X(dx[from * step]), chart.Y(dy[from * step]));
            for (var i = from + 1; i <= to; i++) line.LineTo(chart.X(dx[i * step]), chart.Y(dy[i * step]));
            using var stroke = Theme.Stroke(Colormap.Lagoon[0.25 + 0.75 * k / (pieces - 1)].WithAlpha(alpha), 1.1f);
            canvas.DrawPath(line, stroke);
        }
        using (var start = Theme.Fill(Theme.Ink)) canvas.DrawCircle(chart.X(dx[0]), chart.Y(dy[0]), 3, start);
        canvas.Restore();
    }

    private static void Series(SKCanvas canvas, SKRect plot, double endS, double limit, string xName, string yName, double[] values, PictureModel model, SKColor color)
    {
        var chart = new Chart(canvas, plot, 0, endS, -limit, limit);
        chart.Axes(xName, yName, 6, 3);
        chart.Series(values, model.SecondsAt, color, 1);
    }
}
