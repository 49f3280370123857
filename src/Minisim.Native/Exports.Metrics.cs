using System.Runtime.InteropServices;
using Minisim.Metrics;

namespace Minisim.Native;

public static unsafe partial class Exports
{
    /// <summary>Footprints from a dense array (unit, height, width) of any number type and strides.</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_footprints_dense")]
    public static int DenseFootprints(NativeArray* dense, ulong* outFootprints, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outFootprints, "out_footprints");
        *outFootprints = Handles.Open(new FootprintsHandle(CallerFootprints.Dense(dense)));
    });

    /// <summary>Footprints from compressed columns (pixel, unit): the layout of scipy's CSC, in which pipelines keep them.</summary>
    /// <param name="height">Rows of the field of view.</param>
    /// <param name="width">Columns of the field of view.</param>
    /// <param name="columnMajor">Pixels are row + col·height instead of row·width + col.</param>
    /// <param name="data">Weights.</param>
    /// <param name="indices">Pixels, in any order within a unit.</param>
    /// <param name="indptr">Where every unit starts, and the end.</param>
    /// <param name="outFootprints">Receives a footprints handle.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_footprints_csc")]
    public static int SparseFootprints(int height, int width, int columnMajor, NativeArray* data, NativeArray* indices, NativeArray* indptr, ulong* outFootprints, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outFootprints, "out_footprints");
        *outFootprints = Handles.Open(new FootprintsHandle(CallerFootprints.Columns(height, width, columnMajor != 0, data, indices, indptr)));
    });

    /// <summary>Matches estimates with true cells, one to one, by the largest total similarity.</summary>
    /// <param name="estimate">Estimated footprints.</param>
    /// <param name="truth">True footprints.</param>
    /// <param name="options">JSON object or null: metric (iou, cosine, weighted_jaccard), energy_fraction, shift ("auto", "none" or [dy, dx]; the default is
    /// none).</param>
    /// <param name="similarity">Receives the similarity of all pairs (estimate, true), row-major; null = not wanted.</param>
    /// <param name="outJson">Receives pairs ([estimate, true, similarity]), shift, n_est, n_true.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_match")]
    public static int Match(ulong estimate, ulong truth, byte* options, double* similarity, byte** outJson, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outJson, "out_json");
        using var e = Handles.Get<FootprintsHandle>(estimate, "estimate");
        using var t = Handles.Get<FootprintsHandle>(truth, "truth");
        *outJson = Abi.Give(ScoreText.Match(e.Value.Footprints, t.Value.Footprints, Abi.Text(options, "options"), similarity));
    });

    /// <summary>Pearson's r of the traces of every pair; NaN where either is constant.</summary>
    /// <param name="estimate">Estimated traces (unit, frame).</param>
    /// <param name="truth">True traces (unit, frame).</param>
    /// <param name="pairs">Pairs (estimate, true).</param>
    /// <param name="count">How many pairs.</param>
    /// <param name="outCorrelation">Receives a number for each.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_trace_pearson")]
    public static int TracePearson(NativeArray* estimate, NativeArray* truth, int* pairs, int count, double* outCorrelation, byte** error) => Abi.Call(error, () =>
    {
        var (e, t) = (Arrays.Matrix(estimate, "estimate"), Arrays.Matrix(truth, "truth"));
        var matched = Pairs.Of(pairs, count, e.Rows, t.Rows);
        if (count > 0) Abi.Need(outCorrelation, "out_correlation");
        TraceScores.TracePearson(e, t, matched).CopyTo(new Span<double>(outCorrelation, count));
    });

    /// <summary>How well the deconvolved activity of every pair follows the true spikes.</summary>
    /// <param name="estimate">Estimated activity (unit, frame).</param>
    /// <param name="truth">True spikes (unit, frame).</param>
    /// <param name="pairs">Pairs (estimate, true).</param>
    /// <param name="count">How many pairs.</param>
    /// <param name="outCorrelation">Receives Pearson's r of each.</param>
    /// <param name="outScale">Receives the scale of each.</param>
    /// <param name="outVarianceExplained">Receives the variance explained of each.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_activity_similarity")]
    public static int ActivitySimilarity(NativeArray* estimate, NativeArray* truth, int* pairs, int count, double* outCorrelation, double* outScale, double* outVarianceExplained, byte** error) => Abi.Call(error, () =>
    {
        var (e, t) = (Arrays.Matrix(estimate, "estimate"), Arrays.Matrix(truth, "truth"));
        var matched = Pairs.Of(pairs, count, e.Rows, t.Rows);
        if (count > 0)
        {
            Abi.Need(outCorrelation, "out_correlation");
            Abi.Need(outScale, "out_scale");
            Abi.Need(outVarianceExplained, "out_variance_explained");
        }
        var scores = TraceScores.ActivitySimilarity(e, t, matched);
        for (var i = 0; i < scores.Length; i++) (outCorrelation[i], outScale[i], outVarianceExplained[i]) = (scores[i].Correlation, scores[i].Scale, scores[i].VarianceExplained);
    });

    /// <summary>Root mean square error of a trajectory (frame, 2), px.</summary>
    /// <param name="estimate">Estimated trajectory (frame, 2).</param>
    /// <param name="truth">Applied shifts (frame, 2).</param>
    /// <param name="correction">The estimate undoes the motion: it is negated first.</param>
    /// <param name="align">The mean difference of each axis is no error.</param>
    /// <param name="outRmse">Receives it.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_shift_rmse")]
    public static int ShiftRmse(NativeArray* estimate, NativeArray* truth, int correction, int align, double* outRmse, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outRmse, "out_rmse");
        *outRmse = MotionScores.ShiftRmse(Arrays.Matrix(estimate, "estimate"), Arrays.Matrix(truth, "truth"), correction != 0, align != 0);
    });

    /// <summary>The whole-pixel shift that brings footprints of the pipeline's frame to the truth's, from both trajectories.</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_global_shift")]
    public static int GlobalShift(NativeArray* estimate, NativeArray* truth, int correction, int* outDy, int* outDx, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outDy, "out_dy");
        Abi.Need(outDx, "out_dx");
        (*outDy, *outDx) = MotionScores.GlobalShift(Arrays.Matrix(estimate, "estimate"), Arrays.Matrix(truth, "truth"), correction != 0);
    });

    /// <summary>Pearson's r of two arrays of one shape, flattened; NaN where either is constant.</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_field_pearson")]
    public static int FieldPearson(NativeArray* estimate, NativeArray* truth, double* outCorrelation, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outCorrelation, "out_correlation");
        *outCorrelation = TraceScores.FieldPearson(Arrays.Flat(estimate, "estimate"), Arrays.Flat(truth, "truth"));
    });

    /// <summary>The pixels of a unit above a share of its peak.</summary>
    /// <param name="footprints">Footprints.</param>
    /// <param name="unit">Which.</param>
    /// <param name="level">Share of the peak; 0.18 is usual.</param>
    /// <param name="target">Receives 0 or 1 for every pixel (height, width).</param>
    /// <param name="bytes">Its size, which must be exact.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_footprint_mask")]
    public static int FootprintMask(ulong footprints, int unit, double level, void* target, long bytes, byte** error) => Abi.Call(error, () =>
    {
        using var use = Handles.Get<FootprintsHandle>(footprints, "footprints");
        CallerFootprints.Mask(use.Value.Footprints, unit, level, (byte*)target, bytes);
    });

    /// <summary>Mean of a movie inside the mask of every unit: what a hand-drawn region gives.</summary>
    /// <param name="movie">Movie (frame, height, width) of any number type and strides.</param>
    /// <param name="footprints">Footprints.</param>
    /// <param name="level">Share of the peak; 0.18 is usual.</param>
    /// <param name="outTraces">Receives (unit, frame), row-major.</param>
    /// <param name="count">How many numbers fit, which must be exact.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_roi_traces")]
    public static int RoiTraces(NativeArray* movie, ulong footprints, double level, double* outTraces, long count, byte** error) => Abi.Call(error, () =>
    {
        using var use = Handles.Get<FootprintsHandle>(footprints, "footprints");
        using var frames = new CallerMovie(movie);
        var needed = (long)use.Value.Footprints.Count * frames.Frames;
        if (count != needed) throw new ArgumentException($"{use.Value.Footprints.Count} traces of {frames.Frames} frames are {needed} numbers, not {count}");
        if (needed > 0) Abi.Need(outTraces, "out_traces");
        RoiBaseline.Traces(frames, use.Value.Footprints, level).Values.CopyTo(new Span<double>(outTraces, checked((int)count)));
    });

    /// <summary>Events of estimated and true activity, matched within a tolerance, over all pairs.</summary>
    /// <param name="estimate">Estimated activity (unit, frame).</param>
    /// <param name="truth">True spikes (unit, frame).</param>
    /// <param name="pairs">Pairs (estimate, true).</param>
    /// <param name="count">How many pairs.</param>
    /// <param name="toleranceFrames">Largest distance of an event from its own, frames.</param>
    /// <param name="outTrue">Receives the number of true events.</param>
    /// <param name="outEstimated">Receives the number of estimated events.</param>
    /// <param name="outMatched">Receives the number of matched events.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_spike_events")]
    public static int SpikeEvents(NativeArray* estimate, NativeArray* truth, int* pairs, int count, int toleranceFrames, long* outTrue, long* outEstimated, long* outMatched, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outTrue, "out_true");
        Abi.Need(outEstimated, "out_estimated");
        Abi.Need(outMatched, "out_matched");
        if (toleranceFrames < 0) throw new ArgumentException($"tolerance_frames = {toleranceFrames}: must not be negative");
        var (e, t) = (Arrays.Matrix(estimate, "estimate"), Arrays.Matrix(truth, "truth"));
        long a = 0, b = 0, c = 0;
        foreach (var (i, j) in Pairs.Of(pairs, count, e.Rows, t.Rows))
        {
            var events = SpikeScores.Events(e.Row(i), t.Row(j), toleranceFrames);
            (a, b, c) = (a + events.True, b + events.Estimated, c + events.Matched);
        }
        (*outTrue, *outEstimated, *outMatched) = (a, b, c);
    });
}
