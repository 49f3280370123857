using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Minisim.Rendering;
using Minisim.Tests.Interop;

namespace Minisim.Tests.Invariance;

/// <summary>A whole simulation in a process whose runtime has been told to know fewer vector instructions.</summary>
public class VectorWidthTests
{
    /// <summary>Movie and every truth array of a recording with every step.</summary>
    internal static string HashOfEverything()
    {
        using var scene = Simulator.Compile(RenderingInvarianceTests.Everything(40, 70, 0.5));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var movie = new byte[scene.Frames * scene.FrameBytes];
        scene.Render(0, scene.Frames, movie);
        hash.AppendData(movie);
        foreach (var array in scene.Truth.Arrays) hash.AppendData(MemoryMarshal.AsBytes<double>(array.ToDoubles()));
        foreach (var footprint in scene.Truth.Planted) hash.AppendData(MemoryMarshal.AsBytes<float>(footprint.Values));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    [Theory]
    [InlineData("V256", "DOTNET_EnableAVX512=0 DOTNET_EnableAVX512F=0")]
    [InlineData("V128", "DOTNET_EnableAVX2=0 DOTNET_EnableAVX512=0 DOTNET_EnableAVX512F=0")]
    [InlineData("V128", "DOTNET_EnableAVX=0")]
    [InlineData("Scalar", "DOTNET_EnableHWIntrinsic=0")]
    [InlineData("V512", "DOTNET_EnableAES=0")]
    public void Narrower_vectors_give_the_same_pixels_and_truth(string width, string switches)
    {
        using var child = ChildProcess.Start("render", [.. switches.Split(' ').Select(s => (s.Split('=')[0], s.Split('=')[1]))]);
        var said = child.StandardOutput.ReadToEnd().Trim().Split(' ');
        child.WaitForExit();
        Assert.Equal(HashOfEverything(), said[^1]);
        // On a processor with less, the narrower of both.
        Assert.True(Enum.Parse<SimdWidth>(said[0]) <= Enum.Parse<SimdWidth>(width), $"the switch {switches} left {said[0]}");
    }
}
