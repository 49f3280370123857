using System.Text.Json;
using Minisim.Tests.Reference;

namespace Minisim.Tests.Statistics;

/// <summary>A whole population through placement, activity and the objective, against the reference over as many seeds. What the
/// steps' own tests compare (rates, amplitudes, bursts, shapes) is not repeated here.</summary>
public class PopulationStatistics
{
    private readonly Comparisons _comparisons = new(1e-3);

    [Fact]
    public void Places_traces_and_light_have_the_reference_s_distributions()
    {
        using var json = ReferenceData.Json("stats", "cells.json");
        var reference = json.RootElement;
        var spec = SpecJson.Parse(reference.GetProperty("spec").GetRawText());
        var seeds = reference.GetProperty("n_seeds").GetInt32();
        int[] lags = [.. reference.GetProperty("acf_lags_frames").EnumerateArray().Select(l => l.GetInt32())];
        double[] spikeCounts = Numbers(reference.GetProperty("spikes_per_frame_hist(0..16)")),
            edges = Numbers(reference.GetProperty("trace_norm_hist").GetProperty("edges")), traceCounts = Numbers(reference.GetProperty("trace_norm_hist").GetProperty("counts"));

        List<double> focal = [], inFocus = [], detectable = [], sigma = [], gain = [], y = [], x = [], area = [], weight = [];
        List<double>[] acfS = [.. lags.Select(_ => new List<double>())], acfC = [.. lags.Select(_ => new List<double>())];
        List<double[]> spikesPerFrame = [], traceValues = [];
        for (var seed = 0; seed < seeds; seed++)
        {
            // As the reference was run: until optics, so without falloff and vessels in the detectability.
            using var scene = Simulator.Compile(spec with { Seed = 1000 + seed }, new SimulateOptions { Until = "optics" });
            var truth = scene.Truth;
            focal.Add(truth.FocalDepthUm!.Value);
            inFocus.Add(Share(truth.InFocus));
            detectable.Add(Share(truth.Detectable));
            sigma.AddRange(truth.ObservedSigmaPx!.ToDoubles());
            gain.AddRange(truth.ObservedGain!.ToDoubles());
            double[] spikeShare = new double[spikeCounts.Length], traceShare = new double[traceCounts.Length];
            var amplitude = truth.AmplitudePerCell!.ToDoubles();
            for (var i = 0; i < truth.NUnits; i++)
            {
                y.Add(truth.CentersUm.Row<double>(i)[1]);
                x.Add(truth.CentersUm.Row<double>(i)[2]);
                area.Add(truth.Planted[i].Values.Count(v => v != 0));
                weight.Add(truth.Planted[i].Values.Sum(v => (double)v));
                var spikes = Array.ConvertAll(truth.S!.Row<float>(i).ToArray(), v => (double)v);
                var trace = Array.ConvertAll(truth.C!.Row<double>(i).ToArray(), v => v / amplitude[i]);
                for (var l = 0; l < lags.Length; l++)
                {
                    acfS[l].Add(Autocorrelation(spikes, lags[l]));
                    acfC[l].Add(Autocorrelation(trace, lags[l]));
                }
                foreach (var n in spikes) spikeShare[Math.Min((int)n, spikeShare.Length - 1)]++;
                for (var t = 0; t < trace.Length; t += 10)
                {
                    var bin = Array.BinarySearch(edges, trace[t]);
                    bin = bin >= 0 ? bin : ~bin - 1;
                    if (bin >= 0 && bin < traceShare.Length) traceShare[bin]++;
                }
            }
            spikesPerFrame.Add(spikeShare);
            traceValues.Add(traceShare);
        }

        _comparisons.Same("focal depth", Raw("focal"), focal);
        _comparisons.Same("share in focus", Raw("frac_in_focus"), inFocus);
        _comparisons.SameMean("share detectable", Raw("frac_detectable"), detectable);
        // Cells of one recording share a focal plane, so the pooled blur is compared by the means of each recording.
        var perSeed = Raw("sigma_px").Length / seeds;
        _comparisons.SameMean("blur per recording", [.. Raw("sigma_px").Chunk(perSeed).Select(c => c.Average())], [.. sigma.Chunk(sigma.Count / seeds).Select(c => c.Average())]);
        _comparisons.Same("gain", Raw("gain"), gain);
        _comparisons.Same("planted area", Raw("area_px"), area);
        _comparisons.Same("planted weight", Raw("weight_sum"), weight);
        Moments("y", reference.GetProperty("y_um"), y);
        Moments("x", reference.GetProperty("x_um"), x);
        for (var l = 0; l < lags.Length; l++)
        {
            Mean($"autocorrelation of S, lag {lags[l]}", reference.GetProperty("acf_S_mean")[l].GetDouble(), reference.GetProperty("acf_S_sem")[l].GetDouble(), acfS[l]);
            Mean($"autocorrelation of C, lag {lags[l]}", reference.GetProperty("acf_C_mean")[l].GetDouble(), reference.GetProperty("acf_C_sem")[l].GetDouble(), acfC[l]);
        }
        Histogram("spikes in a frame", spikeCounts, spikesPerFrame, spikeCounts.Sum(), 0);
        // The reference cuts its kernel off after 5 decay times, where the light of a burst of 50 spikes is still a third of a transient;
        // the model does not. Below 2.5 that shows (0.117 against 0.121 of the frames in 1.25–1.5; a direct simulation of both
        // kernels gives 0.117 and 0.121 too), so the comparison begins there.
        Histogram("trace", traceCounts, traceValues, reference.GetProperty("trace_norm_pooled(every 10th frame)").GetProperty("n").GetDouble(), Array.FindIndex(edges, e => e >= 2.5));
        _comparisons.Assert();
    }

    private void Mean(string what, double mean, double sem, List<double> ours)
    {
        var finite = ours.Where(double.IsFinite).ToArray();
        var (m, v) = MeanAndVariance(finite);
        _comparisons.Z(what, (m - mean) / Math.Sqrt(sem * sem + v / finite.Length), $"{m:g5}, reference {mean:g5}");
    }

    // Mean and standard deviation of a uniform quantity; the latter's standard error is σ·√((k − 1)/(4n)) with kurtosis k = 1.8.
    private void Moments(string what, JsonElement reference, List<double> ours)
    {
        double mean = reference.GetProperty("mean").GetDouble(), std = reference.GetProperty("std").GetDouble(), n = reference.GetProperty("n").GetDouble();
        var (m, v) = MeanAndVariance([.. ours]);
        _comparisons.Z($"mean of {what}", (m - mean) / Math.Sqrt(v / ours.Count + std * std / n));
        _comparisons.Z($"deviation of {what}", (Math.Sqrt(v) - std) / (std * Math.Sqrt(0.2 * (1 / n + 1.0 / ours.Count))));
    }

    // Frames of a burst go together, so a bin's standard error is that between recordings, on both sides.
    private void Histogram(string what, double[] reference, List<double[]> perRecording, double total, int firstBin)
    {
        // The same number of recordings, cells and frames on both sides.
        var ourTotal = total;
        for (var bin = firstBin; bin < reference.Length; bin++)
        {
            var counts = perRecording.Select(r => r[bin]).ToArray();
            // Sparse bins are not normal.
            if (reference[bin] < 200 || counts.Sum() < 200) continue;
            var (m, v) = MeanAndVariance(counts);
            var share = ourTotal / perRecording.Count;
            _comparisons.Z($"{what}, bin {bin}", (m / share - reference[bin] / total) / Math.Sqrt(2 * v / counts.Length / (share * share)), $"{m / share:g4}, reference {reference[bin] / total:g4}");
        }
    }

    // Averages over the pairs that there are, not over all frames.
    private static double Autocorrelation(double[] values, int lag)
    {
        double mean = values.Average(), sum = 0, all = 0;
        for (var t = 0; t < values.Length; t++)
        {
            all += (values[t] - mean) * (values[t] - mean);
            if (t + lag < values.Length) sum += (values[t] - mean) * (values[t + lag] - mean);
        }
        return sum / (values.Length - lag) / (all / values.Length);
    }

    private static (double Mean, double Variance) MeanAndVariance(double[] values)
    {
        var mean = values.Average();
        return (mean, values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
    }

    private static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(v => v.GetDouble())];

    private static double[] Raw(string name) => ReferenceData.Npy("stats", "npy", $"cells_{name}.npy").Values;

    private static double Share(ReadOnlySpan<bool> flags)
    {
        var n = 0;
        foreach (var f in flags) n += f ? 1 : 0;
        return (double)n / flags.Length;
    }
}
