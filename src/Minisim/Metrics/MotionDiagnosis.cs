namespace Minisim.Metrics;

/// <summary>How a motion correction compares with no correction, and what small misreading of it would be far better.</summary>
/// <param name="RmseReceived">RMSE of the correction as it is, its mean offset removed, px.</param>
/// <param name="RmseStill">RMSE of no correction at all, px.</param>
/// <param name="Remedy">What would make it at least twice as good and better than none, in words; empty where nothing would.</param>
/// <param name="RmseRemedied">RMSE with that done; NaN without.</param>
public sealed record MotionDiagnosis(double RmseReceived, double RmseStill, string Remedy, double RmseRemedied)
{
    /// <summary>No better than leaving the movie as it is.</summary>
    public bool IsWorseThanNone => RmseReceived > RmseStill && RmseStill > 0;
    /// <summary>Residual motion of a pixel or more that is not a small part of the motion.</summary>
    public bool IsFailed => RmseReceived >= 1 && RmseReceived > 0.5 * RmseStill;

    /// <summary>Compares a correction with the shifts applied.</summary>
    /// <param name="correction">Estimated correction (frame, 2), px.</param>
    /// <param name="applied">Applied shifts (frame, 2), px.</param>
    public static MotionDiagnosis Of(Matrix correction, Matrix applied)
    {
        double Rmse(Matrix m) => MotionScores.ShiftRmse(m, applied, correction: true, align: true);
        var (asIs, still) = (Rmse(correction), Rmse(new Matrix(applied.Rows, 2)));
        var best = (Words: "", Rmse: double.NaN);
        var limit = Math.Min(0.5 * asIs, still);
        void Try(string words, Matrix m)
        {
            var rmse = Rmse(m);
            if (rmse < limit) (best, limit) = ((words, rmse), rmse);
        }
        var exchanged = Map(correction, (y, x) => (x, y));
        Try("the sign turned", Map(correction, (y, x) => (-y, -x)));
        Try("the axes exchanged", exchanged);
        Try("the axes exchanged and the sign turned", Map(exchanged, (y, x) => (-y, -x)));
        if (best.Words.Length == 0)
            foreach (var (words, m) in new[] { ("", correction), ("the axes exchanged and ", exchanged) })
            {
                var scale = Scale(m, applied);
                if (scale == 0) continue;
                Try(FormattableString.Invariant($"{words}values multiplied by {scale:0.###} (other units?)"), Map(m, (y, x) => (scale * y, scale * x)));
            }
        return new MotionDiagnosis(asIs, still, best.Words, best.Rmse);
    }

    /// <summary>One sentence; empty where the correction is good.</summary>
    public string Words()
    {
        if (Remedy.Length == 0 && !IsWorseThanNone && !IsFailed) return "";
        var text = FormattableString.Invariant($"motion: {RmseReceived:0.0#} px remain");
        text += IsWorseThanNone ? FormattableString.Invariant($", worse than no correction ({RmseStill:0.0#} px)") : FormattableString.Invariant($" of {RmseStill:0.0#} px");
        if (Remedy.Length > 0) text += FormattableString.Invariant($"; with {Remedy} {RmseRemedied:0.0#} px");
        else if (IsFailed) text += ": registration failed";
        return text;
    }

    private static Matrix Map(Matrix m, Func<double, double, (double, double)> map)
    {
        var result = new Matrix(m.Rows, 2);
        for (var t = 0; t < m.Rows; t++) (result[t, 0], result[t, 1]) = map(m[t, 0], m[t, 1]);
        return result;
    }

    // Least squares of −applied on the correction, both without their means.
    private static double Scale(Matrix correction, Matrix applied)
    {
        double xy = 0, xx = 0;
        for (var axis = 0; axis < 2; axis++)
        {
            double meanX = 0, meanY = 0;
            for (var t = 0; t < applied.Rows; t++) (meanX, meanY) = (meanX + correction[t, axis] / applied.Rows, meanY - applied[t, axis] / applied.Rows);
            for (var t = 0; t < applied.Rows; t++)
            {
                xy += (correction[t, axis] - meanX) * (-applied[t, axis] - meanY);
                xx += (correction[t, axis] - meanX) * (correction[t, axis] - meanX);
            }
        }
        return xx > 0 ? xy / xx : 0;
    }
}
