using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using Minisim.Steps;

namespace Minisim.Json;

/// <summary>What a value in a spec can be.</summary>
internal enum ValueKind
{
    Number,
    Integer,
    Flag,
    Text,
    /// <summary>A struct of doubles, in JSON a list of fixed length.</summary>
    Tuple,
    Record,
    /// <summary>A record told apart by its <c>kind</c>.</summary>
    Step,
    List,
}

/// <summary>The form of a value in a spec, found by reflection over the records: reading, writing, checking and the schema
/// follow from it, so that a new field or step needs no other code.</summary>
internal sealed class ValueShape
{
    private ValueShape(Type type, bool nullable)
    {
        var underlying = Nullable.GetUnderlyingType(type);
        Type = underlying ?? type;
        IsNullable = nullable || underlying is not null;
        if (Type == typeof(double)) Kind = ValueKind.Number;
        else if (Type == typeof(int) || Type == typeof(long)) Kind = ValueKind.Integer;
        else if (Type == typeof(bool)) Kind = ValueKind.Flag;
        else if (Type == typeof(string)) Kind = ValueKind.Text;
        else if (Type.IsGenericType && Type.GetGenericTypeDefinition() == typeof(ValueList<>))
        {
            Kind = ValueKind.List;
            Element = new ValueShape(Type.GetGenericArguments()[0], nullable: false);
        }
        else if (Type == typeof(Step)) Kind = ValueKind.Step;
        else if (Type.IsValueType)
        {
            Kind = ValueKind.Tuple;
            Components = [.. RecordShape.Properties(Type).Select(p => JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name))];
            Tuples = SpecTypes.Tuples[Type];
        }
        else Kind = ValueKind.Record;
    }

    public Type Type { get; }
    public ValueKind Kind { get; }
    public bool IsNullable { get; }
    /// <summary>Form of a list's elements.</summary>
    public ValueShape? Element { get; }
    /// <summary>Names of a tuple's numbers.</summary>
    public IReadOnlyList<string> Components { get; } = [];
    public ITupleType? Tuples { get; }
    /// <summary>Form of a record; of a step it depends on the kind.</summary>
    public RecordShape Record => RecordShape.Of(Type);

    public static ValueShape Of(PropertyInfo property) =>
        new(property.PropertyType, !property.PropertyType.IsValueType
            && new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable);

    /// <summary>A list of this form, of records.</summary>
    public object NewList(IEnumerable<object?> items) => SpecTypes.Lists[Element!.Type](items);

    /// <summary>In words: "a number", "[z, y, x] (3 numbers)".</summary>
    public string Describe(bool auto)
    {
        var text = Kind switch
        {
            ValueKind.Number => "a number",
            ValueKind.Integer => "a whole number",
            ValueKind.Flag => "true or false",
            ValueKind.Text => "a text",
            ValueKind.Tuple => $"[{string.Join(", ", Components)}] ({Components.Count} numbers)",
            ValueKind.List => "a list",
            _ => "an object",
        };
        return auto ? $"{text} or \"auto\"" : IsNullable ? $"{text} or null" : text;
    }
}

/// <summary>A field of a spec record: its JSON name and rules.</summary>
internal sealed class SpecField
{
    private readonly PropertyInfo _property;

    public SpecField(PropertyInfo property, object defaults)
    {
        _property = property;
        Name = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
        Shape = ValueShape.Of(property);
        Default = property.GetValue(defaults);
        Range = property.GetCustomAttribute<RangeAttribute>();
        OneOf = property.GetCustomAttribute<OneOfAttribute>()?.Values;
        Unit = property.GetCustomAttribute<UnitAttribute>()?.Unit;
        IsAuto = property.IsDefined(typeof(AutoAttribute));
        IsExtension = property.IsDefined(typeof(ExtensionAttribute));
    }

    public string Name { get; }
    public ValueShape Shape { get; }
    public object? Default { get; }
    public RangeAttribute? Range { get; }
    public IReadOnlyList<string>? OneOf { get; }
    public string? Unit { get; }
    public bool IsAuto { get; }
    public bool IsExtension { get; }

    public object? Get(object record) => _property.GetValue(record);
    public void Set(object record, object? value) => _property.SetValue(record, value);

    /// <summary>"The default is 0.5 s.", or empty where the default is not a plain value.</summary>
    public string DescribeDefault()
    {
        if (Default is null) return IsAuto ? "The default is \"auto\"." : Shape.IsNullable ? "The default is null." : "";
        if (Shape.Kind is ValueKind.Record or ValueKind.Step or ValueKind.List) return "";
        return $"The default is {SpecWriter.Text(Default, Shape)}{(Unit is null ? "" : " " + Unit)}.";
    }
}

/// <summary>The fields of a spec record, in order of declaration.</summary>
internal sealed class RecordShape
{
    private static readonly ConcurrentDictionary<Type, RecordShape> Cache = new();
    private readonly Dictionary<string, SpecField> _byName;

    private RecordShape(Type type)
    {
        Type = type;
        var defaults = Create();
        Fields = [.. Properties(type).Select(p => new SpecField(p, defaults))];
        _byName = Fields.ToDictionary(f => f.Name);
        Kind = StepCatalog.Kinds.FirstOrDefault(k => k.Type == type)?.Kind;
    }

    public Type Type { get; }
    /// <summary>JSON discriminator of a step, else null.</summary>
    public string? Kind { get; }
    public IReadOnlyList<SpecField> Fields { get; }

    public static RecordShape Of(Type type) => Cache.GetOrAdd(type, t => new RecordShape(t));

    public SpecField? Find(string name) => _byName.GetValueOrDefault(name);
    [UnconditionalSuppressMessage("Trimming", "IL2072", Justification = SpecTypes.Kept)]
    public object Create() => Activator.CreateInstance(Type)!;

    /// <summary>Public settable properties in order of declaration; what derives from them has no setter. Native code has no tokens
    /// and keeps the order by itself.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = SpecTypes.Kept)]
    public static IEnumerable<PropertyInfo> Properties(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite).OrderBy(p => p.HasMetadataToken() ? p.MetadataToken : 0);
}
