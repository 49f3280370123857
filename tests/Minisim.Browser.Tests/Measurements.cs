using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Minisim.Presets;
using Minisim.Steps;

namespace Minisim.Browser.Tests;

/// <summary>Not tests: pictures for the docs and figures for bench/results. Run by hand with <c>-- --explicit only</c>.</summary>
[Collection(nameof(Chromium))]
public class Measurements(Chromium chromium)
{
    /// <summary>The studio's first preset; with MINISIM_REFERENCE=1 that of the reference.</summary>
    private static readonly Spec V4Ca1 = Preset.Create(Scopes.MiniscopeV4, Regions.Find("ca1", Environment.GetEnvironmentVariable("MINISIM_REFERENCE") == "1")!, new PresetOptions { DurationS = 30, Seed = 1, Extra = [new BrainMotion(), new Bleaching()] });

    /// <summary>Where it goes: MINISIM_OUT.</summary>
    private static string Out(string name) => Path.Combine(Environment.GetEnvironmentVariable("MINISIM_OUT") ?? throw new InvalidOperationException("MINISIM_OUT names no folder"), name);

    [Fact(Explicit = true)]
    public async Task Pictures_for_the_docs()
    {
        foreach (var (width, height, theme) in new[] { (1280, 720, "light"), (1280, 720, "dark"), (1920, 1080, "light"), (1920, 1080, "dark") })
        {
            await using var studio = await StudioPage.Open(chromium, width, height, theme);
            var page = studio.Page;
            var origin = studio.Server.Address.GetLeftPart(UriPartial.Authority);
            Task Shot(string name) => page.ScreenshotAsync(new() { Path = Out($"{name}-{width}x{height}-{theme}.png") });
            await page.WaitForFunctionAsync("() => window.minisim.movie.slots.a.cells");
            await page.EvaluateAsync("() => window.minisim.movie.seek(392)");
            await page.WaitForFunctionAsync("() => window.minisim.movie.slots.a.shown.frame === 392");
            await page.WaitForTimeoutAsync(1500);
            await Shot("build");
            await page.CheckAsync("[data-layer=cells]");
            var place = await page.EvaluateAsync<float[]>("() => { const { cells, scene } = window.minisim.movie.slots.a; const u = cells.snr.findIndex((s, i) => s > 40 && Math.abs(cells.row[i] - scene.height / 2) < 150 && Math.abs(cells.col[i] - scene.width / 2) < 150); return [cells.col[u] / scene.width, cells.row[u] / scene.height]; }");
            var box = (await page.Locator("[data-stack=a]").BoundingBoxAsync())!;
            await page.Mouse.ClickAsync(box.X + place[0] * box.Width, box.Y + place[1] * box.Height);
            await page.Locator("[data-test=budget]").WaitForAsync();
            await page.WaitForTimeoutAsync(500);
            await Shot("cell");
            await page.UncheckAsync("[data-layer=cells]");
            await page.GetByLabel("Close").First.ClickAsync();
            await page.CheckAsync("[data-test=compare]");
            await page.EvaluateAsync("() => window.minisim.set('acquisition.optics.na', 0.45)");
            await studio.FrameShown("b");
            await page.WaitForFunctionAsync("() => window.minisim.movie.slots.b.cells");
            await page.WaitForTimeoutAsync(1000);
            // What this machine took beside other work is no figure for the docs.
            await page.EvaluateAsync("() => { window.minisim.movie.latency = 0; window.minisim.tell(); }");
            await page.WaitForTimeoutAsync(200);
            await Shot("compare");
            await page.UncheckAsync("[data-test=compare]");
            foreach (var (part, name) in new[] { ("generate", "generate"), ("score", "score"), ("learn", "learn"), ("lesson/focus", "lesson") })
            {
                await page.GotoAsync($"{origin}/#/{part}");
                await page.WaitForTimeoutAsync(500);
                if (name == "lesson")
                {
                    await studio.FrameShown();
                    await page.WaitForTimeoutAsync(2500);
                }
                await Shot(name);
            }
        }
    }

    /// <summary>The command's own process: MINISIM_COMMAND (a published one), else that of this build. MINISIM_FIELDS: words, of which a field's path must have one; else all.</summary>
    [Fact(Explicit = true)]
    public async Task Latency_of_every_parameter_and_playback()
    {
        var folder = Directory.CreateTempSubdirectory("minisim-latency").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "open.json"), SpecJson.Write(V4Ca1));
        var (server, address) = await StudioPage.StartCommand(folder, 0, Path.Combine(folder, "open.json"), Environment.GetEnvironmentVariable("MINISIM_COMMAND"));
        _ = chromium.Browser;
        await using var page = await BareBrowser.Open(address, 1280, 720);
        try
        {
            const string shown = "before => { const v = window.minisim?.movie.slots.a; return v?.scene && v.scene.revision > before && v.shown?.revision === v.scene.revision && !v.isSending && !v.isStale && !v.shownAt; }";
            await page.Until(shown, 0);
            // Who opens a page looks at it first.
            await Task.Delay(3000);
            // The edit, and the first picture of the page that shows its frame: milliseconds, and of these compiling; null if the library refuses this value.
            // The page waits for itself: a driver that asks at every picture makes the page draw all the time.
            Task<double[]?> Edit(string path, string json) => page.Evaluate<double[]?>(
                """
                (path, value) => new Promise(done => {
                  const m = window.minisim.movie, v = m.slots.a, before = v.scene.revision, from = performance.now();
                  m.latency = 0;
                  window.minisim.set(path, JSON.parse(value));
                  const look = () => {
                    if (v.scene.revision > before && v.shown.revision === v.scene.revision && !v.isSending && m.latency > 0) done([m.latency, v.scene.compileMs]);
                    else if (performance.now() - from > 3000) done(null);
                    else setTimeout(look, 10);
                  };
                  look();
                })
                """, path, json);
            for (var i = 0; i < 8; i++) await Edit("acquisition.optics.na", $"{(0.3 - 0.002 * i).ToString(CultureInfo.InvariantCulture)}");
            await Edit("acquisition.optics.na", "0.3");
            List<(string Path, double Median, double Worst, double Compile)> rows = [];
            var words = Environment.GetEnvironmentVariable("MINISIM_FIELDS")?.Split(' ') ?? [""];
            foreach (var (path, value) in Numbers(JsonNode.Parse(SpecJson.Write(V4Ca1))!).Where(n => words.Any(n.Path.Contains)))
            {
                List<double> times = [], compiles = [];
                for (var i = 1; i <= 3; i++)
                {
                    var other = value switch
                    {
                        bool flag => i % 2 == 1 ? (flag ? "false" : "true") : (flag ? "true" : "false"),
                        long bits when path.EndsWith("bit_depth", StringComparison.Ordinal) => (bits + 2 * i).ToString(CultureInfo.InvariantCulture),
                        long whole => (whole + i).ToString(CultureInfo.InvariantCulture),
                        _ => ((double)value * (1 - 0.01 * i)).ToString(CultureInfo.InvariantCulture),
                    };
                    if (await Edit(path, other) is not [var time, var compile]) break;
                    times.Add(time);
                    compiles.Add(compile);
                }
                await page.Evaluate("(path, value) => window.minisim.set(path, JSON.parse(value))", path, value is bool b ? (b ? "true" : "false") : Convert.ToString(value, CultureInfo.InvariantCulture)!);
                await page.Until(shown, 0);
                await Task.Delay(50);
                if (times.Count == 0) continue;
                times.Sort();
                compiles.Sort();
                rows.Add((path, times[times.Count / 2], times[^1], compiles[compiles.Count / 2]));
            }
            // A drag: a new value with every picture of the page.
            var drag = await page.Evaluate<double[]>(
                """
                () => new Promise(done => {
                  const m = window.minisim.movie, seen = [];
                  const from = performance.now();
                  m.latency = 0;
                  const step = () => {
                    if (m.latency) { seen.push(m.latency); m.latency = 0; }
                    const t = performance.now() - from;
                    if (t > 3000) return done(seen);
                    window.minisim.set('acquisition.optics.na', 0.3 + 0.1 * Math.abs((t % 2000) / 1000 - 1));
                    requestAnimationFrame(step);
                  };
                  step();
                })
                """);
            await page.Evaluate("() => window.minisim.set('acquisition.optics.na', 0.3)");
            await page.Until(shown, 0);
            // What is worked out when the slider rests is out of the way.
            await page.Until("() => window.minisim.movie.slots.a.cells?.peakSnrLocal");
            List<string> playback = [];
            foreach (var (speed, map, layer) in new[] { (1.5, "grey", ""), (4, "grey", ""), (1.5, "viridis", "cells"), (4, "viridis", "cells") })
            {
                // From the start, with nothing kept: every frame is rendered and sent.
                await page.Evaluate("(speed, map, layer) => { window.minisim.view({ map, shown: layer ? [layer] : [] }); const m = window.minisim.movie; m.slots.a.cache.clear(); m.seek(0); m.setSpeed(speed); m.play(true); }", speed, map, layer);
                List<int> rates = [];
                for (var i = 0; i < 5; i++)
                {
                    await Task.Delay(1000);
                    if (i > 0) rates.Add(await page.Evaluate<int>("() => window.minisim.movie.framesPerSecond"));
                }
                var played = await page.Evaluate<int>("() => { const m = window.minisim.movie; m.play(false); return m.frame; }");
                playback.Add(string.Create(CultureInfo.InvariantCulture, $"{map}{(layer.Length > 0 ? $" with {layer}" : "")} at {speed} × 20 frames/s: {string.Join(", ", rates)} shown a second ({played} frames in 5 s)"));
            }
            Array.Sort(drag);
            var medians = rows.Select(r => r.Median).Order().ToArray();
            var table = new StringBuilder("| parameter | median ms | worst ms | compiling, median ms |\n| --- | --- | --- | --- |\n");
            foreach (var (path, median, worst, compile) in rows) table.Append(CultureInfo.InvariantCulture, $"| {path} | {median:0} | {worst:0} | {compile:0} |\n");
            table.Append(CultureInfo.InvariantCulture, $"\n{rows.Count} parameters: median {medians[medians.Length / 2]:0} ms, worst median {medians[^1]:0} ms, {medians.Count(t => t <= 150)} within 150 ms.\n");
            table.Append(CultureInfo.InvariantCulture, $"\nDragging the aperture for 3 s, a new value with every picture of the page: {drag.Length} frames shown, from edit to frame median {drag[drag.Length / 2]:0} ms, 95 % {drag[(int)(0.95 * (drag.Length - 1))]:0} ms.\n");
            table.Append(CultureInfo.InvariantCulture, $"\nPlayback, seconds 2 to 5, a screen of 60 pictures/s: {string.Join("; ", playback)}.\n");
            await File.WriteAllTextAsync(Out("latency.md"), table.ToString());
        }
        finally
        {
            server.Kill();
            Directory.Delete(folder, true);
        }
    }

    private static IEnumerable<(string Path, object Value)> Numbers(JsonNode spec)
    {
        return Walk("", spec);

        static IEnumerable<(string, object)> Walk(string path, JsonNode? node)
        {
            switch (node)
            {
                case JsonObject record:
                    foreach (var (name, value) in record)
                        if (name != "steps")
                            foreach (var found in Walk(path.Length == 0 ? name : $"{path}.{name}", value)) yield return found;
                        else
                            foreach (var step in value!.AsArray())
                                foreach (var found in Walk($"steps.{(string?)step!["kind"]}", step)) yield return found;
                    break;
                case JsonArray list when list.Count > 0 && list[0] is JsonObject:
                    for (var i = 0; i < list.Count; i++)
                        foreach (var found in Walk($"{path}[{i}]", list[i])) yield return found;
                    break;
                case JsonArray tuple:
                    for (var i = 0; i < tuple.Count; i++)
                        foreach (var found in Walk($"{path}[{i}]", tuple[i])) yield return found;
                    break;
                case JsonValue value when value.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False:
                    yield return (path, value.GetValue<bool>());
                    break;
                case JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.Number:
                    yield return (path, value.ToJsonString().Contains('.') || !value.TryGetValue(out long whole) ? value.GetValue<double>() : whole);
                    break;
            }
        }
    }
}
