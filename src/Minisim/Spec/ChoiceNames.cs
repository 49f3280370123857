using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;

namespace Minisim;

/// <summary>An enumeration as it stands in a spec: its members' names in snake_case, <c>LeakageProfile.Gaussian</c> as
/// <c>"gaussian"</c>.</summary>
internal sealed class ChoiceNames
{
    private static readonly ConcurrentDictionary<Type, ChoiceNames> Cache = new();
    private readonly object[] _values;

    private ChoiceNames(Type type)
    {
        Members = Enum.GetNames(type);
        Names = [.. Members.Select(m => Own(type, m) ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(m))];
        // GetValues would make an array of the enumeration's type, which code compiled ahead may not hold.
        _values = [.. Enum.GetValuesAsUnderlyingType(type).Cast<object>().Select(v => Enum.ToObject(type, v))];
    }

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = SpecTypes.Kept)]
    private static string? Own(Type type, string member) => type.GetField(member)?.GetCustomAttribute<JsonNameAttribute>()?.Name;

    /// <summary>Names of the members in C#.</summary>
    public IReadOnlyList<string> Members { get; }
    /// <summary>Names in a spec, in the same order.</summary>
    public IReadOnlyList<string> Names { get; }
    /// <summary>In words: <c>"a", "b" or "c"</c>.</summary>
    public string Describe() => string.Join(", ", Names.SkipLast(1).Select(n => $"\"{n}\"")) + (Names.Count > 1 ? " or " : "") + $"\"{Names[^1]}\"";

    public static ChoiceNames Of(Type type) => Cache.GetOrAdd(type, t => new ChoiceNames(t));

    /// <summary>The name of a member as it stands in a spec; a number where code made up a value.</summary>
    public static string Text(object value) => Of(value.GetType()).NameOf(value) ?? value.ToString()!;

    /// <summary>The name, or null for a value that is no member.</summary>
    public string? NameOf(object value) => Array.IndexOf(_values, value) is >= 0 and var i ? Names[i] : null;

    /// <summary>The member of that name, or null.</summary>
    public object? ValueOf(string name)
    {
        for (var i = 0; i < Names.Count; i++)
            if (Names[i] == name)
                return _values[i];
        return null;
    }
}
