namespace Minisim.Metrics;

/// <summary>What a pipeline recovered. Only footprints are required.</summary>
public sealed class Estimate
{
    /// <summary>An estimate.</summary>
    /// <param name="footprints">Footprints of the field of view.</param>
    /// <param name="c">Traces (unit, frame), or null.</param>
    /// <param name="s">Deconvolved activity (unit, frame), or null.</param>
    /// <param name="shifts">Motion correction (frame, 2), px: (dy, dx) by which the pipeline moved each frame; or null.</param>
    /// <exception cref="ArgumentException">The arrays do not belong together.</exception>
    public Estimate(SparseFootprints footprints, Matrix? c = null, Matrix? s = null, Matrix? shifts = null)
    {
        if (c is not null && c.Rows != footprints.Count)
            throw new ArgumentException($"C has {c.Rows} units but A has {footprints.Count}", nameof(c));
        if (s is not null && s.Rows != footprints.Count)
            throw new ArgumentException($"S has {s.Rows} units but A has {footprints.Count}", nameof(s));
        if (shifts is not null && shifts.Columns != 2)
            throw new ArgumentException($"shifts have shape ({shifts.Rows}, {shifts.Columns}), not (frame, 2)", nameof(shifts));
        (Footprints, C, S, Shifts) = (footprints, c, s, shifts);
    }

    /// <summary>Footprints.</summary>
    public SparseFootprints Footprints { get; }
    /// <summary>Traces (unit, frame), or null.</summary>
    public Matrix? C { get; }
    /// <summary>Deconvolved activity (unit, frame), or null.</summary>
    public Matrix? S { get; }
    /// <summary>Motion correction (frame, 2), px, or null.</summary>
    public Matrix? Shifts { get; }
    /// <summary>Which units the pipeline itself accepted as cells; null where it does not say.</summary>
    public IReadOnlyList<bool>? Accepted { get; init; }
    /// <summary>What to call it in a report, e.g. the file's name.</summary>
    public string Name { get; init; } = "estimate";
    /// <summary>Which pipeline's layout it was read from; empty for one made in memory.</summary>
    public string Format { get; init; } = "";
    /// <summary>What the reader found and decided: axis orders, skipped parts.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What was found in the file, what of it is used, what was left out and why.</summary>
    public EstimateReport Report { get; init; } = EstimateReport.Empty;

    /// <summary>Number of units.</summary>
    public int Count => Footprints.Count;

    private Estimate Like(Estimate other) => new(Footprints, C, S, Shifts)
    {
        Accepted = Accepted,
        Name = other.Name,
        Format = other.Format,
        Notes = other.Notes,
        Report = other.Report,
    };

    /// <summary>Some units only, in the given order.</summary>
    public Estimate Take(IReadOnlyList<int> units) => new Estimate(Footprints.Take(units), C?.Take(units), S?.Take(units), Shifts)
    {
        Accepted = Accepted is null ? null : [.. units.Select(u => Accepted[u])],
    }.Like(this);

    /// <summary>Only the units that the pipeline accepted; all where it does not say.</summary>
    public Estimate TakeAccepted() => Accepted is null ? this : Take([.. Enumerable.Range(0, Count).Where(u => Accepted[u])]);

    /// <summary>The same with another motion correction, e.g. one that the pipeline keeps in its own file.</summary>
    public Estimate WithShifts(Matrix? shifts) => new Estimate(Footprints, C, S, shifts) { Accepted = Accepted }.Like(this);

    /// <summary>The same with another report.</summary>
    public Estimate WithReport(EstimateReport report) => new(Footprints, C, S, Shifts) { Accepted = Accepted, Name = Name, Format = Format, Notes = Notes, Report = report };
}
