using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Minisim.Studies;

/// <summary>YAML as the JSON that it stands for (the core schema: null, true and false, numbers, texts). Only the parser of the
/// library is used: its object mapping lives on reflection, which native code has not.</summary>
internal static class StudyYaml
{
    private const int MaxDepth = 64, MaxNodes = 5_000_000;

    /// <summary>The document.</summary>
    /// <exception cref="StudyException">It is no YAML, or has what JSON has not.</exception>
    public static JsonNode? Parse(string text, string source)
    {
        var parser = new Parser(new StringReader(text));
        try
        {
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _)) throw new StudyException(source, null, "is empty.", "");
            parser.Consume<DocumentStart>();
            var count = 0;
            var node = Node(parser, source, 0, ref count);
            parser.Consume<DocumentEnd>();
            if (!parser.Accept<StreamEnd>(out _)) throw new StudyException(source, null, "has several documents.", "A study is one.");
            return node;
        }
        catch (InvalidOperationException)
        {
            // What the library's parser says of text between brackets that belongs to nothing, without a place.
            throw new StudyException($"{source} (after line {parser.Current?.End.Line ?? 1})", null, "is not YAML: there is text between brackets that belongs to nothing.", "Look for a comma or a bracket that is missing.");
        }
        catch (YamlException e)
        {
            throw new StudyException($"{source} (line {e.Start.Line}, column {e.Start.Column})", null, $"is not YAML: {e.Message.TrimEnd('.')}.", "");
        }
    }

    private static JsonNode? Node(IParser parser, string source, int depth, ref int count)
    {
        var at = parser.Current!.Start;
        StudyException Fail(string reason, string remedy) => new($"{source} (line {at.Line}, column {at.Column})", null, reason, remedy);
        if (depth > MaxDepth) throw Fail($"is nested more than {MaxDepth} levels deep.", "");
        if (++count > MaxNodes) throw Fail("has too many values.", "");
        if (parser.TryConsume<Scalar>(out var scalar)) return Value(scalar);
        if (parser.TryConsume<SequenceStart>(out _))
        {
            var list = new JsonArray();
            while (!parser.TryConsume<SequenceEnd>(out _)) list.Add(Node(parser, source, depth + 1, ref count));
            return list;
        }
        if (parser.TryConsume<MappingStart>(out _))
        {
            var map = new JsonObject();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                if (!parser.TryConsume<Scalar>(out var key)) throw Fail("has a key that is no text.", "");
                if (map.ContainsKey(key.Value)) throw Fail($"has the key \"{key.Value}\" twice.", "Keep one of them.");
                map[key.Value] = Node(parser, source, depth + 1, ref count);
            }
            return map;
        }
        // Anchors can make a gigabyte of a page of text.
        throw Fail("has an alias (*name), which is not read.", "Write the value out.");
    }

    private static JsonNode? Value(Scalar scalar)
    {
        var text = scalar.Value;
        if (scalar.Style != ScalarStyle.Plain || scalar.Tag is { IsEmpty: false } tag && tag.Value == "tag:yaml.org,2002:str") return JsonValue.Create(text);
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL": return null;
            case "true" or "True" or "TRUE": return JsonValue.Create(true);
            case "false" or "False" or "FALSE": return JsonValue.Create(false);
        }
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) return JsonValue.Create(whole);
        return text.AsSpan().ContainsAnyInRange('0', '9') && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? JsonValue.Create(number)
            : JsonValue.Create(text);
    }
}
