using System.Runtime.InteropServices;
using Minisim.Presets;
using Minisim.Steps;

namespace Minisim;

/// <summary>The generic types that specs are made of. Each is written out, because code compiled ahead holds no other; a tuple or list that
/// is missing here fails in the first test that reads a spec.</summary>
internal static class SpecTypes
{
    /// <summary>Why reflection over specs survives trimming.</summary>
    public const string Kept = "ILLink.Descriptors.xml keeps every record and struct of a spec.";

    /// <summary>Structs of doubles.</summary>
    public static IReadOnlyDictionary<Type, ITupleType> Tuples { get; } = new Dictionary<Type, ITupleType>
    {
        [typeof(Position)] = new TupleType<Position>(),
        [typeof(Lateral)] = new TupleType<Lateral>(),
        [typeof(Interval)] = new TupleType<Interval>(),
    };

    /// <summary>Lists of records, by the type of their elements.</summary>
    public static IReadOnlyDictionary<Type, Func<IEnumerable<object?>, object>> Lists { get; } = new Dictionary<Type, Func<IEnumerable<object?>, object>>
    {
        [typeof(Step)] = ListOf<Step>,
        [typeof(Population)] = ListOf<Population>,
        [typeof(VesselLayer)] = ListOf<VesselLayer>,
        [typeof(double)] = ListOf<double>,
    };

    private static object ListOf<T>(IEnumerable<object?> items) => new ValueList<T>([.. items.Cast<T>()]);
}
