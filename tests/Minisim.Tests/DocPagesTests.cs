using Minisim.DocPages;
using Minisim.Steps;

namespace Minisim.Tests;

public class DocPagesTests
{
    private static readonly string Folder = Path.Combine(ArchitectureTests.Root(), "docs", "steps");
    private const string Remedy = "Run: dotnet run -c Release --project src/Minisim.DocPages";

    [Fact]
    public void The_pages_of_the_steps_say_what_the_code_says()
    {
        var pages = Pages.All();
        Assert.Equal(StepCatalog.Kinds.Count + 2, pages.Count);
        foreach (var (name, text) in pages)
        {
            var path = Path.Combine(Folder, name);
            Assert.True(File.Exists(path), $"docs/steps/{name} is missing. {Remedy}");
            Assert.True(File.ReadAllText(path).ReplaceLineEndings("\n") == text, $"docs/steps/{name} is older than the doc comments. {Remedy}");
        }
        Assert.Equal(pages.Select(p => p.Name).Order(StringComparer.Ordinal), Directory.GetFiles(Folder, "*.md").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_step_has_a_picture_and_none_is_large()
    {
        Assert.All(StepCatalog.Kinds, kind =>
        {
            var picture = new FileInfo(Path.Combine(Folder, kind.Kind + ".png"));
            Assert.True(picture.Exists, $"docs/steps/{picture.Name} is missing. {Remedy}");
            Assert.InRange(picture.Length, 1000, Picture.MaxBytes);
        });
        Assert.Equal(StepCatalog.Kinds.Count, Directory.GetFiles(Folder, "*.png").Length);
    }

    [Fact]
    public void A_step_is_drawn_without_and_with_it_by_this_renderer()
    {
        var kind = StepCatalog.Find("vignette")!;
        var png = StepPictures.Of(kind).Encode();
        Assert.Equal("PNG"u8.ToArray(), png[1..4]);
        Assert.True(png.Length <= Picture.MaxBytes);
    }
}
