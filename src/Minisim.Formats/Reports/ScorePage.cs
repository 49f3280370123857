using System.Globalization;
using System.Text;
using Minisim.Metrics;
using Minisim.Truth;

namespace Minisim.Formats.Reports;

/// <summary>The score of one or several estimates as one self-contained HTML page: drawings are SVG, images are inline PNG, nothing is fetched. It reads
/// without a script; with one, the map zooms and its cells show their traces.</summary>
public static partial class ScorePage
{
    // At most this many columns a trace: what a panel of that width can show.
    private const int TraceColumns = 240;

    /// <summary>Writes the page to a file.</summary>
    /// <param name="path">Target; replaced if it exists.</param>
    /// <param name="evaluator">The recording.</param>
    /// <param name="evaluations">One or more estimates of it; with several, a comparison comes first.</param>
    /// <param name="title">Heading, e.g. the recording's name.</param>
    /// <param name="movie">Movie to draw cells over; null: the evaluator's, or the true footprints.</param>
    /// <param name="provenance">Where the score comes from; null leaves it out.</param>
    /// <param name="spec">The recording's spec as JSON, or null.</param>
    public static void Save(string path, Evaluator evaluator, IReadOnlyList<Evaluation> evaluations, string title, Movie? movie = null, ScoreProvenance? provenance = null, string? spec = null) =>
        WholeFile.Write(path, Render(evaluator, evaluations, title, movie, provenance, spec), overwrite: true);

    /// <summary>The page; see <see cref="Save"/>.</summary>
    public static string Render(Evaluator evaluator, IReadOnlyList<Evaluation> evaluations, string title, Movie? movie = null, ScoreProvenance? provenance = null, string? spec = null)
    {
        movie ??= evaluator.Movie;
        ArgumentOutOfRangeException.ThrowIfZero(evaluations.Count);
        var page = new StringBuilder();
        page.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")
            .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\"><title>").Append(Svg.Escape(title))
            .Append("</title><script>document.documentElement.dataset.theme=matchMedia('(prefers-color-scheme: light)').matches?'light':'dark'</script><style>").Append(Resource("score.css")).Append("</style></head><body><main>");
        page.Append($"<header><div><h1>{Svg.Escape(title)}</h1><p class=\"sub\">{Subtitle(evaluator)}</p></div><button id=\"theme\" class=\"noprint\" type=\"button\">Light / dark</button></header>");
        if (evaluations.Count > 1) Comparison(page, evaluations);
        var background = Background(evaluator, movie);
        for (var k = 0; k < evaluations.Count; k++) One(page, evaluator, evaluations[k], background, movie is not null, k);
        Provenance(page, evaluator, evaluations, provenance, spec);
        page.Append("</main><script type=\"application/json\" id=\"truth\">").Append(TruthTraces(evaluator)).Append("</script><script>").Append(Resource("score.js")).Append("</script></body></html>\n");
        return page.ToString();
    }

    private static string Resource(string name)
    {
        using var stream = typeof(ScorePage).Assembly.GetManifestResourceStream($"Minisim.Formats.Reports.{name}")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static string F(double v, string format = "0.000") => double.IsFinite(v) ? v.ToString(format, CultureInfo.InvariantCulture) : "–";

    private static string Lower<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string Subtitle(Evaluator evaluator)
    {
        var cells = evaluator.Cells;
        List<string> parts = [FormattableString.Invariant($"{cells.Footprints.Height} × {cells.Footprints.Width} px")];
        if (cells.C is { } c) parts.Add(double.IsNaN(evaluator.Facts.Fps) ? FormattableString.Invariant($"{c.Columns} frames") : FormattableString.Invariant($"{c.Columns} frames at {evaluator.Facts.Fps:0.##} fps = {c.Columns / evaluator.Facts.Fps:0.#} s"));
        parts.Add(FormattableString.Invariant($"{cells.Count} cells in view, {cells.Detectable.Count(d => d)} detectable, {evaluator.CellFacts.Count(f => f.IsBorder)} with their centre outside"));
        if (evaluator.SaturatedShare > 0.0001) parts.Add(Saturation.Words(evaluator.SaturatedShare));
        return string.Join(" &nbsp;·&nbsp; ", parts.Select(Svg.Escape));
    }

    private static void Comparison(StringBuilder page, IReadOnlyList<Evaluation> evaluations)
    {
        page.Append("<h2>Comparison</h2><div class=\"card\"><div class=\"scroll\"><table><thead><tr>").Append(Heads(["estimate", "layout"], ["units", "found", "recall", "precision", "F1", "threshold", "trace r", "activity r", "events F1", "motion px", "half found at SNR"])).Append("</tr></thead><tbody>");
        foreach (var e in evaluations)
        {
            var h = e.Headline;
            var events = e.Spikes is { } k && k.Events.Recall + k.Events.Precision > 0 ? 2 * k.Events.Recall * k.Events.Precision / (k.Events.Recall + k.Events.Precision) : double.NaN;
            page.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"l\">{Svg.Escape(e.Estimate.Name)}</td><td class=\"l\">{Svg.Escape(e.Estimate.Format)}</td><td>{h.NEst}</td><td>{h.NFound}</td><td>{With(h.Recall, e.Intervals.Recall)}</td><td>{With(h.Precision, e.Intervals.Precision)}</td><td>{With(h.F1, e.Intervals.F1)}</td><td>{F(h.Threshold, "0.00")}</td><td>{With(h.TraceCorr, e.Intervals.TraceCorr)}</td><td>{F(h.ActivityCorr)}</td><td>{F(events)}</td><td>{F(e.Motion?.RmseReceived ?? double.NaN)}</td><td>{F(e.Curves[0].Fit?.X50 ?? double.NaN, "0.0#")}</td></tr>");
        }
        page.Append("</tbody></table></div></div>");
    }

    private static string Heads(IEnumerable<string> texts, IEnumerable<string> numbers, IEnumerable<string>? last = null) =>
        string.Concat(texts.Select(t => $"<th class=\"l\" aria-sort=\"none\">{t}</th>").Concat(numbers.Select(t => $"<th aria-sort=\"none\">{t}</th>")).Concat((last ?? []).Select(t => $"<th class=\"l\">{t}</th>")));

    private static string With(double v, ConfidenceInterval i) => double.IsNaN(i.Low) ? F(v) : $"{F(v)} <small>({F(i.Low, "0.00")}–{F(i.High, "0.00")})</small>";

    /// <summary>What cells are drawn over: height, width, and grey values.</summary>
    private static (double[] Image, double Low, double High) Background(Evaluator evaluator, Movie? movie)
    {
        var f = evaluator.Cells.Footprints;
        var image = f.Sum();
        if (movie is { Frames: > 0 })
        {
            // Maximum minus mean over time: activity rather than the still background.
            var frame = new float[image.Length];
            var (max, sum) = (new double[image.Length], new double[image.Length]);
            Array.Fill(max, double.NegativeInfinity);
            for (var t = 0; t < movie.Frames; t++)
            {
                movie.ReadFrame(t, frame);
                for (var p = 0; p < frame.Length; p++)
                {
                    max[p] = Math.Max(max[p], frame[p]);
                    sum[p] += frame[p];
                }
            }
            for (var p = 0; p < image.Length; p++) image[p] = movie.Frames > 1 ? max[p] - sum[p] / movie.Frames : max[p];
        }
        var sorted = image.ToArray();
        Array.Sort(sorted);
        return sorted.Length == 0 ? (image, 0, 1) : (image, sorted[sorted.Length / 100], sorted[^(sorted.Length / 500 + 1)]);
    }

    private static string TruthTraces(Evaluator evaluator)
    {
        var length = evaluator.Cells.C is not { } c ? "" : double.IsNaN(evaluator.Facts.Fps) ? FormattableString.Invariant($"{c.Columns} frames") : FormattableString.Invariant($"{c.Columns / evaluator.Facts.Fps:0.#} s");
        var traces = evaluator.Cells.C is { } m ? Enumerable.Range(0, m.Rows).Select(u => $"\"{Svg.Pack(m.Row(u), TraceColumns)}\"") : [];
        return $"{{\"length\":\"{length}\",\"traces\":[{string.Join(',', traces)}]}}";
    }

    private static void Provenance(StringBuilder page, Evaluator evaluator, IReadOnlyList<Evaluation> evaluations, ScoreProvenance? provenance, string? spec)
    {
        page.Append("<h2>Where this comes from</h2><div class=\"card long\"><dl class=\"prov\">");
        void Row(string name, string value)
        {
            if (value.Length > 0) page.Append($"<dt>{name}</dt><dd>{Svg.Escape(value)}</dd>");
        }
        if (provenance is not null)
        {
            Row("recording", provenance.Recording);
            Row("spec cache key", provenance.SpecKey);
            Row("command", provenance.CommandLine);
            if (provenance.Created is { } created) Row("made", created.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture));
        }
        Row("program", $"{Engine.Name} {Engine.Version}, model {Engine.ModelVersion}, score format {ScoreJson.Version}");
        Row("estimates", string.Join("; ", evaluations.Select(e => $"{e.Estimate.Name} ({e.Estimate.Format})")));
        page.Append("</dl>");
        page.Append("<h4>What the numbers mean</h4><ul class=\"notes\">")
            .Append("<li><b>found</b>: paired one to one by the cosine of the footprints, at or above the threshold; traces break near-ties. The threshold is the least, from 0.5 on, at which at most 5 % of the pairs are expected by chance, measured with the same estimates against this truth displaced, mirrored and transposed.</li>")
            .Append("<li><b>not counted</b>: cells whose centre lies outside the field and undetectable ones; an estimate of one is neither right nor wrong.</li>")
            .Append("<li><b>detection SNR</b>: matched filter of a typical event over footprint and indicator, against shot noise of all local light, read noise, neighbours and neuropil, after full scale. <b>Peak SNR, local</b>: the brightest pixel's largest rise over the noise of all light there. <b>SNR</b>: the ratio behind <i>detectable</i>, a point source against its own light alone, without background and saturation; it grows with the length of the recording.</li>")
            .Append("<li><b>causes</b> are named only where their measure separates this estimate's found cells from the others (AUC ≥ 0.6, P &lt; 0.01). They are evidence, not proof.</li></ul>");
        if (spec is not null) page.Append("<details><summary>Spec of the recording</summary><pre>").Append(Svg.Escape(spec)).Append("</pre></details>");
        page.Append("</div>");
    }
}
