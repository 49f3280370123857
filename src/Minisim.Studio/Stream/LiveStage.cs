using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Minisim.Studio.Http;
using Minisim.Studio.Views;

namespace Minisim.Studio.Stream;

/// <summary>The live source that a server plays, or none.</summary>
internal sealed class LiveStage(LiveSource? first) : IDisposable
{
    private const int MostReaders = 16;

    private readonly Lock _lock = new();
    private LiveSource? _source = first;
    private int _readers;

    /// <summary>Plays a spec: <c>{"spec", "fps", "loop"}</c>; ends what was played before.</summary>
    public async Task<JsonObject> Begin(JsonObject request, long memoryLimit, Access access)
    {
        var spec = request.Spec();
        Slot.CheckCost(spec, memoryLimit);
        var fps = request.Number("fps");
        if (fps is <= 0 or > 100_000) throw new StudioError(StatusCodes.Status400BadRequest, "\"fps\" must be above 0.");
        var source = await Task.Run(() => new LiveSource(Simulator.Compile(spec), new LiveOptions { Fps = fps, Loop = request.Flag("loop") }));
        Replace(source);
        return Report(access);
    }

    public JsonObject End(Access access)
    {
        Replace(null);
        return Report(access);
    }

    /// <summary>What is played, and how well it keeps time.</summary>
    public JsonObject Report(Access access)
    {
        lock (_lock)
        {
            if (_source is not { } source) return new JsonObject { ["running"] = false };
            var (median, p99) = source.Jitter();
            return new JsonObject
            {
                ["running"] = true,
                ["fps"] = source.Fps,
                ["sent"] = source.Sent,
                ["late"] = source.Late,
                ["median_ms"] = Math.Round(1000 * median, 2),
                ["p99_ms"] = Math.Round(1000 * p99, 2),
                ["addresses"] = new JsonObject(Addresses(access).Select(a => KeyValuePair.Create(a.Name, (JsonNode?)a.Address.ToString()))),
            };
        }
    }

    /// <summary>Where programs read it.</summary>
    public static (string Name, Uri Address)[] Addresses(Access access) =>
        [.. new[] { "mjpeg", "raw", "truth" }.Select(n => (n, new Uri($"http://127.0.0.1:{access.Port}/stream/{n}?token={access.Token}")))];

    /// <summary>Answers a reader until it goes or the source ends.</summary>
    public async Task Send(HttpContext context, string type, Func<LiveSource, System.IO.Stream, CancellationToken, Task> write)
    {
        LiveSource source;
        lock (_lock) source = _source ?? throw new StudioError(StatusCodes.Status404NotFound, "Nothing is streamed now.");
        if (Interlocked.Increment(ref _readers) > MostReaders)
        {
            Interlocked.Decrement(ref _readers);
            throw new StudioError(StatusCodes.Status503ServiceUnavailable, $"{MostReaders} programs read already.");
        }
        try
        {
            context.Response.ContentType = type;
            await context.Response.StartAsync(context.RequestAborted);
            await write(source, context.Response.Body, context.RequestAborted);
        }
        finally
        {
            Interlocked.Decrement(ref _readers);
        }
    }

    private void Replace(LiveSource? source)
    {
        LiveSource? old;
        lock (_lock) (old, _source) = (_source, source);
        old?.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => Replace(null);
}
