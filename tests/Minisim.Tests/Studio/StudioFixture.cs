using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Minisim.Presets;
using Minisim.Steps;
using Minisim.Studio;

namespace Minisim.Tests.Studio;

/// <summary>A studio in a folder of its own, on any free port of loopback, stopped at the end.</summary>
internal sealed class TestStudio : IAsyncDisposable
{
    private TestStudio(StudioServer server, string folder)
    {
        (Server, Folder) = (server, folder);
        Token = server.Address.Query["?token=".Length..];
        Base = new Uri($"http://127.0.0.1:{server.Port}/");
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Base };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    public StudioServer Server { get; }
    public string Folder { get; }
    public string Token { get; }
    public Uri Base { get; }
    /// <summary>A program that has the token.</summary>
    public HttpClient Http { get; }

    public static async Task<TestStudio> Start(Func<StudioOptions, StudioOptions>? change = null)
    {
        var folder = Directory.CreateTempSubdirectory("minisim-studio").FullName;
        var options = new StudioOptions { Root = Path.Combine(folder, "root"), Port = 0 };
        Directory.CreateDirectory(options.Root);
        return new(await StudioServer.StartAsync(change?.Invoke(options) ?? options), folder);
    }

    public string InRoot(string path) => Path.Combine(Folder, "root", path);

    public async Task<(int Status, JsonNode Body)> Post(string path, JsonNode body)
    {
        using var reply = await Http.PostAsync(path, new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"));
        return ((int)reply.StatusCode, JsonNode.Parse(await reply.Content.ReadAsStringAsync())!);
    }

    public async Task<TestSocket> Connect()
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {Token}");
        socket.Options.SetRequestHeader("Origin", Base.ToString().TrimEnd('/'));
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{Server.Port}/api/socket"), CancellationToken.None);
        return new(socket);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
        Directory.Delete(Folder, true);
    }

    /// <summary>Two seconds of a small field with every step.</summary>
    public static Spec SmallSpec { get; } = Preset.Create(Scopes.MiniscopeV4, ReferenceRegions.Ca1,
        new PresetOptions { DurationS = 2, SizePx = (96, 128), Seed = 3, Extra = [new BrainMotion(), new Bleaching()] });

    public static JsonNode Json(Spec spec) => JsonNode.Parse(SpecJson.Write(spec))!;
}

/// <summary>A page's end of the socket.</summary>
internal sealed class TestSocket(ClientWebSocket socket) : IAsyncDisposable
{
    public ClientWebSocket Socket => socket;

    public Task Send(JsonNode message) => Send(message.ToJsonString());

    public Task Send(string text) => socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, Timeout());

    /// <summary>The next message: text as JSON, or bytes.</summary>
    public async Task<(JsonNode? Text, byte[] Bytes)> Receive()
    {
        using var message = new MemoryStream();
        var buffer = new byte[1 << 16];
        WebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer, Timeout());
            if (part.MessageType == WebSocketMessageType.Close) throw new EndOfStreamException(socket.CloseStatusDescription);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        var bytes = message.ToArray();
        return part.MessageType == WebSocketMessageType.Text ? (JsonNode.Parse(bytes), bytes) : (null, bytes);
    }

    public async Task<JsonNode> Ask(JsonNode message)
    {
        await Send(message);
        return (await Receive()).Text!;
    }

    public async Task<byte[]> AskPixels(JsonNode message)
    {
        await Send(message);
        return (await Receive()).Bytes;
    }

    private static CancellationToken Timeout() => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
