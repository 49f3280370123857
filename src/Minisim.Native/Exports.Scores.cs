using System.Runtime.InteropServices;
using Minisim.Formats.Estimates;
using Minisim.Formats.Reports;
using Minisim.Metrics;

namespace Minisim.Native;

public static unsafe partial class Exports
{
    /// <summary>What a pipeline recovered, from arrays.</summary>
    /// <param name="footprints">Footprints.</param>
    /// <param name="c">Traces (unit, frame); null = none.</param>
    /// <param name="s">Deconvolved activity (unit, frame); null = none.</param>
    /// <param name="shifts">Motion correction (frame, 2), px; null = none.</param>
    /// <param name="name">What to call it in a report; null = "estimate".</param>
    /// <param name="outEstimate">Receives an estimate handle.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_estimate_new")]
    public static int NewEstimate(ulong footprints, NativeArray* c, NativeArray* s, NativeArray* shifts, byte* name, ulong* outEstimate, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outEstimate, "out_estimate");
        using var use = Handles.Get<FootprintsHandle>(footprints, "footprints");
        var estimate = new Estimate(use.Value.Footprints, Arrays.MatrixOrNull(c, "C"), Arrays.MatrixOrNull(s, "S"), Arrays.MatrixOrNull(shifts, "shifts"));
        *outEstimate = Handles.Open(new EstimateHandle(Abi.Text(name, "name") is { } called
            ? new Estimate(estimate.Footprints, estimate.C, estimate.S, estimate.Shifts) { Name = called } : estimate));
    });

    /// <summary>Reads what a pipeline left behind (CaImAn, suite2p, minian, NWB, EXTRACT, CNMF-E, ImageJ, plain arrays).</summary>
    /// <param name="path">File or folder.</param>
    /// <param name="options">JSON object or null: height, width, frames of the recording; axes (auto, yx, xy); shifts (path of a .npy); accepted (true:
    /// only units that the pipeline accepted).</param>
    /// <param name="outEstimate">Receives an estimate handle.</param>
    /// <param name="outJson">Receives name, format, n_units, height, width, notes; may be null.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_estimate_open")]
    public static int OpenEstimate(byte* path, byte* options, ulong* outEstimate, byte** outJson, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outEstimate, "out_estimate");
        var estimate = ScoreText.Open(Abi.Required(path, "path"), Abi.Text(options, "options"));
        if (outJson is not null) *outJson = Abi.Give(ScoreText.Describe(estimate));
        *outEstimate = Handles.Open(new EstimateHandle(estimate));
    });

    /// <summary>An array of an estimate into the caller's memory.</summary>
    /// <param name="estimate">An estimate.</param>
    /// <param name="name">A (unit, height, width), C or S (unit, frame), shifts (frame, 2); float64, row-major.</param>
    /// <param name="target">Memory; null to ask for the shape alone.</param>
    /// <param name="bytes">Its size, which must be exact.</param>
    /// <param name="outShape">Receives four lengths, 0 beyond the last; all are 0 where the estimate has no such array.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_estimate_array")]
    public static int EstimateArray(ulong estimate, byte* name, double* target, long bytes, long* outShape, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outShape, "out_shape");
        using var use = Handles.Get<EstimateHandle>(estimate, "estimate");
        ScoreText.Array(use.Value.Estimate, Abi.Required(name, "name"), target, bytes, outShape);
    });

    /// <summary>True cells from arrays, for a truth that is not a recording's.</summary>
    /// <param name="footprints">Footprints.</param>
    /// <param name="detectable">0 or 1 for every unit; null = all are.</param>
    /// <param name="c">Traces (unit, frame); null = none.</param>
    /// <param name="s">Spikes per frame (unit, frame); null = none.</param>
    /// <param name="shifts">Applied shifts (frame, 2), px; null = none.</param>
    /// <param name="outCells">Receives a cells handle.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_cells_new")]
    public static int NewCells(ulong footprints, byte* detectable, NativeArray* c, NativeArray* s, NativeArray* shifts, ulong* outCells, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outCells, "out_cells");
        using var use = Handles.Get<FootprintsHandle>(footprints, "footprints");
        var seen = new bool[use.Value.Footprints.Count];
        for (var u = 0; u < seen.Length; u++) seen[u] = detectable is null || detectable[u] != 0;
        *outCells = Handles.Open(new CellsHandle(new TrueCells(use.Value.Footprints, seen, Arrays.MatrixOrNull(c, "C"), Arrays.MatrixOrNull(s, "S"), Arrays.MatrixOrNull(shifts, "shifts"))));
    });

    /// <summary>Scores an estimate against a truth, or against cells given as arrays: the numbers alone.</summary>
    /// <param name="estimate">An estimate.</param>
    /// <param name="truth">A truth or cells.</param>
    /// <param name="options">JSON object or null: metric, threshold, shift ("auto", "none" or [dy, dx]), all_cells, energy_fraction.</param>
    /// <param name="outJson">Receives the report.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_score")]
    public static int Score(ulong estimate, ulong truth, byte* options, byte** outJson, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outJson, "out_json");
        using var e = Handles.Get<EstimateHandle>(estimate, "estimate");
        using var t = Handles.Get<object>(truth, "truth");
        var conventions = ScoreText.Options(Abi.Text(options, "options"));
        *outJson = Abi.Give((t.Value switch
        {
            TruthHandle whole => Scoring.Score(e.Value.Estimate, whole.Truth, conventions),
            CellsHandle cells => Scoring.Score(e.Value.Estimate, cells.Cells, conventions),
            _ => throw new BadHandleException("truth is neither a truth nor cells"),
        }).ToJson());
    });

    /// <summary>An evaluator of estimates of one recording: what depends on the truth alone is computed once.</summary>
    /// <param name="truth">A truth.</param>
    /// <param name="spec">Its spec, for signal-to-noise ratios and times; 0 = unknown.</param>
    /// <param name="source">A scene or recording whose movie bounds the traces; 0 = no bounds, unless a movie is given.</param>
    /// <param name="movie">The movie (frame, height, width) in the caller's memory, which must stay until the evaluator is closed; null = the
    /// source's.</param>
    /// <param name="outEvaluator">Receives an evaluator handle.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_evaluator_new")]
    public static int NewEvaluator(ulong truth, ulong spec, ulong source, NativeArray* movie, ulong* outEvaluator, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outEvaluator, "out_evaluator");
        using var t = Handles.Get<TruthHandle>(truth, "truth");
        RecordingFacts? facts = null;
        if (spec != 0)
        {
            using var s = Handles.Get<Spec>(spec, "spec");
            facts = RecordingEvaluation.Facts(s.Value);
        }
        if (movie is not null)
        {
            *outEvaluator = Handles.Open(new EvaluatorHandle(new Evaluator(t.Value.Truth, facts, new CallerMovie(movie)), null));
            return;
        }
        if (source == 0)
        {
            *outEvaluator = Handles.Open(new EvaluatorHandle(new Evaluator(t.Value.Truth, facts), null));
            return;
        }
        // The evaluator goes on reading from it: it stays in use, whoever closes it.
        IDisposable use = Handles.Get<object>(source, "source");
        try
        {
            var from = Sources.Recording(((Handles.Use<object>)use).Value);
            *outEvaluator = Handles.Open(new EvaluatorHandle(new Evaluator(t.Value.Truth, facts, from.Observed), use));
        }
        catch
        {
            use.Dispose();
            throw;
        }
    });

    /// <summary>Evaluates an estimate: score, intervals, what became of every cell and why.</summary>
    /// <param name="evaluator">An evaluator.</param>
    /// <param name="estimate">An estimate.</param>
    /// <param name="options">As in minisim_score.</param>
    /// <param name="outEvaluation">Receives an evaluation handle; may be null.</param>
    /// <param name="outJson">Receives everything as JSON.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_evaluate")]
    public static int Evaluate(ulong evaluator, ulong estimate, byte* options, ulong* outEvaluation, byte** outJson, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outJson, "out_json");
        using var by = Handles.Get<EvaluatorHandle>(evaluator, "evaluator");
        using var of = Handles.Get<EstimateHandle>(estimate, "estimate");
        var evaluation = by.Value.Evaluator.Evaluate(of.Value.Estimate, ScoreText.Options(Abi.Text(options, "options")));
        *outJson = Abi.Give(evaluation.ToJson());
        if (outEvaluation is not null) *outEvaluation = Handles.Open(new EvaluationHandle(evaluation));
    });

    /// <summary>One or more evaluations as one self-contained HTML page.</summary>
    /// <param name="evaluator">The evaluator that made them.</param>
    /// <param name="evaluations">Evaluations.</param>
    /// <param name="count">How many; at least 1.</param>
    /// <param name="title">Heading.</param>
    /// <param name="outHtml">Receives the page.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_evaluation_html")]
    public static int EvaluationHtml(ulong evaluator, ulong* evaluations, int count, byte* title, byte** outHtml, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outHtml, "out_html");
        Abi.Need(evaluations, "evaluations");
        if (count < 1) throw new ArgumentException($"count = {count}: must be at least 1");
        using var by = Handles.Get<EvaluatorHandle>(evaluator, "evaluator");
        var all = new List<Evaluation>();
        for (var i = 0; i < count; i++)
        {
            using var use = Handles.Get<EvaluationHandle>(evaluations[i], "evaluation");
            all.Add(use.Value.Evaluation);
        }
        *outHtml = Abi.Give(ScorePage.Render(by.Value.Evaluator, all, Abi.Text(title, "title") ?? "Score"));
    });

    /// <summary>Bounds on the traces of every cell in view, where they are: valid until the evaluator is closed.</summary>
    /// <param name="evaluator">An evaluator with a movie.</param>
    /// <param name="outOracle">Receives the traces (unit, frame) that perfect spatial knowledge gives.</param>
    /// <param name="outRoi">Receives the mean inside the true regions (unit, frame).</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_evaluator_bounds")]
    public static int Bounds(ulong evaluator, NativeArray* outOracle, NativeArray* outRoi, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outOracle, "out_oracle");
        Abi.Need(outRoi, "out_roi");
        using var use = Handles.Get<EvaluatorHandle>(evaluator, "evaluator");
        var bounds = use.Value.Evaluator.Bounds ?? throw new ArgumentException("there are no bounds without a movie and true traces");
        foreach (var (matrix, result) in ((Matrix, nint)[])[(bounds.Oracle, (nint)outOracle), (bounds.Roi, (nint)outRoi)])
            Arrays.Describe((NativeArray*)result, (void*)use.Value.Pin(matrix.Values), NumberTypes.Float64, [matrix.Rows, matrix.Columns]);
    });
}
