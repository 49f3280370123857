namespace Minisim.Metrics;

/// <summary>Precision and recall of events.</summary>
/// <param name="True">True events.</param>
/// <param name="Estimated">Estimated events.</param>
/// <param name="Matched">Pairs of them within the tolerance, one to one.</param>
public readonly record struct EventCounts(int True, int Estimated, int Matched)
{
    /// <summary>Share of true events that were matched; NaN without any.</summary>
    public double Recall => True == 0 ? double.NaN : (double)Matched / True;
    /// <summary>Share of estimated events that were matched; NaN without any.</summary>
    public double Precision => Estimated == 0 ? double.NaN : (double)Matched / Estimated;
}

/// <summary>Scores of spikes beside the scale-free activity score.</summary>
public static class SpikeScores
{
    /// <summary>Share of an estimate's own scale (the 99th percentile of its positive values) above which it is an event.</summary>
    public const double EventLevel = 0.25;

    /// <summary>Pearson's r of spikes and estimated activity after both are summed into bins of some frames; an incomplete last bin is
    /// left out.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The width is below one frame.</exception>
    public static double BinnedCorrelation(ReadOnlySpan<double> estimate, ReadOnlySpan<double> truth, int framesPerBin)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(framesPerBin, 1);
        if (estimate.Length != truth.Length) throw new ArgumentException($"traces of {estimate.Length} and {truth.Length} frames cannot be compared");
        return TraceScores.Pearson(Bin(estimate, framesPerBin), Bin(truth, framesPerBin));
    }

    private static double[] Bin(ReadOnlySpan<double> values, int width)
    {
        var bins = new double[values.Length / width];
        for (var i = 0; i < bins.Length * width; i++) bins[i / width] += values[i];
        return bins;
    }

    /// <summary>First frames of the runs above <paramref name="threshold"/>.</summary>
    public static int[] Onsets(ReadOnlySpan<double> activity, double threshold)
    {
        var onsets = new List<int>();
        for (var t = 0; t < activity.Length; t++)
            if (activity[t] > threshold && (t == 0 || !(activity[t - 1] > threshold)))
                onsets.Add(t);
        return [.. onsets];
    }

    /// <summary>Threshold above which activity is an event: 0 for whole numbers, which count spikes; for a rate on an unknown scale
    /// <paramref name="level"/> of the 99th percentile of its positive values.</summary>
    public static double Threshold(ReadOnlySpan<double> activity, double level = EventLevel)
    {
        var positive = activity.ToArray().Where(v => v > 0).ToArray();
        if (Array.TrueForAll(positive, v => v == Math.Floor(v))) return 0;
        Array.Sort(positive);
        return level * positive[(int)Math.Ceiling(0.99 * positive.Length) - 1];
    }

    /// <summary>Matches events in time: the largest number of one-to-one pairs no further apart than
    /// <paramref name="toleranceFrames"/>.</summary>
    /// <param name="estimated">Frames of estimated events, ascending.</param>
    /// <param name="truth">Frames of true events, ascending.</param>
    /// <param name="toleranceFrames">Largest distance, frames.</param>
    public static EventCounts MatchEvents(ReadOnlySpan<int> estimated, ReadOnlySpan<int> truth, int toleranceFrames)
    {
        // On a line, taking the earliest that still fits is optimal.
        int i = 0, j = 0, matched = 0;
        while (i < estimated.Length && j < truth.Length)
        {
            var distance = estimated[i] - truth[j];
            if (Math.Abs(distance) <= toleranceFrames)
            {
                matched++;
                i++;
                j++;
            }
            else if (distance < 0)
            {
                i++;
            }
            else
            {
                j++;
            }
        }
        return new EventCounts(truth.Length, estimated.Length, matched);
    }

    /// <summary>Events of one pair, the runs of either above its own <see cref="Threshold"/>, compared by their onsets, over the frames in
    /// which both are finite. Both sides are read by one rule: activity agrees with itself, and exchanging the two exchanges recall and precision.</summary>
    public static EventCounts Events(ReadOnlySpan<double> estimate, ReadOnlySpan<double> truth, int toleranceFrames, double level = EventLevel)
    {
        if (!TraceScores.AllFinite(estimate))
        {
            var (finiteEstimate, finiteTruth) = TraceScores.Finite(estimate, truth);
            return Events(finiteEstimate, finiteTruth, toleranceFrames, level);
        }
        return MatchEvents(Onsets(estimate, Threshold(estimate, level)), Onsets(truth, Threshold(truth, level)), toleranceFrames);
    }
}
