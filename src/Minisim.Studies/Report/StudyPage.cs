using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Minisim.Metrics;

namespace Minisim.Studies;

/// <summary>A study's results as one self-contained HTML page: tables made here, charts drawn in the page from the data it carries, nothing
/// fetched.</summary>
public static class StudyPage
{
    /// <summary>Reasons of failures that are listed.</summary>
    private const int MostFailures = 50;

    /// <summary>Writes the page.</summary>
    /// <param name="results">The results, complete or not.</param>
    /// <param name="path">The file; replaced as a whole.</param>
    public static void Save(StudyResults results, string path)
    {
        ArgumentNullException.ThrowIfNull(results);
        StudyFolder.WriteWhole(Path.GetFullPath(path), Render(results, Path.GetDirectoryName(Path.GetFullPath(path))!));
    }

    /// <summary>The page, for a file in a folder: its links to score pages are relative to it.</summary>
    public static string Render(StudyResults results, string folder)
    {
        ArgumentNullException.ThrowIfNull(results);
        var analysis = new StudyAnalysis(results);
        StudyResult[] rows = [.. results.Rows()];
        StudyResult[] done = [.. rows.Where(r => r.Status == UnitStatus.Done)];
        var page = new StringBuilder();
        page.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>").Append(E(results.Study.Name)).Append("</title><style>").Append(Resource("page.css"))
            .Append("</style></head><body><h1>").Append(E(results.Study.Name)).Append("</h1>");
        Head(page, results, rows, done);
        Ranking(page, analysis);
        page.Append("""
            <h2>Explore</h2><p class="soft">Mean over the recordings that the choices below leave, with the 95 % interval of that mean (Student's t over recordings). Hover for numbers.</p>
            <div class="controls" id="controls"></div><noscript><p>The charts are drawn by a script in this page; the tables need none.</p></noscript>
            <h3 id="linesname"></h3><div id="lines"></div><h3 id="heatname"></h3><div id="heat"></div><h3>Why cells were not found: share of all cells that count, by main cause</h3><div id="causes"></div>
            <h2>Every axis</h2><div class="key" id="overviewkey"></div><div id="overview"></div>
            """);
        Pairs(page, analysis);
        Choices(page, analysis);
        SnrChart(page, analysis);
        Costs(page, done);
        Failures(page, results, rows);
        var dims = results.Axes.Concat(results.Study.Variants.Count > 1 ? ["variant"] : []).Append("pipeline");
        page.Append("<h2>Recordings</h2><p class=\"soft\">Shown: <span id=\"rowcount\"></span>.</p><div class=\"scroll\"><table><thead><tr>").AppendJoin("", dims.Select(d => $"<th class=\"t\">{E(d)}</th>"))
            .Append("<th>recall</th><th>precision</th><th>F1</th><th>trace r</th><th class=\"t\"></th></tr></thead><tbody id=\"rows\"></tbody></table></div>");
        page.Append("<div id=\"tip\"></div><script id=\"data\" type=\"application/json\">").Append(Data(results, done, folder)).Append("</script><script>").Append(Resource("page.js")).Append("</script></body></html>\n");
        return page.ToString();
    }

    private static string E(string text) => WebUtility.HtmlEncode(text);

    private static string N(double v, string format = "0.000") => double.IsFinite(v) ? v.ToString(format, CultureInfo.InvariantCulture) : "–";

    private static string With(Bounded b, string format = "0.000") => double.IsFinite(b.Low) ? $"{N(b.Value, format)} <span class=\"soft\">({N(b.Low, format)} to {N(b.High, format)})</span>" : N(b.Value, format);

    private static string Resource(string name)
    {
        using var stream = typeof(StudyPage).Assembly.GetManifestResourceStream($"Minisim.Studies.Report.{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static void Head(StringBuilder page, StudyResults results, StudyResult[] rows, StudyResult[] done)
    {
        var failed = rows.Length - done.Length;
        var score = results.Study.Score.Options;
        void Tile(string name, FormattableString value) => page.Append("<div class=\"tile\">").Append(E(name)).Append("<b>").Append(value.ToString(CultureInfo.InvariantCulture)).Append("</b></div>");
        page.Append("<div class=\"tiles\">");
        Tile("units", $"{results.Units:#,0}");
        Tile("done", $"{done.Length:#,0}");
        Tile("failed", $"{failed:#,0}");
        Tile("recordings", $"{done.Select(r => r.Unit.Recording.Key).Distinct().Count():#,0}");
        Tile("true cells", $"{done.DistinctBy(r => r.Unit.Recording.Key).Sum(r => double.IsNaN(r["n_true"]) ? 0 : r["n_true"]):#,0}");
        page.Append("</div>");
        if (rows.Length < results.Units) page.Append(CultureInfo.InvariantCulture, $"<p class=\"no\">{results.Units - rows.Length:#,0} units are not done yet: this is a part of the study.</p>");
        page.Append(CultureInfo.InvariantCulture, $"<p class=\"soft\">A cell counts as found from a {score.Measure.Name()} of {score.Threshold} on; recall is over {(score.AllCells ? "all planted cells in view" : "the detectable cells")}. {E(Engine.Name)} {Engine.Version}.</p>");
    }

    private static readonly (string Name, string Title)[] Shown = [("f1", "F1"), ("recall", "recall"), ("precision", "precision"), ("trace_corr", "trace r"), ("activity_corr", "activity r"), ("shift_rmse", "motion error, px"), ("neighbour_corr", "r with neighbour")];

    private static void Ranking(StringBuilder page, StudyAnalysis analysis)
    {
        if (analysis.Ranking.Count == 0) return;
        var columns = Shown.Where(c => analysis.Ranking.Any(r => r.Scores.ContainsKey(c.Name))).ToArray();
        page.Append("<h2>Pipelines</h2><table><tr><th class=\"t\">pipeline</th>").AppendJoin("", columns.Select(c => $"<th>{c.Title}</th>")).Append("<th>recordings</th><th>cells</th></tr>");
        foreach (var (row, i) in analysis.Ranking.Select((r, i) => (r, i)))
            page.Append(i == 0 ? "<tr class=\"best\">" : "<tr>").Append($"<td class=\"t\">{E(row.Entrant)}</td>").AppendJoin("", columns.Select(c => $"<td>{(row.Scores.TryGetValue(c.Name, out var b) ? With(b) : "–")}</td>"))
                .Append(CultureInfo.InvariantCulture, $"<td>{row.Recordings:#,0}</td><td>{row.Cells:#,0}</td></tr>");
        page.Append("</table><p class=\"soft\">Means over recordings with 95 % intervals by bootstrap over recordings and, for F1, recall and precision, the cells of each.</p>");
    }

    private static void Pairs(StringBuilder page, StudyAnalysis analysis)
    {
        if (analysis.Pairs.Count == 0) return;
        var columns = Shown.Where(c => analysis.Pairs.Any(r => r.Differences.ContainsKey(c.Name))).ToArray();
        page.Append("<h2>Paired differences</h2><table><tr><th class=\"t\">first</th><th class=\"t\">minus second</th>").AppendJoin("", columns.Select(c => $"<th>{c.Title}</th>")).Append("<th>recordings</th><th>cells</th></tr>");
        foreach (var p in analysis.Pairs)
            page.Append($"<tr><td class=\"t\">{E(p.A)}</td><td class=\"t\">{E(p.B)}</td>").AppendJoin("", columns.Select(c => p.Differences.TryGetValue(c.Name, out var b) ? $"<td>{(b.Low > 0 || b.High < 0 ? "<b>" : "")}{With(b, "+0.000;−0.000;0.000")}{(b.Low > 0 || b.High < 0 ? "</b>" : "")}</td>" : "<td>–</td>"))
                .Append(CultureInfo.InvariantCulture, $"<td>{p.Recordings:#,0}</td><td>{p.Cells:#,0}</td></tr>");
        page.Append("</table><p class=\"soft\">On the recordings that both were scored on. Bold: the 95 % interval leaves out 0.</p>");
    }

    private static void Choices(StringBuilder page, StudyAnalysis analysis)
    {
        foreach (var choices in analysis.Choices)
        {
            page.Append("<h2>Best parameters of ").Append(E(choices[0].Entrant.Split(' ')[0])).Append("</h2><table><tr><th class=\"t\">parameters</th><th>mean F1</th><th>F1 lost against the best</th><th>best on</th><th>largest loss along an axis</th><th class=\"t\">at</th></tr>");
            foreach (var (c, i) in choices.Select((c, i) => (c, i)))
                page.Append(i == 0 ? "<tr class=\"best\">" : "<tr>").Append(CultureInfo.InvariantCulture, $"<td class=\"t\">{E(c.Entrant)}</td><td>{N(c.Mean)}</td><td>{(i == 0 ? "–" : With(c.Loss))}</td><td>{c.BestOn} of {c.Recordings}</td><td>{(c.WorstLoss > 0 ? N(c.WorstLoss) : "–")}</td><td class=\"t\">{E(c.WorstAt)}</td></tr>");
            page.Append("</table><p class=\"soft\">What it costs to use other parameters than those that are best on average, on the same recordings.</p>");
        }
    }

    private static readonly string[] Colors = ["#2b6cb0", "#d8432f", "#2f9e5f", "#b7791f", "#805ad5", "#0f8b8d", "#c2417c", "#5a6b7b", "#7a9a01", "#9c4221"];

    private static void SnrChart(StringBuilder page, StudyAnalysis analysis)
    {
        var curves = analysis.Snr.Where(c => c.Bins.Count > 1).ToArray();
        if (curves.Length == 0) return;
        const int W = 640, H = 320, Left = 46, Top = 8, Bottom = 40;
        var (low, high) = (Math.Floor(2 * curves.Min(c => c.Bins[0].Log10)) / 2, Math.Ceiling(2 * curves.Max(c => c.Bins[^1].Log10)) / 2);
        double X(double x) => Left + (x - low) / (high - low) * (W - Left - 10);
        double Y(double y) => Top + (1 - y) * (H - Top - Bottom);
        page.Append(CultureInfo.InvariantCulture, $"<h2>Recall against SNR</h2><svg viewBox=\"0 0 {W} {H}\" width=\"{W}\" height=\"{H}\" role=\"img\" aria-label=\"recall against SNR\">");
        foreach (var y in (double[])[0, 0.25, 0.5, 0.75, 1]) page.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{W - 10}\" y1=\"{Y(y):0.#}\" y2=\"{Y(y):0.#}\"/><text x=\"{Left - 6}\" y=\"{Y(y) + 4:0.#}\" text-anchor=\"end\">{y}</text>");
        for (var t = Math.Ceiling(low); t <= high; t++)
            foreach (var m in (double[])[1, 2, 5])
                if (t + Math.Log10(m) <= high) page.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(t + Math.Log10(m)):0.#}\" y=\"{H - Bottom + 16}\" text-anchor=\"middle\">{Math.Pow(10, t) * m:0.##}</text>");
        page.Append(CultureInfo.InvariantCulture, $"<text class=\"name\" x=\"{(Left + W) / 2}\" y=\"{H - 6}\" text-anchor=\"middle\">detection SNR of the cell (logarithmic)</text>");
        for (var k = 0; k < curves.Length; k++)
        {
            var (curve, color) = (curves[k], Colors[k % Colors.Length]);
            foreach (var (x, cells, found) in curve.Bins)
            {
                var (a, b) = QualityCurve.Wilson(found, cells);
                page.Append(CultureInfo.InvariantCulture, $"<line x1=\"{X(x):0.#}\" x2=\"{X(x):0.#}\" y1=\"{Y(a):0.#}\" y2=\"{Y(b):0.#}\" stroke=\"{color}\" opacity=\"0.4\"/><circle cx=\"{X(x):0.#}\" cy=\"{Y((double)found / cells):0.#}\" r=\"3\" fill=\"{color}\"><title>{E(curve.Entrant)}: {found} of {cells} at SNR {Math.Pow(10, x):0.##}</title></circle>");
            }
            if (!double.IsFinite(curve.B)) continue;
            page.Append($"<path fill=\"none\" stroke=\"{color}\" stroke-width=\"1.6\"{(k % 2 == 1 ? " stroke-dasharray=\"7 5\"" : "")} d=\"");
            for (var i = 0; i <= 80; i++)
            {
                var x = low + (high - low) * i / 80;
                page.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? 'M' : 'L')}{X(x):0.#} {Y(1 / (1 + Math.Exp(-(curve.A + curve.B * x)))):0.#}");
            }
            page.Append("\"/>");
        }
        page.Append("</svg><div class=\"key\">").AppendJoin("", curves.Select((c, k) => $"<span><i style=\"background:{Colors[k % Colors.Length]}\"></i>{E(c.Entrant)}</span>")).Append("</div>");
        page.Append("<table><tr><th class=\"t\">pipeline</th><th>SNR at which half of the cells are found</th></tr>").AppendJoin("", curves.Select(c => $"<tr><td class=\"t\">{E(c.Entrant)}</td><td>{(double.IsFinite(c.Half.Value) ? With(c.Half, "0.##") : "–")}</td></tr>"))
            .Append("</table><p class=\"soft\">Bins with 95 % Wilson intervals; curves are logistic in the logarithm of SNR, by maximum likelihood.</p>");
    }

    private static void Costs(StringBuilder page, StudyResult[] done)
    {
        static double Quantile(double[] sorted, double q) => sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(q * sorted.Length))];
        static double[] Sorted(IEnumerable<double> values) => [.. values.Where(double.IsFinite).Order()];
        page.Append("<h2>Time and memory</h2><table><tr><th class=\"t\">what</th><th>times</th><th>median s</th><th>95 % below s</th><th>together h</th><th>peak memory MB, median</th><th>largest</th></tr>");
        void Row(string name, double[] times, double[] memory) => page.Append(CultureInfo.InvariantCulture,
            $"<tr><td class=\"t\">{E(name)}</td><td>{times.Length:#,0}</td><td>{N(Quantile(times, 0.5), "0.00")}</td><td>{N(Quantile(times, 0.95), "0.00")}</td><td>{N(times.Sum() / 3600, "0.000")}</td><td>{N(Quantile(memory, 0.5), "0")}</td><td>{(memory.Length > 0 ? N(memory[^1], "0") : "–")}</td></tr>");
        Row("simulating a recording", Sorted(done.DistinctBy(r => r.Unit.Recording.Key).Select(r => r.SimulateS)), []);
        foreach (var own in done.Where(r => double.IsFinite(r.PipelineS)).GroupBy(r => r.Unit.Entrant)) Row(own.Key, Sorted(own.Select(r => r.PipelineS)), Sorted(own.Select(r => r.PeakMemoryMb)));
        Row("scoring", Sorted(done.Select(r => r.ScoreS)), []);
        page.Append("</table>");
    }

    private static void Failures(StringBuilder page, StudyResults results, StudyResult[] rows)
    {
        var failed = rows.Where(r => r.Status == UnitStatus.Failed).ToArray();
        if (failed.Length == 0) return;
        page.Append(CultureInfo.InvariantCulture, $"<h2>Failures</h2><p>{failed.Length:#,0} units failed; they are in no mean above.</p><table><tr><th class=\"t\">why</th><th>units</th></tr>");
        foreach (var group in failed.GroupBy(f => f.Message ?? "").OrderByDescending(g => g.Count()).Take(MostFailures)) page.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"t\">{E(group.Key)}</td><td>{group.Count():#,0}</td></tr>");
        page.Append("</table>");
        foreach (var one in failed.Take(5))
            page.Append("<h3>").Append(E(one.Unit.ToString())).Append("</h3><pre>").Append(E(string.Join('\n', StudyStatus.LastLines(results.Folder.LogOf(one.Unit.Key), 12)))).Append("</pre>");
    }

    private static string Data(StudyResults results, StudyResult[] done, string folder)
    {
        // Only facts that vary or are asked for; the table holds the rest.
        var metrics = ScoreColumns.All.Where(c => !c.Name.EndsWith("_low", StringComparison.Ordinal) && !c.Name.EndsWith("_high", StringComparison.Ordinal) && !c.Name.StartsWith("missed_", StringComparison.Ordinal) && !c.Name.StartsWith("footprint_d", StringComparison.Ordinal))
            .Where(c => done.Any(r => double.IsFinite(r[c.Name]))).ToArray();
        using var buffer = new MemoryStream();
        // The default encoder: no text of the data can end the script that carries it.
        using (var json = new Utf8JsonWriter(buffer))
        {
            var axes = results.Axes.Select((path, i) => (Path: path, Values: done.Select(r => r.Unit.Recording.Values[i].Value).Distinct().ToArray())).ToArray();
            for (var i = 0; i < axes.Length; i++)
                if (axes[i].Values.All(IsNumber)) axes[i].Values = [.. axes[i].Values.OrderBy(v => double.Parse(v, CultureInfo.InvariantCulture))];
            string[] variants = [.. done.Select(r => r.Unit.Recording.Variant).Distinct()];
            string[] entrants = [.. done.Select(r => r.Unit.Entrant).Distinct()];
            json.WriteStartObject();
            json.WriteString("pages", Uri.EscapeDataString(Path.GetRelativePath(folder, results.Folder.Pages).Replace('\\', '/')).Replace("%2F", "/", StringComparison.Ordinal) + "/");
            json.WriteStartArray("axes");
            foreach (var (path, values) in axes)
            {
                json.WriteStartObject();
                json.WriteString("path", path);
                Texts("values", values.Select(StudyPlan.Plain));
                if (values.All(IsNumber)) Numbers("numbers", values.Select(v => double.Parse(v, CultureInfo.InvariantCulture)));
                else json.WriteNull("numbers");
                json.WriteEndObject();
            }
            json.WriteEndArray();
            Texts("variants", variants);
            Texts("entrants", entrants);
            Texts("causes", Enum.GetValues<MissCause>().Select(c => c.Describe()).Append("nothing that was measured"));
            json.WriteStartArray("metrics");
            foreach (var m in metrics)
            {
                json.WriteStartObject();
                json.WriteString("name", m.Name);
                json.WriteString("title", m.Title);
                json.WriteBoolean("unit", m.Name is "recall" or "precision" or "f1" or "trace_corr" or "activity_corr" or "mean_overlap" or "neighbour_corr" or "event_recall" or "event_precision" or "oracle_corr" or "roi_corr");
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartObject("rows");
            json.WriteStartArray("axis");
            for (var i = 0; i < axes.Length; i++)
            {
                var place = axes[i].Values.Select((v, k) => (v, k)).ToDictionary(p => p.v, p => p.k);
                json.WriteStartArray();
                foreach (var row in done) json.WriteNumberValue(place[row.Unit.Recording.Values[i].Value]);
                json.WriteEndArray();
            }
            json.WriteEndArray();
            Indices("variant", variants, r => r.Unit.Recording.Variant);
            Indices("entrant", entrants, r => r.Unit.Entrant);
            Texts("unit", done.Select(r => r.Unit.Key));
            Numbers("page", done.Select(r => File.Exists(results.Folder.PageOf(r.Unit.Key)) ? 1.0 : 0));
            Numbers("cells", done.Select(r => r["n_true"]));
            json.WriteStartArray("cause");
            foreach (var cause in Enum.GetValues<MissCause>())
            {
                var name = $"missed_{ScoreColumns.Snake(cause)}";
                json.WriteStartArray();
                foreach (var row in done) Number(row[name]);
                json.WriteEndArray();
            }
            // Without them the bars would say that more was found than was.
            json.WriteStartArray();
            foreach (var row in done) Number(Math.Max(0, row["n_true"] - Math.Max(row["true_found"], row["n_matched"]) - Enum.GetValues<MissCause>().Sum(c => row[$"missed_{ScoreColumns.Snake(c)}"])));
            json.WriteEndArray();
            json.WriteEndArray();
            json.WriteStartObject("metric");
            foreach (var m in metrics) Numbers(m.Name, done.Select(r => r[m.Name]));
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();

            void Texts(string name, IEnumerable<string> texts)
            {
                json.WriteStartArray(name);
                foreach (var text in texts) json.WriteStringValue(text);
                json.WriteEndArray();
            }

            void Number(double v)
            {
                // Four digits are more than a chart can show.
                if (double.IsFinite(v)) json.WriteNumberValue(v == 0 ? 0 : double.Parse(v.ToString("G5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
                else json.WriteNullValue();
            }

            void Numbers(string name, IEnumerable<double> numbers)
            {
                json.WriteStartArray(name);
                foreach (var v in numbers) Number(v);
                json.WriteEndArray();
            }

            void Indices(string name, string[] values, Func<StudyResult, string> of)
            {
                var place = values.Select((v, k) => (v, k)).ToDictionary(p => p.v, p => p.k);
                json.WriteStartArray(name);
                foreach (var row in done) json.WriteNumberValue(place[of(row)]);
                json.WriteEndArray();
            }
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static bool IsNumber(string json) => double.TryParse(json, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
