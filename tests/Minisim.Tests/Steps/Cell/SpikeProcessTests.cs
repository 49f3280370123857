using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Tests.Statistics;

namespace Minisim.Tests.Steps.Cell;

/// <summary>Activity in physical units: rates, laws and clocks that know nothing of the frame rate. Random tests at a significance of 1e-3 each, corrected for the number of comparisons.</summary>
public class SpikeProcessTests
{
    private static StepRun Compile(CellActivity step, int cells, double durationS, double fps = 20, long seed = 1, int threads = 2) =>
        new(new Spec { Seed = seed, Acquisition = new() { Fps = fps, DurationS = durationS }, Steps = [step] }, step, threads,
            new PlacedCells([.. Enumerable.Range(0, cells).Select(i => new Minisim.Scenes.Cell(0, i, default, Footprint.Empty))]));

    private static double[][] Times(StepRun run)
    {
        double[] times = run.Array("spike_times_s").ToDoubles(), ends = run.Array("spike_times_index").ToDoubles();
        return [.. ends.Select((e, i) => times[(int)(i == 0 ? 0 : ends[i - 1])..(int)e])];
    }

    private static double[] Totals(StepRun run) => [.. run.S.Select(s => s.Sum(n => (double)n))];

    private static readonly CellActivity Poisson = new() { Process = SpikeProcess.Poisson, RateMeanHz = 2 };
    private static readonly CellActivity Bursty = new() { Process = SpikeProcess.Bursty, RateMeanHz = 2 };
    private static readonly CellActivity Regular = new() { Process = SpikeProcess.Regular, RateMeanHz = 2 };
    private static readonly CellActivity Gated = new() { Process = SpikeProcess.Gated };

    public static TheoryData<CellActivity> Processes => [Poisson, Poisson with { RefractoryS = 0.02, RateMeanHz = 15 }, Bursty, Regular, Gated, Gated with { RateMeanHz = 1, RateSigmaLn = 1.2 }];

    [Theory]
    [InlineData(10, 0.008475, 0.5085)]
    [InlineData(20, 0.005, 0.3)]
    [InlineData(30, 0.0035309, 0.2118542)]
    [InlineData(60, 0.0018724, 0.1123427)]
    public void The_gate_s_step_probabilities_are_those_of_a_continuous_chain(double perSecond, double toActive, double toQuiescent)
    {
        var (up, down) = (Gated with { GateStepS = 1 / perSecond }).GateProbabilities();
        Assert.Equal(toActive, up, perSecond is 20 ? 1e-12 : 5e-5 * toActive);
        Assert.Equal(toQuiescent, down, perSecond is 20 ? 1e-12 : 5e-5 * toQuiescent);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(1200)]
    public void Spikes_of_a_burst_are_three_or_seven_milliseconds_apart_whatever_the_bins(double binsHz)
    {
        // At 0.01 Hz an interval below 20 ms is one of a burst but for one in 5000.
        var gaps = Times(Compile(Bursty with { RateMeanHz = 0.01, BurstProbability = 1, SpikeSimHz = binsHz }, 2000, 600))
            .SelectMany(t => t.Zip(t.Skip(1), (a, b) => (b - a) * 300)).Where(g => g < 6).Select(g => (int)Math.Round(g)).ToArray();
        Assert.True(gaps.Length > 2000);
        Assert.True(gaps.Count(g => g is 1 or 2) >= gaps.Length - 10, string.Join(", ", gaps.GroupBy(g => g).Select(g => $"{g.Key}: {g.Count()}")));
        // 3.3 standard errors of one half.
        Assert.Equal(0.5, gaps.Average(g => g == 1 ? 1.0 : 0), 3.3 * 0.5 / Math.Sqrt(gaps.Length));
    }

    [Theory]
    [InlineData(1, 1.2, false)]
    [InlineData(20, 1.2, true)]
    [InlineData(2, 2, true)]
    public void A_mean_rate_that_the_fastest_rate_cuts_is_warned_of(double meanHz, double sigmaLn, bool isWarned)
    {
        var step = Poisson with { RateMeanHz = meanHz, RateSigmaLn = sigmaLn };
        Assert.Equal(isWarned, SpecValidator.Check(new Spec { Steps = [new PlaceNeurons(), step] }).Any(p => p.IsWarning && p.Path.EndsWith("rate_mean_hz", StringComparison.Ordinal)));
        // 20,000 cells: 4 standard errors of a spread that is at most 7.4 times the mean.
        var hz = CellRates.Of(step, [.. Enumerable.Range(0, 20000).Select(i => new CellRoster.Entry(0, i, false))], 3, step.FastestHz, 0).Hz;
        Assert.Equal(CellRates.CappedMean(meanHz, sigmaLn, CellRates.CapHz), hz.Average(), 4 * Math.Sqrt(hz.Average(h => h * h) / hz.Length));
    }

    [Fact]
    public void At_20_fps_the_gated_process_is_the_reference_s_byte_for_byte()
    {
        StepRun gated = Compile(Gated, 400, 120), reference = Compile(new CellActivity(), 400, 120);
        Assert.True(Totals(reference).Sum() > 50_000);
        for (var i = 0; i < 400; i++)
        {
            Assert.Equal(reference.S[i], gated.S[i]);
            Assert.Equal(reference.C[i], gated.C[i]);
        }
    }

    [Theory, MemberData(nameof(Processes))]
    public void Spikes_are_the_same_at_any_frame_rate_and_frames_add_up(CellActivity step)
    {
        StepRun slow = Compile(step, 60, 40, fps: 20), fast = Compile(step, 60, 40, fps: 60), odd = Compile(step, 60, 40, fps: 23.7);
        double[][] times = Times(slow), other = Times(fast), third = Times(odd);
        Assert.True(times.Sum(t => t.Length) > 1000);
        for (var i = 0; i < 60; i++)
        {
            Assert.Equal(times[i], other[i]);
            // The last frame of the odd rate ends a little earlier.
            Assert.Equal(times[i].Where(t => t < Math.Floor(40 * 23.7) / 23.7), third[i].Where(t => t < Math.Floor(40 * 23.7) / 23.7));
            for (var t = 0; t < slow.Frames; t++) Assert.Equal(slow.S[i][t], fast.S[i][3 * t] + fast.S[i][3 * t + 1] + fast.S[i][3 * t + 2]);
            Assert.Equal(third[i].Length, odd.S[i].Sum(n => n));
            Assert.All(times[i].Zip(times[i].Skip(1)), p => Assert.True(p.Second > p.First));
            Assert.All(times[i], t => Assert.Equal(t * 300, Math.Round(t * 300), 1e-6));
        }
    }

    /// <summary>A frame that begins or ends within a bin weighs that bin by what it shows of it.</summary>
    [Fact]
    public void Frames_that_cut_bins_average_the_fine_trace()
    {
        const double fps = 23.7, hz = 300;
        StepRun run = Compile(Poisson with { RateMeanHz = 8, BrightnessCv = 0 }, 3, 20, fps), fine = Compile(Poisson with { RateMeanHz = 8, BrightnessCv = 0 }, 3, 20, hz);
        for (var i = 0; i < 3; i++)
            // What differs between the ends of the two pasts has faded by then.
            for (var t = 240; t < run.Frames; t++)
            {
                double start = t * hz / fps, end = (t + 1) * hz / fps, sum = 0;
                for (var k = (int)Math.Floor(start); k < end && k < fine.Frames; k++) sum += (Math.Min(k + 1, end) - Math.Max(k, start)) * fine.C[i][k];
                if (end <= fine.Frames) Assert.Equal(sum / (end - start), run.C[i][t], 1e-9);
            }
    }

    [Fact]
    public void Frames_shorter_than_a_bin_show_that_bin()
    {
        StepRun fine = Compile(Poisson with { BrightnessCv = 0 }, 2, 5, 300), finer = Compile(Poisson with { BrightnessCv = 0 }, 2, 5, 900);
        for (var i = 0; i < 2; i++)
        {
            for (var t = 0; t < finer.Frames; t++) Assert.Equal(fine.C[i][t / 3], finer.C[i][t], 1e-9);
            Assert.Equal(fine.S[i].Sum(n => n), finer.S[i].Sum(n => n));
        }
    }

    [Theory, MemberData(nameof(Processes))]
    public void Neither_a_longer_past_nor_a_longer_recording_nor_other_cells_move_a_spike(CellActivity step)
    {
        var (run, past, longer, threads) = (Compile(step, 40, 30), Compile(step with { TauDecayS = 3 }, 40, 30), Compile(step, 90, 70), Compile(step, 40, 30, threads: 1));
        for (var i = 0; i < 40; i++)
        {
            Assert.Equal(run.S[i], past.S[i]);
            Assert.Equal(run.S[i], longer.S[i][..run.Frames]);
            Assert.Equal(run.C[i], threads.C[i]);
        }
    }

    [Fact]
    public void Lognormal_rates_keep_their_mean_and_give_most_spikes_to_few_cells()
    {
        const int n = 10_000;
        var comparisons = new Comparisons(significance: 1e-3);
        // A low mean: the cap of 30 Hz is 5 standard deviations away.
        var run = Compile(Poisson with { RateMeanHz = 0.1, RateSigmaLn = 1.2 }, n, 0.1);
        double[] rates = [.. run.Array("rate_hz").ToDoubles().OrderDescending()];
        var mean = rates.Average();
        var cv = Math.Sqrt(Math.Exp(1.44) - 1);
        comparisons.Z("mean", (mean / 0.1 - 1) / (cv / Math.Sqrt(n)));
        // Median: standard error of ln is σ·√(π/2n).
        comparisons.Z("median", Math.Log(rates[n / 2] / 0.1 / 0.487) / (1.2 * Math.Sqrt(Math.PI / 2 / n)));
        foreach (var (share, expected) in new[] { (0.1, 0.467), (0.2, 0.640) })
        {
            // The Lorenz ordinate's error by splitting the sample in 20.
            double[] all = run.Array("rate_hz").ToDoubles();
            double[] parts = [.. Enumerable.Range(0, 20).Select(k => all[(k * n / 20)..((k + 1) * n / 20)].OrderDescending().ToArray()).Select(p => p[..(int)(p.Length * share)].Sum() / p.Sum())];
            var error = Math.Sqrt(parts.Sum(p => (p - parts.Average()) * (p - parts.Average())) / 19 / 20);
            comparisons.Z($"busiest {share}", (rates[..(int)(n * share)].Sum() / rates.Sum() - expected) / error);
        }
        comparisons.Assert();
    }

    [Fact]
    public void Poisson_counts_have_the_exact_mean_and_the_fano_factor_of_bins()
    {
        const int cells = 2000, seconds = 60;
        var comparisons = new Comparisons(significance: 1e-3);
        foreach (var rate in new[] { 0.5, 3, 20 })
        {
            var times = Times(Compile(Poisson with { RateMeanHz = rate }, cells, seconds));
            var p = rate / 300;
            var counts = times.SelectMany(t => Enumerable.Range(0, seconds).Select(k => (double)t.Count(x => x >= k && x < k + 1))).ToArray();
            comparisons.Z($"{rate} Hz, mean", (counts.Average() - rate) / Math.Sqrt(rate * (1 - p) / counts.Length));
            var variance = counts.Sum(c => (c - rate) * (c - rate)) / counts.Length;
            // Var(s²) ≈ (2σ⁴ + σ²)/n for counts near Poisson.
            var sigma2 = rate * (1 - p);
            comparisons.Z($"{rate} Hz, Fano", (variance / rate - (1 - p)) / (Math.Sqrt((2 * sigma2 * sigma2 + sigma2) / counts.Length) / rate));
        }
        comparisons.Assert();
    }

    [Theory]
    [InlineData(0.02, 15, 5)]
    [InlineData(0.05, 19, 14)]
    [InlineData(0.01, 2, 2)]
    public void A_refractory_period_keeps_the_mean_rate_and_leaves_no_shorter_interval(double refractoryS, double rate, int deadBins)
    {
        var times = Times(Compile(Poisson with { RateMeanHz = rate, RefractoryS = refractoryS }, 500, 60));
        var intervals = times.SelectMany(t => t.Zip(t.Skip(1), (a, b) => Math.Round((b - a) * 300))).ToArray();
        Assert.Equal(deadBins + 1, intervals.Min());
        double p = rate / 300, hazard = p / (1 - deadBins * p);
        var comparisons = new Comparisons(significance: 1e-3);
        // Interval = m + geometric: variance (1 − h)/h².
        comparisons.Z("interval", (times.Sum(t => (double)t.Length) - 500 * 60 * rate) / Math.Sqrt(500 * 60 * rate * (1 - hazard) / (hazard * hazard) * p * p + 1e-9));
        comparisons.Z("next possible bin", (intervals.Count(k => k == deadBins + 1) - intervals.Length * hazard) / Math.Sqrt(intervals.Length * hazard * (1 - hazard)));
        comparisons.Assert();
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(4, 2)]
    [InlineData(10, 10)]
    public void Regular_intervals_have_the_squared_variation_of_a_gamma_of_that_order(int k, double rate)
    {
        var times = Times(Compile(Regular with { RegularOrder = k, RateMeanHz = rate }, 300, 200));
        var intervals = times.SelectMany(t => t.Zip(t.Skip(1), (a, b) => b - a)).ToArray();
        var mean = intervals.Average();
        var cv2 = intervals.Sum(i => (i - mean) * (i - mean)) / intervals.Length / (mean * mean);
        var expected = (1 - k * rate / 300) / k;
        var comparisons = new Comparisons(significance: 1e-3);
        comparisons.Z("rate", (times.Sum(t => (double)t.Length) / 300 / 200 - rate) / Math.Sqrt(rate * expected / 300 / 200 + 1.0 / 300 / 200 / 200));
        // Relative error of a variance of n gamma values: √((2 + 6/k)/n); the mean's own error correlates and only lowers it.
        comparisons.Z("CV²", (cv2 / expected - 1) / Math.Sqrt((2 + 6.0 / k) / intervals.Length));
        comparisons.Assert();
    }

    [Fact]
    public void A_sixth_of_bursty_events_are_complex_spikes_that_hold_a_third_of_the_spikes()
    {
        Assert.Equal(1.2758, SpikeTrains.SpikesPerEvent(0.15), 5e-5);
        // Slow enough that an interval of up to 2 bins is within a burst in all but 0.07 % of the cases.
        const double rate = 0.1;
        var times = Times(Compile(Bursty with { RateMeanHz = rate }, 2000, 600));
        double events = 0, spikes = 0, inBursts = 0;
        var sizes = new double[8];
        foreach (var t in times)
            for (var i = 0; i < t.Length;)
            {
                var j = i + 1;
                while (j < t.Length && Math.Round((t[j] - t[j - 1]) * 300) <= 2) j++;
                events++;
                spikes += j - i;
                if (j - i > 1) inBursts += j - i;
                sizes[Math.Min(j - i, 7)]++;
                i = j;
            }
        var comparisons = new Comparisons(significance: 1e-3);
        comparisons.Z("rate", (spikes - 2000 * 600 * rate) / Math.Sqrt(events * (0.85 + 0.15 * (88.0 / 31 * 88 / 31 + 1.2))));
        // Two events within 2 bins join with a probability of 2·2λ/E[N]/300 = 0.0005: bias below the errors.
        comparisons.Z("spikes per event", (spikes / events - 1.2758) / (0.75 / Math.Sqrt(events)));
        comparisons.Z("share in bursts", (inBursts / spikes - 0.334) / (0.8 / Math.Sqrt(spikes)));
        for (var n = 2; n <= 6; n++)
        {
            var p = Math.Pow(2, 6 - n) / 31;
            var bursts = sizes[2..7].Sum();
            comparisons.Z($"bursts of {n}", (sizes[n] - bursts * p) / Math.Sqrt(bursts * p * (1 - p)));
        }
        comparisons.Assert();
    }

    [Fact]
    public void Gated_cells_fire_at_3_049_hz_in_bouts_of_a_sixth_of_a_second()
    {
        const int cells = 1000, seconds = 600;
        Assert.Equal(3.049, Gated.GatedRateHz(1), 5e-4);
        var run = Compile(Gated, cells, seconds, fps: 20);
        double[] rates = [.. Totals(run).Select(n => n / seconds)];
        var comparisons = new Comparisons(significance: 1e-3);
        var error = Math.Sqrt(rates.Sum(r => (r - rates.Average()) * (r - rates.Average())) / cells / cells);
        comparisons.Z("rate", (rates.Average() - 3.049) / error);
        // Bouts are told by their spikes: at 150 Hz an active step without at least 3 of 15 bins has a probability of 0.0037.
        List<double> bouts = [];
        foreach (var s in run.S)
            for (var t = 0; t < s.Length;)
            {
                if (s[t] < 3)
                {
                    t++;
                    continue;
                }
                var start = t;
                while (t < s.Length && s[t] >= 3) t++;
                if (start > 0 && t < s.Length) bouts.Add((t - start) * 0.05);
            }
        var mean = bouts.Average();
        Assert.InRange(mean, 0.1667 * 0.97, 0.1667 * 1.01);
        comparisons.Assert();
    }

    [Fact]
    public void Gated_cells_with_a_rate_meet_it_on_average()
    {
        var run = Compile(Gated with { RateMeanHz = 1, RateSigmaLn = 0.5 }, 2000, 200);
        double[] expected = run.Array("rate_hz").ToDoubles(), found = [.. Totals(run).Select(n => n / 200)];
        var differences = expected.Zip(found, (a, b) => b - a).ToArray();
        var comparisons = new Comparisons(significance: 1e-3);
        comparisons.Z("rate", differences.Average() / Math.Sqrt(differences.Sum(d => d * d)) * differences.Length);
        comparisons.Assert();
        Assert.True(expected.Max() > 3 * expected.Min());
    }

    [Fact]
    public void Silent_cells_never_fire_and_stay_lit()
    {
        foreach (var step in new[] { Poisson, Bursty, Regular, Gated })
        {
            var run = Compile(step with { SilentFraction = 0.3 }, 3000, 20);
            var silent = (bool[])run.Array("silent").Values;
            var comparisons = new Comparisons(significance: 1e-3);
            comparisons.Z("share", (silent.Count(s => s) - 900) / Math.Sqrt(3000 * 0.3 * 0.7));
            comparisons.Assert();
            var rates = run.Array("rate_hz").ToDoubles();
            for (var i = 0; i < silent.Length; i++)
            {
                if (!silent[i]) continue;
                Assert.All(run.S[i], n => Assert.Equal(0, n));
                Assert.All(run.C[i], c => Assert.Equal(run.Amplitude[i], c));
                Assert.Equal(0, rates[i]);
            }
        }
    }

    [Fact]
    public void A_rate_that_changes_is_followed_and_a_constant_one_given_bin_by_bin_is_the_same_law()
    {
        var grid = new FineGrid(300, 15, 20 * 400, 60);
        var comparisons = new Comparisons(significance: 1e-3);
        double[] low = new double[2], high = new double[2];
        var found = new double[2];
        for (uint cell = 0; cell < 200; cell++)
        {
            var buffer = new SpikeBuffer();
            new SpikeTrains().Poisson(new(3, Minisim.Random.RandomStream.Spikes, cell), new(3, CellActivity.ThinningStream, cell), new Stepping(), grid, 0, buffer);
            foreach (var bin in buffer.Bins)
                if (bin >= 0)
                    found[bin / 10 % 2]++;
        }
        // 10 bins at 3 Hz, 10 at 12 Hz, changing within blocks of 16.
        comparisons.Z("slow bins", (found[0] - 200 * 200 * 3) / Math.Sqrt(200 * 200 * 3));
        comparisons.Z("fast bins", (found[1] - 200 * 200 * 12) / Math.Sqrt(200 * 200 * 12));
        comparisons.Assert();
    }

    private sealed class Stepping : IRate
    {
        public double? ConstantHz => null;
        public void Fill(int firstBin, Span<double> hz)
        {
            for (var k = 0; k < hz.Length; k++) hz[k] = ((firstBin + k) / 10 % 2 + 2) % 2 == 0 ? 3 : 12;
        }
    }

    [Fact]
    public void The_reference_s_process_takes_no_field_of_the_others()
    {
        var spec = new Spec
        {
            Steps = [new PlaceNeurons(), new CellActivity { ActivationRateHz = 1, DeactivationRateHz = 2, GateStepS = 0.1, RateMeanHz = 1, RateSigmaLn = 1, SilentFraction = 0.1, RefractoryS = 0.01, RegularOrder = 3, BurstProbability = 0.2, Spikes = new SpikeFile() }],
        };
        var problems = SpecValidator.Check(spec);
        foreach (var field in (string[])["activation_rate_hz", "deactivation_rate_hz", "gate_step_s", "rate_mean_hz", "rate_sigma_ln", "silent_fraction", "refractory_s", "regular_order", "burst_probability", "spikes"])
            Assert.Contains(problems, p => p.Path == $"steps[1] (cell_activity).{field}" && p.Reason.Contains("does not read it") && !p.IsWarning);
        Assert.Equal(10, problems.Count(p => !p.IsWarning));
    }

    [Theory]
    [InlineData("""{"kind":"cell_activity","process":"poisson"}""", "rate_mean_hz", "no rate of its own")]
    [InlineData("""{"kind":"cell_activity","process":"gated","gate_step_s":0.011}""", "gate_step_s", "multiple of")]
    [InlineData("""{"kind":"cell_activity","process":"gated","rate_sigma_ln":1}""", "rate_sigma_ln", "no rate_mean_hz")]
    [InlineData("""{"kind":"cell_activity","process":"gated","active_rate_hz":5,"rate_mean_hz":6}""", "rate_mean_hz", "always active")]
    [InlineData("""{"kind":"cell_activity","process":"regular","rate_mean_hz":10,"regular_order":50}""", "rate_mean_hz", "faster than 6 Hz")]
    [InlineData("""{"kind":"cell_activity","process":"poisson","rate_mean_hz":20.5}""", "rate_mean_hz", "in (0, 20]")]
    [InlineData("""{"kind":"cell_activity","process":"bursty","rate_mean_hz":1,"silent_fraction":1.1}""", "silent_fraction", "in [0, 1]")]
    [InlineData("""{"kind":"cell_activity","process":"burst"}""", "process", "must be")]
    [InlineData("""{"kind":"cell_activity","process":"file"}""", "spikes", "needs the spikes")]
    public void Impossible_activity_is_refused_with_the_field(string step, string field, string reason)
    {
        var problem = Assert.Single(Assert.Throws<SpecException>(() => SpecJson.Parse($$"""{"steps":[{"kind":"place_neurons"},{{step}}]}""")).Problems, p => !p.IsWarning);
        Assert.Contains(field, problem.Path);
        Assert.Contains(reason, problem.Reason);
        Assert.NotEqual("", problem.Remedy);
    }

    [Fact]
    public void Unused_fields_are_not_written_and_used_ones_come_back()
    {
        Assert.DoesNotContain("process", SpecJson.Write(new Spec { Steps = [new CellActivity()] }));
        var spec = new Spec { Steps = [new CellActivity { Process = SpikeProcess.Bursty, RateMeanHz = 1, RateSigmaLn = 1.2, SilentFraction = 0.3 }] };
        Assert.Equal(spec, SpecJson.Parse(SpecJson.Write(spec)));
        Assert.Contains("\"process\": \"bursty\"", SpecJson.Write(spec));
    }
}
