using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim.Formats.Video;

/// <summary>The truth as a picture for every frame: the light of the detectable cells alone, moved as the camera sees them.</summary>
/// <remarks>A pixel is <c>255·√(Σ_i F_i·(C_i(t) − min C_i)·B_i(t)/m)</c>, cut at 255: footprints as the camera sees them, traces above their
/// least value, bleaching, and m the 99th percentile over the cells of their brightest pixel at their highest. The root lets dim
/// cells be seen. Motion is rounded to whole pixels. The cells that cannot be detected are left out: what is dark here is nothing to find.</remarks>
internal sealed class TruthPanel
{
    private readonly Footprint[] _footprints;
    private readonly int[] _cells;
    private readonly double[] _traces, _least;
    private readonly double[]? _bleaching;
    private readonly (int Dy, int Dx)[]? _moves;
    private readonly int _frames, _top, _left;
    private readonly double _full;

    private TruthPanel(GroundTruth truth, int height, int width, int frames)
    {
        var detectable = truth.Detectable.ToArray();
        (Height, Width, _frames) = (height, width, frames);
        // A movie that stopped before it was cropped shows the whole canvas.
        (_top, _left) = ((height - truth.Grid.FovHeight) / 2, (width - truth.Grid.FovWidth) / 2);
        _cells = [.. Enumerable.Range(0, truth.NUnits).Where(i => detectable[i])];
        _traces = truth.C!.ToDoubles();
        _bleaching = truth.Find("bleaching")?.ToDoubles();
        _footprints = new Footprint[_cells.Length];
        _least = new double[_cells.Length];
        var peaks = new double[_cells.Length];
        Parallel.For(0, _cells.Length, k =>
        {
            _footprints[k] = truth.Observed(_cells[k]);
            var trace = _traces.AsSpan(_cells[k] * frames, frames);
            double low = double.PositiveInfinity, high = double.NegativeInfinity;
            foreach (var v in trace) (low, high) = (Math.Min(low, v), Math.Max(high, v));
            _least[k] = low;
            foreach (var f in _footprints[k].Values) peaks[k] = Math.Max(peaks[k], f * (high - low));
        });
        Array.Sort(peaks);
        _full = peaks.Length == 0 ? 1 : peaks[Math.Max(0, (int)Math.Ceiling(0.99 * peaks.Length) - 1)];
        if (!(_full > 0)) _full = 1;
        if (truth.Shifts is { } shifts)
        {
            var values = shifts.ToDoubles();
            _moves = [.. Enumerable.Range(0, frames).Select(t => ((int)Math.Round(values[2 * t]), (int)Math.Round(values[2 * t + 1])))];
        }
        _top -= truth.Grid.Margin;
        _left -= truth.Grid.Margin;
    }

    public int Height { get; }
    public int Width { get; }

    /// <summary>The panel of a recording; null where there are no traces to show.</summary>
    public static TruthPanel? Of(GroundTruth truth, int height, int width, int frames) =>
        truth.C is { } traces && traces.Shape[1] == frames && truth.NUnits > 0 ? new TruthPanel(truth, height, width, frames) : null;

    /// <summary>Draws a frame.</summary>
    /// <param name="frame">Its number.</param>
    /// <param name="light">Room for height × width.</param>
    /// <param name="to">Gets a byte for each pixel.</param>
    public void Draw(int frame, Span<float> light, Span<byte> to)
    {
        light.Clear();
        var (dy, dx) = _moves?[frame] ?? (0, 0);
        for (var k = 0; k < _cells.Length; k++)
        {
            var at = _cells[k] * _frames + frame;
            var value = (float)((_traces[at] - _least[k]) * (_bleaching?[at] ?? 1) / _full);
            if (value <= 0) continue;
            var f = _footprints[k];
            int row = f.Row + _top + dy, col = f.Col + _left + dx;
            int first = Math.Max(0, -col), end = Math.Min(f.Width, Width - col);
            if (end <= first) continue;
            for (var r = Math.Max(0, -row); r < f.Height && row + r < Height; r++)
            {
                var from = f.Values.AsSpan(r * f.Width + first, end - first);
                var line = light.Slice((row + r) * Width + col + first, from.Length);
                for (var c = 0; c < line.Length; c++) line[c] += value * from[c];
            }
        }
        for (var p = 0; p < to.Length; p++) to[p] = (byte)Math.Clamp(MathF.Round(255 * MathF.Sqrt(Math.Max(light[p], 0))), 0, 255);
    }
}
