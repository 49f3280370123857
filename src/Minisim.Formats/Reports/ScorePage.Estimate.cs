using System.Globalization;
using System.Text;
using Minisim.Metrics;

namespace Minisim.Formats.Reports;

public static partial class ScorePage
{
    private static void One(StringBuilder page, Evaluator evaluator, Evaluation e, (double[] Image, double Low, double High) background, bool hasMovie, int index)
    {
        page.Append(CultureInfo.InvariantCulture, $"<section class=\"estimate\" id=\"estimate-{index}\"><h2>{Svg.Escape(e.Estimate.Name)}{(e.Estimate.Format.Length > 0 ? $" <small class=\"sub\">{Svg.Escape(e.Estimate.Format)}</small>" : "")}</h2>");
        var report = e.Estimate.Report;
        if (report.Warnings.Count > 0) page.Append("<ul class=\"findings\">").AppendJoin("", report.Warnings.Select(w => $"<li>{Svg.Escape(w)}</li>")).Append("</ul>");
        if (report.Parts.Count > 0)
            page.Append("<details><summary>What was found in the file</summary><ul>").AppendJoin("", report.Parts.Select(p => $"<li><b>{Svg.Escape(p.Name)}</b> {EstimateReport.Words(p.Use)}: {Svg.Escape(p.Text)}</li>")).Append("</ul></details>");
        if (e.Findings.Count > 0) page.Append("<ul class=\"findings\">").AppendJoin("", e.Findings.Select(f => $"<li>{Svg.Escape(f.Text)}</li>")).Append("</ul>");
        Tiles(page, e);
        var shifted = e.Estimate.Footprints.Shift(e.Headline.Shift.Dy, e.Headline.Shift.Dx);
        Map(page, evaluator, e, shifted, background, hasMovie);
        page.Append("<div class=\"grid\">");
        Threshold(page, e);
        foreach (var curve in e.Curves.Where(c => c.Bins.Count > 0)) Property(page, curve);
        Traces(page, evaluator, e);
        Motion(page, evaluator, e);
        page.Append("</div><div class=\"grid\">");
        Verdicts(page, e);
        page.Append("</div>");
        Evidence(page, e);
        Gallery(page, evaluator, e, shifted, background);
        Spikes(page, e);
        PlaceFields(page, e);
        Tables(page, e);
        Notes(page, e);
        page.Append("<script type=\"application/json\" class=\"traces\">{\"traces\":[")
            .AppendJoin(',', Enumerable.Range(0, e.Estimate.C?.Rows ?? 0).Select(i => $"\"{Svg.Pack(e.Estimate.C!.Row(i), TraceColumns)}\"")).Append("]}</script></section>");
    }

    private static void Tile(StringBuilder page, string name, string value, string detail = "") =>
        page.Append($"<div class=\"tile\">{Svg.Escape(name)}<b>{value}</b><small>{Svg.Escape(detail)}</small></div>");

    private static string Range(ConfidenceInterval i) => double.IsNaN(i.Low) ? "" : $"95 %: {F(i.Low, "0.00")}–{F(i.High, "0.00")}";

    private static void Tiles(StringBuilder page, Evaluation e)
    {
        var h = e.Headline;
        page.Append("<div class=\"tiles\">");
        Tile(page, "recall", F(h.Recall), $"{h.NFound} of {h.NTrue} cells; {Range(e.Intervals.Recall)}; by chance {F(h.ChanceRecall, "0.00")}");
        Tile(page, "precision", F(h.Precision), $"{h.NFound} of {h.NEst - h.NApart} estimates; {Range(e.Intervals.Precision)}; by chance {F(h.ChancePrecision, "0.00")}");
        Tile(page, "F1", F(h.F1), Range(e.Intervals.F1));
        Tile(page, "threshold", F(h.Threshold, "0.00"), $"cosine; {F(h.ExpectedByChance, "0.0")} of {h.NFound + h.NApart} pairs are expected by chance");
        if (h.NTraces > 0) Tile(page, "trace r", F(h.TraceCorr), $"median of the {h.NTraces} found; {Range(e.Intervals.TraceCorr)}");
        if (!double.IsNaN(e.TraceScale.Oracle)) Tile(page, "trace r could be", $"{F(e.TraceScale.Roi, "0.00")}–{F(e.TraceScale.Oracle, "0.00")}", "ROI mean – least squares with the true footprints");
        if (!double.IsNaN(h.ActivityCorr)) Tile(page, "activity r", F(h.ActivityCorr), "median of the found");
        if (e.Motion is { } motion) Tile(page, "motion RMSE", $"{F(motion.RmseReceived, "0.00")} px", $"without correction {F(motion.RmseStill, "0.00")} px");
        if (e.Curves[0].Fit is { } fit) Tile(page, "half found at", F(fit.X50, "0.0#"), $"detection SNR; AUC {F(fit.Auc, "0.00")}, {fit.Found} found, {fit.NotFound} not");
        if (h.Border.Cells + h.Undetectable.Cells > 0) Tile(page, "not counted", $"{h.Border.Cells + h.Undetectable.Cells}", $"{h.Border.Cells} border cells ({h.Border.Found} found), {h.Undetectable.Cells} undetectable ({h.Undetectable.Found} found)");
        if (h.Shift != (0, 0)) Tile(page, "shift applied", $"({h.Shift.Dy}, {h.Shift.Dx})", "px down and right, to the estimate");
        page.Append("</div>");
    }

    private static string ClassOf(CellOutcome cell) => !cell.IsCounted ? "apart" : cell.IsFound ? "found" : cell.Verdict == TrueVerdict.Missed ? "missed" : "other";

    private static void Map(StringBuilder page, Evaluator evaluator, Evaluation e, SparseFootprints shifted, (double[] Image, double Low, double High) background, bool hasMovie)
    {
        var f = evaluator.Cells.Footprints;
        page.Append($"<div class=\"card\"><h3>Map<small>over {(hasMovie ? "maximum − mean of the movie" : "the sum of the true footprints")}; outlines at half of the peak</small></h3><div class=\"bar key\">");
        void Filter(string name, string color, string words, int count, string pressed = "true") =>
            page.Append(CultureInfo.InvariantCulture, $"<button type=\"button\" data-show=\"{name}\" aria-pressed=\"{pressed}\"><i style=\"background:{color}\"></i>{words} {count}</button>");
        Filter("found", "#5fd97a", "found", e.Cells.Count(c => ClassOf(c) == "found"));
        Filter("other", "#ffd43b", "inexact, split, merged", e.Cells.Count(c => ClassOf(c) == "other"));
        Filter("missed", "#ff7b7b", "missed", e.Cells.Count(c => ClassOf(c) == "missed"));
        Filter("apart", "#8a93a3", "not counted", e.Cells.Count(c => ClassOf(c) == "apart"));
        var wrong = Enumerable.Range(0, shifted.Count).Select(i => e.Taxonomy.Estimates[i] is EstimateVerdict.False or EstimateVerdict.Duplicate or EstimateVerdict.Fragment).ToArray();
        Filter("est", "#5ad7ff", "estimates", wrong.Count(x => !x));
        Filter("false", "#c0a2ff", "false, duplicate, fragment", wrong.Count(x => x));
        page.Append("<span class=\"push noprint\"><button type=\"button\" data-zoom=\"in\" aria-label=\"zoom in\">+</button> <button type=\"button\" data-zoom=\"out\" aria-label=\"zoom out\">−</button> <button type=\"button\" data-zoom=\"fit\">fit</button></span></div><div class=\"mapbox\">");
        page.Append(CultureInfo.InvariantCulture, $"<div class=\"map\"><svg viewBox=\"0 0 {f.Width} {f.Height}\" role=\"group\" aria-label=\"map of the cells\"><image x=\"0\" y=\"0\" width=\"{f.Width}\" height=\"{f.Height}\" href=\"{GrayPng.DataUrl(background.Image, f.Height, f.Width, background.Low, background.High)}\"/>");
        for (var i = 0; i < shifted.Count; i++)
            page.Append(CultureInfo.InvariantCulture, $"<path class=\"{(wrong[i] ? "false" : "est")}\" data-estimate=\"{i}\" d=\"{Svg.Outline(shifted, i)}\"><title>estimate {i}: {Lower(e.Taxonomy.Estimates[i])}</title></path>");
        // Cells not counted first, so that those that are lie on top.
        foreach (var cell in e.Cells.OrderBy(c => c.IsCounted))
            page.Append(CultureInfo.InvariantCulture, $"<path class=\"{ClassOf(cell)}\" data-unit=\"{cell.Unit}\"{(cell.Estimate >= 0 ? FormattableString.Invariant($" data-estimate=\"{cell.Estimate}\"") : "")} d=\"{Svg.Outline(f, cell.Unit)}\"><title>cell {cell.Unit}: {Word(cell)}</title></path>");
        page.Append("</svg></div><div class=\"detail noprint\" aria-live=\"polite\"><span class=\"sub\">Point at a cell to see its traces; click to keep it. Click a row of the tables below to find it here. Wheel, pinch or + zooms, drag moves.</span></div></div></div>");
    }

    private static string Word(CellOutcome cell) => (cell.IsFound && cell.Verdict != TrueVerdict.Found ? $"found, {Lower(cell.Verdict)}" : Lower(cell.Verdict)) + (cell.IsCounted ? "" : cell.Facts.IsBorder ? ", border" : ", not counted");

    private static void Threshold(StringBuilder page, Evaluation e)
    {
        var h = e.Headline;
        page.Append("<div class=\"card\"><h3>Recall and precision over the threshold</h3>").Append(new Plot("recall and precision against the cosine from which a cell counts as found, with chance", ("cosine from which a cell counts", 0.1, 1), ("share", 0, 1))
            .Area([.. h.Curve.Select(p => (p.Threshold, p.ChanceRecallHigh))], "band")
            .Line(h.Curve.Select(p => (p.Threshold, p.ChanceRecall)), "c").Line(h.Curve.Select(p => (p.Threshold, p.Precision)), "e").Line(h.Curve.Select(p => (p.Threshold, p.Recall)), "a")
            .Mark(h.Threshold, FormattableString.Invariant($"{h.Threshold:0.00}")));
        page.Append("<p class=\"key\"><small><i style=\"background:var(--accent)\"></i>recall &nbsp; <i style=\"background:var(--warn)\"></i>precision &nbsp; <i style=\"background:var(--grey)\"></i>recall by chance (mean; grey: 97.5 % of the draws)</small></p></div>");
    }

    private static string Title(string property) => property switch
    {
        "detection_snr" => "Detection SNR",
        "peak_snr_local" => "Peak SNR, local",
        "snr" => "SNR (detectable)",
        _ => char.ToUpperInvariant(property[0]) + property[1..].Replace('_', ' '),
    };

    private static void Property(StringBuilder page, QualityCurve curve)
    {
        var name = Title(curve.Property);
        var axis = curve.Unit.Length > 0 ? $"{name.ToLowerInvariant()}, {curve.Unit}" : name.Replace("Detection", "detection").Replace("Peak", "peak");
        // Ratios spread over decades, and their fit is over the logarithm.
        var log = curve.Fit is not null && curve.Bins[0].Median > 0;
        double low = curve.Bins[0].Median, high = curve.Bins[^1].Median, pad = log ? 0 : 0.06 * (high - low);
        var plot = new Plot($"share of cells found and trace r against {axis}", (axis, log ? low / 1.25 : low - pad, log ? high * 1.25 : high + pad), ("found, trace r", 0, 1), log);
        if (curve.Fit is { Slope: > 0, X50: > 0 } fit)
            plot.Line(Enumerable.Range(0, 61).Select(k => low / 1.25 * Math.Pow(high / low * 1.5625, k / 60.0)).Select(x => (x, 1 / (1 + Math.Pow(fit.X50 / x, fit.Slope)))), "c").Mark(fit.X50, FormattableString.Invariant($"half at {fit.X50:0.0#}"));
        foreach (var b in curve.Bins) plot.Bar(b.Median, b.RecallLow, b.RecallHigh, "a");
        plot.Line(curve.Bins.Where(b => !double.IsNaN(b.TraceCorr)).Select(b => (b.Median, b.TraceCorr)), "b");
        if (!log) plot.Line(curve.Bins.Select(b => (b.Median, b.Recall)), "a");
        foreach (var b in curve.Bins)
        {
            plot.Dot(b.Median, b.TraceCorr, "b", FormattableString.Invariant($"trace r {b.TraceCorr:0.000}"));
            plot.Dot(b.Median, b.Recall, "a", FormattableString.Invariant($"{b.From:0.##}–{b.To:0.##}: {b.Found} of {b.Cells} found"));
        }
        page.Append($"<div class=\"card\"><h3>{Svg.Escape(name)}{(curve.Fit is { } f ? $"<small>AUC {F(f.Auc, "0.00")}; {f.Found} found, {f.NotFound} not</small>" : "")}</h3>").Append(plot)
            .Append($"<p class=\"key\"><small><i style=\"background:var(--accent)\"></i>found (95 %) &nbsp; <i style=\"background:var(--bad)\"></i>trace r{(curve.Fit is null ? "" : " &nbsp; <i style=\"background:var(--grey)\"></i>logistic fit")}; bins of equal numbers</small></p></div>");
    }

    private static void Traces(StringBuilder page, Evaluator evaluator, Evaluation e)
    {
        var cells = e.Cells.Where(c => c is { IsFound: true, IsCounted: true } && !double.IsNaN(c.TraceCorr)).OrderByDescending(c => c.TraceCorr).ToArray();
        if (cells.Length == 0) return;
        var fps = evaluator.Facts.Fps;
        var (perFrame, unit) = double.IsNaN(fps) ? (1, "frame") : (1 / fps, "time, s");
        foreach (var (name, cell) in new[] { ("Best", cells[0]), ("Median", cells[cells.Length / 2]), ("Worst", cells[^1]) })
        {
            var truth = Scaled(evaluator.Cells.C!.Row(cell.Unit));
            page.Append(CultureInfo.InvariantCulture, $"<div class=\"card\"><h3>{name} trace<small>cell {cell.Unit}, r = {F(cell.TraceCorr)}{(double.IsNaN(cell.OracleCorr) ? "" : $" (true footprints {F(cell.OracleCorr, "0.00")}, ROI {F(cell.RoiCorr, "0.00")})")}</small></h3>")
                .Append(new Plot($"traces of cell {cell.Unit}", (unit, 0, truth.Length * perFrame), ("of own range", 0, 1)).Series(truth, perFrame, "t").Series(Scaled(e.Estimate.C!.Row(cell.Estimate)), perFrame, "k"))
                .Append("<p class=\"key\"><small><i class=\"t0\"></i>truth &nbsp; <i class=\"t1\"></i>estimate</small></p></div>");
        }
    }

    private static double[] Scaled(ReadOnlySpan<double> values)
    {
        var (low, high) = Plot.Span(values);
        var scale = high > low ? 1 / (high - low) : 0;
        var result = values.ToArray();
        for (var t = 0; t < result.Length; t++) result[t] = (result[t] - low) * scale;
        return result;
    }

    private static void Motion(StringBuilder page, Evaluator evaluator, Evaluation e)
    {
        if (e.Motion is null || evaluator.Cells.Shifts is not { } truth || e.Estimate.Shifts is not { } estimate) return;
        var fps = evaluator.Facts.Fps;
        var (perFrame, unit) = double.IsNaN(fps) ? (1, "frame") : (1 / fps, "time, s");
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
            var (a, b) = (Plot.Span(t), Plot.Span(k));
            page.Append($"<div class=\"card\"><h3>Motion {(axis == 0 ? "down" : "right")}<small>the estimate's mean offset removed</small></h3>")
                .Append(new Plot("applied and estimated motion", (unit, 0, truth.Rows * perFrame), (axis == 0 ? "dy, px" : "dx, px", Math.Min(a.Low, b.Low), Math.Max(a.High, b.High))).Series(t, perFrame, "t").Series(k, perFrame, "k"))
                .Append("<p class=\"key\"><small><i class=\"t0\"></i>applied &nbsp; <i class=\"t1\"></i>estimated</small></p></div>");
        }
    }

    private static void Verdicts(StringBuilder page, Evaluation e)
    {
        page.Append("<div class=\"card\"><h3>What became of the counted cells<small>number of cells</small></h3>").Append(Svg.Bars("verdicts on true cells", [.. Enum.GetValues<TrueVerdict>().Select(v => (Lower(v), e.Count(v)))]));
        var also = e.Cells.Count(c => c is { IsCounted: true, IsFound: true } && c.Verdict != TrueVerdict.Found);
        if (also > 0) page.Append($"<p><small class=\"sub\">Of the split and merged, {also} reach the threshold and are among the {e.Headline.NFound} found.</small></p>");
        page.Append("</div><div class=\"card\"><h3>What the estimates are<small>number of estimates</small></h3>").Append(Svg.Bars("verdicts on estimates", [.. Enum.GetValues<EstimateVerdict>().Select(v => (Lower(v), e.Taxonomy.Count(v)))])).Append("</div>");
        if (e.MainCauses.Count + e.Unexplained > 0)
            page.Append("<div class=\"card\"><h3>Main cause of each cell not found<small>number of cells</small></h3>").Append(Svg.Bars("main causes", [.. e.MainCauses.Select(c => (c.Cause.Describe(), c.Cells)), ("nothing measured explains it", e.Unexplained)])).Append("</div>");
    }

    private static void Evidence(StringBuilder page, Evaluation e)
    {
        page.Append("<div class=\"card long\"><h3>What separates found cells from the others<small>only what does, with P &lt; 0.01, is offered as a cause</small></h3><div class=\"scroll\"><table><thead><tr>").Append(Heads(["measure"], ["AUC", "P", "found", "their median", "not found", "their median"], ["offered"])).Append("</tr></thead><tbody>");
        foreach (var c in e.Evidence.OrderByDescending(c => double.IsNaN(c.Auc) ? 0 : c.Auc))
            page.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"l\">{c.Cause.Describe()}</td><td>{F(c.Auc, "0.00")}</td><td>{(c.P < 0.001 ? "< 0.001" : F(c.P, "0.000"))}</td><td>{c.Found}</td><td>{F(c.MedianFound, "g3")}</td><td>{c.NotFound}</td><td>{F(c.MedianNotFound, "g3")}</td><td class=\"l\">{(c.IsOffered ? "yes" : "–")}</td></tr>");
        page.Append("</tbody></table></div></div>");
    }

    private static void Gallery(StringBuilder page, Evaluator evaluator, Evaluation e, SparseFootprints shifted, (double[] Image, double Low, double High) background)
    {
        var truth = evaluator.Cells.Footprints;
        page.Append("<div class=\"card long\"><h3>Gallery<small>true footprint, estimate, and the place in the movie; best to worst</small></h3>");
        foreach (var verdict in Enum.GetValues<TrueVerdict>())
        {
            var cells = e.Cells.Where(c => c.IsCounted && c.Verdict == verdict).OrderByDescending(c => c.Similarity).ThenByDescending(c => c.Facts.DetectionSnr).ToArray();
            if (cells.Length == 0) continue;
            page.Append(CultureInfo.InvariantCulture, $"<h4>{char.ToUpperInvariant(Lower(verdict)[0])}{Lower(verdict)[1..]}<small>{cells.Length}</small></h4><div class=\"gallery\">");
            foreach (var cell in Spread(cells, 6))
            {
                var (row, col) = truth.Centre(cell.Unit);
                page.Append("<div class=\"pair\"><div>").Append(Image("true footprint", Crop(truth, cell.Unit, row, col)));
                if (cell.Estimate >= 0) page.Append(Image("estimate", Crop(shifted, cell.Estimate, row, col)));
                page.Append(Image("movie", Crop(background, truth.Height, truth.Width, row, col)));
                page.Append(CultureInfo.InvariantCulture, $"</div>cell {cell.Unit}{(cell.Estimate >= 0 ? FormattableString.Invariant($", estimate {cell.Estimate}: {cell.Similarity:0.00}") : "")}{(double.IsNaN(cell.TraceCorr) ? "" : $", r {F(cell.TraceCorr, "0.00")}")}{(cell.Causes.Count > 0 ? $"<br>{Svg.Escape(cell.Causes[0].Cause.Explain(cell.Facts, cell.Outline))}" : "")}</div>");
            }
            page.Append("</div>");
        }
        foreach (var verdict in (EstimateVerdict[])[EstimateVerdict.False, EstimateVerdict.Duplicate, EstimateVerdict.Fragment])
        {
            var units = Enumerable.Range(0, shifted.Count).Where(i => e.Taxonomy.Estimates[i] == verdict && shifted.Pixels(i).Length > 0 && !double.IsNaN(shifted.Centre(i).Row)).ToArray();
            if (units.Length == 0) continue;
            page.Append(CultureInfo.InvariantCulture, $"<h4>{verdict} estimates<small>{units.Length}</small></h4><div class=\"gallery\">");
            foreach (var i in Spread(units, 6))
            {
                var (row, col) = shifted.Centre(i);
                page.Append("<div class=\"pair\"><div>").Append(Image("estimate", Crop(shifted, i, row, col))).Append(Image("movie", Crop(background, truth.Height, truth.Width, row, col)))
                    .Append(CultureInfo.InvariantCulture, $"</div>estimate {i}</div>");
            }
            page.Append("</div>");
        }
        page.Append("</div>");
    }

    private static string Image(string alt, string url) => $"<img alt=\"{alt}\" src=\"{url}\">";

    private static IEnumerable<T> Spread<T>(IReadOnlyList<T> items, int count)
    {
        var n = Math.Min(count, items.Count);
        for (var k = 0; k < n; k++) yield return items[n == 1 ? 0 : (int)((long)k * (items.Count - 1) / (n - 1))];
    }

    private const int Half = 20, Side = 2 * Half + 1;

    private static string Crop(SparseFootprints footprints, int unit, double row, double col)
    {
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

    private static string Crop((double[] Image, double Low, double High) background, int height, int width, double row, double col)
    {
        var image = new double[Side * Side];
        int top = (int)row - Half, left = (int)col - Half;
        for (var r = Math.Max(0, -top); r < Side && top + r < height; r++)
            for (var c = Math.Max(0, -left); c < Side && left + c < width; c++)
                image[r * Side + c] = background.Image[(top + r) * width + left + c] - background.Low;
        return GrayPng.DataUrl(image, Side, Side, 0, background.High - background.Low);
    }

    private static void Spikes(StringBuilder page, Evaluation e)
    {
        if (e.Spikes is not { } s) return;
        page.Append("<div class=\"card\"><h3>Spikes<small>of the found pairs</small></h3><div class=\"scroll\"><table><tr><th class=\"l\">bin, frames</th>").AppendJoin("", s.BinnedCorr.Select(b => $"<th>{b.Frames}</th>")).Append("</tr><tr><td class=\"l\">median r</td>")
            .AppendJoin("", s.BinnedCorr.Select(b => $"<td>{F(b.Correlation)}</td>")).Append("</tr></table></div>");
        page.Append(CultureInfo.InvariantCulture, $"<p>Events within {s.ToleranceFrames} frames: recall {F(s.Events.Recall)}, precision {F(s.Events.Precision)} ({s.Events.Matched} matched of {s.Events.True} true and {s.Events.Estimated} estimated; onsets of activity above a quarter of each estimate's own scale).</p></div>");
    }

    private static void PlaceFields(StringBuilder page, Evaluation e)
    {
        if (e.PlaceFields is not { } p) return;
        page.Append("<div class=\"card\"><h3>Place fields<small>of the found cells, while the animal moves</small></h3><div class=\"scroll\"><table><tr><th class=\"l\">maps from</th><th>r with the true tuning</th><th>bits per event</th></tr>")
            .Append(CultureInfo.InvariantCulture, $"<tr><td class=\"l\">the estimate</td><td>{F(p.MapCorr)}</td><td>{F(p.InformationBits)}</td></tr><tr><td class=\"l\">the true spikes</td><td>{F(p.MapCorrOfSpikes)}</td><td>{F(p.InformationBitsOfSpikes)}</td></tr></table></div>")
            .Append(CultureInfo.InvariantCulture, $"<p>Called place cells: {F(p.CalledRight, "0.00")} of the {p.NPlaceCells} found place cells, {F(p.CalledWrong, "0.00")} of the {p.NOtherCells} others found (0.05 by chance). Medians over the found place cells.</p></div>");
    }

    private static void Tables(StringBuilder page, Evaluation e)
    {
        page.Append("<div class=\"card long\"><h3>Every true cell in view<small>click a head to sort, a row to find the cell on the map</small></h3><div class=\"scroll\"><table class=\"cells\"><thead><tr>")
            .Append(Heads(["cell", "verdict"], ["estimate", "cosine", "size", "off px", "trace r", "true fp r", "ROI r", "activity r", "det. SNR", "peak SNR", "SNR", "depth µm", "neighbour µm", "rate Hz", "events", "vessel"], ["what speaks against it (weight)"])).Append("</tr></thead><tbody>");
        foreach (var c in e.Cells)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr data-unit=\"{c.Unit}\"{(c.Estimate >= 0 ? FormattableString.Invariant($" data-estimate=\"{c.Estimate}\"") : "")}><td class=\"l\">{c.Unit}</td><td class=\"l\">{Word(c)}</td><td>{(c.Estimate < 0 ? "–" : c.Estimate.ToString(CultureInfo.InvariantCulture))}</td><td>{(c.Estimate < 0 ? "–" : F(c.Similarity, "0.00"))}</td><td>{F(c.Outline.SizeRatio, "0.00")}</td><td>{F(c.Outline.DisplacementPx, "0.0")}</td><td>{F(c.TraceCorr)}</td><td>{F(c.OracleCorr)}</td><td>{F(c.RoiCorr)}</td><td>{F(c.ActivityCorr)}</td>");
            page.Append(CultureInfo.InvariantCulture, $"<td>{F(c.Facts.DetectionSnr, "0.00")}</td><td>{F(c.Facts.PeakSnrLocal, "0.0")}</td><td>{F(c.Facts.Snr, "0.0")}</td><td>{F(c.Facts.DepthUm, "0")}</td><td>{F(c.Facts.NeighbourDistanceUm, "0.0")}</td><td>{F(c.Facts.FiringRateHz, "0.00")}</td><td>{F(c.Facts.Events, "0")}</td><td>{F(c.Facts.VesselOverlap, "0.00")}</td>");
            page.Append($"<td class=\"l w\">{string.Join(", ", c.Causes.Take(3).Select(r => $"{Svg.Escape(r.Cause.Explain(c.Facts, c.Outline))} ({F(r.Weight, "0.0")})"))}</td></tr>");
        }
        page.Append("</tbody></table></div><p><small class=\"sub\">A weight is the natural logarithm of the factor by which it weakens the cell against a typical found one: 0.7 is a factor of 2.</small></p></div>");
        page.Append("<div class=\"card long\"><h3>Every estimate</h3><div class=\"scroll\"><table><thead><tr>").Append(Heads(["estimate", "verdict"], ["cell", "cosine"])).Append("</tr></thead><tbody>");
        for (var i = 0; i < e.Taxonomy.Estimates.Count; i++)
        {
            var owner = e.Taxonomy.Owner[i];
            var cosine = owner < 0 ? double.NaN : e.Taxonomy.Agreement.Where(a => a.Estimate == i && a.True == owner).Select(a => a.Cosine).DefaultIfEmpty(double.NaN).First();
            page.Append(CultureInfo.InvariantCulture, $"<tr data-estimate=\"{i}\"><td class=\"l\">{i}</td><td class=\"l\">{Lower(e.Taxonomy.Estimates[i])}</td><td>{(owner < 0 ? "–" : owner.ToString(CultureInfo.InvariantCulture))}</td><td>{F(cosine, "0.00")}</td></tr>");
        }
        page.Append("</tbody></table></div></div>");
    }

    private static void Notes(StringBuilder page, Evaluation e)
    {
        var s = e.Score;
        page.Append("<div class=\"card\"><h3>As the reference package scores it</h3><p>").Append(FormattableString.Invariant($"{s.MatchMetric.Name()} ≥ {s.MatchThreshold}: recall {F(s.Recall)}, precision {F(s.Precision)}, F1 {F(s.F1)} ({s.NMatched} of {s.NTrue} cells; {s.NEst} estimates)"))
            .Append(string.Concat(e.OtherMeasures.Select(o => $"; {o.Measure.Name()}: {F(o.Recall)}, {F(o.Precision)}"))).Append(".</p>");
        if (s.Notes.Count > 0) page.Append("<h4>What was read</h4><ul class=\"notes\">").AppendJoin("", s.Notes.Select(n => $"<li>{Svg.Escape(n)}</li>")).Append("</ul>");
        page.Append("</div>");
    }
}
