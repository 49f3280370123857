using System.Globalization;
using System.Text;
using Minisim.Formats.Pictures;
using Minisim.Metrics;
using Minisim.Scenes;

namespace Minisim.Formats.Reports;

/// <summary>Drawings of the score page.</summary>
internal static class Svg
{
    public static string N(double v, string format = "0.##") => v.ToString(format, CultureInfo.InvariantCulture);

    public static string Escape(string text) => System.Net.WebUtility.HtmlEncode(text);

    /// <summary>The contour at half of a footprint's peak, as the data of an SVG path in pixels from the image's corner.</summary>
    public static string Outline(SparseFootprints footprints, int unit)
    {
        var pixels = footprints.Pixels(unit);
        if (pixels.Length == 0) return "";
        int w = footprints.Width, top = pixels[0] / w, bottom = pixels[^1] / w, left = w, right = 0;
        foreach (var p in pixels) (left, right) = (Math.Min(left, p % w), Math.Max(right, p % w));
        var values = new float[(bottom - top + 1) * (right - left + 1)];
        for (var i = 0; i < pixels.Length; i++)
            values[(pixels[i] / w - top) * (right - left + 1) + pixels[i] % w - left] = (float)footprints.Weights(unit)[i];
        var path = new StringBuilder();
        foreach (var contour in Pictures.Outline.Of(new Footprint(top, left, bottom - top + 1, right - left + 1, values), 0.5))
        {
            for (var k = 0; k < contour.Length; k++)
                path.Append(CultureInfo.InvariantCulture, $"{(k == 0 ? 'M' : 'L')}{contour[k].X + 0.5:0.#} {contour[k].Y + 0.5:0.#}");
            path.Append('Z');
        }
        return path.ToString();
    }

    /// <summary>Horizontal bars with their counts; the labels name the axis of categories, the numbers that of counts.</summary>
    public static string Bars(string label, IReadOnlyList<(string Label, int Count)> bars)
    {
        var most = Math.Max(bars.Select(b => b.Count).DefaultIfEmpty(0).Max(), 1);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg class=\"plot\" viewBox=\"0 0 360 {bars.Count * 20 + 4}\" role=\"img\" aria-label=\"{Escape(label)}\">");
        for (var i = 0; i < bars.Count; i++)
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"172\" y=\"{i * 20 + 15}\" text-anchor=\"end\">{Escape(bars[i].Label)}</text><rect class=\"v\" x=\"178\" y=\"{i * 20 + 4}\" width=\"{140.0 * bars[i].Count / most:0.#}\" height=\"14\" rx=\"2\"/><text class=\"ink\" x=\"{183 + 140.0 * bars[i].Count / most:0.#}\" y=\"{i * 20 + 15}\">{bars[i].Count}</text>");
        return svg.Append("</svg>").ToString();
    }

    /// <summary>A trace in columns of two bytes, its lowest and highest value there, 0 to 255 over its own range; base64.</summary>
    public static string Pack(ReadOnlySpan<double> values, int columns)
    {
        columns = Math.Min(columns, values.Length);
        var (low, high) = Plot.Span(values);
        var scale = high > low ? 255 / (high - low) : 0;
        var packed = new byte[2 * columns];
        for (var k = 0; k < columns; k++)
        {
            int from = (int)((long)values.Length * k / columns), to = Math.Max((int)((long)values.Length * (k + 1) / columns), from + 1);
            var (a, b) = Plot.Span(values[from..to]);
            if (a > b) continue;
            (packed[2 * k], packed[2 * k + 1]) = ((byte)Math.Round((a - low) * scale), (byte)Math.Round((b - low) * scale));
        }
        return Convert.ToBase64String(packed);
    }
}
