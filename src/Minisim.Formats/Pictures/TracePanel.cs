using SkiaSharp;

namespace Minisim.Formats.Pictures;

/// <summary>Traces of the chosen cells, one above the other, with a tick for each frame that has spikes.</summary>
internal static class TracePanel
{
    public static void Draw(SKCanvas canvas, SKRect area, PictureModel model)
    {
        var (truth, fps) = (model.Truth, model.Fps);
        if (truth.C is not { } traces || model.Chosen.Length == 0)
        {
            Theme.Absent(canvas, Theme.Panel(canvas, area, "Traces"), truth.C is null ? (truth.NUnits == 0 ? "no cells" : "no activity step") : "no cell to show");
            return;
        }
        int first = model.WindowFirst, count = Math.Min(model.WindowFrames, traces.Shape[1] - first);
        var rows = model.Chosen.Select(c => PictureModel.Row(traces, model.Cells[c].Unit, first, count)).ToArray();
        var whole = model.Chosen.Select(c => PictureModel.Row(traces, model.Cells[c].Unit, 0, traces.Shape[1]).Min()).ToArray();
        // With an indicator the truth says what rest is; else relative to each cell's own lowest value where there is one: a cell that is dark at rest has none.
        var resting = truth.Find("dff") is null ? null : truth.Find("resting_f0")?.ToDoubles();
        if (resting is not null) whole = [.. model.Chosen.Select(c => Math.Max(resting[model.Cells[c].Unit], 0))];
        var relative = whole.All(b => b > 1e-9);
        for (var i = 0; i < rows.Length; i++)
            for (var t = 0; t < count; t++)
                rows[i][t] = (rows[i][t] - whole[i]) / (relative ? whole[i] : 1);
        var measured = model.Measured.Select(m => m is null ? null : Array.ConvertAll(m, v => (float)v)).ToArray();
        for (var i = 0; i < rows.Length; i++)
            for (var t = 0; t < count && measured[i] is { } m; t++)
                m[t] = (float)((m[t] - whole[i]) / (relative ? whole[i] : 1));
        // One scale for all. Most fill their row; the tallest reaches a little into the row above.
        var peaks = rows.Select(r => r.Max()).Order().ToArray();
        var scale = Math.Max(Math.Max(peaks[peaks.Length / 2], peaks[^1] / 1.6), 1e-9);

        var cells = model.Options.Cells is not null ? "cells " + string.Join(", ", model.Chosen) : model.Cells[model.Chosen[0]].Detectable ? "active detectable cells" : "active cells, none detectable";
        var part = count < traces.Shape[1] ? $"{Theme.Number(count / fps)} s of {Theme.Number(traces.Shape[1] / fps)} s, " : "";
        var room = Theme.Panel(canvas, area, "Traces", $"{part}{cells}, spikes below{(measured.Any(m => m is not null) ? "; grey: measured" : "")}");
        var plot = new SKRect(room.Left + 26, room.Top, room.Right, room.Bottom - 32);
        var head = Math.Min(14, 0.03f * plot.Height);
        var chart = new Chart(canvas, plot, first / fps, (first + count) / fps, 0, 1);
        chart.Axes("time (s)", "");
        var height = (plot.Height - head) / rows.Length;
        var unit = 0.62f * height / (float)scale;
        if (model.ShownFrame >= first && model.ShownFrame < first + count)
        {
            using var now = Theme.Stroke(Theme.Soft.WithAlpha(90), 1);
            canvas.DrawLine(chart.X(model.ShownFrame / fps), plot.Top, chart.X(model.ShownFrame / fps), plot.Bottom, now);
        }
        canvas.Save();
        canvas.ClipRect(plot);
        // From the top down, so that a tall transient covers its neighbour above and not the other way round.
        for (var i = 0; i < rows.Length; i++)
        {
            var floor = plot.Top + head + (i + 1) * height - Math.Min(12, 0.28f * height);
            if (measured[i] is { } seen)
            {
                // Noise keeps to its own row.
                canvas.Save();
                canvas.ClipRect(new SKRect(plot.Left, floor - 1.35f * height, plot.Right, floor + 0.3f * height));
                using var path = new SKPath();
                chart.AddTo(path, Array.ConvertAll(seen, v => (double)v), t => (first + t) / fps, v => floor - (float)v * unit);
                using var line = Theme.Stroke(Theme.Soft.WithAlpha(150), 0.9f);
                canvas.DrawPath(path, line);
                canvas.Restore();
            }
            using (var path = new SKPath())
            {
                chart.AddTo(path, rows[i], t => (first + t) / fps, v => floor - (float)v * unit);
                using var line = Theme.Stroke(Theme.CellColor(i), 1.2f);
                canvas.DrawPath(path, line);
            }
            if (truth.S is { } spikes) Spikes(canvas, chart, PictureModel.Row(spikes, model.Cells[model.Chosen[i]].Unit, first, count), first, fps, floor + 3, Math.Min(6, 0.14f * height), Theme.CellColor(i));
        }
        canvas.Restore();
        for (var i = 0; i < rows.Length; i++)
            Theme.Text(canvas, $"{i + 1}", plot.Left - 8, plot.Top + head + (i + 1) * height - Math.Min(10, 0.24f * height), 13, Theme.CellColor(i), SKTextAlign.Right, bold: true);
        AmplitudeBar(canvas, plot, scale, unit, relative, inPercent: relative && resting is not null);
    }

    private static void Spikes(SKCanvas canvas, Chart chart, double[] spikes, int first, double fps, float top, float length, SKColor color)
    {
        var most = Math.Max(spikes.Max(), 1);
        for (var t = 0; t < spikes.Length; t++)
        {
            if (spikes[t] <= 0) continue;
            using var tick = Theme.Stroke(color.WithAlpha((byte)(90 + 165 * Math.Min(1, spikes[t] / most))), 1);
            var x = chart.X((first + t) / fps);
            canvas.DrawLine(x, top, x, top + length, tick);
        }
    }

    private static void AmplitudeBar(SKCanvas canvas, SKRect plot, double scale, float unit, bool relative, bool inPercent)
    {
        var value = Chart.NiceStep(0.4 * scale);
        var length = (float)value * unit;
        var (x, y) = (plot.Right - 8, plot.Top + 8);
        using var bar = Theme.Stroke(Theme.Ink, 2);
        canvas.DrawLine(x, y, x, y + length, bar);
        Theme.TextOver(canvas, inPercent ? $"ΔF/F {Theme.Number(100 * value)} %" : $"{(relative ? "ΔF/F" : "ΔC")} {Theme.Number(value)}", x - 7, y + length / 2 + 4, 12, Theme.Ink, SKTextAlign.Right, rimColor: Theme.Plot);
    }
}
