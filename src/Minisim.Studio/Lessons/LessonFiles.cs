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
    /// <exception cref="StudioError">One is broken.</exception>
    public IReadOnlyList<Lesson> All() => [.. Read().Select(l => l.Lesson ?? throw l.Error!)];

    /// <summary>One of them.</summary>
    /// <exception cref="StudioError">There is none of that name, or it is broken.</exception>
    public Lesson Find(string id) => Read().FirstOrDefault(l => l.Id == id) switch
    {
        { Error: { } error } => throw error,
        { Lesson: { } lesson } => lesson,
        _ => throw new StudioError(StatusCodes.Status404NotFound, "There is no lesson of that name."),
    };

    /// <summary>The list for a page. A broken lesson is in it with what is wrong: the others stay usable while a teacher writes.</summary>
    public JsonObject Report() => new()
    {
        ["lessons"] = new JsonArray([.. Read().Select(l => (JsonNode)(l.Lesson is { } lesson
            ? new JsonObject { ["id"] = l.Id, ["title"] = lesson.Title, ["question"] = lesson.Question }
            : new JsonObject { ["id"] = l.Id, ["title"] = $"{Folder}/{l.Id}.md", ["question"] = null, ["error"] = l.Error!.Message }))]),
    };

    private List<(string Id, Lesson? Lesson, StudioError? Error)> Read()
    {
        Dictionary<string, (string Id, Lesson? Lesson, StudioError? Error)> lessons = [];
        var home = typeof(LessonFiles).Assembly;
        foreach (var name in home.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(home.GetManifestResourceStream(name)!);
            var id = Path.GetFileNameWithoutExtension(name[Prefix.Length..]);
            lessons[id] = (id, Lesson.Parse(id, reader.ReadToEnd()), null);
        }
        if (root is not null && Directory.Exists(Path.Combine(root.FullPath, Folder)))
            foreach (var (name, isFolder, bytes) in root.List(Folder))
                if (!isFolder && name.EndsWith(".md", StringComparison.OrdinalIgnoreCase) && bytes <= MostBytes)
                {
                    var id = Path.GetFileNameWithoutExtension(name);
                    try
                    {
                        var lesson = Lesson.Parse(id, File.ReadAllText(root.Resolve($"{Folder}/{name}")));
                        _ = lesson.Report();
                        lessons[id] = (id, lesson, null);
                    }
                    catch (Exception e) when (e is StudioError or SpecException or IOException or UnauthorizedAccessException)
                    {
                        lessons[id] = (id, null, e as StudioError ?? new StudioError(StatusCodes.Status422UnprocessableEntity, $"{Folder}/{name}: {e.Message}"));
                    }
                }
        return [.. lessons.Values.OrderBy(l => l.Lesson?.Order ?? 1000).ThenBy(l => l.Id, StringComparer.Ordinal)];
    }
}
