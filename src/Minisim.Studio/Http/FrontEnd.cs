using System.Reflection;
using Microsoft.AspNetCore.Http;

namespace Minisim.Studio.Http;

/// <summary>The page's files, carried in the library.</summary>
internal static class FrontEnd
{
    private const string Prefix = "page/";

    private static readonly Dictionary<string, string> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".woff2"] = "font/woff2",
        [".txt"] = "text/plain; charset=utf-8",
        [".json"] = "application/json",
    };

    private static readonly Assembly Home = typeof(FrontEnd).Assembly;
    private static readonly HashSet<string> Names = [.. Home.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))];

    /// <summary>Whether this build carries the page.</summary>
    public static bool IsThere => Names.Contains(Prefix + "index.html");

    /// <summary>What to do for a page.</summary>
    public const string HowToGetIt = "This build of minisim has no page for the studio: it was made without Node.js. Install Node.js 20 or newer with npm, build minisim again, and start the studio once more. (The server's programming interface and minisim stream work without it.)";

    /// <summary>Answers with a file of the page.</summary>
    /// <exception cref="StudioError">There is none of that name.</exception>
    public static async Task Send(HttpContext context, string path)
    {
        if (!IsThere) throw new StudioError(StatusCodes.Status501NotImplemented, HowToGetIt);
        var name = Prefix + (path == "/" ? "index.html" : path.TrimStart('/'));
        // Names are looked up, never put together into paths.
        if (!Names.Contains(name)) throw new StudioError(StatusCodes.Status404NotFound, "There is nothing at this address.");
        await using var file = Home.GetManifestResourceStream(name)!;
        context.Response.ContentType = Types.GetValueOrDefault(Path.GetExtension(name), "application/octet-stream");
        context.Response.ContentLength = file.Length;
        await file.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
