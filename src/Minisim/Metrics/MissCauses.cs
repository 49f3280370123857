namespace Minisim.Metrics;

/// <summary>What may speak against finding a cell. Each is a measure of the recording or of the estimate, not a story.</summary>
public enum MissCause
{
    /// <summary>Little light: dim by nature, deep, or under weak illumination or vignette.</summary>
    TooDim,
    /// <summary>Blurred by defocus, which lowers its peak.</summary>
    OutOfFocus,
    /// <summary>Shaded by a vessel.</summary>
    UnderVessel,
    /// <summary>Few events in the recording.</summary>
    FewEvents,
    /// <summary>Small events for the cell's own brightness.</summary>
    WeakEvents,
    /// <summary>The sensor's full scale cuts its events off.</summary>
    Saturated,
    /// <summary>A neighbour fluctuates more strongly in the same pixels.</summary>
    Overlapped,
    /// <summary>Its centre lies outside the field of view.</summary>
    CentreOutside,
    /// <summary>Partly outside the field of view.</summary>
    AtEdge,
    /// <summary>Moved out of view for part of the time.</summary>
    MovedOut,
    /// <summary>The estimate that lies on it has too small an outline.</summary>
    OutlineTooTight,
    /// <summary>The estimate that lies on it has too large an outline.</summary>
    OutlineTooWide,
    /// <summary>The estimate that lies on it is displaced.</summary>
    Displaced,
}

/// <summary>One cause and how much it weighs.</summary>
/// <param name="Cause">The cause.</param>
/// <param name="Weight">Natural logarithm of the factor by which it weakens the cell against a typical one that was found; 0.69 is a
/// factor of 2.</param>
public readonly record struct RankedCause(MissCause Cause, double Weight);

/// <summary>How the estimate that lies on a cell compares with it; NaN without one.</summary>
/// <param name="SizeRatio">Pixels of the estimate's energy mask / of the cell's.</param>
/// <param name="DisplacementPx">Distance between their weighted centres, px.</param>
/// <param name="RadiusPx">Radius of a disc of the cell's mask's area, px.</param>
public readonly record struct OutlineFacts(double SizeRatio, double DisplacementPx, double RadiusPx)
{
    /// <summary>No estimate lies on the cell.</summary>
    public static OutlineFacts None { get; } = new(double.NaN, double.NaN, double.NaN);
}

/// <summary>Ranks what speaks against a cell.</summary>
public static class MissCauses
{
    /// <summary>Weight below which a cause hardly explains anything (a tenth less light).</summary>
    public const double Weak = 0.1;

    // The logarithm of a factor of 0: no factor weighs more.
    private const double Most = 10;

    /// <summary>All causes for one cell, the strongest first.</summary>
    /// <remarks>Every cause is the log of a factor on the cell's visible fluctuation, so that they compare: light, focus, vessel, events and
    /// their size against the medians of <paramref name="typical"/>; the share in view at rest, what motion leaves of it and what full scale leaves of an
    /// event, as they are; a centre outside the field as the half that is lost at least; a neighbour as
    /// <c>ln(1 + its fluctuation in this cell's footprint / the cell's own)</c>; an outline as the log of its size ratio; a displacement d as what it takes
    /// from the cosine of two Gaussians of the cell's radius R, <c>1.15·d²/R²</c>. Equal weights keep the order of <see cref="MissCause"/>.</remarks>
    /// <param name="cell">The cell that was missed.</param>
    /// <param name="typical">Cells to compare with: those found, or all where few were.</param>
    /// <param name="outline">The estimate that lies on it, if any.</param>
    public static ValueList<RankedCause> Rank(CellFacts cell, IReadOnlyList<CellFacts> typical, OutlineFacts? outline = null)
    {
        double Deficit(Func<CellFacts, double> factor)
        {
            var own = factor(cell);
            var usual = TraceScores.MedianIgnoringNaN(typical.Select(factor));
            if (double.IsNaN(own) || double.IsNaN(usual) || usual <= 0) return 0;
            return own <= 0 ? Most : Math.Clamp(Math.Log(usual / own), 0, Most);
        }
        static double Loss(double share) => share <= 0 ? Most : double.IsNaN(share) ? 0 : Math.Clamp(-Math.Log(share), 0, Most);
        static double Log(double ratio) => ratio > 0 ? Math.Clamp(Math.Log(ratio), 0, Most) : 0;
        var on = outline ?? OutlineFacts.None;
        RankedCause[] causes =
        [
            new(MissCause.TooDim, Deficit(f => f.Light)),
            new(MissCause.OutOfFocus, Deficit(f => f.FocusFactor)),
            new(MissCause.UnderVessel, Deficit(f => 1 - f.VesselOverlap)),
            new(MissCause.FewEvents, Deficit(f => f.Events)),
            new(MissCause.WeakEvents, Deficit(f => f.Activity)),
            new(MissCause.Saturated, Loss(1 - cell.ClippedShare)),
            new(MissCause.Overlapped, Math.Min(Math.Log(1 + cell.NeighbourRatio), Most)),
            new(MissCause.CentreOutside, cell.IsBorder ? Loss(Math.Min(cell.ShareInView, 0.5)) : 0),
            new(MissCause.AtEdge, Loss(cell.ShareInView)),
            new(MissCause.MovedOut, Loss(cell.TimeInView)),
            new(MissCause.OutlineTooTight, Log(1 / on.SizeRatio)),
            new(MissCause.OutlineTooWide, Log(on.SizeRatio)),
            new(MissCause.Displaced, on.RadiusPx > 0 ? Math.Min(1.15 * on.DisplacementPx * on.DisplacementPx / (on.RadiusPx * on.RadiusPx), Most) : 0),
        ];
        return [.. causes.OrderByDescending(c => c.Weight).ThenBy(c => c.Cause)];
    }

    /// <summary>The measure behind a cause, in its own unit; NaN where the recording or the estimate does not say.</summary>
    public static double Measure(MissCause cause, CellFacts cell, OutlineFacts outline) => cause switch
    {
        MissCause.TooDim => cell.Light,
        MissCause.OutOfFocus => cell.FocusFactor,
        MissCause.UnderVessel => cell.VesselOverlap,
        MissCause.FewEvents => cell.Events,
        MissCause.WeakEvents => cell.Activity,
        MissCause.Saturated => cell.ClippedShare,
        MissCause.Overlapped => cell.NeighbourRatio,
        MissCause.CentreOutside => cell.IsBorder ? 1 : 0,
        MissCause.AtEdge => cell.ShareInView,
        MissCause.MovedOut => cell.TimeInView,
        MissCause.OutlineTooTight or MissCause.OutlineTooWide => outline.SizeRatio,
        _ => outline.DisplacementPx,
    };

    /// <summary>Whether a larger value of the measure is the worse one.</summary>
    public static bool LargerIsWorse(this MissCause cause) => cause is MissCause.UnderVessel or MissCause.Saturated or MissCause.Overlapped
        or MissCause.CentreOutside or MissCause.OutlineTooWide or MissCause.Displaced;

    /// <summary>The cause in a few words.</summary>
    public static string Describe(this MissCause cause) => cause switch
    {
        MissCause.TooDim => "little light",
        MissCause.OutOfFocus => "out of focus",
        MissCause.UnderVessel => "under a vessel",
        MissCause.FewEvents => "few events",
        MissCause.WeakEvents => "small events",
        MissCause.Saturated => "saturated",
        MissCause.Overlapped => "a stronger neighbour in its pixels",
        MissCause.CentreOutside => "centre outside the field",
        MissCause.AtEdge => "partly outside the field",
        MissCause.MovedOut => "moved out of view",
        MissCause.OutlineTooTight => "outline too tight",
        MissCause.OutlineTooWide => "outline too wide",
        _ => "displaced",
    };

    /// <summary>The cause with what was measured: "few events: 4 in the recording".</summary>
    public static string Explain(this MissCause cause, CellFacts cell, OutlineFacts outline)
    {
        var m = Measure(cause, cell, outline);
        var value = cause switch
        {
            MissCause.TooDim => FormattableString.Invariant($"{m:g3} units"),
            MissCause.OutOfFocus => FormattableString.Invariant($"peak at {m:0.00} of what focus gives"),
            MissCause.UnderVessel => FormattableString.Invariant($"{100 * m:0} % of its light taken"),
            MissCause.FewEvents => FormattableString.Invariant($"{m:0} in the recording"),
            MissCause.WeakEvents => FormattableString.Invariant($"largest rise {m:0.##} × its brightness"),
            MissCause.Saturated => FormattableString.Invariant($"{100 * m:0} % of an event cut off"),
            MissCause.Overlapped => FormattableString.Invariant($"it fluctuates {m:0.##} × as much"),
            MissCause.CentreOutside => "",
            MissCause.AtEdge => FormattableString.Invariant($"{100 * m:0} % of it in view"),
            MissCause.MovedOut => FormattableString.Invariant($"{100 * m:0} % of its light stays in view"),
            MissCause.OutlineTooTight or MissCause.OutlineTooWide => FormattableString.Invariant($"{m:0.##} of the true size"),
            _ => FormattableString.Invariant($"by {m:0.#} px"),
        };
        return value.Length == 0 ? cause.Describe() : $"{cause.Describe()}: {value}";
    }
}
