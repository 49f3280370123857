using Minisim.Truth;
using SkiaSharp;

namespace Minisim.Formats.Pictures;

/// <summary>Power spectra: of the whole field's light, of cells, neuropil, motion and blood.</summary>
internal static class SpectraPanel
{
    private const int Piece = 512, MostFrames = 4096;
    // Apart from one another in either theme.
    private static readonly int[] Colors = [0, 4, 6, 9, 2];

    public static void Draw(SKCanvas canvas, SKRect area, PictureModel model)
    {
        var (truth, fps) = (model.Truth, model.Fps);
        var room = Theme.Panel(canvas, area, "Power spectra", "of each signal over its variance, so that the areas are equal; mean over pieces of 512 frames");
        var signals = Signals(model).Where(s => s.Values.Length >= 32).ToArray();
        if (signals.Length == 0)
        {
            Theme.Absent(canvas, room, "a recording of fewer than 32 frames has no spectrum");
            return;
        }
        var spectra = signals.Select(s => (s.Name, Power: Spectrum(s.Values, fps))).Where(s => s.Power.Length > 1).ToArray();
        var plot = new SKRect(room.Left + 60, room.Top, room.Right - 200, room.Bottom - 34);
        var most = Math.Max(1e-9, spectra.Max(s => s.Power.Max()));
        var chart = new Chart(canvas, plot, 0, fps / 2, most * 1e-6, most * 2, logY: true);
        chart.Axes("frequency (Hz)", "power (1/Hz)", 10, 6);
        for (var i = 0; i < spectra.Length; i++)
        {
            var power = Array.ConvertAll(spectra[i].Power, p => Math.Max(p, most * 1e-7));
            chart.Series(power, k => (k + 1) * fps / 2 / power.Length, Theme.CellColor(Colors[i]), 1.6f);
            Theme.Text(canvas, spectra[i].Name, plot.Right + 12, plot.Top + 18 + 22 * i, 13, Theme.CellColor(Colors[i]), bold: true);
        }
    }

    private static IEnumerable<(string Name, double[] Values)> Signals(PictureModel model)
    {
        var truth = model.Truth;
        var frames = Math.Min(model.Movie.Frames, MostFrames);
        var light = new double[frames];
        var pixels = new float[model.Movie.Height * model.Movie.Width];
        for (var t = 0; t < frames; t++)
        {
            model.Movie.ReadFrame(t, pixels);
            double sum = 0;
            foreach (var v in pixels) sum += v;
            light[t] = sum / pixels.Length;
        }
        yield return ("mean of the field", light);
        if (truth.C is { } c && c.Shape[0] > 0) yield return ("mean of the cells", Mean(c, 0));
        if (truth.Find("neuropil_temporal") is { } neuropil) yield return ("neuropil", Mean(neuropil, 0));
        if (truth.Shifts is { } shifts) yield return ("motion, y", [.. Enumerable.Range(0, shifts.Shape[0]).Select(t => shifts.ToDoubles()[2 * t])]);
        if (truth.Find("hemodynamics_signals") is { } blood) yield return ("arteries", blood.ToDoubles()[..blood.Shape[1]]);
    }

    private static double[] Mean(TruthArray rows, int axis)
    {
        var (values, n, frames) = (rows.ToDoubles(), rows.Shape[axis], rows.Shape[1]);
        var mean = new double[frames];
        for (var i = 0; i < n; i++)
            for (var t = 0; t < frames; t++) mean[t] += values[i * frames + t] / n;
        return mean;
    }

    // Pieces under a Hann window, half overlapping; line k of the result is at (k + 1)/length of the whole range.
    private static double[] Spectrum(double[] values, double fps)
    {
        var length = Math.Min(Piece, values.Length);
        var mean = values.Average();
        var variance = values.Average(v => (v - mean) * (v - mean));
        var power = new double[length / 2];
        if (!(variance > 0)) return [];
        var window = Enumerable.Range(0, length).Select(t => 0.5 - 0.5 * Math.Cos(2 * Math.PI * (t + 0.5) / length)).ToArray();
        var scale = window.Sum(w => w * w);
        var pieces = 0;
        for (var start = 0; start + length <= values.Length; start += Math.Max(1, length / 2), pieces++)
        {
            var local = values.AsSpan(start, length).ToArray().Average();
            for (var k = 1; k <= power.Length; k++)
            {
                double re = 0, im = 0, c = 1, s = 0, dc = Math.Cos(2 * Math.PI * k / length), ds = Math.Sin(2 * Math.PI * k / length);
                for (var t = 0; t < length; t++)
                {
                    var v = (values[start + t] - local) * window[t];
                    re += v * c;
                    im += v * s;
                    (c, s) = (c * dc - s * ds, s * dc + c * ds);
                }
                power[k - 1] += 2 * (re * re + im * im) / (scale * fps * variance);
            }
        }
        for (var k = 0; k < power.Length; k++) power[k] /= pieces;
        return power;
    }
}
