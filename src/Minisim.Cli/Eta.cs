namespace Minisim.Cli;

/// <summary>When a run will be over, said only once it can be said: the time left, when the speed of the last half of the time and
/// that of the quarter before agree.</summary>
/// <remarks>A run begins slowly (code is compiled, caches are cold) or, going on from finished chunks, far too fast: the speed since
/// the beginning misses the truth by factors for a while. Two stretches that agree within 20 % promise an estimate that is
/// good to 30 %.</remarks>
internal sealed class Eta
{
    private const double LeastS = 4, Agreement = 0.2;
    private readonly List<(double S, double Share)> _seen = [];
    private bool _isSteady;

    /// <summary>Seconds left, or null while that is not known well enough.</summary>
    /// <param name="seconds">Seconds since the first frame was begun.</param>
    /// <param name="share">Share of the work that is done, in [0, 1].</param>
    public double? Left(double seconds, double share)
    {
        // A tenth of a second tells nothing new, and a day of them would fill the memory.
        if (_seen.Count == 0 || seconds - _seen[^1].S >= Math.Max(0.1, seconds / 500)) _seen.Add((seconds, share));
        if (seconds < LeastS || share <= 0) return null;
        var recent = Speed(seconds / 2, seconds, share);
        var before = Speed(seconds / 4, seconds / 2, At(seconds / 2));
        if (!(recent > 0)) return null;
        _isSteady |= before > 0 && Math.Abs(recent / before - 1) <= Agreement;
        return _isSteady ? (1 - share) / recent : null;
    }

    private double Speed(double from, double to, double shareAtEnd) => (shareAtEnd - At(from)) / (to - from);

    private double At(double seconds)
    {
        var i = _seen.FindLastIndex(s => s.S <= seconds);
        if (i < 0) return 0;
        if (i == _seen.Count - 1) return _seen[i].Share;
        var (a, b) = (_seen[i], _seen[i + 1]);
        return a.Share + (b.Share - a.Share) * (seconds - a.S) / (b.S - a.S);
    }
}
