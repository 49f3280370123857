using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Minisim.Studio.Http;

namespace Minisim.Studio.Work;

/// <summary>Files that a page sends: streamed to disk, whole or not at all, never in place of another.</summary>
internal static class Uploads
{
    /// <summary>Stores the body under <c>?path=</c>; returns its size.</summary>
    /// <exception cref="StudioError">The path leads outside or exists, or the body is too large.</exception>
    public static async Task<long> Take(HttpContext context, RootFolder root, long mostBytes)
    {
        var path = context.Request.Query["path"].ToString();
        var target = root.Resolve(path);
        if (context.Request.ContentLength > mostBytes) throw TooLarge(mostBytes);
        if (Path.Exists(target)) throw new StudioError(StatusCodes.Status409Conflict, $"{path} exists. Choose another name.");
        if (Path.GetDirectoryName(target) is { } folder && !Directory.Exists(folder)) throw new StudioError(StatusCodes.Status404NotFound, $"{path}: there is no folder of that name.");
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = mostBytes + 1;
        var staging = $"{target}.{Guid.NewGuid():n}.partial";
        try
        {
            long bytes = 0;
            await using (var file = new FileStream(staging, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, FileOptions.Asynchronous))
            {
                var block = new byte[1 << 16];
                int read;
                while ((read = await context.Request.Body.ReadAsync(block, context.RequestAborted)) > 0)
                {
                    if ((bytes += read) > mostBytes) throw TooLarge(mostBytes);
                    await file.WriteAsync(block.AsMemory(0, read), context.RequestAborted);
                }
            }
            File.Move(staging, target, overwrite: false);
            return bytes;
        }
        finally
        {
            File.Delete(staging);
        }
    }

    private static StudioError TooLarge(long mostBytes) => new(StatusCodes.Status413PayloadTooLarge, FormattableString.Invariant($"The file is larger than {mostBytes / 1e9:0.#} GB. Put it into the studio's folder yourself and choose it there."));
}
