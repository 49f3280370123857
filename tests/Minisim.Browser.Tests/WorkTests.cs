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
        SaveFootprints(half, Path.Combine(studio.Root, "half.npz"));
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

    private static void SaveFootprints(Minisim.Truth.GroundTruth cells, string path)
    {
        var head = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({cells.NUnits}, 160, 160), }}".PadRight(117) + "\n";
        using var zip = System.IO.Compression.ZipFile.Open(path, System.IO.Compression.ZipArchiveMode.Create);
        using var entry = zip.CreateEntry("A.npy").Open();
        entry.Write([0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. Encoding.ASCII.GetBytes(head), .. MemoryMarshal.AsBytes(cells.AObserved().AsSpan())]);
    }

    [Fact]
    public async Task A_recording_that_is_stopped_says_how_far_it_is_and_goes_on()
    {
        var spec = StudioPage.SmallSpec with { Acquisition = StudioPage.SmallSpec.Acquisition with { DurationS = 1200 } };
        await using var studio = await StudioPage.Open(chromium, hash: "#/generate", spec: SpecJson.Write(spec), waits: false);
        var page = studio.Page;
        await page.FillAsync("[data-test=name]", "long");
        // The page itself clicks when it first says how far it is: a driver may come when all is written.
        await page.EvaluateAsync(
            """
            () => {
              window.progress = '';
              const look = new MutationObserver(() => {
                const job = document.querySelector('.job[data-state=running]');
                if (!job?.textContent.includes(' of 24000 frames,')) return;
                look.disconnect();
                window.progress = job.textContent;
                [...job.querySelectorAll('button')].find(b => b.textContent === 'Cancel').click();
              });
              look.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
            }
            """);
        await page.ClickAsync("[data-test=generate]");
        var stopped = page.Locator(".job[data-state=stopped]");
        await Expect(stopped).ToContainTextAsync("long.zarr");
        Assert.Contains(" of 24000 frames,", await page.EvaluateAsync<string>("() => window.progress"));
        Assert.False(Path.Exists(Path.Combine(studio.Root, "long.zarr")));
        // What was edited meanwhile is another recording.
        await page.EvaluateAsync("() => window.minisim.set('seed', 8)");
        await stopped.Locator("[data-test=go-on]").ClickAsync();
        await Expect(page.Locator(".job[data-state=done]")).ToContainTextAsync("long.zarr");
        using var recording = Minisim.Formats.Zarr.ZarrRecording.Open(Path.Combine(studio.Root, "long.zarr"));
        Assert.Equal(spec, recording.Spec);
        Assert.Equal(24_000, recording.Observed.Frames);
        Assert.Empty(studio.Complaints);
    }

    [Fact]
    public async Task Results_are_sent_and_compared_and_what_cannot_be_read_is_refused_in_words()
    {
        await using var studio = await StudioPage.Open(chromium, hash: "#/score", spec: StudioPage.Small, waits: false);
        var page = studio.Page;
        using var made = Simulator.Run(StudioPage.SmallSpec);
        using (var scene = Simulator.Compile(StudioPage.SmallSpec))
        using (var sink = Minisim.Formats.RecordingFormats.CreateSink(Path.Combine(studio.Root, "mine.zarr"), new())) scene.RenderTo([sink]);
        var truth = made.Truth.DetectableSubset();
        var elsewhere = Directory.CreateTempSubdirectory("minisim-elsewhere").FullName;
        try
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Refresh" }).ClickAsync();
            await page.ClickAsync("[data-file='mine.zarr']");
            foreach (var (name, share) in new[] { ("half", 2), ("third", 3) })
            {
                SaveFootprints(truth.Subset([.. Enumerable.Range(0, truth.NUnits / share)]), Path.Combine(elsewhere, name + ".npz"));
                await page.SetInputFilesAsync("[data-test=upload]", Path.Combine(elsewhere, name + ".npz"));
                await Expect(page.Locator(".chosen")).ToContainTextAsync(name + ".npz");
                Assert.Equal(File.ReadAllBytes(Path.Combine(elsewhere, name + ".npz")), File.ReadAllBytes(Path.Combine(studio.Root, name + ".npz")));
            }
            await page.ClickAsync("[data-test=score]");
            var rows = page.Locator("[data-test=scores] tbody tr");
            await Expect(rows).ToHaveCountAsync(2);
            foreach (var (row, share) in new[] { (0, 2), (1, 3) }) await Expect(rows.Nth(row)).ToContainTextAsync(FormattableString.Invariant($"{(double)(truth.NUnits / share) / truth.NUnits:0.000}"));
            await Expect(page.FrameLocator("iframe.report").Locator("section.estimate")).ToHaveCountAsync(2);

            File.WriteAllText(Path.Combine(elsewhere, "notes.npz"), "not an archive");
            await page.SetInputFilesAsync("[data-test=upload]", Path.Combine(elsewhere, "notes.npz"));
            await Expect(page.Locator(".chosen")).ToContainTextAsync("notes.npz");
            await page.ClickAsync("[data-test=score]");
            await Expect(page.Locator(".problem")).ToContainTextAsync("notes.npz");
            // The scores before stay, and without it scoring works again.
            await Expect(rows).ToHaveCountAsync(2);
            await page.GetByLabel("Remove notes.npz").ClickAsync();
            await page.GetByLabel("Remove third.npz").ClickAsync();
            await page.ClickAsync("[data-test=score]");
            await Expect(rows).ToHaveCountAsync(1);
            await Expect(page.Locator(".problem")).ToHaveCountAsync(0);
        }
        finally
        {
            Directory.Delete(elsewhere, true);
        }
    }

    [Fact]
    public async Task A_lesson_that_a_teacher_writes_appears_runs_and_says_what_is_wrong_in_it()
    {
        await using var studio = await StudioPage.Open(chromium, hash: "#/learn", spec: StudioPage.Small, waits: false);
        var page = studio.Page;
        await Expect(page.Locator("[data-lesson]")).ToHaveCountAsync(6);
        // The one to begin with, as the page gives it.
        var download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("[data-test=template]"));
        Directory.CreateDirectory(Path.Combine(studio.Root, "lessons"));
        var path = Path.Combine(studio.Root, "lessons", "mine.md");
        await download.SaveAsAsync(path);
        File.WriteAllText(path, (await File.ReadAllTextAsync(path)).Replace("[400, 400]", "[120, 120], \"frame\": 7, \"limits\": \"own\"").Replace("A larger aperture", "Mine <b>not bold</b>"));
        await page.ReloadAsync();
        await page.ClickAsync("[data-lesson=mine]");
        await Expect(page.Locator(".lesson-page h2").First).ToHaveTextAsync("Mine <b>not bold</b>");
        await studio.FrameShown();
        await studio.FrameShown("b");
        var (a, b) = (await studio.Spec(), await studio.Spec("b"));
        Assert.Equal((0.3, 0.6), (a.Acquisition.Optics.Na, b.Acquisition.Optics.Na));
        using (var scene = Simulator.Compile(b, new SimulateOptions { Until = "cells_only" })) Assert.Equal(scene.Frame(7), await studio.Pixels("b"));
        Assert.True(await page.IsCheckedAsync("[data-test=own-limits]"));
        await Expect(page.Locator(".view-card label").First).ToContainTextAsync("Optics: NA");
        await page.FillAsync(".view-card [data-path='acquisition.optics.na']", "0.5");
        await studio.FrameShown("b");
        b = await studio.Spec("b");
        Assert.Equal(0.5, b.Acquisition.Optics.Na);
        await page.WaitForFunctionAsync("() => window.minisim.movie.slots.b.shown.type === 2");
        using (var scene = Simulator.Compile(b, new SimulateOptions { Until = "cells_only" })) Assert.Equal(scene.Frame(7), await studio.Pixels("b"));
        await page.GetByText("The answer").ClickAsync();
        await Expect(page.Locator(".answer")).ToContainTextAsync("unfolds at the end");

        File.WriteAllText(path, File.ReadAllText(path).Replace("cortex_l23", "cortex_l99"));
        await page.GotoAsync(studio.Server.Address.GetLeftPart(UriPartial.Authority) + "/#/learn");
        await Expect(page.Locator("[data-lesson=mine]")).ToContainTextAsync("\"region\" must be one of");
        await page.ClickAsync("[data-lesson=motion]");
        await Expect(page.Locator(".view-card").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Every_address_leads_to_its_place_and_back()
    {
        await using var studio = await StudioPage.Open(chromium, hash: "#/lesson/noise", spec: StudioPage.Small, waits: false);
        var page = studio.Page;
        await Expect(page.Locator(".lesson-page h2").First).ToHaveTextAsync("Noise and the photon budget");
        var origin = studio.Server.Address.GetLeftPart(UriPartial.Authority);
        foreach (var (part, shows) in new[] { ("generate", "Write the recording"), ("score", "Score results"), ("learn", "Lessons"), ("lesson/nothing", "There is no lesson of that name."), ("build", "Show on the movie") })
        {
            await page.GotoAsync($"{origin}/#/{part}");
            await Expect(page.Locator("main")).ToContainTextAsync(shows);
            await Expect(page.Locator("nav [aria-current]")).ToHaveTextAsync(part.StartsWith("lesson", StringComparison.Ordinal) ? "Learn" : char.ToUpperInvariant(part[0]) + part[1..]);
        }
        await page.GoBackAsync();
        await page.GoBackAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("Lessons");
        // The user's own spec is back.
        Assert.Equal(StudioPage.SmallSpec, await studio.Spec());
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
