using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>How much of the light's variance in time, summed over the field of view, is background.</summary>
/// <remarks>
/// With n the neuropil at amplitude 1, b the background cells and c the others, <c>φ = Σ Var(a·n + b) / Σ Var(a·n + b + c)</c>; solved for the
/// amplitude a, which is the root of <c>a²·(1 − φ)·V_n + 2a·((1 − φ)·X_nb − φ·X_nc) + (1 − φ)·V_b − φ·(V_c + 2·X_bc) = 0</c>. Without the covariances
/// X that is <c>a² = φ/(1 − φ)·V_c/V_n</c>; they matter because neuropil follows the cells.
/// </remarks>
internal sealed class BackgroundShare
{
    // Pixels that are measured, and the work: multiply–adds.
    private const int MostPixels = 16384, LeastPixels = 256;
    private const double MostWork = 2e9, MostMapWork = 8e9;

    private readonly IFootprints[] _groups;
    private readonly ITraces[] _emission;
    private readonly bool[][] _isBackground;
    private readonly float[] _spatial;
    private readonly double[][] _envelopes;
    private readonly Grid _grid;
    private readonly int _frames;

    private BackgroundShare(IFootprints[] groups, ITraces[] emission, bool[][] isBackground, float[] spatial, double[][] envelopes, Grid grid, int frames) =>
        (_groups, _emission, _isBackground, _spatial, _envelopes, _grid, _frames) = (groups, emission, isBackground, spatial, envelopes, grid, frames);

    public static BackgroundShare Of(PlacedCells placed, FocusedCells? focused, Activity activity, Unbleached? unbleached, float[] spatial, double[][] envelopes, Grid grid, int frames)
    {
        var shapes = focused?.Shapes ?? new CellShapes(placed.Cells, null, grid);
        var blurs = Composite.BlursOf(placed, focused?.Optics, grid);
        var light = unbleached?.Light ?? activity.C;
        // Cells that are background only have their light in the second group.
        return new([shapes, blurs], [light, new TracesOf(light, placed.Background)], [new bool[placed.Cells.Length], [.. placed.Background.Select(_ => true)]], spatial, envelopes, grid, frames);
    }

    /// <summary>The amplitude at which background has its share.</summary>
    /// <exception cref="SpecException">No amplitude gives it.</exception>
    public double AmplitudeFor(double fraction, ParallelOptions parallelism)
    {
        var covered = 0.0;
        for (var g = 0; g < _groups.Length; g++)
            for (var i = 0; i < _groups[g].Count; i++)
                if (_groups[g].Bounds(i) is { IsEmpty: false } b) covered += (double)b.Height * b.Width;
        var pixels = (double)_grid.FovHeight * _grid.FovWidth;
        var perPixel = covered / ((double)_grid.Height * _grid.Width) + _envelopes.Length + 8;
        var most = Math.Clamp(MostWork / (perPixel * _frames), LeastPixels, MostPixels);
        var step = Math.Max(1, (int)Math.Ceiling(Math.Sqrt(pixels / most)));
        double vn = 0, vb = 0, vc = 0, nb = 0, nc = 0, bc = 0;
        foreach (var m in Measure(step, 1, parallelism))
        {
            vn += m.N;
            vb += m.B;
            vc += m.C;
            nb += m.NB;
            nc += m.NC;
            bc += m.BC;
        }
        double rest = 1 - fraction, a = rest * vn, half = rest * nb - fraction * nc, c = rest * vb - fraction * (vc + 2 * bc);
        const string path = "neuropil.background_variance_fraction";
        if (!(vc > 0) || !(vn > 0))
            throw new SpecException([new Problem(path, FormattableString.Invariant($"{fraction}"), vc > 0 ? "the neuropil does not change, so that no amplitude gives it a share of the variance." : "no cell in view changes its light, so that there is nothing to be a share of.", "Set amplitude instead.")]);
        if (c >= 0)
            throw new SpecException([new Problem(path, FormattableString.Invariant($"{fraction}"), FormattableString.Invariant($"the background cells alone make {vb / (vb + vc + 2 * bc):0.###} of the variance."), "Raise it, or lower density_per_mm3 of the populations with the role background.")]);
        return (-half + Math.Sqrt(half * half - a * c)) / a;
    }

    /// <summary>The share in every pixel of the field of view (row, column). Of long recordings of dense scenes a part of the frames is measured.</summary>
    public float[] Map(double amplitude)
    {
        var covered = 0.0;
        for (var g = 0; g < _groups.Length; g++)
            for (var i = 0; i < _groups[g].Count; i++)
                if (_groups[g].Bounds(i) is { IsEmpty: false } b) covered += (double)b.Height * b.Width;
        var work = (covered + (double)_grid.FovHeight * _grid.FovWidth * (_envelopes.Length + 8)) * _frames;
        var every = Math.Max(1, (int)Math.Ceiling(work / MostMapWork));
        var map = new float[_grid.FovHeight * _grid.FovWidth];
        var moments = Measure(1, every, new ParallelOptions());
        for (var p = 0; p < map.Length; p++)
        {
            var m = moments[p];
            double background = amplitude * amplitude * m.N + m.B + 2 * amplitude * m.NB, total = background + m.C + 2 * (amplitude * m.NC + m.BC);
            map[p] = total > 0 ? (float)(background / total) : 0;
        }
        return map;
    }

    // Variances and covariances over time of a pixel's neuropil at amplitude 1, background cells and cells.
    private readonly record struct Moments(double N, double B, double C, double NB, double NC, double BC);

    // One pixel of every square of step × step, in the order of rows; the places within the squares walk, so that no lattice of the scene is met alone.
    private Moments[] Measure(int step, int everyFrame, ParallelOptions parallelism)
    {
        int rows = (_grid.FovHeight + step - 1) / step, cols = (_grid.FovWidth + step - 1) / step;
        var row = new int[rows * cols];
        var col = new int[rows * cols];
        var of = new List<(int Group, int Source, float Weight)>[rows * cols];
        for (var s = 0; s < of.Length; s++)
        {
            var walk = (uint)s * 2654435761u;
            (row[s], col[s]) = (Math.Min(s / cols * step + (int)((walk >> 16) % (uint)step), _grid.FovHeight - 1), Math.Min(s % cols * step + (int)((walk >> 8) % (uint)step), _grid.FovWidth - 1));
            of[s] = [];
        }
        for (var g = 0; g < _groups.Length; g++)
        {
            var group = _groups[g];
            var met = new List<(int Pixel, float Weight)>[group.Count];
            Parallel.For(0, group.Count, parallelism, i => met[i] = Met(group, i));
            for (var i = 0; i < met.Length; i++)
                foreach (var (pixel, weight) in met[i]) of[pixel].Add((g, i, weight));
        }
        List<(int Pixel, float Weight)> Met(IFootprints group, int i)
        {
            var found = new List<(int, float)>();
            var bounds = group.Bounds(i);
            int top = bounds.Row - _grid.Margin, left = bounds.Col - _grid.Margin;
            if (bounds.IsEmpty || top >= _grid.FovHeight || left >= _grid.FovWidth || top + bounds.Height <= 0 || left + bounds.Width <= 0) return found;
            var patch = new float[bounds.Height * bounds.Width];
            group.Fill(i, patch);
            for (var r = Math.Max(0, top) / step; r < rows && r * step < top + bounds.Height; r++)
                for (var c = Math.Max(0, left) / step; c < cols && c * step < left + bounds.Width; c++)
                {
                    var s = r * cols + c;
                    int y = row[s] - top, x = col[s] - left;
                    if (y >= 0 && y < bounds.Height && x >= 0 && x < bounds.Width && patch[y * bounds.Width + x] is not 0 and var weight) found.Add((s, weight));
                }
            return found;
        }
        // Traces that are made anew are made for a block of frames, for all pixels: once for the means, once for what is about them.
        var frames = (_frames + everyFrame - 1) / everyFrame;
        var block = _emission[0].IsKept ? frames : Math.Min(frames, Math.Max(1, _emission[0].Stride / everyFrame));
        var isLit = Array.ConvertAll(_groups, g => new bool[g.Count]);
        foreach (var met in of)
            foreach (var (g, i, _) in met) isLit[g][i] = true;
        var fov = _grid.FovHeight * _grid.FovWidth;
        var sums = new (double N, double B, double C)[of.Length];
        var result = new Moments[of.Length];
        var passes = block == frames ? 1 : 2;
        for (var pass = 0; pass < passes; pass++)
            for (var first = 0; first < frames; first += block)
            {
                var count = Math.Min(block, frames - first);
                var (start, isLast, mayCentre) = (first, first + count == frames, pass == passes - 1);
                var emission = new double[_emission.Length][][];
                for (var g = 0; g < emission.Length; g++)
                {
                    var (light, lit, made) = (_emission[g], isLit[g], emission[g] = new double[_groups[g].Count][]);
                    Parallel.For(0, made.Length, parallelism, i => made[i] = lit[i] ? Thinned(light, i, start, count, everyFrame) : []);
                }
                var envelopes = Array.ConvertAll(_envelopes, e => Thinned(e, start, count, everyFrame));
                Parallel.For(0, of.Length, parallelism, () => (N: new double[count], B: new double[count], C: new double[count]), (s, _, light) =>
                {
                    var (n, b, c) = light;
                    Array.Clear(n);
                    Array.Clear(b);
                    Array.Clear(c);
                    for (var k = 0; k < envelopes.Length; k++) AddTo(_spatial[k * fov + row[s] * _grid.FovWidth + col[s]] / envelopes.Length, envelopes[k], n);
                    foreach (var (g, i, weight) in of[s]) AddTo(weight, emission[g][i], _isBackground[g][i] ? b : c);
                    ref var sum = ref sums[s];
                    if (pass == 0) sum = (Sum(sum.N, n), Sum(sum.B, b), Sum(sum.C, c));
                    if (!mayCentre) return light;
                    Centre(n, sum.N / frames);
                    Centre(b, sum.B / frames);
                    Centre(c, sum.C / frames);
                    ref var m = ref result[s];
                    m = new(Product(m.N, n, n), Product(m.B, b, b), Product(m.C, c, c), Product(m.NB, n, b), Product(m.NC, n, c), Product(m.BC, b, c));
                    if (isLast) m = new(m.N / frames, m.B / frames, m.C / frames, m.NB / frames, m.NC / frames, m.BC / frames);
                    return light;
                }, _ => { });
            }
        return result;
    }

    // Every so many frames of a trace, from one of those on.
    private static double[] Thinned(ITraces light, int source, int first, int count, int every)
    {
        var values = new double[count];
        if (every == 1)
        {
            light.Fill(source, first, values);
            return values;
        }
        var all = ArrayPool<double>.Shared.Rent((count - 1) * every + 1);
        light.Fill(source, first * every, all.AsSpan(0, (count - 1) * every + 1));
        for (var t = 0; t < count; t++) values[t] = all[t * every];
        ArrayPool<double>.Shared.Return(all);
        return values;
    }

    private static double[] Thinned(double[] values, int first, int count, int every)
    {
        if (every == 1 && count == values.Length) return values;
        var thin = new double[count];
        for (var t = 0; t < count; t++) thin[t] = values[(first + t) * every];
        return thin;
    }

    // Lane by lane a product and a sum: the same bits for every vector width.
    private static void AddTo(double weight, double[] light, double[] sum)
    {
        var w = new Vector<double>(weight);
        var from = MemoryMarshal.Cast<double, Vector<double>>(light.AsSpan());
        var to = MemoryMarshal.Cast<double, Vector<double>>(sum.AsSpan());
        for (var v = 0; v < to.Length; v++) to[v] += w * from[v];
        for (var t = to.Length * Vector<double>.Count; t < sum.Length; t++) sum[t] += weight * light[t];
    }

    private static double Sum(double sum, double[] values)
    {
        foreach (var v in values) sum += v;
        return sum;
    }

    private static void Centre(double[] values, double mean)
    {
        for (var t = 0; t < values.Length; t++) values[t] -= mean;
    }

    private static double Product(double sum, double[] a, double[] b)
    {
        for (var t = 0; t < a.Length; t++) sum += a[t] * b[t];
        return sum;
    }
}
