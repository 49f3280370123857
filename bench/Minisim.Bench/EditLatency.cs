using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Minisim.Benchmarks;
using Minisim.Presets;
using Minisim.Steps;

namespace Minisim.Bench;

/// <summary>Time from an edit of a spec to its first frame, for every field: <c>Minisim.Bench edits</c>. V4 × CA1 at 608², all cores, the scene
/// before the edit compiled and its renderer warm.</summary>
internal static class EditLatency
{
    private const int Repeats = 15;

    /// <param name="only">Words; of the fields only those whose path has one of them. None: all. <c>reference</c> takes the reference's CA1.</param>
    public static void Run(string[] only)
    {
        var isReference = only.Contains("reference");
        only = [.. only.Where(w => w != "reference")];
        var spec = Preset.Create(Scopes.MiniscopeV4, Regions.Find("ca1", isReference)!, new PresetOptions { DurationS = 30, Extra = [new BrainMotion(), new Bleaching(), new HotPixels()] });
        if (spec.Acquisition.FocalDepthInTissueUm is null) spec = spec with { Acquisition = spec.Acquisition with { FocalDepthInTissueUm = 150 } };
        Console.WriteLine($"# From an edit to the first frame{Environment.NewLine}{Environment.NewLine}{Machine.Here.Processor}, {Machine.Here.Processors} cores. V4 × CA1{(isReference ? " of the reference" : "")}, 608 × 608, 600 frames, focus at {spec.Acquisition.FocalDepthInTissueUm} µm; medians of {Repeats}, ms.{Environment.NewLine}");
        using var scene = Simulator.Compile(spec);
        scene.Frame(0);
        var whole = Median(() =>
        {
            var clock = Stopwatch.StartNew();
            using var fresh = Simulator.Compile(spec);
            var compiled = clock.Elapsed.TotalMilliseconds;
            fresh.Frame(0);
            return (compiled, "");
        });
        Console.WriteLine($"| edit | ms | of which compiling | compiled anew |{Environment.NewLine}| --- | --- | --- | --- |{Environment.NewLine}| everything afresh | {whole.Ms:0} | {whole.CompileMs:0} | all |");
        foreach (var (path, value) in Edits(spec))
        {
            if (only.Length > 0 && !only.Any(path.Contains)) continue;
            Spec edited;
            try
            {
                edited = SpecJson.With(spec, path, value);
            }
            catch (SpecException)
            {
                continue;
            }
            var (ms, compileMs, compiled) = Median(() =>
            {
                var clock = Stopwatch.StartNew();
                using var next = Simulator.Compile(edited, previous: scene);
                var took = clock.Elapsed.TotalMilliseconds;
                next.Frame(0);
                return (took, string.Join(", ", next.CompileTimes.Where(t => t.Step == "scene" ? only.Length > 0 : next.Steps.Compiled.Any(k => k.Kind == t.Step)).Select(t => only.Length > 0 ? FormattableString.Invariant($"{t.Step} {t.Time.TotalMilliseconds:0.0}") : t.Step)));
            });
            Console.WriteLine($"| {path} | {ms:0} | {compileMs:0} | {compiled} |");
        }
    }

    private static (double Ms, double CompileMs, string What) Median(Func<(double CompileMs, string What)> run)
    {
        var (_, what) = run();
        double[] times = new double[Repeats], compiles = new double[Repeats];
        for (var i = 0; i < Repeats; i++)
        {
            var clock = Stopwatch.StartNew();
            (compiles[i], _) = run();
            times[i] = clock.Elapsed.TotalMilliseconds;
        }
        Array.Sort(times);
        Array.Sort(compiles);
        return (times[Repeats / 2], compiles[Repeats / 2], what);
    }

    // Every number of the spec, 5 % more.
    private static IEnumerable<(string Path, string Value)> Edits(Spec spec)
    {
        var found = new List<(string, string)>();
        void Walk(JsonNode? node, string path)
        {
            switch (node)
            {
                case JsonObject o:
                    foreach (var (name, value) in o) Walk(value, path.Length == 0 ? name : $"{path}.{name}");
                    break;
                case JsonArray a when path == "steps":
                    foreach (var step in a) Walk(step, $"steps.{(string)step!["kind"]!}");
                    break;
                case JsonArray a:
                    for (var i = 0; i < a.Count; i++) Walk(a[i], $"{path}[{i}]");
                    break;
                case JsonValue v when v.TryGetValue(out long whole):
                    found.Add((path, (whole + 1).ToString(CultureInfo.InvariantCulture)));
                    break;
                case JsonValue v when v.TryGetValue(out double number):
                    found.Add((path, (number == 0 ? 0.1 : number < 1 ? number * 0.95 : number * 1.05).ToString("R", CultureInfo.InvariantCulture)));
                    break;
            }
        }
        Walk(JsonNode.Parse(SpecJson.Write(spec)), "");
        return found;
    }
}
