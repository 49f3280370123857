using System.Globalization;
using System.Text;
using Minisim.Metrics;
using Minisim.Truth;

namespace Minisim.Formats.Reports;

/// <summary>The score of one or several estimates as one self-contained HTML page: drawings are SVG, images are inline PNG,
/// nothing is fetched.</summary>
public static class ScorePage
{
    private const string Style = """
        body{font:14px/1.45 system-ui,sans-serif;margin:0 auto;max-width:1180px;padding:16px;color:#1c2330;background:#fff}
        h1{font-size:22px}h2{font-size:18px;border-top:2px solid #dde2ea;padding-top:14px;margin-top:34px}h3{font-size:15px;margin-bottom:6px}
        .tiles{display:flex;flex-wrap:wrap;gap:10px}.tile{border:1px solid #dde2ea;border-radius:6px;padding:8px 12px;min-width:110px}
        .tile b{display:block;font-size:20px}.tile small{color:#5d6779}
        table{border-collapse:collapse;font-size:12.5px}td,th{padding:2px 8px;text-align:right;border-bottom:1px solid #eef0f4}th{background:#f5f7fa;position:sticky;top:0}
        td:first-child,th:first-child,td.t,th.t{text-align:left}.scroll{max-height:420px;overflow:auto;border:1px solid #dde2ea}
        .map{position:relative;width:640px;max-width:100%}.map img,.pair img{width:100%;display:block;image-rendering:pixelated;background:#000}.map svg{position:absolute;inset:0;width:100%;height:100%}
        .map path{fill:none;stroke-width:.6}.found{stroke:#37c871}.missed{stroke:#ff4d4d}.other{stroke:#ffb020}.false{stroke:#e05cff}
        .key span{display:inline-block;margin-right:14px}.key i{display:inline-block;width:14px;height:3px;margin-right:4px;vertical-align:middle}
        svg.plot{width:100%;height:90px;background:#f8f9fb}svg.plot polyline{fill:none;stroke-width:1;vector-effect:non-scaling-stroke}polyline.truth{stroke:#1c2330}polyline.estimate{stroke:#d8432f}polyline.oracle{stroke:#8fa3c4}
        svg.curve{width:260px}svg.curve text,svg.bars text{font-size:10px;fill:#1c2330}.grid{stroke:#dde2ea}.bar{stroke:#2b6cb0;stroke-width:1.5}circle.recall{fill:#2b6cb0}circle.trace{fill:#d8432f}
        polyline.recall{fill:none;stroke:#2b6cb0}polyline.trace{fill:none;stroke:#d8432f}svg.bars{width:460px}svg.bars rect{fill:#2b6cb0}
        .pairs{display:flex;flex-wrap:wrap;gap:12px}.pair{width:170px;font-size:12px}.pair div{display:flex;gap:4px}.pair img{width:83px}.notes li{color:#5d6779}
        """;

    /// <summary>Writes the page to a file.</summary>
    /// <param name="path">Target; replaced if it exists.</param>
    /// <param name="evaluator">The recording.</param>
    /// <param name="evaluations">One or more estimates of it; with several, a comparison comes first.</param>
    /// <param name="title">Heading, e.g. the recording's name.</param>
    /// <param name="movie">Movie to draw cells over; null: the evaluator's, or the true footprints.</param>
    public static void Save(string path, Evaluator evaluator, IReadOnlyList<Evaluation> evaluations, string title, Movie? movie = null) =>
        WholeFile.Write(path, Render(evaluator, evaluations, title, movie), overwrite: true);

    /// <summary>The page; see <see cref="Save"/>.</summary>
    public static string Render(Evaluator evaluator, IReadOnlyList<Evaluation> evaluations, string title, Movie? movie = null)
    {
        movie ??= evaluator.Movie;
        ArgumentOutOfRangeException.ThrowIfZero(evaluations.Count);
        var page = new StringBuilder();
        page.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>").Append(Svg.Escape(title))
            .Append("</title><style>").Append(Style).Append("</style></head><body><h1>").Append(Svg.Escape(title)).Append("</h1>");
        page.Append(CultureInfo.InvariantCulture, $"<p>{evaluator.Truth.NUnits} planted cells in view, {evaluator.Cells.Detectable.Count(d => d)} detectable. Field of {evaluator.Cells.Footprints.Height} × {evaluator.Cells.Footprints.Width} px{(evaluator.Cells.C is { } c ? $", {c.Columns} frames" : "")}.</p>");
        if (evaluations.Count > 1) Comparison(page, evaluations);
        var projection = Projection(evaluator, movie);
        foreach (var evaluation in evaluations) One(page, evaluator, evaluation, projection, movie is not null);
        return page.Append("</body></html>").ToString();
    }

    private static string F(double v, string format = "0.000") => double.IsFinite(v) ? v.ToString(format, CultureInfo.InvariantCulture) : "–";

    private static void Comparison(StringBuilder page, IReadOnlyList<Evaluation> evaluations)
    {
        page.Append("<h2>Comparison</h2><table><tr><th>estimate</th><th class=\"t\">layout</th><th>cells</th><th>recall</th><th>precision</th><th>F1</th><th>mean overlap</th><th>trace r</th><th>activity r</th><th>events F1</th><th>motion px</th></tr>");
        foreach (var e in evaluations)
        {
            var s = e.Score;
            var events = e.Spikes is { } k && k.Events.Recall + k.Events.Precision > 0 ? 2 * k.Events.Recall * k.Events.Precision / (k.Events.Recall + k.Events.Precision) : double.NaN;
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Svg.Escape(s.Name)}</td><td class=\"t\">{Svg.Escape(e.Estimate.Format)}</td><td>{s.NEst}</td><td>{With(s.Recall, e.Intervals.Recall)}</td><td>{With(s.Precision, e.Intervals.Precision)}</td><td>{With(s.F1, e.Intervals.F1)}</td><td>{F(s.MeanOverlap)}</td><td>{With(s.TraceCorr, e.Intervals.TraceCorr)}</td><td>{F(s.ActivityCorr)}</td><td>{F(events)}</td><td>{F(s.ShiftRmse ?? double.NaN)}</td></tr>");
        }
        page.Append("</table>");
    }

    private static string With(double v, ConfidenceInterval i) => double.IsNaN(i.Low) ? F(v) : $"{F(v)} <small>({F(i.Low, "0.00")}–{F(i.High, "0.00")})</small>";

    private static void Tile(StringBuilder page, string name, string value, string detail = "") =>
        page.Append($"<div class=\"tile\">{Svg.Escape(name)}<b>{value}</b><small>{Svg.Escape(detail)}</small></div>");

    private static string Range(ConfidenceInterval i) => double.IsNaN(i.Low) ? "" : $"95 %: {F(i.Low, "0.00")}–{F(i.High, "0.00")}";

    private static void One(StringBuilder page, Evaluator evaluator, Evaluation e, string projection, bool hasMovie)
    {
        var s = e.Score;
        page.Append($"<h2>{Svg.Escape(s.Name)}{(e.Estimate.Format.Length > 0 ? $" ({Svg.Escape(e.Estimate.Format)})" : "")}</h2><div class=\"tiles\">");
        Tile(page, "recall", F(s.Recall), $"{s.NMatched} of {s.NTrue}; {Range(e.Intervals.Recall)}");
        Tile(page, "precision", F(s.Precision), $"{s.NMatched} of {s.NEst}; {Range(e.Intervals.Precision)}");
        Tile(page, "F1", F(s.F1), Range(e.Intervals.F1));
        Tile(page, "mean overlap", F(s.MeanOverlap), $"{s.MatchMetric.Name()} ≥ {Svg.N(s.MatchThreshold)} counts");
        if (!double.IsNaN(s.TraceCorr)) Tile(page, "trace r", F(s.TraceCorr), Range(e.Intervals.TraceCorr));
        if (!double.IsNaN(e.TraceScale.Oracle)) Tile(page, "between", $"{F(e.TraceScale.Roi, "0.00")} … {F(e.TraceScale.Oracle, "0.00")}", "ROI mean … true footprints");
        if (!double.IsNaN(s.ActivityCorr)) Tile(page, "activity r", F(s.ActivityCorr), $"variance explained {F(s.ActivityVarianceExplained, "0.00")}");
        if (s.ShiftRmse is { } rmse) Tile(page, "motion RMSE", $"{F(rmse)} px", e.StillRmse is { } still ? $"without correction {F(still)} px" : "");
        if (s.FootprintShift != (0, 0)) Tile(page, "shift applied", $"({s.FootprintShift.Dy}, {s.FootprintShift.Dx})", "px, to the estimate");
        page.Append("</div><p>The same estimate by other similarities: ")
            .Append(string.Join("; ", e.OtherMeasures.Select(o => $"{o.Measure.Name()}: recall {F(o.Recall)}, precision {F(o.Precision)}"))).Append(".</p>");
        if (s.Notes.Count > 0) page.Append("<ul class=\"notes\">").AppendJoin("", s.Notes.Select(n => $"<li>{Svg.Escape(n)}</li>")).Append("</ul>");

        Map(page, evaluator, e, projection, hasMovie);
        Verdicts(page, e);
        Pairs(page, evaluator, e);
        Traces(page, evaluator, e);
        page.Append("<h3>Recall <span style=\"color:#2b6cb0\">●</span> and trace r <span style=\"color:#d8432f\">●</span> against what the cells are like</h3>");
        foreach (var curve in e.Curves.Where(c => c.Bins.Count > 0)) page.Append(Svg.Curve(curve));
        Spikes(page, e);
        Motion(page, evaluator, e);
        Tables(page, e);
    }

    private static string Projection(Evaluator evaluator, Movie? movie)
    {
        var f = evaluator.Cells.Footprints;
        var image = f.Sum();
        if (movie is not null)
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
            if (movie.Frames > 0)
                for (var p = 0; p < image.Length; p++) image[p] = movie.Frames > 1 ? max[p] - sum[p] / movie.Frames : max[p];
        }
        var sorted = image.ToArray();
        Array.Sort(sorted);
        return sorted.Length == 0 ? "" : GrayPng.DataUrl(image, f.Height, f.Width, sorted[sorted.Length / 100], sorted[^(sorted.Length / 500 + 1)]);
    }

    private static string ClassOf(TrueVerdict v) => v switch
    {
        TrueVerdict.Found => "found",
        TrueVerdict.Missed => "missed",
        _ => "other",
    };

    private static void Map(StringBuilder page, Evaluator evaluator, Evaluation e, string projection, bool hasMovie)
    {
        var f = evaluator.Cells.Footprints;
        page.Append("<h3>Where</h3><p class=\"key\"><span><i style=\"background:#37c871\"></i>found</span><span><i style=\"background:#ff4d4d\"></i>missed</span><span><i style=\"background:#ffb020\"></i>inexact, split or merged</span><span><i style=\"background:#e05cff\"></i>false or duplicate estimate</span> over ")
            .Append(hasMovie ? "maximum − mean of the movie" : "the sum of the true footprints").Append("</p>");
        page.Append(CultureInfo.InvariantCulture, $"<div class=\"map\"><img alt=\"projection\" src=\"{projection}\"><svg viewBox=\"0 0 {f.Width} {f.Height}\" preserveAspectRatio=\"none\">");
        foreach (var cell in e.Cells)
            page.Append(CultureInfo.InvariantCulture, $"<path class=\"{ClassOf(cell.Verdict)}\" d=\"{Svg.Outline(f, cell.Unit)}\"><title>cell {cell.Unit}: {cell.Verdict}</title></path>");
        var shifted = e.Estimate.Footprints.Shift(e.Match.Shift.Dy, e.Match.Shift.Dx);
        for (var i = 0; i < e.Taxonomy.Estimates.Count; i++)
            if (e.Taxonomy.Estimates[i] is EstimateVerdict.False or EstimateVerdict.Duplicate)
                page.Append(CultureInfo.InvariantCulture, $"<path class=\"false\" d=\"{Svg.Outline(shifted, i)}\"><title>estimate {i}: {e.Taxonomy.Estimates[i]}</title></path>");
        page.Append("</svg></div>");
    }

    private static void Verdicts(StringBuilder page, Evaluation e)
    {
        page.Append("<h3>What became of the true cells</h3>").Append(Svg.Bars([.. Enum.GetValues<TrueVerdict>().Select(v => (v.ToString().ToLowerInvariant(), e.Taxonomy.Count(v)))]));
        page.Append("<h3>What the estimates are</h3>").Append(Svg.Bars([.. Enum.GetValues<EstimateVerdict>().Select(v => (v.ToString().ToLowerInvariant(), e.Taxonomy.Count(v)))]));
        if (e.MainCauses.Count > 0)
            page.Append("<h3>Main cause of each cell that was not found</h3>").Append(Svg.Bars([.. e.MainCauses.Select(c => (c.Cause.Describe(), c.Cells))]));
    }

    private static void Pairs(StringBuilder page, Evaluator evaluator, Evaluation e)
    {
        var pairs = e.Cells.Where(c => c.Estimate >= 0).OrderByDescending(c => c.Similarity).ToArray();
        if (pairs.Length == 0) return;
        var shifted = e.Estimate.Footprints.Shift(e.Match.Shift.Dy, e.Match.Shift.Dx);
        page.Append("<h3>Footprint pairs, from best to worst (true, estimated)</h3><div class=\"pairs\">");
        foreach (var cell in Spread(pairs, 12))
        {
            var (row, col) = evaluator.Cells.Footprints.Centre(cell.Unit);
            page.Append(CultureInfo.InvariantCulture, $"<div class=\"pair\"><div><img alt=\"true\" src=\"{Crop(evaluator.Cells.Footprints, cell.Unit, row, col)}\"><img alt=\"estimated\" src=\"{Crop(shifted, cell.Estimate, row, col)}\"></div>cell {cell.Unit}, estimate {cell.Estimate}: {F(cell.Similarity, "0.00")}</div>");
        }
        page.Append("</div>");
    }

    private static IEnumerable<T> Spread<T>(IReadOnlyList<T> items, int count)
    {
        var n = Math.Min(count, items.Count);
        for (var k = 0; k < n; k++) yield return items[n == 1 ? 0 : (int)((long)k * (items.Count - 1) / (n - 1))];
    }

    private static string Crop(SparseFootprints footprints, int unit, double row, double col)
    {
        const int Half = 20, Side = 2 * Half + 1;
        var image = new double[Side * Side];
        int top = (int)row - Half, left = (int)col - Half;
        var pixels = footprints.Pixels(unit);
        var weights = footprints.Weights(unit);
        for (var i = 0; i < pixels.Length; i++)
        {
            int r = pixels[i] / footprints.Width - top, c = pixels[i] % footprints.Width - left;
            if (r is >= 0 and < Side && c is >= 0 and < Side) image[r * Side + c] = weights[i];
        }
        return GrayPng.DataUrl(image, Side, Side, 0, footprints.Peak(unit));
    }

    private static void Traces(StringBuilder page, Evaluator evaluator, Evaluation e)
    {
        var cells = e.Cells.Where(c => !double.IsNaN(c.TraceCorr)).OrderByDescending(c => c.TraceCorr).ToArray();
        if (cells.Length == 0) return;
        page.Append("<h3>Traces: truth (black), estimate (red), each scaled to its own range</h3>");
        foreach (var (name, cell) in new[] { ("best", cells[0]), ("median", cells[cells.Length / 2]), ("worst", cells[^1]) })
        {
            page.Append(CultureInfo.InvariantCulture, $"<div>{name}: cell {cell.Unit}, r = {F(cell.TraceCorr)}{(double.IsNaN(cell.OracleCorr) ? "" : $" (true footprints {F(cell.OracleCorr)}, ROI mean {F(cell.RoiCorr)})")}</div>");
            page.Append(Svg.Lines(1100, 90, [(evaluator.Cells.C!.Row(cell.Unit).ToArray(), "truth"), (e.Estimate.C!.Row(cell.Estimate).ToArray(), "estimate")], ownScale: true));
        }
    }

    private static void Spikes(StringBuilder page, Evaluation e)
    {
        if (e.Spikes is not { } s) return;
        page.Append("<h3>Spikes</h3><table><tr><th>bin, frames</th>").AppendJoin("", s.BinnedCorr.Select(b => $"<th>{b.Frames}</th>")).Append("</tr><tr><td>median r</td>")
            .AppendJoin("", s.BinnedCorr.Select(b => $"<td>{F(b.Correlation)}</td>")).Append("</tr></table>");
        page.Append(CultureInfo.InvariantCulture, $"<p>Events within {s.ToleranceFrames} frames: recall {F(s.Events.Recall)}, precision {F(s.Events.Precision)} ({s.Events.Matched} matched of {s.Events.True} true and {s.Events.Estimated} estimated; onsets of activity above a quarter of each estimate's own scale).</p>");
    }

    private static void Motion(StringBuilder page, Evaluator evaluator, Evaluation e)
    {
        if (e.Score.ShiftRmse is not { } rmse || evaluator.Cells.Shifts is not { } truth || e.Estimate.Shifts is not { } estimate) return;
        page.Append(CultureInfo.InvariantCulture, $"<h3>Motion: applied (black), estimated (red, its mean offset removed), px; RMSE {F(rmse)}</h3>");
        for (var axis = 0; axis < 2; axis++)
        {
            var (t, k) = (new double[truth.Rows], new double[truth.Rows]);
            var offset = 0.0;
            for (var i = 0; i < t.Length; i++)
            {
                (t[i], k[i]) = (truth[i, axis], -estimate[i, axis]);
                offset += (k[i] - t[i]) / t.Length;
            }
            for (var i = 0; i < k.Length; i++) k[i] -= offset;
            page.Append(axis == 0 ? "<div>down</div>" : "<div>right</div>").Append(Svg.Lines(1100, 90, [(t, "truth"), (k, "estimate")], ownScale: false));
        }
    }

    private static void Tables(StringBuilder page, Evaluation e)
    {
        page.Append("<h3>Every true cell</h3><div class=\"scroll\"><table><tr><th>cell</th><th class=\"t\">verdict</th><th>estimate</th><th>similarity</th><th>trace r</th><th>true footprints r</th><th>ROI r</th><th>activity r</th><th>SNR</th><th>depth µm</th><th>neighbour µm</th><th>rate Hz</th><th>vessel</th><th class=\"t\">why (weight)</th></tr>");
        foreach (var c in e.Cells)
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{c.Unit}</td><td class=\"t\">{c.Verdict.ToString().ToLowerInvariant()}</td><td>{(c.Estimate < 0 ? "–" : c.Estimate.ToString(CultureInfo.InvariantCulture))}</td><td>{F(c.Similarity, "0.00")}</td><td>{F(c.TraceCorr)}</td><td>{F(c.OracleCorr)}</td><td>{F(c.RoiCorr)}</td><td>{F(c.ActivityCorr)}</td><td>{F(c.Facts.Snr, "0.0")}</td><td>{F(c.Facts.DepthUm, "0")}</td><td>{F(c.Facts.NeighbourDistanceUm, "0.0")}</td><td>{F(c.Facts.FiringRateHz, "0.00")}</td><td>{F(c.Facts.VesselOverlap, "0.00")}</td><td class=\"t\">{string.Join(", ", c.Causes.Where((r, k) => k == 0 || r.Weight >= MissCauses.Weak).Take(3).Select(r => $"{r.Cause.Describe()} {F(r.Weight, "0.0")}"))}</td></tr>");
        page.Append("</table></div><h3>Every estimate</h3><div class=\"scroll\"><table><tr><th>estimate</th><th class=\"t\">verdict</th><th>cell</th></tr>");
        for (var i = 0; i < e.Taxonomy.Estimates.Count; i++)
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{i}</td><td class=\"t\">{e.Taxonomy.Estimates[i].ToString().ToLowerInvariant()}</td><td>{(e.Taxonomy.Owner[i] < 0 ? "–" : e.Cells[e.Taxonomy.Owner[i]].Unit.ToString(CultureInfo.InvariantCulture))}</td></tr>");
        page.Append("</table></div><p>A cause's weight is the natural logarithm of the factor by which it weakens the cell against a typical found one: 0.7 is a factor of 2.</p>");
    }
}
