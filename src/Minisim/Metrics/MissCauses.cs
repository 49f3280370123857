namespace Minisim.Metrics;

/// <summary>Why a cell may have been missed.</summary>
public enum MissCause
{
    /// <summary>Little light: dim by nature, deep, or under weak illumination or vignette.</summary>
    TooDim,
    /// <summary>Blurred by defocus, which lowers its peak.</summary>
    OutOfFocus,
    /// <summary>Shaded by a vessel.</summary>
    UnderVessel,
    /// <summary>Hardly active, so that nothing in time tells it from the background.</summary>
    Silent,
    /// <summary>Overlapped by a neighbour that fluctuates more strongly in the same pixels.</summary>
    Overlapped,
    /// <summary>Partly outside the field of view.</summary>
    AtEdge,
    /// <summary>Moved out of view for part of the time.</summary>
    MovedOut,
}

/// <summary>One cause and how much it weighs.</summary>
/// <param name="Cause">The cause.</param>
/// <param name="Weight">Natural logarithm of the factor by which it weakens the cell against a typical one that was found; 0.69 is a
/// factor of 2.</param>
public readonly record struct RankedCause(MissCause Cause, double Weight);

/// <summary>Ranks the causes of a miss.</summary>
public static class MissCauses
{
    /// <summary>Weight below which a cause hardly explains anything (a tenth less light).</summary>
    public const double Weak = 0.1;

    // The logarithm of a factor of 0: no factor weighs more.
    private const double Most = 10;

    /// <summary>All causes for one cell, the strongest first.</summary>
    /// <remarks>Every cause is the log of a factor on the cell's visible fluctuation, so that they compare: light, focus, vessel and
    /// activity against the medians of <paramref name="typical"/>; the share in view at rest, and what motion leaves of it, as they are; a neighbour as
    /// <c>ln(1 + its fluctuation in this cell's footprint / the cell's own)</c>. Equal weights keep the order of <see cref="MissCause"/>.</remarks>
    /// <param name="cell">The cell that was missed.</param>
    /// <param name="typical">Cells to compare with: those found, or all where few were.</param>
    public static ValueList<RankedCause> Rank(CellFacts cell, IReadOnlyList<CellFacts> typical)
    {
        double Deficit(Func<CellFacts, double> factor)
        {
            var own = factor(cell);
            var usual = TraceScores.MedianIgnoringNaN(typical.Select(factor));
            if (double.IsNaN(own) || double.IsNaN(usual) || usual <= 0) return 0;
            return own <= 0 ? Most : Math.Clamp(Math.Log(usual / own), 0, Most);
        }
        static double Loss(double share) => share <= 0 ? Most : Math.Clamp(-Math.Log(share), 0, Most);
        RankedCause[] causes =
        [
            new(MissCause.TooDim, Deficit(f => f.Light)),
            new(MissCause.OutOfFocus, Deficit(f => f.FocusFactor)),
            new(MissCause.UnderVessel, Deficit(f => 1 - f.VesselOverlap)),
            new(MissCause.Silent, Deficit(f => f.Activity)),
            new(MissCause.Overlapped, Math.Min(Math.Log(1 + cell.NeighbourRatio), Most)),
            new(MissCause.AtEdge, Loss(cell.ShareInView)),
            new(MissCause.MovedOut, Loss(cell.TimeInView)),
        ];
        return [.. causes.OrderByDescending(c => c.Weight).ThenBy(c => c.Cause)];
    }

    /// <summary>The cause in words.</summary>
    public static string Describe(this MissCause cause) => cause switch
    {
        MissCause.TooDim => "too dim",
        MissCause.OutOfFocus => "out of focus",
        MissCause.UnderVessel => "under a vessel",
        MissCause.Silent => "silent",
        MissCause.Overlapped => "overlapped by a brighter neighbour",
        MissCause.AtEdge => "at the edge",
        _ => "moved out of view",
    };
}
