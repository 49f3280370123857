namespace Minisim.Scenes;

/// <summary>Smallest and largest value of a trace.</summary>
internal static class Extremes
{
    public static (double Min, double Max) Of(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty) return (0, 0);
        double min = values[0], max = values[0];
        foreach (var v in values)
        {
            min = Math.Min(min, v);
            max = Math.Max(max, v);
        }
        return (min, max);
    }
}
