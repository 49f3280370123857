using Minisim.Numerics;
using Minisim.Random;

namespace Minisim.Steps;

public sealed partial record BrainMotion
{
    private const double FineRateHz = 300, WanderTauS = 0.3, WanderDepth = 0.15, PostureTauS = 0.12, BoutS = 1, BoutEdgeS = 0.1;

    /// <summary>White noise through a causal one-pole low-pass, <c>y ← y + α·(x − y)</c> from y = 0 with <c>α = dt/(τ + dt)</c>,
    /// scaled to unit standard deviation.</summary>
    /// <param name="white">Input, one value per step.</param>
    /// <param name="tauS">τ, s.</param>
    /// <param name="dt">Step, s.</param>
    public static double[] LowPass(ReadOnlySpan<double> white, double tauS, double dt)
    {
        var filtered = new double[white.Length];
        var alpha = dt / (tauS + dt);
        double y = 0, sum = 0;
        for (var i = 0; i < filtered.Length; i++)
        {
            y += alpha * (white[i] - y);
            filtered[i] = y;
            sum += y;
        }
        double mean = sum / filtered.Length, squares = 0;
        foreach (var value in filtered) squares += (value - mean) * (value - mean);
        var deviation = Math.Sqrt(squares / filtered.Length);
        if (deviation > 0)
            for (var i = 0; i < filtered.Length; i++) filtered[i] /= deviation;
        return filtered;
    }

    /// <summary>Displacement of a damped oscillator under a drive, <c>x″ + 2ζω0·x′ + ω0²·x = drive</c>, from rest, by
    /// semi-implicit Euler: the new velocity moves the place.</summary>
    /// <param name="drive">Acceleration per step.</param>
    /// <param name="dt">Step, s.</param>
    /// <param name="omega0">ω0, rad/s.</param>
    /// <param name="dampingRatio">ζ.</param>
    /// <returns>x after every step.</returns>
    public static double[] Oscillate(ReadOnlySpan<double> drive, double dt, double omega0, double dampingRatio)
    {
        var place = new double[drive.Length];
        double x = 0, v = 0;
        for (var i = 0; i < place.Length; i++)
        {
            v += dt * (drive[i] - 2 * dampingRatio * omega0 * v - omega0 * omega0 * x);
            x += dt * v;
            place[i] = x;
        }
        return place;
    }

    private static int Bins(double fps) => (int)Math.Max(Math.Round(FineRateHz / fps, MidpointRounding.ToEven), 1);
    private static double FineStepS(double fps) => 1 / (fps * Bins(fps));
    private double AngularFrequency() => 2 * Math.PI * ResonanceFreqHz;

    // The step's matrix has trace 2 − 2ζa − a² and determinant 1 − 2ζa, a = ω0·dt; both eigenvalues lie in the unit
    // circle when trace + determinant > −1 (Jury).
    internal static bool IsStable(double dt, double omega0, double dampingRatio)
    {
        var a = omega0 * dt;
        return a * a + 4 * dampingRatio * a < 4;
    }

    private (double Dy, double Dx)[] Physical(ulong seed, double fps, int frames, ParallelOptions parallelism, double[]? locomotion)
    {
        var bins = Bins(fps);
        var dt = FineStepS(fps);
        var omega0 = AngularFrequency();
        var steps = checked(frames * bins);
        var bouts = RestFraction > 0 ? Bouts(seed, steps, dt) : null;
        double[] stride = [], postureY = [], postureX = [];
        Parallel.Invoke(parallelism,
            () => stride = Respond(Stride(seed, steps, dt)),
            () => postureY = Respond(LowPass(Noise(new Draws(seed, RandomStream.Posture, 0), steps), PostureTauS, dt)),
            () => postureX = Respond(LowPass(Noise(new Draws(seed, RandomStream.Posture, 1), steps), PostureTauS, dt)));

        var alongY = LocomotionAxis == LateralAxis.Y;
        var locomotionWeight = LocomotionFraction * InverseRms(stride, []);
        var postureWeight = (1 - LocomotionFraction) * InverseRms(postureY, postureX);
        var path = new (double Dy, double Dx)[frames];
        var radii = new double[frames];
        for (var t = 0; t < frames; t++)
        {
            double dy = postureWeight * postureY[t], dx = postureWeight * postureX[t];
            if (alongY) dy += locomotionWeight * stride[t];
            else dx += locomotionWeight * stride[t];
            path[t] = (dy, dx);
            radii[t] = Math.Sqrt(dy * dy + dx * dx);
        }
        var reached = Percentile(radii, 0.99);
        var scale = reached > 0 ? MotionAmplitudeUm / reached : 0;
        for (var t = 0; t < frames; t++) path[t] = ClampToDisk(scale * path[t].Dy, scale * path[t].Dx, MaxShiftUm);
        return path;

        // The oscillator's place averaged over the exposure of every frame, relative to frame 0.
        double[] Respond(double[] drive)
        {
            if (bouts is not null)
                for (var i = 0; i < drive.Length; i++) drive[i] *= bouts[i];
            var fine = Oscillate(drive, dt, omega0, DampingRatio);
            var place = new double[frames];
            for (var t = 0; t < frames; t++)
            {
                double sum = 0;
                for (var b = 0; b < bins; b++) sum += fine[t * bins + b];
                place[t] = sum / bins;
                if (locomotion is not null) place[t] *= 1 - LocomotionGain + LocomotionGain * locomotion[t];
            }
            for (var t = frames - 1; t >= 0; t--) place[t] -= place[0];
            return place;
        }
    }

    // 1 in a bout and 0 at rest, with edges: a two-state chain whose dwells are exponential, low-passed. It begins at rest, like the oscillator.
    internal double[] Bouts(ulong seed, int steps, double dt)
    {
        var draws = new Draws(seed, BoutStream, 0);
        double toRest = -PortableMath.ExpM1(-dt / BoutS), toMotion = -PortableMath.ExpM1(-dt * (1 - RestFraction) / (BoutS * RestFraction)), alpha = dt / (BoutEdgeS + dt);
        var bouts = new double[steps];
        var moves = false;
        double y = 0;
        for (var i = 0; i < steps; i++)
        {
            if (draws.Uniform((uint)i) < (moves ? toRest : toMotion)) moves = !moves;
            y += alpha * ((moves ? 1 : 0) - y);
            bouts[i] = y;
        }
        return bouts;
    }

    // The drive of locomotion: a sine whose frequency wanders.
    private double[] Stride(ulong seed, int steps, double dt)
    {
        var drive = LowPass(Noise(new Draws(seed, RandomStream.Locomotion), steps), WanderTauS, dt);
        double cycles = 0;
        for (var i = 0; i < steps; i++)
        {
            cycles += LocomotionFreqHz * (1 + WanderDepth * drive[i]) * dt;
            cycles -= Math.Floor(cycles);
            drive[i] = PortableMath.Sin(2 * Math.PI * cycles);
        }
        return drive;
    }

    private static double[] Noise(in Draws draws, int steps)
    {
        var white = new double[steps];
        for (var i = 0; i < steps; i++) white[i] = draws.Normal((uint)i);
        return white;
    }

    // 1 over the root-mean-square radius of a path; 0 for one that never moves.
    private static double InverseRms(double[] y, double[] x)
    {
        double squares = 0;
        foreach (var value in y) squares += value * value;
        foreach (var value in x) squares += value * value;
        return squares > 0 ? 1 / Math.Sqrt(squares / y.Length) : 0;
    }

    /// <summary>The quantile <paramref name="q"/> by linear interpolation between the sorted values.</summary>
    internal static double Percentile(double[] values, double q)
    {
        if (values.Length == 0) return 0;
        var sorted = (double[])values.Clone();
        Array.Sort(sorted);
        var place = q * (sorted.Length - 1);
        var below = (int)place;
        return below + 1 < sorted.Length ? sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }
}
