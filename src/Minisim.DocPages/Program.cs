using Minisim.DocPages;
using Minisim.Steps;

// dotnet run -c Release --project src/Minisim.DocPages [-- --text]
// Writes the generated pages of docs/steps, the menu of mkdocs.yml and, without --text, their pictures: those that are missing or named (a step's kind), or all with --all.
var folder = new DirectoryInfo(Directory.GetCurrentDirectory());
while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Minisim.slnx"))) folder = folder.Parent;
if (folder is null)
{
    Console.Error.WriteLine("error: Minisim.slnx is not here nor above: run it inside the repository.");
    return 2;
}
var target = Path.Combine(folder.FullName, "docs", "steps");
Directory.CreateDirectory(target);
foreach (var (name, text) in Pages.All()) File.WriteAllText(Path.Combine(target, name), text);
var mkdocs = Path.Combine(folder.FullName, "mkdocs.yml");
File.WriteAllText(mkdocs, SiteMenu.Update(File.ReadAllText(mkdocs).ReplaceLineEndings("\n"), Path.Combine(folder.FullName, "docs")));
if (args.Contains("--text")) return 0;
foreach (var kind in StepCatalog.Kinds)
{
    var path = Path.Combine(target, kind.Kind + ".png");
    if (File.Exists(path) && !args.Contains("--all") && !args.Contains(kind.Kind)) continue;
    var bytes = StepPictures.Of(kind).Encode();
    File.WriteAllBytes(path, bytes);
    Console.WriteLine($"{path}: {bytes.Length / 1024} kB");
}
return 0;
