using System.Net;
using System.Net.Http.Headers;
using System.Net.NetworkInformation;
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

    [Fact]
    public async Task A_cookie_of_another_run_or_of_another_port_opens_nothing()
    {
        await using var studio = await TestStudio.Start();
        await using var other = await TestStudio.Start();
        using var http = Stranger();
        foreach (var cookie in new[] { $"minisim_{studio.Server.Port}={other.Token}", $"minisim_{studio.Server.Port}=", $"minisim_{other.Server.Port}={studio.Token}", $"minisim={studio.Token}", $"minisim_{studio.Server.Port}={studio.Token}0" })
        {
            using var request = Request(studio);
            request.Headers.Add("Cookie", cookie);
            using var reply = await http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Unauthorized, reply.StatusCode);
            var socket = new ClientWebSocket();
            socket.Options.SetRequestHeader("Cookie", cookie);
            socket.Options.CollectHttpResponseDetails = true;
            await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new Uri($"ws://127.0.0.1:{studio.Server.Port}/api/socket"), CancellationToken.None));
            Assert.Equal(HttpStatusCode.Unauthorized, socket.HttpStatusCode);
        }
    }

    [Theory]
    [InlineData("cross-site", 403)]
    [InlineData("same-site", 403)]
    [InlineData("same-origin", 200)]
    [InlineData("none", 200)]
    public async Task What_a_browser_says_another_site_has_sent_changes_nothing_even_with_the_cookie(string site, int status)
    {
        await using var studio = await TestStudio.Start();
        using var http = Stranger();
        using var request = Request(studio, "api/check", method: HttpMethod.Post);
        request.Headers.Add("Cookie", $"minisim_{studio.Server.Port}={studio.Token}");
        request.Headers.Add("Sec-Fetch-Site", site);
        request.Content = new StringContent("{\"spec\":{}}");
        using var reply = await http.SendAsync(request);
        Assert.Equal(status, (int)reply.StatusCode);
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
        foreach (var address in NetworkInterface.GetAllNetworkInterfaces().SelectMany(i => i.GetIPProperties().UnicastAddresses).Select(a => a.Address))
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

    [Theory]
    [InlineData("link/new")]
    [InlineData("chain/new")]
    [InlineData("file")]
    [InlineData("dangling")]
    [InlineData("../outside/new")]
    [InlineData("inside/../../outside/new")]
    public async Task Nothing_is_written_or_read_through_a_link_or_path_that_leads_outside(string name)
    {
        await using var studio = await TestStudio.Start();
        var outside = Directory.CreateDirectory(Path.Combine(studio.Folder, "outside")).FullName;
        File.WriteAllText(Path.Combine(outside, "secret.html"), "secret");
        File.WriteAllText(Path.Combine(outside, "secret.avi"), "secret");
        Directory.CreateSymbolicLink(studio.InRoot("link"), outside);
        Directory.CreateSymbolicLink(studio.InRoot("chain"), "link");
        Directory.CreateDirectory(studio.InRoot("inside"));
        foreach (var ending in new[] { ".avi", ".html", ".zarr", ".json", ".npz" })
        {
            File.CreateSymbolicLink(studio.InRoot("file" + ending), Path.Combine(outside, "secret" + ending));
            File.CreateSymbolicLink(studio.InRoot("dangling" + ending), Path.Combine(outside, "new" + ending));
        }
        var spec = TestStudio.Json(TestStudio.SmallSpec);
        (string Path, JsonObject Body)[] requests =
        [
            ("api/jobs", new() { ["spec"] = spec.DeepClone(), ["outputs"] = new JsonArray(name + ".avi"), ["overwrite"] = true }),
            ("api/jobs", new() { ["spec"] = spec.DeepClone(), ["outputs"] = new JsonArray(name + ".zarr"), ["overwrite"] = true }),
            ("api/jobs", new() { ["spec"] = spec.DeepClone(), ["outputs"] = new JsonArray("fine.avi"), ["spec_file"] = name + ".json", ["overwrite"] = true }),
            ("api/score", new() { ["recording"] = name + ".zarr", ["estimates"] = new JsonArray("x.npz") }),
            ("api/score", new() { ["recording"] = "x.zarr", ["estimates"] = new JsonArray(name + ".npz") }),
            ("api/report", new() { ["path"] = name + ".html" }),
        ];
        foreach (var (path, body) in requests)
        {
            var (status, reply) = await studio.Post(path, body);
            Assert.True(status == 403, $"{path} with {name} was answered {status}: {reply}");
        }
        using (var sent = await studio.Http.PutAsync("api/upload?path=" + Uri.EscapeDataString(name + ".npz"), new ByteArrayContent([1, 2, 3]))) Assert.Equal(HttpStatusCode.Forbidden, sent.StatusCode);
        Assert.Equal(["secret.avi", "secret.html"], Directory.EnumerateFileSystemEntries(outside).Select(Path.GetFileName).Order());
        Assert.Equal("secret", File.ReadAllText(Path.Combine(outside, "secret.avi")));
        Assert.False(File.Exists(studio.InRoot("fine.avi")));
        // What leads outside is not even listed.
        var list = JsonNode.Parse(await studio.Http.GetStringAsync("api/files"))!["entries"]!.AsArray().Select(e => (string?)e!["name"]);
        Assert.Equal(["inside"], list);
    }

    [Fact]
    public async Task Lessons_that_are_links_to_files_outside_are_not_read()
    {
        await using var studio = await TestStudio.Start();
        File.WriteAllText(Path.Combine(studio.Folder, "secret.md"), "---\ntitle: secret\nquestion: q\n---\nsecret\n");
        Directory.CreateDirectory(studio.InRoot("lessons"));
        File.CreateSymbolicLink(studio.InRoot("lessons/stolen.md"), Path.Combine(studio.Folder, "secret.md"));
        Assert.DoesNotContain("secret", await studio.Http.GetStringAsync("api/lessons"));
        foreach (var id in new[] { "stolen", "../../secret", "..%2f..%2fsecret", "/etc/passwd" })
            using (var reply = await studio.Http.GetAsync("api/lesson?id=" + id))
                Assert.Equal(HttpStatusCode.NotFound, reply.StatusCode);
    }

    [Fact]
    public async Task The_address_of_a_report_opens_the_pages_beside_it_and_nothing_else()
    {
        await using var studio = await TestStudio.Start();
        Directory.CreateDirectory(studio.InRoot("study/pages"));
        Directory.CreateDirectory(studio.InRoot("study2"));
        File.WriteAllText(studio.InRoot("study/report.html"), "the report");
        File.WriteAllText(studio.InRoot("study/pages/a.html"), "page a");
        File.WriteAllText(studio.InRoot("study/data.json"), "data");
        File.WriteAllText(studio.InRoot("study2/other.html"), "other");
        File.WriteAllText(studio.InRoot("top.html"), "top");
        File.WriteAllText(Path.Combine(studio.Folder, "secret.html"), "secret");
        File.CreateSymbolicLink(studio.InRoot("study/link.html"), Path.Combine(studio.Folder, "secret.html"));
        File.CreateSymbolicLink(studio.InRoot("study/sideways.html"), studio.InRoot("top.html"));
        var (status, reply) = await studio.Post("api/report", new JsonObject { ["path"] = "study/report.html" });
        Assert.Equal(200, status);
        var id = (string)reply["report"]!;
        // The frame that shows it has no cookie.
        async Task<string> Get(string target) => await Raw(studio, $"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{studio.Server.Port}\r\nConnection: close\r\n\r\n");
        var answer = await Get($"/report/{id}/");
        Assert.StartsWith("HTTP/1.1 200 ", answer);
        Assert.EndsWith("the report", answer.TrimEnd('0', '\r', '\n'));
        Assert.Contains("sandbox allow-scripts", answer);
        Assert.Contains("page a", await Get($"/report/{id}/pages/a.html"));
        foreach (var target in new[]
        {
            $"/report/{id}/../top.html", $"/report/{id}/%2e%2e/top.html", $"/report/{id}/..%2ftop.html", $"/report/{id}/pages/../../study2/other.html", $"/report/{id}/pages/..%2f..%2fstudy2/other.html",
            $"/report/{id}/data.json", $"/report/{id}/link.html", $"/report/{id}/sideways.html", $"/report/{id}//etc/passwd", $"/report/{id}/none.html", $"/report/{new string('0', 32)}/", $"/report/{new string('0', 32)}/pages/a.html", "/report/", "/report",
        })
        {
            answer = await Get(target);
            Assert.Matches("^HTTP/1.1 (400|401|403|404) ", answer);
            Assert.DoesNotMatch("secret|top\r|other\r|data\r|root:", answer);
        }
        // Nothing but reading.
        Assert.Matches("^HTTP/1.1 401 ", await Raw(studio, $"POST /report/{id}/ HTTP/1.1\r\nHost: 127.0.0.1:{studio.Server.Port}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        // A foreign name for this server stays one.
        Assert.Matches("^HTTP/1.1 421 ", await Raw(studio, $"GET /report/{id}/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"));
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
    public async Task Two_hundred_connections_that_say_nothing_or_half_a_request_leave_the_server_alive()
    {
        await using var studio = await TestStudio.Start();
        List<TcpClient> idle = [];
        try
        {
            for (var i = 0; i < 200; i++)
            {
                var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, studio.Server.Port);
                if (i % 2 == 0) await client.GetStream().WriteAsync("GET /api/start HTTP/1.1\r\nHost: 127.0"u8.ToArray());
                idle.Add(client);
            }
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            Assert.Equal(HttpStatusCode.OK, (await studio.Http.GetAsync("api/start", limit.Token)).StatusCode);
            await using var page = await studio.Connect();
            Assert.Equal("shown", (string?)(await page.Ask(new JsonObject { ["op"] = "show", ["id"] = 1, ["spec"] = TestStudio.Json(TestStudio.SmallSpec) }))["op"]);
        }
        finally
        {
            foreach (var client in idle) client.Dispose();
        }
    }

    [Theory]
    // Without a mask, as only a server may send.
    [InlineData("81 05 68 65 6c 6c 6f")]
    // Reserved bits without an extension, and an operation that there is none of.
    [InlineData("f1 80 00 00 00 00")]
    [InlineData("83 80 00 00 00 00")]
    // A length past any message: 2^63 − 1 bytes, and with the sign bit.
    [InlineData("81 ff 7f ff ff ff ff ff ff ff 00 00 00 00")]
    [InlineData("81 ff ff ff ff ff ff ff ff ff 00 00 00 00")]
    // A ping with 126 bytes, of which a control frame may have 125 at most; the rest of a message that never began.
    [InlineData("89 fe 00 7e 00 00 00 00")]
    [InlineData("80 80 00 00 00 00")]
    // Text that is no UTF-8, and an end in the middle of a frame.
    [InlineData("81 82 00 00 00 00 c3 28")]
    [InlineData("81 fe 10 00 00 00 00 00 61 61")]
    public async Task Malformed_frames_of_the_socket_end_it_or_are_answered_and_the_server_goes_on(string hex)
    {
        await using var studio = await TestStudio.Start();
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, studio.Server.Port);
            await using var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /api/socket HTTP/1.1\r\nHost: 127.0.0.1:{studio.Server.Port}\r\nAuthorization: Bearer {studio.Token}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"));
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            var buffer = new byte[4096];
            var read = await stream.ReadAsync(buffer, limit.Token);
            Assert.StartsWith("HTTP/1.1 101 ", Encoding.ASCII.GetString(buffer, 0, read));
            await stream.WriteAsync(Convert.FromHexString(hex.Replace(" ", "")), limit.Token);
            client.Client.Shutdown(SocketShutdown.Send);
            var answer = new MemoryStream();
            try
            {
                while ((read = await stream.ReadAsync(buffer, limit.Token)) > 0) answer.Write(buffer, 0, read);
            }
            catch (IOException)
            {
                // Cut off: as good an answer.
            }
            Assert.DoesNotMatch("Exception|   at ", Encoding.UTF8.GetString(answer.ToArray()));
        }
        Assert.Equal(HttpStatusCode.OK, (await studio.Http.GetAsync("api/start")).StatusCode);
        await using var page = await studio.Connect();
        Assert.Equal("shown", (string?)(await page.Ask(new JsonObject { ["op"] = "show", ["id"] = 1, ["spec"] = TestStudio.Json(TestStudio.SmallSpec) }))["op"]);
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
            "{\"op\":\"traces\"}", "{\"op\":\"light\",\"first\":-1}", "{\"op\":\"cell\",\"unit\":\"x\"}", "{\"op\":\"pixel\",\"row\":1}", "{\"op\":\"field\",\"name\":7}",
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
