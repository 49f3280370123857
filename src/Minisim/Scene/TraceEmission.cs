namespace Minisim.Scenes;

/// <summary>Light of cells: the clean trace, times the share of the indicator that is not bleached.</summary>
/// <param name="traces">Clean trace (cell, frame).</param>
/// <param name="unbleached">Unbleached share (cell, frame), or null.</param>
internal sealed class TraceEmission(double[][] traces, double[][]? unbleached) : IEmission
{
    public void Fill(int source, int firstFrame, Span<float> light)
    {
        var trace = traces[source].AsSpan(firstFrame, light.Length);
        if (unbleached is null)
        {
            for (var f = 0; f < light.Length; f++) light[f] = (float)trace[f];
            return;
        }
        var pool = unbleached[source].AsSpan(firstFrame, light.Length);
        for (var f = 0; f < light.Length; f++) light[f] = (float)(trace[f] * pool[f]);
    }
}
