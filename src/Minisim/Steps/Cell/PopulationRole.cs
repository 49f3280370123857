namespace Minisim.Steps;

/// <summary>What the cells of a population are to an analysis.</summary>
public enum PopulationRole
{
    /// <summary>Cells that can be found: units of the truth.</summary>
    Cell,
    /// <summary>Cells of other depths, too blurred to be anything but background: they shine, follow their own activity and drive the neuropil, and
    /// are no units.</summary>
    Background,
}
