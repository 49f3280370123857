using SkiaSharp;

namespace Minisim.Formats.Pictures;

/// <summary>What every thread of a run did when, a row for each.</summary>
public static class TimelineFigure
{
    private const float Edge = 24, Width = 1600, Row = 30, Names = 120;
    // In this order in the legend; the same hues as elsewhere, told apart by lightness as well.
    private static readonly string[] Kinds = ["compile", "render", "write", "flush", "complete"];

    /// <summary>Draws the rows.</summary>
    /// <param name="spans">Thread, what it did, from and to in s; what lies within another comes later. Waits are left bare.</param>
    /// <param name="seconds">Length of the run.</param>
    /// <param name="facts">A line below the title.</param>
    /// <param name="path">The file, PNG, SVG or PDF by its ending.</param>
    /// <param name="options">Title, scale, theme; null for the defaults.</param>
    /// <exception cref="ArgumentException">The file has another ending.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(IReadOnlyList<(string Thread, string What, double From, double To)> spans, double seconds, string facts, string path, PreviewOptions? options = null)
    {
        options ??= new PreviewOptions();
        string[] threads = [.. spans.Select(s => s.Thread).Distinct()];
        var height = Edge + 84 + Theme.HeadHeight + 2 * Theme.Pad + threads.Length * Row + 24 + Edge;
        PictureFile.Save(path, Width, height, options, canvas =>
        {
            Theme.Text(canvas, Theme.Fit(options.Title ?? "Timeline", 24, Width - 2 * Edge, bold: true), Edge, Edge + 18, 24, Theme.Ink, bold: true);
            Theme.Text(canvas, Theme.Fit(facts, 14, Width - 2 * Edge), Edge, Edge + 44, 14, Theme.Soft);
            var x = Edge;
            foreach (var kind in Kinds)
            {
                using (var fill = Theme.Fill(Color(kind))) canvas.DrawRect(x, Edge + 58, 14, 14, fill);
                x += 20 + Theme.Text(canvas, kind, x + 20, Edge + 70, 13, Theme.Soft) + 18;
            }
            Theme.Text(canvas, "bare: nothing to do", x, Edge + 70, 13, Theme.Faint);
            var room = Theme.Panel(canvas, SKRect.Create(Edge, Edge + 84, Width - 2 * Edge, height - 2 * Edge - 84), "Threads");
            var plot = new SKRect(room.Left + Names, room.Top, room.Right, room.Top + threads.Length * Row);
            var chart = new Chart(canvas, plot, 0, seconds, 0, 1);
            chart.Axes("time (s)", "", 10);
            for (var i = 0; i < threads.Length; i++) Theme.Text(canvas, Theme.Fit(threads[i], 13, Names - 10), room.Left, plot.Top + i * Row + 20, 13, Theme.Ink);
            foreach (var (thread, what, from, to) in spans)
            {
                if (!Kinds.Contains(what)) continue;
                var top = plot.Top + Array.IndexOf(threads, thread) * Row + 4;
                // What took less than a pixel is still there.
                using var fill = Theme.Fill(Color(what));
                canvas.DrawRect(chart.X(from), top, Math.Max(1, chart.X(to) - chart.X(from)), Row - 8, fill);
            }
        });
    }

    private static SKColor Color(string what) => what switch
    {
        "compile" => Theme.Vertical,
        "render" => Theme.Detectable,
        "write" => Theme.Focus,
        "flush" => Theme.Vessel,
        _ => Theme.Undetectable,
    };
}
