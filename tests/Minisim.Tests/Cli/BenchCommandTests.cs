using System.Text.Json;
using Minisim.Benchmarks;
using Minisim.Cli;
using Minisim.Presets;
using Minisim.Steps;

namespace Minisim.Tests.Cli;

public sealed class BenchCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("minisim").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<(int Code, string Out, string Error)> Run(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync(args, output, error);
        return (code, output.ToString(), error.ToString());
    }

    private string Save(Spec spec)
    {
        var path = Path.Combine(_folder, "tiny.json");
        SpecJson.Save(spec, path);
        return path;
    }

    private static Spec Tiny => Preset.Create(Scopes.MiniscopeV4, ReferenceRegions.Ca1, new PresetOptions { DurationS = 0.5, SizePx = (48, 64), Extra = [new BrainMotion()] });

    [Fact]
    public async Task Bench_names_every_step_that_compiles_and_every_stage_that_renders()
    {
        var (code, output, _) = await Run("bench", Save(Tiny), "--threads", "2");
        Assert.Equal(0, code);
        foreach (var step in Tiny.Steps) Assert.Contains(StepCatalog.Of(step).Kind, output);
        foreach (var row in new[] { "memory copy", "multiply-add", "truth", "footprints", "shift and static fields", "random normals", "noise and counts", "neuropil fields",
            "cells", "low light", "whole chain", "2 threads", "expected time", "10 frames of 48 × 64 px", "B per frame" })
            Assert.Contains(row, output);
    }

    [Fact]
    public async Task Stages_that_the_spec_has_not_are_left_out()
    {
        var cellsOnly = Tiny with { Steps = [.. Tiny.Steps.Where(s => StepCatalog.Of(s).Kind is "place_neurons" or "cell_activity" or "optics" or "composite")] };
        var (code, output, _) = await Run("bench", Save(cellsOnly));
        Assert.Equal(0, code);
        Assert.Contains("cells  ", output);
        foreach (var row in new[] { "random normals", "noise", "neuropil", "low light" }) Assert.DoesNotContain(row, output);
    }

    [Fact]
    public async Task Json_has_stages_that_add_up_to_the_whole_chain()
    {
        var (code, output, _) = await Run("bench", Save(Tiny), "--json", "--threads", "1");
        Assert.Equal(0, code);
        using var document = JsonDocument.Parse(output);
        var root = document.RootElement;
        Assert.Equal(root.GetProperty("one_thread_ns").GetDouble(), root.GetProperty("stages").EnumerateArray().Sum(s => s.GetProperty("ns").GetDouble()), 6);
        Assert.Equal(("10", "48", "64", "1"), (root.GetProperty("frames").GetRawText(), root.GetProperty("height").GetRawText(), root.GetProperty("width").GetRawText(), root.GetProperty("threads").GetRawText()));
        Assert.Contains(root.GetProperty("compile").EnumerateArray(), s => s.GetProperty("step").GetString() == "neuropil");
        Assert.True(root.GetProperty("peak_bytes").GetInt64() > 0);
    }

    [Fact]
    public async Task Whole_simulates_once_and_says_what_it_made()
    {
        var (code, output, _) = await Run("bench", Save(Tiny), "--whole", "--quiet");
        Assert.Equal(0, code);
        Assert.Contains("10 frames of 48 × 64 px", output);
        Assert.Single(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Theory, InlineData("avi"), InlineData("zarr"), InlineData("miniscope")]
    public async Task A_timeline_shows_what_every_thread_did_and_leaves_only_its_picture(string format)
    {
        var picture = Path.Combine(_folder, "made", "run.svg");
        var spec = Save(Tiny);
        var (code, output, error) = await Run("bench", spec, "--timeline", picture, "--format", format, "--quiet");
        Assert.Equal(0, code);
        Assert.Equal([picture], Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(picture)!));
        Assert.Contains("without rendering", output);
        foreach (var what in (string[])["compile", "render", "write", "complete"]) Assert.Contains($"\n  {what} ", output);
        // A picture that is there stays.
        (code, _, error) = await Run("bench", spec, "--timeline", picture, "--quiet");
        Assert.Equal(2, code);
        Assert.Contains("--overwrite", error);
        Assert.Equal(0, (await Run("bench", spec, "--timeline", picture, "--quiet", "--overwrite")).Code);
    }

    [Fact]
    public void Time_that_two_threads_share_counts_once()
    {
        var timeline = RunTimeline.Of(() =>
        {
            using var simulated = Simulator.Run(Tiny);
        });
        foreach (var kind in timeline.Spans.Select(s => s.What).Distinct())
        {
            var own = timeline.Spans.Where(s => s.What == kind).ToArray();
            Assert.InRange(timeline.Covered(kind), own.Max(s => s.To - s.From), Math.Min(own.Sum(s => s.To - s.From), timeline.Seconds) + 1e-9);
        }
        Assert.InRange(timeline.WithoutRendering, 0, timeline.Seconds);
        Assert.All(timeline.Spans, s => Assert.InRange(s.From, 0, s.To));
        Assert.Contains(timeline.Spans, s => s.What == "render" && !s.IsWait);
    }

    [Theory]
    [InlineData("""{"acquisition": {"fps": -1}}""", "", "acquisition.fps")]
    [InlineData("{}", "--timeline a.txt", ".png")]
    [InlineData("{}", "--format zarr", "--timeline")]
    [InlineData("{}", "--timeline a.png --whole", "leave --whole")]
    [InlineData("{}", "--threads -2", "--threads -2")]
    [InlineData("{}", "--whole --json", "one of them")]
    [InlineData("{}", "--set fps", "path=value")]
    public async Task Bad_specs_and_wrong_use_give_the_usual_error(string spec, string options, string word)
    {
        var path = Path.Combine(_folder, "bad.json");
        File.WriteAllText(path, spec);
        var (code, output, error) = await Run(["bench", path, .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith("error: ", error);
        Assert.Contains(word, error);
    }

    [Fact]
    public async Task A_spec_without_any_step_is_measured_too()
    {
        var path = Path.Combine(_folder, "least.json");
        File.WriteAllText(path, """{"acquisition": {"duration_s": 0.1, "image_sensor": {"n_px_height": 20, "n_px_width": 20}}}""");
        Assert.Equal(0, (await Run("bench", path)).Code);
    }

    [Theory]
    [InlineData("Intel(R) Xeon(R) Processor @ 2.50GHz", 512, "xeon-2.5GHz-avx512")]
    [InlineData("Intel(R) Core(TM) i7-9750H CPU @ 3.00GHz", 256, "core-i7-9750h-3GHz-avx2")]
    [InlineData("AMD EPYC 7763 64-Core Processor", 256, "epyc-7763-64-core-avx2")]
    public void Results_have_one_folder_per_processor(string processor, int bits, string folder) =>
        Assert.Equal(folder, new Machine(processor, 2, bits, "", "").FolderName);
}
