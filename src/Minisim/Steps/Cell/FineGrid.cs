namespace Minisim.Steps;

/// <summary>The bins on which spikes lie, and the frames that average over them. Bin k begins at k/Hz seconds; bins before the recording are negative.</summary>
/// <param name="Hz">Bins per second.</param>
/// <param name="BinsPerFrame">Bins of a frame, not always a whole number.</param>
/// <param name="Frames">Frames of the recording.</param>
/// <param name="LeadInFrames">Frames before the recording that frame 0 remembers.</param>
internal sealed record FineGrid(double Hz, double BinsPerFrame, int Frames, int LeadInFrames)
{
    // Products of a frame number and a rate are off by a few units in the last place: what is meant to be whole is whole.
    private const double Snap = 1e-6;

    /// <summary>Start of a frame, in bins.</summary>
    public double StartOf(int frame)
    {
        var start = frame * BinsPerFrame;
        var whole = Math.Round(start);
        return Math.Abs(start - whole) < Snap ? whole : start;
    }

    /// <summary>Whether every frame has the same whole number of bins: also the last one, to which what a frame misses adds up.</summary>
    public bool IsAligned => Math.Abs(BinsPerFrame - Math.Round(BinsPerFrame)) * Math.Max(Frames, LeadInFrames) < Snap;

    /// <summary>First bin of the past that is simulated.</summary>
    public int FirstBin => (int)Math.Floor(StartOf(-LeadInFrames));

    /// <summary>The bin after the last one that a frame sees.</summary>
    public int EndBin => (int)Math.Ceiling(StartOf(Frames));

    /// <summary>Time of a bin's start, s.</summary>
    public double TimeS(int bin) => bin / Hz;
}

/// <summary>Bins of the spikes of one cell; scratch of one thread, reused from cell to cell.</summary>
internal sealed class SpikeBuffer
{
    private int[] _bins = new int[1024];

    public int Count { get; private set; }
    public Span<int> Bins => _bins.AsSpan(0, Count);

    public void Clear() => Count = 0;

    public void Add(int bin)
    {
        if (Count == _bins.Length) Array.Resize(ref _bins, 2 * _bins.Length);
        _bins[Count++] = bin;
    }

    /// <summary>Ascending, one spike a bin and none within the dead bins after another: the later moves to the next free one. Those that leave the grid are dropped.</summary>
    public void Settle(int firstBin, int endBin, int deadBins = 0)
    {
        var bins = Bins;
        bins.Sort();
        var kept = 0;
        foreach (var bin in bins)
        {
            var free = kept > 0 ? Math.Max(bin, _bins[kept - 1] + 1 + deadBins) : bin;
            if (free < firstBin) continue;
            if (free >= endBin) break;
            _bins[kept++] = free;
        }
        Count = kept;
    }
}
