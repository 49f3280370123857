using SkiaSharp;

namespace Minisim.Formats.Pictures;

/// <summary>A rectangle with axes: data in, places on the picture out.</summary>
internal sealed class Chart(SKCanvas canvas, SKRect plot, double x0, double x1, double y0, double y1, bool logY = false)
{
    private readonly double _y0 = logY ? Math.Log10(y0) : y0, _y1 = logY ? Math.Log10(y1) : y1;

    public SKRect Plot => plot;

    public float X(double x) => (float)(plot.Left + (x - x0) / (x1 - x0) * plot.Width);

    /// <summary>The upper end of the axis is at the top; give y0 &gt; y1 to turn it.</summary>
    public float Y(double y) => (float)(plot.Bottom - ((logY ? Math.Log10(y) : y) - _y0) / (_y1 - _y0) * plot.Height);

    /// <summary>Background, grid, tick labels and names of the axes; an empty name leaves an axis bare.</summary>
    public void Axes(string xName, string yName, int xTicks = 6, int yTicks = 4)
    {
        using (var fill = Theme.Fill(Theme.Plot)) canvas.DrawRect(plot, fill);
        using var line = Theme.Stroke(Theme.Line, 1);
        if (xName.Length > 0)
        {
            foreach (var tick in Ticks(x0, x1, xTicks))
            {
                canvas.DrawLine(X(tick), plot.Top, X(tick), plot.Bottom, line);
                Theme.Text(canvas, Theme.Number(tick), X(tick), plot.Bottom + 15, 11, Theme.Soft, SKTextAlign.Center);
            }
            Theme.Text(canvas, xName, plot.MidX, plot.Bottom + 30, 12, Theme.Soft, SKTextAlign.Center);
        }
        if (yName.Length == 0) return;
        var ticks = logY ? Decades() : Ticks(Math.Min(y0, y1), Math.Max(y0, y1), yTicks).Select(t => (t, Theme.Number(t)));
        foreach (var (tick, label) in ticks)
        {
            canvas.DrawLine(plot.Left, Y(tick), plot.Right, Y(tick), line);
            Theme.Text(canvas, label, plot.Left - 6, Y(tick) + 4, 11, Theme.Soft, SKTextAlign.Right);
        }
        canvas.Save();
        canvas.RotateDegrees(-90, plot.Left - 38, plot.MidY);
        Theme.Text(canvas, yName, plot.Left - 38, plot.MidY + 4, 12, Theme.Soft, SKTextAlign.Center);
        canvas.Restore();
    }

    /// <summary>A line through evenly spaced values; where several fall on one pixel, their whole span is drawn.</summary>
    public void Series(ReadOnlySpan<double> values, Func<int, double> xOf, SKColor color, float width = 1.2f)
    {
        using var path = new SKPath();
        AddTo(path, values, xOf, Y);
        using var stroke = Theme.Stroke(color, width);
        canvas.Save();
        canvas.ClipRect(plot);
        canvas.DrawPath(path, stroke);
        canvas.Restore();
    }

    /// <summary>As <see cref="Series"/>, into a path with own heights.</summary>
    public void AddTo(SKPath path, ReadOnlySpan<double> values, Func<int, double> xOf, Func<double, float> yOf)
    {
        var perPixel = Math.Max(1, (int)(values.Length / (2 * Math.Max(plot.Width, 1))));
        for (var i = 0; i < values.Length; i += perPixel)
        {
            var group = values.Slice(i, Math.Min(perPixel, values.Length - i));
            double low = group[0], high = group[0];
            foreach (var value in group)
            {
                low = Math.Min(low, value);
                high = Math.Max(high, value);
            }
            var x = X(xOf(i));
            if (i == 0) path.MoveTo(x, yOf(group[0]));
            else path.LineTo(x, yOf(group.Length == 1 ? group[0] : low));
            if (group.Length > 1) path.LineTo(x, yOf(high));
        }
        // One frame is a point; a short dash makes it visible.
        if (values.Length == 1) path.LineTo(X(xOf(0)) + 3, yOf(values[0]));
    }

    /// <summary>Round numbers in an interval, about <paramref name="about"/> of them.</summary>
    public static IReadOnlyList<double> Ticks(double low, double high, int about)
    {
        if (!(high > low) || !double.IsFinite(high - low)) return [];
        var step = NiceStep((high - low) / Math.Max(about, 1));
        var ticks = new List<double>();
        for (var k = Math.Ceiling(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) ticks.Add(k == 0 ? 0 : Math.Round(k * step, 10));
        return ticks;
    }

    /// <summary>The 1, 2 or 5 times a power of ten nearest above.</summary>
    public static double NiceStep(double atLeast)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(atLeast)));
        foreach (var m in (ReadOnlySpan<double>)[1, 2, 5])
            if (m * power >= atLeast * (1 - 1e-9))
                return m * power;
        return 10 * power;
    }

    private IEnumerable<(double, string)> Decades()
    {
        const string digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
        int first = (int)Math.Ceiling(_y0 - 1e-9), last = (int)Math.Floor(_y1 + 1e-9);
        var every = Math.Max(1, (last - first + 3) / 4);
        for (var k = first; k <= last; k++)
            if ((k - last) % every == 0)
                yield return (Math.Pow(10, k), "10" + (k < 0 ? "⁻" : "") + string.Concat(Math.Abs(k).ToString(System.Globalization.CultureInfo.InvariantCulture).Select(c => digits[c - '0'])));
    }
}
