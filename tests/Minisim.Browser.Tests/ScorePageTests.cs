using System.Globalization;
using Microsoft.Playwright;
using Minisim.Formats.Reports;
using Minisim.Metrics;
using Minisim.Presets;
using static Microsoft.Playwright.Assertions;

namespace Minisim.Browser.Tests;

/// <summary>The page of <c>score --html</c> in a browser: a file, without a server.</summary>
[Collection(nameof(Chromium))]
public sealed class ScorePageTests(Chromium chromium) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("minisim-score-page").FullName;
    private readonly List<string> _complaints = [];

    public void Dispose() => Directory.Delete(_folder, true);

    /// <summary>Two thirds of the true cells and a fragment of nothing, as one estimate.</summary>
    private async Task<IPage> Open(int width = 1280)
    {
        var browser = chromium.Started;
        using var recording = Simulator.Run(Preset.Create(Scopes.MiniscopeV4, ReferenceRegions.Ca1, new PresetOptions { DurationS = 3, SizePx = (160, 160), Seed = 3 }));
        var evaluator = recording.Evaluator();
        var cells = evaluator.Cells;
        var kept = Enumerable.Range(0, cells.Count).Where(u => u % 3 != 0).ToArray();
        var builder = new SparseFootprints.Builder(160, 160);
        foreach (var u in kept) builder.Add(cells.Footprints.Pixels(u), cells.Footprints.Weights(u));
        var estimate = new Estimate(builder.Build(), cells.C!.Take(kept)) { Name = "two thirds", Format = "made" };
        var path = Path.Combine(_folder, "score.html");
        ScorePage.Save(path, evaluator, [evaluator.Evaluate(estimate)], "a.zarr");
        var context = await browser.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = 800 } });
        context.SetDefaultTimeout(60_000);
        var page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type == "error") _complaints.Add(message.Text);
        };
        page.PageError += (_, error) => _complaints.Add(error);
        // Nothing may be fetched but the file itself.
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith("file:", StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal)) _complaints.Add(request.Url);
        };
        await page.GotoAsync("file://" + path);
        return page;
    }

    private const string Map = "section.estimate .map svg";

    private static Task<string> Event(ILocator element, string name) =>
        element.EvaluateAsync<string>("(e, name) => { e.dispatchEvent(name === 'click' ? new MouseEvent('click', { bubbles: true }) : new PointerEvent(name)); return ''; }", name);

    [Fact]
    public async Task Hovering_shows_a_cell_choosing_keeps_it_and_the_table_and_the_map_lead_to_each_other()
    {
        var page = await Open();
        var detail = page.Locator("section.estimate .detail");
        var paths = page.Locator($"{Map} path[data-unit]");
        Assert.True(await paths.CountAsync() > 5);
        var first = await paths.Nth(0).GetAttributeAsync("data-unit");
        var other = await page.Locator($"{Map} path[data-unit]:not([data-unit='{first}'])").First.GetAttributeAsync("data-unit");
        ILocator Path(string? unit) => page.Locator($"{Map} path[data-unit='{unit}']").First;

        // Hovering: the cell and its true trace.
        await Event(Path(first), "pointerenter");
        await Expect(detail.Locator("b")).ToHaveTextAsync($"Cell {first}");
        await Expect(detail.Locator("polyline.t0")).ToHaveCountAsync(1);
        await Event(Path(other), "pointerenter");
        await Expect(detail.Locator("b")).ToHaveTextAsync($"Cell {other}");

        // Choosing: the row too, and hovering elsewhere changes nothing.
        await Event(Path(first), "click");
        await Expect(page.Locator("section.estimate tr.sel")).ToHaveAttributeAsync("data-unit", first!);
        await Event(Path(other), "pointerenter");
        await Expect(detail.Locator("b")).ToHaveTextAsync($"Cell {first}");

        // Beside the cells: nothing is chosen any more.
        await Event(page.Locator(Map), "click");
        await Expect(page.Locator("section.estimate .sel")).ToHaveCountAsync(0);
        await Event(Path(other), "pointerenter");
        await Expect(detail.Locator("b")).ToHaveTextAsync($"Cell {other}");

        // A row leads to its cell on the map, by mouse and by keyboard; one that was found brings its estimate.
        var before = await page.Locator(Map).GetAttributeAsync("viewBox");
        var found = page.Locator("section.estimate tr[data-unit][data-estimate]:not([data-estimate='-1'])").First;
        await found.ClickAsync();
        var unit = await found.GetAttributeAsync("data-unit");
        await Expect(page.Locator($"{Map} path.sel[data-unit='{unit}']")).Not.ToHaveCountAsync(0);
        Assert.NotEqual(before, await page.Locator(Map).GetAttributeAsync("viewBox"));
        await Expect(detail.Locator("polyline.t1")).ToHaveCountAsync(1);
        var missed = page.Locator("section.estimate tr[data-unit]").Last;
        await missed.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(detail.Locator("b")).ToHaveTextAsync($"Cell {await missed.GetAttributeAsync("data-unit")}");
        Assert.Empty(_complaints);
    }

    [Fact]
    public async Task Tables_sort_by_any_column_both_ways_with_what_is_missing_last()
    {
        var page = await Open();
        var table = page.Locator("section.estimate table:has(tr[data-unit])").First;
        var heads = table.Locator("th[aria-sort]");
        var count = await heads.CountAsync();
        Assert.True(count > 4);
        var rows = await table.Locator("tbody tr").CountAsync();
        for (var k = 0; k < count; k++)
            foreach (var direction in (string[])["ascending", "descending"])
            {
                await heads.Nth(k).FocusAsync();
                if (k % 2 == 0) await heads.Nth(k).EvaluateAsync("e => e.click()");
                else await page.Keyboard.PressAsync("Enter");
                await Expect(heads.Nth(k)).ToHaveAttributeAsync("aria-sort", direction);
                Assert.Equal(1, await table.Locator("th[aria-sort=ascending], th[aria-sort=descending]").CountAsync());
                var column = await heads.Nth(k).EvaluateAsync<int>("e => e.cellIndex");
                var texts = await table.Locator("tbody tr").EvaluateAllAsync<string[]>("(all, k) => all.map(r => r.cells[k].textContent)", column);
                Assert.Equal(rows, texts.Length);
                var missing = Array.FindIndex(texts, t => t == "–");
                if (missing >= 0) Assert.All(texts[missing..], t => Assert.Equal("–", t));
                double[] numbers = [.. texts.Where(t => t != "–").Select(t => double.TryParse(t.Split(' ')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var v) ? v : double.NaN)];
                if (!numbers.Any(double.IsNaN)) Assert.Equal(direction == "ascending" ? numbers.Order() : numbers.OrderDescending(), numbers);
            }
        Assert.Empty(_complaints);
    }

    [Fact]
    public async Task The_map_zooms_layers_hide_and_the_theme_turns()
    {
        var page = await Open();
        var map = page.Locator(Map);
        var full = await map.GetAttributeAsync("viewBox");
        await page.Locator("section.estimate [data-zoom=in]").ClickAsync();
        await Expect(map).Not.ToHaveAttributeAsync("viewBox", full!);
        await page.Locator("section.estimate [data-zoom=out]").ClickAsync();
        await page.Locator("section.estimate [data-zoom=in]").ClickAsync();
        await page.Locator("section.estimate [data-zoom=fit]").ClickAsync();
        double[] Numbers(string? box) => [.. box!.Split(' ').Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
        Assert.Equal(Numbers(full), Numbers(await map.GetAttributeAsync("viewBox")));
        await map.HoverAsync();
        await page.Mouse.WheelAsync(0, -400);
        await page.WaitForFunctionAsync("() => document.querySelector('section.estimate .map').classList.contains('zoomed')");

        var layers = page.Locator("section.estimate button[data-show]");
        Assert.True(await layers.CountAsync() > 0);
        for (var i = 0; i < await layers.CountAsync(); i++)
        {
            var layer = layers.Nth(i);
            var name = await layer.GetAttributeAsync("data-show");
            var shapes = page.Locator($"{Map} path.{name}");
            var (hidden, all) = (page.Locator($"{Map} path.{name}.off"), await shapes.CountAsync());
            var off = await layer.GetAttributeAsync("aria-pressed") == "true";
            await layer.EvaluateAsync("e => e.click()");
            await Expect(hidden).ToHaveCountAsync(off ? all : 0);
            await layer.EvaluateAsync("e => e.click()");
            await Expect(hidden).ToHaveCountAsync(off ? 0 : all);
        }

        var theme = await page.EvaluateAsync<string>("() => document.documentElement.dataset.theme");
        await page.ClickAsync("#theme");
        Assert.NotEqual(theme, await page.EvaluateAsync<string>("() => document.documentElement.dataset.theme"));
        Assert.Empty(_complaints);
    }

    [Fact]
    public async Task On_a_telephone_nothing_lies_beside_the_page()
    {
        var page = await Open(420);
        Assert.InRange(await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"), 0, 420);
        Assert.Empty(_complaints);
    }
}
