using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using Minisim.Steps;

namespace Minisim;

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
        Shorthand = Fields.FirstOrDefault(f => f.IsShorthand);
        Kind = StepCatalog.Kinds.FirstOrDefault(k => k.Type == type)?.Kind;
    }

    public Type Type { get; }
    /// <summary>JSON discriminator of a step, else null.</summary>
    public string? Kind { get; }
    public IReadOnlyList<SpecField> Fields { get; }
    /// <summary>The field that may stand for the whole record, or null.</summary>
    public SpecField? Shorthand { get; }

    /// <summary>The value that stands for the whole record, or null where other fields are set, too.</summary>
    public object? ShorthandOf(object record) =>
        Shorthand?.Get(record) is { } value && Fields.All(f => f == Shorthand || Equals(f.Get(record), f.Default)) ? value : null;

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
