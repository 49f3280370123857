using Minisim.Numerics;
using Minisim.Random;

namespace Minisim.Steps;

/// <summary>The gate of a cell: a two-state Markov chain stepped once a frame, stationary.</summary>
/// <remarks>Drawn as dwell times, forwards and backwards from frame 0: a two-state chain is reversible, so that both
/// directions have the same law. A longer recording or another lead-in therefore leaves all other frames as they were.</remarks>
internal static class ActivityGate
{
    /// <param name="active">Target; frame 0 of the recording is at index <paramref name="leadIn"/>.</param>
    /// <param name="leadIn">Frames before frame 0.</param>
    /// <param name="pToActive">Probability per frame to become active.</param>
    /// <param name="pToQuiescent">Probability per frame to fall quiescent.</param>
    /// <param name="draws">The cell's draws.</param>
    public static void Fill(Span<bool> active, int leadIn, double pToActive, double pToQuiescent, Draws draws)
    {
        var atZero = draws.Uniform(0) < pToActive / (pToActive + pToQuiescent);
        double logStayQuiescent = PortableMath.Log1P(-pToActive), logStayActive = PortableMath.Log1P(-pToQuiescent);

        var state = atZero;
        uint index = 1;
        for (var t = leadIn; t < active.Length; state = !state, index += 2)
        {
            var run = (int)Math.Min(Dwell(index, state), active.Length - t);
            active.Slice(t, run).Fill(state);
            t += run;
        }

        state = atZero;
        index = 2;
        // Frame 0 belongs to the first run of either direction.
        for (var t = leadIn + 1; t > 0; state = !state, index += 2)
        {
            var run = (int)Math.Min(Dwell(index, state), t);
            t -= run;
            if (t < leadIn) active[t..Math.Min(t + run, leadIn)].Fill(state);
        }

        // Where a change is all but impossible the quotient overflows; no recording is that long.
        double Dwell(uint i, bool s) => 1 + Math.Min(Math.Floor(PortableMath.Log(1 - draws.Uniform(i)) / (s ? logStayActive : logStayQuiescent)), 1L << 40);
    }
}

/// <summary>How many of a frame's bins have a spike, when each has one with probability p, independently.</summary>
/// <remarks>One random word per frame is looked up in the binomial's cumulative table; raising p only ever adds spikes to a
/// frame.</remarks>
internal sealed class SpikeCounts
{
    private readonly uint[] _cumulative;

    public SpikeCounts(int bins, double p)
    {
        Bins = bins;
        // cumulative[n] = P(N ≤ n) in units of 2^-32. Logarithms, because (1 − p)^bins may underflow.
        _cumulative = new uint[bins];
        double logChoose = 0, sum = 0;
        for (var n = 0; n < bins; n++)
        {
            var logP = n == 0 ? 0 : n * PortableMath.Log(p);
            sum += PortableMath.Exp(logChoose + logP + (bins - n) * PortableMath.Log(1 - p));
            _cumulative[n] = (uint)Math.Min(Math.Round(sum * 4294967296.0), uint.MaxValue);
            logChoose += PortableMath.Log(bins - n) - PortableMath.Log(n + 1);
        }
        SilentBelow = p <= 0 ? 1L << 32 : _cumulative[0];
    }

    /// <summary>The same without a table, for a probability that is asked for once.</summary>
    public static int Number(uint word, int bins, double p)
    {
        if (IsZero(word, bins, p)) return 0;
        if (p >= 1) return bins;
        double term = PortableMath.Exp(bins * PortableMath.Log1P(-p)), sum = term;
        var n = 0;
        while (n < bins && word >= sum * 4294967296.0)
        {
            n++;
            term *= (bins - n + 1) * p / (n * (1 - p));
            sum += term;
        }
        return n;
    }

    /// <summary>Whether <see cref="Number(uint, int, double)"/> is 0 for p and for all that is less, without any logarithm; false says nothing.</summary>
    public static bool IsZero(uint word, int bins, double p) =>
        // (1 − p)^n ≥ 1 − n·p.
        p <= 0 || word < (1 - bins * p) * 4294967296.0;

    public int Bins { get; }

    /// <summary>Words below this mean no spike.</summary>
    public long SilentBelow { get; }

    /// <summary>The number of spikes for a random word that is not below <see cref="SilentBelow"/>.</summary>
    public int Number(uint word)
    {
        int low = 1, high = Bins;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (word < _cumulative[middle]) high = middle;
            else low = middle + 1;
        }
        return low;
    }
}

/// <summary>The spikes of a frame of a cell: a function of the cell's draws, the frame and the gate alone.</summary>
/// <remarks>Drawn as their number and then their places, which has the same law as a draw per bin, at a quarter of a block of
/// random words for most frames. Scratch of one thread.</remarks>
internal sealed class SpikeSampler(int bins, SpikeCounts? quiescent, SpikeCounts? active)
{
    public SpikeSampler(SpikeCounts quiescent, SpikeCounts active) : this(quiescent.Bins, quiescent, active)
    {
    }

    /// <summary>Places alone: the numbers come from elsewhere.</summary>
    public SpikeSampler(int bins) : this(bins, null, null)
    {
    }

    // Blocks of places lie in the upper half of the indices, blocks of numbers in the lower one, where frames before the
    // recording, which are negative, are below the middle.
    private const uint PlacesFrom = 1u << 31;
    private const int NumbersAtZero = 1 << 29;

    private readonly int[] _bins = new int[bins];
    private readonly long _blocksPerFrame = (bins + 3) / 4;

    /// <summary>The words behind the numbers of spikes, one a frame.</summary>
    /// <param name="draws">The cell's draws.</param>
    /// <param name="firstFrame">Frame of the first word; negative before the recording.</param>
    /// <param name="words">Target.</param>
    public static void FillWords(Draws draws, int firstFrame, Span<uint> words)
    {
        for (var group = firstFrame >> 2; group << 2 < firstFrame + words.Length; group++)
        {
            var block = draws.Block((uint)(NumbersAtZero + group));
            var at = (group << 2) - firstFrame;
            if (at >= 0 && at + 4 <= words.Length)
            {
                (words[at], words[at + 1], words[at + 2], words[at + 3]) = block;
                continue;
            }
            ReadOnlySpan<uint> four = [block.W0, block.W1, block.W2, block.W3];
            for (var i = Math.Max(0, -at); i < 4 && at + i < words.Length; i++) words[at + i] = four[i];
        }
    }

    /// <summary>Bins of the frame's spikes, in no order; valid until the next call.</summary>
    public ReadOnlySpan<int> Spikes(Draws draws, int frame, uint word, bool isActive)
    {
        var counts = (isActive ? active : quiescent)!;
        return word < counts.SilentBelow ? [] : Places(draws, frame, counts.Number(word));
    }

    /// <summary>Bins of n spikes: the first n steps of a Fisher–Yates shuffle. Valid until the next call.</summary>
    public ReadOnlySpan<int> Places(Draws draws, int frame, int n)
    {
        var index = PlacesFrom | unchecked((uint)(frame * _blocksPerFrame));
        var block = draws.Block(index);
        if (n == 1)
        {
            _bins[0] = Below(block.W0, _bins.Length);
            return _bins.AsSpan(0, 1);
        }
        for (var b = 0; b < _bins.Length; b++) _bins[b] = b;
        for (var i = 0; i < n; i++)
        {
            if (i > 0 && i % 4 == 0) block = draws.Block(PlacesFrom | ++index);
            var word = (i % 4) switch { 0 => block.W0, 1 => block.W1, 2 => block.W2, _ => block.W3 };
            var j = i + Below(word, _bins.Length - i);
            (_bins[i], _bins[j]) = (_bins[j], _bins[i]);
        }
        return _bins.AsSpan(0, n);
    }

    private static int Below(uint word, int n) => (int)((ulong)word * (ulong)n >> 32);
}
