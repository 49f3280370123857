using System.Reflection;
using Minisim.Random;

namespace Minisim.Tests.Random;

public class RandomStreamTests
{
    /// <summary>Every stream that any file of the library says, whoever lists it.</summary>
    private static (string Name, RandomStream Stream)[] All() =>
    [
        .. typeof(RandomStream).Assembly.GetTypes()
            .SelectMany(t => t.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(f => f.FieldType == typeof(RandomStream) && !f.Name.Contains('<'))
            .Select(f => ($"{f.DeclaringType!.Name}.{f.Name}", (RandomStream)f.GetValue(null)!)),
    ];

    /// <summary>Recordings depend on the numbers: one that is used is never given another meaning, and new ones get new numbers.</summary>
    [Fact]
    public void Every_family_of_draws_has_a_number_of_its_own_that_never_changes()
    {
        var all = All();
        Assert.Equal(all.Length, all.Select(s => s.Stream.Number).Distinct().Count());
        (string, uint)[] pinned =
        [
            ("Placement", 1), ("SomaShape", 2), ("Dendrites", 3), ("Gate", 4), ("Spikes", 5), ("Amplitude", 6), ("TraceNoise", 7), ("NeuropilField", 8),
            ("NeuropilEnvelope", 9), ("Vessels", 10), ("Locomotion", 11), ("Posture", 12), ("Walk", 13), ("Sensor", 14), ("SensorLowLight", 15), ("Bootstrap", 64),
        ];
        Assert.All(pinned, p => Assert.Contains(all, s => s.Name == $"RandomStream.{p.Item1}" && s.Stream.Number == p.Item2));
    }

    [Fact]
    public void No_two_families_share_a_draw()
    {
        var first = All().Select(s => new Draws(7, s.Stream, 3, 2).Uniform(5)).ToArray();
        Assert.Equal(first.Length, first.Distinct().Count());
    }
}
