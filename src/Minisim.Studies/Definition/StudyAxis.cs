using Minisim.Metrics;

namespace Minisim.Studies;

/// <summary>One thing that varies.</summary>
/// <param name="Path">Where in the spec, as <c>--set</c> writes it: <c>acquisition.optics.na</c>, <c>steps.vasculature</c>, <c>seed</c>.</param>
/// <param name="Values">Its values as JSON texts.</param>
public sealed record StudyAxis(string Path, IReadOnlyList<string> Values)
{
    /// <summary>An axis over numbers.</summary>
    public StudyAxis(string path, IEnumerable<double> values) : this(path, [.. values.Select(AxisValues.Text)]) { }

    /// <summary>An axis over whole numbers.</summary>
    public StudyAxis(string path, IEnumerable<int> values) : this(path, [.. values.Select(v => v.ToString(System.Globalization.CultureInfo.InvariantCulture))]) { }

    /// <summary>Axes from a JSON object as a study file has it: path → a list of values, or <c>linspace</c>, <c>logspace</c> or <c>range</c>.</summary>
    /// <exception cref="StudyException">With every problem of the text.</exception>
    public static IReadOnlyList<StudyAxis> Parse(string json) => StudyReader.ReadAxes(json);
}
