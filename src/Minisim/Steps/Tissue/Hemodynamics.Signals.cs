using Minisim.Numerics;
using Minisim.Random;
using Minisim.Scenes;

namespace Minisim.Steps;

public sealed partial record Hemodynamics
{
    /// <summary>Steps per second of the signals, whatever the frame rate.</summary>
    internal const double FineHz = 300;
    private const double HeartWander = 0.05, HeartWanderTauS = 2, HeartLocomotion = 0.15, Damping = 0.2;
    // The two poles of the arteries' and of the veins' answer to locomotion, s.
    private static readonly (double Fast, double Slow) ArteryTauS = (0.5, 1.5), VeinTauS = (3, 12);

    // Dilation of arteries and veins and loss between them, averaged over every frame.
    private (double[] Artery, double[] Vein, double[] Loss) Signals(ulong seed, int frames, double fps, BehaviorTrack? track)
    {
        var steps = checked((int)Math.Ceiling(frames / fps * FineHz) + 1);
        var locomotion = new double[steps];
        if (track is not null)
            for (var i = 0; i < steps; i++) locomotion[i] = BehaviorTrack.At(track.Locomotion, (i + 0.5) / FineHz);
        var heart = PerFrame(Heart(seed, locomotion), frames, fps);
        var sway = PerFrame(Vasomotion(new Draws(seed, RandomStream.Vasomotion), steps, VasomotionHz), frames, fps);
        double[] fast = PerFrame(TwoPoles(locomotion, ArteryTauS.Fast, ArteryTauS.Slow, locomotion[0]), frames, fps), slow = PerFrame(TwoPoles(locomotion, VeinTauS.Fast, VeinTauS.Slow, locomotion[0]), frames, fps);
        double[] artery = new double[frames], vein = new double[frames], loss = new double[frames];
        for (var t = 0; t < frames; t++)
        {
            artery[t] = HeartArtery * heart[t] + VasomotionArtery * sway[t] + LocomotionArtery * fast[t];
            vein[t] = HeartVein * heart[t] + 0.1 * VasomotionArtery * sway[t] + LocomotionVein * slow[t];
            loss[t] = PerfusionHeart * heart[t] + PerfusionVasomotion * sway[t] + PerfusionLocomotion * fast[t];
        }
        return (artery, vein, loss);
    }

    /// <summary>Means of fine steps over the exposure of every frame: of those whose middle lies in it, or the nearest.</summary>
    internal static double[] PerFrame(double[] fine, int frames, double fps)
    {
        var mean = new double[frames];
        for (var t = 0; t < frames; t++)
        {
            int from = (int)Math.Ceiling(t / fps * FineHz - 0.5 - 1e-9), to = (int)Math.Ceiling((t + 1) / fps * FineHz - 0.5 - 1e-9);
            if (to <= from) to = from + 1;
            double sum = 0;
            for (var i = from; i < to; i++) sum += fine[Math.Min(i, fine.Length - 1)];
            mean[t] = sum / (to - from);
        }
        return mean;
    }

    // Peak 1: (sin φ + 0.3·sin 2φ)/1.1365, φ′ = 2πf·(1 + 0.05·w + 0.15·ℓ). Draws: entity 0 the wander, 1 the phase at the start.
    internal double[] Heart(ulong seed, double[] locomotion)
    {
        var heart = Neuropil.OrnsteinUhlenbeck(new Draws(seed, RandomStream.Heart), locomotion.Length, HeartWanderTauS * FineHz);
        var cycles = new Draws(seed, RandomStream.Heart, 1).Uniform(0);
        for (var i = 0; i < heart.Length; i++)
        {
            cycles += HeartHz * (1 + HeartWander * heart[i] + HeartLocomotion * locomotion[i]) / FineHz;
            cycles -= Math.Floor(cycles);
            var phase = 2 * Math.PI * cycles;
            heart[i] = (PortableMath.Sin(phase) + 0.3 * PortableMath.Sin(2 * phase)) / 1.1365;
        }
        return heart;
    }

    /// <summary>White noise through <c>x″ + 2ζω0·x′ + ω0²·x</c>, ζ = 0.2, stationary with unit variance, exact at any step.</summary>
    /// <remarks>With x and x′/ω0 as coordinates the stationary covariance is the identity I; over a step the state turns by Φ and gains noise of covariance
    /// I − ΦΦᵀ.</remarks>
    internal static double[] Vasomotion(in Draws draws, int steps, double hz)
    {
        double angle = 2 * Math.PI * hz / FineHz, root = Math.Sqrt(1 - Damping * Damping), decay = PortableMath.Exp(-Damping * angle);
        double sine = decay * PortableMath.Sin(root * angle) / root, cosine = decay * PortableMath.Cos(root * angle);
        double xx = cosine + Damping * sine, xv = sine, vx = -sine, vv = cosine - Damping * sine;
        double q11 = Math.Max(0, 1 - xx * xx - xv * xv), q12 = -xx * vx - xv * vv, q22 = Math.Max(0, 1 - vx * vx - vv * vv);
        double l11 = Math.Sqrt(q11), l21 = l11 > 0 ? q12 / l11 : 0, l22 = Math.Sqrt(Math.Max(0, q22 - l21 * l21));
        var sway = new double[steps];
        double x = draws.Normal(0), v = draws.Normal(1);
        for (var i = 0; i < steps; i++)
        {
            sway[i] = x;
            double a = draws.Normal((uint)(2 * i + 2)), b = draws.Normal((uint)(2 * i + 3));
            (x, v) = (xx * x + xv * v + l11 * a, vx * x + vv * v + l21 * a + l22 * b);
        }
        return sway;
    }

    /// <summary>A signal through two one-poles in series.</summary>
    internal static double[] TwoPoles(double[] signal, double fastS, double slowS, double start)
    {
        double a = -PortableMath.ExpM1(-1 / (fastS * FineHz)), b = -PortableMath.ExpM1(-1 / (slowS * FineHz));
        double first = start, second = start;
        var filtered = new double[signal.Length];
        for (var i = 0; i < filtered.Length; i++)
        {
            first += a * (signal[i] - first);
            second += b * (first - second);
            filtered[i] = second;
        }
        return filtered;
    }
}
