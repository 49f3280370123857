namespace Minisim.Formats;

/// <summary>Options of the formats with 8-bit pixels.</summary>
public record EightBitOptions : FormatOptions
{
    /// <summary>What becomes 0 and 255 where the pixels are deeper. Null: 8-bit counts are kept as they are, deeper
    /// pixels are refused where the format promises exact ones, and previews show the sensor's whole range.</summary>
    public DisplayRange? Range { get; init; }

    /// <summary>These options, or this type's defaults with what others share with it.</summary>
    internal static EightBitOptions Of(FormatOptions options) => options as EightBitOptions ?? new() { Overwrite = options.Overwrite, Flush = options.Flush };
}
