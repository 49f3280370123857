using System.Runtime.Intrinsics;
using Minisim.Scenes;

namespace Minisim.Truth;

/// <summary>Signal-to-noise of every cell against all light where it lies.</summary>
/// <remarks>
/// <para><b>One pixel.</b> A pixel p of mean light λ_p (<see cref="LocalLight"/>) has the noise <c>σ_p² = λ_p + read²</c>, cut at full scale X:
/// variance <c>v_p = Var min(N(λ_p, σ_p²), X)</c>, and a slope ρ_p, the share of values below X (<see cref="FullScale"/>). A rise of A units of a cell of
/// f_p electrons per unit changes its mean by <c>s_p(A) = E min(N(λ_p + A·f_p, σ_p² + A·f_p), X) − E min(N(λ_p, σ_p²), X)</c>; far below X that is A·f_p.</para>
/// <para><c>peak_snr_local = s_p(max C − min C)/√v_p</c> at the cell's brightest pixel.</para>
/// <para><b>An event.</b> Its course is the indicator's, <c>k(d) ∝ e^(−t/τd) − e^(−t/τr)</c> with <c>t = (d + ½)/fps</c>, largest sample 1, over
/// <c>W = ⌈5·τd·fps⌉</c> frames (the recording, if shorter). The level before it is unknown, so the filter in time is <c>q = k − mean(k)</c>, blind to what is
/// constant over W; in space it is <c>w_p = s_p/v_p</c>, with s for a typical event (<see cref="TypicalRise"/>). The event gives <c>S = Σ w·s · Σ q²</c>.
/// Against it stand, in the same filter,</para>
/// <para><c>N² = Σ w²·v · Σ q²  +  Σ_j (Σ w·ρ·f_j)²·Var(q ⋆ u_j)  +  Σ_kl g_k·g_l·Cov(q ⋆ T_k, q ⋆ T_l)</c>:</para>
/// <para>shot and read noise, neighbours j with their emission u_j, and the diffuse components with <c>g_k = Σ w·ρ·S_k</c>;
/// <c>detection_snr = S/N</c>. The filter is matched to shot and read noise. A pipeline that knows the neighbours can do better, one that
/// does not knows less than this; motion is left out.</para>
/// <para>A lone disc of n pixels with f = 1 e⁻ per unit on 99 e⁻ of light, read noise 1, and events of 5 units: <c>5·√(n·Σq²)/10</c>.</para>
/// </remarks>
public static class DetectionSnr
{
    /// <summary>The SNR of every cell in view.</summary>
    public static CellSnr[] Of(GroundTruth truth, SnrConditions conditions, CancellationToken cancellation = default)
    {
        if (LocalLight.Of(truth, conditions, cancellation) is not { } light) return new CellSnr[truth.NUnits];
        var n = light.Count;
        var filter = new EventFilter(conditions, light.Emission.Count > 0 ? truth.C!.Shape[1] : 1);
        var spikes = truth.S;
        var (rise, peak, fluctuation) = (new double[n], new double[n], new double[n]);
        Parallel.For(0, n, i =>
        {
            var emission = light.Emission[i];
            var (low, high) = Extremes.Of(emission);
            peak[i] = high - low;
            rise[i] = spikes is null ? peak[i] : TypicalRise(emission, spikes.RowOfDoubles(i), filter.SeparationFrames, filter.PeakFrame);
            fluctuation[i] = Covariance(filter.Apply(emission), null);
        });
        var filtered = light.Diffuse.Select(d => filter.Apply(d.Envelope)).ToArray();
        var covariance = new double[filtered.Length, filtered.Length];
        for (var k = 0; k < filtered.Length; k++)
            for (var l = 0; l < filtered.Length; l++)
                covariance[k, l] = Covariance(filtered[k], filtered[l]);

        var fields = light.Diffuse.Select(d => d.FieldE).ToArray();
        var byRow = Enumerable.Range(0, n).OrderBy(i => light.ElectronsPerUnit(i).Row).ThenBy(i => i).ToArray();
        var rows = Array.ConvertAll(byRow, i => light.ElectronsPerUnit(i).Row);
        var tallest = n == 0 ? 0 : byRow.Max(i => light.ElectronsPerUnit(i).Height);
        var result = new CellSnr[n];
        Parallel.For(0, n, new ParallelOptions { CancellationToken = cancellation }, () => Array.Empty<float>(), (i, _, weight) =>
        {
            var own = light.ElectronsPerUnit(i);
            var pixels = own.Values.Length;
            if (weight.Length < pixels) weight = new float[pixels];
            Array.Clear(weight, 0, pixels);
            double signal = 0, noise = 0, given = 0, taken = 0;
            var noiseless = false;
            for (int q = 0, at = own.Row * light.Width + own.Col; q < pixels; q++)
            {
                // From row to row of the field.
                if (q > 0 && q % own.Width == 0) at += light.Width - own.Width;
                var f = own.Values[q];
                if (f <= 0 || rise[i] <= 0) continue;
                var mean = light.MeanE[at + q];
                var (step, variance, slope) = Pixel(mean, rise[i] * f, conditions);
                given += rise[i] * f;
                taken += step;
                if (step <= 0) continue;
                if (variance <= 0)
                {
                    noiseless = true;
                    continue;
                }
                var w = step / variance;
                signal += w * step;
                noise += w * w * variance;
                weight[q] = (float)(w * slope);
            }
            var background = 0.0;
            for (var at = FirstAtLeast(rows, own.Row - tallest); at < n && rows[at] < own.Row + own.Height; at++)
            {
                var j = byRow[at];
                if (j == i || fluctuation[j] == 0) continue;
                var seen = Dot(own, weight, light.ElectronsPerUnit(j));
                background += seen * seen * fluctuation[j];
            }
            var diffuse = Dot(own, weight, fields, light.Width);
            for (var k = 0; k < diffuse.Length; k++)
                for (var l = 0; l < diffuse.Length; l++)
                    background += diffuse[k] * diffuse[l] * covariance[k, l];
            var total = noise * filter.Energy + Math.Max(background, 0);
            result[i] = new CellSnr(
                noiseless ? double.PositiveInfinity : total > 0 ? signal * filter.Energy / Math.Sqrt(total) : 0,
                PeakLocal(own, light, peak[i]),
                given > 0 ? Math.Clamp(1 - taken / given, 0, 1) : 0);
            return weight;
        }, static _ => { });
        return result;
    }

    /// <summary>What full scale leaves of one pixel: the change of its mean, the variance of its noise, and its slope.</summary>
    /// <param name="meanE">All light, e⁻ per frame.</param>
    /// <param name="riseE">The event's light, e⁻ per frame.</param>
    /// <param name="conditions">The sensor.</param>
    public static (double Step, double Variance, double Slope) Pixel(double meanE, double riseE, SnrConditions conditions)
    {
        var (read, full) = (conditions.ReadNoiseE * conditions.ReadNoiseE, conditions.FullScaleE);
        var sigma = Math.Sqrt(Math.Max(meanE, 0) + read);
        var lit = Math.Sqrt(Math.Max(meanE + riseE, 0) + read);
        return (FullScale.Mean(meanE + riseE, lit, full) - FullScale.Mean(meanE, sigma, full), FullScale.Variance(meanE, sigma, full), FullScale.Slope(meanE, sigma, full));
    }

    private static double PeakLocal(Footprint own, LocalLight light, double peak)
    {
        var brightest = -1;
        for (var q = 0; q < own.Values.Length; q++)
            if (own.Values[q] > 0 && (brightest < 0 || own.Values[q] > own.Values[brightest]))
                brightest = q;
        if (brightest < 0 || peak <= 0) return 0;
        var mean = light.MeanE[(own.Row + brightest / own.Width) * light.Width + own.Col + brightest % own.Width];
        var (step, variance, _) = Pixel(mean, peak * own.Values[brightest], light.Conditions);
        return step <= 0 ? 0 : variance > 0 ? step / Math.Sqrt(variance) : double.PositiveInfinity;
    }

    /// <summary>The rise of a typical event: root mean square over the cell's events, which gives weight to those that can be seen.</summary>
    /// <remarks>An event is a run of spikes with no more than a decay time between them; its rise is the largest value from its first spike to the
    /// indicator's peak after its last, less the value just before. 0 without spikes.</remarks>
    /// <param name="trace">The cell's emission per frame.</param>
    /// <param name="spikes">Spikes per frame.</param>
    /// <param name="separationFrames">Frames without a spike that end an event.</param>
    /// <param name="peakFrames">Frames from a spike to the indicator's peak.</param>
    public static double TypicalRise(ReadOnlySpan<double> trace, ReadOnlySpan<double> spikes, int separationFrames, int peakFrames)
    {
        double sum = 0;
        var events = 0;
        for (var t = 0; t < spikes.Length; t++)
        {
            if (spikes[t] <= 0) continue;
            int first = t, last = t;
            for (var k = t + 1; k < spikes.Length && k - last <= separationFrames; k++)
                if (spikes[k] > 0)
                    last = k;
            t = last;
            var before = trace[Math.Max(first - 1, 0)];
            var highest = before;
            for (var k = first; k <= Math.Min(last + peakFrames, trace.Length - 1); k++) highest = Math.Max(highest, trace[k]);
            sum += (highest - before) * (highest - before);
            events++;
        }
        return events == 0 ? 0 : Math.Sqrt(sum / events);
    }

    // Of every cell with each of its hundreds of neighbours: what they share, in eight sums side by side whatever the registers of the machine, so that
    // the bits are the same on all. Up to a few hundred positive terms each: 1e-6 of the sum.
    private static unsafe double Dot(Footprint own, float[] weight, Footprint other)
    {
        int top = Math.Max(own.Row, other.Row), bottom = Math.Min(own.Row + own.Height, other.Row + other.Height);
        int left = Math.Max(own.Col, other.Col), width = Math.Min(own.Col + own.Width, other.Col + other.Width) - left;
        if (width <= 0 || bottom <= top) return 0;
        // Both patches hold these rows and columns.
        fixed (float* weights = weight, values = other.Values)
        {
            float* a = weights + (top - own.Row) * own.Width + left - own.Col, b = values + (top - other.Row) * other.Width + left - other.Col;
            if (width < 8)
            {
                var few = 0f;
                for (var r = top; r < bottom; r++, a += own.Width, b += other.Width)
                    for (var k = 0; k < width; k++) few += a[k] * b[k];
                return few;
            }
            // The last eight columns of a row, less those that were counted before.
            var (last, rest) = (width - 8, Vector256.GreaterThanOrEqual(Vector256<int>.Indices, Vector256.Create(8 - width % 8)).AsSingle());
            var sums = Vector256<float>.Zero;
            for (var r = top; r < bottom; r++, a += own.Width, b += other.Width)
            {
                for (var k = 0; k <= last; k += 8) sums += Vector256.Load(a + k) * Vector256.Load(b + k);
                sums += Vector256.Load(a + last) * Vector256.Load(b + last) & rest;
            }
            return (sums[0] + sums[4]) + (sums[1] + sums[5]) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
        }
    }

    // Of a cell with every field: all sums side by side, none of which waits for another.
    private static double[] Dot(Footprint own, float[] weight, double[][] fields, int width)
    {
        var sums = new double[fields.Length];
        for (var row = 0; row < own.Height; row++)
        {
            var first = (own.Row + row) * width + own.Col;
            for (var x = 0; x < own.Width; x++)
            {
                double w = weight[row * own.Width + x];
                if (w == 0) continue;
                for (var k = 0; k < sums.Length; k++) sums[k] += w * fields[k][first + x];
            }
        }
        return sums;
    }

    private static double Covariance(double[] a, double[]? other)
    {
        var b = other ?? a;
        double meanA = 0, meanB = 0, sum = 0;
        for (var t = 0; t < a.Length; t++) (meanA, meanB) = (meanA + a[t] / a.Length, meanB + b[t] / a.Length);
        for (var t = 0; t < a.Length; t++) sum += (a[t] - meanA) * (b[t] - meanB);
        return a.Length == 0 ? 0 : sum / a.Length;
    }

    private static int FirstAtLeast(int[] sorted, int value)
    {
        var at = Array.BinarySearch(sorted, value);
        if (at < 0) return ~at;
        while (at > 0 && sorted[at - 1] == value) at--;
        return at;
    }
}
