using Minisim.Random;

namespace Minisim.Steps;

/// <summary>Spikes of cells whose events are independent from bin to bin: Poisson, regular and bursty. Scratch of one thread.</summary>
/// <remarks>Events are drawn in blocks of 16 bins, each a function of the cell's draws and of the block's place in time alone: the number by one random word, the places by
/// more of them only where there are any. A rate that changes within a block is drawn at its highest and thinned, each event by a word of its own. What an event becomes
/// (dropped because the cell is refractory, one of k, a burst) depends on the events before it, so the past is drawn as far back as that reaches, wherever the lead-in begins.</remarks>
internal sealed class SpikeTrains
{
    /// <summary>Room for a rate that follows the animal.</summary>
    public double[] RateSteps = [];

    /// <summary>Bins of a block, whatever the frame rate.</summary>
    public const int BlockBins = 16;
    // Far enough back that a train of dead times has an end, except where nearly every bin has an event.
    private const int MostBlocksBack = 256;
    // Draws of bursts, between those of the numbers and those of the places (SpikeSampler).
    private const uint Bursts = 1u << 30;
    private const int BurstsAtZero = 1 << 29;
    /// <summary>Most gaps of a burst, each of one or two units.</summary>
    private const int MostGaps = 5;
    /// <summary>Shortest gap of a burst, 1/300 s, as near as bins allow.</summary>
    private static int GapBins(FineGrid grid) => Math.Max(1, (int)Math.Round(grid.Hz / 300));

    private readonly uint[] _words = new uint[4];
    private readonly double[] _hz = new double[BlockBins];
    private readonly SpikeBuffer _events = new();

    /// <summary>Expected spikes of an event: <c>1 + p_b·1.8387</c>, since a burst has <c>Σ N·2^−N/Σ 2^−N = 88/31</c> spikes, N = 2…6.</summary>
    public static double SpikesPerEvent(double burstProbability) => 1 + burstProbability * (88.0 / 31 - 1);

    /// <summary>Independent spikes. With a dead time of m bins the hazard of the others is <c>p/(1 − m·p)</c>, so that the mean interval stays 1/p.</summary>
    public void Poisson(Draws spikes, Draws thinning, IRate rate, FineGrid grid, int deadBins, SpikeBuffer into)
    {
        Events(spikes, thinning, rate, grid, BlockOf(grid.FirstBin), new Refractory(deadBins));
        if (deadBins > 0) ExtendToSilence(spikes, thinning, rate, grid, deadBins);
        var last = int.MinValue / 2;
        foreach (var bin in _events.Bins)
        {
            if (bin - last <= deadBins) continue;
            last = bin;
            if (bin >= grid.FirstBin && bin < grid.EndBin) into.Add(bin);
        }
    }

    /// <summary>Every k-th of a train k times as fast. Counted from the start of the recording, in both directions.</summary>
    public void Regular(Draws spikes, Draws thinning, IRate rate, FineGrid grid, int order, int phase, SpikeBuffer into)
    {
        Events(spikes, thinning, rate, grid, BlockOf(grid.FirstBin), new TimesFaster(order));
        var events = _events.Bins;
        var past = 0;
        while (past < events.Length && events[past] < 0) past++;
        for (var i = 0; i < events.Length; i++)
            if (((i - past + phase) % order + order) % order == 0 && events[i] >= grid.FirstBin && events[i] < grid.EndBin)
                into.Add(events[i]);
    }

    /// <summary>Events of one spike or, with the probability p_b, of a burst of 2 to 6 with gaps of 1/300 or 2/300 s, equally likely.</summary>
    public void Bursty(Draws spikes, Draws thinning, IRate rate, FineGrid grid, double burstProbability, SpikeBuffer into)
    {
        var perEvent = SpikesPerEvent(burstProbability);
        var gap = GapBins(grid);
        Events(spikes, thinning, rate, grid, BlockOf(grid.FirstBin - 2 * MostGaps * gap), new PerEvent(perEvent));
        foreach (var start in _events.Bins)
        {
            into.Add(start);
            var (w0, w1, w2, _) = spikes.Block(Bursts + unchecked((uint)(BurstsAtZero + start)));
            if (w0 * (1.0 / 4294967296.0) >= burstProbability) continue;
            // P(N) ∝ 2^−N: 16, 8, 4, 2 and 1 of 31.
            var n = (int)((ulong)w1 * 31 >> 32) switch { < 16 => 2, < 24 => 3, < 28 => 4, < 30 => 5, _ => 6 };
            for (int k = 1, bin = start; k < n; k++) into.Add(bin += gap * (1 + (int)(w2 >> k & 1)));
        }
        into.Settle(grid.FirstBin, grid.EndBin);
    }

    private static int BlockOf(int bin) => (int)Math.Floor((double)bin / BlockBins);

    // From some point on there is a gap as long as the dead time: what follows it does not depend on what lies before.
    private void ExtendToSilence(Draws spikes, Draws thinning, IRate rate, FineGrid grid, int deadBins)
    {
        var first = BlockOf(grid.FirstBin);
        for (var blocks = 4; _events.Count > 0 && !HasSilence(_events.Bins, grid.FirstBin, deadBins, first * BlockBins) && blocks <= MostBlocksBack; blocks *= 4)
        {
            first = BlockOf(grid.FirstBin) - blocks;
            Events(spikes, thinning, rate, grid, first, new Refractory(deadBins));
        }

        static bool HasSilence(ReadOnlySpan<int> events, int firstBin, int deadBins, int begin)
        {
            var last = begin - 1;
            foreach (var bin in events)
            {
                if (bin >= firstBin) break;
                if (bin - last > deadBins) return true;
                last = bin;
            }
            return firstBin - last > deadBins;
        }
    }

    // What a spike's probability in a bin becomes for the events behind it.
    private interface IHazard
    {
        double Of(double p);
    }

    private readonly record struct Refractory(int DeadBins) : IHazard
    {
        public double Of(double p) => Math.Min(p / (1 - DeadBins * Math.Min(p, 1.0 / (DeadBins + 1))), 1);
    }

    private readonly record struct TimesFaster(int Order) : IHazard
    {
        public double Of(double p) => Math.Min(Order * p, 1);
    }

    private readonly record struct PerEvent(double Spikes) : IHazard
    {
        public double Of(double p) => Math.Min(p / Spikes, 1);
    }

    // Fills _events, ascending, from a block on, with the hazard of λ/Hz in each bin.
    private void Events<H>(Draws spikes, Draws thinning, IRate rate, FineGrid grid, int firstBlock, H hazard) where H : struct, IHazard
    {
        _events.Clear();
        var end = BlockOf(grid.EndBin - 1);
        if (rate.ConstantHz is { } hz)
        {
            var p = hazard.Of(Math.Min(hz / grid.Hz, 1));
            if (p <= 0) return;
            var counts = new SpikeCounts(BlockBins, p);
            var sampler = new SpikeSampler(counts, counts);
            for (var block = firstBlock; block <= end; block++)
                foreach (var bin in Sorted(sampler.Spikes(spikes, block, Word(spikes, block, firstBlock), isActive: true)))
                    _events.Add(block * BlockBins + bin);
            return;
        }
        var thinned = new SpikeSampler(BlockBins);
        for (var block = firstBlock; block <= end; block++)
        {
            // Most blocks have no event at the highest rate that is possible in them, and so not at those that they have.
            var word = Word(spikes, block, firstBlock);
            if (SpikeCounts.IsZero(word, BlockBins, hazard.Of(Math.Min(rate.AtMostHz(block * BlockBins, BlockBins) / grid.Hz, 1)))) continue;
            rate.Fill(block * BlockBins, _hz);
            var highest = 0.0;
            for (var b = 0; b < BlockBins; b++) highest = Math.Max(highest, _hz[b] = hazard.Of(Math.Min(_hz[b] / grid.Hz, 1)));
            var n = SpikeCounts.Number(word, BlockBins, highest);
            if (n == 0) continue;
            foreach (var bin in Sorted(thinned.Places(spikes, block, n)))
                if (_hz[bin] >= highest || thinning.Uniform(unchecked((uint)(BurstsAtZero + block * BlockBins + bin))) * highest < _hz[bin])
                    _events.Add(block * BlockBins + bin);
        }
    }

    // Four blocks share a block of words.
    private uint Word(Draws spikes, int block, int firstBlock)
    {
        if (block == firstBlock || (block & 3) == 0) SpikeSampler.FillWords(spikes, block & ~3, _words);
        return _words[block & 3];
    }

    private readonly int[] _sorted = new int[BlockBins];

    private ReadOnlySpan<int> Sorted(ReadOnlySpan<int> bins)
    {
        if (bins.Length < 2) return bins;
        bins.CopyTo(_sorted);
        var sorted = _sorted.AsSpan(0, bins.Length);
        sorted.Sort();
        return sorted;
    }
}
