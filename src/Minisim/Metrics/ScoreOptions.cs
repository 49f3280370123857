namespace Minisim.Metrics;

/// <summary>Whether cells whose centre lies outside the field count in the headline. The reference's numbers always count them.</summary>
public enum BorderCells
{
    /// <summary>They stand apart.</summary>
    Exclude,
    /// <summary>They count.</summary>
    Include,
}

/// <summary>Conventions of a score.</summary>
public sealed record ScoreOptions
{
    /// <summary>Which similarity the match behind the reference's numbers maximises.</summary>
    public SimilarityMeasure Measure { get; init; } = SimilarityMeasure.Iou;
    /// <summary>Similarity from which a pair counts in the reference's numbers.</summary>
    public double Threshold { get; init; } = 0.5;
    /// <summary>Offset of the estimate. Automatic: from the trajectories when both exist, else by overlap.</summary>
    public FootprintShift Shift { get; init; } = FootprintShift.Auto;
    /// <summary>Recall over all planted cells in view instead of the detectable ones.</summary>
    public bool AllCells { get; init; }
    /// <summary>See <see cref="EnergyMask"/>.</summary>
    public double EnergyFraction { get; init; } = EnergyMask.DefaultFraction;
    /// <summary>Border cells in the headline.</summary>
    public BorderCells Border { get; init; } = BorderCells.Exclude;
    /// <summary>Cosine from which a cell counts as found in the headline, (0, 1]; null: the least, from 0.5 on,
    /// at which at most 5 % of the pairs are expected to be chance.</summary>
    public double? FoundAt { get; init; }
    /// <summary>Draws of the chance level, ≥ 0.</summary>
    public int ChanceDraws { get; init; } = ChanceLevel.DefaultDraws;
}
