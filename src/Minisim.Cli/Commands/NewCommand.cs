using System.CommandLine;
using System.Globalization;
using Minisim.Presets;
using Minisim.Steps;

namespace Minisim.Cli.Commands;

/// <summary><c>minisim new</c>: a spec from the presets.</summary>
internal static class NewCommand
{
    public static Command Create()
    {
        var scope = new Option<string>("--scope") { Description = $"Instrument: {string.Join(", ", Scopes.All.Select(s => s.Name))}. Default: {Scopes.MiniscopeV4.Name}.", HelpName = "name", DefaultValueFactory = _ => Scopes.MiniscopeV4.Name };
        var region = new Option<string>("--region") { Description = $"Brain region: {string.Join(", ", Regions.All.Select(r => r.Name))}. Default: {Regions.Ca1.Name}.", HelpName = "name", DefaultValueFactory = _ => Regions.Ca1.Name };
        var reference = new Option<bool>("--reference") { Description = $"The presets of the reference instead of the realistic ones: {string.Join(", ", ReferenceRegions.All.Select(r => r.Name))}." };
        var duration = new Option<double>("--duration") { Description = "Length in s.", HelpName = "S", DefaultValueFactory = _ => 150 };
        var fps = new Option<double>("--fps") { Description = "Frames per second.", HelpName = "F", DefaultValueFactory = _ => 20 };
        var seed = new Option<long>("--seed") { Description = "Seed of every random draw.", HelpName = "N", DefaultValueFactory = _ => 0 };
        var activity = new Option<double?>("--activity") { Description = "How much the cells fire: 0 a third, 0.5 as measured, 1 three times as much; with --reference sparse, moderate, dense. Default: 0.5.", HelpName = "0..1" };
        var size = new Option<string?>("--size") { Description = "Rows x columns of the sensor in px, e.g. 256x256. Default: the scope's.", HelpName = "HxW" };
        var motion = new Option<bool>("--motion") { Description = "Add brain motion." };
        var bleaching = new Option<bool>("--bleaching") { Description = "Add photobleaching." };
        var noNeuropil = new Option<bool>("--no-neuropil") { Description = "Leave out the neuropil." };
        var noVessels = new Option<bool>("--no-vessels") { Description = "Leave out the blood vessels." };
        var noFields = new Option<bool>("--no-fields") { Description = "Leave out the scope's illumination, vignette and leakage." };
        var set = SetOption.Create();
        var output = new Option<string?>("--output", "-o") { Description = "File to write. Default: standard output.", HelpName = "SPEC.json" };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace the file if it exists." };

        var command = new ExampleCommand("new", "Write a spec: an instrument over a brain region, by default a Miniscope V4 over CA1, focused on the plane that keeps most of the layer in focus.",
            "minisim new -o ca1.json",
            "minisim new --scope miniscope_v4 --region ca1 -o ca1.json",
            "minisim new --scope miniscope_v4 --region cortex_l23 --duration 60 --motion --bleaching -o cortex.json",
            "minisim new --reference --region ca1 -o reference.json",
            "minisim new --scope generic_1p --region ca1 --size 128x128 --activity 0.2 --set steps.neuropil.amplitude=0.1 -o small.json")
        {
            scope, region, reference, duration, fps, seed, activity, size, motion, bleaching, noNeuropil, noVessels, noFields, set, output, overwrite,
        };
        command.SetAction(result =>
        {
            List<Step> extra = [];
            var where = Names.Find("--region", result.GetRequiredValue(region), Regions.Of(result.GetValue(reference)), r => r.Name);
            if (result.GetValue(motion)) extra.Add(where.Motion);
            if (result.GetValue(bleaching)) extra.Add(new Bleaching());
            var spec = Preset.Create(
                Names.Find("--scope", result.GetRequiredValue(scope), Scopes.All, s => s.Name),
                where,
                new PresetOptions
                {
                    DurationS = result.GetValue(duration),
                    Fps = result.GetValue(fps),
                    Seed = result.GetValue(seed),
                    SizePx = Size(result.GetValue(size)),
                    Activity = Activity(where, result.GetValue(activity)),
                    Extra = [.. extra],
                    NoNeuropil = result.GetValue(noNeuropil),
                    NoVessels = result.GetValue(noVessels),
                    NoScopeFields = result.GetValue(noFields),
                });
            spec = SetOption.Apply(spec, result.GetValue(set)!);
            var (stdout, stderr) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            Terminal.Warn(stderr, SpecValidator.Check(spec));
            if (result.GetValue(output) is not { } path || path == "-")
            {
                stdout.WriteLine(SpecJson.Write(spec));
                return ExitCode.Ok;
            }
            if (Directory.Exists(path)) throw new UsageException($"{path} is a folder. Name a file.");
            if (File.Exists(path) && !result.GetValue(overwrite)) throw new UsageException($"{path} exists. Give --overwrite to replace it.");
            SpecJson.Save(spec, path);
            stdout.WriteLine($"Wrote {path}: {SpecReport.InOneLine(spec)}.");
            return ExitCode.Ok;
        });
        return command;
    }

    private static CellActivity? Activity(Region where, double? dial) => dial switch
    {
        null => null,
        >= 0 and <= 1 => where.ActivityAt(dial.Value),
        _ => throw new UsageException(FormattableString.Invariant($"--activity {dial}: must be in [0, 1].")),
    };

    private static (int, int)? Size(string? text)
    {
        if (text is null) return null;
        var parts = text.Split('x', 'X', '×');
        return parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var height)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var width)
            ? (height, width)
            : throw new UsageException($"--size {text}: write rows x columns, e.g. 256x256.");
    }
}
