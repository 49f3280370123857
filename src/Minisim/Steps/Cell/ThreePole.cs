using System.Numerics;
using Minisim.Numerics;

namespace Minisim.Steps;

/// <summary>The calcium of one spike: <c>h(t) = [(1 − ρ)e^(−t/τd) + ρe^(−t/τs) − e^(−t/τr)]/h_pk</c>, peak 1.</summary>
/// <param name="RiseS">τr, s.</param>
/// <param name="DecayS">τd, s.</param>
/// <param name="SlowS">τs, s; of no effect with ρ = 0.</param>
/// <param name="SlowFraction">ρ.</param>
/// <param name="Scale">1/h_pk.</param>
internal readonly record struct ThreePole(double RiseS, double DecayS, double SlowS, double SlowFraction, double Scale)
{
    /// <summary>The linear kernel of the reference: two exponentials, divided by the largest sample on the grid.</summary>
    public static ThreePole Sampled(double riseS, double decayS, double hz) => new(riseS, decayS, decayS, 0, 1 / CalciumKernel.SampledPeak(riseS, decayS, hz));
}

/// <summary>The calcium of a cell between two frames: exponentials, the next spike, and the bin at which they are.</summary>
internal struct CalciumState
{
    internal bool HasBegun;
    internal double Decay, Slow, Rise;
    internal int Next, Bin;
}

/// <summary>Mean of a function of the calcium over every frame, bin by bin: for frames that cut bins in two, and for indicators, which are not linear. Scratch of one thread.</summary>
/// <remarks>Between spikes each exponential is a state times a power that is looked up, so that no bin waits for the one before. The result is the same on every machine: plain products
/// and sums, in one order.</remarks>
internal sealed class BinIntegrator(FineGrid grid)
{
    private const int Longest = 64;
    // Calcium of one spike after 35 time constants. What is less is nothing, and subnormal numbers are a hundred times slower.
    private const double Nothing = 1e-15;

    // Powers at the places where bins are looked at, and over whole bins.
    private readonly double[] _decay = new double[Longest], _slow = new double[Longest], _rise = new double[Longest];
    private readonly double[] _decayStep = new double[Longest + 1], _slowStep = new double[Longest + 1], _riseStep = new double[Longest + 1];
    private readonly double[] _calcium = new double[Longest];
    private readonly long[] _places = new long[Longest];
    private double _addDecay, _addSlow, _addRise;

    /// <summary>The kernel of the cells that follow.</summary>
    /// <param name="kernel">The calcium of a spike.</param>
    /// <param name="offsetBins">Where in a bin its calcium is looked at: 0 = at its start, ½ = in its middle.</param>
    public void Set(ThreePole kernel, double offsetBins)
    {
        Fill(_decay, _decayStep, kernel.DecayS);
        if (kernel.SlowFraction != 0) Fill(_slow, _slowStep, kernel.SlowS);
        Fill(_rise, _riseStep, kernel.RiseS);
        (_addDecay, _addSlow, _addRise) = ((1 - kernel.SlowFraction) * kernel.Scale, kernel.SlowFraction * kernel.Scale, kernel.Scale);

        void Fill(double[] at, double[] step, double tauS)
        {
            // No stretch is longer than a frame with the bins that it shares.
            var longest = Math.Min(Longest, (int)Math.Ceiling(grid.BinsPerFrame) + 1);
            for (var k = 0; k < longest; k++) at[k] = PortableMath.Exp(-(k + offsetBins) / (tauS * grid.Hz));
            for (var k = 0; k <= longest; k++) step[k] = PortableMath.Exp(-k / (tauS * grid.Hz));
        }
    }

    /// <summary>Means over consecutive frames, and the spikes in each.</summary>
    /// <param name="spikes">Bins of the spikes, ascending.</param>
    /// <param name="map">What the calcium becomes in each bin; null = itself.</param>
    /// <param name="firstFrame">First frame.</param>
    /// <param name="state">That at its start, which becomes that after the last one; one that has not begun begins before frame 0.</param>
    /// <param name="means">Target, one value a frame.</param>
    /// <param name="counts">Target, spikes per frame; empty if nobody wants them.</param>
    public void Run(ReadOnlySpan<int> spikes, HillTable? map, int firstFrame, ref CalciumState state, Span<double> means, Span<ushort> counts)
    {
        var (decay, slow, rise, next, bin, t) = (state.Decay, state.Slow, state.Rise, state.Next, state.Bin, firstFrame);
        if (!state.HasBegun)
        {
            (bin, t) = (grid.FirstBin, -grid.LeadInFrames);
            while (next < spikes.Length && spikes[next] < bin) next++;
        }
        // Frames of whole bins need no rounding to find their ends.
        var whole = grid.BinsPerFrame == Math.Floor(grid.BinsPerFrame) ? (int)grid.BinsPerFrame : 0;
        for (; t < firstFrame + means.Length; t++)
        {
            double start = whole > 0 ? t * whole : grid.StartOf(t), end = whole > 0 ? start + whole : grid.StartOf(t + 1), sum = 0;
            int last = whole > 0 ? (t + 1) * whole : (int)Math.Ceiling(end), first = next;
            // A bin that a frame shares with the next one is visited by both, and left by the latter.
            var shared = last > end;
            while (bin < last)
            {
                for (; next < spikes.Length && spikes[next] <= bin; next++)
                {
                    decay += _addDecay;
                    slow += _addSlow;
                    rise += _addRise;
                }
                var until = next < spikes.Length ? Math.Min(spikes[next], last) : last;
                var n = Math.Min(until - bin, Longest);
                if (decay + slow + rise == 0)
                {
                    bin = shared && until == last ? last - 1 : until;
                    if (bin == last - 1 && shared && until == last) break;
                    continue;
                }
                if (t >= firstFrame)
                {
                    sum += Sum(decay, slow, rise, n, map);
                    if (bin < start) sum -= (start - bin) * Sum(decay, slow, rise, 1, map);
                    if (shared && bin + n == last) sum -= (last - end) * At(decay, slow, rise, n - 1, map);
                }
                var stays = shared && bin + n == last;
                var steps = stays ? n - 1 : n;
                decay *= _decayStep[steps];
                slow *= _slowStep[steps];
                rise *= _riseStep[steps];
                if (decay + slow < Nothing) (decay, slow, rise) = (0, 0, 0);
                else if (rise < 1e-280) rise = 0;
                bin += steps;
                if (stays) break;
            }
            if (t < firstFrame) continue;
            means[t - firstFrame] = sum / (end - start);
            if (!counts.IsEmpty) counts[t - firstFrame] = (ushort)Math.Min(next - first, ushort.MaxValue);
        }
        state = new() { HasBegun = true, Decay = decay, Slow = slow, Rise = rise, Next = next, Bin = bin };
    }

    private double At(double decay, double slow, double rise, int k, HillTable? map)
    {
        var x = decay * _decay[k] + slow * _slow[k] - rise * _rise[k];
        return map is null ? x : map.Value(x);
    }

    private double Sum(double decay, double slow, double rise, int n, HillTable? map)
    {
        var sum = 0.0;
        if (map is null)
        {
            for (var i = 0; i < n; i++) sum += decay * _decay[i] + slow * _slow[i] - rise * _rise[i];
            return sum;
        }
        // What the last vector has beyond n is of no effect.
        for (var k = 0; k < n; k += Vector<double>.Count)
        {
            var falling = decay * new Vector<double>(_decay, k);
            if (slow != 0) falling += slow * new Vector<double>(_slow, k);
            (falling - rise * new Vector<double>(_rise, k)).CopyTo(_calcium, k);
        }
        return map.Sum(_calcium, n, _places);
    }
}
