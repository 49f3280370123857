using System.Buffers;
using Minisim.Metrics;
using Minisim.Truth;

namespace Minisim.Studies;

/// <summary>A small detector of cells that knows nothing of the truth: an honest floor for real pipelines.</summary>
/// <remarks>
/// <para>Frames are band-passed with a difference of Gaussians, which removes the smooth background. A pixel's <i>local correlation</i> is the mean
/// Pearson r of its trace with its eight neighbours'; its <i>peak-to-noise</i> the largest deviation from the mean over the noise, which is the
/// standard deviation of successive differences over √2. Local maxima of their product that pass both thresholds are seeds. A cell is the connected region about its
/// seed whose band-passed traces correlate with the seed's by at least <see cref="GrowCorrelation"/>, weighted by their regression on it. Of two cells within a
/// diameter whose seeds correlate by more than <see cref="MergeCorrelation"/>, the stronger stays. The trace is the mean of the raw movie over the
/// region minus the mean over an annulus about it.</para>
/// <para>It corrects no motion, demixes no overlap and does not deconvolve. Memory grows with pixels and cells × frames, not with pixels × frames. Sums run in the order of
/// frames whatever the number of threads, so that equal movies give equal cells.</para>
/// </remarks>
public sealed record LocalCorrelation
{
    /// <summary>Typical diameter of a cell, µm.</summary>
    public double DiameterUm { get; init; } = 12;
    /// <summary>Least local correlation of a seed.</summary>
    public double MinCorrelation { get; init; } = 0.5;
    /// <summary>Least peak-to-noise ratio of a seed.</summary>
    public double MinPeakToNoise { get; init; } = 5;
    /// <summary>Least correlation with the seed by which a region grows.</summary>
    public double GrowCorrelation { get; init; } = 0.5;
    /// <summary>Correlation of two near seeds above which they are one cell.</summary>
    public double MergeCorrelation { get; init; } = 0.9;

    private const int Block = 32;
    /// <summary>Least area of a region, in that of a disc of the typical diameter.</summary>
    private const double MinArea = 0.2;

    /// <summary>Finds cells in a movie.</summary>
    /// <param name="movie">The movie (frame, height, width).</param>
    /// <param name="pixelSizeUm">Size of a pixel in the tissue, µm.</param>
    public Estimate Detect(Movie movie, double pixelSizeUm)
    {
        ArgumentNullException.ThrowIfNull(movie);
        var diameter = Math.Max(DiameterUm / pixelSizeUm, 2);
        var run = new Run(movie, diameter, this);
        return run.Detect();
    }

    private sealed class Run(Movie movie, double diameter, LocalCorrelation options)
    {
        private readonly int _h = movie.Height, _w = movie.Width, _frames = movie.Frames;
        private readonly float[] _narrow = Kernel(diameter / 6), _wide = Kernel(diameter / 2);
        private float[] _mean = [], _variance = [];

        public Estimate Detect()
        {
            if (_frames < 3) return new Estimate(SparseFootprints.Empty(_h, _w), new Matrix(0, _frames)) { Name = "local_correlation", Format = "built in" };
            var score = Score();
            var seeds = Seeds(score);
            var traces = SeedTraces(seeds);
            (seeds, traces) = Merge(seeds, traces);
            var footprints = Grow(seeds, traces);
            return new Estimate(footprints, RawTraces(footprints)) { Name = "local_correlation", Format = "built in" };
        }

        /// <summary>Correlation × peak-to-noise where both thresholds are passed, else 0.</summary>
        private float[] Score()
        {
            int n = _h * _w;
            int[] steps = [1, _w - 1, _w, _w + 1];
            var (sum, square, difference, max) = (new double[n], new double[n], new double[n], new float[n]);
            var product = steps.Select(_ => new double[n]).ToArray();
            var previous = new float[n];
            Array.Fill(max, float.NegativeInfinity);
            Frames(filtered: true, (first, block) =>
            {
                Rows(row =>
                {
                    for (var t = 0; t < block.Count; t++)
                    {
                        var frame = block[t];
                        for (var p = row * _w; p < (row + 1) * _w; p++)
                        {
                            var v = frame[p];
                            sum[p] += v;
                            square[p] += (double)v * v;
                            if (first + t > 0) difference[p] += (double)(v - previous[p]) * (v - previous[p]);
                            previous[p] = v;
                            max[p] = Math.Max(max[p], v);
                        }
                        if (row == _h - 1)
                        {
                            for (var p = row * _w; p < n - 1; p++) product[0][p] += (double)frame[p] * frame[p + 1];
                            continue;
                        }
                        for (var s = 0; s < steps.Length; s++)
                            for (var p = row * _w; p < (row + 1) * _w && p + steps[s] < n; p++)
                                product[s][p] += (double)frame[p] * frame[p + steps[s]];
                    }
                });
            });
            (_mean, _variance) = (new float[n], new float[n]);
            var correlation = new double[n];
            var count = new int[n];
            for (var p = 0; p < n; p++)
            {
                _mean[p] = (float)(sum[p] / _frames);
                _variance[p] = (float)Math.Max(square[p] / _frames - sum[p] / _frames * (sum[p] / _frames), 0);
            }
            int[] dx = [1, -1, 0, 1];
            for (var p = 0; p < n; p++)
                for (var s = 0; s < steps.Length; s++)
                {
                    var (q, x) = (p + steps[s], p % _w + dx[s]);
                    if (q >= n || x < 0 || x >= _w) continue;
                    var spread = Math.Sqrt((double)_variance[p] * _variance[q]);
                    var r = spread > 0 ? (product[s][p] / _frames - sum[p] / _frames * (sum[q] / _frames)) / spread : 0;
                    correlation[p] += r;
                    correlation[q] += r;
                    count[p]++;
                    count[q]++;
                }
            var score = new float[n];
            for (var p = 0; p < n; p++)
            {
                var noise = Math.Sqrt(difference[p] / (2.0 * (_frames - 1)));
                var r = correlation[p] / Math.Max(count[p], 1);
                var peak = noise > 0 ? (max[p] - _mean[p]) / noise : 0;
                if (r >= options.MinCorrelation && peak >= options.MinPeakToNoise) score[p] = (float)(r * peak);
            }
            return score;
        }

        private List<int> Seeds(float[] score)
        {
            var reach = Math.Max(1, (int)Math.Round(diameter / 3));
            var seeds = new List<int>();
            for (var p = 0; p < score.Length; p++)
            {
                if (score[p] <= 0) continue;
                var isPeak = true;
                for (var r = Math.Max(0, p / _w - reach); isPeak && r <= Math.Min(_h - 1, p / _w + reach); r++)
                    for (var c = Math.Max(0, p % _w - reach); isPeak && c <= Math.Min(_w - 1, p % _w + reach); c++)
                    {
                        var q = r * _w + c;
                        isPeak = score[q] < score[p] || score[q] == score[p] && q >= p;
                    }
                if (isPeak) seeds.Add(p);
            }
            return [.. seeds.OrderByDescending(p => score[p]).ThenBy(p => p)];
        }

        private Matrix SeedTraces(List<int> seeds)
        {
            var traces = new Matrix(seeds.Count, _frames);
            Frames(filtered: true, (first, block) => Parallel.For(0, seeds.Count, k =>
            {
                for (var t = 0; t < block.Count; t++) traces[k, first + t] = block[t][seeds[k]];
            }));
            return traces;
        }

        private (List<int>, Matrix) Merge(List<int> seeds, Matrix traces)
        {
            var kept = new List<int>();
            for (var k = 0; k < seeds.Count; k++)
            {
                var isNew = true;
                foreach (var other in kept)
                {
                    double dy = seeds[k] / _w - seeds[other] / _w, dx = seeds[k] % _w - seeds[other] % _w;
                    if (dy * dy + dx * dx > diameter * diameter || !(TraceScores.Pearson(traces.Row(k), traces.Row(other)) > options.MergeCorrelation)) continue;
                    isNew = false;
                    break;
                }
                if (isNew) kept.Add(k);
            }
            return ([.. kept.Select(k => seeds[k])], traces.Take(kept));
        }

        private SparseFootprints Grow(List<int> seeds, Matrix traces)
        {
            var reach = (int)Math.Ceiling(diameter);
            var side = 2 * reach + 1;
            var product = seeds.Select(_ => new double[side * side]).ToArray();
            Frames(filtered: true, (first, block) => Parallel.For(0, seeds.Count, k =>
            {
                var (row, col) = (seeds[k] / _w - reach, seeds[k] % _w - reach);
                for (var t = 0; t < block.Count; t++)
                {
                    var (frame, value) = (block[t], traces[k, first + t]);
                    for (var r = Math.Max(0, -row); r < Math.Min(side, _h - row); r++)
                        for (var c = Math.Max(0, -col); c < Math.Min(side, _w - col); c++)
                            product[k][r * side + c] += value * frame[(row + r) * _w + col + c];
                }
            }));
            var builder = new SparseFootprints.Builder(_h, _w);
            for (var k = 0; k < seeds.Count; k++)
            {
                var (row, col) = (seeds[k] / _w - reach, seeds[k] % _w - reach);
                var own = seeds[k];
                var weights = new Dictionary<int, double>();
                var open = new Stack<int>([own]);
                var seen = new HashSet<int>([own]);
                while (open.TryPop(out var p))
                {
                    int r = p / _w - row, c = p % _w - col;
                    if (r < 0 || c < 0 || r >= side || c >= side || (r - reach) * (r - reach) + (c - reach) * (c - reach) > reach * reach) continue;
                    var covariance = product[k][r * side + c] / _frames - (double)_mean[p] * _mean[own];
                    var spread = Math.Sqrt((double)_variance[p] * _variance[own]);
                    if (!(spread > 0) || covariance / spread < options.GrowCorrelation) continue;
                    weights[p] = covariance / _variance[own];
                    foreach (var q in (int[])[p - _w, p + _w, p % _w > 0 ? p - 1 : -1, p % _w < _w - 1 ? p + 1 : -1])
                        if (q >= 0 && q < _h * _w && seen.Add(q))
                            open.Push(q);
                }
                int[] pixels = [.. weights.Keys.Order()];
                // What is much smaller than a cell is noise of a few pixels.
                if (pixels.Length < Math.Max(4, MinArea * Math.PI / 4 * diameter * diameter)) continue;
                double[] values = [.. pixels.Select(p => weights[p])];
                builder.Add(pixels, values);
            }
            return builder.Build();
        }

        private Matrix RawTraces(SparseFootprints footprints)
        {
            var n = footprints.Count;
            var taken = new bool[_h * _w];
            for (var k = 0; k < n; k++)
                foreach (var p in footprints.Pixels(k))
                    taken[p] = true;
            int inner = (int)Math.Ceiling(0.75 * diameter), outer = (int)Math.Ceiling(1.5 * diameter);
            var annuli = new int[n][];
            for (var k = 0; k < n; k++)
            {
                var (row, col) = footprints.Centre(k);
                var pixels = new List<int>();
                for (var r = Math.Max(0, (int)row - outer); r <= Math.Min(_h - 1, (int)row + outer); r++)
                    for (var c = Math.Max(0, (int)col - outer); c <= Math.Min(_w - 1, (int)col + outer); c++)
                    {
                        var distance = (r - row) * (r - row) + (c - col) * (c - col);
                        if (distance >= inner * inner && distance <= outer * outer && !taken[r * _w + c]) pixels.Add(r * _w + c);
                    }
                annuli[k] = [.. pixels];
            }
            var traces = new Matrix(n, _frames);
            Frames(filtered: false, (first, block) => Parallel.For(0, n, k =>
            {
                for (var t = 0; t < block.Count; t++) traces[k, first + t] = Mean(block[t], footprints.Pixels(k)) - Mean(block[t], annuli[k]);
            }));
            return traces;
        }

        private static double Mean(float[] frame, ReadOnlySpan<int> pixels)
        {
            var sum = 0.0;
            foreach (var p in pixels) sum += frame[p];
            return pixels.Length == 0 ? 0 : sum / pixels.Length;
        }

        private void Rows(Action<int> row) => Parallel.For(0, _h, row);

        // Blocks of frames in order: each block is read and filtered in parallel, then handed over whole.
        private void Frames(bool filtered, Action<int, ArraySegment<float[]>> use)
        {
            var buffers = Enumerable.Range(0, Block).Select(_ => new float[_h * _w]).ToArray();
            for (var first = 0; first < _frames; first += Block)
            {
                var count = Math.Min(Block, _frames - first);
                var start = first;
                Parallel.For(0, count, () => (A: new float[_h * _w], B: new float[_h * _w], C: new float[_h * _w]), (t, _, own) =>
                {
                    movie.ReadFrame(start + t, buffers[t]);
                    if (filtered) BandPass(buffers[t], own.A, own.B, own.C);
                    return own;
                }, static _ => { });
                use(first, new ArraySegment<float[]>(buffers, 0, count));
            }
        }

        private void BandPass(float[] frame, float[] a, float[] b, float[] scratch)
        {
            Blur(frame, a, scratch, _narrow);
            Blur(frame, b, scratch, _wide);
            for (var p = 0; p < frame.Length; p++) frame[p] = a[p] - b[p];
        }

        private void Blur(float[] source, float[] target, float[] scratch, float[] kernel)
        {
            var half = kernel.Length / 2;
            var line = ArrayPool<float>.Shared.Rent(_w + 2 * half);
            for (var r = 0; r < _h; r++)
            {
                var row = source.AsSpan(r * _w, _w);
                row.CopyTo(line.AsSpan(half));
                line.AsSpan(0, half).Fill(row[0]);
                line.AsSpan(half + _w, half).Fill(row[^1]);
                var result = scratch.AsSpan(r * _w, _w);
                result.Clear();
                for (var k = 0; k < kernel.Length; k++) AddScaled(line.AsSpan(k, _w), kernel[k], result);
            }
            ArrayPool<float>.Shared.Return(line);
            for (var r = 0; r < _h; r++)
            {
                var result = target.AsSpan(r * _w, _w);
                result.Clear();
                for (var k = 0; k < kernel.Length; k++) AddScaled(scratch.AsSpan(Math.Clamp(r + k - half, 0, _h - 1) * _w, _w), kernel[k], result);
            }
        }

        private static void AddScaled(ReadOnlySpan<float> source, float factor, Span<float> target)
        {
            var i = 0;
            var wide = System.Runtime.InteropServices.MemoryMarshal.Cast<float, System.Numerics.Vector<float>>(source);
            var into = System.Runtime.InteropServices.MemoryMarshal.Cast<float, System.Numerics.Vector<float>>(target);
            var scale = new System.Numerics.Vector<float>(factor);
            for (; i < wide.Length; i++) into[i] += wide[i] * scale;
            for (i *= System.Numerics.Vector<float>.Count; i < source.Length; i++) target[i] += source[i] * factor;
        }

        private static float[] Kernel(double sigma)
        {
            var half = Math.Max(1, (int)Math.Ceiling(3 * sigma));
            var kernel = new float[2 * half + 1];
            var sum = 0.0;
            for (var k = -half; k <= half; k++) sum += Math.Exp(-k * k / (2 * sigma * sigma));
            for (var k = -half; k <= half; k++) kernel[k + half] = (float)(Math.Exp(-k * k / (2 * sigma * sigma)) / sum);
            return kernel;
        }
    }
}
