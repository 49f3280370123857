using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim.Formats.Writing;

/// <summary>What a file says of one of its truth arrays.</summary>
internal sealed record StoredArray(string Name, string[] Axes, int[] Shape, string? Units, string Type, string Description)
{
    /// <summary>Number of values.</summary>
    public long Length => Shape.Aggregate(1L, (a, b) => a * b);

    /// <summary>Makes sure that its lengths are those of the recording.</summary>
    /// <exception cref="RecordingFormatException">They are not.</exception>
    public void Check(string path, int units, int frames, Grid grid)
    {
        if (Axes.Length != Shape.Length || Shape.Length > 4) throw Bad($"has {Shape.Length} axes, and {Axes.Length} names for them.");
        if (Type is not ("float64" or "float32" or "int32" or "bool")) throw Bad($"is of the unknown type {Type}.");
        for (var a = 0; a < Axes.Length; a++)
        {
            int? expected = Axes[a] switch { "unit" => units, "frame" => frames, "height" => grid.FovHeight, "width" => grid.FovWidth, "axis" => 3, "shift" => 2, _ => null };
            if (Shape[a] < 0 || (expected is { } length && Shape[a] != length)) throw Bad($"has {Shape[a]} entries along {Axes[a]}{(expected is { } e ? $", and the recording {e}" : "")}.");
        }
        if (Length > Array.MaxLength / 8) throw Bad($"claims {Length:N0} values, more than memory holds.");

        RecordingFormatException Bad(string what) => new(path, $"truth array {Name} {what}", "The file is damaged.");
    }

    /// <summary>The array with its values.</summary>
    /// <exception cref="RecordingFormatException">There are more or fewer.</exception>
    public TruthArray With(string path, double[] values)
    {
        if (values.Length != Length) throw new RecordingFormatException(path, $"truth array {Name} has {values.Length:N0} values; its shape [{string.Join(", ", Shape)}] needs {Length:N0}.", "The file is damaged.");
        Array typed = Type switch
        {
            "float64" => values,
            "float32" => Array.ConvertAll(values, v => (float)v),
            "int32" => Array.ConvertAll(values, v => (int)v),
            _ => Array.ConvertAll(values, v => v != 0),
        };
        return new TruthArray(Name, Axes, Shape, Units, typed, Description);
    }
}
