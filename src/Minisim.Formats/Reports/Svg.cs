using System.Globalization;
using System.Text;
using Minisim.Metrics;

namespace Minisim.Formats.Reports;

/// <summary>Drawings of the score page.</summary>
internal static class Svg
{
    public static string N(double v, string format = "0.##") => v.ToString(format, CultureInfo.InvariantCulture);

    public static string Escape(string text) => System.Net.WebUtility.HtmlEncode(text);

    /// <summary>The border of the pixels above half of a footprint's peak, as the data of an SVG path along pixel edges.</summary>
    public static string Outline(SparseFootprints footprints, int unit)
    {
        var mask = new HashSet<int>(RoiBaseline.Mask(footprints, unit, 0.5));
        int w = footprints.Width, h = footprints.Height;
        var path = new StringBuilder();
        foreach (var p in mask.Order())
        {
            int r = p / w, c = p % w;
            if (r == 0 || !mask.Contains(p - w)) path.Append(CultureInfo.InvariantCulture, $"M{c} {r}h1");
            if (r == h - 1 || !mask.Contains(p + w)) path.Append(CultureInfo.InvariantCulture, $"M{c} {r + 1}h1");
            if (c == 0 || !mask.Contains(p - 1)) path.Append(CultureInfo.InvariantCulture, $"M{c} {r}v1");
            if (c == w - 1 || !mask.Contains(p + 1)) path.Append(CultureInfo.InvariantCulture, $"M{c + 1} {r}v1");
        }
        return path.ToString();
    }

    /// <summary>Several lines over one axis of frames, all scaled together or each by its own range.</summary>
    public static string Lines(int width, int height, IReadOnlyList<(double[] Values, string Class)> lines, bool ownScale)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg class=\"plot\" viewBox=\"0 0 {width} {height}\" preserveAspectRatio=\"none\">");
        var finite = lines.SelectMany(l => l.Values).Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
        var (low, high) = (finite.Min(), finite.Max());
        foreach (var (values, style) in lines)
        {
            if (values.Length == 0) continue;
            if (ownScale)
            {
                var own = values.Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
                (low, high) = (own.Min(), own.Max());
            }
            var scale = high > low ? (height - 4) / (high - low) : 0;
            svg.Append(CultureInfo.InvariantCulture, $"<polyline class=\"{style}\" points=\"");
            // More points than two per pixel cannot be seen: keep the extremes of every column.
            var columns = Math.Min(width, values.Length);
            for (var k = 0; k < columns; k++)
            {
                int from = (int)((long)values.Length * k / columns), to = Math.Max((int)((long)values.Length * (k + 1) / columns), from + 1);
                double min = double.PositiveInfinity, max = double.NegativeInfinity;
                for (var t = from; t < to; t++)
                {
                    if (!double.IsFinite(values[t])) continue;
                    min = Math.Min(min, values[t]);
                    max = Math.Max(max, values[t]);
                }
                if (min > max) continue;
                var x = columns > 1 ? (double)k * width / (columns - 1) : 0;
                svg.Append(CultureInfo.InvariantCulture, $"{x:0.#},{height - 2 - (min - low) * scale:0.#} ");
                if (max > min) svg.Append(CultureInfo.InvariantCulture, $"{x:0.#},{height - 2 - (max - low) * scale:0.#} ");
            }
            svg.Append("\"/>");
        }
        return svg.Append("</svg>").ToString();
    }

    /// <summary>Recall with its interval, and trace r, against a property.</summary>
    public static string Curve(QualityCurve curve)
    {
        const int W = 260, H = 170, Left = 30, Bottom = 28, Top = 8;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg class=\"curve\" viewBox=\"0 0 {W} {H}\">");
        double Y(double v) => Top + (1 - Math.Clamp(v, 0, 1)) * (H - Top - Bottom);
        double X(int bin) => Left + (bin + 0.5) * (W - Left - 6) / Math.Max(curve.Bins.Count, 1);
        foreach (var v in (double[])[0, 0.5, 1])
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{W - 6}\" y1=\"{Y(v):0.#}\" y2=\"{Y(v):0.#}\"/><text x=\"{Left - 4}\" y=\"{Y(v) + 3:0.#}\" text-anchor=\"end\">{v}</text>");
        var (recall, trace) = (new StringBuilder(), new StringBuilder());
        for (var b = 0; b < curve.Bins.Count; b++)
        {
            var bin = curve.Bins[b];
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"bar\" x1=\"{X(b):0.#}\" x2=\"{X(b):0.#}\" y1=\"{Y(bin.RecallLow):0.#}\" y2=\"{Y(bin.RecallHigh):0.#}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"recall\" cx=\"{X(b):0.#}\" cy=\"{Y(bin.Recall):0.#}\" r=\"3\"><title>{N(bin.From)}–{N(bin.To)}: {bin.Found} of {bin.Cells}</title></circle>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(b):0.#}\" y=\"{H - 15}\" text-anchor=\"middle\">{N(bin.Median, "0.##")}</text>");
            recall.Append(CultureInfo.InvariantCulture, $"{X(b):0.#},{Y(bin.Recall):0.#} ");
            if (double.IsNaN(bin.TraceCorr)) continue;
            svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"trace\" cx=\"{X(b):0.#}\" cy=\"{Y(bin.TraceCorr):0.#}\" r=\"3\"><title>trace r {N(bin.TraceCorr, "0.000")}</title></circle>");
            trace.Append(CultureInfo.InvariantCulture, $"{X(b):0.#},{Y(bin.TraceCorr):0.#} ");
        }
        svg.Append($"<polyline class=\"recall\" points=\"{recall}\"/><polyline class=\"trace\" points=\"{trace}\"/>");
        var label = curve.Property.Replace('_', ' ') + (curve.Unit.Length > 0 ? $", {curve.Unit}" : "");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"label\" x=\"{(W + Left) / 2}\" y=\"{H - 3}\" text-anchor=\"middle\">{Escape(label)} (bin medians)</text>");
        return svg.Append("</svg>").ToString();
    }

    /// <summary>Horizontal bars with their counts.</summary>
    public static string Bars(IReadOnlyList<(string Label, int Count)> bars)
    {
        var most = Math.Max(bars.Select(b => b.Count).DefaultIfEmpty(0).Max(), 1);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg class=\"bars\" viewBox=\"0 0 460 {bars.Count * 20 + 4}\">");
        for (var i = 0; i < bars.Count; i++)
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"200\" y=\"{i * 20 + 15}\" text-anchor=\"end\">{Escape(bars[i].Label)}</text><rect x=\"206\" y=\"{i * 20 + 4}\" width=\"{220.0 * bars[i].Count / most:0.#}\" height=\"14\"/><text x=\"{212 + 220.0 * bars[i].Count / most:0.#}\" y=\"{i * 20 + 15}\">{bars[i].Count}</text>");
        return svg.Append("</svg>").ToString();
    }
}
