using System.Text.RegularExpressions;

namespace Minisim.Tests;

/// <summary>Dependencies point one way, as the architecture says.</summary>
public partial class ArchitectureTests
{
    // Folder → namespaces it must not use.
    private static readonly Dictionary<string, string[]> Forbidden = new()
    {
        ["Numerics"] = ["Random", "Scenes", "Truth", "Steps", "Rendering", "Presets", "Metrics", "Benchmarks"],
        ["Acquisition"] = ["Random", "Scenes", "Truth", "Steps", "Rendering", "Presets", "Metrics", "Benchmarks"],
        ["Random"] = ["Scenes", "Truth", "Steps", "Rendering", "Presets", "Metrics", "Benchmarks"],
        ["Truth"] = ["Steps", "Rendering", "Presets", "Metrics", "Benchmarks"],
        ["Rendering"] = ["Steps", "Presets", "Metrics", "Benchmarks"],
        ["Steps"] = ["Presets", "Metrics", "Benchmarks"],
        ["Metrics"] = ["Steps", "Rendering", "Presets", "Benchmarks"],
    };

    [Fact]
    public void Folders_use_only_what_lies_below_them()
    {
        var root = Root();
        var broken = new List<string>();
        foreach (var (folder, namespaces) in Forbidden)
            foreach (var file in Directory.EnumerateFiles(Path.Combine(root, "src", "Minisim", folder), "*.cs", SearchOption.AllDirectories))
            {
                var text = File.ReadAllText(file);
                broken.AddRange(namespaces.Where(n => Regex.IsMatch(text, $@"\bMinisim\.{n}\b")).Select(n => $"{Path.GetRelativePath(root, file)} uses Minisim.{n}"));
            }
        Assert.True(broken.Count == 0, string.Join(Environment.NewLine, broken));
    }

    [Fact]
    public void The_library_knows_neither_formats_nor_the_command_line()
    {
        var references = typeof(Simulator).Assembly.GetReferencedAssemblies().Select(a => a.Name!).ToArray();
        Assert.All(references, r => Assert.True(r.StartsWith("System.", StringComparison.Ordinal) || r == "netstandard", r));
        Assert.DoesNotContain("minisim-cli", typeof(Minisim.Formats.Zarr.ZarrRecording).Assembly.GetReferencedAssemblies().Select(a => a.Name));
    }

    /// <summary>The repository, found upwards from the tests.</summary>
    internal static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Minisim.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("Minisim.slnx is not above the tests");
    }
}
