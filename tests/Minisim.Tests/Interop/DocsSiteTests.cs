using System.Diagnostics;
using Minisim.DocPages;

namespace Minisim.Tests.Interop;

/// <summary>The site that mkdocs makes of docs/.</summary>
public class DocsSiteTests
{
    private static readonly string Root = ArchitectureTests.Root();

    [Fact]
    public void The_site_builds_without_a_broken_link()
    {
        if (!File.Exists("/usr/bin/mkdocs")) MissingPackages.Absent("there is no mkdocs", "mkdocs", "mkdocs-material");
        var folder = Directory.CreateTempSubdirectory("minisim-site");
        try
        {
            var start = new ProcessStartInfo("/usr/bin/mkdocs") { WorkingDirectory = Root, RedirectStandardError = true, RedirectStandardOutput = true };
            foreach (var argument in new[] { "build", "--strict", "--site-dir", Path.Combine(folder.FullName, "site") }) start.ArgumentList.Add(argument);
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (error.Contains("Unrecognised theme name")) MissingPackages.Absent("mkdocs has no theme material", "mkdocs-material");
            Assert.True(process.ExitCode == 0, error + output.Result);
            var page = File.ReadAllText(Path.Combine(folder.FullName, "site", "steps", "cell_activity.html"));
            Assert.Contains("Decay time constant of the indicator", page);
            // Whoever reads a page asks no other server for anything.
            foreach (var file in Directory.EnumerateFiles(folder.FullName, "*.html", SearchOption.AllDirectories))
                Assert.DoesNotMatch("""<(script|link|img)[^>]+(src|href)="https?://(?!squidfunk)""", File.ReadAllText(file));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Every_page_can_be_reached_from_the_menu()
    {
        var menu = File.ReadAllText(Path.Combine(Root, "mkdocs.yml")).ReplaceLineEndings("\n");
        var docs = Path.Combine(Root, "docs");
        Assert.True(SiteMenu.Update(menu, docs) == menu, "the menu of mkdocs.yml is not that of the pages. Run: dotnet run -c Release --project src/Minisim.DocPages");
        Assert.All(Directory.EnumerateFiles(docs, "*.md", SearchOption.AllDirectories), f => Assert.Contains($": {Path.GetRelativePath(docs, f).Replace('\\', '/')}\n", menu));
    }
}
