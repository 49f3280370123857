using Parquet;
using Parquet.Schema;

namespace Minisim.Studies;

/// <summary>Results and cells as Parquet files, for pandas, Polars, DuckDB, R.</summary>
internal static class ParquetTables
{
    /// <summary>Rows of a group: what is in memory at once.</summary>
    private const int GroupRows = 50_000;

    /// <summary>The table of results, with the columns of the CSV file.</summary>
    public static void WriteResults(StudyResults results, string path)
    {
        var numeric = NumericAxes(results);
        var columns = results.Columns;
        // Axes and parameters are numbers if all their values are; the rest is what it is by its nature.
        var isNumber = columns.Select((name, i) => IsNumber(results, name, i, numeric)).ToArray();
        StudyFolder.WriteWhole(path, stream => Write(stream, columns, isNumber, results.Rows().Select(r => results.RowOf(r))));
    }

    /// <summary>The table of cells: one row for every true cell of every unit that was scored.</summary>
    public static void WriteCells(StudyResults results, string path)
    {
        var numeric = NumericAxes(results);
        string[] head = [.. results.Axes, "variant", "pipeline", .. results.ParamNames.Select(p => $"param.{p}")];
        string[] columns = [.. head, "recording", "unit", "cell", "verdict", "estimate", "main_cause", "causes", .. CellTable.Features];
        var isNumber = columns.Select((name, i) => i < head.Length ? IsNumber(results, name, i, numeric) : name is "cell" or "estimate" || i >= head.Length + 7).ToArray();
        var verdicts = Enum.GetValues<Metrics.TrueVerdict>().Select(v => ScoreColumns.Snake(v)).ToArray();
        var causes = Enum.GetValues<Metrics.MissCause>().Select(c => ScoreColumns.Snake(c)).ToArray();
        IEnumerable<object?[]> Rows()
        {
            object?[]? own = null;
            StudyUnit? of = null;
            foreach (var (result, cell) in results.Cells())
            {
                if (!ReferenceEquals(of, result.Unit))
                {
                    of = result.Unit;
                    own = results.RowOf(result)[..head.Length];
                }
                yield return
                [
                    .. own!, result.Unit.Recording.Key, result.Unit.Key, (double)cell.Cell, verdicts[cell.Verdict], (double)cell.Estimate, cell.MainCause == CellTable.NoCause ? null : causes[cell.MainCause], cell.Causes,
                    .. cell.Features.Select(f => (object?)f),
                ];
            }
        }
        StudyFolder.WriteWhole(path, stream => Write(stream, columns, isNumber, Rows()));
    }

    private static HashSet<string> NumericAxes(StudyResults results)
    {
        static bool All(IEnumerable<string> values) => values.All(v => double.TryParse(v, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var n) && Math.Abs(n) < 1L << 53);
        var names = results.Study.Axes.Where(a => All(a.Values)).Select(a => a.Path).ToHashSet();
        names.UnionWith(results.ParamNames.Where(p => All(results.Study.Pipelines.SelectMany(l => l.Params).Where(a => a.Path == p).SelectMany(a => a.Values))).Select(p => $"param.{p}"));
        return names;
    }

    private static bool IsNumber(StudyResults results, string name, int index, HashSet<string> numeric)
    {
        var axes = results.Axes.Count;
        if (index < axes || index >= axes + 2 && index < axes + 2 + results.ParamNames.Count) return numeric.Contains(name);
        return name is not ("variant" or "pipeline" or "status" or "match_metric" or "recording" or "unit" or "message");
    }

    private static void Write(Stream stream, IReadOnlyList<string> columns, bool[] isNumber, IEnumerable<object?[]> rows)
    {
        var fields = columns.Select((name, i) => isNumber[i] ? new DataField(name, typeof(double), isNullable: true) : new DataField(name, typeof(string), isNullable: true)).ToArray();
        WriteAsync(stream, fields, isNumber, rows).GetAwaiter().GetResult();
    }

    private static async Task WriteAsync(Stream stream, DataField[] fields, bool[] isNumber, IEnumerable<object?[]> rows)
    {
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream).ConfigureAwait(false);
        foreach (var chunk in rows.Chunk(GroupRows))
        {
            using var group = writer.CreateRowGroup();
            for (var c = 0; c < fields.Length; c++)
            {
                var column = c;
                if (isNumber[c])
                {
                    double?[] numbers = [.. chunk.Select(r => r[column] is double v && !double.IsNaN(v) ? v : (double?)null)];
                    await group.WriteAsync<double>(fields[c], numbers.AsMemory()).ConfigureAwait(false);
                }
                else
                {
                    string?[] texts = [.. chunk.Select(r => r[column] switch { null => null, double v when double.IsNaN(v) => null, double v => v.ToString("R", System.Globalization.CultureInfo.InvariantCulture), var t => t.ToString() })];
                    await group.WriteAsync(fields[c], (IReadOnlyCollection<string>)texts!).ConfigureAwait(false);
                }
            }
            group.CompleteValidate();
        }
    }
}
