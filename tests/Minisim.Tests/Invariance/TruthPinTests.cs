using System.Runtime.InteropServices;
using Minisim.Numerics;
using Minisim.Truth;

namespace Minisim.Tests.Invariance;

/// <summary>Every array of the truth of the sample specs, pinned on its own: a changed golden says that something is other, this says
/// what.</summary>
/// <remarks>Values are rounded to a millionth of their array's largest, so that another order of summation is no change. If one changes on
/// purpose, the CHANGELOG says so, and its new pin goes here.</remarks>
public class TruthPinTests
{
    public static TheoryData<string> Names => ["S1", "S2", "S3", "S4", "S5"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Truth_of_a_sample_spec_is_what_it_was_array_by_array(string name)
    {
        using var scene = Simulator.Compile(SpecJson.Load(Path.Combine(AppContext.BaseDirectory, "specs", $"{name}.json")));
        var actual = Pins(scene.Truth);
        var expected = File.ReadAllLines(Path.Combine(ArchitectureTests.Root(), "tests", "reference", "truth-pins.txt"))
            .Select(l => l.Split(' ')).Where(l => l[0] == name).ToDictionary(l => l[1], l => l[2]);
        var wrong = expected.Where(e => actual.GetValueOrDefault(e.Key) != e.Value).Select(e => $"{name} {e.Key}: {actual.GetValueOrDefault(e.Key) ?? "gone"}, pinned {e.Value}").ToArray();
        Assert.True(wrong.Length == 0, $"{string.Join(Environment.NewLine, wrong)}{Environment.NewLine}All of them:{Environment.NewLine}{string.Join(Environment.NewLine, actual.Select(a => $"{name} {a.Key} {a.Value}"))}");
        Assert.True(expected.Count >= 10, $"only {expected.Count} arrays of {name} are pinned");
    }

    private static Dictionary<string, string> Pins(GroundTruth truth)
    {
        var pins = truth.Arrays.ToDictionary(a => a.Name, a => Hash(a.ToDoubles(), a.Shape));
        pins["planted"] = Hash([.. truth.Planted.SelectMany(f => (double[])[f.Row, f.Col, f.Height, f.Width])], [truth.NUnits]);
        pins["planted_pixels"] = Hash([.. truth.Planted.SelectMany(f => f.Values.Select(v => (double)v))], [truth.NUnits]);
        return pins;
    }

    private static string Hash(double[] values, IReadOnlyList<int> shape)
    {
        var most = values.Length == 0 ? 0 : values.Max(Math.Abs);
        var rounded = new long[values.Length + shape.Count];
        for (var i = 0; i < values.Length; i++) rounded[i] = most > 0 ? (long)Math.Round(values[i] / most * 1e6) : 0;
        for (var a = 0; a < shape.Count; a++) rounded[values.Length + a] = shape[a];
        return Convert.ToHexStringLower(Sha256.Hash([.. MemoryMarshal.AsBytes<long>(rounded), .. BitConverter.GetBytes(MathF.Round((float)most, 4))]))[..12];
    }
}
