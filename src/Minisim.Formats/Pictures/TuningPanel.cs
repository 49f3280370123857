using Minisim.Metrics;
using SkiaSharp;

namespace Minisim.Formats.Pictures;

/// <summary>The animal's path, and the rates of place cells at every place.</summary>
internal static class TuningPanel
{
    private const int MostMaps = 12;

    /// <summary>Whether there is an animal whose places can be drawn.</summary>
    public static bool Has(PictureModel model) => model.Truth.S is not null && model.Truth.Find("behavior_position_m") is { } position && position.Shape[0] > 0;

    /// <summary>The path above, the rates below.</summary>
    public static void Draw(SKCanvas canvas, SKRect area, PictureModel model)
    {
        if (Maps(model) is not { } maps)
        {
            Theme.Absent(canvas, Theme.Panel(canvas, area, "Place"), model.Truth.S is null ? "no activity step" : "no animal that moves: add the step behavior");
            return;
        }
        var half = area.Height * (maps.Rows == 1 ? 0.34f : 0.4f);
        Draw(canvas, SKRect.Create(area.Left, area.Top, area.Width, half - 8), SKRect.Create(area.Left, area.Top + half + 8, area.Width, area.Height - half - 8), model, maps);
    }

    /// <summary>The path and the rates, each in a place of its own; nothing where there is no animal that moves.</summary>
    public static void Draw(SKCanvas canvas, SKRect path, SKRect rates, PictureModel model)
    {
        if (Maps(model) is { } maps) Draw(canvas, path, rates, model, maps);
    }

    private static RateMaps? Maps(PictureModel model) => model.Truth.S is null ? null : RateMaps.Of(model.Truth, 0.02, model.Fps);

    private static void Draw(SKCanvas canvas, SKRect path, SKRect rates, PictureModel model, RateMaps maps)
    {
        var truth = model.Truth;
        var spikes = truth.S!;
        var frames = spikes.Shape[1];
        var classes = truth.Find("tuning_cell_class")?.ToDoubles();
        // Place cells if there is tuning, else the cells that say most of the place.
        var units = Enumerable.Range(0, truth.NUnits).Where(u => classes is null || classes[u] == 1)
            .Select(u => (Unit: u, Map: maps.Map(PictureModel.Row(spikes, u, 0, frames))))
            .Where(u => u.Map.Any(v => v > 0)).ToArray();
        Path(canvas, path, model, maps);
        if (maps.Rows == 1) Track(canvas, rates, maps, units, classes is not null);
        else Field(canvas, rates, model, maps, units, classes is not null);
    }

    private static void Path(SKCanvas canvas, SKRect area, PictureModel model, RateMaps maps)
    {
        double[] position = model.Truth.Find("behavior_position_m")!.ToDoubles(), speed = model.Truth.Find("behavior_speed_m_s")!.ToDoubles();
        var room = Theme.Panel(canvas, area, "Path", $"{Theme.Number(speed.Length / model.Fps)} s, mean speed {Theme.Number(Math.Round(100 * speed.Average(), 1))} cm/s");
        var plot = new SKRect(room.Left + 50, room.Top, room.Right - 4, room.Bottom - 34);
        var seconds = speed.Length / model.Fps;
        var x = Enumerable.Range(0, speed.Length).Select(t => position[2 * t]).ToArray();
        if (maps.Rows == 1)
        {
            var chart = new Chart(canvas, plot, 0, seconds, maps.LeftM, maps.LeftM + maps.Columns * maps.BinM);
            chart.Axes("time (s)", "place (m)", 8, 3);
            chart.Series(x, t => (t + 0.5) / model.Fps, Theme.Detectable, 1.4f);
            return;
        }
        // Seen from above, with equal scales.
        double width = maps.Columns * maps.BinM, height = maps.Rows * maps.BinM;
        var zoom = Math.Min(plot.Width / width, plot.Height / height);
        var field = SKRect.Create((float)(plot.MidX - width * zoom / 2), (float)(plot.MidY - height * zoom / 2), (float)(width * zoom), (float)(height * zoom));
        var view = new Chart(canvas, field, maps.LeftM, maps.LeftM + width, maps.BottomM, maps.BottomM + height);
        view.Axes("x (m)", "y (m)", 5, 3);
        using var path = new SKPath();
        for (var t = 0; t < x.Length; t++)
            if (t == 0) path.MoveTo(view.X(x[0]), view.Y(position[1]));
            else path.LineTo(view.X(x[t]), view.Y(position[2 * t + 1]));
        using var line = Theme.Stroke(Theme.Detectable.WithAlpha(150), 1);
        canvas.DrawPath(path, line);
    }

    private static void Track(SKCanvas canvas, SKRect area, RateMaps maps, (int Unit, double[] Map)[] units, bool isTuned)
    {
        var ordered = units.OrderBy(u => Array.IndexOf(u.Map, u.Map.Where(v => !double.IsNaN(v)).Max())).ToArray();
        var room = Theme.Panel(canvas, area, isTuned ? "Place cells along the track" : "Cells along the track", $"{ordered.Length} cells by the place of their peak; spikes per second over each cell's largest, while it moves");
        if (ordered.Length == 0)
        {
            Theme.Absent(canvas, room, "no place cell in view fired");
            return;
        }
        var plot = new SKRect(room.Left + 50, room.Top, room.Right - 4, room.Bottom - 34);
        var chart = new Chart(canvas, plot, maps.LeftM, maps.LeftM + maps.Columns * maps.BinM, ordered.Length, 0);
        chart.Axes("place (m)", "cell", 8, 4);
        using var paint = new SKPaint();
        for (var i = 0; i < ordered.Length; i++)
        {
            var most = ordered[i].Map.Where(v => !double.IsNaN(v)).Max();
            for (var b = 0; b < maps.Columns; b++)
            {
                if (double.IsNaN(ordered[i].Map[b])) continue;
                paint.Color = Colormap.Ember[ordered[i].Map[b] / most];
                float left = chart.X(maps.LeftM + b * maps.BinM), right = chart.X(maps.LeftM + (b + 1) * maps.BinM), top = chart.Y(i), bottom = chart.Y(i + 1);
                canvas.DrawRect(left, Math.Min(top, bottom), right - left + 0.5f, Math.Abs(bottom - top) + 0.5f, paint);
            }
        }
    }

    private static void Field(SKCanvas canvas, SKRect area, PictureModel model, RateMaps maps, (int Unit, double[] Map)[] units, bool isTuned)
    {
        var best = units.OrderByDescending(u => maps.InformationBits(u.Map)).Take(MostMaps).ToArray();
        var room = Theme.Panel(canvas, area, isTuned ? "Place cells" : "Cells", $"{best.Length} of {units.Length}: those that tell most of the place; spikes per second, white the true centre");
        if (best.Length == 0)
        {
            Theme.Absent(canvas, room, "no place cell in view fired");
            return;
        }
        var centres = model.Truth.Find("tuning_place_center_m");
        var columns = room.Width > 2 * room.Height ? 6 : 4;
        var rows = (best.Length + columns - 1) / columns;
        float side = room.Width / columns - 12, high = Math.Min(room.Height / rows - 30, side * maps.Rows / maps.Columns);
        using var paint = new SKPaint();
        for (var i = 0; i < best.Length; i++)
        {
            var wide = high * maps.Columns / maps.Rows;
            var place = SKRect.Create(room.Left + i % columns * (side + 12), room.Top + 20 + i / columns * (high + 30), wide, high);
            var most = best[i].Map.Where(v => !double.IsNaN(v)).Max();
            Theme.Text(canvas, $"cell {best[i].Unit}", place.Left, place.Top - 5, 12, Theme.Ink, bold: true);
            Theme.Text(canvas, $"{Theme.Number(Math.Round(most, 1))} Hz", place.Right, place.Top - 5, 11, Theme.Soft, SKTextAlign.Right);
            using (var back = Theme.Fill(Theme.Plot)) canvas.DrawRect(place, back);
            float x = place.Width / maps.Columns, y = place.Height / maps.Rows;
            for (var b = 0; b < best[i].Map.Length; b++)
            {
                if (double.IsNaN(best[i].Map[b])) continue;
                paint.Color = Colormap.Ember[best[i].Map[b] / most];
                canvas.DrawRect(place.Left + b % maps.Columns * x, place.Bottom - (b / maps.Columns + 1) * y, x + 0.5f, y + 0.5f, paint);
            }
            if (centres is null) continue;
            var (all, at) = (centres.ToDoubles(), best[i].Unit * centres.Shape[1] * 2);
            var centre = (X: all[at], Y: all[at + 1]);
            using var ring = Theme.Stroke(SKColors.White, 1.5f);
            canvas.DrawCircle((float)(place.Left + (centre.X - maps.LeftM) / maps.BinM * x), (float)(place.Bottom - (centre.Y - maps.BottomM) / maps.BinM * y), 4, ring);
        }
    }
}
