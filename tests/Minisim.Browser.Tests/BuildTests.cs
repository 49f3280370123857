using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Minisim.Presets;
using Minisim.Steps;
using static Microsoft.Playwright.Assertions;

namespace Minisim.Browser.Tests;

[Collection(nameof(Chromium))]
public class BuildTests(Chromium chromium)
{
    [Fact]
    public async Task Dragging_the_aperture_of_a_preset_shows_the_bytes_that_the_library_renders_for_that_spec()
    {
        await using var studio = await StudioPage.Open(chromium);
        var page = studio.Page;
        await page.ClickAsync("[data-preset=cortex_l23]");
        await page.WaitForFunctionAsync("() => window.minisim.saved.preset.region === 'cortex_l23'");
        await studio.FrameShown();
        var before = await studio.Pixels();
        await Open(page, "Optics");
        await page.Locator("[data-slider='acquisition.optics.na']").FillAsync("400");
        await studio.FrameShown();
        var spec = await studio.Spec();
        Assert.NotEqual(Scopes.MiniscopeV4.Optics.Na, spec.Acquisition.Optics.Na);
        Assert.Equal(Regions.CortexL23.Populations, spec.Find<PlaceNeurons>()!.Populations);
        using var scene = Simulator.Compile(spec);
        var shown = await studio.Pixels();
        Assert.NotEqual(before, shown);
        Assert.Equal(scene.Frame(0), shown);
        await page.FillAsync("[data-test=frame]", "123");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForFunctionAsync("() => document.querySelector('canvas[data-slot=a]').dataset.frame === '123'");
        Assert.Equal(scene.Frame(123), await studio.Pixels());
        Assert.Empty(studio.Complaints);
    }

    [Fact]
    public async Task An_indicator_chosen_for_a_preset_stays_with_the_next_region_and_leaves_with_the_choice()
    {
        await using var studio = await StudioPage.Open(chromium);
        var page = studio.Page;
        var own = (await studio.Spec()).Find<CellActivity>()!.Indicator;
        var linear = await studio.Pixels();
        var offered = await page.Locator("[data-test=indicator] option").AllTextContentsAsync();
        Assert.Equal(IndicatorPresets.All.Select(i => i.Text), offered.Skip(1));
        await page.SelectOptionAsync("[data-test=indicator]", "jGCaMP8s");
        await page.WaitForFunctionAsync("() => window.minisim.saved.preset.indicator === 'jGCaMP8s'");
        await studio.FrameShown();
        var spec = await studio.Spec();
        Assert.Equal(IndicatorName.JGCaMP8s, spec.Find<CellActivity>()!.Indicator!.Name);
        using (var scene = Simulator.Compile(spec))
        {
            Assert.NotEqual(linear, await studio.Pixels());
            Assert.Equal(scene.Frame(0), await studio.Pixels());
        }
        await Expect(page.Locator(".presets")).ToContainTextAsync("59.9 % ΔF/F");
        await page.ClickAsync("[data-preset=cortex_l23]");
        await page.WaitForFunctionAsync("() => window.minisim.saved.preset.region === 'cortex_l23'");
        await studio.FrameShown();
        Assert.Equal(IndicatorName.JGCaMP8s, (await studio.Spec()).Find<CellActivity>()!.Indicator!.Name);
        await page.SelectOptionAsync("[data-test=indicator]", "");
        await page.WaitForFunctionAsync("() => !window.minisim.saved.preset.indicator");
        Assert.Equal(own, (await studio.Spec()).Find<CellActivity>()!.Indicator);
        Assert.Empty(studio.Complaints);
    }

    [Fact]
    public async Task The_form_has_a_control_for_every_field_of_the_schema()
    {
        await using var studio = await StudioPage.Open(chromium, spec: StudioPage.Small);
        var page = studio.Page;
        // All steps on, every optional record list with one entry, everything unfolded.
        foreach (var kind in StepCatalog.Kinds)
        {
            var box = page.Locator($"[data-path='steps.{kind.Kind}']");
            if (!await box.IsCheckedAsync())
            {
                await box.ClickAsync();
                await page.WaitForFunctionAsync("kind => window.minisim.spec.steps.some(s => s.kind === kind)", kind.Kind);
            }
        }
        for (var i = 0; i < 4; i++)
            await page.EvaluateAsync("() => { for (const d of document.querySelectorAll('.form details')) d.open = true; }");
        await page.WaitForTimeoutAsync(300);
        await page.EvaluateAsync("() => { for (const d of document.querySelectorAll('.form details')) d.open = true; }");
        await page.WaitForTimeoutAsync(300);
        // Optional records: given, so that their fields are there.
        for (var records = page.Locator("[data-record][data-path]"); await records.CountAsync() > 0;) await records.First.ClickAsync();
        await page.WaitForTimeoutAsync(300);
        var schema = JsonNode.Parse(SpecSchema.Write())!;
        List<string> missing = [], leaves = [];
        foreach (var (name, node) in schema["properties"]!.AsObject())
            if (name != "steps") Walk(name, node!, leaves);
        foreach (var (kind, node) in schema["$defs"]!.AsObject())
            foreach (var (name, field) in node!["properties"]!.AsObject())
                if (field!["const"] is null) Walk($"steps.{kind}.{name}", field, leaves);
        foreach (var leaf in leaves)
            if (await page.Locator($"[data-path='{leaf}']").CountAsync() != 1) missing.Add(leaf);
        Assert.True(leaves.Count > 60, $"only {leaves.Count} fields in the schema");
        Assert.True(missing.Count == 0, "no control, or several, for: " + string.Join(", ", missing));
    }

    private static void Walk(string path, JsonNode node, List<string> leaves)
    {
        var value = node["anyOf"] is JsonArray either ? either[0]! : node;
        if (value["properties"] is JsonObject properties)
            foreach (var (name, field) in properties) Walk($"{path}.{name}", field!, leaves);
        else if (value["items"]?["properties"] is JsonObject items)
        {
            leaves.Add(path);
            foreach (var (name, field) in items) Walk($"{path}[0].{name}", field!, leaves);
        }
        else leaves.Add(path);
    }

    [Fact]
    public async Task A_step_switched_off_and_on_changes_the_movie_and_comes_back_by_undo()
    {
        await using var studio = await StudioPage.Open(chromium, spec: StudioPage.Small);
        var page = studio.Page;
        var first = await studio.Pixels();
        await page.Locator("[data-path='steps.vasculature']").ClickAsync();
        await page.WaitForFunctionAsync("() => !window.minisim.spec.steps.some(s => s.kind === 'vasculature')");
        await studio.FrameShown();
        var without = await studio.Spec();
        Assert.Null(without.Find<Vasculature>());
        using var scene = Simulator.Compile(without);
        Assert.Equal(scene.Frame(0), await studio.Pixels());
        await page.ClickAsync("[data-test=undo]");
        await page.WaitForFunctionAsync("() => window.minisim.spec.steps.some(s => s.kind === 'vasculature')");
        await studio.FrameShown();
        Assert.Equal(first, await studio.Pixels());
        await page.ClickAsync("[data-test=redo]");
        await page.WaitForFunctionAsync("() => !window.minisim.spec.steps.some(s => s.kind === 'vasculature')");
        await studio.FrameShown();
        Assert.Equal(scene.Frame(0), await studio.Pixels());
    }

    [Fact]
    public async Task The_json_and_the_form_are_one_spec_and_problems_stand_where_they_belong()
    {
        await using var studio = await StudioPage.Open(chromium, spec: StudioPage.Small);
        var page = studio.Page;
        await page.ClickAsync("[data-test=as-json]");
        var text = await page.InputValueAsync("[data-test=json]");
        Assert.Equal(StudioPage.SmallSpec, SpecJson.Parse(text));
        await page.FillAsync("[data-test=json]", text.Replace("\"seed\": 3", "\"seed\": 77"));
        await page.ClickAsync("[data-test=apply]");
        await page.WaitForFunctionAsync("() => window.minisim.spec.seed === 77");
        await studio.FrameShown();
        using (var scene = Simulator.Compile(await studio.Spec())) Assert.Equal(scene.Frame(0), await studio.Pixels());
        await page.FillAsync("[data-test=json]", text.Replace("\"seed\": 3", "\"sead\": 3"));
        await page.ClickAsync("[data-test=apply]");
        await Expect(page.Locator(".json .problem").First).ToContainTextAsync("sead");
        await page.GetByText("Discard").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Form", Exact = true }).ClickAsync();
        await Open(page, "Optics");
        await page.FillAsync("[data-path='acquisition.optics.na']", "-1");
        var field = page.Locator(".field", new() { Has = page.Locator("[data-path='acquisition.optics.na']") }).Last;
        await Expect(field.Locator(".problem")).ToContainTextAsync("must be > 0");
        // The movie before stays.
        Assert.NotEmpty(await studio.Pixels());
        await page.FillAsync("[data-path='acquisition.optics.na']", "0.4");
        await Expect(field.Locator(".problem")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_and_b_show_the_same_frame_of_two_specs_and_what_differs()
    {
        await using var studio = await StudioPage.Open(chromium, spec: StudioPage.Small);
        var page = studio.Page;
        await page.CheckAsync("[data-test=compare]");
        await studio.FrameShown("b");
        Assert.Equal(await studio.Pixels("a"), await studio.Pixels("b"));
        await page.Locator("[data-path='steps.vasculature']").ClickAsync();
        await page.WaitForFunctionAsync("() => !window.minisim.specOf('b').steps.some(s => s.kind === 'vasculature')");
        await studio.FrameShown("b");
        await page.FillAsync("[data-test=frame]", "31");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForFunctionAsync("() => ['a', 'b'].every(s => document.querySelector(`canvas[data-slot=${s}]`).dataset.frame === '31')");
        using var a = Simulator.Compile(await studio.Spec("a"));
        using var b = Simulator.Compile(await studio.Spec("b"));
        Assert.NotNull(a.Spec.Find<Vasculature>());
        Assert.Null(b.Spec.Find<Vasculature>());
        Assert.Equal(a.Frame(31), await studio.Pixels("a"));
        Assert.Equal(b.Frame(31), await studio.Pixels("b"));
        await page.WaitForFunctionAsync("() => { const c = document.querySelector('canvas[data-slot=difference]'); const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0; for (let i = 0; i < d.length; i += 4) n += d[i] + d[i + 1] + d[i + 2] > 30 ? 1 : 0; return n > 500; }");
        await Expect(page.Locator(".side")).ToContainTextAsync("vasculature");
    }

    [Fact]
    public async Task What_is_typed_stays_while_frames_arrive_and_the_form_is_drawn_anew()
    {
        await using var studio = await StudioPage.Open(chromium, spec: StudioPage.Small);
        var page = studio.Page;
        await page.ClickAsync("[data-test=play]");
        await page.WaitForFunctionAsync("() => window.minisim.movie.frame > 2");
        // The box follows the movie until something is typed into it.
        await page.WaitForFunctionAsync("() => Number(document.querySelector('[data-test=frame]').value) > 2");
        await page.FillAsync("[data-test=frame]", "3");
        var from = await page.EvaluateAsync<int>("() => window.minisim.movie.frame");
        await page.WaitForFunctionAsync("from => (window.minisim.movie.frame - from + 60) % 60 > 8", from);
        await page.WaitForTimeoutAsync(300);
        Assert.Equal("3", await page.InputValueAsync("[data-test=frame]"));
        await page.ClickAsync("[data-test=play]");
        await page.FillAsync("[data-test=frame]", "31");
        await page.EvaluateAsync("() => { window.minisim.movie.redraw(); window.minisim.tell(); }");
        await page.WaitForTimeoutAsync(300);
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForFunctionAsync("() => document.querySelector('canvas[data-slot=a]').dataset.frame === '31'");
        // A number is half typed for a while.
        await Open(page, "Optics");
        var box = page.Locator("input[data-path='acquisition.optics.na']");
        await box.FillAsync("");
        await page.EvaluateAsync("() => window.minisim.tell()");
        await page.WaitForTimeoutAsync(100);
        Assert.Equal("", await box.InputValueAsync());
        await box.PressSequentiallyAsync("0.25");
        await page.WaitForFunctionAsync("() => window.minisim.spec.acquisition.optics.na === 0.25");
        // What is left empty shows what holds.
        await box.FillAsync("");
        await box.BlurAsync();
        Assert.Equal("0.25", await box.InputValueAsync());
        Assert.Empty(studio.Complaints);
    }

    [Fact]
    public async Task The_limits_of_the_contrast_fit_the_picture_that_is_shown_and_hold_for_a_and_b()
    {
        await using var studio = await StudioPage.Open(chromium, spec: StudioPage.Small);
        var page = studio.Page;
        // The share of pixels at the upper end of the colours.
        Task<double> White(string slot) => page.EvaluateAsync<double>("slot => { const c = document.querySelector(`canvas[data-slot=${slot}]`); const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0; for (let i = 0; i < d.length; i += 4) n += d[i] === 255 ? 1 : 0; return (4 * n) / d.length; }", slot);
        Assert.InRange(await White("a"), 0.0001, 0.02);
        await page.GetByRole(AriaRole.Button, new() { Name = "Max", Exact = true }).ClickAsync();
        await page.WaitForFunctionAsync("() => window.minisim.movie.current('a')?.isImage");
        await page.WaitForTimeoutAsync(300);
        Assert.InRange(await White("a"), 0.0001, 0.02);
        await page.GetByRole(AriaRole.Button, new() { Name = "Movie", Exact = true }).ClickAsync();
        await page.CheckAsync("[data-test=compare]");
        await studio.FrameShown("b");
        await page.EvaluateAsync("() => window.minisim.set('steps.sensor.photons_per_unit', 1.4 * window.minisim.spec.steps.find(s => s.kind === 'sensor').photons_per_unit)");
        await studio.FrameShown("b");
        await page.WaitForTimeoutAsync(300);
        // More light in B, less than the sensor's end: it is not cut, and A is darker beside it.
        Assert.InRange(await White("b"), 0.0001, 0.02);
        Assert.InRange(await White("a"), 0, 0.001);
        Assert.Empty(studio.Complaints);
    }

    [Fact]
    public async Task What_was_built_survives_a_reload_and_a_restart_of_the_server()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/chromium") && Minisim.Studio.StudioServer.HasPage, "no browser or no page");
        var folder = Directory.CreateTempSubdirectory("minisim-restart").FullName;
        var port = FreePort();
        var (server, address) = await StudioPage.StartCommand(folder, port);
        await using var context = await chromium.Browser.NewContextAsync();
        context.SetDefaultTimeout(60_000);
        try
        {
            var page = await context.NewPageAsync();
            await page.GotoAsync(address);
            await page.WaitForFunctionAsync("() => window.minisim?.movie.slots.a.shown");
            await page.EvaluateAsync("() => window.minisim.set('seed', 4711)");
            await page.ReloadAsync();
            await page.WaitForFunctionAsync("() => window.minisim?.movie.slots.a.shown && window.minisim.spec.seed === 4711");
            server.Kill();
            await server.WaitForExitAsync();
            await Expect(page.Locator(".banner")).ToContainTextAsync("does not answer");
            (server, address) = await StudioPage.StartCommand(folder, port);
            await Expect(page.Locator(".banner")).ToContainTextAsync("started anew");
            await page.GotoAsync(address);
            await page.WaitForFunctionAsync("() => window.minisim?.movie.slots.a.shown && window.minisim.spec.seed === 4711");
        }
        finally
        {
            server.Kill();
            Directory.Delete(folder, true);
        }
    }

    [Fact]
    public async Task Two_tabs_do_not_disturb_each_other()
    {
        await using var studio = await StudioPage.Open(chromium, spec: StudioPage.Small);
        var second = await studio.Context.NewPageAsync();
        await second.GotoAsync(studio.Server.Address.GetLeftPart(UriPartial.Authority));
        await second.WaitForFunctionAsync("() => window.minisim?.movie.slots.a.shown");
        await second.EvaluateAsync("() => window.minisim.set('seed', 99)");
        await second.WaitForFunctionAsync("() => { const v = window.minisim.movie.slots.a; return v.scene.revision >= 2 && v.shown.revision === v.scene.revision; }");
        Assert.Equal(3, (await studio.Spec()).Seed);
        using var scene = Simulator.Compile(StudioPage.SmallSpec);
        Assert.Equal(scene.Frame(0), await studio.Pixels());
    }

    [Fact]
    public async Task On_a_slow_line_frames_come_late_but_in_order_and_the_newest_spec_wins()
    {
        await using var studio = await StudioPage.Open(chromium, spec: StudioPage.Small);
        var page = studio.Page;
        // Chromium does not slow sockets down: the page's own end is held back.
        await page.EvaluateAsync(
            """
            () => {
              const s = window.minisim.socket, take = s.onPixels, seen = window.seen = [];
              const draw = window.minisim.movie;
              s.onPixels = p => setTimeout(() => take(p), 150);
              draw.onDraw(() => seen.at(-1) === draw.frame || seen.push(draw.frame));
            }
            """);
        await page.ClickAsync("[data-test=play]");
        await page.WaitForFunctionAsync("() => window.seen.length > 40");
        await page.ClickAsync("[data-test=play]");
        var seen = await page.EvaluateAsync<int[]>("() => window.seen");
        for (var i = 1; i < seen.Length; i++) Assert.InRange((seen[i] - seen[i - 1] + 60) % 60, 1, 12);
        for (var seed = 10; seed < 20; seed++) await page.EvaluateAsync($"() => window.minisim.set('seed', {seed})");
        await studio.FrameShown();
        var frame = await page.EvaluateAsync<int>("() => window.minisim.movie.frame");
        await page.WaitForFunctionAsync("() => window.minisim.movie.slots.a.shown.frame === window.minisim.movie.frame");
        using var scene = Simulator.Compile(StudioPage.SmallSpec with { Seed = 19 });
        Assert.Equal(scene.Frame(frame), await studio.Pixels());
    }

    [Fact]
    public async Task The_keyboard_plays_steps_and_helps()
    {
        await using var studio = await StudioPage.Open(chromium, spec: StudioPage.Small);
        var page = studio.Page;
        await page.Locator("h1").ClickAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("ArrowLeft");
        Assert.Equal(1, await page.EvaluateAsync<int>("() => window.minisim.movie.frame"));
        await page.Keyboard.PressAsync(" ");
        Assert.True(await page.EvaluateAsync<bool>("() => window.minisim.movie.isPlaying"));
        await page.WaitForFunctionAsync("() => window.minisim.movie.frame > 5");
        await page.Keyboard.PressAsync(" ");
        Assert.False(await page.EvaluateAsync<bool>("() => window.minisim.movie.isPlaying"));
        await page.Keyboard.PressAsync("?");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_click_on_a_cell_says_why_it_can_be_found_and_what_the_pixel_is_made_of()
    {
        await using var studio = await StudioPage.Open(chromium, spec: StudioPage.Small);
        var page = studio.Page;
        await page.WaitForFunctionAsync("() => window.minisim.movie.slots.a.cells");
        using var recording = Simulator.Run(StudioPage.SmallSpec);
        var facts = recording.Evaluator().CellFacts;
        var unit = Enumerable.Range(0, facts.Count).First(u => facts[u].Centre is { Row: > 20 and < 140, Col: > 20 and < 140 } && facts[u].NeighbourDistanceUm > 8);
        var box = (await page.Locator("[data-stack=a]").BoundingBoxAsync())!;
        var shift = recording.Truth.Shifts!.ToDoubles();
        await page.Mouse.ClickAsync((float)(box.X + (facts[unit].Centre.Col + shift[1] + 0.5) / 160 * box.Width), (float)(box.Y + (facts[unit].Centre.Row + shift[0] + 0.5) / 160 * box.Height));
        await Expect(page.Locator("[data-test=inspector] h2")).ToContainTextAsync($"Cell {unit}");
        await Expect(page.Locator("[data-test=verdict]")).ToContainTextAsync(recording.Truth.Detectable[unit] ? "Can be found" : "Cannot be found");
        await Expect(page.Locator("[data-test=budget]")).ToContainTextAsync("shot noise");
    }

    [Fact]
    public async Task Every_panel_shows_what_its_name_says()
    {
        await using var studio = await StudioPage.Open(chromium, spec: StudioPage.Small);
        var page = studio.Page;
        await page.WaitForFunctionAsync("() => window.minisim.movie.slots.a.cells");
        var side = page.Locator(".side");
        foreach (var (panel, text) in new[]
        {
            ("traces", "Traces and spikes"), ("snr", "Signal-to-noise ratio"), ("light", "What limits it"), ("counts", "are saturated"), ("depth", "plane in focus"), ("motion", "Its spectrum"), ("cost", "memory to make it"),
        })
        {
            await page.ClickAsync($"[data-panel={panel}]");
            await Expect(side).ToContainTextAsync(text);
            if (panel is not ("cost" or "light")) await Expect(side.Locator(".chart canvas").First).ToBeVisibleAsync();
        }
        await page.ClickAsync("[data-panel=traces]");
        await page.SelectOptionAsync("[data-test=which]", "lost");
        await Expect(side.Locator(".chart canvas").Or(side.GetByText("There are none.")).First).ToBeVisibleAsync();
        // The line in the charts follows the movie.
        await page.SelectOptionAsync("[data-test=which]", "clear");
        var line = side.Locator(".chart .now").First;
        var before = await line.GetAttributeAsync("style");
        await page.FillAsync("[data-test=frame]", "40");
        await page.Keyboard.PressAsync("Enter");
        await Expect(line).Not.ToHaveAttributeAsync("style", before!);
        await page.ClickAsync("[data-test=play]");
        await page.WaitForFunctionAsync("() => document.querySelector('[data-test=frame]').value !== '40'");
        Assert.Empty(studio.Complaints);
    }

    [Fact]
    public async Task Without_a_mouse_a_preset_is_chosen_a_slider_moved_a_cell_looked_at_and_the_help_left()
    {
        await using var studio = await StudioPage.Open(chromium);
        var page = studio.Page;
        // Tab reaches everything in turn; what has the focus is pressed.
        async Task Reach(string selector)
        {
            for (var i = 0; i < 150; i++)
            {
                await page.Keyboard.PressAsync("Tab");
                if (await page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector)) return;
            }
            Assert.Fail($"Tab never reaches {selector}");
        }
        await Reach("[data-preset=cortex_l23]");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForFunctionAsync("() => window.minisim.saved.preset.region === 'cortex_l23'");
        await Reach(".group .group summary");
        await page.Keyboard.PressAsync("Enter");
        await Reach("[data-slider='acquisition.optics.na']");
        for (var i = 0; i < 5; i++) await page.Keyboard.PressAsync("ArrowRight");
        await studio.FrameShown();
        Assert.NotEqual(Scopes.MiniscopeV4.Optics.Na, (await studio.Spec()).Acquisition.Optics.Na);
        // Arrows in a slider are the slider's.
        Assert.Equal(0, await page.EvaluateAsync<int>("() => window.minisim.movie.frame"));
        await page.WaitForFunctionAsync("() => window.minisim.movie.slots.a.cells");
        await Reach("[data-test=by-number]");
        await page.Keyboard.TypeAsync("3");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[data-test=inspector] h2")).ToContainTextAsync("Cell 3");
        // The help keeps the focus until it is closed.
        await page.Locator("h1").ClickAsync();
        await page.Keyboard.PressAsync("?");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        for (var i = 0; i < 6; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            Assert.True(await page.EvaluateAsync<bool>("() => document.activeElement === document.body || !!document.activeElement.closest('dialog')"));
        }
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        // Nothing that can be reached is without a name.
        var nameless = await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('button, input, select, textarea, a')].filter(e => !(e.ariaLabel || e.textContent.trim() || e.labels?.length || e.title)).map(e => e.outerHTML.slice(0, 120))");
        Assert.Empty(nameless);
    }

    [Fact]
    public async Task A_stage_that_only_one_of_two_specs_has_is_compared_with_what_comes_before_it()
    {
        await using var studio = await StudioPage.Open(chromium, spec: StudioPage.Small);
        var page = studio.Page;
        await page.CheckAsync("[data-test=compare]");
        await studio.FrameShown("b");
        await page.Locator("[data-path='steps.vasculature']").ClickAsync();
        await page.WaitForFunctionAsync("() => !window.minisim.specOf('b').steps.some(s => s.kind === 'vasculature')");
        await studio.FrameShown("b");
        await page.SelectOptionAsync("[data-test=stage]", "vasculature");
        await page.WaitForFunctionAsync("() => ['a', 'b'].every(s => window.minisim.movie.slots[s].shown?.type === 2)");
        using var a = Simulator.Compile(await studio.Spec("a"), new SimulateOptions { Until = "vasculature" });
        using var b = Simulator.Compile(await studio.Spec("b"), new SimulateOptions { Until = "neuropil" });
        Assert.Equal(a.Frame(0), await studio.Pixels("a"));
        Assert.Equal(b.Frame(0), await studio.Pixels("b"));
        Assert.Empty(studio.Complaints);
    }

    private static Task Open(IPage page, string group) => page.Locator("summary", new() { HasTextString = group }).First.ClickAsync();

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
