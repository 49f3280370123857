using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Minisim.Truth;

namespace Minisim.Tests.Invariance;

/// <summary>The pixels of the sample specs, pinned. A change here is a change of the product: raise
/// <see cref="Engine.ModelVersion"/>, say so in the CHANGELOG, and pin the new hashes.</summary>
public class GoldenTests
{
    public static TheoryData<string, string> Goldens => new()
    {
        { "S1", "0117d99743706e4f" },
        { "S2", "7b57314f62a5814a" },
        { "S3", "8985605a8f1ab0da" },
        { "S4", "609b8b210abcb657" },
        { "S5", "f6626727950a2a9f" },
    };

    [Theory]
    [MemberData(nameof(Goldens))]
    public void Sample_spec_gives_its_pinned_counts_and_spikes(string name, string expected)
    {
        using var scene = Simulator.Compile(SpecJson.Load(Path.Combine(AppContext.BaseDirectory, "specs", $"{name}.json")));
        var actual = Hash(scene.Frames, scene.FrameBytes, scene.Render, scene.Truth.S!);
        Assert.True(expected == actual, $"{name}: hash {actual}, pinned {expected}. Other pixels for the same spec need a new model version, a CHANGELOG entry and a new pin.");
    }

    /// <summary>Integers only: the counts of frames from the start, the middle and the end, and the spikes.</summary>
    internal static string Hash(int frames, int frameBytes, Action<int, int, Span<byte>> read, TruthArray spikes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var pixels = new byte[8 * frameBytes];
        foreach (var first in new[] { 0, frames / 2 - 3, frames - 8 })
        {
            read(first, 8, pixels);
            hash.AppendData(pixels);
        }
        hash.AppendData(MemoryMarshal.AsBytes<byte>(Array.ConvertAll(spikes.ToDoubles(), s => (byte)s)));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
