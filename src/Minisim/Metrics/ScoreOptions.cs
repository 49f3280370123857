namespace Minisim.Metrics;

/// <summary>Conventions of a score.</summary>
public sealed record ScoreOptions
{
    /// <summary>Which similarity the match maximises.</summary>
    public SimilarityMeasure Measure { get; init; } = SimilarityMeasure.Iou;
    /// <summary>Similarity from which a pair counts as a cell found.</summary>
    public double Threshold { get; init; } = 0.5;
    /// <summary>Offset of the estimate. Automatic: from the trajectories when both exist, else by overlap.</summary>
    public FootprintShift Shift { get; init; } = FootprintShift.Auto;
    /// <summary>Recall over all planted cells in view instead of the detectable ones.</summary>
    public bool AllCells { get; init; }
    /// <summary>See <see cref="EnergyMask"/>.</summary>
    public double EnergyFraction { get; init; } = EnergyMask.DefaultFraction;
}
