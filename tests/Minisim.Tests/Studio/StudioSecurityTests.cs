using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Minisim.Tests.Studio;

/// <summary>A server on loopback can be reached by every page that the browser shows: what strangers are answered.</summary>
public class StudioSecurityTests
{
    private static HttpRequestMessage Request(TestStudio studio, string path = "api/start", string? token = null, string? host = null, string? origin = null, HttpMethod? method = null)
    {
        var request = new HttpRequestMessage(method ?? HttpMethod.Get, new Uri(studio.Base, path));
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        if (host is not null) request.Headers.Host = host;
        if (origin is not null) request.Headers.TryAddWithoutValidation("Origin", origin);
        return request;
    }

    private static HttpClient Stranger() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    [Fact]
    public async Task Without_the_token_nothing_is_answered()
    {
        await using var studio = await TestStudio.Start();
        using var http = Stranger();
        foreach (var token in new[] { null, "", "0", studio.Token[..^1], studio.Token + "0", studio.Token.ToUpperInvariant() + "x" })
            foreach (var path in new[] { "", "api/start", "api/schema", "api/files", "nothing", "stream/mjpeg", $"?token={token}" })
            {
                using var reply = await http.SendAsync(Request(studio, path, token));
                Assert.Equal(HttpStatusCode.Unauthorized, reply.StatusCode);
                Assert.Contains("Open the address", await reply.Content.ReadAsStringAsync());
            }
    }

    [Fact]
    public async Task The_token_in_the_address_becomes_a_cookie_that_scripts_and_other_sites_do_not_get()
    {
        await using var studio = await TestStudio.Start();
        using var http = Stranger();
        using var first = await http.GetAsync(studio.Server.Address);
        Assert.Equal(HttpStatusCode.SeeOther, first.StatusCode);
        Assert.Equal("/", first.Headers.Location!.ToString());
        var cookie = first.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie);
        Assert.Contains("samesite=strict", cookie);
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(studio.Base, "api/start"));
        request.Headers.Add("Cookie", cookie.Split(';')[0]);
        using var second = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:1")]
    [InlineData("[::1]")]
    [InlineData("localhost.evil.example")]
    public async Task A_foreign_host_name_is_refused_even_with_the_token(string host)
    {
        await using var studio = await TestStudio.Start();
        using var http = Stranger();
        using var reply = await http.SendAsync(Request(studio, token: studio.Token, host: host));
        Assert.Equal(HttpStatusCode.MisdirectedRequest, reply.StatusCode);
    }

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("null")]
    [InlineData("https://127.0.0.1")]
    [InlineData("http://127.0.0.1:1")]
    public async Task A_foreign_origin_is_refused_even_with_the_token(string origin)
    {
        await using var studio = await TestStudio.Start();
        using var http = Stranger();
        using var reply = await http.SendAsync(Request(studio, token: studio.Token, origin: origin));
        Assert.Equal(HttpStatusCode.Forbidden, reply.StatusCode);
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {studio.Token}");
        socket.Options.SetRequestHeader("Origin", origin);
        socket.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new Uri($"ws://127.0.0.1:{studio.Server.Port}/api/socket"), CancellationToken.None));
        Assert.Equal(HttpStatusCode.Forbidden, socket.HttpStatusCode);
    }

    [Fact]
    public async Task Only_loopback_listens()
    {
        await using var studio = await TestStudio.Start();
        foreach (var address in await Dns.GetHostAddressesAsync(Dns.GetHostName()))
        {
            if (IPAddress.IsLoopback(address) || address.AddressFamily != AddressFamily.InterNetwork) continue;
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await Assert.ThrowsAnyAsync<SocketException>(async () => await socket.ConnectAsync(address, studio.Server.Port));
        }
        Assert.Equal("127.0.0.1", studio.Server.Address.Host);
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("a/../../outside")]
    [InlineData("/etc")]
    [InlineData("~/x")]
    [InlineData("..\\outside")]
    [InlineData("C:/x")]
    [InlineData("link")]
    [InlineData("link/inner")]
    [InlineData("chain")]
    [InlineData("x\0y")]
    public async Task No_path_leads_out_of_the_root(string path)
    {
        await using var studio = await TestStudio.Start();
        Directory.CreateDirectory(Path.Combine(studio.Folder, "outside", "inner"));
        Directory.CreateSymbolicLink(studio.InRoot("link"), Path.Combine(studio.Folder, "outside"));
        Directory.CreateSymbolicLink(studio.InRoot("chain"), "link");
        using var reply = await studio.Http.GetAsync($"api/files?folder={Uri.EscapeDataString(path)}");
        Assert.Equal(HttpStatusCode.Forbidden, reply.StatusCode);
        await using var page = await studio.Connect();
        var answer = await page.Ask(new JsonObject { ["op"] = "open", ["id"] = 1, ["path"] = path });
        Assert.Equal("error", (string?)answer["op"]);
    }

    [Fact]
    public async Task A_link_that_stays_inside_is_followed()
    {
        await using var studio = await TestStudio.Start();
        Directory.CreateDirectory(studio.InRoot("real/inner"));
        Directory.CreateSymbolicLink(studio.InRoot("link"), "real");
        var reply = JsonNode.Parse(await studio.Http.GetStringAsync("api/files?folder=link"))!;
        Assert.Equal("inner", (string?)reply["entries"]![0]!["name"]);
    }

    [Theory]
    [InlineData("/../../../../etc/passwd")]
    [InlineData("/..%2f..%2f..%2fetc%2fpasswd")]
    [InlineData("/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/assets/../../secret")]
    [InlineData("/page/index.html")]
    [InlineData("//etc/passwd")]
    public async Task The_page_s_files_are_looked_up_never_put_together(string target)
    {
        await using var studio = await TestStudio.Start();
        // A client would tidy the address up.
        var answer = await Raw(studio, $"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{studio.Server.Port}\r\nAuthorization: Bearer {studio.Token}\r\nConnection: close\r\n\r\n");
        Assert.Matches("^HTTP/1.1 (404|400|501) ", answer);
        Assert.DoesNotContain("root:", answer);
    }

    [Fact]
    public async Task A_giant_body_is_refused_and_the_server_goes_on()
    {
        await using var studio = await TestStudio.Start();
        // Asks before it sends, as a polite program does; what is sent all the same is not read.
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/check") { Content = new ByteArrayContent(new byte[9 << 20]), Headers = { ExpectContinue = true } };
        using var reply = await studio.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, reply.StatusCode);
        Assert.Contains("larger", await reply.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, (await studio.Http.GetAsync("api/start")).StatusCode);
    }

    [Fact]
    public async Task A_body_that_trickles_is_given_up()
    {
        await using var studio = await TestStudio.Start();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, studio.Server.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /api/check HTTP/1.1\r\nHost: 127.0.0.1:{studio.Server.Port}\r\nAuthorization: Bearer {studio.Token}\r\nContent-Length: 100000\r\n\r\n"));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var answer = new StringBuilder();
        var reading = Task.Run(async () =>
        {
            var buffer = new byte[4096];
            int n;
            while ((n = await stream.ReadAsync(buffer, limit.Token)) > 0) answer.Append(Encoding.ASCII.GetString(buffer, 0, n));
        });
        // One byte a second, until somebody has had enough.
        for (var i = 0; i < 30 && !reading.IsCompleted; i++)
        {
            try
            {
                await stream.WriteAsync("x"u8.ToArray());
            }
            catch (IOException)
            {
                break;
            }
            await Task.WhenAny(reading, Task.Delay(1000));
        }
        try
        {
            await reading;
        }
        catch (IOException)
        {
        }
        Assert.Contains("408", answer.ToString());
        Assert.Equal(HttpStatusCode.OK, (await studio.Http.GetAsync("api/start")).StatusCode);
    }

    [Fact]
    public async Task Of_two_hundred_sockets_those_over_the_limit_are_told_so()
    {
        await using var studio = await TestStudio.Start(o => o with { MaxSockets = 8 });
        List<ClientWebSocket> open = [];
        var refused = 0;
        for (var i = 0; i < 200; i++)
        {
            var socket = new ClientWebSocket();
            socket.Options.SetRequestHeader("Authorization", $"Bearer {studio.Token}");
            socket.Options.CollectHttpResponseDetails = true;
            try
            {
                await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{studio.Server.Port}/api/socket"), CancellationToken.None);
                open.Add(socket);
            }
            catch (WebSocketException)
            {
                Assert.Equal(HttpStatusCode.ServiceUnavailable, socket.HttpStatusCode);
                refused++;
            }
        }
        Assert.Equal((8, 192), (open.Count, refused));
        foreach (var socket in open) socket.Dispose();
        // Their places are free again.
        for (var i = 0; ; i++)
        {
            try
            {
                await using var page = await studio.Connect();
                break;
            }
            catch (WebSocketException) when (i < 100)
            {
                await Task.Delay(50);
            }
        }
    }

    [Fact]
    public async Task Malformed_messages_are_answered_and_the_socket_goes_on()
    {
        await using var studio = await TestStudio.Start();
        await using var page = await studio.Connect();
        foreach (var text in new[]
        {
            "", "{", "[]", "null", "7", "{\"op\":7}", "{\"op\":\"nothing\"}", "{\"op\":\"frames\"}", "{\"op\":\"frames\",\"first\":-1}", "{\"op\":\"frames\",\"first\":1e99}",
            "{\"op\":\"frames\",\"first\":0,\"count\":1000000}", "{\"op\":\"show\"}", "{\"op\":\"show\",\"spec\":\"x\"}", "{\"op\":\"show\",\"slot\":\"z\",\"spec\":{}}",
            "{\"op\":\"show\",\"op\":\"show\"}", new string('[', 5000), "{\"op\":\"image\",\"kind\":\"max\"}", "{\"op\":\"open\"}", "{\"op\":\"frames\",\"first\":0,\"stage\":\"nothing\"}",
        })
        {
            await page.Send(text);
            var answer = (await page.Receive()).Text!;
            Assert.Equal("error", (string?)answer["op"]);
            Assert.DoesNotMatch("Exception|   at |System\\.", (string)answer["error"]!);
        }
        var shown = await page.Ask(new JsonObject { ["op"] = "show", ["id"] = 1, ["spec"] = TestStudio.Json(TestStudio.SmallSpec) });
        Assert.Equal("shown", (string?)shown["op"]);
    }

    [Fact]
    public async Task Binary_and_giant_messages_close_the_socket_with_a_reason()
    {
        await using var studio = await TestStudio.Start();
        await using (var page = await studio.Connect())
        {
            await page.Socket.SendAsync(new byte[100], WebSocketMessageType.Binary, true, CancellationToken.None);
            var end = await Assert.ThrowsAsync<EndOfStreamException>(page.Receive);
            Assert.Contains("JSON", end.Message);
        }
        await using (var page = await studio.Connect())
        {
            await page.Send(new string(' ', 9 << 20));
            var end = await Assert.ThrowsAsync<EndOfStreamException>(page.Receive);
            Assert.Contains("8 MB", end.Message);
        }
        Assert.Equal(HttpStatusCode.OK, (await studio.Http.GetAsync("api/start")).StatusCode);
    }

    [Fact]
    public async Task A_spec_that_is_too_large_is_refused_with_its_estimate_before_memory_goes()
    {
        await using var studio = await TestStudio.Start(o => o with { MemoryLimitBytes = 1_000_000_000 });
        await using var page = await studio.Connect();
        var spec = TestStudio.Json(TestStudio.SmallSpec);
        spec["acquisition"]!["image_sensor"]!["n_px_height"] = 12000;
        spec["acquisition"]!["image_sensor"]!["n_px_width"] = 12000;
        var before = GC.GetTotalAllocatedBytes();
        var answer = await page.Ask(new JsonObject { ["op"] = "show", ["id"] = 1, ["spec"] = spec });
        Assert.Equal("error", (string?)answer["op"]);
        Assert.Matches("about [0-9.]+ GB of memory", (string)answer["error"]!);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 50_000_000);
    }

    [Fact]
    public async Task Every_answer_forbids_the_page_to_reach_other_sites()
    {
        await using var studio = await TestStudio.Start();
        foreach (var path in new[] { "", "api/start", "nothing", "api/nothing" })
        {
            using var reply = await studio.Http.GetAsync(path);
            var policy = reply.Headers.GetValues("Content-Security-Policy").Single();
            Assert.Contains("default-src 'none'", policy);
            Assert.Contains("connect-src 'self'", policy);
            Assert.Contains("frame-ancestors", policy);
            Assert.DoesNotContain("unsafe", policy);
            Assert.DoesNotContain("http", policy);
            Assert.Equal("nosniff", reply.Headers.GetValues("X-Content-Type-Options").Single());
        }
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said()
    {
        await using var studio = await TestStudio.Start();
        var error = await Assert.ThrowsAsync<IOException>(() => TestStudio.Start(o => o with { Port = studio.Server.Port }));
        Assert.Equal($"Port {studio.Server.Port} cannot be opened: another program uses it. Choose another with --port.", error.Message);
    }

    private static async Task<string> Raw(TestStudio studio, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, studio.Server.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
