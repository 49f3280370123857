using System.CommandLine;
using Minisim.Steps;

namespace Minisim.Cli.Commands;

/// <summary><c>minisim describe</c>: what the steps and fields of a spec mean, in the words of the code.</summary>
internal static class DescribeCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("STEP[.FIELD]")
        {
            Description = "A step, a section or a field, by its path or as an error names it; without it, what there is.",
            Arity = ArgumentArity.ZeroOrOne,
            DefaultValueFactory = _ => "",
        };
        var command = new ExampleCommand("describe", "Explain a step or a field of a spec: meaning, unit, range, default.",
            "minisim describe",
            "minisim describe cell_activity",
            "minisim describe cell_activity.tau_decay_s",
            "minisim describe acquisition.optics")
        {
            path,
        };
        command.SetAction(result =>
        {
            var (asked, writer) = (result.GetRequiredValue(path), result.InvocationConfiguration.Output);
            if (asked.Length == 0)
            {
                WriteOverview(writer);
                return ExitCode.Ok;
            }
            var topics = SpecTopic.Find(asked);
            if (topics.Count == 0)
                throw new UsageException($"a spec has no '{asked}'{(SpecTopic.Nearest(asked) is { } near ? $", did you mean '{near}'?" : "; 'minisim describe' lists what there is.")}");
            // A step's own field goes before one of the same name within another of its fields.
            if (topics.Count > 1 && topics.Any(t => t.Summary != topics[0].Summary))
            {
                var least = topics.Min(t => t.Path.Count(c => c == '.'));
                topics = [.. topics.Where(t => t.Path.Count(c => c == '.') == least)];
            }
            if (topics.Count > 1 && topics.Any(t => t.Summary != topics[0].Summary || t.Field!.DefaultText() != topics[0].Field!.DefaultText()))
            {
                writer.WriteLine($"{topics.Count} fields are named {asked}:");
                writer.WriteLine();
                foreach (var topic in topics) WriteField(topic, writer, topic.Path);
                return ExitCode.Ok;
            }
            if (topics[0].Record is null) WriteOne(topics, writer);
            else WriteRecord(topics[0], writer);
            return ExitCode.Ok;
        });
        return command;
    }

    private static void WriteOverview(TextWriter writer)
    {
        writer.WriteLine("A spec:");
        writer.WriteLine();
        foreach (var topic in SpecTopic.All.First(t => t.Path == SpecTopic.Root).Fields) WriteLine(topic.Path, topic.Summary);
        foreach (var topic in SpecTopic.All.Where(t => t.Path is "acquisition.optics" or "acquisition.image_sensor" or "acquisition.tissue")) WriteLine(topic.Path, topic.Summary);
        writer.WriteLine();
        writer.WriteLine("Its steps, in the order in which they act:");
        writer.WriteLine();
        foreach (var kind in StepCatalog.Kinds) WriteLine(kind.Kind, SpecDocs.Of(kind.Type).Summary);
        writer.WriteLine();
        writer.WriteLine("'minisim describe STEP' lists the fields of a step, 'minisim describe STEP.FIELD' explains one.");

        void WriteLine(string name, string summary) => Paragraph.Write(writer, SpecDocs.Plain(summary), 28, "  " + name);
    }

    private static void WriteRecord(SpecTopic topic, TextWriter writer)
    {
        writer.WriteLine(topic.Path);
        WriteText(topic, writer, 2);
        writer.WriteLine();
        foreach (var field in topic.Fields) WriteField(field, writer, field.Field!.Name);
    }

    private static void WriteField(SpecTopic topic, TextWriter writer, string name)
    {
        var field = topic.Field!;
        var facts = new[] { field.Default is null ? field.Unit : null, field.Range?.Text(), field.Shape.Choices?.Describe() }.Where(f => f is not null);
        var value = field.DefaultText() is { } text ? $" = {text}{(field.Unit is null || field.Default is null ? "" : " " + field.Unit)}" : "";
        var line = $"  {name}{value}{(facts.Any() ? $"   ({string.Join("; ", facts)})" : "")}";
        if (line.Length <= 120) writer.WriteLine(line);
        else Paragraph.Write(writer, line.TrimStart()[name.Length..], 6, $"  {name} ");
        WriteText(topic, writer, 6);
        if (topic.Record is not null) writer.WriteLine($"      Its fields: 'minisim describe {topic.Path}'.");
    }

    private static void WriteOne(IReadOnlyList<SpecTopic> places, TextWriter writer)
    {
        var topic = places[0];
        var field = topic.Field!;
        foreach (var place in places) writer.WriteLine(place.Path);
        WriteText(topic, writer, 2);
        writer.WriteLine();
        var rows = new List<(string Name, string? Value)>
        {
            ("value", field.Shape.Describe(field.IsAuto)),
            ("unit", field.Unit),
            ("range", field.Range?.Text()),
            ("default", field.DefaultText()),
            ("extension", field.IsExtension ? "not in specs of the reference package; written only when it is used" : null),
        };
        foreach (var (name, value) in rows.Where(r => r.Value is not null)) Paragraph.Write(writer, value!, 13, $"  {name,-9}");
        if (field.Shape.Choices is not { } choices) return;
        writer.WriteLine();
        for (var i = 0; i < choices.Names.Count; i++)
            Paragraph.Write(writer, SpecDocs.Plain(SpecDocs.Of(field.Shape.Type, choices.Members[i]).Summary), 16, $"  {$"\"{choices.Names[i]}\"",-14}");
    }

    private static void WriteText(SpecTopic topic, TextWriter writer, int indent)
    {
        foreach (var paragraph in (topic.Summary + "\n\n" + topic.Remarks).Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
            Paragraph.Write(writer, SpecDocs.Plain(paragraph), indent);
    }
}
