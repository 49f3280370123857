using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Minisim.Studies;
using Minisim.Studio.Http;

namespace Minisim.Studio.Work;

/// <summary>Pages that the studio shows in a frame: scores that it made, pages of its folder, studies.</summary>
/// <remarks>The frame has no rights, not even the cookie. So that links from a study to its score pages work in it, an opened page has an address
/// that nobody can guess, <c>/report/ID/</c>, and whoever has it reads the pages beside it, nothing else.</remarks>
internal sealed class Reports(RootFolder root)
{
    private const int MostKept = 40;
    private const long MostBytes = 256 << 20;
    /// <summary>Where pages have their addresses.</summary>
    public const string Place = "/report/";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (string Html, string? Folder)> _pages = [];
    private readonly Queue<string> _order = [];

    /// <summary>Keeps a page; returns its number.</summary>
    /// <param name="html">The page.</param>
    /// <param name="folder">Folder under the root whose pages its links may lead to; null for none.</param>
    public string Keep(string html, string? folder = null)
    {
        var id = Access.NewToken();
        lock (_lock)
        {
            _pages[id] = (html, folder);
            _order.Enqueue(id);
            if (_order.Count > MostKept) _pages.Remove(_order.Dequeue());
        }
        return id;
    }

    /// <summary>Opens <c>{"path"}</c>: a page, or the folder of a study as its report.</summary>
    /// <exception cref="StudioError">It is neither.</exception>
    public async Task<JsonObject> Open(JsonObject request, CancellationToken cancellation)
    {
        var named = request.Text("path");
        var path = root.Resolve(named);
        string html, folder;
        if (IsStudy(path))
        {
            folder = path;
            html = await Task.Run(() =>
            {
                using var results = StudyResults.Open(path);
                return StudyPage.Render(results, path);
            }, cancellation);
        }
        else
        {
            if (!path.EndsWith(".html", StringComparison.OrdinalIgnoreCase)) throw new StudioError(StatusCodes.Status400BadRequest, $"{named} is neither a page (.html) nor the folder of a study's results.");
            folder = Path.GetDirectoryName(path)!;
            html = await Read(path, cancellation);
        }
        return new JsonObject { ["report"] = Keep(html, folder), ["path"] = named };
    }

    /// <summary>Whether a folder holds a study's results, and not only its definition.</summary>
    public static bool IsStudy(string path) => File.Exists(Path.Combine(path, "study.json")) && File.Exists(Path.Combine(path, "plan.jsonl"));

    /// <summary>Whether an address belongs to a page that was opened.</summary>
    public bool Knows(PathString path)
    {
        lock (_lock) return path.Value is { } text && text.StartsWith(Place, StringComparison.Ordinal) && _pages.ContainsKey(Split(text).Id);
    }

    /// <summary>Answers with a page, or one beside it.</summary>
    /// <exception cref="StudioError">It is gone, or leads elsewhere.</exception>
    public async Task Send(HttpContext context)
    {
        var (id, rest) = Split(context.Request.Path.Value!);
        (string Html, string? Folder) page;
        lock (_lock)
            if (!_pages.TryGetValue(id, out page))
                throw new StudioError(StatusCodes.Status404NotFound, "This report is gone: open it again, or score again.");
        if (rest.Length > 0)
        {
            // An empty folder name is the root itself.
            var full = page.Folder is { } folder ? root.Resolve(root.Relative(folder) + "/" + rest) : null;
            if (full is null || !full.StartsWith(page.Folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !full.EndsWith(".html", StringComparison.OrdinalIgnoreCase))
                throw new StudioError(StatusCodes.Status403Forbidden, "Only pages beside the one that was opened are shown.");
            page.Html = await Read(full, context.RequestAborted);
        }
        // A page of its own: it may run what it carries, and reach nothing outside itself.
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; sandbox allow-scripts; frame-ancestors 'self'";
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(page.Html, context.RequestAborted);
    }

    private static (string Id, string Beside) Split(string path)
    {
        var text = path[Place.Length..];
        var slash = text.IndexOf('/');
        return slash < 0 ? (text, "") : (text[..slash], text[(slash + 1)..]);
    }

    private static async Task<string> Read(string path, CancellationToken cancellation)
    {
        var file = new FileInfo(path);
        if (!file.Exists) throw new StudioError(StatusCodes.Status404NotFound, "There is no such page.");
        if (file.Length > MostBytes) throw new StudioError(StatusCodes.Status413PayloadTooLarge, "This page is too large to show here.");
        return await File.ReadAllTextAsync(path, cancellation);
    }
}
