using CsCheck;
using Minisim.Random;
using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Tests.Reference;
using Minisim.Tests.Statistics;

namespace Minisim.Tests.Steps.Cell;

public class CellActivityTests
{
    private static StepRun Compile(Spec spec, int cells, int threads = 2) =>
        new(spec, spec.Find<CellActivity>()!, threads, new PlacedCells([.. Enumerable.Range(0, cells).Select(i => new Minisim.Scenes.Cell(0, i, default, Footprint.Empty))]));

    private static Spec Activity(double durationS = 30, CellActivity? step = null, long seed = 1) =>
        new() { Seed = seed, Acquisition = new() { Fps = 20, DurationS = durationS }, Steps = [step ?? new CellActivity()] };

    [Theory]
    [InlineData(1e-20, 0.3)]
    [InlineData(5e-324, 5e-324)]
    [InlineData(0.3, 1e-18)]
    public void A_change_of_state_may_be_all_but_impossible(double toActive, double toQuiescent)
    {
        var spec = new Spec
        {
            Acquisition = new Acquisition { DurationS = 5 },
            Steps = [new PlaceNeurons { PositionsUm = [new(10, 0, 0), new(10, 5, 5)] }, new CellActivity { PQuiescentToActive = toActive, PActiveToQuiescent = toQuiescent, QuiescentRateHz = 0 }],
        };
        var spikes = Simulator.Compile(spec).Truth.S!.ToDoubles();
        // Never active without a way in; active for good without a way out.
        if (toActive < toQuiescent) Assert.All(spikes, s => Assert.Equal(0, s));
        if (toActive > toQuiescent) Assert.All(spikes, s => Assert.True(s > 0));
    }

    [Fact]
    public void Activity_has_the_reference_s_distributions()
    {
        // As many cells as the reference's 100 seeds of 99 cells; the spec in cells.json has the default activity at 20 fps, 30 s.
        var scene = Compile(Activity(), 9900);
        var rates = new List<double>();
        List<double> means = [], deviations = [], maxima = [], lengths = [], gaps = [], bursts = [];
        var spikesPerFrame = new double[17];
        for (var i = 0; i < scene.C.Length; i++)
        {
            double[] trace = [.. scene.C[i].Select(c => c / scene.Amplitude[i])];
            ushort[] s = scene.S[i];
            rates.Add(s.Sum(n => (double)n) / 30);
            var mean = trace.Average();
            means.Add(mean);
            deviations.Add(Math.Sqrt(trace.Sum(v => (v - mean) * (v - mean)) / trace.Length));
            maxima.Add(trace.Max());
            foreach (var n in s) spikesPerFrame[n]++;
            int count = 0, lastEnd = -1;
            for (var t = 0; t < s.Length;)
            {
                if (s[t] < 3)
                {
                    t++;
                    continue;
                }
                var start = t;
                while (t < s.Length && s[t] >= 3) t++;
                count++;
                if (start > 0 && t < s.Length) lengths.Add(t - start);
                if (lastEnd >= 0) gaps.Add(start - lastEnd);
                lastEnd = t;
            }
            bursts.Add(count);
        }
        var comparisons = new Comparisons(significance: 1e-3);
        double[] Raw(string name) => ReferenceData.Npy("stats", "npy", $"cells_{name}.npy").Values;
        comparisons.Same("spike rate", Raw("rate_hz"), rates);
        comparisons.Same("amplitude", Raw("amplitude"), scene.Amplitude);
        comparisons.Same("trace mean", Raw("trace_mean"), means);
        comparisons.Same("trace deviation", Raw("trace_std"), deviations);
        comparisons.Same("trace maximum", Raw("trace_max"), maxima);
        comparisons.Same("burst length", Raw("burst_len"), lengths);
        comparisons.Same("bursts per cell", Raw("n_bursts"), bursts);
        comparisons.Same("gap between bursts", Raw("burst_gap"), gaps);
        using var json = ReferenceData.Json("stats", "cells.json");
        var expected = json.RootElement.GetProperty("spikes_per_frame_hist(0..16)").EnumerateArray().Select(v => v.GetDouble()).ToArray();
        // Spikes of one frame are binomial given the gate, but frames of a burst are not independent: the counts in bursts vary
        // with the number of active frames, so that shares within the active frames (n ≥ 4) are compared.
        double ourActive = spikesPerFrame[4..].Sum(), theirActive = expected[4..].Sum();
        for (var n = 4; n <= 13; n++)
        {
            var share = (spikesPerFrame[n] + expected[n]) / (ourActive + theirActive);
            comparisons.Z($"frames with {n} spikes", (spikesPerFrame[n] / ourActive - expected[n] / theirActive)
                / Math.Sqrt(share * (1 - share) * (1 / ourActive + 1 / theirActive)));
        }
        comparisons.Assert();
    }

    [Fact]
    public void Calcium_is_the_convolution_with_the_kernel_averaged_over_each_frame() =>
        Gen.Select(Gen.Double[0.002, 0.2], Gen.Double[1.05, 20], Gen.Int[1, 40], Gen.Double[2, 60], Gen.Double[0, 1], Gen.Int)
            .Sample((rise, ratio, bins, fps, p, seed) =>
            {
                var decay = rise * ratio;
                const int Frames = 30;
                var fineHz = bins * fps;
                var random = new System.Random(seed);
                var fine = new double[Frames * bins];
                for (var i = 0; i < fine.Length; i++) fine[i] = random.NextDouble() < p ? 1 : 0;
                var kernel = new double[fine.Length];
                for (var i = 0; i < kernel.Length; i++) kernel[i] = Math.Exp(-i / (decay * fineHz)) - Math.Exp(-i / (rise * fineHz));
                var peak = CalciumKernel.SampledPeak(rise, decay, fineHz);
                var expected = new double[Frames];
                for (var i = 0; i < fine.Length; i++)
                    for (var j = 0; j <= i; j++)
                        expected[i / bins] += fine[j] * kernel[i - j] / (peak * bins);
                var integrator = new CalciumIntegrator(rise, decay, fineHz, bins);
                var state = default(CalciumState);
                var actual = new double[Frames];
                for (var t = 0; t < Frames; t++)
                {
                    actual[t] = integrator.Advance(ref state);
                    for (var b = 0; b < bins; b++)
                        if (fine[t * bins + b] == 1)
                            actual[t] += integrator.Add(ref state, b);
                }
                Close.To(expected, actual, 1e-9, ofPeak: true, what: "calcium");
            }, iter: 200, seed: "0N0XIzNsQ0O2");

    private static int[] Spikes(SpikeSampler sampler, Draws draws, int frame, bool active)
    {
        uint[] word = [0];
        SpikeSampler.FillWords(draws, frame, word);
        return sampler.Spikes(draws, frame, word[0], active).ToArray();
    }

    [Fact]
    public void The_words_of_a_frame_do_not_depend_on_where_filling_starts()
    {
        var draws = new Draws(9, RandomStream.Spikes, 3, 1);
        var all = new uint[60];
        SpikeSampler.FillWords(draws, -25, all);
        for (var first = -25; first < 30; first++)
            for (var length = 1; length <= 5; length++)
            {
                var some = new uint[length];
                SpikeSampler.FillWords(draws, first, some);
                Assert.Equal(all[(first + 25)..(first + 25 + length)], some);
            }
        Assert.Equal(60, all.Distinct().Count());
    }

    [Fact]
    public void Spikes_in_a_frame_are_binomial_and_fall_evenly_on_the_bins()
    {
        const int Bins = 15, Frames = 200_000;
        var comparisons = new Comparisons(significance: 1e-3);
        foreach (var p in new[] { 0.002, 0.04, 0.5, 0.9 })
        {
            var sampler = new SpikeSampler(new SpikeCounts(Bins, p), new SpikeCounts(Bins, 1));
            var draws = new Draws(3, RandomStream.Spikes);
            var perBin = new double[Bins];
            double pairs = 0, neighbours = 0;
            for (var t = 0; t < Frames; t++)
            {
                var spikes = Spikes(sampler, draws, t, false);
                Assert.Equal(spikes.Length, spikes.Distinct().Count());
                foreach (var b in spikes) perBin[b]++;
                pairs += spikes.Length * (spikes.Length - 1) / 2.0;
                foreach (var b in spikes)
                    if (spikes.Contains(b + 1))
                        neighbours++;
            }
            for (var b = 0; b < Bins; b++) comparisons.Z($"p = {p}, bin {b}", (perBin[b] - Frames * p) / Math.Sqrt(Frames * p * (1 - p)));
            // Bins are independent: E[pairs] = C(15,2)·p² a frame. Neighbours are 14 of the 105 pairs.
            var expected = Frames * 14 * p * p;
            comparisons.Z($"p = {p}, neighbours", (neighbours - expected) / Math.Sqrt(Frames * (14 * p * p * (1 - p * p) + 2 * 13 * (p * p * p - p * p * p * p))));
            Assert.InRange(pairs / (Frames * 105 * p * p), 1 - 8 / Math.Sqrt(Frames * 105 * p * p) * (1 + 4 * Math.Sqrt(p * 15)), 1 + 8 / Math.Sqrt(Frames * 105 * p * p) * (1 + 4 * Math.Sqrt(p * 15)));
        }
        comparisons.Assert();
    }

    [Fact]
    public void Certain_spikes_fill_every_bin_and_impossible_ones_none()
    {
        var sampler = new SpikeSampler(new SpikeCounts(7, 0), new SpikeCounts(7, 1));
        for (var t = -5; t < 50; t++)
        {
            Assert.Equal([0, 1, 2, 3, 4, 5, 6], Spikes(sampler, new Draws(1, RandomStream.Spikes), t, true).Order());
            Assert.Empty(Spikes(sampler, new Draws(1, RandomStream.Spikes), t, false));
        }
    }

    [Fact]
    public void A_two_thousand_bin_frame_has_half_its_bins_filled_at_one_half()
    {
        // (1/2)^2000 underflows: the table must not.
        var sampler = new SpikeSampler(new SpikeCounts(2000, 0.5), new SpikeCounts(2000, 1));
        var counts = Enumerable.Range(0, 2000).Select(t => (double)Spikes(sampler, new Draws(1, RandomStream.Spikes), t, false).Length).ToArray();
        Assert.InRange(counts.Average(), 1000 - 4 * 0.5, 1000 + 4 * 0.5);
        Assert.InRange(counts.Sum(c => (c - 1000) * (c - 1000)) / 2000, 500 * 0.85, 500 * 1.15);
    }

    [Fact]
    public void The_gate_is_stationary_and_has_geometric_dwells_on_both_sides_of_frame_0()
    {
        const int LeadIn = 100, Length = 300, Cells = 20_000;
        const double ToActive = 0.02, ToQuiescent = 0.1, Share = ToActive / (ToActive + ToQuiescent);
        var gate = new bool[Length];
        var active = new double[Length];
        double fromQuiescent = 0, quiescent = 0, fromActive = 0, activeBefore = 0;
        for (uint i = 0; i < Cells; i++)
        {
            ActivityGate.Fill(gate, LeadIn, ToActive, ToQuiescent, new Draws(5, RandomStream.Gate, i));
            for (var t = 0; t < Length; t++)
            {
                active[t] += gate[t] ? 1 : 0;
                if (t == 0) continue;
                if (gate[t - 1])
                {
                    activeBefore++;
                    fromActive += gate[t] ? 0 : 1;
                }
                else
                {
                    quiescent++;
                    fromQuiescent += gate[t] ? 1 : 0;
                }
            }
        }
        var comparisons = new Comparisons(significance: 1e-3);
        for (var t = 0; t < Length; t += 10) comparisons.Z($"frame {t}", (active[t] / Cells - Share) / Math.Sqrt(Share * (1 - Share) / Cells));
        for (var t = LeadIn - 3; t <= LeadIn + 3; t++) comparisons.Z($"frame {t}", (active[t] / Cells - Share) / Math.Sqrt(Share * (1 - Share) / Cells));
        comparisons.Z("to active", (fromQuiescent / quiescent - ToActive) / Math.Sqrt(ToActive * (1 - ToActive) / quiescent));
        comparisons.Z("to quiescent", (fromActive / activeBefore - ToQuiescent) / Math.Sqrt(ToQuiescent * (1 - ToQuiescent) / activeBefore));
        comparisons.Assert();
    }

    [Fact]
    public void A_longer_recording_begins_with_the_same_spikes_and_calcium()
    {
        StepRun shorter = Compile(Activity(10), 50), longer = Compile(Activity(30), 50);
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(shorter.S[i], longer.S[i][..200]);
            Assert.Equal(shorter.C[i], longer.C[i][..200]);
        }
    }

    [Fact]
    public void Another_decay_changes_the_calcium_but_not_the_spikes()
    {
        StepRun fast = Compile(Activity(), 50), slow = Compile(Activity(step: new() { TauDecayS = 1.3 }), 50);
        Assert.Equal(fast.S, slow.S);
        Assert.NotEqual(fast.C[0], slow.C[0]);
    }

    [Fact]
    public void The_number_of_threads_changes_nothing()
    {
        StepRun one = Compile(Activity(10), 100, 1), seven = Compile(Activity(10), 100, 7);
        Assert.Equal(one.C, seven.C);
        Assert.Equal(one.S, seven.S);
    }

    [Fact]
    public void Without_spikes_the_trace_is_the_resting_fluorescence()
    {
        var scene = Compile(Activity(5, new() { ActiveRateHz = 1e-12, QuiescentRateHz = 0, BrightnessCv = 0, F0 = 1.7 }), 3);
        Assert.All(scene.C, trace => Assert.All(trace, v => Assert.Equal(1.7, v)));
        Assert.Equal([1.0, 1, 1], scene.Amplitude);
    }

    [Fact]
    public void Published_rows_are_the_traces()
    {
        var scene = Compile(Activity(5), 4);
        var (c, s, amplitude) = (scene.Arrays[0], scene.Arrays[1], scene.Arrays[2]);
        Assert.Equal(["C", "S", "amplitude_per_cell"], scene.Arrays.Select(a => a.Name));
        Assert.Equal([4, 100], c.Shape);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(scene.C[i], c.Row<double>(i));
            Assert.Equal(scene.S[i].Select(n => (float)n), s.Row<float>(i).ToArray());
        }
        Assert.Equal(scene.Amplitude, amplitude.Values);
    }

    [Fact]
    public void Trace_noise_has_the_stated_deviation_and_leaves_the_spikes()
    {
        StepRun clean = Compile(Activity(60), 20), noisy = Compile(Activity(60, new() { TraceNoise = 0.25 }), 20);
        Assert.Equal(clean.S, noisy.S);
        double[] noise = [.. Enumerable.Range(0, 20).SelectMany(i => noisy.C[i].Zip(clean.C[i], (a, b) => a - b))];
        Assert.InRange(noise.Average(), -0.25 * 4 / Math.Sqrt(noise.Length), 0.25 * 4 / Math.Sqrt(noise.Length));
        Assert.InRange(Math.Sqrt(noise.Average(v => v * v)), 0.25 * (1 - 4 / Math.Sqrt(2.0 * noise.Length)), 0.25 * (1 + 4 / Math.Sqrt(2.0 * noise.Length)));
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(1.2)]
    public void Brightness_has_mean_one_and_the_stated_variation(double cv)
    {
        // Both moments by the trapezoidal rule over the normal density, which is exact to rounding for a smooth integrand.
        var step = new CellActivity { BrightnessCv = cv };
        double mean = 0, square = 0;
        for (var z = -14.0; z <= 14; z += 0.01)
        {
            double weight = 0.01 * Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI), a = step.BrightnessFor(z);
            mean += weight * a;
            square += weight * a * a;
        }
        Assert.Equal(1, mean, 1e-9);
        Assert.Equal(cv, Math.Sqrt(square - 1), 1e-9);
    }

    [Fact]
    public void Times_that_make_no_kernel_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => CalciumKernel.Sample(0.5, 0.5, 20));
        Assert.Throws<ArgumentOutOfRangeException>(() => CalciumKernel.Timing(0, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => CalciumKernel.FromTiming(0.1, 0));
    }

    [Fact]
    public void The_middle_of_the_dial_is_the_default_activity() =>
        Assert.Equal(new CellActivity(), new CellActivity().WithActivity(0.5));

    [Fact]
    public void A_decay_shorter_than_a_frame_and_a_rise_slower_than_the_decay_are_errors()
    {
        var spec = new Spec { Steps = [new CellActivity { TauDecayS = 0.02 }, new PlaceNeurons()] };
        var problems = new ProblemList();
        spec.Find<CellActivity>()!.Check(spec, problems);
        Assert.Equal(
            [
                "steps[1] (cell_activity).tau_decay_s = 0.02: at 20 fps that is 0.4 samples per decay (< 1), so the decay cannot be resolved. Raise fps or tau_decay_s.",
                "steps[1] (cell_activity).tau_rise_s = 0.05: the rise must be faster than the decay, tau_decay_s = 0.02. Lower tau_rise_s or raise tau_decay_s.",
            ],
            problems.Items.Select(p => p.ToString()));
    }
}
