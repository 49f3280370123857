using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Minisim.Tests.Invariance;

/// <summary>The pixels of the sample specs, pinned. A change here is a change of the product: raise
/// <see cref="Engine.ModelVersion"/>, say so in the CHANGELOG, and pin the new hashes.</summary>
public class GoldenTests
{
    public static TheoryData<string, string> Goldens => new()
    {
        { "S1", "d0382271cd772086" },
        { "S2", "e1f15c663e727af4" },
        { "S3", "d57d5f11a7fb447f" },
        { "S4", "b05ad1696f7eb11d" },
        { "S5", "8eacdd2ba03c1b4c" },
    };

    [Theory]
    [MemberData(nameof(Goldens))]
    public void Sample_spec_gives_its_pinned_counts_and_spikes(string name, string expected)
    {
        using var scene = Simulator.Compile(SpecJson.Load(Path.Combine(AppContext.BaseDirectory, "specs", $"{name}.json")));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // Integers only: the counts of frames from the start, the middle and the end, and the spikes.
        var pixels = new byte[8 * scene.FrameBytes];
        foreach (var first in new[] { 0, scene.Frames / 2 - 3, scene.Frames - 8 })
        {
            scene.Render(first, 8, pixels);
            hash.AppendData(pixels);
        }
        hash.AppendData(MemoryMarshal.AsBytes<byte>(Array.ConvertAll(scene.Truth.S!.ToDoubles(), s => (byte)s)));
        var actual = Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
        Assert.True(expected == actual, $"{name}: hash {actual}, pinned {expected}. Other pixels for the same spec need a new model version, a CHANGELOG entry and a new pin.");
    }
}
