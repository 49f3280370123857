using Minisim.Formats.Hdf5.Reading;
using Minisim.Formats.Reading;
using Minisim.Metrics;

namespace Minisim.Formats.Estimates;

/// <summary>One reading of a result file: what it may cost, and the account of what was found, used, left out and why. Only footprints are
/// needed: another part that cannot be read or does not fit costs that part alone, and is said.</summary>
internal sealed class EstimateReading(string path, EstimateHints hints, ReadLimits limits)
{
    public const string Footprints = "footprints", Traces = "traces", Activity = "activity", Motion = "motion", Acceptance = "acceptance";

    /// <summary>Numbers of measurements are far from it; products of four are numbers still.</summary>
    private const double Greatest = 1e70;

    private readonly List<EstimatePart> _parts = [];
    private readonly List<string> _notes = [];

    public string Path { get; } = path;
    public EstimateHints Hints { get; } = hints;
    public ReadLimits Limits { get; } = limits;
    /// <summary>Names of arrays that several tables of a file could be; chosen by <c>--table</c>.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>What was decided: axis orders, places.</summary>
    public void Note(string note) => _notes.Add(Hdf5File.Clean(note));

    public void Used(string part, string text) => _parts.Add(new EstimatePart(part, PartUse.Used, Hdf5File.Clean(text)));

    public void LeftOut(string part, string text) => _parts.Add(new EstimatePart(part, PartUse.LeftOut, Hdf5File.Clean(text)));

    public void Absent(string part, string text) => _parts.Add(new EstimatePart(part, PartUse.Absent, text));

    public bool Has(string part) => _parts.Any(p => p.Name == part && p.Use != PartUse.Absent);

    /// <summary>Reads a part that the score can do without.</summary>
    /// <param name="part">Which.</param>
    /// <param name="where">Where it lies in the file.</param>
    /// <param name="read">Reads it; null where it is not there.</param>
    public T? Optional<T>(string part, string where, Func<T?> read) where T : class
    {
        try
        {
            return read();
        }
        catch (Exception e) when (IsOfFile(e))
        {
            LeftOut(part, $"{where} {(e is EstimateFormatException own ? $"{own.Reason} {own.Remedy}".Trim() : $"cannot be read: {Reason(e)}")}");
            return null;
        }
    }

    /// <summary>Whether an error tells of the file, not of this program.</summary>
    public static bool IsOfFile(Exception e) =>
        e is NotReadException or RecordingFormatException or IOException or InvalidDataException or OverflowException or ArgumentException or IndexOutOfRangeException or UnauthorizedAccessException or NotSupportedException;

    /// <summary>What an error says, with its remedy.</summary>
    public static string Reason(Exception e) => e switch
    {
        NotReadException { Remedy.Length: > 0 } not => $"{not.Message}. {not.Remedy}",
        NotReadException or RecordingFormatException or IOException or InvalidDataException or UnauthorizedAccessException => $"{e.Message.TrimEnd('.')}.",
        // What the framework says when a number out of the file does not fit, which says nothing of the file.
        _ => "what it holds does not fit together.",
    };

    /// <summary>Traces that fit the footprints and the recording; else they are left out, with the reason.</summary>
    /// <param name="part">Traces or activity.</param>
    /// <param name="where">Where they lie in the file.</param>
    /// <param name="table">(unit, frame), or the other way round where that may be.</param>
    /// <param name="units">Number of footprints.</param>
    /// <param name="mayTurn">Whether (frame, unit) is accepted where only that fits.</param>
    public Matrix? Fit(string part, string where, Matrix? table, int units, bool mayTurn = false)
    {
        if (table is null) return null;
        var shape = $"{where} ({table.Rows}, {table.Columns})";
        var turned = false;
        if (table.Rows != units)
        {
            if (!mayTurn || table.Columns != units)
            {
                LeftOut(part, $"{shape}: it has {table.Rows} rows and there are {units} footprints");
                return null;
            }
            Note($"{shape} read as (frame, unit)");
            (table, turned) = (table.Transpose(), true);
        }
        else if (mayTurn && table.Rows == table.Columns && Hints.Frames == units)
        {
            Note($"{shape} may be (unit, frame) or (frame, unit); read as (unit, frame)");
        }
        if (table.Values.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max() is > Greatest and var greatest)
        {
            LeftOut(part, FormattableString.Invariant($"{shape}: it has values up to {greatest:0.0e0}, which are no trace"));
            return null;
        }
        if (Hints.Frames > 0 && table.Columns != Hints.Frames)
        {
            LeftOut(part, $"{shape}: it has {table.Columns} frames and the recording {Hints.Frames}");
            return null;
        }
        Used(part, $"{shape}{(turned ? ", read as (frame, unit)" : "")}{Holes(table)}");
        return table;
    }

    private static string Holes(Matrix table)
    {
        int units = 0, none = 0;
        var bad = new bool[table.Columns];
        for (var u = 0; u < table.Rows; u++)
        {
            var row = table.Row(u);
            var finite = 0;
            foreach (var v in row) finite += double.IsFinite(v) ? 1 : 0;
            if (finite == 0 && row.Length > 0) none++;
            else if (finite < row.Length)
            {
                units++;
                for (var t = 0; t < row.Length; t++) bad[t] |= !double.IsFinite(row[t]);
            }
        }
        return $"{(none == 0 ? "" : $"; {none} of {table.Rows} units have none")}{(units == 0 ? "" : $"; NaN or infinite in {bad.Count(b => b)} of {table.Columns} frames of {units} units, and only the finite values are scored")}";
    }

    /// <summary>A motion correction that fits the recording.</summary>
    public Matrix? FitShifts(string where, Matrix? shifts)
    {
        if (shifts is null) return null;
        if (Hints.Frames > 0 && shifts.Rows != Hints.Frames)
        {
            LeftOut(Motion, $"{where}: it has {shifts.Rows} frames and the recording {Hints.Frames}");
            return null;
        }
        if (shifts.Values.Any(v => !double.IsFinite(v)))
        {
            LeftOut(Motion, $"{where} holds NaN or infinite values");
            return null;
        }
        Used(Motion, $"{where} ({shifts.Rows} frames)");
        return shifts;
    }

    /// <summary>Which units the pipeline accepted, where that fits.</summary>
    public bool[]? FitAccepted(string where, bool[]? accepted, int units)
    {
        if (accepted is null) return null;
        if (accepted.Length != units)
        {
            LeftOut(Acceptance, $"{where}: it has {accepted.Length} values and there are {units} footprints");
            return null;
        }
        var count = accepted.Count(a => a);
        if (Hints.AcceptedOnly) Used(Acceptance, $"{where}: {count} of {units} units are accepted, and only these are scored (--accepted)");
        else LeftOut(Acceptance, $"{where}: {count} of {units} units are accepted; all are scored without --accepted");
        return accepted;
    }

    /// <summary>The estimate, with its account.</summary>
    /// <param name="layout">Name of the layout.</param>
    /// <param name="footprints">Footprints.</param>
    /// <param name="from">Where they come from.</param>
    /// <param name="c">Traces.</param>
    /// <param name="s">Activity.</param>
    /// <param name="shifts">Motion correction.</param>
    /// <param name="accepted">Which units the pipeline accepted.</param>
    public Estimate Finish(string layout, SparseFootprints footprints, string from, Matrix? c = null, Matrix? s = null, Matrix? shifts = null, bool[]? accepted = null)
    {
        // Squares beyond what numbers hold would make of a good outline one that matches nothing.
        var peaks = Enumerable.Range(0, footprints.Count).Select(footprints.Peak).Where(p => p > 0).ToArray();
        foreach (var peak in peaks)
            if (peak is > Greatest or < 1 / Greatest)
                throw new EstimateFormatException(Path, FormattableString.Invariant($"has a footprint whose largest weight is {peak:0.0e0}, which no computation keeps apart from {(peak > 1 ? "infinity" : "nothing")}."), "Scale the footprints, e.g. to a largest weight of 1.");
        var empty = Enumerable.Range(0, footprints.Count).Count(u => footprints.Pixels(u).Length == 0);
        var dark = Enumerable.Range(0, footprints.Count).Count(u => footprints.Pixels(u).Length > 0 && footprints.Peak(u) <= 0);
        _parts.Insert(0, new EstimatePart(Footprints, PartUse.Used,
            $"{footprints.Count} on {footprints.Height} × {footprints.Width} px, from {from}{(empty > 0 ? $"; {empty} of them empty" : "")}{(dark > 0 ? $"; {dark} of them have no positive weight, and match nothing" : "")}{(footprints.NonFinite > 0 ? $"; {footprints.NonFinite} weights are NaN or infinite and count as 0" : "")}"));
        foreach (var (part, text) in new[] { (Traces, "without them only footprints are scored"), (Activity, "deconvolved activity or spikes"), (Motion, "give it with --shifts FILE.npy"), (Acceptance, "all units are scored") })
            if (_parts.All(p => p.Name != part)) Absent(part, text);
        if (accepted is null && Hints.AcceptedOnly) Warnings.Add("--accepted has no effect: the file does not say which units were accepted, so all are scored");
        var report = new EstimateReport { Layout = layout, Warnings = [.. Warnings], Parts = [.. _parts] };
        return new Estimate(footprints, c, s, shifts)
        {
            Accepted = accepted,
            Format = layout,
            Report = report,
            Notes = [.. _notes, .. _parts.Where(p => p.Use == PartUse.LeftOut && p.Name is not (Acceptance or "series")).Select(p => $"{p.Name} left out: {p.Text}")],
        };
    }
}
