using System.Text;
using System.Text.Json;

namespace Minisim.Metrics;

/// <summary>What became of a part of a result file.</summary>
public enum PartUse
{
    /// <summary>It was found and goes into the score.</summary>
    Used,
    /// <summary>It was found and does not go into the score.</summary>
    LeftOut,
    /// <summary>It was not found.</summary>
    Absent,
}

/// <summary>A part of a result file: footprints, traces, activity, motion, acceptance, or what else was found.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Use">What became of it.</param>
/// <param name="Text">What was found where, with its shape; or why it was left out, and the remedy.</param>
public sealed record EstimatePart(string Name, PartUse Use, string Text);

/// <summary>What was found in a result file, what of it goes into the score, what was left out and why. It belongs to every score: a part that
/// is dropped without a word makes the score one of something else.</summary>
public sealed record EstimateReport
{
    /// <summary>Nothing to say: an estimate made in memory.</summary>
    public static EstimateReport Empty { get; } = new();

    /// <summary>The layout that the file was read as, e.g. CaImAn; empty for an estimate made in memory.</summary>
    public string Layout { get; init; } = "";

    /// <summary>What makes the whole score doubtful; the first thing that a reader should see.</summary>
    public ValueList<string> Warnings { get; init; } = [];

    /// <summary>All parts, the footprints first.</summary>
    public ValueList<EstimatePart> Parts { get; init; } = [];

    /// <summary>A few lines for people; the warnings first. Empty where there is nothing to say.</summary>
    public string Summary()
    {
        var text = new StringBuilder();
        foreach (var warning in Warnings) text.AppendLine($"WARNING: {warning}");
        if (Layout.Length > 0) text.AppendLine($"{"read as",-20}{Layout}");
        foreach (var part in Parts) text.AppendLine($"{$"  {part.Name}",-20}{Words(part.Use)}: {part.Text}");
        return text.ToString();
    }

    /// <summary>The word for a use in reports.</summary>
    public static string Words(PartUse use) => use switch
    {
        PartUse.Used => "used",
        PartUse.LeftOut => "left out",
        _ => "not found",
    };

    /// <summary>Writes the report as one JSON object: <c>layout</c>, <c>warnings</c>, <c>parts</c> with <c>name</c>, <c>use</c>
    /// (<c>used</c>, <c>left_out</c> or <c>absent</c>) and <c>text</c>.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("layout", Layout);
        writer.WriteStartArray("warnings");
        foreach (var warning in Warnings) writer.WriteStringValue(warning);
        writer.WriteEndArray();
        writer.WriteStartArray("parts");
        foreach (var part in Parts)
        {
            writer.WriteStartObject();
            writer.WriteString("name", part.Name);
            writer.WriteString("use", JsonNamingPolicy.SnakeCaseLower.ConvertName(part.Use.ToString()));
            writer.WriteString("text", part.Text);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
