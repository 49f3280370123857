using System.Diagnostics;
using Microsoft.Playwright;
using Minisim.Presets;
using Minisim.Steps;
using Minisim.Studio;

namespace Minisim.Browser.Tests;

/// <summary>Debian's Chromium, started once for all tests; closed at the end.</summary>
public sealed class Chromium : IAsyncLifetime
{
    internal const string Program = "/usr/bin/chromium";
    /// <summary>How it is started: without these its own connections fill the log.</summary>
    internal static readonly string[] Arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The browser; the test is skipped where there is none, or no page.</summary>
    public IBrowser Browser
    {
        get
        {
            var browser = Started;
            Assert.SkipUnless(StudioServer.HasPage, "built without Node: there is no page to test");
            return browser;
        }
    }

    /// <summary>The browser for pages that are files; the test is skipped where there is none.</summary>
    public IBrowser Started
    {
        get
        {
            Assert.SkipUnless(File.Exists(Program), "chromium is not there");
            return _browser!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Program)) return;
        // A machine of two cores that builds beside it is slow, not wrong.
        Microsoft.Playwright.Assertions.SetDefaultExpectTimeout(60_000);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Program,
            Args = Arguments,
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.CloseAsync();
        _playwright?.Dispose();
    }
}

/// <summary>One page at a time: what is shown in time on two cores is not when three pages are.</summary>
[CollectionDefinition(nameof(Chromium), DisableParallelization = true)]
public class ChromiumCollection : ICollectionFixture<Chromium>;

/// <summary>A studio and a page that shows it.</summary>
internal sealed class StudioPage : IAsyncDisposable
{
    /// <summary>A spec whose frames come at once: 160 × 160 px, 60 frames, with motion.</summary>
    public static readonly Spec SmallSpec = Preset.Create(Scopes.MiniscopeV4, ReferenceRegions.Ca1, new PresetOptions { DurationS = 3, SizePx = (160, 160), Seed = 3, Extra = [new BrainMotion()] });
    /// <summary>The same as JSON.</summary>
    public static readonly string Small = SpecJson.Write(SmallSpec);

    private readonly string _folder;

    private StudioPage(StudioServer server, IBrowserContext context, IPage page, string folder) => (Server, Context, Page, _folder) = (server, context, page, folder);

    public StudioServer Server { get; }
    public IBrowserContext Context { get; }
    public IPage Page { get; }
    /// <summary>Errors and refused loads that the page logged.</summary>
    public List<string> Complaints { get; } = [];
    public string Root => _folder;

    public static async Task<StudioPage> Open(Chromium chromium, int width = 1280, int height = 720, string theme = "light", string hash = "", string? spec = null, bool waits = true)
    {
        var browser = chromium.Browser;
        var folder = Directory.CreateTempSubdirectory("minisim-page").FullName;
        if (spec is not null) await File.WriteAllTextAsync(Path.Combine(folder, "open.json"), spec);
        var server = await StudioServer.StartAsync(new StudioOptions { Root = folder, Port = 0, Open = spec is null ? null : "open.json" });
        var context = await browser.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = height }, ColorScheme = theme == "dark" ? ColorScheme.Dark : ColorScheme.Light });
        context.SetDefaultTimeout(60_000);
        var page = await context.NewPageAsync();
        var studio = new StudioPage(server, context, page, folder);
        page.Console += (_, message) =>
        {
            if (message.Type == "error") studio.Complaints.Add(message.Text);
        };
        page.PageError += (_, error) => studio.Complaints.Add(error);
        await page.GotoAsync(server.Address + hash);
        if (waits) await studio.FrameShown();
        return studio;
    }

    /// <summary>The studio as a process of its own, and the address that it prints.</summary>
    /// <param name="folder">Its root.</param>
    /// <param name="port">Its port; 0 for any.</param>
    /// <param name="open">What it opens with.</param>
    /// <param name="command">A published command; null for that of this build.</param>
    public static async Task<(Process, string)> StartCommand(string folder, int port, string? open = null, string? command = null)
    {
        var host = Environment.ProcessPath is { } self && Path.GetFileNameWithoutExtension(self) == "dotnet" ? self : "dotnet";
        string[] args = ["studio", "--no-browser", "--port", port.ToString(System.Globalization.CultureInfo.InvariantCulture), "--root", folder, .. open is null ? Array.Empty<string>() : [open]];
        var start = command is null ? new ProcessStartInfo(host, [Path.Combine(AppContext.BaseDirectory, "minisim-cli.dll"), .. args]) : new ProcessStartInfo(command, args);
        start.RedirectStandardOutput = true;
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return (process, line ?? throw new InvalidOperationException("the studio did not start"));
    }

    /// <summary>Waits for a frame of the newest spec on the screen.</summary>
    public Task FrameShown(string slot = "a") => Page.WaitForFunctionAsync(
        "slot => { const m = window.minisim?.movie, v = m?.slots[slot]; return !!v?.scene && !v.isSending && !v.isStale && v.shown?.revision === v.scene.revision && document.querySelector(`canvas[data-slot=${slot}]`)?.dataset.revision == v.scene.revision; }", slot);

    /// <summary>The spec that the page shows.</summary>
    public async Task<Spec> Spec(string slot = "a") => SpecJson.Parse(await Page.EvaluateAsync<string>("slot => JSON.stringify(window.minisim.specOf(slot))", slot));

    /// <summary>The bytes of the frame on the screen.</summary>
    public async Task<byte[]> Pixels(string slot = "a") => Convert.FromBase64String(await Page.EvaluateAsync<string>(
        """
        slot => {
          const { values } = window.minisim.movie.slots[slot].shown;
          const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
          let text = '';
          for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768));
          return btoa(text);
        }
        """, slot));

    public async ValueTask DisposeAsync()
    {
        await Context.CloseAsync();
        await Server.DisposeAsync();
        Directory.Delete(_folder, true);
    }
}
