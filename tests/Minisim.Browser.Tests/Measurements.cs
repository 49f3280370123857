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
    private static readonly Spec V4Ca1 = Preset.Create(Scopes.MiniscopeV4, Regions.Ca1, new PresetOptions { DurationS = 30, Seed = 1, Extra = [new BrainMotion(), new Bleaching()] });

    /// <summary>Where it goes: MINISIM_OUT.</summary>
    private static string Out(string name) => Path.Combine(Environment.GetEnvironmentVariable("MINISIM_OUT") ?? throw new InvalidOperationException("MINISIM_OUT names no folder"), name);

    [Fact(Explicit = true)]
    public async Task Pictures_for_the_docs()
    {
        foreach (var (width, height, theme) in new[] { (1280, 720, "light"), (1280, 720, "dark"), (1920, 1080, "light"), (1920, 1080, "dark") })
        {
            await using var studio = await StudioPage.Open(chromium, width, height, theme, spec: SpecJson.Write(V4Ca1));
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
            var box = (await page.Locator("canvas.overlay").BoundingBoxAsync())!;
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

    [Fact(Explicit = true)]
    public async Task Latency_of_every_parameter_and_playback()
    {
        await using var studio = await StudioPage.Open(chromium, spec: SpecJson.Write(V4Ca1));
        var page = studio.Page;
        await page.WaitForTimeoutAsync(1500);
        var table = new StringBuilder("| parameter | median ms | worst ms |\n| --- | --- | --- |\n");
        List<double> all = [];
        foreach (var (path, value) in Numbers(JsonNode.Parse(SpecJson.Write(V4Ca1))!))
        {
            List<double> times = [];
            for (var i = 1; i <= 3; i++)
            {
                var other = value is long whole ? (whole + i).ToString(CultureInfo.InvariantCulture) : ((double)value * (1 - 0.01 * i)).ToString(CultureInfo.InvariantCulture);
                if (path is "acquisition.duration_s" or "acquisition.fps" or "acquisition.image_sensor.n_px_height" or "acquisition.image_sensor.n_px_width" or "acquisition.image_sensor.bit_depth") break;
                var before = await page.EvaluateAsync<int>("() => window.minisim.movie.slots.a.scene.revision");
                await page.EvaluateAsync("([path, value]) => window.minisim.set(path, Number(value))", new[] { path, other });
                try
                {
                    await page.WaitForFunctionAsync("before => { const v = window.minisim.movie.slots.a; return v.scene.revision > before && v.shown.revision === v.scene.revision && !v.isSending; }", before, new() { Timeout = 5000 });
                }
                catch (TimeoutException)
                {
                    // The library refuses this value.
                    break;
                }
                times.Add(await page.EvaluateAsync<double>("() => window.minisim.movie.latency"));
            }
            await page.EvaluateAsync("([path, value]) => window.minisim.set(path, Number(value))", new[] { path, Convert.ToString(value, CultureInfo.InvariantCulture)! });
            await studio.FrameShown();
            if (times.Count == 0) continue;
            times.Sort();
            all.Add(times[times.Count / 2]);
            table.Append(CultureInfo.InvariantCulture, $"| {path} | {times[times.Count / 2]:0} | {times[^1]:0} |\n");
        }
        await page.EvaluateAsync("() => { const m = window.minisim.movie; m.setSpeed(4); m.play(true); }");
        List<int> rates = [];
        for (var i = 0; i < 6; i++)
        {
            await page.WaitForTimeoutAsync(1000);
            if (i > 0) rates.Add(await page.EvaluateAsync<int>("() => window.minisim.movie.framesPerSecond"));
        }
        all.Sort();
        table.Append(CultureInfo.InvariantCulture, $"\n{all.Count} parameters: median {all[all.Count / 2]:0} ms, worst median {all[^1]:0} ms, {all.Count(t => t <= 150)} within 150 ms.\n\nPlayback asked for 80 frames/s: {string.Join(", ", rates)} frames in the seconds 2 to 6.\n");
        await File.WriteAllTextAsync(Out("latency.md"), table.ToString());
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
                case JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.Number:
                    yield return (path, value.ToJsonString().Contains('.') || !value.TryGetValue(out long whole) ? value.GetValue<double>() : whole);
                    break;
            }
        }
    }
}
