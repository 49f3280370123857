using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Minisim.Steps;

namespace Minisim;

/// <summary>JSON to a spec. Never stops at a problem: what cannot be read keeps its default and is reported.</summary>
internal sealed class SpecReader
{
    /// <summary>Field by which steps are told apart.</summary>
    public const string Discriminator = "kind";
    /// <summary>Text of an unset value that is chosen by the simulation.</summary>
    public const string AutoText = "auto";

    private readonly SpecText _text;
    private readonly ProblemList _problems = new();
    /// <summary>Place in the file's list, by kind: messages count as the file does, whatever the canonical order.</summary>
    private readonly Dictionary<string, int> _fileIndex = [];

    /// <summary>Places of fields that nothing is like: whatever they were meant to be, all others hold.</summary>
    private readonly HashSet<string> _idle = [];

    // Folder from which relative paths count; null = the working folder.
    private readonly string? _folder;

    private SpecReader(SpecText text, string? folder) => (_text, _folder) = (text, folder);

    /// <summary>The spec in a text.</summary>
    /// <exception cref="SpecException">With every problem, structure, ranges and cross-field rules together.</exception>
    public static Spec Read(SpecText text, string? folder, out IReadOnlyList<Problem> warnings)
    {
        var reader = new SpecReader(text, folder);
        var spec = reader.Read();
        warnings = reader._problems.Items;
        return spec;
    }

    private Spec Read()
    {
        var json = new Utf8JsonReader(_text.Utf8.Span, new JsonReaderOptions { MaxDepth = SpecText.MaxDepth * 2 });
        json.Read();
        var spec = InputFiles.From(_folder, (Spec)Record(ref json, RecordShape.Of(typeof(Spec)), ""));
        var found = SpecValidator.Check(spec, IsSuspect);
        SpecValidator.Remember(spec, found);
        foreach (var problem in found) _problems.Add(problem with { Path = ToFile(problem.Path, spec) });
        return _problems.HasErrors ? throw new SpecException(_problems.Items) : spec;
    }

    /// <summary>Whether something under that canonical path could not be read, so that rules on it would be judged by
    /// defaults.</summary>
    private bool IsSuspect(string kindOrPath)
    {
        var path = _fileIndex.TryGetValue(kindOrPath, out var index) ? SpecValidator.StepPath(index, kindOrPath) : kindOrPath;
        return _problems.Items.Any(p => p.Path.StartsWith(path, StringComparison.Ordinal) && !_idle.Contains(p.Path));
    }

    private string ToFile(string path, Spec spec)
    {
        for (var i = 0; i < spec.Steps.Count; i++)
        {
            var kind = StepCatalog.Of(spec.Steps[i]).Kind;
            var canonical = SpecValidator.StepPath(i, kind);
            if (path.StartsWith(canonical, StringComparison.Ordinal))
                return SpecValidator.StepPath(_fileIndex[kind], kind) + path[canonical.Length..];
        }
        return path;
    }

    // Every method below finds the reader on the first token of its value and leaves it on the last.

    private object Record(ref Utf8JsonReader json, RecordShape shape, string path)
    {
        var record = shape.Create();
        var seen = new HashSet<string>();
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            var name = Text(ref json);
            json.Read();
            var fieldPath = path.Length == 0 ? Shown(name) : $"{path}.{Shown(name)}";
            var field = shape.Find(name);
            if (!seen.Add(name))
                _problems.Error(fieldPath, Raw(ref json), "appears more than once in the same object.", "Keep one of them.");
            else if (field is not null)
            {
                if (TryValue(ref json, field, fieldPath, out var value)) field.Set(record, value);
                continue;
            }
            else if (!(shape.Kind is not null && name == Discriminator))
            {
                _problems.Error(fieldPath, Raw(ref json), "unknown field.", Suggest(name, shape, path));
                if (NearMiss.Find(name, shape.Fields.Select(f => f.Name)) is not { } near) _idle.Add(fieldPath);
                // What is wrong inside of a misspelt object is wrong under its right name, too: said at once, not after the next try.
                else if (json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && shape.Find(near) is { } meant)
                {
                    TryValue(ref json, meant, fieldPath, out _);
                    continue;
                }
            }
            json.Skip();
        }
        return record;
    }

    private bool TryValue(ref Utf8JsonReader json, SpecField field, string path, out object? value)
    {
        if (field.IsAuto)
        {
            value = null;
            if (json.TokenType == JsonTokenType.String && Text(ref json) == AutoText) return true;
            if (json.TokenType == JsonTokenType.Null) return Wrong(ref json, field.Shape, path, field);
        }
        return TryValue(ref json, field.Shape, path, field, out value);
    }

    private bool TryValue(ref Utf8JsonReader json, ValueShape shape, string path, SpecField field, out object? value)
    {
        value = null;
        if (json.TokenType == JsonTokenType.Null && shape.IsNullable) return true;
        switch (shape.Kind)
        {
            case ValueKind.Number when json.TokenType == JsonTokenType.Number:
                if (!TryNumber(ref json, path, out var number)) return false;
                value = number;
                return true;
            case ValueKind.Integer when json.TokenType == JsonTokenType.Number:
                return TryInteger(ref json, shape, path, out value);
            case ValueKind.Flag when json.TokenType is JsonTokenType.True or JsonTokenType.False:
                value = json.GetBoolean();
                return true;
            case ValueKind.Text when json.TokenType == JsonTokenType.String:
                value = Text(ref json);
                return true;
            case ValueKind.Choice when json.TokenType == JsonTokenType.String:
                return TryChoice(ref json, shape, path, field, out value);
            case ValueKind.Tuple when json.TokenType == JsonTokenType.StartArray:
                var numbers = new List<double>(shape.Components.Count);
                if (!TryTuple(ref json, shape, path, null, numbers)) return false;
                value = shape.Tuples!.One(CollectionsMarshal.AsSpan(numbers));
                return true;
            case ValueKind.List when json.TokenType == JsonTokenType.StartArray:
                return TryList(ref json, shape, path, field, out value);
            case ValueKind.Record when json.TokenType == JsonTokenType.String && shape.Record.Shorthand is { } shorthand:
                if (!TryValue(ref json, shorthand.Shape, path, shorthand, out var named)) return false;
                value = shape.Record.Create();
                shorthand.Set(value, named);
                return true;
            case ValueKind.Record when json.TokenType == JsonTokenType.StartObject:
                value = Record(ref json, shape.Record, path);
                return true;
            default:
                return Wrong(ref json, shape, path, field);
        }
    }

    private bool Wrong(ref Utf8JsonReader json, ValueShape shape, string path, SpecField field)
    {
        var remedy = field.DescribeDefault();
        if (json.TokenType == JsonTokenType.Null) remedy = $"Leave the field out for its default.{(remedy.Length > 0 ? " " + remedy : "")}";
        else if (json.TokenType == JsonTokenType.String && shape.Kind is ValueKind.Number or ValueKind.Integer or ValueKind.Flag && LooksPlain(Text(ref json)))
            remedy = "Write it without quotes.";
        _problems.Error(path, Raw(ref json), $"must be {shape.Describe(field.IsAuto)}, not {Describe(json.TokenType)}.", remedy);
        json.Skip();
        return false;
    }

    private bool TryNumber(ref Utf8JsonReader json, string path, out double number)
    {
        number = json.GetDouble();
        if (_text.NonFinite.Count > 0 && _text.NonFinite.TryGetValue(json.TokenStartIndex, out var literal))
            return NotFinite(path, literal, "is not a finite number.");
        return double.IsFinite(number) || NotFinite(path, Raw(ref json), "is too large for a number.");
    }

    private bool NotFinite(string path, string text, string reason)
    {
        _problems.Error(path, text, reason, "Give a finite number.");
        return false;
    }

    private bool TryInteger(ref Utf8JsonReader json, ValueShape shape, string path, out object? value)
    {
        value = null;
        if (!json.TryGetInt64(out var integer) || _text.NonFinite.Count > 0)
        {
            if (!TryNumber(ref json, path, out var number)) return false;
            if (number != Math.Floor(number))
            {
                _problems.Error(path, Raw(ref json), "must be a whole number.", $"Round it, e.g. to {Math.Round(Math.Clamp(number, -1e15, 1e15)):0}.");
                return false;
            }
            // Beyond 2⁵³ a double no longer tells whole numbers apart.
            integer = Math.Abs(number) <= 1L << 53 ? (long)number : json.TryGetInt64(out var exact) ? exact : number > 0 ? long.MaxValue : long.MinValue;
            if (integer is long.MaxValue or long.MinValue)
            {
                _problems.Error(path, Raw(ref json), "is too large for a whole number.",
                    Raw(ref json).AsSpan().IndexOfAny('.', 'e', 'E') < 0 ? $"At most {long.MaxValue}." : "At most 9007199254740992 in this notation.");
                return false;
            }
        }
        if (shape.Type == typeof(int))
        {
            if (integer is < int.MinValue or > int.MaxValue)
            {
                _problems.Error(path, Raw(ref json), "is too large for a whole number.", $"At most {int.MaxValue}.");
                return false;
            }
            value = (int)integer;
        }
        else value = integer;
        return true;
    }

    private bool TryChoice(ref Utf8JsonReader json, ValueShape shape, string path, SpecField field, out object? value)
    {
        var name = Text(ref json);
        value = shape.Choices!.ValueOf(name);
        if (value is not null) return true;
        var near = shape.Choices.Names.FirstOrDefault(n => n.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? NearMiss.Find(name, shape.Choices.Names);
        _problems.Error(path, $"\"{name}\"", $"must be {shape.Choices.Describe()}.", near is null ? field.DescribeDefault() : $"Did you mean \"{near}\"?");
        return false;
    }

    private bool TryTuple(ref Utf8JsonReader json, ValueShape shape, string path, int? index, List<double> numbers)
    {
        string Here() => index is { } i ? $"{path}[{i}]" : path;
        if (json.TokenType != JsonTokenType.StartArray)
        {
            _problems.Error(Here(), Raw(ref json), $"must be {shape.Describe(auto: false)}, not {Describe(json.TokenType)}.");
            json.Skip();
            return false;
        }
        var start = json;
        var count = 0;
        var ok = true;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.Number)
            {
                if (ok) _problems.Error($"{Here()}[{count}]", Raw(ref json), $"must be a number, not {Describe(json.TokenType)}.");
                json.Skip();
                ok = false;
            }
            else if (json.GetDouble() is var number && double.IsFinite(number) && _text.NonFinite.Count == 0)
                numbers.Add(number);
            else if (TryNumber(ref json, $"{Here()}[{count}]", out number))
                numbers.Add(number);
            else
                ok = false;
            count++;
        }
        if (count == shape.Components.Count) return ok;
        _problems.Error(Here(), Raw(ref start), $"must have {shape.Components.Count} numbers [{string.Join(", ", shape.Components)}], not {count}.");
        return false;
    }

    private bool TryList(ref Utf8JsonReader json, ValueShape shape, string path, SpecField field, out object? value)
    {
        var element = shape.Element!;
        var ok = true;
        if (element.Kind == ValueKind.Tuple)
        {
            var numbers = new List<double>();
            for (var i = 0; json.Read() && json.TokenType != JsonTokenType.EndArray; i++)
            {
                // Nothing more would be reported.
                if (_problems.IsFull) json.Skip();
                else ok &= TryTuple(ref json, element, path, i, numbers);
            }
            value = ok ? element.Tuples!.List(CollectionsMarshal.AsSpan(numbers)) : null;
            return ok;
        }
        var items = new List<object?>();
        for (var i = 0; json.Read() && json.TokenType != JsonTokenType.EndArray; i++)
        {
            var itemPath = FormattableString.Invariant($"{path}[{i}]");
            object? item;
            if (element.Kind == ValueKind.Step) item = StepAt(ref json, i, itemPath);
            else if (!TryValue(ref json, element, itemPath, field, out item)) ok = false;
            if (item is not null) items.Add(item);
        }
        value = shape.NewList(items);
        return ok;
    }

    private object? StepAt(ref Utf8JsonReader json, int index, string path)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            _problems.Error(path, Raw(ref json), $"must be an object with a \"{Discriminator}\", not {Describe(json.TokenType)}.");
            json.Skip();
            return null;
        }
        var kinds = StepCatalog.Kinds.Select(k => k.Kind);
        var all = $"Known kinds: {string.Join(", ", kinds)}.";
        var look = json;
        var depth = json.CurrentDepth;
        string? kind = null, bad = null;
        var given = false;
        while (!given && look.Read() && !(look.TokenType == JsonTokenType.EndObject && look.CurrentDepth == depth))
        {
            if (look.TokenType != JsonTokenType.PropertyName || look.CurrentDepth != depth + 1 || !look.ValueTextEquals(Discriminator)) continue;
            look.Read();
            given = true;
            if (look.TokenType == JsonTokenType.String) kind = Text(ref look);
            else bad = Raw(ref look);
        }
        if (kind is null)
        {
            if (given) _problems.Error($"{path}.{Discriminator}", bad, "must be a text.", all);
            else _problems.Error($"{path}.{Discriminator}", null, "is missing.", all);
            json.Skip();
            return null;
        }
        var line = StepCatalog.Kinds.FirstOrDefault(k => k.Kind == kind);
        if (line is null)
        {
            var near = NearMiss.Find(kind, kinds);
            _problems.Error($"{path}.{Discriminator}", $"\"{kind}\"", "unknown kind of step.", near is null ? all : $"Did you mean \"{near}\"?");
            if (near is null) json.Skip();
            else Record(ref json, RecordShape.Of(StepCatalog.Kinds.First(k => k.Kind == near).Type), path);
            return null;
        }
        var step = Record(ref json, RecordShape.Of(line.Type), SpecValidator.StepPath(index, kind));
        if (_fileIndex.TryAdd(kind, index)) return step;
        _problems.Error($"{path}.{Discriminator}", $"\"{kind}\"", $"this kind is already at steps[{_fileIndex[kind]}]: each kind at most once.", "Remove one of them.");
        return null;
    }

    private string Suggest(string name, RecordShape shape, string path)
    {
        var names = shape.Fields.Select(f => f.Name).ToArray();
        if (NearMiss.Find(name, names) is { } near) return $"Did you mean \"{near}\"?";
        if (FieldPaths.Find(name) is { } elsewhere && elsewhere != path) return $"It belongs to {elsewhere}.";
        // Who leaves out the place slips in the name as well.
        if (path.Length == 0 && NearMiss.Find(name, FieldPaths.Names) is { } far) return $"Did you mean \"{far}\"? It belongs to {FieldPaths.Find(far)}.";
        return names.Length == 0 ? "There are no fields here." : $"Known fields: {string.Join(", ", names)}.";
    }

    private string Raw(ref Utf8JsonReader json)
    {
        var end = json;
        end.Skip();
        if (_text.NonFinite.TryGetValue(json.TokenStartIndex, out var literal)) return literal;
        var from = (int)json.TokenStartIndex;
        // Cut before decoding: the value may be as large as the file. A character has at most 4 bytes.
        var length = Math.Min((int)end.BytesConsumed - from, ProblemList.ValueLength * 4 + 4);
        return string.Join(' ', Encoding.UTF8.GetString(_text.Utf8.Span.Slice(from, length)).Split((char[])['\n', '\r', '\t', ' '], StringSplitOptions.RemoveEmptyEntries));
    }

    private static string Text(ref Utf8JsonReader json)
    {
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // An escape that is half of a character, as "\ud800".
            return Encoding.UTF8.GetString(json.ValueSpan);
        }
    }

    private static string Shown(string name) => ProblemList.Shorten(name)!;

    private static bool LooksPlain(string text) => text is "true" or "false" || double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out _);

    private static string Describe(JsonTokenType token) => token switch
    {
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "true or false",
        JsonTokenType.Null => "null",
        JsonTokenType.StartArray => "a list",
        _ => "an object",
    };
}

/// <summary>Where each field name of a spec lives, to help whoever wrote it in the wrong object.</summary>
internal static class FieldPaths
{
    private static readonly Lazy<Dictionary<string, string>> Owners = new(() =>
    {
        var owners = new Dictionary<string, string>();
        Visit(RecordShape.Of(typeof(Spec)), "the top level");
        foreach (var kind in StepCatalog.Kinds) Visit(RecordShape.Of(kind.Type), $"the step \"{kind.Kind}\"");
        return owners;

        void Visit(RecordShape shape, string path)
        {
            foreach (var field in shape.Fields)
            {
                owners.TryAdd(field.Name, path);
                if (field.Shape.Kind == ValueKind.Record)
                    Visit(field.Shape.Record, path.StartsWith("the ", StringComparison.Ordinal) ? field.Name : $"{path}.{field.Name}");
            }
        }
    });

    public static string? Find(string name) => Owners.Value.GetValueOrDefault(name);

    /// <summary>Every field name of a spec.</summary>
    public static IEnumerable<string> Names => Owners.Value.Keys;
}
