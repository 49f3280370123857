using Minisim.Random;
using Minisim.Scenes;
using Minisim.Steps;

namespace Minisim.Tests.Steps.Animal;

public class TuningTests
{
    private static Spec SpecOf(double seconds, Tuning tuning, double rateHz = 1, int cells = 1000, Minisim.Steps.Behavior? behavior = null, SpikeProcess process = SpikeProcess.Poisson) => new()
    {
        Seed = 6,
        Acquisition = new() { ImageSensor = new() { NPxHeight = 40, NPxWidth = 50 }, DurationS = seconds },
        Steps =
        [
            new PlaceNeurons { Populations = [new Population { SomaRadiusUm = 1, Irregularity = 0, PositionsUm = [.. Enumerable.Range(0, cells).Select(i => new Position(50, i % 13 * 0.7 - 4, i / 13 % 13 * 0.7 - 4))] }] },
            behavior ?? new Minisim.Steps.Behavior(), new CellActivity { Process = process, RateMeanHz = rateHz, Tuning = tuning },
        ],
    };

    private static (TunedPopulation Population, double[][] Times) Run(Spec spec)
    {
        using var scene = Simulator.Compile(spec);
        var cells = scene.Steps.Find<CellRoster>()!.Cells;
        var activity = spec.Find<CellActivity>()!;
        var grid = activity.Grid(spec.Acquisition);
        var population = new TunedPopulation(activity.Tuning!, cells, (ulong)spec.Seed, grid, scene.Steps.Find<BehaviorTrack>()!, CellRates.Of(activity, cells, (ulong)spec.Seed, activity.FastestHz, 0));
        double[] times = scene.Truth.Find("spike_times_s")!.ToDoubles(), ends = scene.Truth.Find("spike_times_index")!.ToDoubles();
        return (population, [.. Enumerable.Range(0, cells.Length).Select(i => times[(i == 0 ? 0 : (int)ends[i - 1])..(int)ends[i]])]);
    }

    [Fact]
    public void The_bound_by_which_quiet_blocks_are_passed_over_changes_no_spike()
    {
        var spec = SpecOf(60, new Tuning { PlaceFraction = 0.6, SpeedFraction = 0.2, ThetaDepth = 0.5 }, cells: 60);
        var (population, _) = Run(spec);
        var grid = spec.Find<CellActivity>()!.Grid(spec.Acquisition);
        var spikes = 0;
        for (uint cell = 0; cell < 60; cell++)
        {
            var rate = population.RateOf((int)cell);
            SpikeBuffer quick = new(), slow = new();
            new SpikeTrains().Poisson(new(3, RandomStream.Spikes, cell), new(3, CellActivity.ThinningStream, cell), rate, grid, 1, quick);
            new SpikeTrains().Poisson(new(3, RandomStream.Spikes, cell), new(3, CellActivity.ThinningStream, cell), new Unbounded(rate), grid, 1, slow);
            Assert.Equal(slow.Bins, quick.Bins);
            spikes += quick.Count;
        }
        Assert.True(spikes > 1000, $"{spikes} spikes");
    }

    private sealed class Unbounded(IRate rate) : IRate
    {
        public double? ConstantHz => rate.ConstantHz;
        public void Fill(int firstBin, Span<double> hz) => rate.Fill(firstBin, hz);
    }

    [Fact]
    public void Place_cells_fire_as_often_as_their_rate_says_and_no_more_evenly()
    {
        // (N − ∫λ)/√∫λ over 1000 cells: mean 0 ± 3/√n; variance 1 ± 0.1.
        var (population, times) = Run(SpecOf(120, new Tuning { PlaceFraction = 1, SpeedFraction = 0, PassReliability = 1 }));
        var z = new double[1000];
        var hz = new double[1];
        for (var i = 0; i < 1000; i++)
        {
            Assert.Equal(TunedPopulation.CellClass.Place, population.Classes[i]);
            var rate = population.RateOf(i);
            double expected = 0;
            for (var bin = 0; bin < 120 * 300; bin++)
            {
                rate.Fill(bin, hz);
                expected += hz[0] / 300;
            }
            z[i] = (times[i].Length - expected) / Math.Sqrt(expected);
        }
        var mean = z.Average();
        Assert.Equal(0, mean, 3 / Math.Sqrt(1000));
        Assert.Equal(1, z.Average(v => (v - mean) * (v - mean)), 0.1);
    }

    [Fact]
    public void Cells_fire_as_often_as_the_truth_says_ripples_and_assemblies_included()
    {
        // Poisson counts but for the events, which many cells share: 5 % of the whole.
        using var scene = Simulator.Compile(SpecOf(600, new Tuning { PlaceFraction = 0.3, RippleRateHz = 0.5, Assemblies = 5 }, rateHz: 0.3, cells: 500));
        Assert.Equal(1, scene.Truth.Find("spike_times_s")!.ToDoubles().Count(t => t >= 0) / (600 * scene.Truth.Find("rate_hz")!.ToDoubles().Sum()), 0.05);
    }

    [Fact]
    public void Assemblies_take_their_spikes_from_the_published_peak_of_a_field()
    {
        var tuning = new Tuning { PlaceFraction = 1, SpeedFraction = 0, PassReliability = 1 };
        var members = tuning with { Assemblies = 10 };
        using CompiledScene without = Simulator.Compile(SpecOf(300, tuning, cells: 300)), with = Simulator.Compile(SpecOf(300, members, cells: 300));
        double[] plain = without.Truth.Find("tuning_place_peak_hz")!.ToDoubles(), less = with.Truth.Find("tuning_place_peak_hz")!.ToDoubles(), hz = without.Truth.Find("rate_hz")!.ToDoubles();
        var (population, _) = Run(SpecOf(300, members, cells: 300));
        for (var i = 0; i < 300; i++)
        {
            var joint = members.AssemblyP * members.AssemblyRateHz * population.IsMember[i].Count(m => m);
            Assert.Equal(plain[i] * Math.Max(0, 1 - joint / hz[i]), less[i], 1e-9);
        }
        Assert.Contains(less.Zip(plain), p => p.First < 0.9 * p.Second);
    }

    [Fact]
    public void Spikes_of_place_cells_lie_in_their_fields_in_their_direction()
    {
        var spec = SpecOf(600, new Tuning { PlaceFraction = 1, SpeedFraction = 0, PlaceOutHz = 0.001, DirectionalFraction = 1 }, cells: 200);
        var (population, times) = Run(spec);
        using var scene = Simulator.Compile(spec);
        var track = scene.Steps.Find<BehaviorTrack>()!;
        int inside = 0, all = 0, right = 0;
        for (var i = 0; i < 200; i++)
            foreach (var t in times[i])
            {
                all++;
                if (Math.Abs(BehaviorTrack.At(track.X, t) - population.Fields[i][0].X) < 0.26) inside++;
                if ((track.LapAt(t) % 2 == 0 ? 1 : -1) == population.Fields[i][0].Direction) right++;
            }
        Assert.True(all > 2000, $"{all}");
        // 3.25σ hold all but a thousandth of a Gaussian; the rate outside adds 200 · 600 s · 0.001 Hz.
        Assert.True(inside > all - 150 && right > all - 150, $"{inside}, {right} of {all}");
        var peaks = scene.Truth.Find("tuning_place_peak_hz")!.ToDoubles();
        Assert.Equal(8, peaks.Average(), 3 * 8 * 0.533 / Math.Sqrt(200));
    }

    [Fact]
    public void A_traversal_is_silent_as_often_as_the_reliability_says()
    {
        Population(1, out var reliable);
        Population(0.7, out var partly);
        // Of some 100 cells × 40 passes: 3 standard errors.
        Assert.Equal(0.7, partly / reliable, 3 * Math.Sqrt(0.21 / 2000));

        static void Population(double reliability, out double share)
        {
            var spec = SpecOf(600, new Tuning { PlaceFraction = 1, SpeedFraction = 0, PassReliability = reliability, DirectionalFraction = 0, PlaceOutHz = 0.0001, RestGain = 1 }, cells: 100);
            using var scene = Simulator.Compile(spec);
            var track = scene.Steps.Find<BehaviorTrack>()!;
            var (population, _) = Run(spec);
            int passes = 0, active = 0;
            var hz = new double[1];
            for (var i = 0; i < 100; i++)
            {
                var rate = population.RateOf(i);
                for (var step = 1; step < track.Steps - 1; step++)
                {
                    var before = Math.Abs(track.X[step - 1] - population.Fields[i][0].X) > 0.1;
                    if (!before || Math.Abs(track.X[step] - population.Fields[i][0].X) > 0.1) continue;
                    passes++;
                    rate.Fill((int)(step * 6), hz);
                    if (hz[0] > 0.05) active++;
                }
            }
            share = (double)active / passes;
        }
    }

    [Fact]
    public void Members_of_an_assembly_correlate_by_their_common_events_and_others_do_not()
    {
        // ν·p²/λ = 0.2·0.25/1 = 0.05 in bins much longer than the jitter.
        var spec = SpecOf(2400, new Tuning { PlaceFraction = 0, SpeedFraction = 0, Assemblies = 1, AssemblyFraction = 0.5, AssemblyRateHz = 0.2, AssemblyP = 0.5 }, cells: 60);
        var (population, times) = Run(spec);
        const int bins = 2400;
        var counts = times.Select(t =>
        {
            var c = new double[bins];
            foreach (var s in t) c[Math.Min((int)s, bins - 1)]++;
            var m = c.Average();
            return Array.ConvertAll(c, v => v - m);
        }).ToArray();
        double Correlation(int i, int j) => counts[i].Zip(counts[j], (a, b) => a * b).Sum() / Math.Sqrt(counts[i].Sum(a => a * a) * counts[j].Sum(b => b * b));
        int[] members = [.. Enumerable.Range(0, 60).Where(i => population.IsMember[i][0])], others = [.. Enumerable.Range(0, 60).Where(i => !population.IsMember[i][0])];
        double Mean(int[] a, int[] b) => a.SelectMany(i => b.Where(j => j > i).Select(j => Correlation(i, j))).DefaultIfEmpty().Average();
        // The number of events is itself Poisson (480 ± 22): 5 % of 0.05, and pairs share it; 3 standard errors of both.
        Assert.Equal(0.050, Mean(members, members), 0.010);
        Assert.Equal(0, Mean(others, others), 3 / Math.Sqrt(bins * Math.Sqrt(others.Length * (others.Length - 1) / 2.0)));
        // Members keep their rate: 30 cells · 2400 s · 1 Hz.
        Assert.Equal(1, members.Average(i => times[i].Length / 2400.0), 0.03);
    }

    [Fact]
    public void Ripples_come_at_rest_with_the_share_of_cells_that_was_asked_for()
    {
        var spec = SpecOf(600, new Tuning { PlaceFraction = 0, SpeedFraction = 0, RippleRateHz = 0.5 }, rateHz: 0.1);
        var (population, _) = Run(spec);
        using var scene = Simulator.Compile(spec);
        var track = scene.Steps.Find<BehaviorTrack>()!;
        var times = scene.Truth.Find("events_ripple_times_s")!.ToDoubles();
        Assert.True(times.Length > 40, $"{times.Length}");
        Assert.All(times, t => Assert.True(BehaviorTrack.At(track.Locomotion, t) < 0.1));
        var members = scene.Truth.Find("events_ripple_members")!.ToDoubles();
        // The cells' probabilities scatter with a CV of 0.53: the standard error is that of 1000 cells and of all draws.
        var error = Math.Sqrt(Math.Pow(0.15 * 0.533, 2) / 1000 + 0.15 * 0.85 / members.Length);
        Assert.Equal(0.15, members.Average(), 3 * error);
        Assert.Equal(members.Sum(), Enumerable.Range(0, 1000).Sum(i => Enumerable.Range(0, times.Length).Count(e => population.TakesPart(i, e))));
    }

    [Fact]
    public void Speed_and_head_direction_cells_follow_theirs_and_keep_their_mean()
    {
        var field = new Minisim.Steps.Behavior { Arena = BehaviorArena.OpenField };
        var spec = SpecOf(300, new Tuning { PlaceFraction = 0, SpeedFraction = 0.5, HeadDirectionFraction = 0.5, RestGain = 1 }, rateHz: 2, cells: 60, behavior: field);
        var (population, times) = Run(spec);
        using var scene = Simulator.Compile(spec);
        var track = scene.Steps.Find<BehaviorTrack>()!;
        double fast = 0, slow = 0, towards = 0, away = 0;
        for (var i = 0; i < 60; i++)
            foreach (var t in times[i])
                if (population.Classes[i] == TunedPopulation.CellClass.Speed)
                {
                    if (BehaviorTrack.At(track.Speed, t) > track.Speed.Average()) fast++;
                    else slow++;
                }
                else if (Math.Cos(track.HeadingAt(t) - population.PreferredRad[i]) > 0) towards++;
                else away++;
        var share = track.Speed.Count(v => v > track.Speed.Average()) / (double)track.Steps;
        // Above the mean the rate is at least m, below it at most: (1 + 2·v/v̄)/3.
        Assert.True(fast / (fast + slow) > share + 0.1, $"{fast}, {slow}, {share}");
        Assert.True(towards > 15 * away, $"{towards}, {away}");
        Assert.Equal(11.302, TunedPopulation.BesselI0(4), 0.001);
    }

    [Fact]
    public void Theta_modulates_spikes_while_the_animal_runs()
    {
        var spec = SpecOf(120, new Tuning { PlaceFraction = 0, SpeedFraction = 0, ThetaDepth = 1 }, rateHz: 5, cells: 100);
        var (_, times) = Run(spec);
        using var scene = Simulator.Compile(spec);
        var track = scene.Steps.Find<BehaviorTrack>()!;
        double Vector(bool running)
        {
            double sum = 0;
            var n = 0;
            foreach (var cell in times)
            {
                double c = 0, s = 0;
                var k = 0;
                foreach (var t in cell)
                {
                    if (BehaviorTrack.At(track.Locomotion, t) > 0.5 != running) continue;
                    c += Math.Cos(2 * Math.PI * 8 * t);
                    s += Math.Sin(2 * Math.PI * 8 * t);
                    k++;
                }
                if (k < 20) continue;
                sum += Math.Sqrt(c * c + s * s) / k;
                n++;
            }
            return sum / n;
        }
        // 1 + cos has a mean vector of 0.5; bins of 3.3 ms hide 0.1 % of it.
        Assert.Equal(0.5, Vector(true), 0.03);
        Assert.True(Vector(false) < 0.15);
    }

    [Fact]
    public void Remapping_moves_the_share_of_fields_that_was_asked_for_at_its_time()
    {
        var (population, _) = Run(SpecOf(60, new Tuning { PlaceFraction = 1, SpeedFraction = 0, RemapTimesS = [20, 40], RemapFraction = 0.8 }));
        foreach (var epoch in new[] { 1, 2 })
            Assert.Equal(0.8, population.Fields.Count(f => f[epoch] != f[epoch - 1]) / 1000.0, 3 * Math.Sqrt(0.16 / 1000));
        using var scene = Simulator.Compile(SpecOf(60, new Tuning { RemapTimesS = [20, 40] }));
        Assert.Equal([1000, 3, 2], scene.Truth.Find("tuning_place_center_m")!.Shape);
    }

    [Fact]
    public void Classes_are_disjoint_and_have_their_shares_and_other_cells_keep_their_spikes()
    {
        var tuning = new Tuning { PlaceFraction = 0.3, SpeedFraction = 0.2, HeadDirectionFraction = 0.1 };
        var spec = SpecOf(30, tuning);
        var (population, tuned) = Run(spec);
        foreach (var (kind, share) in new[] { (TunedPopulation.CellClass.Place, 0.3), (TunedPopulation.CellClass.Speed, 0.2), (TunedPopulation.CellClass.HeadDirection, 0.1), (TunedPopulation.CellClass.None, 0.4) })
            Assert.Equal(share, population.Classes.Count(c => c == kind) / 1000.0, 3 * Math.Sqrt(share * (1 - share) / 1000));
        var (_, plain) = Run(spec.With(spec.Find<CellActivity>()! with { Tuning = tuning with { PlaceFraction = 0, SpeedFraction = 0, HeadDirectionFraction = 0 } }));
        for (var i = 0; i < 1000; i++)
            if (population.Classes[i] == TunedPopulation.CellClass.None) Assert.Equal(plain[i], tuned[i]);
        // The same spikes at any frame rate.
        var (_, faster) = Run(spec with { Acquisition = spec.Acquisition with { Fps = 60 } });
        Assert.Equal(tuned[0], faster[0]);
    }

    [Fact]
    public void Tuning_without_what_it_needs_is_an_error()
    {
        var good = SpecOf(30, new Tuning(), cells: 10);
        Assert.DoesNotContain(SpecValidator.Check(good), p => !p.IsWarning);
        Assert.Contains(SpecValidator.Check(good.Without<Minisim.Steps.Behavior>()), p => p.Reason.Contains("no animal"));
        Assert.Contains(SpecValidator.Check(good.With(new CellActivity { Tuning = new() })), p => p.Reason.Contains("no rate that could change"));
        CellActivity With(Tuning tuning) => good.Find<CellActivity>()! with { Tuning = tuning };
        Assert.Contains(SpecValidator.Check(good.With(With(new Tuning { PlaceFraction = 0.9, SpeedFraction = 0.2 }))), p => p.Path.EndsWith("place_fraction", StringComparison.Ordinal));
        Assert.Contains(SpecValidator.Check(good.With(With(new Tuning { RemapTimesS = [10, 5] }))), p => p.Path.EndsWith("remap_times_s[1]", StringComparison.Ordinal));
        Assert.Contains(SpecValidator.Check(good.With(With(new Tuning { PlaceFraction = 1.5 }))), p => p.Path.EndsWith("tuning.place_fraction", StringComparison.Ordinal));
        var json = SpecJson.Write(good.With(With(new Tuning { RemapTimesS = [10.5, 20] })));
        Assert.Equal([10.5, 20.0], SpecJson.Parse(json).Find<CellActivity>()!.Tuning!.RemapTimesS);
    }

    [Theory]
    [InlineData(BehaviorArena.Linear)]
    [InlineData(BehaviorArena.OpenField)]
    [InlineData(BehaviorArena.File)]
    public void Place_fields_do_not_move_when_the_recording_becomes_longer(BehaviorArena arena)
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "t_s,x_m,y_m\n0,0.1,0.2\n3,0.2,0.2\n30,1.7,0.4\n60,0.5,-0.6\n");
        try
        {
            var animal = new Minisim.Steps.Behavior { Arena = arena, Path = arena == BehaviorArena.File ? path : null };
            double[] Centres(double seconds)
            {
                using var scene = Simulator.Compile(SpecOf(seconds, new Tuning { PlaceFraction = 1, SpeedFraction = 0 }, cells: 400, behavior: animal));
                return scene.Truth.Find("tuning_place_center_m")!.ToDoubles();
            }
            double[] brief = Centres(3), longer = Centres(40);
            Assert.Equal(longer, brief);
            double[] x = [.. brief.Where((_, i) => i % 2 == 0)], y = [.. brief.Where((_, i) => i % 2 == 1)];
            var (left, right, bottom, top) = arena switch { BehaviorArena.Linear => (0, 1, 0, 0), BehaviorArena.OpenField => (0, 1, 0, 0.5), _ => (0.1, 1.7, -0.6, 0.4) };
            // Even over the whole arena: of 400 the ends come within a fiftieth but for 3 in 10,000 times.
            Assert.InRange(x.Min(), left, left + (right - left) / 50);
            Assert.InRange(x.Max(), right - (right - left) / 50, right);
            Assert.InRange(y.Min(), bottom, bottom + (top - bottom) / 50);
            Assert.InRange(y.Max(), top - (top - bottom) / 50, top);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(BehaviorArena.Linear)]
    [InlineData(BehaviorArena.OpenField)]
    public void On_a_silent_pass_a_place_cell_fires_no_more_than_outside_of_its_field(BehaviorArena arena)
    {
        Assert.All(Highest(0), hz => Assert.Equal(0.1, hz, 1e-9));
        Assert.True(Highest(1).Average() > 1);

        double[] Highest(double reliability)
        {
            var (population, _) = Run(SpecOf(120, new Tuning { PlaceFraction = 1, SpeedFraction = 0, PassReliability = reliability, RestGain = 1 }, cells: 50, behavior: new() { Arena = arena }));
            var hz = new double[120 * 300];
            return [.. Enumerable.Range(0, 50).Select(i =>
            {
                population.RateOf(i).Fill(0, hz);
                return hz.Max();
            })];
        }
    }

    [Fact]
    public void A_pass_is_active_or_silent_from_end_to_end_and_every_lap_is_a_pass_of_its_own()
    {
        var spec = SpecOf(900, new Tuning { PlaceFraction = 1, SpeedFraction = 0, PassReliability = 0.5, DirectionalFraction = 0, PlaceOutHz = 0.0001, RestGain = 1 }, cells: 100);
        using var scene = Simulator.Compile(spec);
        var track = scene.Steps.Find<BehaviorTrack>()!;
        var (population, _) = Run(spec);
        var hz = new double[900 * 300];
        int laps = 0, active = 0;
        for (var i = 0; i < 100; i++)
        {
            population.RateOf(i).Fill(0, hz);
            var seen = new Dictionary<int, bool>();
            for (var step = 1; step < 900 * 50 - 1; step++)
            {
                if (track.Lap![step] != track.Lap[step - 1] || track.Lap[step] != track.Lap[step + 1]) continue;
                var distance = Math.Abs(track.X[step] - population.Fields[i][0].X) / 0.08;
                if (distance > 2.9) continue;
                var isActive = hz[step * 6] > 0.001;
                if (seen.TryGetValue(track.Lap[step], out var before)) Assert.Equal(before, isActive);
                seen[track.Lap[step]] = isActive;
            }
            laps += seen.Count;
            active += seen.Values.Count(a => a);
        }
        Assert.True(laps > 5000, $"{laps}");
        Assert.Equal(0.5, (double)active / laps, 3 * 0.5 / Math.Sqrt(laps));
    }

    [Fact]
    public void Spikes_of_assemblies_and_ripples_keep_the_refractory_period_and_the_rate()
    {
        var spec = SpecOf(600, new Tuning { PlaceFraction = 0.3, Assemblies = 20, AssemblyFraction = 0.5, AssemblyRateHz = 0.3, AssemblyJitterS = 0.02, RippleRateHz = 1, RippleParticipation = 0.4 }, rateHz: 4, cells: 100);
        CellActivity With(double seconds) => spec.Find<CellActivity>()! with { RefractoryS = seconds };
        var (_, times) = Run(spec.With(With(0.02)));
        Assert.All(times, cell => Assert.All(cell.Zip(cell.Skip(1)), pair => Assert.True(pair.Second - pair.First > 0.02 - 1e-9, $"{pair}")));
        var (_, free) = Run(spec.With(With(0)));
        Assert.Contains(free, cell => cell.Zip(cell.Skip(1)).Any(pair => pair.Second - pair.First < 0.02));
        Assert.Equal(1, times.Sum(t => t.Length) / (double)free.Sum(t => t.Length), 0.01);
    }

    [Fact]
    public void The_first_frame_remembers_the_assemblies_before_it()
    {
        // 10 of 100 assemblies a cell: 0.5 Hz, its whole rate. Some 10 events lie within the memory of GCaMP6s, each seen by every tenth cell: 0.35 of the mean is a standard error.
        var spec = SpecOf(60, new Tuning { PlaceFraction = 0, SpeedFraction = 0, Assemblies = 100 }, rateHz: 0.5, cells: 400);
        using var scene = Simulator.Compile(spec.With(spec.Find<CellActivity>()! with { Indicator = new Indicator { Name = IndicatorName.GCaMP6s } }));
        var dff = scene.Truth.Find("dff")!.ToDoubles();
        var frames = scene.Frames;
        Assert.InRange(Enumerable.Range(0, 400).Average(i => dff[i * frames]) / dff.Average(), 0.3, 2.05);
    }

    [Fact]
    public void Shares_of_tuned_cells_are_of_the_cells_that_fire()
    {
        var tuning = new Tuning { PlaceFraction = 0.5, SpeedFraction = 0.2, Assemblies = 1, AssemblyFraction = 0.4, RippleRateHz = 2 };
        var spec = SpecOf(200, tuning, cells: 1000);
        spec = spec.With(spec.Find<CellActivity>()! with { SilentFraction = 0.6 });
        var (population, _) = Run(spec);
        using var scene = Simulator.Compile(spec);
        double[] silent = scene.Truth.Find("silent")!.ToDoubles(), members = scene.Truth.Find("events_ripple_members")!.ToDoubles();
        var ripples = members.Length / 1000;
        int[] firing = [.. Enumerable.Range(0, 1000).Where(i => silent[i] == 0)];
        Assert.Equal(0.4, firing.Length / 1000.0, 3 * Math.Sqrt(0.24 / 1000));
        void Share(double expected, Func<int, bool> has) => Assert.Equal(expected, firing.Count(has) / (double)firing.Length, 3 * Math.Sqrt(expected * (1 - expected) / firing.Length));
        Share(0.5, i => population.Classes[i] == TunedPopulation.CellClass.Place);
        Share(0.2, i => population.Classes[i] == TunedPopulation.CellClass.Speed);
        Share(0.4, i => population.IsMember[i][0]);
        // Cells differ in it by a coefficient of variation of 0.53.
        Assert.Equal(0.15, firing.Average(i => members.AsSpan(i * ripples, ripples).ToArray().Average()), 3 * 0.15 * 0.6 / Math.Sqrt(firing.Length));
        Assert.All(Enumerable.Range(0, 1000).Except(firing), i => Assert.Equal(TunedPopulation.CellClass.None, population.Classes[i]));
    }

    [Fact]
    public void What_a_spec_asks_of_tuning_and_cannot_have_is_said()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "t_s,x_m,y_m\n0,0,0\n60,1,0\n");
        var spec = SpecOf(30, new Tuning(), cells: 10, behavior: new() { Arena = BehaviorArena.File, Path = path });
        Assert.Contains("no laps", Assert.Single(SpecValidator.Check(spec)).Reason);
        Spec With(Tuning tuning, double refractoryS = 0) => spec.With(spec.Find<CellActivity>()! with { Tuning = tuning, RefractoryS = refractoryS });
        Assert.Empty(SpecValidator.Check(With(new Tuning { DirectionalFraction = 0 })));
        Assert.EndsWith("place_peak_hz", Assert.Single(SpecValidator.Check(With(new Tuning { DirectionalFraction = 0, PlacePeakHz = 30 }, 0.05))).Path);
        Assert.EndsWith("ripple_participation", Assert.Single(SpecValidator.Check(With(new Tuning { DirectionalFraction = 0, RippleRateHz = 0.2, RippleParticipation = 0.9 }))).Path);
        spec = With(new Tuning { DirectionalFraction = 0 });
        var animal = spec.Find<Minisim.Steps.Behavior>()!;
        Assert.EndsWith("length_m", Assert.Single(SpecValidator.Check(spec.With(animal with { LengthM = 3 }))).Path);
        Assert.Empty(SpecValidator.Check(spec.With(animal with { ExtentM = [-1, 0, 2, 0.5] })));
        foreach (var bad in (ValueList<double>[])[[0, 0, 1], [1, 0, 0, 0], [0, 0, double.NaN, 1], [0, 0, 1e9, 1]])
            Assert.Contains(SpecValidator.Check(spec.With(animal with { ExtentM = bad })), p => !p.IsWarning && p.Path.Contains("extent_m", StringComparison.Ordinal));
        Assert.Contains(SpecValidator.Check(spec.With(new Minisim.Steps.Behavior { ExtentM = [0, 0, 1, 1] })), p => !p.IsWarning && p.Path.EndsWith("extent_m", StringComparison.Ordinal));
        File.Delete(path);
    }

    [Theory]
    [InlineData(BehaviorArena.Linear)]
    [InlineData(BehaviorArena.OpenField)]
    public void A_longer_recording_begins_with_the_spikes_of_a_shorter_one(BehaviorArena arena)
    {
        var tuning = new Tuning { PlaceFraction = 0.4, SpeedFraction = 0.4, HeadDirectionFraction = 0.1, ThetaDepth = 0.5, RippleRateHz = 0.5 };
        var (population, brief) = Run(SpecOf(20, tuning, cells: 100, behavior: new() { Arena = arena }));
        var (_, longer) = Run(SpecOf(50, tuning, cells: 100, behavior: new() { Arena = arena }));
        Assert.Equal(4, population.Classes.Distinct().Count());
        // Half a second before the end of the shorter one: what a ripple adds may lie beyond it.
        for (var i = 0; i < 100; i++) Assert.Equal(brief[i].Where(t => t < 19.5), longer[i].Where(t => t < 19.5));
    }
}
