using Minisim.Metrics;

namespace Minisim.Studies;

/// <summary>What stays on disk of a unit that is done; recordings stay in the cache in any case.</summary>
public enum StudyKeep
{
    /// <summary>The scores alone.</summary>
    Scores,
    /// <summary>Scores and what the pipelines wrote.</summary>
    Estimates,
    /// <summary>Those, and everything else in the pipelines' working folders, with their logs.</summary>
    All,
}
