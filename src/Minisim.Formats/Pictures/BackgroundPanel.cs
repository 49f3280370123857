using Minisim.Scenes;
using Minisim.Truth;
using SkiaSharp;

namespace Minisim.Formats.Pictures;

/// <summary>The background: where it is bright, how it changes, and how much of the movie's variance it makes.</summary>
internal static class BackgroundPanel
{
    public static void Draw(SKCanvas canvas, SKRect area, PictureModel model, float aspect)
    {
        var truth = model.Truth;
        var side = (area.Width - 28) / 3;
        var upper = (side - 2 * Theme.Pad) * aspect + Theme.HeadHeight + Theme.Pad;
        SKRect At(int i) => SKRect.Create(area.Left + i * (side + 14), area.Top, side, upper);
        var fields = truth.Fields(FieldRole.Background).FirstOrDefault();
        if (fields is null) Theme.Absent(canvas, Theme.Panel(canvas, At(0), "Neuropil at rest"), "no neuropil step");
        else
        {
            var sum = new float[fields.Shape[1] * fields.Shape[2]];
            var values = fields.ToDoubles();
            for (var i = 0; i < values.Length; i++) sum[i % sum.Length] += (float)(values[i] / fields.Shape[0]);
            if (sum.Length == model.Movie.Height * model.Movie.Width) ImagePanel.Draw(canvas, At(0), model, "Neuropil at rest", $"mean of {fields.Shape[0]} fields", sum, MovieSample.Range(sum), Colormap.Ember, "");
        }
        if (model.Sample.Frames.Length > 0) ImagePanel.Draw(canvas, At(1), model, "Standard deviation", $"{model.Sample.Frames.Length} frames{(model.Sample.MotionUndone ? ", motion undone" : "")}", model.Sample.Std, MovieSample.Range(model.Sample.Std), Colormap.Ember, model.ValueName);
        var (map, title, note) = truth.Find("background_variance_fraction") is { } share ? (share, "Share of the variance", "that is background, before vessels and sensor")
            : truth.Find("perfusion") is { } perfusion ? (perfusion, "Perfusion", "loss of light with the blood, mean 1") : ((TruthArray?)null, "Share of the variance", "");
        if (map is null || map.Values.Length != model.Movie.Height * model.Movie.Width) Theme.Absent(canvas, Theme.Panel(canvas, At(2), title), "set neuropil.background_variance_fraction to have it measured");
        else ImagePanel.Draw(canvas, At(2), model, title, note, Array.ConvertAll(map.ToDoubles(), v => (float)v), title == "Perfusion" ? MovieSample.Range(Array.ConvertAll(map.ToDoubles(), v => (float)v)) : (0, 1), Colormap.Ember, "");
        Envelopes(canvas, new SKRect(area.Left, area.Top + upper + 14, area.Right, area.Bottom), model);
    }

    private static void Envelopes(SKCanvas canvas, SKRect area, PictureModel model)
    {
        var room = Theme.Panel(canvas, area, "Envelopes", "of every neuropil field, mean about 1");
        if (model.Truth.Find("neuropil_temporal") is not { } temporal)
        {
            Theme.Absent(canvas, room, "no neuropil step");
            return;
        }
        var values = temporal.ToDoubles();
        int n = temporal.Shape[0], frames = temporal.Shape[1];
        var plot = new SKRect(room.Left + 50, room.Top, room.Right - 4, room.Bottom - 34);
        var chart = new Chart(canvas, plot, 0, frames / model.Fps, 0, 1.05 * values.Max());
        chart.Axes("time (s)", "envelope", 8, 4);
        for (var k = 0; k < n; k++) chart.Series(values.AsSpan(k * frames, frames), t => t / model.Fps, Theme.CellColor(k), 1.3f);
    }
}
