using Minisim.Random;
using Minisim.Steps;

namespace Minisim.Tests.Steps.Animal;

public class BehaviorTests
{
    private static Spec SpecOf(double seconds, params Step[] steps) => new()
    {
        Acquisition = new() { ImageSensor = new() { NPxHeight = 40, NPxWidth = 50 }, DurationS = seconds },
        Steps = [.. steps],
    };

    [Fact]
    public void A_run_along_the_track_takes_the_time_that_the_ramps_at_its_ends_make_it()
    {
        // 0.8 m at 0.2 m/s; at either end 0.01 m at a tenth of that and the exponential from 0.01 to 0.1 m: (0.8 + 0.2·(1 + ln 10))/0.2 s.
        var track = new Minisim.Steps.Behavior { LapSpeedCv = 0 }.Linear(3, 60);
        var run = Enumerable.Range(0, track.Steps).Count(i => track.Lap![i] == 0 && track.Speed[i] > 0) / BehaviorTrack.Hz;
        Assert.Equal(7.303, run, 0.02);
        Assert.Equal((0.8 + 0.2 * (1 + Math.Log(10))) / 0.2, run, 0.02);
    }

    [Fact]
    public void The_animal_turns_at_the_ends_of_the_track_and_pauses_there()
    {
        var track = new Minisim.Steps.Behavior { RewardPauseS = 3 }.Linear(5, 3000);
        Assert.True(track.X.Min() >= 0 && track.X.Max() <= 1);
        Assert.All(track.Heading, h => Assert.True(h is 0 or Math.PI));
        var laps = track.Lap!.Max();
        // The mean pause is 3 s ± 3 standard errors of the exponential part.
        var pauses = Enumerable.Range(0, laps - 1).Select(l => Enumerable.Range(0, track.Steps).Count(i => track.Lap![i] == l && track.Speed[i] == 0) / BehaviorTrack.Hz).ToArray();
        Assert.True(pauses.Length > 100);
        Assert.Equal(3, pauses.Average(), 3 * 2.5 / Math.Sqrt(pauses.Length) + 0.02);
        Assert.True(pauses.Min() >= 0.46, $"{pauses.Min()}");
    }

    [Fact]
    public void Speed_in_the_open_field_is_rayleigh_distributed_and_forgets_at_its_time_constant()
    {
        // 20000 s are some 28000 independent speeds: 3 standard errors are 0.0009 m/s and 0.3 %; three comparisons, so 4 are allowed.
        const double seconds = 20000;
        var track = new Minisim.Steps.Behavior { Arena = BehaviorArena.OpenField, RestDwellS = 0, LengthM = 5, WidthM = 5 }.OpenField(11, seconds);
        Assert.Equal(0.1003, track.Speed.Average(), 0.0012);
        Assert.Equal(0.031, track.Speed.Count(v => v < 0.02) / (double)track.Steps, 0.004);
        var u = Neuropil.OrnsteinUhlenbeck(new Draws(11, RandomStream.Behavior, 3), 1_000_000, 0.7 * 50);
        var product = Enumerable.Range(0, u.Length - 35).Average(i => u[i] * u[i + 35]);
        Assert.Equal(0.368, product, 4 * Math.Sqrt(1.15 / (20000 / 0.7)));
    }

    [Fact]
    public void The_animal_stays_in_its_field_visits_all_of_it_and_rests_as_long_as_it_should()
    {
        var track = new Minisim.Steps.Behavior { Arena = BehaviorArena.OpenField }.OpenField(2, 6000);
        Assert.True(track.X.All(x => x is >= 0 and <= 1) && track.Y.All(y => y is >= 0 and <= 0.5));
        var cells = new int[50];
        for (var i = 0; i < track.Steps; i++) cells[Math.Min((int)(track.X[i] * 10), 9) * 5 + Math.Min((int)(track.Y[i] * 10), 4)]++;
        Assert.All(cells, c => Assert.True(c > 0));
        // A third of the time at rest: 4 s of 12; 500 cycles, 3 standard errors of the share. Below 1 mm/s counts, so after the 0.3 s that the gate takes.
        var rests = track.Speed.Count(v => v < 0.001) / (double)track.Steps;
        Assert.InRange(rests, 0.19, 0.36);
        Assert.All(track.Heading, h => Assert.InRange(h, -Math.PI, Math.PI));
        // Steps are as long as the speed says, walls included.
        for (var i = 0; i + 1 < track.Steps; i++)
        {
            var way = Math.Sqrt(Math.Pow(track.X[i + 1] - track.X[i], 2) + Math.Pow(track.Y[i + 1] - track.Y[i], 2));
            Assert.True(way <= track.Speed[i] / 50 + 1e-12, $"step {i}");
        }
    }

    [Fact]
    public void The_same_animal_is_seen_at_any_frame_rate()
    {
        var behavior = new Minisim.Steps.Behavior { Arena = BehaviorArena.OpenField };
        double[] At(double fps) => Simulator.Compile(SpecOf(20, behavior) with { Acquisition = SpecOf(20).Acquisition with { Fps = fps } }).Truth.Find("behavior_position_m")!.ToDoubles();
        double[] slow = At(10), fast = At(30);
        // The middle of a frame of 100 ms is the middle of the second of its three.
        for (var t = 0; t < 200; t++) Assert.Equal(slow[2 * t], fast[2 * (3 * t + 1)], 1e-9);
        // A longer recording begins in the same way.
        var longer = Simulator.Compile(SpecOf(30, behavior)).Truth.Find("behavior_speed_m_s")!.ToDoubles();
        var shorter = Simulator.Compile(SpecOf(20, behavior)).Truth.Find("behavior_speed_m_s")!.ToDoubles();
        Assert.Equal(shorter, longer[..400]);
    }

    [Fact]
    public void Locomotion_is_the_speed_up_to_a_tenth_of_a_metre_a_second_low_passed()
    {
        var speed = new double[500];
        Array.Fill(speed, 0.5, 250, 250);
        var track = new BehaviorTrack(new double[500], new double[500], speed, new double[500], null, default);
        Assert.Equal(0, track.Locomotion[249]);
        Assert.Equal(1 - Math.Exp(-1), track.Locomotion[259], 1e-12);
        Assert.Equal(1, track.Locomotion[499], 1e-9);
    }

    [Fact]
    public void The_brain_is_still_where_the_animal_is_if_its_motion_follows_it_wholly()
    {
        var locomotion = Enumerable.Range(0, 600).Select(t => t / 100 % 2 == 0 ? 0.0 : 1.0).ToArray();
        var threads = new ParallelOptions();
        var follows = new BrainMotion { LocomotionGain = 1 }.DisplacementUm(4, 20, 600, threads, locomotion);
        for (var t = 0; t < 600; t++)
            Assert.True(locomotion[t] == 0 ? follows[t] == (0, 0) : follows[t] != (0, 0), $"frame {t}");
        var half = new BrainMotion { LocomotionGain = 0.5 }.DisplacementUm(4, 20, 600, threads, locomotion);
        Assert.True(Rms(half, 0) < 0.75 * Rms(half, 1) && Rms(half, 0) > 0);
        Assert.Equal(new BrainMotion().DisplacementUm(4, 20, 600, threads), new BrainMotion().DisplacementUm(4, 20, 600, threads, locomotion));

        double Rms((double Dy, double Dx)[] path, double when) => Math.Sqrt(Enumerable.Range(1, 599).Where(t => locomotion[t] == when).Average(t => path[t].Dy * path[t].Dy + path[t].Dx * path[t].Dx));
    }

    [Fact]
    public void Behaviour_alone_changes_no_cell_no_field_and_no_pixel()
    {
        // Blood follows the animal without being asked.
        var full = Invariance.RenderingInvarianceTests.Everything().Without<Hemodynamics>();
        using Recording with = Simulator.Run(full), without = Simulator.Run(full.Without<Minisim.Steps.Behavior>());
        Assert.Equal(without.Truth.S!.ToDoubles(), with.Truth.S!.ToDoubles());
        Assert.Equal(Invariance.RenderingInvarianceTests.Bytes(without.Observed), Invariance.RenderingInvarianceTests.Bytes(with.Observed));
    }

    [Fact]
    public void A_coupling_without_an_animal_is_an_error()
    {
        foreach (Step step in new Step[] { new BrainMotion { LocomotionGain = 0.5, MaxShiftUm = 10 }, new Neuropil { ArousalGain = 1 } })
        {
            var problem = Assert.Single(SpecValidator.Check(SpecOf(5, step)), p => !p.IsWarning);
            Assert.Contains("behavior", problem.Reason);
            Assert.DoesNotContain(SpecValidator.Check(SpecOf(5, step, new Minisim.Steps.Behavior())), p => !p.IsWarning);
        }
        Assert.Contains(SpecValidator.Check(SpecOf(5, new BrainMotion { LocomotionGain = 0.5, Model = MotionModel.Walk }, new Minisim.Steps.Behavior())), p => p.Path.EndsWith("locomotion_gain", StringComparison.Ordinal));
    }

    [Fact]
    public void The_neuropil_brightens_with_locomotion_and_keeps_its_mean()
    {
        var factor = new Neuropil { ArousalGain = 0.5 }.Arousal([0, 0, 1, 1, 0.5]);
        Assert.Equal(1, factor.Average(), 1e-12);
        Assert.Equal(1.5, factor[2] / factor[0], 1e-12);
        var spec = SpecOf(60, new Minisim.Steps.Behavior(), new Neuropil { ArousalGain = 2 });
        using Minisim.CompiledScene with = Simulator.Compile(spec), without = Simulator.Compile(spec.With(new Neuropil()));
        double[] a = with.Truth.Find("neuropil_temporal")!.ToDoubles(), b = without.Truth.Find("neuropil_temporal")!.ToDoubles(), l = with.Truth.Find("behavior_locomotion")!.ToDoubles();
        var expected = new Neuropil { ArousalGain = 2 }.Arousal(l);
        for (var t = 0; t < l.Length; t++) Assert.Equal(expected[t] * b[t], a[t], 1e-12);
    }
}
