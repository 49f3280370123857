using System.CommandLine;
using System.Text.Json;
using Minisim.Cli;
using Minisim.Presets;
using Minisim.Steps;

namespace Minisim.Tests.Cli;

public sealed class CommandLineTests : IDisposable
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

    [Fact]
    public async Task New_writes_the_preset_that_was_asked_for()
    {
        var path = At("a.json");
        var (code, output, error) = await Run("new", "--scope", "miniscope_v4", "--region", "ca1", "--duration", "30", "--seed", "3", "--motion", "--bleaching", "-o", path);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("600 frames of 608 × 608 px", output);
        Assert.Equal(Preset.Create(Scopes.MiniscopeV4, Regions.Ca1, new() { DurationS = 30, Seed = 3, Extra = [Regions.Ca1.Motion, new Bleaching()] }), SpecJson.Load(path));
        Assert.Equal(0, (await Run("new", "--reference", "--region", "ca1", "--motion", "-o", path, "--overwrite")).Code);
        Assert.Equal(Preset.Create(Scopes.MiniscopeV4, ReferenceRegions.Ca1, new() { Extra = [new BrainMotion()] }), SpecJson.Load(path));
        Assert.Contains("ca1, cortex_l23", (await Run("new", "--reference", "--region", "striatum")).Error);
    }

    [Fact]
    public async Task New_prints_to_standard_output_and_takes_every_option()
    {
        var (code, output, _) = await Run("new", "--scope", "miniscope_v4", "--reference", "--region", "cortex_l23", "--fps", "30", "--activity", "1", "--size", "100x120", "--no-neuropil",
            "--no-vessels", "--no-fields", "--set", "sensor.photons_per_unit=50", "--set", "steps.vignette.falloff=0.9");
        Assert.Equal(0, code);
        var spec = SpecJson.Parse(output);
        Assert.Equal(["place_neurons", "cell_activity", "optics", "composite", "vignette", "sensor"], spec.Steps.Select(s => StepCatalog.Of(s).Kind));
        Assert.Equal((30.0, 100, 120, 210.0, 50.0), (spec.Acquisition.Fps, spec.Acquisition.ImageSensor.NPxHeight, spec.Acquisition.ImageSensor.NPxWidth,
            spec.Find<CellActivity>()!.ActiveRateHz, spec.Find<Sensor>()!.PhotonsPerUnit));
        // Where there is a mean rate the dial is a factor of three.
        Assert.Equal(3 * Regions.Ca1.Activity.RateMeanHz!.Value, SpecJson.Parse((await Run("new", "--activity", "1")).Out).Find<CellActivity>()!.RateMeanHz!.Value, 1e-12);
    }

    [Fact]
    public async Task New_replaces_a_file_only_when_told_to()
    {
        string[] args = ["new", "--scope", "generic_1p", "--region", "ca1", "-o", At("a.json")];
        Assert.Equal(0, (await Run(args)).Code);
        var (code, _, error) = await Run(args);
        Assert.Equal(2, code);
        Assert.Contains("--overwrite", error);
        Assert.Equal(0, (await Run([.. args, "--overwrite"])).Code);
    }

    [Fact]
    public async Task Validate_reports_every_problem_and_warning()
    {
        File.WriteAllText(At("bad.json"), """{"sede": 1, "acquisition": {"fps": -1}}""");
        var (code, output, error) = await Run("validate", At("bad.json"));
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("2 problems", error);
        Assert.Contains("acquisition.fps = -1.0: must be > 0", error);

        var json = await Run("validate", At("bad.json"), "--json");
        using var document = JsonDocument.Parse(json.Out);
        Assert.Equal((2, 2), (json.Code, document.RootElement.GetProperty("problems").GetArrayLength()));

        File.WriteAllText(At("odd.json"), """{"acquisition": {"focal_depth_in_tissue_um": 900}, "steps": [{"kind": "place_neurons"}]}""");
        var odd = await Run("validate", At("odd.json"));
        Assert.Equal(0, odd.Code);
        Assert.StartsWith("warning: acquisition.focal_depth_in_tissue_um = 900.0", odd.Error);
    }

    [Fact]
    public async Task Info_shows_what_a_spec_amounts_to()
    {
        var (code, output, _) = await Run("info", Path.Combine(AppContext.BaseDirectory, "specs", "S4.json"));
        Assert.Equal(0, code);
        foreach (var text in new[] { "3000 (150 s at 20 fps)", "608 × 608 px, 1006.3 × 1006.3 µm", "1.655 µm", "85.7 µm", "630 × 630 px, margin 11 px", "place_neurons → cell_activity" })
            Assert.Contains(text, output);
        File.WriteAllText(At("least.json"), "{}");
        Assert.Equal(0, (await Run("info", At("least.json"))).Code);
    }

    [Fact]
    public async Task Describe_explains_steps_and_fields_in_the_words_of_the_code()
    {
        var (code, output, error) = await Run("describe");
        Assert.Equal((0, ""), (code, error));
        Assert.All(StepCatalog.Kinds, k => Assert.Contains($"  {k.Kind}", output));

        var step = (await Run("describe", "cell_activity")).Out;
        Assert.Contains("Spikes and calcium", step);
        Assert.Contains("tau_decay_s = 0.5 s   (> 0)", step);
        foreach (var asked in new[] { "cell_activity.tau_decay_s", "tau_decay_s", "steps.cell_activity.tau_decay_s", "steps[4] (cell_activity).tau_decay_s" })
            Assert.Equal("cell_activity.tau_decay_s\n  Decay time constant of the indicator, s.\n\n  value      a number\n  unit       s\n  range      > 0\n  default    0.5\n",
                (await Run("describe", asked)).Out.ReplaceLineEndings("\n"));

        Assert.Contains("  \"walk\"        A random walk", (await Run("describe", "brain_motion.model")).Out);
        Assert.Contains("illumination_profile.falloff = 0.7", (await Run("describe", "falloff")).Out);
        Assert.Contains("opacity", (await Run("describe", "steps[0] (vasculature).layers[0]")).Out);
        Assert.Contains("acquisition.optics", (await Run("describe", "acquisition")).Out);
    }

    [Fact]
    public async Task Every_field_and_step_can_be_described()
    {
        Assert.True(SpecTopic.All.Count > 80);
        foreach (var topic in SpecTopic.All)
        {
            Assert.NotEmpty(topic.Summary);
            var (code, output, _) = await Run("describe", topic.Path);
            Assert.Equal(0, code);
            Assert.Contains(SpecDocs.Plain(topic.Summary).Split(' ')[0], output);
            Assert.All(output.Split('\n'), line => Assert.True(line.Length <= 130, line));
        }
    }

    [Fact]
    public async Task Schema_prints_the_schema_that_the_library_writes() =>
        Assert.Equal(SpecSchema.Write(), (await Run("schema")).Out.TrimEnd());

    public static TheoryData<string, string> WrongUse => new()
    {
        { "", "Usage" },
        { "nwe", "did you mean 'new'" },
        { "-v", "did you mean '-V'" },
        { "new --set bit_dept=3", "Did you mean \"bit_depth\"? It belongs to acquisition.image_sensor" },
        { "new --set size=64", "rows x columns" },
        { "validate", "SPEC.json is missing" },
        { "score a.zarr", "ESTIMATE is missing" },
        { "validate nowhere.json", "no such file" },
        { "validate /", "folder" },
        { "validate a.json b.json", "b.json" },
        { "simulate a.json a.zarr", "'a.zarr': what is to be written goes behind -o" },
        { "validate a.json --jsno", "did you mean '--json'" },
        { "info --frobnicate", "--frobnicate" },
        { "describe tau_decay", "did you mean 'tau_decay_s'" },
        { "describe cell_activty", "did you mean 'cell_activity'" },
        { "describe acquisition.optics.magnifcation", "did you mean 'acquisition.optics.magnification'" },
        { "describe jellyfish", "minisim describe" },
        { "schema spce", "did you mean 'spec'" },
        { "new --scope miniscope_v5 --region ca1", "did you mean miniscope_v4" },
        { "new --scope miniscope_v4 --region moon", "ca1, cortex_l23" },
        { "new --scope miniscope_v4 --region ca1 --fps fast", "fast" },
        { "new --scope miniscope_v4 --region ca1 --fps NaN", "acquisition.fps" },
        { "new --scope miniscope_v4 --region ca1 --duration -5", "acquisition.duration_s" },
        { "new --scope miniscope_v4 --region ca1 --seed -5", "seed" },
        { "new --scope miniscope_v4 --region ca1 --seed 99999999999999999999", "99999999999999999999" },
        { "new --scope miniscope_v4 --region ca1 --activity 2", "[0, 1]" },
        { "new --scope miniscope_v4 --region ca1 --size 608", "256x256" },
        { "new --scope miniscope_v4 --region ca1 --size 0x5", "n_px_height" },
        { "new --scope miniscope_v4 --region ca1 --set fps", "path=value" },
        { "new --scope miniscope_v4 --region ca1 --set acquisition.fsp=3", "\"fps\"" },
        { "new --scope miniscope_v4 --region ca1 --set steps.sensr.photons_per_unit=3", "\"sensor\"" },
        { "new --scope miniscope_v4 --region ca1 -o /", "folder" },
    };

    [Theory, MemberData(nameof(WrongUse))]
    public async Task Wrong_use_gives_one_message_and_exit_code_2(string line, string word)
    {
        var (code, output, error) = await Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(word, error);
        Assert.DoesNotContain("   at ", error);
        if (line.Length > 0) Assert.StartsWith("error: ", error);
    }

    /// <summary>Recordings, specs and results are taken for one another; each is told from the others by what it is.</summary>
    [Theory]
    [InlineData("simulate r.zarr -o x.avi", "is a recording, not a spec: 'minisim export'")]
    [InlineData("export s.json -o x.avi", "is a spec, not a recording: make one of it with 'minisim simulate")]
    [InlineData("score s.json e.npz", "is a spec, not a recording")]
    [InlineData("score e.npz r.zarr", "the recording comes first")]
    [InlineData("run s.json", "unknown command 'run' (see 'minisim --help')")]
    public async Task What_stands_in_the_place_of_another_is_called_what_it_is(string line, string said)
    {
        Minisim.Tests.Formats.Zarr.SampleRecording.Make(9, 13, 17).WriteTo(At("r.zarr"));
        File.WriteAllText(At("s.json"), "{}");
        File.WriteAllBytes(At("e.npz"), [1]);
        var (code, _, error) = await Run([.. line.Split(' ').Select(w => Path.HasExtension(w) && File.Exists(At(w)) || Directory.Exists(At(w)) ? At(w) : w)]);
        Assert.Equal(2, code);
        Assert.Contains(said, error);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_is_a_failure_and_not_a_crash()
    {
        File.WriteAllText(At("file"), "");
        var (code, _, error) = await Run("new", "--scope", "generic_1p", "--region", "ca1", "-o", At("file/folder/a.json"));
        Assert.Equal(1, code);
        Assert.StartsWith("error: ", error);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Fact]
    public async Task Every_command_helps_with_examples_that_run()
    {
        var commands = CommandLine.Root().Subcommands.Prepend(CommandLine.Root());
        foreach (var command in commands)
        {
            var (code, output, error) = await Run(command.Name == "minisim" ? ["--help"] : [command.Name, "--help"]);
            Assert.Equal((0, ""), (code, error));
            Assert.Contains("Examples:", output);
            Assert.DoesNotContain("minisim-cli", output);
            var parsed = ((ExampleCommand)command).Examples.Select(e => CommandLine.Root().Parse(e.Split(' ')[1..]));
            Assert.All(parsed, p => Assert.Empty(p.Errors));
        }
    }

    [Theory]
    [InlineData("--version")]
    [InlineData("-V")]
    [InlineData("version")]
    public async Task The_version_is_said_however_it_is_asked_for(string word) =>
        Assert.Equal((0, $"minisim {Engine.Version} (model {Engine.ModelVersion})", ""), ((await Run(word)) is var (code, output, error) ? (code, output.Trim(), error) : default));
}
