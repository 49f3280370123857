using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Minisim.Browser.Tests;

/// <summary>A Chromium of its own with one page, of which nothing is watched but what is asked for.</summary>
/// <remarks>Playwright has every message of a socket sent to it once more, as text: of frames of 370 kB that takes more of two cores than showing
/// them. What is measured there is the measuring.</remarks>
internal sealed partial class BareBrowser : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ClientWebSocket _socket;
    private readonly string _profile;
    private int _id;

    private BareBrowser(Process process, ClientWebSocket socket, string profile) => (_process, _socket, _profile) = (process, socket, profile);

    public static async Task<BareBrowser> Open(string address, int width, int height)
    {
        var profile = Directory.CreateTempSubdirectory("minisim-chromium").FullName;
        var start = new ProcessStartInfo(Chromium.Program, ["--headless", .. Chromium.Arguments, $"--user-data-dir={profile}", $"--window-size={width},{height}", "--remote-debugging-port=0", "about:blank"]) { RedirectStandardError = true, RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        string? line;
        do line = await process.StandardError.ReadLineAsync();
        while (line is not null && !line.Contains("listening on ws://", StringComparison.Ordinal));
        // What it says later must not fill the pipe.
        _ = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        using var http = new HttpClient();
        var pages = JsonNode.Parse(await http.GetStringAsync($"http://127.0.0.1:{Port().Match(line!).Groups[1].Value}/json"))!.AsArray();
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri((string)pages.First(p => (string?)p!["type"] == "page")!["webSocketDebuggerUrl"]!), CancellationToken.None);
        var browser = new BareBrowser(process, socket, profile);
        await browser.Send("Emulation.setDeviceMetricsOverride", new() { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = false });
        await browser.Send("Page.navigate", new() { ["url"] = address });
        await Task.Delay(1000);
        return browser;
    }

    /// <summary>What a function of the page, or the promise that it gives, comes to.</summary>
    public async Task<T> Evaluate<T>(string function, params object?[] arguments)
    {
        var reply = await Send("Runtime.evaluate", new() { ["expression"] = $"({function})(...{JsonSerializer.Serialize(arguments)})", ["awaitPromise"] = true, ["returnByValue"] = true });
        if (reply["exceptionDetails"] is { } error) throw new InvalidOperationException(error.ToJsonString());
        return reply["result"]!["value"] is { } value ? value.Deserialize<T>()! : default!;
    }

    /// <inheritdoc cref="Evaluate{T}"/>
    public Task Evaluate(string function, params object?[] arguments) => Evaluate<JsonNode>($"(...a) => {{ ({function})(...a); }}", arguments);

    /// <summary>Waits until a function of the page is true; false if it is not in time.</summary>
    public Task<bool> Until(string function, object? argument = null, int milliseconds = 60_000) => Evaluate<bool>(
        $"(a, most) => new Promise(done => {{ const end = performance.now() + most, look = () => ({function})(a) ? done(true) : performance.now() > end ? done(false) : setTimeout(look, 10); look(); }})", argument, milliseconds);

    private async Task<JsonObject> Send(string method, JsonObject parameters)
    {
        var id = ++_id;
        await _socket.SendAsync(Encoding.UTF8.GetBytes(new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters }.ToJsonString()), WebSocketMessageType.Text, true, CancellationToken.None);
        while (true)
        {
            using var message = new MemoryStream();
            var buffer = new byte[1 << 16];
            WebSocketReceiveResult part;
            do
            {
                part = await _socket.ReceiveAsync(buffer, CancellationToken.None);
                message.Write(buffer, 0, part.Count);
            }
            while (!part.EndOfMessage);
            var reply = JsonNode.Parse(message.ToArray())!.AsObject();
            if ((int?)reply["id"] == id) return reply["result"] as JsonObject ?? throw new InvalidOperationException(reply.ToJsonString());
        }
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_profile, true);
    }

    [GeneratedRegex(@":(\d+)/")]
    private static partial Regex Port();
}
