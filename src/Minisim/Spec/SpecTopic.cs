using System.Text.RegularExpressions;
using Minisim.Steps;

namespace Minisim;

/// <summary>A part of a spec that can be asked about: a record (the spec itself, the instrument, a step, an element of a list) or a field of one.
/// Its words are the doc comments of the code.</summary>
/// <param name="Path">As it is asked for: <c>acquisition.optics.na</c>, <c>cell_activity</c>, <c>cell_activity.tau_decay_s</c>,
/// <c>place_neurons.populations.morphology</c>; elements of lists go without their index.</param>
/// <param name="Summary">What it is; code stands between backquotes.</param>
/// <param name="Remarks">What else there is to say: sources, worked numbers; empty if nothing.</param>
/// <param name="Record">The record, or null for a plain value.</param>
/// <param name="Field">The field, or null for the spec and for a step.</param>
internal sealed partial record SpecTopic(string Path, string Summary, string Remarks, RecordShape? Record, SpecField? Field)
{
    /// <summary>Path of the spec as a whole.</summary>
    public const string Root = "spec";

    private static readonly Lazy<IReadOnlyList<SpecTopic>> Everything = new(() =>
    {
        var topics = new List<SpecTopic>();
        Add(topics, Root, "", typeof(Spec), null);
        foreach (var kind in StepCatalog.Kinds) Add(topics, kind.Kind, kind.Kind + ".", kind.Type, null);
        return topics;
    });

    /// <summary>The spec, its sections and fields in order, then every step followed by its fields.</summary>
    public static IReadOnlyList<SpecTopic> All => Everything.Value;

    /// <summary>The fields of a record, in order.</summary>
    public IEnumerable<SpecTopic> Fields => Record is null ? [] : Record.Fields.Select(f => Of((Path == Root ? "" : Path + ".") + f.Name, f));

    /// <summary>What a path means: the topic itself, or every place in which a field of that name alone is found; empty if there is none.</summary>
    /// <param name="path">Also as messages have it: <c>steps[1] (cell_activity).tau_decay_s</c>, <c>steps.vasculature.layers[0].opacity</c>.</param>
    public static IReadOnlyList<SpecTopic> Find(string path)
    {
        var plain = Indices().Replace(Numbered().Replace(path.Trim(), "$1"), "");
        if (plain.StartsWith("steps.", StringComparison.Ordinal)) plain = plain["steps.".Length..];
        var exact = All.Where(t => t.Path == plain).ToArray();
        return exact.Length > 0 ? exact : [.. All.Where(t => t.Field?.Name == plain)];
    }

    /// <summary>The known path or field name that is closest to one that is not, or null.</summary>
    public static string? Nearest(string path) =>
        NearMiss.Find(path, All.Select(t => t.Path)) ?? NearMiss.Find(path, All.Where(t => t.Field is not null).Select(t => t.Field!.Name));

    private static SpecTopic Of(string path, SpecField field)
    {
        var shape = field.Shape.Element ?? field.Shape;
        return new SpecTopic(path, field.Summary, field.Remarks, shape.Kind == ValueKind.Record ? shape.Record : null, field);
    }

    private static void Add(List<SpecTopic> topics, string path, string prefix, Type type, SpecField? field)
    {
        var (summary, remarks) = SpecDocs.Of(type);
        topics.Add(new SpecTopic(path, field?.Summary ?? summary, field is null ? remarks : field.Remarks, RecordShape.Of(type), field));
        foreach (var inner in RecordShape.Of(type).Fields)
        {
            var topic = Of(prefix + inner.Name, inner);
            if (topic.Record is null) topics.Add(topic);
            else Add(topics, topic.Path, topic.Path + ".", topic.Record.Type, inner);
        }
    }

    [GeneratedRegex(@"^steps\[\d+\]\s*\(([a-z_0-9]+)\)")]
    private static partial Regex Numbered();

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex Indices();
}
