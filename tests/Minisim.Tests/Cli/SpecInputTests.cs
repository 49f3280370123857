using System.Text;
using System.Text.Json;
using Minisim.Cli;
using Minisim.Presets;
using Minisim.Steps;

namespace Minisim.Tests.Cli;

/// <summary>What a command works on: files, standard input, <c>--set</c>, names in any case.</summary>
public sealed class SpecInputTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("minisim").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name) => Path.Combine(_folder, name);

    private static async Task<(int Code, string Out, string Error)> Run(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync(args, output, error);
        return (code, output.ToString(), error.ToString());
    }

    private static Task<(int Code, string Out, string Error)> Piped(string input, params string[] args) =>
        SpecInput.WithInput(new MemoryStream(Encoding.UTF8.GetBytes(input)), () => Run(args));

    [Fact]
    public async Task Pipes_and_devices_as_specs_are_read_right_or_refused_in_one_line_and_soon()
    {
        if (OperatingSystem.IsWindows()) return;
        // A pipe with a writer is read to its end, as a shell's <(command) is.
        Assert.Equal(0, Interop.ChildSignal.MakePipe(At("pipe")));
        var writing = Task.Run(() => File.WriteAllText(At("pipe"), SpecJson.Write(Tiny)), TestContext.Current.CancellationToken);
        Assert.Contains("10 (0.5 s at 20 fps)", (await Run("info", At("pipe"))).Out);
        await writing;
        // Without a writer it is waited for a while.
        var before = SpecText.PipeWait;
        SpecText.PipeWait = TimeSpan.FromSeconds(0.3);
        try
        {
            Assert.Equal(0, Interop.ChildSignal.MakePipe(At("silent")));
            var (code, _, said) = await Run("simulate", At("silent"), "-o", At("a.npy"));
            Assert.Equal(2, code);
            Assert.Contains("a pipe into which nobody wrote", said);
        }
        finally
        {
            SpecText.PipeWait = before;
        }
        foreach (var (device, fragment) in ((string, string)[])[("/dev/zero", "MB"), ("/dev/null", "is empty"), ("/dev/urandom", "MB"), ("/proc/self/mem", "cannot be read")])
        {
            var (code, output, said) = await Run("info", device);
            Assert.Equal((2, ""), (code, output));
            Assert.Contains(fragment, said);
            Assert.Equal(1, said.Count(c => c == '\n'));
        }
        Assert.Contains("is empty", (await Piped("", "info", "-")).Error);
        Assert.Contains("MB", (await SpecInput.WithInput(File.OpenRead("/dev/zero"), () => Run("info", "-"))).Error);
    }

    private static Spec Tiny => Preset.Create(Scopes.MiniscopeV4, ReferenceRegions.Ca1, new() { DurationS = 0.5, SizePx = (48, 64) });

    [Fact]
    public async Task Every_command_on_a_spec_takes_set_and_standard_input()
    {
        SpecJson.Save(Tiny, At("a.json"));
        Assert.Contains("20 (0.5 s at 40 fps)", (await Run("info", At("a.json"), "--set", "acquisition.fps=40")).Out);
        Assert.Contains("20 frames", (await Run("validate", At("a.json"), "--set", "acquisition.fps=40")).Out);
        Assert.Contains("20 frames of 48", (await Run("bench", At("a.json"), "--whole", "-q", "--set", "acquisition.fps=40")).Out);

        var text = SpecJson.Write(Tiny);
        Assert.Contains("10 (0.5 s at 20 fps)", (await Piped(text, "info", "-")).Out);
        Assert.Contains("standard input is valid", (await Piped(text, "validate", "-")).Out);
        var (code, output, error) = await Piped(text, "simulate", "-", "-o", At("new/folder/a.avi"), "--set", "acquisition.fps=40");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("20 frames of 48 × 64 px", output);
        Assert.Equal(0, (await Piped(text, "preview", "-", "-o", At("other/folder/a.png"))).Code);
        Assert.True(File.Exists(At("other/folder/a.png")));

        var (bad, _, said) = await Piped("{\"acquisition\": {\"fps\": -1}}", "validate", "-");
        Assert.Equal(2, bad);
        Assert.Contains("acquisition.fps = -1", said);
        Assert.Contains("standard input", (await Piped("{", "validate", "-")).Error);
    }

    [Fact]
    public async Task A_change_to_a_spec_that_focuses_on_what_it_draws_says_that_the_focus_moves()
    {
        var auto = Tiny with { Acquisition = Tiny.Acquisition with { FocalDepthInTissueUm = null } };
        SpecJson.Save(auto, At("auto.json"));
        Assert.DoesNotContain("focal", (await Run("validate", At("auto.json"))).Error);
        foreach (var change in (string[][])[["--set", "acquisition.duration_s=1"], ["--set", "seed=4"]])
        {
            var error = (await Run(["validate", At("auto.json"), .. change])).Error;
            Assert.Contains("acquisition.focal_depth_in_tissue_um = \"auto\"", error);
            Assert.Contains(FormattableString.Invariant($"focal_depth_in_tissue_um={LayerFocus.DepthUm(auto.Acquisition, ReferenceRegions.Ca1.Populations)}"), error);
        }
        Assert.Equal("", (await Run("validate", At("auto.json"), "--set", "acquisition.focal_depth_in_tissue_um=150")).Error);
        SpecJson.Save(Tiny, At("fixed.json"));
        Assert.Equal("", (await Run("validate", At("fixed.json"), "--set", "seed=4")).Error);
    }

    [Fact]
    public async Task New_without_names_is_the_flagship_and_names_have_any_case()
    {
        var (code, output, error) = await Run("new");
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(Preset.Create(Scopes.MiniscopeV4, Regions.Ca1), SpecJson.Parse(output));
        Assert.Equal(Preset.Create(Scopes.Generic1P, Regions.CortexL23), SpecJson.Parse((await Run("new", "--scope", "Generic_1P", "--region", "CORTEX_L23")).Out));
        Assert.Contains("139.9 µm; the best for the layer", (await Piped(output, "info", "-")).Out);
    }

    [Fact]
    public async Task Set_knows_the_words_of_the_flags_in_any_case()
    {
        var (_, output, _) = await Run("new", "--set", "steps.motion={}", "--set", "steps.vessels.enabled=false", "--set", "Vessels.layers[0].opacity=0.1", "--set", "Acquisition.FPS=30", "--set", "activity.rate_mean_hz=0.7");
        var spec = SpecJson.Parse(output);
        Assert.NotNull(spec.Find<BrainMotion>());
        Assert.Equal((false, 0.1, 30.0, 0.7), (spec.Find<Vasculature>()!.Enabled, spec.Find<Vasculature>()!.Layers[0].Opacity, spec.Acquisition.Fps, spec.Find<CellActivity>()!.RateMeanHz));
        Assert.Null(SpecJson.Parse((await Run("new", "--set", "steps.vessels=null")).Out).Find<Vasculature>());
    }

    [Fact]
    public async Task Info_as_JSON_has_the_same_facts_for_specs_and_recordings()
    {
        SpecJson.Save(Tiny, At("a.json"));
        await Run("simulate", At("a.json"), "-o", At("a.zarr"), "-q");
        using var spec = JsonDocument.Parse((await Run("info", At("a.json"), "--json")).Out);
        using var recording = JsonDocument.Parse((await Run("info", At("a.zarr"), "--json")).Out);
        foreach (var name in (string[])["seed", "cache_key", "frames", "fps", "height_px", "pixel_size_um", "focal_plane", "steps", "cells_per_population"])
            Assert.Equal(spec.RootElement.GetProperty(name).GetRawText(), recording.RootElement.GetProperty(name).GetRawText());
        Assert.Equal(("spec", "recording"), (spec.RootElement.GetProperty("kind").GetString(), recording.RootElement.GetProperty("kind").GetString()));
        // One focus, wherever it is shown.
        var um = spec.RootElement.GetProperty("focal_plane").GetProperty("um").GetDouble();
        Assert.Equal((um, um), (spec.RootElement.GetProperty("focal_plane").GetProperty("layer_um").GetDouble(), recording.RootElement.GetProperty("truth").GetProperty("focal_plane_um").GetDouble()));
        Assert.Contains(recording.RootElement.GetProperty("truth").GetProperty("arrays").EnumerateArray(), a => a.GetProperty("name").GetString() == "C" && a.GetProperty("shape")[1].GetInt32() == 10);
        Assert.Equal(2, (await Run("info", At("a.zarr"), "--set", "seed=1")).Code);
    }

    [Fact]
    public async Task Info_and_preview_of_a_movie_alone_say_what_is_not_known()
    {
        SpecJson.Save(Tiny, At("a.json"));
        await Run("simulate", At("a.json"), "-o", At("a.avi"), "-o", At("a.tif"), "-o", At("a.npy"), "-q");
        foreach (var (name, rate) in ((string, string)[])[("a.avi", "at 20 fps"), ("a.tif", "at 20 fps"), ("a.npy", "does not say")])
        {
            var (code, output, error) = await Run("info", At(name));
            Assert.Equal((0, ""), (code, error));
            Assert.Contains(rate, output);
            Assert.Contains("48 × 64 px, UInt8", output);
            Assert.Contains("ground truth  none", output);
            Assert.Equal(0, (await Run("preview", At(name), "-o", At(name + ".png"))).Code);
            using var json = JsonDocument.Parse((await Run("info", At(name), "--json")).Out);
            Assert.Equal("movie", json.RootElement.GetProperty("kind").GetString());
        }
    }

    [Fact]
    public async Task Help_explains_commands_as_their_own_option_does()
    {
        Assert.Equal((await Run("simulate", "--help")).Out, (await Run("help", "simulate")).Out);
        Assert.Equal((await Run("--help")).Out, (await Run("help")).Out);
        Assert.Equal((await Run("simulate", "--help")).Out, (await Run("help", "Simulate")).Out);
        Assert.Contains("did you mean simulate", (await Run("help", "simulat")).Error);
    }

    [Fact]
    public async Task Another_seed_of_the_demo_is_another_recording()
    {
        Assert.Equal(0, (await Run("demo", "--duration", "0.5", "--seed", "7", "-o", At("demo"), "-q")).Code);
        Assert.Equal(7, SpecJson.Load(At("demo/demo.json")).Seed);
    }

    public static TheoryData<string, string, string> Slips => new()
    {
        { "new --fps fast", "--fps fast: must be a number", "System." },
        { "new --seed 1.5", "--seed 1.5: must be a whole number", "System." },
        { "simulate a.json -o x.zarr --threads many", "--threads many: must be a whole number", "System." },
        { "simlate", "did you mean 'simulate'", "System." },
        { "frobnicate", "unknown command 'frobnicate'", "did you mean" },
        { "run", "unknown command 'run'", "did you mean" },
        { "new --motoin", "did you mean '--motion'", "System." },
        { "new --cat", "--cat", "did you mean" },
        { "new --region v1", "ca1, cortex_l23", "did you mean" },
    };

    [Theory, MemberData(nameof(Slips))]
    public async Task A_slip_is_named_in_the_words_of_who_made_it(string line, string said, string unsaid)
    {
        var (code, _, error) = await Run(line.Split(' '));
        Assert.Equal(2, code);
        Assert.Contains(said, error);
        Assert.DoesNotContain(unsaid, error);
    }

    public static TheoryData<string, string[]> Hidden => new()
    {
        // A misspelt object, and what is wrong in it.
        { """{"aquisition": {"fps": -1, "optics": {"na": "wide"}}}""", ["Did you mean \"acquisition\"", "aquisition.optics.na"] },
        { """{"steps": [{"kind": "vasculatur", "layers": [{"opacty": 2, "depth_um": "deep"}]}]}""", ["Did you mean \"vasculature\"", "Did you mean \"opacity\"", "layers[0].depth_um"] },
        // A field that nobody knows says nothing against the others.
        { """{"acquisition": {"colour": "green", "fps": 20}, "steps": [{"kind": "cell_activity", "tau_decay_s": 0.002}]}""", ["acquisition.colour", "tau_decay_s"] },
        // An error in one step, a rule of another.
        { """{"steps": [{"kind": "place_neurons", "density_per_mm3": 1e12}, {"kind": "vignette", "falloff": 7}]}""", ["falloff", "cells would be placed"] },
        { """{"steps": [{"kind": "place_neurons", "populations": [{"density_per_mm3": -1}, {"soma_radius_um": "big", "depth_range_um": [9, 3]}]}, {"kind": "sensor", "photons_per_unit": 0}]}""",
            ["populations[0].density_per_mm3", "populations[1].soma_radius_um", "populations[1].depth_range_um", "photons_per_unit"] },
    };

    [Theory, MemberData(nameof(Hidden))]
    public async Task No_problem_hides_another(string text, string[] said)
    {
        var (code, _, error) = await Piped(text, "validate", "-");
        Assert.Equal(2, code);
        foreach (var words in said) Assert.Contains(words, error);
    }

    [Theory]
    [InlineData("""{"steps": [{"kind": "place_neurons"}, {"kind": "composite"}, {"kind": "bleaching"}]}""", "steps[2] (bleaching): has nothing to work on: the spec has no step \"cell_activity\"")]
    [InlineData("""{"steps": [{"kind": "vignette"}]}""", "no step \"composite\" or \"neuropil\"")]
    [InlineData("""{"steps": [{"kind": "composite"}, {"kind": "place_neurons"}]}""", "")]
    public async Task A_step_that_has_nothing_to_work_on_is_a_warning(string text, string said)
    {
        var (code, _, error) = await Piped(text, "validate", "-");
        Assert.Equal(0, code);
        Assert.Equal(said.Length > 0, error.Contains("has nothing to work on"));
        Assert.Contains(said, error);
    }

    [Fact]
    public async Task What_exists_is_kept_and_the_option_that_replaces_it_is_named()
    {
        SpecJson.Save(Tiny, At("a.json"));
        foreach (var name in (string[])["a.zarr", "a.avi", "a.h5", "session/"])
        {
            Assert.Equal(0, (await Run("simulate", At("a.json"), "-o", At(name), "-q")).Code);
            var (code, _, error) = await Run("simulate", At("a.json"), "-o", At(name), "-q");
            Assert.NotEqual(0, code);
            Assert.Contains("--overwrite", error);
        }
    }
}
