using System.Text.Json.Nodes;
using Minisim.Steps;

namespace Minisim.Tests.Studio;

public class PixelBudgetTests
{
    private static readonly Spec Spec = TestStudio.SmallSpec;

    private static readonly (int, int)[] Places = [(0, 0), (1, 5), (47, 64), (95, 127), (94, 3), (33, 100)];

    [Fact]
    public void The_expected_light_of_a_pixel_is_that_of_the_chain_before_the_sensor_in_electrons()
    {
        using var scene = Simulator.Compile(Spec);
        using var before = Simulator.Compile(Spec, new SimulateOptions { Until = "leakage" });
        var electrons = Spec.Find<Sensor>()!.PhotonsPerUnit * Spec.Acquisition.ImageSensor.QuantumEfficiency;
        foreach (var (row, col) in Places)
        {
            var budget = scene.PixelBudget(row, col, 3, 30);
            for (var f = 0; f < 30; f++)
            {
                var frame = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(before.Frame(3 + f));
                Assert.Equal(frame[row * scene.Width + col] * electrons, budget.Expected[f], 1e-3 * budget.Expected[f] + 1e-6);
                Assert.Equal(budget.Expected[f], budget.Cells[f] + budget.Background[f] + budget.Leakage, 1e-6 * budget.Expected[f] + 1e-6);
            }
        }
    }

    [Fact]
    public void Counts_of_a_pixel_are_those_of_whole_frames_wherever_it_lies_and_however_the_tissue_moves()
    {
        using var scene = Simulator.Compile(Spec);
        var frames = Enumerable.Range(0, scene.Frames).Select(scene.Frame).ToArray();
        foreach (var (row, col) in Places)
            Assert.Equal(frames.Select(f => (int)f[row * scene.Width + col]), scene.PixelBudget(row, col, 0, scene.Frames).Counts);
    }

    [Fact]
    public void Light_of_the_cells_alone_is_that_of_a_chain_without_neuropil_and_leakage()
    {
        using var scene = Simulator.Compile(Spec);
        using var alone = Simulator.Compile(Spec.Without<Neuropil>().Without<Leakage>());
        foreach (var (row, col) in Places)
        {
            var (a, b) = (scene.PixelBudget(row, col, 0, 40), alone.PixelBudget(row, col, 0, 40));
            for (var f = 0; f < 40; f++) Assert.Equal(b.Expected[f], a.Cells[f], 1e-4 * b.Expected[f] + 1e-6);
            Assert.All(b.Background, v => Assert.Equal(0, v));
        }
    }

    [Fact]
    public async Task A_page_learns_what_a_pixel_is_made_of_and_why_a_cell_can_be_found()
    {
        await using var studio = await TestStudio.Start();
        await using var page = await studio.Connect();
        await page.Ask(new JsonObject { ["op"] = "show", ["id"] = 1, ["spec"] = TestStudio.Json(Spec) });
        var pixel = await page.Ask(new JsonObject { ["op"] = "pixel", ["id"] = 2, ["row"] = 47, ["col"] = 64 });
        using var scene = Simulator.Compile(Spec);
        var budget = scene.PixelBudget(47, 64, 0, scene.Frames);
        Assert.Equal(budget.Cells.Select(v => Math.Round(v, 2)), pixel["cells"]!.AsArray().Select(v => (double)v!));
        Assert.Equal(budget.Counts, pixel["counts"]!.AsArray().Select(v => (int)v!));

        var cells = await page.Ask(new JsonObject { ["op"] = "cells", ["id"] = 3 });
        using var recording = Simulator.Run(Spec);
        var facts = recording.Evaluator().CellFacts;
        Assert.Equal(scene.Truth.Detectable.ToArray(), cells["detectable"]!.AsArray().Select(v => (bool)v!));
        for (var u = 0; u < facts.Count; u++)
        {
            Assert.Equal(facts[u].Snr, (double)cells["snr"]![u]!, 0.006);
            Assert.Equal(facts[u].DepthUm, (double)cells["depthUm"]![u]!, 0.006);
        }

        var cell = await page.Ask(new JsonObject { ["op"] = "cell", ["id"] = 4, ["unit"] = 2 });
        Assert.Equal(scene.Truth.C!.Row<double>(2).ToArray().Select(v => Math.Round(v, 4)), cell["c"]!.AsArray().Select(v => (double)v!));
        // The terms that are shown make the ratio that is shown.
        double N(string name) => (double)cell[name]!;
        var electrons = N("focusFactor") * N("gain") * N("illumination") * N("vignette") * N("vessels") * N("electronsPerUnit");
        var ratio = (N("peak") - N("base")) * electrons / Math.Sqrt(Math.Max(N("base"), 0) * electrons + N("readNoiseE") * N("readNoiseE"));
        Assert.Equal(N("snr"), ratio, 0.01 * ratio);
        Assert.Equal((double)cells["snr"]![2]!, N("snr"), 0.006);
    }

    [Fact]
    public async Task Fields_and_the_focal_surface_are_those_of_the_truth()
    {
        await using var studio = await TestStudio.Start();
        await using var page = await studio.Connect();
        await page.Ask(new JsonObject { ["op"] = "show", ["id"] = 1, ["spec"] = TestStudio.Json(Spec) });
        using var scene = Simulator.Compile(Spec);
        var mask = Floats(await page.AskPixels(new JsonObject { ["op"] = "field", ["id"] = 2, ["name"] = "vasculature_mask" }));
        Assert.Equal(scene.Truth.Find("vasculature_mask")!.ToDoubles().Select(v => (float)v), mask);
        var focus = Floats(await page.AskPixels(new JsonObject { ["op"] = "field", ["id"] = 3, ["name"] = "focus" }));
        Assert.Equal(scene.Truth.FocalDepthUm!.Value, focus[47 * 128 + 63], 0.01);
        // Curved: the rim is in focus less deep.
        Assert.True(focus[0] < focus[47 * 128 + 63]);
        var none = await page.Ask(new JsonObject { ["op"] = "field", ["id"] = 4, ["name"] = "C" });
        Assert.Equal("error", (string?)none["op"]);
    }

    private static float[] Floats(byte[] message) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(message.AsSpan(32)).ToArray();
}
