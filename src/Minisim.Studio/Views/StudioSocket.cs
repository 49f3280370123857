using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Minisim.Studio.Http;

namespace Minisim.Studio.Views;

/// <summary>One page's connection: specs and questions come in as JSON, answers go out as JSON, pixels as binary messages.</summary>
internal sealed class StudioSocket : IDisposable
{
    private const int MaxWaiting = 64, MaxFramesPerRequest = 32;

    private readonly WebSocket _socket;
    private readonly CancellationTokenSource _closed;
    private readonly SemaphoreSlim _sending = new(1);
    private readonly Dictionary<string, Slot> _slots;
    private readonly Dictionary<string, int> _revisions = new() { ["a"] = 0, ["b"] = 0 };
    private readonly RootFolder _root;
    // Frames must not wait for an analysis that takes a second.
    private readonly Channel<JsonObject> _frames = Requests(), _questions = Requests();

    public StudioSocket(WebSocket socket, RootFolder root, long memoryLimit, CancellationToken stop)
    {
        _socket = socket;
        _root = root;
        _closed = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _slots = new() { ["a"] = new(memoryLimit, _closed.Token), ["b"] = new(memoryLimit, _closed.Token) };
    }

    private static Channel<JsonObject> Requests() => Channel.CreateBounded<JsonObject>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.Wait });

    /// <summary>Serves the page until it goes.</summary>
    public async Task RunAsync()
    {
        // While one request for frames is on its way the next is rendered.
        var workers = Task.WhenAll([.. Enumerable.Range(0, Math.Max(2, Environment.ProcessorCount)).Select(_ => Serve(_frames.Reader, SendFrames)), Serve(_questions.Reader, Answer)]);
        try
        {
            await Receive();
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException)
        {
            // The page is gone.
        }
        finally
        {
            _frames.Writer.TryComplete();
            _questions.Writer.TryComplete();
            await _closed.CancelAsync();
            await workers;
        }
    }

    private async Task Receive()
    {
        using var message = new MemoryStream();
        var buffer = new byte[64 << 10];
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer, _closed.Token);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _closed.Token);
                return;
            }
            if (part.MessageType == WebSocketMessageType.Binary || message.Length + part.Count > Replies.MaxJsonBytes)
            {
                var why = part.MessageType == WebSocketMessageType.Binary ? "Only JSON text is taken here." : $"A message may have {Replies.MaxJsonBytes >> 20} MB.";
                await _socket.CloseAsync(part.MessageType == WebSocketMessageType.Binary ? WebSocketCloseStatus.InvalidMessageType : WebSocketCloseStatus.MessageTooBig, why, _closed.Token);
                return;
            }
            message.Write(buffer, 0, part.Count);
            if (!part.EndOfMessage) continue;
            JsonObject? request = null;
            try
            {
                request = Replies.Parse(message.GetBuffer().AsSpan(0, (int)message.Length));
                Take(request);
            }
            catch (Exception e) when (e is not (OperationCanceledException or WebSocketException))
            {
                await SendError(request, e);
            }
            message.SetLength(0);
        }
    }

    private void Take(JsonObject request)
    {
        switch (request.Text("op"))
        {
            case "show":
                Show(request);
                break;
            case "frames":
                Queue(_frames, request);
                break;
            case "open" or "image" or "cells" or "snr" or "cell" or "traces" or "pixel" or "light" or "field":
                Queue(_questions, request);
                break;
            case var other:
                throw new StudioError(StatusCodes.Status400BadRequest, $"\"op\": there is no {(other is null ? "request without a name" : $"request \"{(other.Length > 40 ? other[..40] : other)}\"")}.");
        }
    }

    private static void Queue(Channel<JsonObject> channel, JsonObject request)
    {
        if (!channel.Writer.TryWrite(request)) throw new StudioError(StatusCodes.Status429TooManyRequests, "Too many requests wait already: ask again when some are answered.");
    }

    private Slot SlotOf(JsonObject request) => _slots.TryGetValue(request.Text("slot") ?? "a", out var slot)
        ? slot
        : throw new StudioError(StatusCodes.Status400BadRequest, "\"slot\" must be \"a\" or \"b\".");

    private int Revision(string slot, bool isNew = false)
    {
        lock (_revisions) return isNew ? ++_revisions[slot] : _revisions[slot];
    }

    /// <summary>Compiles a spec: <c>{"spec"}</c>. With <c>"frame"</c>, and <c>"stage"</c>, that frame follows the answer unasked: the picture of an edit does not wait
    /// for the page to ask for it.</summary>
    private void Show(JsonObject request)
    {
        var slot = SlotOf(request);
        slot.Show(request.Spec(),
            (view, time) =>
            {
                var shown = SceneReport.Of(view, request, Revision(request.Text("slot") ?? "a", isNew: true), time);
                if (request.Number("frame") is not null) shown["frame"] = Math.Min(request.Int("frame", 0, int.MaxValue), view.Frames - 1);
                _ = Forget(Send(shown));
                if (shown["frame"] is { } frame) _ = Forget(Guarded(request, () => SendFrame(request, (int)frame)));
            },
            error => _ = Forget(SendError(request, error)));
    }

    private async Task Serve(ChannelReader<JsonObject> requests, Func<JsonObject, Task> serve)
    {
        try
        {
            await foreach (var request in requests.ReadAllAsync(_closed.Token)) await Guarded(request, () => serve(request));
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
        }
    }

    private async Task Guarded(JsonObject request, Func<Task> serve)
    {
        try
        {
            await serve();
        }
        catch (Exception e) when (e is not (OperationCanceledException or WebSocketException))
        {
            await SendError(request, e);
        }
    }

    private async Task SendFrames(JsonObject request) => await Send(await Render(request, request.Int("first", 0, int.MaxValue), request.Int("count", 1, MaxFramesPerRequest, 1)));

    private async Task SendFrame(JsonObject request, int frame) => await Send(await Render(request, frame, 1));

    /// <summary>Rendered frames and what stands before each. The pixels are lent.</summary>
    private sealed record Rendered(byte[] Pixels, int FrameBytes, byte[][] Headers);

    private async Task<Rendered> Render(JsonObject request, int first, int count)
    {
        var slot = SlotOf(request);
        // The number before the view: a page that gets a newer movie under an older number asks again, not the other way round.
        var revision = Revision(request.Text("slot") ?? "a");
        using var view = await Task.Run(() => slot.Take(request.Text("stage")), _closed.Token);
        var id = request.Int("id", 0, int.MaxValue, 0);
        first = Math.Min(first, view.Frames - 1);
        count = Math.Min(count, view.Frames - first);
        var size = view.FrameBytes;
        var pixels = ArrayPool<byte>.Shared.Rent(count * size);
        try
        {
            // In one go: frames in a row cost much less than each by itself.
            await Task.Run(() => view.Read(first, count, pixels.AsSpan(0, count * size)), _closed.Token);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(pixels);
            throw;
        }
        var headers = new byte[count][];
        for (var i = 0; i < count; i++) FrameMessage.WriteHeader(headers[i] = new byte[FrameMessage.HeaderBytes], id, first + i, view.Height, view.Width, view.PixelType, revision, 0);
        return new(pixels, size, headers);
    }

    private async Task Send(Rendered frames)
    {
        try
        {
            for (var i = 0; i < frames.Headers.Length; i++) await Send(frames.Headers[i], frames.Pixels.AsMemory(i * frames.FrameBytes, frames.FrameBytes));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frames.Pixels);
        }
    }

    private async Task Answer(JsonObject request)
    {
        var slot = SlotOf(request);
        if (request.Text("op") == "open")
        {
            var path = _root.Resolve(request.Text("path"));
            var opened = await Task.Run(() => new FileView(Formats.Zarr.ZarrRecording.Open(path)), _closed.Token);
            slot.Show(opened);
            await Send(SceneReport.Of(opened, request, Revision(request.Text("slot") ?? "a", isNew: true), TimeSpan.Zero));
            return;
        }
        using var view = slot.Take() ?? throw new StudioError(StatusCodes.Status409Conflict, "Nothing is shown yet.");
        await Task.Run(async () =>
        {
            switch (request.Text("op"))
            {
                case "image":
                    using (var shown = slot.Take(request.Text("stage")))
                        await Send(ImageOf.Movie(shown, request, Revision(request.Text("slot") ?? "a")), WebSocketMessageType.Binary);
                    break;
                case "field":
                    await Send(ImageOf.Field(view, request, Revision(request.Text("slot") ?? "a")), WebSocketMessageType.Binary);
                    break;
                case "cells":
                    await Send(view.Cells.All(request));
                    break;
                case "snr":
                    await Send(view.Cells.AgainstAllLight(request));
                    break;
                case "cell":
                    await Send(view.Cells.One(request));
                    break;
                case "traces":
                    await Send(view.Cells.Traces(request));
                    break;
                case "light":
                    await Send(LightAnswer.Of(view, request));
                    break;
                case "pixel":
                    await Send(PixelAnswer.Of(view, request));
                    break;
            }
        }, _closed.Token);
    }

    private Task SendError(JsonObject? request, Exception error)
    {
        var body = Replies.Of(error).Body;
        body["op"] = "error";
        if (request?.Number("id") is { } id) body["id"] = id;
        if (request?.Text("op") is { } op) body["of"] = op;
        if (request?.Text("slot") is { } slot) body["slot"] = slot;
        return Send(body);
    }

    private Task Send(JsonNode message) => Send(Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text);

    private Task Send(byte[] message, WebSocketMessageType type) => Send(default, message, type);

    /// <summary>One message, of a head and what follows it.</summary>
    private async Task Send(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> rest, WebSocketMessageType type = WebSocketMessageType.Binary)
    {
        await _sending.WaitAsync(_closed.Token);
        try
        {
            if (head.Length > 0) await _socket.SendAsync(head, type, false, _closed.Token);
            await _socket.SendAsync(rest, type, true, _closed.Token);
        }
        finally
        {
            _sending.Release();
        }
    }

    // A page that is gone needs no answer.
    private static async Task Forget(Task sending)
    {
        try
        {
            await sending;
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var slot in _slots.Values) slot.Dispose();
        _closed.Dispose();
    }
}
