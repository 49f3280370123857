using Microsoft.Playwright;
using Minisim.Steps;
using static Microsoft.Playwright.Assertions;

namespace Minisim.Browser.Tests;

/// <summary>What is painted: counts of any depth, changes and maxima, colours, what lies over the movie, and what a parameter says of itself.</summary>
[Collection(nameof(Chromium))]
public class DisplayTests(Chromium chromium)
{
    /// <summary>The grey values, row by row, of a slot's canvas.</summary>
    private const string Red = "() => { const c = document.querySelector('canvas[data-slot=a]'); return [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data].filter((_, i) => i % 4 === 0); }";

    /// <summary>What lies over the movie: points a row, then the alpha of every point.</summary>
    private const string Alpha = "() => { const c = document.querySelector('canvas.overlay'); return c.hidden ? [] : [c.width, ...[...c.getContext('2d').getImageData(0, 0, c.width, c.height).data].filter((_, i) => i % 4 === 3)]; }";

    /// <summary>A layer over a movie of 160 × 160 pixels.</summary>
    private sealed class Layer(int[] points)
    {
        public int Painted => points.Skip(1).Count(a => a > 0);
        public int Points => points.Length - 1;

        /// <summary>The most of what is painted within half a pixel of the movie from a place; in pixels of it, their centres at halves.</summary>
        public int At(double y, double x, double within = 0.5)
        {
            var (width, scale) = (points[0], points[0] / 160.0);
            var most = 0;
            for (var r = (int)Math.Floor((y - within) * scale); r <= (int)Math.Floor((y + within) * scale); r++)
                for (var c = (int)Math.Floor((x - within) * scale); c <= (int)Math.Floor((x + within) * scale); c++)
                    if (r >= 0 && c >= 0 && c < width && 1 + r * width + c < points.Length) most = Math.Max(most, points[1 + r * width + c]);
            return most;
        }
    }

    [Fact]
    public async Task Counts_of_twelve_bits_arrive_whole_and_are_painted_over_their_own_range()
    {
        var spec = StudioPage.SmallSpec with { Acquisition = StudioPage.SmallSpec.Acquisition with { ImageSensor = StudioPage.SmallSpec.Acquisition.ImageSensor with { BitDepth = 12 } } };
        await using var studio = await StudioPage.Open(chromium, spec: SpecJson.Write(spec));
        var page = studio.Page;
        using var scene = Simulator.Compile(spec);
        var bytes = scene.Frame(0);
        Assert.Equal(2 * 160 * 160, bytes.Length);
        Assert.Equal(bytes, await studio.Pixels());
        await page.GetByLabel("auto contrast").UncheckAsync();
        Assert.Equal("4095", await page.GetByLabel("White at").GetAttributeAsync("max"));
        await page.EvaluateAsync("() => window.minisim.view({ contrast: { low: 10, high: 90 } })");
        var expected = Enumerable.Range(0, 160 * 160).Select(i => (int)Math.Round(Math.Clamp((BitConverter.ToUInt16(bytes, 2 * i) - 10) * 255.0 / 80, 0, 255), MidpointRounding.AwayFromZero));
        Assert.Equal(expected, await page.EvaluateAsync<int[]>(Red));
        await page.ClickAsync("[data-panel=counts]");
        await Expect(page.Locator(".side")).ToContainTextAsync("are saturated");
        Assert.Empty(studio.Complaints);
    }

    [Fact]
    public async Task Changes_are_frames_minus_the_mean_of_the_movie_and_the_maximum_is_that_of_all_frames()
    {
        await using var studio = await StudioPage.Open(chromium, spec: StudioPage.Small);
        var page = studio.Page;
        using var scene = Simulator.Compile(StudioPage.SmallSpec);
        var frames = Enumerable.Range(0, scene.Frames).Select(scene.Frame).ToArray();
        await page.GetByRole(AriaRole.Button, new() { Name = "Max", Exact = true }).ClickAsync();
        await page.WaitForFunctionAsync("() => window.minisim.movie.slots.a.shown?.isImage");
        var most = Enumerable.Range(0, 160 * 160).Select(i => (float)frames.Max(f => f[i])).ToArray();
        Assert.Equal(System.Runtime.InteropServices.MemoryMarshal.AsBytes(most.AsSpan()).ToArray(), await studio.Pixels());

        await page.GetByRole(AriaRole.Button, new() { Name = "ΔF", Exact = true }).ClickAsync();
        await page.EvaluateAsync("() => window.minisim.movie.seek(33)");
        await page.WaitForFunctionAsync("() => { const m = window.minisim.movie; return m.baseline('a') && m.slots.a.shown?.frame === 33 && !m.slots.a.shown.isImage; }");
        await page.WaitForTimeoutAsync(200);
        // Blue where it is darker than on average, orange where it is brighter.
        var colours = await page.EvaluateAsync<int[]>("() => { const c = document.querySelector('canvas[data-slot=a]'); return [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]; }");
        var change = Enumerable.Range(0, 160 * 160).Select(i => frames[33][i] - frames.Average(f => (double)f[i])).ToArray();
        var reach = change.Select(Math.Abs).Order().ElementAt((int)(0.99 * change.Length));
        var (brighter, darker) = (0, 0);
        for (var i = 0; i < change.Length; i++)
        {
            var (red, blue) = (colours[4 * i], colours[4 * i + 2]);
            if (change[i] > 0.7 * reach)
            {
                Assert.True(red > blue, $"pixel {i} is {change[i]:0.0} brighter and has red {red}, blue {blue}");
                brighter++;
            }
            if (change[i] < -0.7 * reach)
            {
                Assert.True(blue > red, $"pixel {i} is {-change[i]:0.0} darker and has red {red}, blue {blue}");
                darker++;
            }
        }
        Assert.True(brighter > 50 && darker > 50);
        Assert.Empty(studio.Complaints);
    }

    [Fact]
    public async Task A_and_b_are_drawn_over_one_range_or_each_over_its_own()
    {
        await using var studio = await StudioPage.Open(chromium, spec: StudioPage.Small);
        var page = studio.Page;
        await page.CheckAsync("[data-test=compare]");
        await studio.FrameShown("b");
        await page.EvaluateAsync("() => window.minisim.set('steps.sensor.photons_per_unit', 60)");
        await studio.FrameShown("b");
        await page.WaitForTimeoutAsync(300);
        Task<int> Brightest(string slot) => page.EvaluateAsync<int>("slot => { const c = document.querySelector(`canvas[data-slot=${slot}]`); return Math.max(...[...c.getContext('2d').getImageData(0, 0, c.width, c.height).data].filter((_, i) => i % 4 === 0)); }", slot);
        Assert.Equal(255, await Brightest("a"));
        Assert.InRange(await Brightest("b"), 0, 120);
        await page.CheckAsync("[data-test=own-limits]");
        await page.WaitForTimeoutAsync(300);
        Assert.Equal((255, 255), (await Brightest("a"), await Brightest("b")));
        // They hold while it plays.
        var before = await page.EvaluateAsync<string>("() => document.querySelector('canvas[data-slot=b]').toDataURL()");
        await page.EvaluateAsync("() => { window.minisim.movie.seek(20); window.minisim.movie.seek(0); }");
        await page.WaitForTimeoutAsync(300);
        Assert.Equal(before, await page.EvaluateAsync<string>("() => document.querySelector('canvas[data-slot=b]').toDataURL()"));
        await page.UncheckAsync("[data-test=own-limits]");
        await page.WaitForTimeoutAsync(300);
        Assert.InRange(await Brightest("b"), 0, 120);
        // Large differences are whole numbers of counts.
        await Expect(page.Locator("figure.movie").Last).Not.ToContainTextAsync("e+");
        Assert.Empty(studio.Complaints);
    }

    /// <summary>A movie that fades has the same first frame.</summary>
    [Fact]
    public async Task A_difference_that_grows_is_seen_though_the_first_frame_has_none()
    {
        await using var studio = await StudioPage.Open(chromium, spec: SpecJson.Write(StudioPage.SmallSpec.Without<Sensor>()));
        var page = studio.Page;
        await page.CheckAsync("[data-test=compare]");
        await studio.FrameShown("b");
        await page.Locator("[data-path='steps.bleaching']").ClickAsync();
        await page.WaitForFunctionAsync("() => window.minisim.specOf('b').steps.some(s => s.kind === 'bleaching')");
        await studio.FrameShown("b");
        async Task<int> Bluest(int frame)
        {
            await page.EvaluateAsync("frame => window.minisim.movie.seek(frame)", frame);
            await page.WaitForFunctionAsync("frame => document.querySelector('canvas[data-slot=difference]').dataset.frame === String(frame)", frame);
            return await page.EvaluateAsync<int>("() => { const c = document.querySelector('canvas[data-slot=difference]'), d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0; for (let i = 0; i < d.length; i += 4) if (d[i + 2] > 60 && d[i + 2] > d[i]) n++; return n; }");
        }
        await Bluest(0);
        Assert.InRange(await Bluest(59), 2000, 160 * 160);
        Assert.Empty(studio.Complaints);
    }

    /// <summary>Whoever does not see a colour sees its lightness.</summary>
    [Fact]
    public async Task More_counts_are_lighter_in_every_colour_map()
    {
        await using var studio = await StudioPage.Open(chromium, spec: StudioPage.Small);
        var page = studio.Page;
        var choice = page.GetByLabel("Colours");
        var maps = await choice.Locator("option").AllTextContentsAsync();
        Assert.True(maps.Count >= 4);
        foreach (var map in maps)
        {
            await choice.SelectOptionAsync(map);
            await page.WaitForTimeoutAsync(150);
            var lightness = await page.EvaluateAsync<double[]>(
                """
                () => {
                  const c = document.querySelector('canvas[data-slot=a]'), d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data, { values } = window.minisim.movie.slots.a.shown;
                  const linear = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
                  const of = [];
                  for (let i = 0; i < values.length; i++) of[values[i]] = 0.2126 * linear(d[4 * i]) + 0.7152 * linear(d[4 * i + 1]) + 0.0722 * linear(d[4 * i + 2]);
                  return of.filter(v => v !== undefined);
                }
                """);
            Assert.All(lightness.Zip(lightness.Skip(1)), p => Assert.True(p.Second >= p.First - 0.002, $"{map}: {p.First} then {p.Second}"));
            Assert.True(lightness[^1] - lightness[0] > 0.5, map);
        }
    }

    [Fact]
    public async Task Every_layer_lies_where_the_truth_has_what_it_shows()
    {
        await using var studio = await StudioPage.Open(chromium, spec: StudioPage.Small);
        var page = studio.Page;
        await page.WaitForFunctionAsync("() => window.minisim.movie.slots.a.cells");
        using var scene = Simulator.Compile(StudioPage.SmallSpec);
        var truth = scene.Truth;
        var shifts = truth.Shifts!.ToDoubles();
        const int frame = 40;
        await page.EvaluateAsync("frame => window.minisim.movie.seek(frame)", frame);
        await page.WaitForFunctionAsync("frame => window.minisim.movie.slots.a.shown.frame === frame", frame);
        var (dy, dx) = (shifts[2 * frame], shifts[2 * frame + 1]);
        Assert.Empty(await page.EvaluateAsync<int[]>(Alpha));

        async Task<Layer> With(params string[] layers)
        {
            foreach (var box in await page.Locator("[data-layer]").AllAsync()) await box.SetCheckedAsync(layers.ToList().Contains((await box.GetAttributeAsync("data-layer"))!));
            await page.WaitForFunctionAsync("([vessels, focus]) => { const v = window.minisim.movie.slots.a; return (!vessels || v.vessels) && (!focus || v.focus); }", new[] { layers.Contains("vessels"), layers.Contains("focus") });
            await page.WaitForTimeoutAsync(200);
            return new(await page.EvaluateAsync<int[]>(Alpha));
        }

        // Outlines run where the light of a cell is half of its peak, and move with the tissue.
        var layer = await With("cells");
        var outlines = await page.EvaluateAsync<double[][]>("() => window.minisim.movie.slots.a.cells.outline");
        var (drawn, of) = (0, 0);
        for (var u = 0; u < truth.NUnits; u++)
        {
            if (!truth.Detectable[u]) continue;
            var footprint = truth.ObservedInFov(u);
            var peak = footprint.Values.ToArray().Max();
            for (var i = 0; i + 1 < outlines[u].Length; i += 2)
            {
                var (x, y) = (outlines[u][i], outlines[u][i + 1]);
                if (!(x > 4 && y > 4 && x < 155 && y < 155)) continue;
                int c = (int)x, r = (int)y;
                double fx = x - c, fy = y - r;
                var light = (1 - fy) * ((1 - fx) * footprint[r, c] + fx * footprint[r, c + 1]) + fy * ((1 - fx) * footprint[r + 1, c] + fx * footprint[r + 1, c + 1]);
                Assert.InRange(light / peak, 0.35, 0.65);
                of++;
                if (layer.At(y + dy + 0.5, x + dx + 0.5) > 0) drawn++;
            }
        }
        Assert.True(of > 500);
        Assert.True(drawn > 0.99 * of, $"{drawn} of {of} points of outlines are drawn");
        // As fine as the screen, no finer: what is scaled down with every frame costs more than the movie.
        Assert.Equal(await page.EvaluateAsync<int>("() => Math.round(document.querySelector('canvas[data-slot=a]').getBoundingClientRect().width)"), (int)Math.Sqrt(layer.Points));
        var found = await With("cells", "found");
        Assert.InRange(found.Painted, 1, layer.Painted - 100);
        var bySnr = await page.EvaluateAsync<string>("() => document.querySelector('canvas.overlay').toDataURL()");
        await With("cells", "found", "by depth");
        Assert.NotEqual(bySnr, await page.EvaluateAsync<string>("() => document.querySelector('canvas.overlay').toDataURL()"));

        // The trail runs through where the tissue was, eight times as large, and ends where it is.
        layer = await With("motion");
        for (var f = frame - 10; f <= frame; f++) Assert.True(layer.At(80 + 8 * shifts[2 * f], 80 + 8 * shifts[2 * f + 1]) > 0, $"frame {f}");
        Assert.InRange(layer.Painted, 50, layer.Points / 8);

        layer = await With("vessels");
        var mask = truth.Find("vasculature_mask")!.ToDoubles();
        List<(double Taken, double Tint)> pairs = [];
        for (var r = 20; r < 140; r++)
            for (var c = 20; c < 140; c++) pairs.Add((1 - mask[r * 160 + c], layer.At(r + dy + 0.5, c + dx + 0.5, 0) / 170.0));
        Assert.InRange(Correlation(pairs), 0.97, 1);

        layer = await With("focus");
        Assert.InRange(layer.Painted, 100, layer.Points / 2);
        Assert.Empty(studio.Complaints);
    }

    private static double Correlation(List<(double A, double B)> pairs)
    {
        double a = pairs.Average(p => p.A), b = pairs.Average(p => p.B);
        return pairs.Sum(p => (p.A - a) * (p.B - b)) / Math.Sqrt(pairs.Sum(p => (p.A - a) * (p.A - a)) * pairs.Sum(p => (p.B - b) * (p.B - b)));
    }

    [Fact]
    public async Task A_clicked_cell_shows_its_planted_and_its_observed_footprint()
    {
        await using var studio = await StudioPage.Open(chromium, spec: StudioPage.Small);
        var page = studio.Page;
        await page.WaitForFunctionAsync("() => window.minisim.movie.slots.a.cells");
        using var scene = Simulator.Compile(StudioPage.SmallSpec);
        await page.FillAsync("[data-test=by-number]", "5");
        await page.Keyboard.PressAsync("Enter");
        var thumbs = page.Locator(".thumb canvas");
        await Expect(thumbs).ToHaveCountAsync(2);
        foreach (var (k, footprint) in new[] { (0, scene.Truth.PlantedInFov(5)), (1, scene.Truth.ObservedInFov(5)) })
        {
            var picture = await thumbs.Nth(k).EvaluateAsync<int[]>("c => [c.width, c.height, ...[...c.getContext('2d').getImageData(0, 0, c.width, c.height).data].filter((_, i) => i % 4 === 1)]");
            Assert.Equal((footprint.Width, footprint.Height), (picture[0], picture[1]));
            // Lighter where it weighs more: the brightest green is at the peak, the darkest where nothing is.
            var values = footprint.Values.ToArray();
            var green = picture[2..];
            Assert.Equal(values.Max(), values[Array.IndexOf(green, green.Max())], 0.01f * values.Max());
            Assert.Equal(values.Min(), values[Array.IndexOf(green, green.Min())], 0.01f * values.Max());
        }
    }

    [Fact]
    public async Task A_parameter_says_its_unit_range_and_default_and_a_changed_one_is_marked_and_goes_back()
    {
        await using var studio = await StudioPage.Open(chromium, spec: StudioPage.Small);
        var page = studio.Page;
        var before = await studio.Pixels();
        await page.Locator("summary", new() { HasTextString = "Image sensor" }).First.ClickAsync();
        const string path = "acquisition.image_sensor.read_noise_e";
        var field = page.Locator(".field", new() { Has = page.Locator($"[data-path='{path}']") }).Last;
        await field.GetByRole(AriaRole.Button, new() { NameString = "About" }).ClickAsync();
        await Expect(field.Locator("label").First).ToContainTextAsync("e⁻");
        await Expect(field.Locator(".help")).ToContainTextAsync("0 – 1e9 e⁻");
        await Expect(field.Locator(".help")).ToContainTextAsync("default 2 e⁻");
        // The library's own words.
        var words = System.Text.Json.Nodes.JsonNode.Parse(SpecSchema.Write())!["properties"]!["acquisition"]!["properties"]!["image_sensor"]!["properties"]!["read_noise_e"]!["description"]!.GetValue<string>();
        await Expect(field.Locator(".help")).ToContainTextAsync(words.Split('\n')[0]);
        await Expect(page.Locator(".mark:not(.warning)")).ToHaveCountAsync(0);
        var reset = field.GetByRole(AriaRole.Button, new() { NameString = "Reset" });
        await Expect(reset).ToBeHiddenAsync();
        await page.FillAsync($"[data-path='{path}']", "9");
        await studio.FrameShown();
        await Expect(field).ToHaveClassAsync(new System.Text.RegularExpressions.Regex("changed"));
        // The group around it counts what is changed inside.
        await Expect(page.Locator("summary", new() { HasTextString = "Image sensor" }).Locator(".mark:not(.warning)")).ToHaveTextAsync("1");
        Assert.NotEqual(before, await studio.Pixels());
        await reset.ClickAsync();
        await page.WaitForFunctionAsync("() => window.minisim.spec.acquisition.image_sensor.read_noise_e === 2");
        await studio.FrameShown();
        await Expect(page.Locator(".mark:not(.warning)")).ToHaveCountAsync(0);
        Assert.Equal(before, await studio.Pixels());
        Assert.Equal(StudioPage.SmallSpec, await studio.Spec());
        Assert.Empty(studio.Complaints);
    }
}
