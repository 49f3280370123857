using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Minisim.Tests.Metrics;

public class DependencyTests
{
    private static string Source([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "src", "Minisim", "Metrics"));

    [Fact]
    public void Metrics_know_truth_and_acquisition_and_no_step()
    {
        Assert.SkipUnless(Directory.Exists(Source()), "the sources are not where they were built");
        foreach (var file in Directory.GetFiles(Source(), "*.cs"))
            Assert.DoesNotMatch(@"Minisim\.(Steps|Rendering|Presets|Formats)|\b(Spec|SpecJson|Simulator)\b", Regex.Replace(File.ReadAllText(file), "//.*", ""));
    }
}
