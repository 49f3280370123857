using System.CommandLine;
using System.Globalization;
using System.Text;
using Minisim.Formats;
using Minisim.Formats.Estimates;
using Minisim.Formats.Reports;
using Minisim.Metrics;
using Minisim.Steps;

namespace Minisim.Cli.Commands;

/// <summary><c>minisim score</c>: how good a pipeline's result is.</summary>
internal static class ScoreCommand
{
    public static Command Create()
    {
        var recordingPath = new Argument<string>("REC") { Description = "Recording with its ground truth: .zarr, .nwb or .h5." };
        var estimatePaths = new Argument<string[]>("ESTIMATE") { Description = $"Result file or folder; several are compared. Known: {string.Join(", ", EstimateFile.KnownFormats)}.", Arity = ArgumentArity.OneOrMore };
        var metric = new Option<string>("--metric") { Description = "Similarity of the reference's numbers: iou, cosine or weighted_jaccard. The headline always uses cosine.", HelpName = "NAME", DefaultValueFactory = _ => "iou" };
        metric.AcceptOnlyFromAmong("iou", "cosine", "weighted_jaccard");
        var threshold = new Option<double>("--threshold") { Description = "Similarity from which a cell counts in the reference's numbers.", HelpName = "X", DefaultValueFactory = _ => 0.5 };
        var shift = new Option<string>("--shift") { Description = "Offset of the estimate in px: auto, none or dy,dx.", HelpName = "SHIFT", DefaultValueFactory = _ => "auto" };
        var allCells = new Option<bool>("--all-cells") { Description = "Recall over all planted cells in view instead of the detectable ones." };
        var accepted = new Option<bool>("--accepted") { Description = "Score only the units that the pipeline itself accepted; where the file does not say, that is said." };
        var axes = new Option<string>("--axes") { Description = "Order of the image axes where a file leaves it open: yx (rows first; of pixel masks, the row in x) or xy.", HelpName = "ORDER", DefaultValueFactory = _ => "auto" };
        axes.AcceptOnlyFromAmong("auto", "yx", "xy");
        var shifts = new Option<string?>("--shifts") { Description = "Motion correction (frame, 2) in its own .npy file.", HelpName = "FILE.npy" };
        var table = new Option<string?>("--table") { Description = "Name of the table that the cells are in, where a file has several: an NWB plane segmentation, a struct of MATLAB.", HelpName = "NAME" };
        var followLinks = new Option<bool>("--follow-links") { Description = "Follow links of HDF5 files to other files." };
        var noBounds = new Option<bool>("--no-bounds") { Description = "Leave out the bounds on traces, which read the whole movie." };
        var border = new Option<string>("--border") { Description = "Cells whose centre lies outside the field in the headline: exclude or include.", HelpName = "WHICH", DefaultValueFactory = _ => "exclude" };
        border.AcceptOnlyFromAmong("exclude", "include");
        var foundAt = new Option<double?>("--found-at") { Description = "Cosine from which a cell counts as found in the headline, instead of the least, from 0.5 on, at which at most 5 % of the pairs are expected by chance.", HelpName = "X" };
        var force = new Option<bool>("--force") { Description = "Score a recording that was stopped before the sensor." };
        var json = new Option<string?>("--json") { Description = "Write everything as JSON.", HelpName = "OUT" };
        var html = new Option<string?>("--html") { Description = "Write one self-contained page.", HelpName = "OUT" };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace what --json and --html name, if it exists." };
        var command = new ExampleCommand("score", "Score what a pipeline recovered against the ground truth.",
            "minisim score ca1.zarr caiman_results.hdf5 --shifts shifts.npy --html score.html",
            "minisim score ca1.zarr suite2p/ minian/ --metric cosine --json score.json")
        {
            recordingPath, estimatePaths, metric, threshold, shift, allCells, accepted, axes, table, shifts, followLinks, border, foundAt, noBounds, force, json, html, overwrite,
        };
        command.SetAction(result =>
        {
            var (stdout, stderr) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            var paths = result.GetRequiredValue(estimatePaths);
            var options = new ScoreOptions
            {
                Measure = SimilarityMeasures.Parse(result.GetRequiredValue(metric)),
                Threshold = Threshold("--threshold", result.GetRequiredValue(threshold)),
                Shift = Shift(result.GetRequiredValue(shift)),
                AllCells = result.GetValue(allCells),
                Border = result.GetRequiredValue(border) == "include" ? BorderCells.Include : BorderCells.Exclude,
                FoundAt = result.GetValue(foundAt) is { } at ? Threshold("--found-at", at) : null,
            };
            if (result.GetValue(shifts) is not null && paths.Length > 1) throw new UsageException("--shifts belongs to one estimate: score them one by one.");

            // Before the work, and before anything is read that would be replaced.
            string[] inputs = [result.GetRequiredValue(recordingPath), .. paths, .. result.GetValue(shifts) is { } own ? [own] : Array.Empty<string>()];
            foreach (var output in new[] { result.GetValue(json), result.GetValue(html) }.OfType<string>()) WholeFile.Check(output, result.GetValue(overwrite), inputs);
            if (result.GetValue(json) is { } one && result.GetValue(html) is { } other && Path.GetFullPath(one) == Path.GetFullPath(other)) throw new UsageException($"--json and --html name the same file {one}.");

            if (!Directory.Exists(inputs[0]) && paths.FirstOrDefault(RecordingInput.HasTruth) is { } turned) throw new UsageException($"the recording comes first: minisim score {turned} {inputs[0]}");
            using var recording = RecordingInput.Open(result.GetRequiredValue(recordingPath));
            if (recording.IsMovieOnly) throw new RecordingFormatException(result.GetRequiredValue(recordingPath), "is a movie alone: there is no ground truth to score against.", "Name the .zarr, .nwb or .h5 that it was exported from.");
            Terminal.Warn(stderr, recording.Warnings);
            RefuseStopped(recording, result.GetRequiredValue(recordingPath), result.GetValue(force), stderr);
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

            Terminal.Warn(stderr, SaturationWarning.Of(evaluator.SaturatedShare));
            var provenance = new ScoreProvenance(Path.GetFileName(Path.TrimEndingDirectorySeparator(result.GetRequiredValue(recordingPath))),
                CommandOf(result), DateTime.UtcNow, recording.Spec.CacheKey());

            stdout.Write(string.Join(Environment.NewLine, evaluations.Select(e => e.Estimate.Report.Summary() + e.Summary())));
            if (evaluations.Length > 1) stdout.Write(Environment.NewLine + Comparison(evaluations));
            if (result.GetValue(json) is { } jsonPath)
            {
                WholeFile.Write(jsonPath, ScoreJson.Of(evaluator, evaluations, provenance), overwrite: true);
                stdout.WriteLine($"wrote {jsonPath}");
            }
            if (result.GetValue(html) is { } htmlPath)
            {
                ScorePage.Save(htmlPath, evaluator, evaluations, $"Score on {provenance.Recording}", recording.Observed, provenance, SpecJson.Write(recording.Spec));
                stdout.WriteLine($"wrote {htmlPath}");
            }
            return ExitCode.Ok;
        });
        return command;
    }

    // As it was typed; of what it writes the names alone, since the folder says nothing about the score.
    private static string CommandOf(ParseResult result)
    {
        var words = result.Tokens.Select(t => t.Value).ToArray();
        for (var k = 1; k < words.Length; k++)
            if (words[k - 1] is "--json" or "--html")
                words[k] = Path.GetFileName(words[k]);
        return string.Join(' ', words.Select(Quoted).Prepend("minisim"));
    }

    private static string Quoted(string word) => word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || "-_./=,:+@%\\".Contains(c)) ? word : $"\"{word}\"";

    // One line an estimate.
    private static string Comparison(Evaluation[] evaluations)
    {
        static string N(double v) => double.IsNaN(v) ? "-" : v.ToString("0.000", CultureInfo.InvariantCulture);
        var name = Math.Max(evaluations.Max(e => e.Estimate.Name.Length), 8);
        var text = new StringBuilder($"{"estimate".PadRight(name)}  units  found  recall  precision     F1  trace r  activity r  motion px{Environment.NewLine}");
        foreach (var e in evaluations)
            text.AppendLine(CultureInfo.InvariantCulture, $"{e.Estimate.Name.PadRight(name)}  {e.Headline.NEst,5}  {e.Headline.NFound,5}  {N(e.Headline.Recall),6}  {N(e.Headline.Precision),9}  {N(e.Headline.F1),5}  {N(e.Headline.TraceCorr),7}  {N(e.Headline.ActivityCorr),10}  {N(e.Motion?.RmseReceived ?? double.NaN),9}");
        return text.ToString();
    }

    private static double Threshold(string option, double value) =>
        value is > 0 and <= 1 ? value : throw new UsageException(FormattableString.Invariant($"{option} {value}: must be in (0, 1]."));

    // Without the sensor there is no noise and there are no counts: such a score says nothing about a recording.
    private static void RefuseStopped(Recording recording, string path, bool force, TextWriter stderr)
    {
        if (StoppedAfter(recording) is not { } stage) return;
        var reason = $"the movie was stopped after {stage}, before the sensor: it has no noise and is not in counts, so a score says nothing about a recording.";
        if (!force) throw new RecordingFormatException(path, reason, "Simulate the whole chain, or give --force to score it all the same.");
        Terminal.Warn(stderr, [new Problem(path, null, reason, "", true)]);
    }

    private static string? StoppedAfter(Recording recording) => recording.Spec.Find<Sensor>() is null ? null
        : recording.Until is { } until && until != "sensor" ? until : null;

    private static FootprintShift Shift(string text)
    {
        if (text == "auto") return FootprintShift.Auto;
        if (text == "none") return FootprintShift.None;
        if (text.Split(',') is [var dy, var dx] && int.TryParse(dy, CultureInfo.InvariantCulture, out var y) && int.TryParse(dx, CultureInfo.InvariantCulture, out var x))
            return FootprintShift.Known(y, x);
        throw new UsageException($"--shift {text}: must be auto, none or dy,dx in whole pixels, e.g. --shift=-3,2.");
    }
}
