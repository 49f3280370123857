using Minisim.Tests.Reference;

namespace Minisim.Tests.Statistics;

/// <summary>What the objective makes of a random population, against the reference over as many seeds.</summary>
public class FocusStatistics
{
    [Fact]
    public void Focus_blur_light_and_detectability_have_the_reference_s_distributions()
    {
        using var json = ReferenceData.Json("stats", "cells.json");
        var spec = SpecJson.Parse(json.RootElement.GetProperty("spec").GetRawText());
        var seeds = json.RootElement.GetProperty("n_seeds").GetInt32();
        List<double> focal = [], inFocus = [], detectable = [], sigma = [], gain = [];
        for (var seed = 0; seed < seeds; seed++)
        {
            // As the reference was run: until optics, so without falloff and vessels in the detectability.
            using var scene = Simulator.Compile(spec with { Seed = 1000 + seed }, new SimulateOptions { Until = "optics" });
            focal.Add(scene.Truth.FocalDepthUm!.Value);
            inFocus.Add(Share(scene.Truth.InFocus));
            detectable.Add(Share(scene.Truth.Detectable));
            sigma.AddRange(scene.Truth.ObservedSigmaPx!.ToDoubles());
            gain.AddRange(scene.Truth.ObservedGain!.ToDoubles());
        }
        var comparisons = new Comparisons(1e-3);
        comparisons.Same("focal depth", Raw("focal"), focal);
        comparisons.Same("share in focus", Raw("frac_in_focus"), inFocus);
        comparisons.SameMean("share detectable", Raw("frac_detectable"), detectable);
        // Cells of one recording share a focal plane, so the pooled blur is compared by the means of each recording.
        var perSeed = Raw("sigma_px").Length / seeds;
        comparisons.SameMean("blur per recording", [.. Raw("sigma_px").Chunk(perSeed).Select(c => c.Average())], [.. sigma.Chunk(sigma.Count / seeds).Select(c => c.Average())]);
        comparisons.Same("gain", Raw("gain"), gain);
        comparisons.Assert();

        static double[] Raw(string name) => ReferenceData.Npy("stats", "npy", $"cells_{name}.npy").Values;
        static double Share(ReadOnlySpan<bool> flags)
        {
            var n = 0;
            foreach (var f in flags) n += f ? 1 : 0;
            return (double)n / flags.Length;
        }
    }
}
