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
        double logStayQuiescent = PortableMath.Log(1 - pToActive), logStayActive = PortableMath.Log(1 - pToQuiescent);

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

        double Dwell(uint i, bool s) => 1 + Math.Floor(PortableMath.Log(1 - draws.Uniform(i)) / (s ? logStayActive : logStayQuiescent));
    }
}

/// <summary>Spikes of a frame: every bin has one with probability p, independently.</summary>
/// <remarks>Drawn as their binomial number and then their places, which has the same law as a draw per bin and needs one
/// block of random words for most frames. The table is indexed by the number; raising p only ever adds spikes to a frame.</remarks>
internal sealed class SpikeCounts
{
    private readonly ulong[] _cumulative;

    public SpikeCounts(int bins, double p)
    {
        Bins = bins;
        IsSilent = p <= 0;
        // cumulative[n] = P(N ≤ n) in units of 2^-64. Logarithms, because (1 − p)^bins may underflow.
        _cumulative = new ulong[bins];
        double logChoose = 0, sum = 0;
        for (var n = 0; n < bins; n++)
        {
            var logP = n == 0 ? 0 : n * PortableMath.Log(p);
            sum += PortableMath.Exp(logChoose + logP + (bins - n) * PortableMath.Log(1 - p));
            _cumulative[n] = sum * 18446744073709551616.0 >= 18446744073709549568.0 ? ulong.MaxValue : (ulong)(sum * 18446744073709551616.0);
            logChoose += PortableMath.Log(bins - n) - PortableMath.Log(n + 1);
        }
    }

    public int Bins { get; }
    public bool IsSilent { get; }

    /// <summary>The number of spikes for 64 random bits.</summary>
    public int Number(ulong word)
    {
        if (word < _cumulative[0]) return 0;
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

/// <summary>The spikes of one frame of one cell: a function of the cell's draws, the frame and the gate alone.</summary>
/// <remarks>Scratch of one thread.</remarks>
internal sealed class SpikeSampler(SpikeCounts quiescent, SpikeCounts active)
{
    private readonly int[] _bins = new int[quiescent.Bins];
    // Words 0 and 1 of a frame's first block make the number, words 2 and 3 the first two places, later blocks four each.
    private readonly long _blocksPerFrame = 1 + (Math.Max(quiescent.Bins - 2, 0) + 3) / 4;

    /// <summary>Bins of the frame's spikes, in no order; valid until the next call. Frames before the recording are negative.</summary>
    public ReadOnlySpan<int> Spikes(Draws draws, int frame, bool isActive)
    {
        var counts = isActive ? active : quiescent;
        if (counts.IsSilent) return [];
        var index = unchecked((uint)(frame * _blocksPerFrame));
        var block = draws.Block(index);
        var n = counts.Number((ulong)block.W0 << 32 | block.W1);
        if (n == 0) return [];
        if (n == 1)
        {
            _bins[0] = Below(block.W2, counts.Bins);
            return _bins.AsSpan(0, 1);
        }
        for (var b = 0; b < _bins.Length; b++) _bins[b] = b;
        for (var i = 0; i < n; i++)
        {
            if (i % 4 == 2) block = draws.Block(++index);
            var word = (i % 4) switch { 0 => block.W2, 1 => block.W3, 2 => block.W0, _ => block.W1 };
            var j = i + Below(word, _bins.Length - i);
            (_bins[i], _bins[j]) = (_bins[j], _bins[i]);
        }
        return _bins.AsSpan(0, n);
    }

    private static int Below(uint word, int n) => (int)((ulong)word * (ulong)n >> 32);
}
