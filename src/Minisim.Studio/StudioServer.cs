using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Minisim.Rendering;
using Minisim.Studio.Http;
using Minisim.Studio.Stream;

namespace Minisim.Studio;

/// <summary>The studio's server: shows what the library does in a page, on 127.0.0.1 only, to whoever has the token. It decides no
/// physics.</summary>
/// <example><c>await using var studio = await StudioServer.StartAsync(new StudioOptions { Root = "recordings" });</c></example>
public sealed class StudioServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stop;
    private readonly LiveStage _live;

    private StudioServer(WebApplication app, CancellationTokenSource stop, LiveStage live, Access access)
    {
        (_app, _stop, _live, Port) = (app, stop, live, access.Port);
        Address = new Uri($"http://127.0.0.1:{Port}/?token={access.Token}");
        StreamAddresses = LiveStage.Addresses(access);
    }

    /// <summary>The port that it listens on.</summary>
    public int Port { get; }
    /// <summary>The address to open first, with the token.</summary>
    public Uri Address { get; }
    /// <summary>Where programs read a live source: motion JPEG, raw frames, lines of truth.</summary>
    public IReadOnlyList<(string Name, Uri Address)> StreamAddresses { get; }
    /// <summary>Whether this build carries the page; without it the server answers with how to get one.</summary>
    public static bool HasPage => FrontEnd.IsThere;
    /// <summary>What to do for a build with the page.</summary>
    public static string HowToGetPage => FrontEnd.HowToGetIt;

    /// <summary>Starts a studio.</summary>
    /// <exception cref="IOException">The port is taken, the folder is none, or what it shall open with is missing or nothing that it opens.</exception>
    /// <exception cref="SpecException">The spec that it shall open with breaks its rules.</exception>
    public static async Task<StudioServer> StartAsync(StudioOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        // A page must be answered while recordings and scenes are made.
        PoolThreads.Reserve();
        var root = new RootFolder(options.Root);
        if (options.Open is { } open) Check(root, open);
        var live = new LiveStage(null);
        if (options.Port is { } wanted) return await Listen(wanted, options, root, live, cancellation);
        try
        {
            return await Listen(StudioOptions.UsualPort, options, root, live, cancellation);
        }
        catch (IOException)
        {
            return await Listen(0, options, root, live, cancellation);
        }
    }

    /// <summary>Starts a server that plays one live source.</summary>
    /// <param name="source">The source; the server disposes of it.</param>
    /// <param name="port">Port on 127.0.0.1; null or 0 = any that is free.</param>
    /// <param name="cancellation">Gives up starting.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static Task<StudioServer> StartStreamAsync(LiveSource source, int? port = null, CancellationToken cancellation = default) =>
        Listen(port ?? 0, new StudioOptions(), new RootFolder("."), new LiveStage(source), cancellation);

    /// <summary>Serves until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, cancellation);
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>Stops: pages are told, work is cancelled, the port is free afterwards.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _live.Dispose();
        using var grace = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await _app.StopAsync(grace.Token);
        await _app.DisposeAsync();
        _stop.Dispose();
    }

    // What the page cannot open is said where the studio is started.
    private static void Check(RootFolder root, string open)
    {
        try
        {
            if (!Path.Exists(root.Resolve(open))) throw new FileNotFoundException($"{open}: there is no such file or folder.");
            switch (Requests.KindOf(root, open))
            {
                case "spec":
                    _ = SpecJson.Load(root.Resolve(open));
                    break;
                case "folder" or "file":
                    throw new IOException($"{open} is neither a spec (.json), a recording (.zarr), the folder of a study's results nor a page (.html).");
            }
        }
        catch (StudioError)
        {
            throw new IOException($"{open} lies outside {root.FullPath}, the only folder in which the studio reads and writes. Name its folder with --root.");
        }
    }

    private static async Task<StudioServer> Listen(int port, StudioOptions options, RootFolder root, LiveStage live, CancellationToken cancellation)
    {
        var stop = new CancellationTokenSource();
        // Empty: neither environment nor files of settings may open another address.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = root.FullPath });
        builder.WebHost.UseKestrelCore();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = Replies.MaxJsonBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 << 10;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
            kestrel.Limits.MaxConcurrentConnections = 512;
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(1024, TimeSpan.FromSeconds(5));
        });
        var app = builder.Build();
        Requests? requests = null;
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(30) });
        app.Run(context => requests!.Handle(context));
        try
        {
            await app.StartAsync(cancellation);
        }
        catch (IOException e)
        {
            await app.DisposeAsync();
            throw new IOException($"Port {port} cannot be opened: {(e.InnerException is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } or Microsoft.AspNetCore.Connections.AddressInUseException ? "another program uses it" : e.Message)}. Choose another with --port.", e);
        }
        catch (SocketException e)
        {
            await app.DisposeAsync();
            throw new IOException($"Port {port} cannot be opened: {e.Message}. Choose another with --port.", e);
        }
        var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(a => new Uri(a).Port).First();
        var access = new Access(bound, Access.NewToken());
        requests = new Requests(options, root, access, live, stop.Token);
        return new StudioServer(app, stop, live, access);
    }
}
