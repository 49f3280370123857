using System.Collections;
using System.Reflection;
using Minisim.Formats;
using Minisim.Metrics;
using Minisim.Presets;
using Minisim.Scenes;

namespace Minisim.Tests;

/// <summary>A record promises to compare by its values.</summary>
public class ValueEqualityTests
{
    [Fact]
    public void No_public_record_holds_what_compares_by_reference()
    {
        var records = new[] { typeof(Spec).Assembly, typeof(RecordingFormats).Assembly }.SelectMany(a => a.GetExportedTypes()).Where(IsRecord).ToArray();
        Assert.True(records.Length > 40);
        var wrong = from r in records
                    where !EqualsByHand(r)
                    from f in r.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                    where !ComparesByValue(f.FieldType)
                    select $"{r.Name}: {f.Name} is a {f.FieldType}";
        Assert.Empty(wrong);
    }

    private static bool IsRecord(Type type) => type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly) is not null;

    // The compiler's own Equals is marked as generated.
    private static bool EqualsByHand(Type type) => type.GetMethod("Equals", BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly, [type])
        is { } equals && !equals.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute));

    private static bool ComparesByValue(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying) return ComparesByValue(underlying);
        if (type.IsArray) return false;
        if (type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(ValueList<>) || typeof(System.Runtime.CompilerServices.ITuple).IsAssignableFrom(type)))
            return type.GetGenericArguments().All(ComparesByValue);
        // What is handed over to be called has no value to compare.
        if (type.Assembly == typeof(object).Assembly) return type == typeof(string) || !typeof(IEnumerable).IsAssignableFrom(type);
        return type.IsEnum || type.GetMethod("Equals", [typeof(object)]) is { } equals && equals.DeclaringType != typeof(object) && equals.DeclaringType != typeof(ValueType);
    }

    [Fact]
    public void Equal_contents_are_equal_wherever_they_lie()
    {
        Assert.Equal(new Footprint(1, 2, 1, 2, [3, 4]), new Footprint(1, 2, 1, 2, [3, 4]));
        Assert.Equal(new Footprint(1, 2, 1, 2, [3, 4]).GetHashCode(), new Footprint(1, 2, 1, 2, [3, 4]).GetHashCode());
        Assert.NotEqual(new Footprint(1, 2, 1, 2, [3, 4]), new Footprint(1, 2, 1, 2, [3, 5]));
        Assert.NotEqual(new Footprint(1, 2, 1, 2, [3, 4]), new Footprint(1, 3, 1, 2, [3, 4]));
        QualityCurve Curve() => QualityCurve.Of("snr", "", [1, 2, 3], [true, false, true], [0.5, double.NaN, 0.7], bins: 2);
        Assert.Equal(Curve(), Curve());
        Assert.Equal(Curve().GetHashCode(), Curve().GetHashCode());
        Assert.Equal(Preset.Create(Scopes.MiniscopeV4, ReferenceRegions.Ca1), Preset.Create(Scopes.MiniscopeV4, ReferenceRegions.Ca1));
    }
}
