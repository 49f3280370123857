using Minisim.Rendering;
using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Tests.Reference;
using Minisim.Tests.Statistics;

namespace Minisim.Tests.Steps.Motion;

public class BrainMotionTests
{
    private static readonly ParallelOptions Threads = new() { MaxDegreeOfParallelism = 2 };

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(0.5, 6)]
    [InlineData(0.1, 6)]
    [InlineData(0.5, 15)]
    public void An_oscillator_answers_a_sine_with_the_textbook_amplitude(double damping, double driveHz)
    {
        // Frequency response of the semi-implicit step, exactly: z = e^(iω·dt) in
        // x·(z − (2 − 2ζa − a²) + (1 − 2ζa)/z) = dt²·drive, a = ω0·dt; tends to 1/√((ω0² − ω²)² + (2ζω0ω)²).
        const double dt = 1.0 / 3000;
        double w0 = 2 * Math.PI * 6, w = 2 * Math.PI * driveHz;
        var drive = Enumerable.Range(0, 60_000).Select(i => Math.Sin(w * i * dt)).ToArray();
        var steady = BrainMotion.Oscillate(drive, dt, w0, damping).AsSpan(45_000).ToArray();
        var amplitude = Math.Sqrt(2 * steady.Average(x => x * x));
        var textbook = 1 / Math.Sqrt(Math.Pow(w0 * w0 - w * w, 2) + Math.Pow(2 * damping * w0 * w, 2));
        Assert.Equal(1, amplitude / textbook, 0.02);
    }

    [Fact]
    public void A_constant_drive_rests_at_drive_over_omega_squared() =>
        Assert.Equal(0.25, BrainMotion.Oscillate([.. Enumerable.Repeat(100.0, 5000)], 1.0 / 300, 20, 0.5)[^1], 1e-9);

    [Fact]
    public void An_oscillator_too_fast_for_its_step_is_refused_and_any_other_stays_bounded()
    {
        foreach (var hz in new[] { 1.0, 20, 40, 55, 59, 60, 62, 80, 95, 100, 200 })
            foreach (var damping in new[] { 0.05, 0.5, 1, 3 })
            {
                var omega = 2 * Math.PI * hz;
                var end = BrainMotion.Oscillate([1, .. new double[20_000]], 1.0 / 300, omega, damping)[^1];
                Assert.Equal(BrainMotion.IsStable(1.0 / 300, omega, damping), Math.Abs(end) < 1);
            }
    }

    [Theory]
    [InlineData(LateralAxis.Y)]
    [InlineData(LateralAxis.X)]
    public void Pure_locomotion_moves_its_axis_at_its_frequency(LateralAxis axis)
    {
        var path = new BrainMotion { LocomotionFraction = 1, LocomotionAxis = axis, LocomotionFreqHz = 4 }.DisplacementUm(2, 30, 900, Threads);
        var (moving, still) = axis == LateralAxis.Y ? (path.Select(p => p.Dy), path.Select(p => p.Dx)) : (path.Select(p => p.Dx), path.Select(p => p.Dy));
        Assert.All(still, v => Assert.Equal(0, v));
        var spectrum = Spectrum([.. moving]);
        var peakHz = Enumerable.Range(1, 450).MaxBy(k => spectrum[k]) * 30.0 / 900;
        Assert.InRange(peakHz, 3.4, 4.6);
    }

    [Theory]
    [InlineData(MotionModel.Physical)]
    [InlineData(MotionModel.Walk)]
    public void Motion_starts_at_the_origin_and_stays_in_its_disk(MotionModel model)
    {
        for (var seed = 0ul; seed < 20; seed++)
        {
            var path = new BrainMotion { Model = model, MaxShiftUm = 8, MotionAmplitudeUm = 8, WalkStepUm = 2 }.DisplacementUm(seed, 20, 300, Threads);
            Assert.Equal((0, 0), path[0]);
            Assert.All(path, p => Assert.True(p.Dy * p.Dy + p.Dx * p.Dx <= 64 * (1 + 1e-12)));
            Assert.Contains(path, p => p.Dy * p.Dy + p.Dx * p.Dx > 60);
        }
    }

    [Fact]
    public void Motion_depends_neither_on_the_field_of_view_nor_on_the_margin_nor_on_threads()
    {
        double[] Shifts(int pixels, double maxShiftUm, int threads)
        {
            var step = new BrainMotion { MaxShiftUm = maxShiftUm, MotionAmplitudeUm = 5 };
            var spec = new Spec { Acquisition = new() { ImageSensor = new() { NPxHeight = pixels, NPxWidth = pixels }, DurationS = 3 }, Steps = [step] };
            return new StepRun(spec, step, threads).Arrays.Single().ToDoubles();
        }
        var one = Shifts(100, 40, 1);
        Assert.Equal(one, Shifts(77, 60, 2));
        Assert.Equal(one, Shifts(100, 40, 2));
    }

    [Theory, InlineData(0.3), InlineData(0.7)]
    public void The_brain_rests_for_its_share_of_the_time_and_its_motion_keeps_its_percentile(double rest)
    {
        // A two-state chain of rates 1/s and (1 − r)/r: over T the share in motion has the variance 2·r(1 − r)·τ/T, τ = r s; four standard errors for two cases.
        const double dt = 1 / 300.0;
        const int steps = 2_000_000;
        var step = new BrainMotion { RestFraction = rest };
        Assert.Equal(1 - rest, step.Bouts(5, steps, dt).Average(), 4 * Math.Sqrt(2 * rest * (1 - rest) * rest / (steps * dt)));

        var path = step.DisplacementUm(5, 20, 20_000, Threads);
        var always = new BrainMotion().DisplacementUm(5, 20, 20_000, Threads);
        double Still((double Dy, double Dx)[] p) => p.Zip(p.Skip(1)).Count(s => Math.Sqrt(Math.Pow(s.Second.Dy - s.First.Dy, 2) + Math.Pow(s.Second.Dx - s.First.Dx, 2)) < 0.3) / (double)p.Length;
        // The swing after a bout and the low-passed edges take less than 0.45 s of every rest, whose lengths are exponential with mean r/(1 − r) s.
        var error = 4 * Math.Sqrt(2 * rest * (1 - rest) * rest / 1000);
        Assert.InRange(Still(path), rest * Math.Exp(-0.45 * (1 - rest) / rest) - error, rest + 0.05 + error);
        Assert.InRange(Still(always), 0, 0.05);
        Assert.Equal(step.MotionAmplitudeUm, BrainMotion.Percentile([.. path.Select(p => Math.Sqrt(p.Dy * p.Dy + p.Dx * p.Dx))], 0.99), 1e-9);
        Assert.Equal(always, new BrainMotion { RestFraction = 0 }.DisplacementUm(5, 20, 20_000, Threads));
    }

    [Fact]
    public void A_given_trajectory_is_applied_in_pixels()
    {
        var step = new BrainMotion { TrajectoryUm = [new(0, 0), new(1.5, -3)] };
        var spec = new Spec { Acquisition = new() { ImageSensor = new() { PixelPitchUm = 4 }, Fps = 1, DurationS = 2 }, Steps = [step] };
        var run = new StepRun(spec, step, 1);
        var motion = run.Output.Find<Minisim.Scenes.Motion>()!;
        Assert.Equal([(0, 0), (3, -6)], new[] { motion.At(0), motion.At(1) });
        Assert.Equal(6, motion.ReachPx);
        Assert.Equal(7, run.Grid.Margin);
    }

    [Fact]
    public void Impossible_motion_is_reported()
    {
        var big = new Acquisition { ImageSensor = new() { NPxHeight = 1000, NPxWidth = 1000 }, DurationS = 1 };
        IReadOnlyList<Problem> Check(BrainMotion step, Acquisition? acquisition = null)
        {
            var problems = new ProblemList();
            step.Check(new Spec { Acquisition = acquisition ?? big, Steps = [step] }, problems);
            return problems.Items;
        }
        Assert.Empty(Check(new BrainMotion()));
        Assert.Equal("steps[0] (brain_motion).motion_amplitude_um", Assert.Single(Check(new BrainMotion { MotionAmplitudeUm = 16 })).Path);
        Assert.Empty(Check(new BrainMotion { MotionAmplitudeUm = 16, Model = MotionModel.Walk }));
        Assert.Equal("steps[0] (brain_motion).trajectory_um", Assert.Single(Check(new BrainMotion { TrajectoryUm = [new(0, 0)] })).Path);
        Assert.Equal("steps[0] (brain_motion).resonance_freq_hz", Assert.Single(Check(new BrainMotion { ResonanceFreqHz = 100 })).Path);
        Assert.True(Assert.Single(Check(new BrainMotion { MaxShiftUm = 19 })).IsWarning);
    }

    // 200 seeds against 200 seeds of the reference; all comparisons together at 1e-3.
    [Theory]
    [InlineData(20)]
    [InlineData(30)]
    public void Physical_motion_has_the_statistics_of_the_reference(int fps)
    {
        const int seeds = 200, frames = 600;
        var step = new BrainMotion();
        using var stats = ReferenceData.Json("stats", "motion.json");
        var reference = stats.RootElement.GetProperty($"fps{fps}");
        var radius = new List<double>[] { [], [], [], [], [] };
        int[] lags = [1, 2, 3, 5, 10];
        double[][][] acf = [new double[seeds][], new double[seeds][]], psd = [new double[seeds][], new double[seeds][]];
        for (var seed = 0; seed < seeds; seed++)
        {
            var path = step.DisplacementUm((ulong)seed + 1000, fps, frames, Threads);
            double[][] axes = [[.. path.Select(p => p.Dy)], [.. path.Select(p => p.Dx)]];
            var radii = path.Select(p => Math.Sqrt(p.Dy * p.Dy + p.Dx * p.Dx)).ToArray();
            Assert.Equal(10, BrainMotion.Percentile(radii, 0.99), 1e-9);
            radius[0].Add(Math.Sqrt(radii.Average(r => r * r)));
            radius[1].Add(radii.Max());
            radius[2].Add(Deviation(axes[0]));
            radius[3].Add(Deviation(axes[1]));
            radius[4].Add(Enumerable.Range(1, frames - 1).Average(t => Math.Sqrt(Math.Pow(path[t].Dy - path[t - 1].Dy, 2) + Math.Pow(path[t].Dx - path[t - 1].Dx, 2))));
            for (var a = 0; a < 2; a++)
            {
                var mean = axes[a].Average();
                var x = axes[a].Select(v => v - mean).ToArray();
                acf[a][seed] = [.. lags.Select(l => Enumerable.Range(0, frames - l).Sum(t => x[t] * x[t + l]) / x.Sum(v => v * v))];
                var spectrum = Spectrum(x);
                psd[a][seed] = [.. Enumerable.Range(0, 20).Select(b => Enumerable.Range(1, frames / 2).Where(k => k > b * 15 && k <= (b + 1) * 15).Average(k => spectrum[k]))];
            }
        }
        var compare = new Comparisons(1e-3);
        foreach (var (name, ours) in new[] { "rms", "max", "stdy", "stdx", "step" }.Zip(radius))
            compare.Same(name, ReferenceData.Npy("stats", "npy", $"motion_fps{fps}_{name}.npy").Values, ours);
        for (var a = 0; a < 2; a++)
        {
            var axis = a == 0 ? "y" : "x";
            for (var l = 0; l < lags.Length; l++)
                Compare($"acf {axis} lag {lags[l]}", reference.GetProperty($"acf_{axis}_mean")[l].GetDouble(), reference.GetProperty($"acf_{axis}_sem")[l].GetDouble(),
                    [.. acf[a].Select(v => v[l])]);
            for (var b = 0; b < 20; b++)
            {
                var binned = reference.GetProperty($"psd_{axis}_binned[mean,sem]")[b];
                Compare($"psd {axis} bin {b}", binned[0].GetDouble(), binned[1].GetDouble(), [.. psd[a].Select(v => v[b])]);
            }
        }
        compare.Assert();

        void Compare(string what, double mean, double sem, double[] ours)
        {
            var error = Math.Sqrt(sem * sem + Deviation(ours) * Deviation(ours) / seeds);
            compare.Z(what, (ours.Average() - mean) / error, $"{ours.Average():0.#####} against {mean:0.#####}");
        }
    }

    [Fact]
    public void A_walk_has_the_statistics_of_the_reference()
    {
        var step = new BrainMotion { Model = MotionModel.Walk };
        var paths = Enumerable.Range(0, 200).Select(s => step.DisplacementUm((ulong)s, 20, 600, Threads).Select(p => Math.Sqrt(p.Dy * p.Dy + p.Dx * p.Dx)).ToArray()).ToList();
        var raw = ReferenceData.Npy("stats", "npy", "motion_walk.npy");
        double[] Column(int i) => [.. Enumerable.Range(0, raw.Shape[0]).Select(r => raw[r, i])];
        var compare = new Comparisons(1e-3);
        compare.Same("rms", Column(0), [.. paths.Select(p => Math.Sqrt(p.Average(r => r * r)))]);
        compare.Same("max", Column(1), [.. paths.Select(p => p.Max())]);
        compare.Same("final", Column(2), [.. paths.Select(p => p[^1])]);
        compare.Assert();
    }

    private static double Deviation(IReadOnlyCollection<double> values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
    }

    // |DFT|²/n at 0 … n/2.
    private static double[] Spectrum(double[] x)
    {
        var n = x.Length;
        double[] cos = [.. Enumerable.Range(0, n).Select(i => Math.Cos(2 * Math.PI * i / n))], sin = [.. Enumerable.Range(0, n).Select(i => Math.Sin(2 * Math.PI * i / n))];
        var power = new double[n / 2 + 1];
        for (var k = 0; k < power.Length; k++)
        {
            double re = 0, im = 0;
            for (int t = 0, i = 0; t < n; t++)
            {
                re += x[t] * cos[i];
                im += x[t] * sin[i];
                i += k;
                if (i >= n) i -= n;
            }
            power[k] = (re * re + im * im) / n;
        }
        return power;
    }
}
