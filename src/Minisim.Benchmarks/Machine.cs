using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;
using System.Text.RegularExpressions;
using Minisim.Rendering;

namespace Minisim.Benchmarks;

/// <summary>What a measurement was made on.</summary>
/// <param name="Processor">The processor's own name, e.g. <c>AMD EPYC 7763 64-Core Processor</c>; its architecture where it gives none.</param>
/// <param name="Processors">Logical processors.</param>
/// <param name="VectorBits">Register width that the renderer uses.</param>
/// <param name="System">Operating system.</param>
/// <param name="Runtime">.NET runtime.</param>
public sealed partial record Machine(string Processor, int Processors, int VectorBits, string System, string Runtime)
{
    /// <summary>This machine.</summary>
    public static Machine Here { get; } = new(ProcessorName(), Environment.ProcessorCount, (int)SimdChoice.Best,
        RuntimeInformation.OSDescription, RuntimeInformation.FrameworkDescription);

    /// <summary>The processor as the name of a folder, e.g. <c>xeon-2.5GHz-avx512</c>.</summary>
    public string FolderName
    {
        get
        {
            var words = Noise().Replace(Processor, " ");
            words = Clock().Replace(words, "$1GHz");
            words = string.Join('-', NotInNames().Split(words).Where(w => w.Length > 0));
            // Case is kept for GHz alone: file systems differ in it.
            return words.ToLowerInvariant().Replace("ghz", "GHz", StringComparison.Ordinal) + VectorBits switch
            {
                512 => "-avx512",
                256 => "-avx2",
                128 => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "-neon" : "-sse",
                _ => "-scalar",
            };
        }
    }

    private static string ProcessorName()
    {
        if (!X86Base.IsSupported || (uint)X86Base.CpuId(unchecked((int)0x80000000), 0).Eax < 0x80000004) return RuntimeInformation.ProcessArchitecture.ToString();
        // The brand string: three leaves of sixteen letters.
        var letters = new int[12];
        for (var i = 0; i < 3; i++)
            (letters[4 * i], letters[4 * i + 1], letters[4 * i + 2], letters[4 * i + 3]) = X86Base.CpuId(unchecked((int)0x80000002) + i, 0);
        return Encoding.ASCII.GetString(MemoryMarshal.AsBytes<int>(letters)).TrimEnd('\0').Trim();
    }

    [GeneratedRegex(@"\((R|TM|r|tm)\)|\b(CPU|Processor|Intel|AMD)\b")]
    private static partial Regex Noise();

    [GeneratedRegex(@"(\d+(?:\.\d*[1-9])?)\.?0*GHz")]
    private static partial Regex Clock();

    [GeneratedRegex(@"[^A-Za-z0-9.]+")]
    private static partial Regex NotInNames();
}
