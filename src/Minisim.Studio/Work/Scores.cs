using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Minisim.Formats.Estimates;
using Minisim.Formats.Reports;
using Minisim.Formats.Zarr;
using Minisim.Metrics;
using Minisim.Studio.Http;

namespace Minisim.Studio.Work;

/// <summary>Scores results against a recording, as <c>minisim score</c> does.</summary>
internal sealed class Scores(RootFolder root, Reports reports)
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Scores: <c>{"recording", "estimates": […], "metric", "threshold", "shift", "all_cells", "accepted", "axes", "shifts", "bounds"}</c>.</summary>
    public async Task<JsonObject> Score(JsonObject request, CancellationToken cancellation)
    {
        var recordingPath = root.Resolve(request.Text("recording"));
        if (request["estimates"] is not JsonArray { Count: > 0 and <= 20 } names) throw new StudioError(StatusCodes.Status400BadRequest, "Name at least one result, and at most twenty.");
        var paths = names.Select(n => root.Resolve(n is JsonValue v && v.TryGetValue(out string? text) ? text : null)).ToArray();
        var options = new ScoreOptions
        {
            Measure = request.Text("metric") switch
            {
                null or "iou" => SimilarityMeasures.Parse("iou"),
                "cosine" or "weighted_jaccard" => SimilarityMeasures.Parse(request.Text("metric")!),
                _ => throw new StudioError(StatusCodes.Status400BadRequest, "\"metric\" must be iou, cosine or weighted_jaccard."),
            },
            Threshold = request.Number("threshold") is var t && t is null or > 0 and <= 1 ? t ?? 0.5 : throw new StudioError(StatusCodes.Status400BadRequest, "\"threshold\" must be above 0 and at most 1."),
            Shift = request.Text("shift") switch
            {
                null or "auto" => FootprintShift.Auto,
                "none" => FootprintShift.None,
                _ => throw new StudioError(StatusCodes.Status400BadRequest, "\"shift\" must be auto or none."),
            },
            AllCells = request.Flag("all_cells"),
        };
        var shifts = string.IsNullOrEmpty(request.Text("shifts")) ? null : root.Resolve(request.Text("shifts"));
        if (shifts is not null && paths.Length > 1) throw new StudioError(StatusCodes.Status400BadRequest, "A file of shifts belongs to one result: score them one by one.");
        var axes = request.Text("axes") switch { "yx" => MaskAxes.Yx, "xy" => MaskAxes.Xy, _ => MaskAxes.Auto };

        await _turn.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() =>
            {
                using var recording = ZarrRecording.Open(recordingPath);
                var hints = EstimateHints.For(recording) with { Axes = axes, ShiftsPath = shifts };
                var estimates = paths.Select(p => EstimateFile.Read(p, hints)).Select(e => request.Flag("accepted") ? e.TakeAccepted() : e).ToArray();
                var evaluator = new Evaluator(recording.Truth, RecordingEvaluation.Facts(recording.Spec), request["bounds"] is null || request.Flag("bounds") ? recording.Observed : null);
                var evaluations = estimates.Select(e => evaluator.Evaluate(e, options)).ToArray();
                var page = ScorePage.Render(evaluator, evaluations, $"Score on {root.Relative(recordingPath)}", recording.Observed);
                return new JsonObject
                {
                    ["report"] = reports.Keep(page),
                    ["recording"] = root.Relative(recordingPath),
                    ["evaluations"] = new JsonArray([.. evaluations.Select(Summary)]),
                };
            }, cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    private static JsonNode Summary(Evaluation evaluation)
    {
        var (s, h) = (evaluation.Score, evaluation.Headline);
        JsonNode? N(double v) => double.IsFinite(v) ? JsonValue.Create(Math.Round(v, 4)) : null;
        JsonArray Interval(ConfidenceInterval i) => [N(i.Low), N(i.High)];
        return new JsonObject
        {
            ["name"] = s.Name,
            ["format"] = evaluation.Estimate.Format,
            ["n_est"] = h.NEst,
            ["n_true"] = h.NTrue,
            ["n_found"] = h.NFound,
            ["found_from"] = N(h.Threshold),
            ["recall"] = N(h.Recall),
            ["chance_recall"] = N(h.ChanceRecall),
            ["precision"] = N(h.Precision),
            ["f1"] = N(h.F1),
            ["trace_corr"] = N(h.TraceCorr),
            ["activity_corr"] = N(h.ActivityCorr),
            ["reference"] = new JsonObject { ["metric"] = s.MatchMetric.Name(), ["from"] = N(s.MatchThreshold), ["recall"] = N(s.Recall), ["precision"] = N(s.Precision), ["f1"] = N(s.F1) },
            ["shift_rmse"] = N(s.ShiftRmse ?? double.NaN),
            ["recall_95"] = Interval(evaluation.Intervals.Recall),
            ["precision_95"] = Interval(evaluation.Intervals.Precision),
            ["oracle_corr"] = N(evaluation.TraceScale.Oracle),
            ["roi_corr"] = N(evaluation.TraceScale.Roi),
            ["summary"] = evaluation.Summary(),
            ["notes"] = new JsonArray([.. s.Notes.Select(n => (JsonNode)n)]),
            ["missed"] = new JsonArray([.. evaluation.Cells.Where(c => c is { IsCounted: true, IsFound: false }).Select(c => (JsonNode)new JsonObject
            {
                ["unit"] = c.Unit,
                ["verdict"] = c.Verdict.ToString().ToLowerInvariant(),
                ["snr"] = N(c.Facts.Snr),
                ["depth_um"] = N(c.Facts.DepthUm),
                ["cause"] = c.Causes.Count > 0 ? c.Causes[0].Cause.Describe() : null,
            })]),
        };
    }
}
