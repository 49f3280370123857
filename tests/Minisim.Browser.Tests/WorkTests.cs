using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Playwright;
using Minisim.Presets;
using Minisim.Steps;
using static Microsoft.Playwright.Assertions;

namespace Minisim.Browser.Tests;

[Collection(nameof(Chromium))]
public class WorkTests(Chromium chromium)
{
    [Fact]
    public async Task A_recording_is_generated_opened_by_python_seen_and_scored_and_a_missed_cell_is_shown()
    {
        await using var studio = await StudioPage.Open(chromium, spec: StudioPage.Small);
        var page = studio.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "Generate" }).ClickAsync();
        await page.FillAsync("[data-test=name]", "mine");
        await page.CheckAsync("[data-format=avi]");
        await page.ClickAsync("[data-test=generate]");
        await Expect(page.Locator(".job[data-state=done]")).ToContainTextAsync("mine.zarr");
        await Expect(page.Locator(".job[data-state=done] pre")).ToHaveTextAsync("minisim simulate mine.json -o mine.zarr -o mine.avi");

        // Somebody else's reader.
        using var expected = Simulator.Run(StudioPage.SmallSpec);
        var frame = new float[160 * 160];
        expected.Observed.ReadFrame(11, frame);
        if (File.Exists("/usr/bin/python3"))
        {
            var script = "import zarr, sys; m = zarr.open(sys.argv[1], 'r')['observed']; print(m.shape, float(m[11].astype('f8').sum()))";
            using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", script, Path.Combine(studio.Root, "mine.zarr")]) { RedirectStandardOutput = true })!;
            Assert.Equal(FormattableString.Invariant($"(60, 160, 160) {frame.Sum(v => (double)v):0.0}"), (await python.StandardOutput.ReadToEndAsync()).Trim());
        }

        await page.ClickAsync("[data-test=preview]");
        await page.WaitForFunctionAsync("() => window.minisim.movie.slots.a.file === 'mine.zarr' && window.minisim.movie.slots.a.shown?.revision === window.minisim.movie.slots.a.scene.revision");
        await Expect(page.Locator(".status")).ToContainTextAsync("mine.zarr");

        // Half of the cells that can be found, as a result.
        var truth = expected.Truth.DetectableSubset();
        var half = truth.Subset([.. Enumerable.Range(0, truth.NUnits / 2)]);
        var path = Path.Combine(studio.Root, "half.npz");
        var head = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({half.NUnits}, 160, 160), }}".PadRight(117) + "\n";
        using (var zip = System.IO.Compression.ZipFile.Open(path, System.IO.Compression.ZipArchiveMode.Create))
        using (var entry = zip.CreateEntry("A.npy").Open())
            entry.Write([0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. Encoding.ASCII.GetBytes(head), .. MemoryMarshal.AsBytes(half.AObserved().AsSpan())]);
        await page.GetByRole(AriaRole.Link, new() { Name = "Score" }).First.ClickAsync();
        await page.ClickAsync("[data-file='mine.zarr']");
        await page.ClickAsync("[data-file='half.npz']");
        await page.ClickAsync("[data-test=score]");
        await Expect(page.Locator("[data-test=scores]")).ToContainTextAsync(FormattableString.Invariant($"{(double)half.NUnits / truth.NUnits:0.000}"));
        await Expect(page.FrameLocator("iframe.report").Locator("h1")).ToContainTextAsync("Score on mine.zarr");
        var missed = page.Locator("[data-missed]").First;
        var unit = await missed.GetAttributeAsync("data-missed");
        await missed.ClickAsync();
        await Expect(page.Locator("[data-test=inspector] h2")).ToContainTextAsync($"Cell {unit}");
    }

    [Fact]
    public async Task The_folder_of_a_study_opens_as_its_report_and_its_links_lead_to_the_score_pages()
    {
        var browser = chromium.Browser;
        var folder = Directory.CreateTempSubdirectory("minisim-study").FullName;
        SpecJson.Save(StudioPage.SmallSpec, Path.Combine(folder, "spec.json"));
        File.WriteAllText(Path.Combine(folder, "study.json"), """{ "base": "spec.json", "pipelines": { "right": { "builtin": "oracle" } }, "pages": true }""");
        Studies.StudyRunner.Run(Studies.Study.Load(Path.Combine(folder, "study.json")), Path.Combine(folder, "results"), new Studies.StudyRunOptions { CacheFolder = Path.Combine(folder, "cache") });
        var (server, address) = await StudioPage.StartCommand(folder, 0, Path.Combine(folder, "results"));
        await using var context = await browser.NewContextAsync();
        context.SetDefaultTimeout(60_000);
        try
        {
            var page = await context.NewPageAsync();
            await page.GotoAsync(address);
            var frame = page.FrameLocator("iframe.report");
            await Expect(frame.Locator("h1")).ToContainTextAsync("study");
            await frame.GetByText("score page").First.ClickAsync();
            await Expect(frame.Locator("h1")).Not.ToHaveTextAsync("study");
            await Expect(frame.Locator("body")).ToContainTextAsync("recall");
        }
        finally
        {
            server.Kill();
            Directory.Delete(folder, true);
        }
    }

    [Fact]
    public async Task Every_lesson_opens_and_its_live_views_run()
    {
        await using var studio = await StudioPage.Open(chromium, hash: "#/learn", waits: false);
        var page = studio.Page;
        await Expect(page.Locator("[data-lesson]")).ToHaveCountAsync(6);
        var lessons = await page.Locator("[data-lesson]").EvaluateAllAsync<string[]>("all => all.map(e => e.dataset.lesson)");
        foreach (var lesson in lessons)
        {
            await page.GotoAsync(studio.Server.Address.GetLeftPart(UriPartial.Authority) + $"/#/lesson/{lesson}");
            await Expect(page.Locator(".view-card").First).ToBeVisibleAsync();
            var views = await page.Locator(".view-card").CountAsync();
            for (var i = 0; i < views; i++)
            {
                await page.Locator(".view-card").Nth(i).EvaluateAsync("e => e.scrollIntoView({ block: 'start' })");
                // In one go: the text's own scrolling may have started it meanwhile.
                await page.Locator(".view-card").Nth(i).EvaluateAsync("e => { const b = e.querySelector('button'); if (b?.textContent === 'Show') b.click(); }");
                await studio.FrameShown();
                using var scene = Simulator.Compile(await studio.Spec());
            }
            await Expect(page.Locator(".prose").First).Not.ToContainTextAsync("{{");
            await Expect(page.Locator(".lesson-page .problem")).ToHaveCountAsync(0);
        }
        // Back in the form the user's own spec is as it was.
        await page.GotoAsync(studio.Server.Address.GetLeftPart(UriPartial.Authority) + "/#/build");
        await page.WaitForFunctionAsync("() => window.minisim.scratch === null");
        Assert.Empty(studio.Complaints);
    }

    [Fact]
    public async Task No_request_leaves_the_page_and_none_can()
    {
        await using var studio = await StudioPage.Open(chromium, waits: false);
        var page = studio.Page;
        List<string> outside = [];
        studio.Context.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: not ("blob" or "data") } address && address.Authority != studio.Server.Address.Authority) outside.Add(request.Url);
        };
        await studio.FrameShown();
        foreach (var part in new[] { "generate", "score", "learn", "lesson/focus", "build" })
        {
            await page.GotoAsync(studio.Server.Address.GetLeftPart(UriPartial.Authority) + "/#/" + part);
            await page.WaitForTimeoutAsync(300);
        }
        Assert.Empty(outside);
        Assert.Empty(studio.Complaints);
        var refused = await page.EvaluateAsync<string[]>(
            """
            async () => {
              const refused = [];
              document.addEventListener('securitypolicyviolation', e => refused.push(e.effectiveDirective));
              await fetch('http://127.0.0.1:9/x').catch(() => {});
              const image = new Image();
              image.src = 'http://127.0.0.1:9/x.png';
              const script = document.createElement('script');
              script.textContent = 'window.ran = true';
              document.body.append(image, script);
              await new Promise(r => setTimeout(r, 300));
              return [...new Set(refused), String(window.ran)];
            }
            """);
        Assert.Contains("connect-src", refused);
        Assert.Contains("img-src", refused);
        Assert.Contains("undefined", refused);
    }

    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    public async Task Axe_finds_no_serious_problem(string theme)
    {
        await using var studio = await StudioPage.Open(chromium, theme: theme, spec: StudioPage.Small);
        var page = studio.Page;
        var axe = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "axe.min.js"));
        List<string> found = [];
        foreach (var part in new[] { "build", "generate", "score", "learn", "lesson/focus" })
        {
            await page.GotoAsync(studio.Server.Address.GetLeftPart(UriPartial.Authority) + "/#/" + part);
            await page.WaitForTimeoutAsync(500);
            if (part == "build") await page.EvaluateAsync("() => { for (const d of document.querySelectorAll('.form details')) d.open = true; }");
            await page.EvaluateAsync(axe);
            found.AddRange((await page.EvaluateAsync<string[]>(
                "async () => (await axe.run(document, { resultTypes: ['violations'] })).violations.filter(v => v.impact === 'serious' || v.impact === 'critical').map(v => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | ')}`)"))
                .Select(v => $"{part}: {v}"));
        }
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }
}
