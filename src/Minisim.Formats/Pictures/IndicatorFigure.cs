using Minisim.Steps;
using SkiaSharp;

namespace Minisim.Formats.Pictures;

/// <summary>What indicators answer to 1, 3 and 10 spikes at 83 Hz.</summary>
public static class IndicatorFigure
{
    private const float Edge = 24, Gap = 14, Width = 1600;
    private const double RateHz = 83;
    private static readonly int[] Spikes = [1, 3, 10];

    /// <summary>Draws every indicator that is known by name, a panel each.</summary>
    /// <param name="preparation">Which measurements; indicators that have none are left out.</param>
    /// <param name="path">The file, PNG, SVG or PDF by its ending; replaced if it exists.</param>
    /// <param name="options">Scale and theme; null for the defaults.</param>
    /// <exception cref="ArgumentException">The file has another ending.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(IndicatorPreparation preparation, string path, PreviewOptions? options = null)
    {
        (string Name, IndicatorParameters Parameters)[] all =
        [
            .. IndicatorPresets.All.Select(p => (p.Text, Parameters: preparation == IndicatorPreparation.InVivo ? p.InVivo : p.Culture)).Where(p => p.Parameters is not null).Select(p => (p.Text, p.Parameters!)),
        ];
        const int columns = 4;
        const float height = 250;
        var rows = (all.Length + columns - 1) / columns;
        PictureFile.Save(path, Width, 2 * Edge + 46 + rows * (height + Gap) - Gap, options ?? new PreviewOptions(), canvas =>
        {
            Theme.Text(canvas, preparation == IndicatorPreparation.InVivo ? "Indicators in vivo" : "Indicators in culture", Edge, Edge + 22, 24, Theme.Ink, bold: true);
            Theme.Text(canvas, "ΔF/F of a cell, each on its own scale; in the titles: one spike, its time to peak, saturation", Width - Edge - 260, Edge + 20, 14, Theme.Soft, SKTextAlign.Right);
            Legend(canvas, Width - Edge, Edge + 20);
            var side = (Width - 2 * Edge - (columns - 1) * Gap) / columns;
            for (var i = 0; i < all.Length; i++)
                Responses(canvas, SKRect.Create(Edge + i % columns * (side + Gap), Edge + 46 + i / columns * (height + Gap), side, height), all[i].Name, all[i].Parameters, isWide: false);
        });
    }

    /// <summary>The responses of one indicator.</summary>
    internal static void Responses(SKCanvas canvas, SKRect area, string name, IndicatorParameters p, bool isWide)
    {
        var seconds = Seconds(p);
        const int samples = 600;
        var curves = Spikes.Select(n => Array.ConvertAll(p.Response(n, RateHz, seconds / (samples - 1), samples), v => 100 * v)).ToArray();
        var fine = p.Response(1, RateHz, 1e-4, (int)(20 * p.TimeToPeakS() / 1e-4) + 2);
        var room = Theme.Panel(canvas, area, name, isWide ? $"{Theme.Number(100 * p.Dff1Ap)} % after one spike, peak after {Theme.Number(1000 * p.TimeToPeakS())} ms, saturates at {Theme.Number(100 * p.Saturation())} %"
            : $"{Theme.Number(100 * p.Dff1Ap)} %, {Theme.Number(1000 * p.TimeToPeakS())} ms; ≤ {Theme.Number(100 * p.Saturation())} %");
        var plot = new SKRect(room.Left + 48, room.Top, room.Right, room.Bottom - 32);
        var top = 1.08 * Math.Max(curves.Max(c => c.Max()), 100 * fine.Max());
        var chart = new Chart(canvas, plot, 0, seconds, 0, top);
        chart.Axes("time (s)", "ΔF/F (%)", isWide ? 8 : 4, 4);
        for (var i = 0; i < curves.Length; i++) chart.Series(curves[i], k => k * seconds / (samples - 1), Color(i), 1.8f);
        if (isWide) Legend(canvas, plot.Right - 10, plot.Top + 20);
    }

    /// <summary>The indicator of a recording, and how its cells differ.</summary>
    internal static void OfRecording(SKCanvas canvas, SKRect area, PictureModel model)
    {
        if (model.Spec.Find<CellActivity>() is not { Indicator: { } indicator } activity || model.Truth.Find("indicator_params") is not { } table)
        {
            Theme.Absent(canvas, Theme.Panel(canvas, area, "Indicator"), "no indicator: the linear kernel of the reference");
            return;
        }
        var p = indicator.Resolve(activity.IndicatorPreparation);
        var half = (area.Width - Gap) / 2;
        Responses(canvas, SKRect.Create(area.Left, area.Top, half, area.Height), indicator.Name is { } name ? IndicatorPresets.Of(name).Text : "Indicator", p, isWide: true);
        var cells = Math.Min(model.Truth.NUnits, 60);
        var room = Theme.Panel(canvas, SKRect.Create(area.Left + half + Gap, area.Top, half, area.Height), "Cells", $"one spike in {cells} of {model.Truth.NUnits} cells in view, and in the mean cell");
        if (cells == 0)
        {
            Theme.Absent(canvas, room, "no cells");
            return;
        }
        var values = table.ToDoubles();
        var plot = new SKRect(room.Left + 48, room.Top, room.Right, room.Bottom - 32);
        const int samples = 400;
        var seconds = Seconds(p);
        var curves = Enumerable.Range(0, cells).Select(i => values.AsSpan(8 * (int)((long)i * model.Truth.NUnits / cells), 8).ToArray())
            .Select(v => Array.ConvertAll(new IndicatorParameters(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]).Response(1, RateHz, seconds / (samples - 1), samples), x => 100 * x)).ToArray();
        var chart = new Chart(canvas, plot, 0, seconds, 0, 1.08 * curves.Max(c => c.Max()));
        chart.Axes("time (s)", "ΔF/F (%)", 8, 4);
        foreach (var curve in curves) chart.Series(curve, k => k * seconds / (samples - 1), Theme.Vertical.WithAlpha(90), 1);
        chart.Series(Array.ConvertAll(p.Response(1, RateHz, seconds / (samples - 1), samples), x => 100 * x), k => k * seconds / (samples - 1), Theme.Ink, 2);
    }

    // From the right: 10, 3, 1 spike.
    private static void Legend(SKCanvas canvas, float right, float y)
    {
        right -= Theme.Text(canvas, "spikes at 83 Hz", right, y, 13, Theme.Soft, SKTextAlign.Right) + 8;
        for (var i = Spikes.Length - 1; i >= 0; i--) right -= Theme.Text(canvas, $"{Spikes[i]}", right, y, 14, Color(i), SKTextAlign.Right, bold: true) + 14;
    }

    private static double Seconds(IndicatorParameters p) => Chart.NiceStep(Math.Clamp(3.5 * Math.Max(p.TauDecayS, p.SlowFraction * p.TauSlowS) + 0.12, 0.5, 50));

    private static SKColor Color(int i) => i switch { 0 => Theme.Vertical, 1 => Theme.Focus, _ => Theme.Vessel };
}
