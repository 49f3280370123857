using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Minisim.Presets;
using Minisim.Steps;
using static Microsoft.Playwright.Assertions;

namespace Minisim.Browser.Tests;

/// <summary>The movie under one's hands: playing, contrast, the pointer, files, and that nothing jumps.</summary>
[Collection(nameof(Chromium))]
public class MovieTests(Chromium chromium)
{
    [Fact]
    public async Task The_movie_ends_at_its_last_frame_or_begins_anew()
    {
        await using var studio = await StudioPage.Open(chromium, spec: StudioPage.Small);
        var page = studio.Page;
        var loop = page.GetByLabel("loop");
        await loop.UncheckAsync();
        await page.EvaluateAsync("() => window.minisim.movie.seek(54)");
        await page.ClickAsync("[data-test=play]");
        await page.WaitForFunctionAsync("() => !window.minisim.movie.isPlaying");
        Assert.Equal(59, await page.EvaluateAsync<int>("() => window.minisim.movie.frame"));
        await Expect(page.Locator("[data-test=play]")).ToHaveAttributeAsync("aria-label", "Play (space)");
        // From the end it plays from the beginning.
        await page.ClickAsync("[data-test=play]");
        await page.WaitForFunctionAsync("() => window.minisim.movie.isPlaying && window.minisim.movie.frame < 40");
        await loop.CheckAsync();
        await page.EvaluateAsync("() => window.minisim.movie.seek(54)");
        await page.WaitForFunctionAsync("() => window.minisim.movie.frame < 40");
        Assert.True(await page.EvaluateAsync<bool>("() => window.minisim.movie.isPlaying"));
        Assert.Empty(studio.Complaints);
    }

    /// <summary>Sixteen frames in a row cost the renderer hardly more than one.</summary>
    [Fact]
    public async Task While_it_plays_frames_are_asked_for_in_blocks_and_each_once()
    {
        await using var studio = await StudioPage.Open(chromium, spec: StudioPage.Small);
        var page = studio.Page;
        await page.EvaluateAsync("() => { const s = window.minisim.socket, send = s.send.bind(s); window.asked = []; s.send = m => { if (m.op === 'frames') window.asked.push([m.first, m.count]); return send(m); }; }");
        await page.ClickAsync("[data-test=play]");
        await page.WaitForFunctionAsync("() => window.minisim.movie.frame > 50");
        await page.WaitForFunctionAsync("() => window.minisim.movie.frame < 40");
        await page.ClickAsync("[data-test=play]");
        var asked = await page.EvaluateAsync<int[][]>("() => window.asked");
        // Frame 0 is there already; sixty frames are four blocks, kept for the second time round.
        Assert.Equal([(1, 15), (16, 16), (32, 16), (48, 12)], asked.Select(a => (a[0], a[1])));
    }

    [Fact]
    public async Task A_second_movie_that_is_shorter_rests_at_its_end_while_the_first_plays_on()
    {
        await using var studio = await StudioPage.Open(chromium, spec: StudioPage.Small);
        var page = studio.Page;
        await page.CheckAsync("[data-test=compare]");
        await studio.FrameShown("b");
        await page.EvaluateAsync("() => window.minisim.set('acquisition.duration_s', 1)");
        await page.WaitForFunctionAsync("() => window.minisim.movie.slots.b.scene.frames === 20");
        await page.EvaluateAsync("() => window.minisim.movie.seek(10)");
        await page.ClickAsync("[data-test=play]");
        await page.WaitForFunctionAsync("() => window.minisim.movie.frame > 40");
        Assert.Equal(19, await page.EvaluateAsync<int>("() => window.minisim.movie.slots.b.shown.frame"));
        Assert.Empty(studio.Complaints);
    }

    /// <summary>Slower is not load: a frame never comes before its time.</summary>
    [Theory]
    [InlineData("0.25", 5)]
    [InlineData("2", 40)]
    public async Task No_frame_is_shown_before_its_time_at_the_chosen_speed(string speed, int framesPerSecond)
    {
        await using var studio = await StudioPage.Open(chromium, spec: StudioPage.Small);
        var page = studio.Page;
        await page.GetByLabel("Speed").SelectOptionAsync(speed);
        var seconds = await page.EvaluateAsync<double>(
            """
            () => new Promise(done => {
              const m = window.minisim.movie, from = performance.now();
              m.play(true);
              const look = () => (m.frame >= 8 ? done((performance.now() - from) / 1000) : requestAnimationFrame(look));
              look();
            })
            """);
        Assert.True(seconds >= 8.0 / framesPerSecond - 0.02, $"8 frames after {seconds} s");
        Assert.Equal(double.Parse(speed, System.Globalization.CultureInfo.InvariantCulture), await page.EvaluateAsync<double>("() => window.minisim.movie.speed"));
    }

    [Fact]
    public async Task Black_and_white_lie_where_they_are_put_and_come_back_after_a_reload()
    {
        await using var studio = await StudioPage.Open(chromium, spec: StudioPage.Small);
        var page = studio.Page;
        await page.GetByLabel("auto contrast").UncheckAsync();
        await page.GetByLabel("White at").FillAsync("60");
        await page.GetByLabel("Black at").FillAsync("20");
        await page.WaitForTimeoutAsync(200);
        using var scene = Simulator.Compile(StudioPage.SmallSpec);
        var counts = scene.Frame(0);
        // Grey from 20 to 60 counts, all else is cut.
        var expected = counts.Select(v => (int)Math.Round(Math.Clamp((v - 20) * 255.0 / 40, 0, 255), MidpointRounding.AwayFromZero)).ToArray();
        var shown = await page.EvaluateAsync<int[]>("() => { const c = document.querySelector('canvas[data-slot=a]'); return [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data].filter((_, i) => i % 4 === 0); }");
        Assert.Equal(expected, shown);
        await page.ReloadAsync();
        await studio.FrameShown();
        Assert.Equal("60", await page.GetByLabel("White at").InputValueAsync());
        await page.GetByLabel("auto contrast").CheckAsync();
        await Expect(page.GetByLabel("White at")).ToHaveCountAsync(0);
        Assert.Empty(studio.Complaints);
    }

    [Fact]
    public async Task The_pixel_under_the_pointer_is_told_in_electrons()
    {
        await using var studio = await StudioPage.Open(chromium, spec: StudioPage.Small);
        var page = studio.Page;
        var box = (await page.Locator("[data-stack=a]").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync((float)(box.X + 70.5 / 160 * box.Width), (float)(box.Y + 90.5 / 160 * box.Height));
        await page.WaitForFunctionAsync("() => window.minisim.inspected?.budget");
        Assert.Equal(new[] { 90, 70 }, await page.EvaluateAsync<int[]>("() => [window.minisim.inspected.pixel.row, window.minisim.inspected.pixel.col]"));
        await Expect(page.Locator("[data-test=budget]")).ToContainTextAsync("shot noise");
        // Another place, another answer; while it plays none is asked for.
        var before = await page.Locator("[data-test=budget]").InnerTextAsync();
        await page.Mouse.MoveAsync((float)(box.X + 20.5 / 160 * box.Width), (float)(box.Y + 30.5 / 160 * box.Height));
        await page.WaitForFunctionAsync("() => window.minisim.inspected?.pixel?.row === 30 && window.minisim.inspected.budget");
        await Expect(page.Locator("[data-test=budget]")).Not.ToHaveTextAsync(before);
        await page.ClickAsync("[data-test=play]");
        await page.Mouse.MoveAsync((float)(box.X + 120.5 / 160 * box.Width), (float)(box.Y + 30.5 / 160 * box.Height));
        await page.WaitForTimeoutAsync(600);
        Assert.Equal(20, await page.EvaluateAsync<int>("() => window.minisim.inspected.pixel.col"));
        Assert.Empty(studio.Complaints);
    }

    [Fact]
    public async Task A_spec_is_saved_and_opened_again_and_a_broken_one_is_refused_in_words()
    {
        await using var studio = await StudioPage.Open(chromium, spec: StudioPage.Small);
        var page = studio.Page;
        await page.EvaluateAsync("() => window.minisim.set('acquisition.optics.na', 0.21)");
        await studio.FrameShown();
        var spec = await studio.Spec();
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync());
        Assert.Equal("spec.json", download.SuggestedFilename);
        var path = Path.Combine(studio.Root, "saved.json");
        await download.SaveAsAsync(path);
        Assert.Equal(spec, SpecJson.Load(path));
        await page.EvaluateAsync("() => window.minisim.set('acquisition.optics.na', 0.4)");
        await studio.FrameShown();
        await page.Locator("input[type=file]").First.SetInputFilesAsync(path);
        await page.WaitForFunctionAsync("() => window.minisim.spec.acquisition.optics.na === 0.21");
        await studio.FrameShown();
        using var scene = Simulator.Compile(spec);
        Assert.Equal(scene.Frame(0), await studio.Pixels());
        var broken = JsonNode.Parse(SpecJson.Write(spec))!;
        broken["acquisition"]!["fps"] = -3;
        await File.WriteAllTextAsync(Path.Combine(studio.Root, "broken.json"), broken.ToJsonString());
        await page.Locator("input[type=file]").First.SetInputFilesAsync(Path.Combine(studio.Root, "broken.json"));
        await Expect(page.GetByText("broken.json:")).ToContainTextAsync("acquisition.fps");
        Assert.Equal(20, await page.EvaluateAsync<double>("() => window.minisim.spec.acquisition.fps"));
    }

    /// <summary>What is read and clicked stays where it is while the movie plays, frames arrive and numbers change; the words of the status line follow
    /// their numbers.</summary>
    [Fact]
    public async Task Nothing_jumps_while_it_plays_and_is_edited()
    {
        await using var studio = await StudioPage.Open(chromium, spec: StudioPage.Small);
        var page = studio.Page;
        await page.WaitForFunctionAsync("() => window.minisim.movie.slots.a.cells");
        await page.WaitForTimeoutAsync(300);
        await page.EvaluateAsync("() => { window.jumps = []; new PerformanceObserver(list => { for (const e of list.getEntries()) for (const s of e.sources) if (!s.node?.parentElement?.closest('.status') && Math.hypot(s.previousRect.x - s.currentRect.x, s.previousRect.y - s.currentRect.y) > 1) window.jumps.push(`${s.node?.className || s.node?.nodeName} ${(s.node?.textContent ?? '').slice(0, 60)}: ${JSON.stringify(s.previousRect)} ${JSON.stringify(s.currentRect)}`); }).observe({ type: 'layout-shift' }); }");
        var before = await Places(page);
        await page.ClickAsync("[data-test=play]");
        await page.WaitForFunctionAsync("() => window.minisim.movie.frame > 20");
        await page.EvaluateAsync("() => window.minisim.set('acquisition.optics.na', 0.35)");
        await studio.FrameShown();
        await page.EvaluateAsync("() => window.minisim.set('acquisition.fps', 100)");
        await studio.FrameShown();
        await page.WaitForTimeoutAsync(1200);
        await page.ClickAsync("[data-test=play]");
        Assert.Equal(before, await Places(page));
        var jumps = await page.EvaluateAsync<string[]>("() => window.jumps");
        Assert.True(jumps.Length == 0, string.Join('\n', jumps));

        static Task<string> Places(IPage page) => page.EvaluateAsync<string>("() => ['canvas[data-slot=a]', '[data-test=play]', '.status', '[data-test=stage]', '.group'].map(q => { const r = document.querySelector(q).getBoundingClientRect(); return `${q} ${r.x} ${r.y} ${r.width} ${r.height}`; }).join('\\n')");
    }
}
