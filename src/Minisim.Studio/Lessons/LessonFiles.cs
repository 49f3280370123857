using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Minisim.Studio.Http;

namespace Minisim.Studio.Lessons;

/// <summary>The lessons that are carried in the library, and those of a teacher in the folder <c>lessons</c> of the root.</summary>
internal sealed class LessonFiles(RootFolder? root)
{
    private const string Prefix = "lessons/", Folder = "lessons";
    private const long MostBytes = 1 << 20;

    /// <summary>All lessons, in their order; one of the folder stands in for a carried one of its name.</summary>
    public IReadOnlyList<Lesson> All()
    {
        Dictionary<string, Lesson> lessons = [];
        var home = typeof(LessonFiles).Assembly;
        foreach (var name in home.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(home.GetManifestResourceStream(name)!);
            var id = Path.GetFileNameWithoutExtension(name[Prefix.Length..]);
            lessons[id] = Lesson.Parse(id, reader.ReadToEnd());
        }
        if (root is not null && Directory.Exists(Path.Combine(root.FullPath, Folder)))
            foreach (var (name, isFolder, bytes) in root.List(Folder))
                if (!isFolder && name.EndsWith(".md", StringComparison.OrdinalIgnoreCase) && bytes <= MostBytes)
                {
                    var id = Path.GetFileNameWithoutExtension(name);
                    lessons[id] = Lesson.Parse(id, File.ReadAllText(root.Resolve($"{Folder}/{name}")));
                }
        return [.. lessons.Values.OrderBy(l => l.Order).ThenBy(l => l.Id, StringComparer.Ordinal)];
    }

    /// <summary>One of them.</summary>
    /// <exception cref="StudioError">There is none of that name.</exception>
    public Lesson Find(string id) => All().FirstOrDefault(l => l.Id == id) ?? throw new StudioError(StatusCodes.Status404NotFound, "There is no lesson of that name.");

    /// <summary>The list for a page.</summary>
    public JsonObject Report() => new() { ["lessons"] = new JsonArray([.. All().Select(l => (JsonNode)new JsonObject { ["id"] = l.Id, ["title"] = l.Title, ["question"] = l.Question })]) };
}
