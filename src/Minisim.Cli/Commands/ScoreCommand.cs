using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Minisim.Formats;
using Minisim.Formats.Estimates;
using Minisim.Formats.Reports;
using Minisim.Metrics;

namespace Minisim.Cli.Commands;

/// <summary><c>minisim score</c>: how good a pipeline's result is.</summary>
internal static class ScoreCommand
{
    public static Command Create()
    {
        var recordingPath = new Argument<string>("REC") { Description = "Recording with its ground truth: .zarr, .nwb or .h5." };
        var estimatePaths = new Argument<string[]>("ESTIMATE") { Description = $"Result file or folder; several are compared. Known: {string.Join(", ", EstimateFile.KnownFormats)}.", Arity = ArgumentArity.OneOrMore };
        var metric = new Option<string>("--metric") { Description = "Similarity that cells are matched by: iou, cosine or weighted_jaccard.", HelpName = "NAME", DefaultValueFactory = _ => "iou" };
        metric.AcceptOnlyFromAmong("iou", "cosine", "weighted_jaccard");
        var threshold = new Option<double>("--threshold") { Description = "Similarity from which a cell counts as found.", HelpName = "X", DefaultValueFactory = _ => 0.5 };
        var shift = new Option<string>("--shift") { Description = "Offset of the estimate in px: auto, none or dy,dx.", HelpName = "SHIFT", DefaultValueFactory = _ => "auto" };
        var allCells = new Option<bool>("--all-cells") { Description = "Recall over all planted cells in view instead of the detectable ones." };
        var accepted = new Option<bool>("--accepted") { Description = "Score only the units that the pipeline itself accepted; where the file does not say, that is said." };
        var axes = new Option<string>("--axes") { Description = "Order of the image axes where a file leaves it open: yx (rows first; of pixel masks, the row in x) or xy.", HelpName = "ORDER", DefaultValueFactory = _ => "auto" };
        axes.AcceptOnlyFromAmong("auto", "yx", "xy");
        var shifts = new Option<string?>("--shifts") { Description = "Motion correction (frame, 2) in its own .npy file.", HelpName = "FILE.npy" };
        var table = new Option<string?>("--table") { Description = "Name of the table that the cells are in, where a file has several: an NWB plane segmentation, a struct of MATLAB.", HelpName = "NAME" };
        var followLinks = new Option<bool>("--follow-links") { Description = "Follow links of HDF5 files to other files." };
        var noBounds = new Option<bool>("--no-bounds") { Description = "Leave out the bounds on traces, which read the whole movie." };
        var json = new Option<string?>("--json") { Description = "Write everything as JSON.", HelpName = "OUT" };
        var html = new Option<string?>("--html") { Description = "Write one self-contained page.", HelpName = "OUT" };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace what --json and --html name, if it exists." };
        var command = new ExampleCommand("score", "Score what a pipeline recovered against the ground truth.",
            "minisim score ca1.zarr caiman_results.hdf5 --shifts shifts.npy --html score.html",
            "minisim score ca1.zarr suite2p/ minian/ --metric cosine --json score.json")
        {
            recordingPath, estimatePaths, metric, threshold, shift, allCells, accepted, axes, table, shifts, followLinks, noBounds, json, html, overwrite,
        };
        command.SetAction(result =>
        {
            var (stdout, stderr) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            var paths = result.GetRequiredValue(estimatePaths);
            var options = new ScoreOptions
            {
                Measure = SimilarityMeasures.Parse(result.GetRequiredValue(metric)),
                Threshold = Threshold(result.GetRequiredValue(threshold)),
                Shift = Shift(result.GetRequiredValue(shift)),
                AllCells = result.GetValue(allCells),
            };
            if (result.GetValue(shifts) is not null && paths.Length > 1) throw new UsageException("--shifts belongs to one estimate: score them one by one.");

            // Before the work, and before anything is read that would be replaced.
            string[] inputs = [result.GetRequiredValue(recordingPath), .. paths, .. result.GetValue(shifts) is { } own ? [own] : Array.Empty<string>()];
            foreach (var output in new[] { result.GetValue(json), result.GetValue(html) }.OfType<string>()) WholeFile.Check(output, result.GetValue(overwrite), inputs);
            if (result.GetValue(json) is { } one && result.GetValue(html) is { } other && Path.GetFullPath(one) == Path.GetFullPath(other)) throw new UsageException($"--json and --html name the same file {one}.");

            using var recording = RecordingFormats.OpenRecording(result.GetRequiredValue(recordingPath));
            if (recording.IsMovieOnly) throw new RecordingFormatException(result.GetRequiredValue(recordingPath), "is a movie alone: there is no ground truth to score against.", "Name the .zarr, .nwb or .h5 that it was exported from.");
            Terminal.Warn(stderr, recording.Warnings);
            var hints = EstimateHints.For(recording) with
            {
                Axes = result.GetRequiredValue(axes) switch { "yx" => MaskAxes.Yx, "xy" => MaskAxes.Xy, _ => MaskAxes.Auto },
                ShiftsPath = result.GetValue(shifts),
                Table = result.GetValue(table),
                AcceptedOnly = result.GetValue(accepted),
                FollowLinks = result.GetValue(followLinks),
            };
            // All files first: a wrong name should not cost a minute of scoring.
            var estimates = paths.Select(p => EstimateFile.Read(p, hints)).Select(e => result.GetValue(accepted) ? e.TakeAccepted() : e).ToArray();
            var evaluator = new Evaluator(recording.Truth, RecordingEvaluation.Facts(recording.Spec), result.GetValue(noBounds) ? null : recording.Observed);
            var evaluations = estimates.Select(e => evaluator.Evaluate(e, options)).ToArray();

            stdout.Write(string.Join(Environment.NewLine, evaluations.Select(e => e.Estimate.Report.Summary() + e.Summary())));
            if (evaluations.Length > 1) stdout.Write(Environment.NewLine + Comparison(evaluations));
            if (result.GetValue(json) is { } jsonPath)
            {
                WholeFile.Write(jsonPath, Json(evaluations), overwrite: true);
                stdout.WriteLine($"wrote {jsonPath}");
            }
            if (result.GetValue(html) is { } htmlPath)
            {
                var title = $"Score on {Path.GetFileName(Path.TrimEndingDirectorySeparator(result.GetRequiredValue(recordingPath)))}";
                ScorePage.Save(htmlPath, evaluator, evaluations, title, recording.Observed);
                stdout.WriteLine($"wrote {htmlPath}");
            }
            return ExitCode.Ok;
        });
        return command;
    }

    // One line an estimate.
    private static string Comparison(Evaluation[] evaluations)
    {
        static string N(double v) => double.IsNaN(v) ? "-" : v.ToString("0.000", CultureInfo.InvariantCulture);
        var name = Math.Max(evaluations.Max(e => e.Score.Name.Length), 8);
        var text = new StringBuilder($"{"estimate".PadRight(name)}  cells  recall  precision     F1  trace r  activity r  motion px{Environment.NewLine}");
        foreach (var s in evaluations.Select(e => e.Score))
            text.AppendLine($"{s.Name.PadRight(name)}  {s.NEst,5}  {N(s.Recall),6}  {N(s.Precision),9}  {N(s.F1),5}  {N(s.TraceCorr),7}  {N(s.ActivityCorr),10}  {N(s.ShiftRmse ?? double.NaN),9}");
        return text.ToString();
    }

    private static double Threshold(double value) =>
        value is > 0 and <= 1 ? value : throw new UsageException(FormattableString.Invariant($"--threshold {value}: must be in (0, 1]."));

    private static FootprintShift Shift(string text)
    {
        if (text == "auto") return FootprintShift.Auto;
        if (text == "none") return FootprintShift.None;
        if (text.Split(',') is [var dy, var dx] && int.TryParse(dy, CultureInfo.InvariantCulture, out var y) && int.TryParse(dx, CultureInfo.InvariantCulture, out var x))
            return FootprintShift.Known(y, x);
        throw new UsageException($"--shift {text}: must be auto, none or dy,dx in whole pixels, e.g. --shift=-3,2.");
    }

    // One object for one estimate, an array for several.
    private static string Json(Evaluation[] evaluations)
    {
        if (evaluations is [var only]) return only.ToJson();
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            writer.WriteStartArray();
            foreach (var evaluation in evaluations) evaluation.WriteTo(writer);
            writer.WriteEndArray();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
