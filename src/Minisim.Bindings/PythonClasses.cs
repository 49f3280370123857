using System.Globalization;
using System.Text;
using System.Text.Json;
using Minisim.Steps;

namespace Minisim.Bindings;

/// <summary>The records of a spec as Python classes: names, defaults, rules and documentation come from the C# records alone.</summary>
internal static class PythonClasses
{
    // Names that Python users of the reference package know.
    private static readonly Dictionary<string, string> Names = new() { ["OpticsStep"] = "CellOptics", ["Population"] = "NeuronPopulation", ["Spec"] = "SpecFields" };

    private static readonly XmlDocs Docs = XmlDocs.Of(typeof(Spec).Assembly);

    public static string NameOf(Type type) => Names.GetValueOrDefault(type.Name, type.Name);

    /// <summary>Every record of a spec, those that others are made of first.</summary>
    public static IReadOnlyList<Type> Records()
    {
        var found = new List<Type>();
        foreach (var kind in StepCatalog.Kinds) Visit(kind.Type);
        Visit(typeof(Spec));
        return found;

        void Visit(Type type)
        {
            if (found.Contains(type)) return;
            foreach (var field in RecordShape.Of(type).Fields)
            {
                var shape = field.Shape.Kind == ValueKind.List ? field.Shape.Element! : field.Shape;
                if (shape.Kind == ValueKind.Record) Visit(shape.Type);
            }
            found.Add(type);
        }
    }

    public static string Write()
    {
        var text = new StringBuilder("# Generated from the C# records by `dotnet run --project src/Minisim.Bindings`; do not edit.\nfrom ._records import Field as F, Record, Step\n\n_INF = float(\"inf\")\n");
        foreach (var type in Records())
        {
            Head(text, type);
            if (RecordShape.Of(type).Shorthand is { } shorthand) text.Append($"    _shorthand = \"{shorthand.Name}\"\n");
            text.Append("    _fields = {\n");
            foreach (var field in RecordShape.Of(type).Fields) text.Append($"        \"{field.Name}\": {Declare(field)},\n");
            text.Append("    }\n");
        }
        text.Append($"\n\nSTEPS = {{\n{string.Join("", StepCatalog.Kinds.Select(k => $"    \"{k.Kind}\": {NameOf(k.Type)},\n"))}}}\n");
        text.Append($"\n__all__ = [{string.Join(", ", Records().Where(t => t != typeof(Spec)).Select(t => $"\"{NameOf(t)}\""))}]\n");
        return text.ToString();
    }

    public static string WriteStubs()
    {
        var text = new StringBuilder("# Generated from the C# records by `dotnet run --project src/Minisim.Bindings`; do not edit.\nfrom typing import Any, Dict, List, Literal, Optional, Sequence, Tuple, Type, Union\n\nfrom ._records import Record, Step\n");
        foreach (var type in Records())
        {
            Head(text, type);
            var fields = RecordShape.Of(type).Fields;
            foreach (var field in fields) text.Append($"    @property\n    def {field.Name}(self) -> {Annotation(field.Shape, field, reading: true)}: ...\n");
            text.Append("    def __init__(self");
            if (fields.Count > 0) text.Append(", *").Append(string.Concat(fields.Select(f => $", {f.Name}: {Annotation(f.Shape, f, reading: false)} = ...")));
            text.Append(") -> None: ...\n");
        }
        return text.Append("\nSTEPS: Dict[str, Type[Step]]\n").ToString();
    }

    private static void Head(StringBuilder text, Type type)
    {
        var shape = RecordShape.Of(type);
        text.Append($"\n\nclass {NameOf(type)}({(shape.Kind is null ? "Record" : "Step")}):\n");
        text.Append("    \"\"\"").Append(Escape(Docs.Summary("T:" + type.FullName)));
        var remarks = Docs.Remarks("T:" + type.FullName);
        if (remarks.Length > 0) text.Append("\n\n").Append(Block(remarks, 4));
        if (shape.Fields.Count > 0) text.Append("\n\n    Parameters\n    ----------");
        foreach (var field in shape.Fields)
        {
            text.Append($"\n    {field.Name} : {Describe(field)}");
            text.Append('\n').Append(Block(Sentence(field, Docs.Summary($"P:{type.FullName}.{field.PropertyName}")), 8));
        }
        text.Append(shape.Fields.Count > 0 || remarks.Length > 0 ? "\n    \"\"\"\n" : "\"\"\"\n");
        if (shape.Kind is not null) text.Append($"\n    kind{(text.ToString().Contains("from typing", StringComparison.Ordinal) ? ": str" : "")} = \"{shape.Kind}\"\n");
    }

    private static string Sentence(SpecField field, string summary)
    {
        var rule = field.Range?.Describe();
        if (field.Shape.Choices is { } choices) rule = $"must be {choices.Describe()}";
        return rule is null ? summary : $"{summary} {char.ToUpperInvariant(rule[0])}{rule[1..]}.";
    }

    private static string Describe(SpecField field)
    {
        var text = field.Shape.Kind switch
        {
            ValueKind.Number => "float",
            ValueKind.Integer => "int",
            ValueKind.Flag => "bool",
            ValueKind.Tuple => $"({string.Join(", ", field.Shape.Components)})",
            ValueKind.Record => NameOf(field.Shape.Type),
            ValueKind.Step => "step",
            ValueKind.List => "list of " + (field.Shape.Element!.Kind switch { ValueKind.Record => NameOf(field.Shape.Element.Type), ValueKind.Step => "steps", ValueKind.Tuple => $"({string.Join(", ", field.Shape.Element.Components)})", _ => "values" }),
            _ => "str",
        };
        var unit = field.Unit is null ? "" : $" in {field.Unit}";
        var otherwise = field.IsAuto && field.Default is null ? "default \"auto\"" : field.Default is null ? "default None"
            : field.Shape.Kind is ValueKind.Record ? $"default {NameOf(field.Shape.Type)}()"
            : field.Shape.Kind is ValueKind.List or ValueKind.Step ? "default empty"
            : $"default {Python(SpecWriter.Text(field.Default, field.Shape))}";
        return $"{text}{unit}, {otherwise}";
    }

    private static IReadOnlyList<string>? Choices(SpecField field) => field.Shape.Choices?.Names;

    private static string Declare(SpecField field)
    {
        var shape = field.Shape;
        var element = shape.Kind == ValueKind.List ? shape.Element! : shape;
        var kind = Kind(shape);
        var arguments = new List<string> { $"\"{kind}\"", Default(field) };
        void Add(string name, string value) => arguments.Add($"{name}={value}");
        if (element.Kind == ValueKind.Record) Add("record", $"\"{NameOf(element.Type)}\"");
        if (shape.Kind == ValueKind.List) Add("element", $"\"{Kind(element)}\"");
        if (element.Kind == ValueKind.Tuple) Add("components", $"({string.Join(", ", element.Components.Select(c => $"\"{c}\""))},)");
        if (shape.IsNullable && !field.IsAuto) Add("nullable", "True");
        if (field.IsAuto) Add("auto", "True");
        if (field.IsExtension) Add("extension", "True");
        if (field.Range is { } range)
        {
            Add("low", Number(range.Min));
            Add("high", Number(range.Max));
            if (range.MinOpen) Add("low_open", "True");
            if (range.MaxOpen) Add("high_open", "True");
            Add("rule", $"\"{range.Describe()}.\"");
        }
        if (Choices(field) is { } choices) Add("choices", $"({string.Join(", ", choices.Select(c => $"\"{c}\""))},)");
        if (field.Unit is not null) Add("unit", $"\"{field.Unit}\"");
        if (field.DescribeDefault() is { Length: > 0 } otherwise) Add("remedy", $"'{otherwise.Replace("'", "\\'", StringComparison.Ordinal)}'");
        return $"F({string.Join(", ", arguments)})";
    }

    private static string Kind(ValueShape shape) => shape.Kind switch
    {
        ValueKind.Number => "number",
        ValueKind.Integer => "integer",
        ValueKind.Flag => "flag",
        ValueKind.Tuple => "tuple",
        ValueKind.Record => "record",
        ValueKind.Step => "step",
        ValueKind.List => "list",
        _ => "text",
    };

    private static string Default(SpecField field) => field.Shape.Kind switch
    {
        _ when field.Default is null => field.IsAuto ? "\"auto\"" : "None",
        ValueKind.List => "()",
        ValueKind.Record => "...",
        ValueKind.Tuple => SpecWriter.Text(field.Default, field.Shape).Replace('[', '(').Replace(']', ')'),
        ValueKind.Number => Float(SpecWriter.Text(field.Default, field.Shape)),
        _ => Python(SpecWriter.Text(field.Default, field.Shape)),
    };

    private static string Float(string json) => json.Contains('.') || json.Contains('e') || json.Contains('E') ? json : json + ".0";

    private static string Number(double value) => double.IsPositiveInfinity(value) ? "_INF" : double.IsNegativeInfinity(value) ? "-_INF" : value.ToString("R", CultureInfo.InvariantCulture);

    private static string Python(string json) => json switch { "true" => "True", "false" => "False", "null" => "None", _ => json };

    private static string Annotation(ValueShape shape, SpecField field, bool reading)
    {
        string Of(ValueShape s) => s.Kind switch
        {
            ValueKind.Number => "float",
            ValueKind.Integer => "int",
            ValueKind.Flag => "bool",
            ValueKind.Tuple => $"Tuple[{string.Join(", ", s.Components.Select(_ => "float"))}]",
            ValueKind.Record when !reading && s.Record.Shorthand is { } named => $"Union[{NameOf(s.Type)}, {Of(named.Shape)}]",
            ValueKind.Record => NameOf(s.Type),
            ValueKind.Step => "Step",
            ValueKind.List => reading ? $"Tuple[{Of(s.Element!)}, ...]" : $"Sequence[{Of(s.Element!)}]",
            _ => s.Choices?.Names is { } choices ? $"Literal[{string.Join(", ", choices.Select(c => $"\"{c}\""))}]" : "str",
        };
        var text = Of(shape);
        return field.IsAuto ? $"Union[{text}, Literal[\"auto\"]]" : shape.IsNullable ? $"Optional[{text}]" : text;
    }

    private static string Block(string text, int indent) =>
        string.Join("\n", XmlDocs.Wrap(Escape(text), 110 - indent).Select(line => new string(' ', indent) + line));

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"\"\"", "'''", StringComparison.Ordinal);
}
