using System.Text.Json.Nodes;
using Minisim.Presets;
using Minisim.Steps;
using Minisim.Truth;

namespace Minisim.DocPages;

/// <summary>A spec in which every step shows what it does.</summary>
internal static class StepSample
{
    /// <summary>A Miniscope V4 over CA1, cropped, with motion and bleaching.</summary>
    public static Spec Base(int side, double seconds) =>
        Preset.Create(Scopes.MiniscopeV4, ReferenceRegions.Ca1, new() { DurationS = seconds, Seed = 5, SizePx = (side, side), Extra = [new BrainMotion(), new Bleaching()] });

    /// <summary>The spec with the step, its defaults where the preset has none, and without it.</summary>
    public static (Spec With, Spec Without) Pair(StepKind kind, Spec spec)
    {
        var with = spec.Steps.Any(s => s.GetType() == kind.Type) ? spec : SpecJson.With(spec, $"steps.{kind.Kind}", "{}");
        return (with, SpecJson.With(with, $"steps.{kind.Kind}", "null"));
    }

    /// <summary>The step's JSON with its defaults.</summary>
    public static string Json(StepKind kind)
    {
        var spec = new Spec().With((Step)Activator.CreateInstance(kind.Type)!);
        var lines = SpecJson.Write(spec).Split('\n');
        var text = JsonNode.Parse(SpecJson.Write(spec))!["steps"]![0]!.AsObject();
        // The writer's own lines, cut out of the list: numbers keep their form.
        var first = Array.FindIndex(lines, l => l.Contains($"\"kind\": \"{kind.Kind}\"")) - 1;
        var indent = lines[first].Length - lines[first].TrimStart().Length;
        var last = Array.FindIndex(lines, first, l => l.StartsWith(new string(' ', indent) + "}", StringComparison.Ordinal));
        return text.Count == 1 ? $"{{ \"kind\": \"{kind.Kind}\" }}" : string.Join('\n', lines[first..(last + 1)].Select(l => l[indent..])).TrimEnd(',');
    }

    /// <summary>Arrays of the truth that are there once the chain has come to the step, and not before.</summary>
    public static IReadOnlyList<TruthArray> Truth(StepKind kind)
    {
        var (spec, _) = Pair(kind, Base(48, 0.5));
        var before = StepCatalog.Kinds.TakeWhile(k => k.Kind != kind.Kind).LastOrDefault(k => spec.Steps.Any(s => s.GetType() == k.Type));
        using var scene = Simulator.Compile(spec, new SimulateOptions { Until = kind.Kind });
        using var earlier = before is null ? null : Simulator.Compile(spec, new SimulateOptions { Until = before.Kind });
        return [.. scene.Truth.Arrays.Where(a => earlier?.Truth.Find(a.Name) is null)];
    }
}
