using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Minisim.Steps;

namespace Minisim;

/// <summary>Specs to JSON: every field, in order of declaration, steps in canonical order.</summary>
internal sealed class SpecWriter(Utf8JsonWriter json, bool indented)
{
    private readonly string _separator = indented ? ", " : ",";

    public static string Write(Spec spec, bool indented)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = indented, IndentSize = 2, NewLine = "\n" }))
            new SpecWriter(json, indented).Record(spec);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>A record of a spec as compact JSON.</summary>
    public static string Fragment(object record)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer)) new SpecWriter(json, indented: false).Record(record);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>A plain value as it is written, for messages.</summary>
    public static string Text(object value, ValueShape shape) => shape.Kind switch
    {
        ValueKind.Number => Number((double)value),
        ValueKind.Flag => (bool)value ? "true" : "false",
        ValueKind.Text => $"\"{JsonEncodedText.Encode((string)value)}\"",
        ValueKind.Choice => $"\"{ChoiceNames.Text(value)}\"",
        ValueKind.Tuple => $"[{string.Join(", ", shape.Tuples!.ToNumbers(value).Select(Number))}]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    /// <summary>The shortest text that gives the same double back, and that reads as a real number: <c>8.0</c>,
    /// <c>6.3e-6</c>.</summary>
    public static string Number(double value)
    {
        if (!double.IsFinite(value)) return value.ToString(CultureInfo.InvariantCulture);
        // Equal specs must have one text, and −0 equals 0.
        if (value == 0) return "0.0";
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var e = text.IndexOf('E');
        if (e >= 0)
            return $"{text[..e]}e{int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)}";
        return text.Contains('.') ? text : text + ".0";
    }

    /// <summary>Writes a record of a spec as an object.</summary>
    public void Record(object record)
    {
        var shape = RecordShape.Of(record.GetType());
        json.WriteStartObject();
        if (shape.Kind is not null) json.WriteString(SpecReader.Discriminator, shape.Kind);
        foreach (var field in shape.Fields)
        {
            var value = field.Get(record);
            if (field.IsExtension && Equals(value, field.Default)) continue;
            json.WritePropertyName(field.Name);
            if (value is null && field.IsAuto) json.WriteStringValue(SpecReader.AutoText);
            else Value(value, field.Shape);
        }
        json.WriteEndObject();
    }

    private void Value(object? value, ValueShape shape)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case double number:
                json.WriteRawValue(Number(number), skipInputValidation: true);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case Enum choice:
                json.WriteStringValue(ChoiceNames.Text(choice));
                break;
            case IEnumerable list:
                List(list, shape.Element!);
                break;
            default:
                if (shape.Kind == ValueKind.Tuple) Tuple(shape.Tuples!.ToNumbers(value));
                else if (shape.Kind == ValueKind.Record && shape.Record.ShorthandOf(value) is { } named) Value(named, shape.Record.Shorthand!.Shape);
                else Record(value);
                break;
        }
    }

    private void List(IEnumerable list, ValueShape element)
    {
        json.WriteStartArray();
        if (element.Kind == ValueKind.Tuple)
        {
            var numbers = element.Tuples!.ToNumbers(list);
            for (var i = 0; i < numbers.Length; i += element.Components.Count) Tuple(numbers.AsSpan(i, element.Components.Count));
        }
        else
        {
            foreach (var item in list) Value(item, element);
        }
        json.WriteEndArray();
    }

    // On one line also when indented: a list of positions stays readable.
    private void Tuple(ReadOnlySpan<double> numbers)
    {
        var text = new StringBuilder("[");
        foreach (var number in numbers) text.Append(text.Length > 1 ? _separator : "").Append(Number(number));
        json.WriteRawValue(text.Append(']').ToString(), skipInputValidation: true);
    }
}
