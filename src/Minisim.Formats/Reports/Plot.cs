using System.Globalization;
using System.Text;

namespace Minisim.Formats.Reports;

/// <summary>A plot of the score page: axes with names and ticks, and what lies on them, as SVG that needs no script.</summary>
internal sealed class Plot
{
    private const int Width = 360, Height = 200, Left = 44, Right = 12, Top = 10, Bottom = 40;

    private readonly StringBuilder _svg = new();
    private readonly double _x0, _x1, _y0, _y1;
    private readonly bool _logX;

    /// <param name="label">What the plot shows, for those who cannot see it.</param>
    /// <param name="x">Name of the axis and its ends; on a logarithmic one both are positive.</param>
    /// <param name="y">Name of the axis and its ends.</param>
    /// <param name="logX">Whether x is logarithmic.</param>
    public Plot(string label, (string Name, double From, double To) x, (string Name, double From, double To) y, bool logX = false)
    {
        _logX = logX;
        (_x0, _x1) = logX ? (Math.Log10(x.From), Math.Log10(x.To)) : (x.From, x.To);
        if (!(_x1 > _x0)) (_x0, _x1) = (_x0 - 0.5, _x0 + 0.5);
        (_y0, _y1) = y.To > y.From ? (y.From, y.To) : (y.From - 0.5, y.From + 0.5);
        Add($"<svg class=\"plot\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Svg.Escape(label)}\"><rect class=\"bg\" x=\"{Left}\" y=\"{Top}\" width=\"{Width - Left - Right}\" height=\"{Height - Top - Bottom}\"/>");
        foreach (var t in logX ? Decades(_x0, _x1) : Ticks(_x0, _x1, 6))
            Add($"<line class=\"grid-line\" x1=\"{Px(t):0.#}\" x2=\"{Px(t):0.#}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/><text x=\"{Px(t):0.#}\" y=\"{Height - Bottom + 14}\" text-anchor=\"middle\">{Label(logX ? Math.Pow(10, t) : t)}</text>");
        foreach (var t in Ticks(_y0, _y1, 5))
            Add($"<line class=\"grid-line\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Py(t):0.#}\" y2=\"{Py(t):0.#}\"/><text x=\"{Left - 5}\" y=\"{Py(t) + 3.5:0.#}\" text-anchor=\"end\">{Label(t)}</text>");
        Add($"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 7}\" text-anchor=\"middle\">{Svg.Escape(x.Name)}</text>");
        Add($"<text x=\"11\" y=\"{(Top + Height - Bottom) / 2}\" text-anchor=\"middle\" transform=\"rotate(-90 11 {(Top + Height - Bottom) / 2})\">{Svg.Escape(y.Name)}</text>");
    }

    private double Px(double x) => Left + Math.Clamp((x - _x0) / (_x1 - _x0), 0, 1) * (Width - Left - Right);
    private double Py(double y) => Height - Bottom - Math.Clamp((y - _y0) / (_y1 - _y0), 0, 1) * (Height - Top - Bottom);
    private double X(double x) => Px(_logX ? Math.Log10(Math.Max(x, 1e-12)) : x);

    /// <summary>A line through points; those that are not finite are left out.</summary>
    public Plot Line(IEnumerable<(double X, double Y)> points, string style)
    {
        _svg.Append("<polyline class=\"").Append(style).Append("\" points=\"");
        foreach (var (x, y) in points)
            if (double.IsFinite(x) && double.IsFinite(y))
                Add($"{X(x):0.#},{Py(y):0.#} ");
        _svg.Append("\"/>");
        return this;
    }

    /// <summary>A line through one value a frame; where several fall on one place their whole span is drawn.</summary>
    public Plot Series(ReadOnlySpan<double> values, double perFrame, string style)
    {
        _svg.Append("<polyline class=\"").Append(style).Append("\" points=\"");
        var columns = Math.Min(Width - Left - Right, values.Length);
        for (var k = 0; k < columns; k++)
        {
            int from = (int)((long)values.Length * k / columns), to = Math.Max((int)((long)values.Length * (k + 1) / columns), from + 1);
            var (low, high) = Span(values[from..to]);
            if (low > high) continue;
            Add($"{X(from * perFrame):0.#},{Py(low):0.#} ");
            if (high > low) Add($"{X(from * perFrame):0.#},{Py(high):0.#} ");
        }
        _svg.Append("\"/>");
        return this;
    }

    /// <summary>The area under a line.</summary>
    public Plot Area(IReadOnlyList<(double X, double Y)> points, string style)
    {
        if (points.Count == 0) return this;
        Add($"<polygon class=\"{style}\" points=\"{X(points[0].X):0.#},{Py(_y0):0.#} ");
        foreach (var (x, y) in points) Add($"{X(x):0.#},{Py(y):0.#} ");
        Add($"{X(points[^1].X):0.#},{Py(_y0):0.#}\"/>");
        return this;
    }

    public Plot Dot(double x, double y, string style, string title)
    {
        if (double.IsFinite(x) && double.IsFinite(y)) Add($"<circle class=\"{style}\" cx=\"{X(x):0.#}\" cy=\"{Py(y):0.#}\" r=\"3.2\"><title>{Svg.Escape(title)}</title></circle>");
        return this;
    }

    /// <summary>A vertical bar between two values.</summary>
    public Plot Bar(double x, double low, double high, string style)
    {
        Add($"<line class=\"{style}\" x1=\"{X(x):0.#}\" x2=\"{X(x):0.#}\" y1=\"{Py(low):0.#}\" y2=\"{Py(high):0.#}\"/>");
        return this;
    }

    /// <summary>A vertical mark with a word.</summary>
    public Plot Mark(double x, string word)
    {
        if (!double.IsFinite(x)) return this;
        var right = X(x) > Width - 110;
        Add($"<line class=\"mark\" x1=\"{X(x):0.#}\" x2=\"{X(x):0.#}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/><text class=\"ink\" x=\"{X(x) + (right ? -4 : 4):0.#}\" y=\"{Height - Bottom - 6}\" text-anchor=\"{(right ? "end" : "start")}\">{Svg.Escape(word)}</text>");
        return this;
    }

    public override string ToString() => _svg + "</svg>";

    /// <summary>Smallest and largest finite value; (∞, −∞) without.</summary>
    public static (double Low, double High) Span(ReadOnlySpan<double> values)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (var v in values)
            if (double.IsFinite(v))
                (low, high) = (Math.Min(low, v), Math.Max(high, v));
        return (low, high);
    }

    private static IEnumerable<double> Ticks(double from, double to, int about)
    {
        var raw = (to - from) / about;
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        var step = power * (raw / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 };
        for (var k = Math.Ceiling(from / step - 1e-9); k * step <= to + 1e-9 * step; k++) yield return k * step;
    }

    // 1, 2 and 5 of every decade, as few as there is room for.
    private static IEnumerable<double> Decades(double from, double to)
    {
        int[] digits = to - from > 3 ? [1] : [1, 2, 5];
        for (var d = Math.Floor(from); d <= to; d++)
            foreach (var digit in digits)
                if (d + Math.Log10(digit) is var at && at >= from - 1e-9 && at <= to + 1e-9)
                    yield return at;
    }

    private static string Label(double v) => (Math.Abs(v) < 1e-12 ? 0 : v).ToString(Math.Abs(v) is >= 1e5 or (< 1e-3 and > 0) ? "0.#e0" : "0.####", CultureInfo.InvariantCulture);

    private void Add(FormattableString text) => _svg.Append(FormattableString.Invariant(text));
}
