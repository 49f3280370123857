using Minisim.Metrics;

namespace Minisim.Studies;

/// <summary>How a study scores.</summary>
public sealed record StudyScore
{
    /// <summary>Similarity, threshold, shift, denominator.</summary>
    public ScoreOptions Options { get; init; } = new();
    /// <summary>Score only units that the pipeline accepted.</summary>
    public bool AcceptedOnly { get; init; }
    /// <summary>Order of image axes where a file leaves it open.</summary>
    public Formats.Estimates.MaskAxes Axes { get; init; }
    /// <summary>Also compute what perfect spatial knowledge and an ROI mean would give, which reads the whole movie.</summary>
    public bool Bounds { get; init; }
}
