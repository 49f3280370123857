using System.Globalization;
using System.Text;

namespace Minisim.Studies;

/// <summary>The results of a study as a tidy table: one row for each recording and pipeline with its parameters.</summary>
public sealed class StudyResults : IDisposable
{
    private readonly StudyFolder _folder;
    private readonly Ledger _ledger;
    private readonly bool _ownsLedger;

    private StudyResults(StudyFolder folder, Ledger? ledger)
    {
        _folder = folder;
        _ownsLedger = ledger is null;
        _ledger = ledger ?? new Ledger(folder.Journals);
        if (ledger is null) _ledger.Refresh();
        ParamNames = [.. folder.Study.Pipelines.SelectMany(p => p.Params.Select(a => a.Path)).Distinct()];
    }

    /// <summary>Opens the results in a folder, complete or not.</summary>
    /// <exception cref="StudyException">It is no folder of results.</exception>
    public static StudyResults Open(string folder) => new(StudyFolder.Open(folder), null);

    /// <summary>The study.</summary>
    public Study Study => _folder.Study;
    /// <summary>Paths of the axes, in order.</summary>
    public IReadOnlyList<string> Axes => _folder.Plan.Axes;
    /// <summary>Names of all pipelines' parameters.</summary>
    public IReadOnlyList<string> ParamNames { get; }
    /// <summary>Units of the plan.</summary>
    public int Units => _folder.Plan.Units.Count;

    internal StudyFolder Folder => _folder;

    /// <summary>Every unit that has ended, in the plan's order; read as it goes, so that no study is too large.</summary>
    public IEnumerable<StudyResult> Rows()
    {
        foreach (var unit in _folder.Plan.Units)
            if (_ledger.Find(unit.Key) is { } entry && _ledger.Load(entry) is { } record)
                yield return new StudyResult(unit, record);
    }

    /// <summary>Every true cell of every unit that was scored.</summary>
    internal IEnumerable<(StudyResult Result, CellRow Cell)> Cells()
    {
        foreach (var unit in _folder.Plan.Units)
            if (_ledger.Find(unit.Key) is { } entry && _ledger.Load(entry) is { } record && _ledger.LoadCells(entry, record) is { } table)
            {
                var result = new StudyResult(unit, record);
                foreach (var cell in CellTable.Read(table)) yield return (result, cell);
            }
    }

    /// <summary>Names of the columns of <c>results.csv</c>.</summary>
    public IReadOnlyList<string> Columns =>
        [.. Axes, "variant", "pipeline", .. ParamNames.Select(p => $"param.{p}"), "status", .. ScoreColumns.All.Select(c => c.Name), "match_metric", "match_threshold", "simulate_s", "pipeline_s", "score_s", "peak_memory_mb", "attempts", "recording", "unit", "message"];

    /// <summary>A row's values by <see cref="Columns"/>: text, double (NaN where not known) or null.</summary>
    public IReadOnlyList<object?> Values(StudyResult row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return RowOf(row);
    }

    internal object?[] RowOf(StudyResult row)
    {
        var record = row.Record;
        var score = _folder.Study.Score.Options;
        var isScored = record.Found is not null;
        return
        [
            .. row.Unit.Recording.Values.Select(v => (object?)Value(v.Value)), row.Unit.Recording.Variant is { Length: > 0 } variant ? variant : null, row.Unit.Pipeline,
            .. ParamNames.Select(p => row.Unit.Params.FirstOrDefault(v => v.Key == p).Value is { } text ? Value(text) : null),
            record.Status == UnitStatus.Done ? "done" : "failed",
            .. ScoreColumns.All.Select((_, i) => (object?)(i < record.Scores.Count ? record.Scores[i] : double.NaN)),
            isScored ? Metrics.SimilarityMeasures.Name(score.Measure) : null, isScored ? score.Threshold : double.NaN,
            record.SimulateS, record.PipelineS, record.ScoreS, record.PeakMb, (double)record.Attempt, row.Unit.Recording.Key, row.Unit.Key, record.Message,
        ];
    }

    // A number as a number, all else as the text that a person would write.
    private static object Value(string json) => double.TryParse(json, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) < 1L << 53 ? number : StudyPlan.Plain(json);

    /// <summary>Writes the table as CSV (RFC 4180, UTF-8; empty where not known).</summary>
    public void WriteCsv(string path) => StudyFolder.WriteWhole(path, stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine(string.Join(',', Columns.Select(Quoted)));
        foreach (var row in Rows()) writer.WriteLine(string.Join(',', RowOf(row).Select(Field)));
    });

    /// <summary>Writes the table as Parquet, with the same columns.</summary>
    public void WriteParquet(string path) => ParquetTables.WriteResults(this, Path.GetFullPath(path));

    /// <summary>Writes one row for every true cell of every scored unit as Parquet: verdict, causes, features.</summary>
    public void WriteCellsParquet(string path) => ParquetTables.WriteCells(this, Path.GetFullPath(path));

    /// <summary>Writes <c>results.csv</c>, <c>results.parquet</c> and <c>cells.parquet</c> into the study's folder, complete or not.</summary>
    public void WriteFiles() => WriteFiles(_folder, _ledger);

    private static string Field(object? value) => value switch
    {
        null => "",
        double number => double.IsNaN(number) ? "" : number.ToString("R", CultureInfo.InvariantCulture),
        _ => Quoted(value.ToString()!),
    };

    private static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Writes every file of results into the study's folder.</summary>
    internal static void WriteFiles(StudyFolder folder, Ledger? ledger = null)
    {
        using var results = new StudyResults(folder, ledger);
        // The table by which others see that a study is done comes last.
        ParquetTables.WriteCells(results, folder.CellsParquet);
        ParquetTables.WriteResults(results, folder.ResultsParquet);
        results.WriteCsv(folder.ResultsCsv);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_ownsLedger) _ledger.Dispose();
    }
}
