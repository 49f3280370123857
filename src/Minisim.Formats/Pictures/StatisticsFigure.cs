using System.Globalization;
using SkiaSharp;

namespace Minisim.Formats.Pictures;

/// <summary>The statistics of a movie as a table, alone or beside those of another.</summary>
public static class StatisticsFigure
{
    private const float Edge = 24, Line = 26;
    /// <summary>Two values within this factor are called alike.</summary>
    public const double Alike = 1.3;

    /// <summary>Draws the table.</summary>
    /// <param name="statistics">Of the movie.</param>
    /// <param name="against">Of another, or null.</param>
    /// <param name="path">The file, PNG, SVG or PDF by its ending.</param>
    /// <param name="options">Title, scale, theme; null for the defaults.</param>
    /// <exception cref="ArgumentException">The file has another ending.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(MovieStatistics statistics, MovieStatistics? against, string path, PreviewOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        options ??= new PreviewOptions();
        var rows = statistics.Statistics;
        var width = against is null ? 1160f : 1600f;
        var height = Edge + 96 + rows.Count * Line + 2 * Theme.Pad + Theme.HeadHeight + Edge;
        PictureFile.Save(path, width, height, options, canvas =>
        {
            var mark = $"minisim {Engine.Version}";
            Theme.Text(canvas, mark, width - Edge, Edge + 16, 12, Theme.Faint, SKTextAlign.Right);
            Theme.Text(canvas, Theme.Fit(options.Title ?? statistics.Source, 24, width - 2 * Edge - 160, bold: true), Edge, Edge + 18, 24, Theme.Ink, bold: true);
            Theme.Text(canvas, Facts(statistics), Edge, Edge + 44, 14, Theme.Soft);
            if (against is not null) Theme.Text(canvas, Theme.Fit($"against {against.Source}: {Facts(against)}", 14, width - 2 * Edge), Edge, Edge + 66, 14, Theme.Soft);
            var area = SKRect.Create(Edge, Edge + 84, width - 2 * Edge, height - 2 * Edge - 84);
            var room = Theme.Panel(canvas, area, "Statistics", against is null ? "" : FormattableString.Invariant($"in the last column this over the other: bright within a factor of {Alike}"));
            float names = room.Left, labels = room.Left + 390, values = room.Left + 640, others = values + 340, ratios = others + 300;
            for (var i = 0; i < rows.Count; i++)
            {
                var (s, y) = (rows[i], room.Top + 18 + i * Line);
                using (var line = Theme.Stroke(Theme.Line, 1)) canvas.DrawLine(room.Left, y + 8, room.Right, y + 8, line);
                Theme.Text(canvas, Theme.Fit(s.Unit.Length > 0 ? $"{s.Title} ({s.Unit})" : s.Title, 14, labels - names - 10), names, y, 14, Theme.Ink);
                Theme.Text(canvas, string.Join("  ", s.Labels), labels, y, 12, Theme.Soft);
                if (s.Missing is not null) Theme.Text(canvas, Theme.Fit(s.Missing, 13, against is null ? room.Right - values : others - values - 10), values, y, 13, Theme.Faint);
                else Theme.Text(canvas, string.Join("  ", s.Values.Select(Number)), values, y, 14, Theme.Ink, bold: true);
                if (against?.Find(s.Key) is not { Missing: null } other) continue;
                Theme.Text(canvas, string.Join("  ", s.Labels.Select(l => Number(StatisticsJson.Of(other, l)))), others, y, 14, Theme.Soft);
                if (s.Missing is not null) continue;
                var x = ratios;
                for (var k = 0; k < s.Labels.Count; k++)
                {
                    var ratio = s.Values[k] / StatisticsJson.Of(other, s.Labels[k]);
                    var isAlike = ratio is >= 1 / Alike and <= Alike;
                    x += Theme.Text(canvas, Number(ratio), x, y, 13, isAlike ? Theme.Detectable : Theme.Vessel, bold: isAlike) + 10;
                }
            }
        });
    }

    private static string Facts(MovieStatistics s) => string.Join("   ·   ", $"{s.Size.Height} × {s.Size.Width} px of {Number(s.PixelSizeUm)} µm",
        $"{s.Frames} frames at {s.Fps.ToString("0.###", CultureInfo.InvariantCulture)} fps",
        s.Registration switch { "true" => "registered with the true shifts", "none" => "nothing moves", _ => "registered with estimated shifts" },
        s.HasTruth ? "cells known" : "a movie alone: no ground truth");

    /// <summary>A number as the table writes it.</summary>
    internal static string Number(double value) => double.IsNaN(value) ? "–" : value < 0 ? "−" + Number(-value) : value switch
    {
        < 0.0995 => value.ToString("0.000", CultureInfo.InvariantCulture),
        < 9.95 => value.ToString("0.00", CultureInfo.InvariantCulture),
        < 99.5 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("0", CultureInfo.InvariantCulture),
    };
}
