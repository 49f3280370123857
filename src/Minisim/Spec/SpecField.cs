using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using Minisim.Steps;

namespace Minisim;

/// <summary>A field of a spec record: its JSON name and rules.</summary>
internal sealed class SpecField
{
    private readonly PropertyInfo _property;

    public SpecField(PropertyInfo property, object defaults)
    {
        _property = property;
        Name = property.GetCustomAttribute<JsonNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
        Shape = ValueShape.Of(property);
        Default = property.GetValue(defaults);
        Range = property.GetCustomAttribute<RangeAttribute>();
        Unit = property.GetCustomAttribute<UnitAttribute>()?.Unit;
        IsAuto = property.IsDefined(typeof(AutoAttribute));
        IsShorthand = property.IsDefined(typeof(ShorthandAttribute));
        IsExtension = property.IsDefined(typeof(ExtensionAttribute));
        (Summary, Remarks) = SpecDocs.Of(property.DeclaringType!, property.Name);
    }

    public string Name { get; }
    /// <summary>Name of the property, for its documentation.</summary>
    public string PropertyName => _property.Name;
    public ValueShape Shape { get; }
    public object? Default { get; }
    public RangeAttribute? Range { get; }
    public string? Unit { get; }
    public bool IsAuto { get; }
    public bool IsExtension { get; }
    /// <summary>Whether it may stand for its whole record.</summary>
    public bool IsShorthand { get; }
    /// <summary>The property's doc comment.</summary>
    public string Summary { get; }
    /// <inheritdoc cref="Summary"/>
    public string Remarks { get; }

    public object? Get(object record) => _property.GetValue(record);
    public void Set(object record, object? value) => _property.SetValue(record, value);

    /// <summary>The default as it stands in JSON, or null where it is not a plain value.</summary>
    public string? DefaultText() => Default is null ? IsAuto ? $"\"{SpecReader.AutoText}\"" : Shape.IsNullable ? "null" : null
        : Shape.Kind is ValueKind.Record or ValueKind.Step or ValueKind.List ? null
        : SpecWriter.Text(Default, Shape);

    /// <summary>"The default is 0.5 s.", or empty where the default is not a plain value.</summary>
    public string DescribeDefault() =>
        DefaultText() is { } text ? $"The default is {text}{(Unit is null || Default is null ? "" : " " + Unit)}." : "";
}
