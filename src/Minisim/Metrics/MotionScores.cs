namespace Minisim.Metrics;

/// <summary>Scores of motion trajectories (frame, 2): (dy, dx) in px.</summary>
public static class MotionScores
{
    /// <summary>Root mean square difference over frames and both axes, px.</summary>
    /// <param name="estimate">Estimated trajectory (frame, 2).</param>
    /// <param name="truth">Applied shifts (frame, 2).</param>
    /// <param name="correction">The estimate is what undoes the motion: it is negated first.</param>
    /// <param name="align">Remove the mean difference of each axis: a constant offset is no error.</param>
    /// <exception cref="ArgumentException">The shapes differ or are not (frame, 2).</exception>
    public static double ShiftRmse(Matrix estimate, Matrix truth, bool correction = false, bool align = false)
    {
        Check(estimate, truth);
        var sign = correction ? -1 : 1;
        double[] mean = [0, 0];
        if (align)
            for (var axis = 0; axis < 2; axis++)
            {
                for (var t = 0; t < truth.Rows; t++) mean[axis] += sign * estimate[t, axis] - truth[t, axis];
                mean[axis] /= truth.Rows;
            }
        var sum = 0.0;
        for (var t = 0; t < truth.Rows; t++)
            for (var axis = 0; axis < 2; axis++)
            {
                var d = sign * estimate[t, axis] - truth[t, axis] - mean[axis];
                sum += d * d;
            }
        return truth.Rows == 0 ? double.NaN : Math.Sqrt(sum / (2.0 * truth.Rows));
    }

    /// <summary>The whole-pixel shift (dy, dx) that brings footprints of the pipeline's frame to the truth's: the rounded mean of
    /// each axis of <c>−estimate − truth</c> for a correction, <c>estimate − truth</c> for a displacement.</summary>
    /// <exception cref="ArgumentException">The shapes differ or are not (frame, 2), or a shift is not finite.</exception>
    public static (int Dy, int Dx) GlobalShift(Matrix estimate, Matrix truth, bool correction = true)
    {
        Check(estimate, truth);
        if (truth.Rows == 0) return (0, 0);
        var sign = correction ? -1 : 1;
        double dy = 0, dx = 0;
        for (var t = 0; t < truth.Rows; t++)
        {
            dy += sign * estimate[t, 0] - truth[t, 0];
            dx += sign * estimate[t, 1] - truth[t, 1];
        }
        if (!double.IsFinite(dy) || !double.IsFinite(dx)) throw new ArgumentException("a trajectory holds NaN or infinite shifts", nameof(estimate));
        return ((int)Math.Round(dy / truth.Rows), (int)Math.Round(dx / truth.Rows));
    }

    private static void Check(Matrix estimate, Matrix truth)
    {
        if (estimate.Columns != 2 || truth.Columns != 2 || estimate.Rows != truth.Rows)
            throw new ArgumentException($"trajectories of shape ({estimate.Rows}, {estimate.Columns}) and ({truth.Rows}, {truth.Columns}) cannot be compared: both must be (frame, 2)");
    }
}
