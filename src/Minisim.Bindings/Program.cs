using System.Text;
using Minisim.Bindings;

// dotnet run --project src/Minisim.Bindings [FOLDER]: writes the C header and the Python classes of the repository in FOLDER anew.
var root = Path.GetFullPath(args.Length > 0 ? args[0] : ".");
foreach (var (path, text) in Generated.Files())
{
    var file = Path.Combine(root, path);
    if (File.Exists(file) && File.ReadAllText(file) == text) continue;
    Directory.CreateDirectory(Path.GetDirectoryName(file)!);
    File.WriteAllText(file, text, new UTF8Encoding(false));
    Console.WriteLine($"wrote {path}");
}
