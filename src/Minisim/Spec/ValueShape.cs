using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using Minisim.Steps;

namespace Minisim;

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
        else if (Type.IsEnum)
        {
            Kind = ValueKind.Choice;
            Choices = ChoiceNames.Of(Type);
        }
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
    /// <summary>Names of an enumeration's members.</summary>
    public ChoiceNames? Choices { get; }
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
            ValueKind.Choice => Choices!.Describe(),
            ValueKind.Tuple => $"[{string.Join(", ", Components)}] ({Components.Count} numbers)",
            ValueKind.List => "a list",
            ValueKind.Record when Record.Shorthand is not null => "a name or an object",
            _ => "an object",
        };
        return auto ? $"{text} or \"auto\"" : IsNullable ? $"{text} or null" : text;
    }
}
