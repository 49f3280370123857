using Minisim.Steps;
using SkiaSharp;

namespace Minisim.Formats.Pictures;

/// <summary>The tissue from the side: cells by depth, against the surface that is in focus and the vessels above.</summary>
internal static class SideViewPanel
{
    private const float LabelRoom = 104;

    public static void Draw(SKCanvas canvas, SKRect area, PictureModel model)
    {
        var cells = model.Cells.Where(c => double.IsFinite(c.Place.Z)).ToArray();
        var acquisition = model.Spec.Acquisition;
        var optics = acquisition.Optics;
        double halfX = model.Truth.Grid.FovWidth * model.PixelSizeUm / 2, halfY = model.Truth.Grid.FovHeight * model.PixelSizeUm / 2;
        var focal = model.Truth.FocalDepthUm;
        var vessels = model.Spec.Find<Vasculature>() is { Enabled: true } v ? v.Layers.Select(l => l.DepthUm).Distinct().Order().ToArray() : [];
        if (cells.Length == 0 && focal is null && vessels.Length == 0)
        {
            Theme.Absent(canvas, Theme.Panel(canvas, area, "Depth"), "no cells");
            return;
        }
        var detectable = cells.Count(c => c.Detectable);
        var room = Theme.Panel(canvas, area, "Depth", cells.Length == 0 ? "no cells"
            : $"{detectable} of {cells.Length} cells in view detectable{(focal is null ? ", no optics step" : "")}");
        var plot = new SKRect(room.Left + 46, room.Top, room.Right - LabelRoom, room.Bottom - 32);

        var depths = cells.Select(c => c.Place.Z).Concat(vessels).ToList();
        if (focal is { } f)
        {
            depths.Add(f + optics.ResolvedDepthOfFieldUm());
            depths.Add(Surface(0, halfX) - optics.ResolvedDepthOfFieldUm());
        }
        double min = depths.Min(), max = depths.Max();
        var pad = Math.Max(0.08 * (max - min), 4);
        var top = min - pad < 0.35 * (max - min) ? Math.Min(0, min) : min - pad;
        var chart = new Chart(canvas, plot, -halfX, halfX, max + pad, top);
        chart.Axes("x (µm)", "depth (µm)", 6, 5);
        canvas.Save();
        canvas.ClipRect(plot);
        if (focal is not null) FocalSurface();
        foreach (var depth in vessels)
        {
            using var line = Theme.Stroke(Theme.Vessel.WithAlpha(200), 2);
            canvas.DrawLine(plot.Left, chart.Y(depth), plot.Right, chart.Y(depth), line);
        }
        var radius = cells.Length > 1500 ? 1.3f : cells.Length > 400 ? 2 : 3;
        using (var dim = Theme.Fill(Theme.Undetectable.WithAlpha(150)))
            foreach (var cell in cells.Where(c => !c.Detectable)) Dot(cell, dim, 0.85f * radius);
        using (var bright = Theme.Fill(Theme.Detectable.WithAlpha(220)))
            foreach (var cell in cells.Where(c => c.Detectable)) Dot(cell, bright, radius);
        for (var i = 0; i < model.Chosen.Length; i++)
        {
            using var own = Theme.Fill(Theme.CellColor(i));
            using var rim = Theme.Stroke(Theme.Plot, 1);
            if (!double.IsFinite(model.Cells[model.Chosen[i]].Place.Z)) continue;
            Dot(model.Cells[model.Chosen[i]], own, radius + 2);
            Dot(model.Cells[model.Chosen[i]], rim, radius + 2);
        }
        canvas.Restore();
        Labels();

        double Surface(double y, double x) => acquisition.EffectiveFocalUm(focal!.Value, y, x);

        void Dot(PictureCell cell, SKPaint paint, float size) => canvas.DrawCircle(chart.X(cell.Place.X), chart.Y(cell.Place.Z), size, paint);

        void FocalSurface()
        {
            var dof = optics.ResolvedDepthOfFieldUm();
            using var band = new SKPath();
            using var between = new SKPath();
            using var axis = new SKPath();
            using var edge = new SKPath();
            const int steps = 80;
            for (var i = 0; i <= steps; i++)
            {
                var x = -halfX + 2 * halfX * i / steps;
                Add(axis, i, x, Surface(0, x));
                Add(edge, i, x, Surface(halfY, x));
                Add(band, i, x, Surface(0, x) + dof);
                Add(between, i, x, Surface(0, x));
            }
            for (var i = steps; i >= 0; i--)
            {
                var x = -halfX + 2 * halfX * i / steps;
                Add(band, 1, x, Surface(0, x) - dof);
                Add(between, 1, x, Surface(halfY, x));
            }
            // The depth of field on the middle line, and faintly what lies between that line and the upper and lower edge.
            using (var fill = Theme.Fill(Theme.Focus.WithAlpha(45))) canvas.DrawPath(band, fill);
            using (var fill = Theme.Fill(Theme.Focus.WithAlpha(16))) canvas.DrawPath(between, fill);
            using (var dashes = SKPathEffect.CreateDash([5, 4], 0))
            using (var line = Theme.Stroke(Theme.Focus.WithAlpha(150), 1))
            {
                line.PathEffect = dashes;
                if (optics.FieldCurvatureRadiusUm is not null) canvas.DrawPath(edge, line);
            }
            using var main = Theme.Stroke(Theme.Focus, 2);
            canvas.DrawPath(axis, main);
        }

        void Add(SKPath path, int index, double x, double z)
        {
            if (index == 0) path.MoveTo(chart.X(x), chart.Y(z));
            else path.LineTo(chart.X(x), chart.Y(z));
        }

        void Labels()
        {
            var labels = new List<(float Y, string Text, SKColor Color)>();
            if (focal is { } depth)
            {
                labels.Add((chart.Y(Surface(0, halfX)), $"focus {Theme.Number(depth)} µm", Theme.Focus));
                if (optics.FieldCurvatureRadiusUm is not null) labels.Add((chart.Y(Surface(halfY, halfX)), $"corners {Theme.Number(Surface(halfY, halfX))} µm", Theme.Focus.WithAlpha(190)));
            }
            foreach (var vessel in vessels) labels.Add((chart.Y(vessel), $"vessels {Theme.Number(vessel)} µm", Theme.Vessel));
            if (cells.Length > 0)
            {
                double low = cells.Min(c => c.Place.Z), high = cells.Max(c => c.Place.Z);
                var (y0, y1) = (chart.Y(low), chart.Y(high));
                using var bracket = Theme.Stroke(Theme.Soft, 1.2f);
                canvas.DrawLine(plot.Right + 4, y0, plot.Right + 4, y1, bracket);
                canvas.DrawLine(plot.Right + 1, y0, plot.Right + 4, y0, bracket);
                canvas.DrawLine(plot.Right + 1, y1, plot.Right + 4, y1, bracket);
                labels.Add(((y0 + y1) / 2, high - low < 0.05 ? $"cells {Theme.Number(low)} µm" : $"cells {Math.Round(low)}–{Math.Round(high)} µm", Theme.Soft));
            }
            // Labels give way to each other downwards, then the pile moves up as a whole if it runs off.
            labels.Sort((a, b) => a.Y.CompareTo(b.Y));
            var places = new float[labels.Count];
            for (var i = 0; i < places.Length; i++) places[i] = Math.Max(labels[i].Y + 4, i == 0 ? plot.Top + 8 : places[i - 1] + 15);
            for (var i = places.Length - 1; i >= 0; i--) places[i] = Math.Min(places[i], plot.Bottom - 15 * (places.Length - 1 - i));
            for (var i = 0; i < places.Length; i++) Theme.Text(canvas, labels[i].Text, plot.Right + 10, places[i], 11.5f, labels[i].Color);
        }
    }
}
