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
    private readonly Channel<Question> _frames = Requests(), _questions = Requests();

    /// <param name="Request">What the page asks.</param>
    /// <param name="Unchanged">Cancelled when it sends another spec.</param>
    private readonly record struct Question(JsonObject Request, CancellationToken Unchanged);

    public StudioSocket(WebSocket socket, RootFolder root, long memoryLimit, CancellationToken stop)
    {
        _socket = socket;
        _root = root;
        _closed = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _slots = new() { ["a"] = new(memoryLimit, _closed.Token), ["b"] = new(memoryLimit, _closed.Token) };
    }

    private static Channel<Question> Requests() => Channel.CreateBounded<Question>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.Wait });

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

    private void Queue(Channel<Question> channel, JsonObject request)
    {
        if (!channel.Writer.TryWrite(new Question(request, SlotOf(request).Unchanged))) throw new StudioError(StatusCodes.Status429TooManyRequests, "Too many requests wait already: ask again when some are answered.");
    }

    private Slot SlotOf(JsonObject request) => _slots.TryGetValue(request.Text("slot") ?? "a", out var slot)
        ? slot
        : throw new StudioError(StatusCodes.Status400BadRequest, "\"slot\" must be \"a\" or \"b\".");

    private int Revision(string slot, bool isNew = false)
    {
        lock (_revisions) return isNew ? ++_revisions[slot] : _revisions[slot];
    }

    private void Show(JsonObject request)
    {
        var slot = SlotOf(request);
        slot.Show(request.Spec(),
            (view, time) => Forget(SendShown(view, request, Revision(request.Text("slot") ?? "a", isNew: true), time)),
            error => Forget(SendError(request, error)));
    }

    // The frame that the page looks at comes with the report: it need not ask.
    private async Task SendShown(View view, JsonObject request, int revision, TimeSpan time)
    {
        // The view may be gone before its report is sent.
        if (!view.TryHold()) return;
        using (view)
        {
            await Send(SceneReport.Of(view, request, revision, time));
            if (request.Number("frame") is not null) await SendFrames(view, request, Math.Min(request.Int("frame", 0, int.MaxValue), view.Frames - 1), 1, revision);
        }
    }

    private async Task Serve(ChannelReader<Question> questions, Func<Question, Task> serve)
    {
        try
        {
            await foreach (var question in questions.ReadAllAsync(_closed.Token))
            {
                var request = question.Request;
                try
                {
                    await serve(question);
                }
                catch (OperationCanceledException) when (question.Unchanged.IsCancellationRequested && !_closed.IsCancellationRequested)
                {
                    await SendError(request, new StudioError(StatusCodes.Status409Conflict, "Another spec came meanwhile."));
                }
                catch (Exception e) when (e is not (OperationCanceledException or WebSocketException))
                {
                    await SendError(request, e);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
        }
    }

    private async Task SendFrames(Question question)
    {
        var request = question.Request;
        var slot = SlotOf(request);
        // The number before the view: a page that gets a newer movie under an older number asks again, not the other way round.
        var revision = Revision(request.Text("slot") ?? "a");
        using var view = await Task.Run(() => slot.Take(request.Text("stage")), _closed.Token);
        var first = Math.Min(request.Int("first", 0, int.MaxValue), view.Frames - 1);
        var count = Math.Min(request.Int("count", 1, MaxFramesPerRequest, 1), view.Frames - first);
        await SendFrames(view, request, first, count, revision);
    }

    private async Task SendFrames(View view, JsonObject request, int first, int count, int revision)
    {
        var (id, size) = (request.Int("id", 0, int.MaxValue, 0), view.FrameBytes);
        var pixels = ArrayPool<byte>.Shared.Rent(count * size);
        try
        {
            // In one go: frames in a row cost much less than each by itself.
            await Task.Run(() => view.Read(first, count, pixels.AsSpan(0, count * size)), _closed.Token);
            for (var i = 0; i < count; i++)
            {
                var header = new byte[FrameMessage.HeaderBytes];
                FrameMessage.WriteHeader(header, id, first + i, view.Height, view.Width, view.PixelType, revision, 0);
                await Send(header, pixels.AsMemory(i * size, size));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(pixels);
        }
    }

    private async Task Answer(Question question)
    {
        var (request, unchanged) = question;
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
                        await Send(ImageOf.Movie(shown, request, Revision(request.Text("slot") ?? "a"), unchanged), WebSocketMessageType.Binary);
                    break;
                case "field":
                    await Send(ImageOf.Field(view, request, Revision(request.Text("slot") ?? "a")), WebSocketMessageType.Binary);
                    break;
                case "cells":
                    await Send(view.Cells(unchanged).All(request));
                    break;
                case "snr":
                    await Send(view.Cells(unchanged).AgainstAllLight(request, unchanged));
                    break;
                case "cell":
                    await Send(view.Cells(unchanged).One(request, unchanged));
                    break;
                case "traces":
                    await Send(view.Cells(unchanged).Traces(request));
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
    private static async void Forget(Task sending)
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
