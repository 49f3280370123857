using Minisim.Formats.Pictures;
using SkiaSharp;

namespace Minisim.Studies;

/// <summary>Figures of a study as PNG files.</summary>
public static class StudyFigures
{
    private const float Edge = 24, Gap = 16, PanelWidth = 560, PanelHeight = 340;
    private const double Scale = 2;
    private static readonly (string Name, string Title)[] Metrics = [("recall", "Recall"), ("precision", "Precision"), ("f1", "F1"), ("trace_corr", "Trace r"), ("neighbour_corr", "r with the nearest neighbour")];

    /// <summary>Writes a figure for every axis that varies (<c>along_PATH.png</c>: metrics with 95 % intervals of their mean), a map for every two
    /// (<c>map_PATH_PATH.png</c>: F1, or the first metric there is), and recall against SNR.</summary>
    /// <param name="results">The results.</param>
    /// <param name="folder">Folder; made if it is not there.</param>
    /// <param name="overwrite">Whether files of the same names are replaced.</param>
    /// <returns>The files written.</returns>
    public static IReadOnlyList<string> Save(StudyResults results, string folder, bool overwrite = false)
    {
        ArgumentNullException.ThrowIfNull(results);
        Directory.CreateDirectory(folder);
        StudyResult[] rows = [.. results.Rows().Where(r => r.Record.Found is not null)];
        var files = new List<string>();
        if (rows.Length == 0) return files;
        string[] entrants = [.. rows.Select(r => r.Unit.Entrant).Distinct()];
        var shown = Metrics.Where(m => rows.Any(r => double.IsFinite(r[m.Name]))).ToArray();
        var varying = Enumerable.Range(0, results.Axes.Count).Where(i => rows.Select(r => r.Unit.Recording.Values[i].Value).Distinct().Skip(1).Any()).ToArray();
        foreach (var axis in varying)
        {
            var path = Path.Combine(folder, $"along_{Safe(results.Axes[axis])}.png");
            var columns = Math.Min(2, shown.Length);
            var lines = (shown.Length + columns - 1) / columns;
            Page(path, overwrite, columns, lines, entrants, canvas =>
            {
                for (var m = 0; m < shown.Length; m++) Along(canvas, Place(m % columns, m / columns), rows, entrants, axis, results.Axes[axis], shown[m]);
            });
            files.Add(path);
        }
        var mapped = shown.FirstOrDefault(m => m.Name == "f1" && rows.Select(r => r["f1"]).Distinct().Skip(1).Any());
        if (mapped.Name is null) mapped = shown[^1];
        for (var a = 0; a < varying.Length; a++)
            for (var b = a + 1; b < varying.Length; b++)
            {
                if (results.Axes[varying[a]] == "seed" || results.Axes[varying[b]] == "seed") continue;
                var path = Path.Combine(folder, $"map_{Safe(results.Axes[varying[a]])}_{Safe(results.Axes[varying[b]])}.png");
                var columns = Math.Min(2, entrants.Length);
                Page(path, overwrite, columns, (entrants.Length + columns - 1) / columns, [], canvas =>
                {
                    for (var e = 0; e < entrants.Length; e++)
                        Map(canvas, Place(e % columns, e / columns), [.. rows.Where(r => r.Unit.Entrant == entrants[e])], (varying[a], results.Axes[varying[a]]), (varying[b], results.Axes[varying[b]]), mapped, entrants[e]);
                });
                files.Add(path);
            }
        var analysis = new StudyAnalysis(results);
        if (analysis.Snr.Any(s => s.Bins.Count > 1))
        {
            var path = Path.Combine(folder, "recall_against_snr.png");
            Page(path, overwrite, 1, 1, entrants, canvas => Snr(canvas, Place(0, 0), analysis, entrants));
            files.Add(path);
        }
        return files;
    }

    private static string Safe(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_'));

    private static SKRect Place(int column, int row) => SKRect.Create(Edge + column * (PanelWidth + Gap), Edge + row * (PanelHeight + Gap), PanelWidth, PanelHeight);

    private static void Page(string path, bool overwrite, int columns, int lines, IReadOnlyList<string> key, Action<SKCanvas> draw)
    {
        var width = 2 * Edge + columns * PanelWidth + (columns - 1) * Gap;
        var rows = key.Count > 1 ? (key.Count + 3 * columns - 1) / (3 * columns) : 0;
        var height = 2 * Edge + lines * PanelHeight + (lines - 1) * Gap;
        PictureFile.Save(path, width, height + rows * 20, new PreviewOptions { Scale = Scale, Overwrite = overwrite }, canvas =>
        {
            draw(canvas);
            if (rows == 0) return;
            var step = (width - 2 * Edge) / (3 * columns);
            for (var k = 0; k < key.Count; k++)
            {
                float x = Edge + k % (3 * columns) * step, y = height - 6 + k / (3 * columns) * 20;
                using (var fill = Theme.Fill(Color(k))) canvas.DrawRect(x, y - 10, 11, 11, fill);
                Theme.Text(canvas, Theme.Fit(key[k], 12, step - 24), x + 17, y, 12, Theme.Soft);
            }
        });
    }

    private static SKColor Color(int k) => Theme.CellColor(k * 5 + 7);

    private static (double Mean, double Low, double High) Mean(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        if (values.Count < 2) return (mean, mean, mean);
        var deviation = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1));
        // Student's t at 97.5 % by Cornish and Fisher's expansion: within 1 % from 3 degrees of freedom on, exact for 1 and 2.
        double f = values.Count - 1, z = 1.959964;
        var t = f == 1 ? 12.706 : f == 2 ? 4.303 : z + (z * z * z + z) / (4 * f) + (5 * Math.Pow(z, 5) + 16 * z * z * z + 3 * z) / (96 * f * f) + (3 * Math.Pow(z, 7) + 19 * Math.Pow(z, 5) + 17 * z * z * z - 15 * z) / (384 * f * f * f);
        var half = t * deviation / Math.Sqrt(values.Count);
        return (mean, mean - half, mean + half);
    }

    private static (string[] Values, double[]? Numbers) ValuesOf(StudyResult[] rows, int axis)
    {
        string[] values = [.. rows.Select(r => r.Unit.Recording.Values[axis].Value).Distinct()];
        double[] numbers = [.. values.Select(v => double.TryParse(v, System.Globalization.CultureInfo.InvariantCulture, out var n) ? n : double.NaN)];
        if (numbers.Any(double.IsNaN)) return (values, null);
        Array.Sort(numbers, values);
        return (values, numbers);
    }

    /// <summary>Long values, such as lists of positions, by what tells them apart.</summary>
    internal static string[] Labels(IReadOnlyList<string> values)
    {
        string[] plain = [.. values.Select(StudyPlan.Plain)];
        if (plain.Length < 2 || plain.All(v => v.Length <= 10)) return plain;
        static bool IsNumber(char c) => char.IsAsciiDigit(c) || c is '.' or '+' or '-';
        var (first, least) = (plain[0], plain.Min(v => v.Length));
        int head = 0, tail = 0;
        while (head < least && plain.All(v => v[head] == first[head])) head++;
        while (head > 0 && IsNumber(first[head - 1])) head--;
        while (tail < least - head && plain.All(v => v[^(tail + 1)] == first[^(tail + 1)])) tail++;
        while (tail > 0 && IsNumber(first[^tail])) tail--;
        return [.. plain.Select(v => $"{(head > 1 ? "…" : v[..head])}{v[head..^tail]}{(tail > 1 ? "…" : v[^tail..])}")];
    }

    private static void Along(SKCanvas canvas, SKRect area, StudyResult[] rows, string[] entrants, int axis, string name, (string Name, string Title) metric)
    {
        var room = Theme.Panel(canvas, area, metric.Title, "mean and its 95 % interval");
        var (values, numbers) = ValuesOf(rows, axis);
        double At(int i) => numbers?[i] ?? i;
        var stats = entrants.Select(e => values.Select(v => rows.Where(r => r.Unit.Entrant == e && r.Unit.Recording.Values[axis].Value == v).Select(r => r[metric.Name]).Where(double.IsFinite).ToArray()).Select(v => v.Length == 0 ? (double.NaN, double.NaN, double.NaN) : Mean(v)).ToArray()).ToArray();
        var finite = stats.SelectMany(s => s).Where(s => !double.IsNaN(s.Item1)).ToArray();
        if (finite.Length == 0)
        {
            Theme.Absent(canvas, room, "not known");
            return;
        }
        var (low, high) = (Math.Min(0, Math.Max(-1, finite.Min(s => s.Item2))), Math.Max(1, finite.Max(s => s.Item1)));
        var (first, last) = (At(0), At(values.Length - 1));
        var margin = numbers is null || !(last > first) ? 0.5 : 0.03 * (last - first);
        var chart = new Chart(canvas, new SKRect(room.Left + 48, room.Top + 6, room.Right - 6, room.Bottom - 34), first - margin, last + margin, low, high);
        chart.Axes(numbers is null ? "" : name, metric.Title);
        if (numbers is null)
        {
            var labels = Labels(values);
            for (var i = 0; i < values.Length; i++) Theme.Text(canvas, Theme.Fit(labels[i], 11, chart.Plot.Width / values.Length - 4), chart.X(i), chart.Plot.Bottom + 15, 11, Theme.Soft, SKTextAlign.Center);
            Theme.Text(canvas, name, chart.Plot.MidX, chart.Plot.Bottom + 30, 12, Theme.Soft, SKTextAlign.Center);
        }
        canvas.Save();
        canvas.ClipRect(SKRect.Inflate(chart.Plot, 4, 4));
        for (var e = 0; e < entrants.Length; e++)
        {
            var points = Enumerable.Range(0, values.Length).Where(i => !double.IsNaN(stats[e][i].Item1)).ToArray();
            using (var band = Theme.Fill(Color(e).WithAlpha(40)))
            using (var path = new SKPath())
            {
                for (var k = 0; k < points.Length; k++)
                    if (k == 0) path.MoveTo(chart.X(At(points[k])), chart.Y(stats[e][points[k]].Item3));
                    else path.LineTo(chart.X(At(points[k])), chart.Y(stats[e][points[k]].Item3));
                foreach (var i in points.Reverse()) path.LineTo(chart.X(At(i)), chart.Y(stats[e][i].Item2));
                if (numbers is not null) canvas.DrawPath(path, band);
            }
            using var stroke = Theme.Stroke(Color(e), 1.8f);
            using var dot = Theme.Fill(Color(e));
            for (var k = 0; k < points.Length; k++)
            {
                var (i, s) = (points[k], stats[e][points[k]]);
                if (k > 0 && numbers is not null) canvas.DrawLine(chart.X(At(points[k - 1])), chart.Y(stats[e][points[k - 1]].Item1), chart.X(At(i)), chart.Y(s.Item1), stroke);
                // Beside each other, or the last would hide those that are the same.
                var x = chart.X(At(i)) + (numbers is null ? (e - (entrants.Length - 1) / 2f) * Math.Min(9, 0.7f * chart.Plot.Width / values.Length / entrants.Length) : 0);
                if (numbers is null) canvas.DrawLine(x, chart.Y(s.Item2), x, chart.Y(s.Item3), stroke);
                canvas.DrawCircle(x, chart.Y(s.Item1), 3.4f, dot);
            }
        }
        canvas.Restore();
    }

    private static void Map(SKCanvas canvas, SKRect area, StudyResult[] rows, (int Index, string Name) x, (int Index, string Name) y, (string Name, string Title) metric, string entrant)
    {
        var room = Theme.Panel(canvas, area, entrant, $"mean {metric.Title}");
        var (xs, ys) = (ValuesOf(rows, x.Index).Values, ValuesOf(rows, y.Index).Values);
        var plot = new SKRect(room.Left + 70, room.Top + 4, room.Right - 4, room.Bottom - 34);
        var (xLabels, yLabels) = (Labels(xs), Labels(ys));
        float w = plot.Width / xs.Length, h = plot.Height / ys.Length;
        for (var i = 0; i < xs.Length; i++)
        {
            for (var j = 0; j < ys.Length; j++)
            {
                double[] values = [.. rows.Where(r => r.Unit.Recording.Values[x.Index].Value == xs[i] && r.Unit.Recording.Values[y.Index].Value == ys[j]).Select(r => r[metric.Name]).Where(double.IsFinite)];
                if (values.Length == 0) continue;
                var mean = values.Average();
                var cell = new SKRect(plot.Left + i * w, plot.Bottom - (j + 1) * h, plot.Left + (i + 1) * w - 1, plot.Bottom - j * h - 1);
                using (var fill = Theme.Fill(Colormap.Lagoon[Math.Clamp(mean, 0, 1)])) canvas.DrawRect(cell, fill);
                if (w >= 30 && h >= 14) Theme.Text(canvas, mean.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture), cell.MidX, cell.MidY + 4, 11, mean > 0.6 ? Theme.Page : Theme.Ink, SKTextAlign.Center);
            }
            var every = Math.Max(1, (int)Math.Ceiling(40 / w));
            if (i % every == 0) Theme.Text(canvas, Theme.Fit(xLabels[i], 11, w * every - 4), plot.Left + (i + 0.5f) * w, plot.Bottom + 15, 11, Theme.Soft, SKTextAlign.Center);
        }
        var everyRow = Math.Max(1, (int)Math.Ceiling(14 / h));
        for (var j = 0; j < ys.Length; j += everyRow) Theme.Text(canvas, Theme.Fit(yLabels[j], 11, 48), plot.Left - 6, plot.Bottom - (j + 0.5f) * h + 4, 11, Theme.Soft, SKTextAlign.Right);
        Theme.Text(canvas, Theme.Fit(x.Name, 12, plot.Width), plot.MidX, plot.Bottom + 30, 12, Theme.Soft, SKTextAlign.Center);
        canvas.Save();
        canvas.RotateDegrees(-90, room.Left + 6, plot.MidY);
        Theme.Text(canvas, Theme.Fit(y.Name, 12, plot.Height), room.Left + 6, plot.MidY + 4, 12, Theme.Soft, SKTextAlign.Center);
        canvas.Restore();
    }

    private static void Snr(SKCanvas canvas, SKRect area, StudyAnalysis analysis, string[] entrants)
    {
        var room = Theme.Panel(canvas, area, "Recall against SNR", "logistic fits");
        var curves = analysis.Snr.Where(c => c.Bins.Count > 1).ToArray();
        var (low, high) = (curves.Min(c => c.Bins[0].Log10) - 0.1, curves.Max(c => c.Bins[^1].Log10) + 0.1);
        var chart = new Chart(canvas, new SKRect(room.Left + 48, room.Top + 6, room.Right - 6, room.Bottom - 34), low, high, 0, 1);
        chart.Axes("log₁₀ of the cell's detection SNR", "recall");
        foreach (var curve in curves)
        {
            var color = Color(Array.IndexOf(entrants, curve.Entrant));
            using (var dot = Theme.Fill(color))
                foreach (var (x, cells, found) in curve.Bins) canvas.DrawCircle(chart.X(x), chart.Y((double)found / cells), 3.2f, dot);
            if (!double.IsFinite(curve.B)) continue;
            double[] values = [.. Enumerable.Range(0, 101).Select(i => 1 / (1 + Math.Exp(-(curve.A + curve.B * (low + (high - low) * i / 100)))))];
            chart.Series(values, i => low + (high - low) * i / 100, color, 1.8f);
        }
    }
}
