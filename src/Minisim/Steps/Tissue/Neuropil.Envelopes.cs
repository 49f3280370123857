using Minisim.Numerics;
using Minisim.Random;
using Minisim.Scenes;

namespace Minisim.Steps;

public sealed partial record Neuropil
{
    /// <summary>The part of the envelopes that follows the population: the summed activity through a causal one-pole
    /// low-pass <c>y ← y + (1 − e^(−1/τ))·(x − y)</c>, started at its first value, divided by its mean.</summary>
    /// <param name="summedActivity">Σ C over the cells in the FOV, per frame.</param>
    /// <param name="tauFrames">Time constant in frames; ≤ 0: no low-pass.</param>
    /// <returns>One value per frame, mean 1; null for a population that emits nothing, whose mean has no shape to be divided into.</returns>
    public static double[]? PopulationEnvelope(ReadOnlySpan<double> summedActivity, double tauFrames)
    {
        var envelope = summedActivity.ToArray();
        var alpha = tauFrames > 0 ? -PortableMath.ExpM1(-1 / tauFrames) : 1;
        double sum = 0;
        for (var t = 0; t < envelope.Length; t++)
        {
            if (t > 0) envelope[t] = envelope[t - 1] + alpha * (envelope[t] - envelope[t - 1]);
            sum += envelope[t];
        }
        var mean = sum / envelope.Length;
        if (!(mean > 0)) return null;
        for (var t = 0; t < envelope.Length; t++) envelope[t] /= mean;
        return envelope;
    }

    /// <summary>A stationary Ornstein–Uhlenbeck sequence of mean 0 and variance 1:
    /// <c>u_{t+1} = ρ·u_t + √(1 − ρ²)·n</c>, <c>ρ = e^(−dt/τ)</c>, exact at any step.</summary>
    internal static double[] OrnsteinUhlenbeck(in Draws draws, int frames, double stepsPerTau)
    {
        var u = new double[frames];
        var rho = PortableMath.Exp(-1 / stepsPerTau);
        var kick = Math.Sqrt(-PortableMath.ExpM1(-2 / stepsPerTau));
        for (var t = 0; t < frames; t++)
            u[t] = t == 0 ? draws.Normal(0) : rho * u[t - 1] + kick * draws.Normal((uint)t);
        return u;
    }

    /// <summary>The factor by which the animal's locomotion lifts the envelopes: <c>(1 + gain·ℓ)</c> over its mean.</summary>
    internal double[] Arousal(double[] locomotion)
    {
        var factor = Array.ConvertAll(locomotion, l => 1 + ArousalGain * l);
        var mean = factor.Average();
        return Array.ConvertAll(factor, f => f / mean);
    }

    // P_k = Σ_i S_k(y_i, x_i)·C_i over the cells in the FOV, then as the global one.
    private double[]?[] Local(ITraces c, Cell[] cells, int[] inFov, FieldShapes fields, Grid grid, int frames, double tauFrames, ParallelOptions parallelism)
    {
        var (population, sums) = (new double[]?[NComponents], new double[NComponents][]);
        for (var k = 0; k < NComponents; k++) sums[k] = new double[frames];
        ForEachBlock(c, inFov, frames, parallelism, (i, first, trace) =>
        {
            var pixel = grid.NearestFovPixel(cells[i].Position.Y, cells[i].Position.X);
            int row = pixel / grid.FovWidth + grid.Margin, col = pixel % grid.FovWidth + grid.Margin;
            for (var k = 0; k < sums.Length; k++) FloatSpans.AddScaled(fields.Row(k, row)[col], trace, sums[k].AsSpan(first));
        });
        Parallel.For(0, NComponents, parallelism, k => population[k] = PopulationEnvelope(sums[k], tauFrames));
        return population;
    }

    // T_k = ((1 − c)·exp(0.4·u_k − 0.08) + c·P)·B: 0.08 = 0.4²/2 makes the mean of the lognormal 1. Cells that are there and silent share a level of 1:
    // what the background emits on average does not depend on whether anybody fired.
    private double[][] Envelopes(ulong seed, Timeline timeline, bool isShared, double[]?[]? population, double[]? bleaching, double[]? arousal)
    {
        const double spread = 0.4;
        var frames = timeline.Frames;
        var coupling = isShared ? PopulationCoupling : 0;
        var envelopes = new double[NComponents][];
        for (var k = 0; k < envelopes.Length; k++)
        {
            var envelope = OrnsteinUhlenbeck(new Draws(seed, RandomStream.NeuropilEnvelope, (uint)k), frames, TemporalTauS * timeline.FramesPerSecond);
            for (var t = 0; t < frames; t++)
            {
                envelope[t] = (1 - coupling) * PortableMath.Exp(spread * envelope[t] - spread * spread / 2);
                if (isShared) envelope[t] += coupling * (population?[population.Length == 1 ? 0 : k]?[t] ?? 1);
                if (bleaching is not null) envelope[t] *= bleaching[t];
                if (arousal is not null) envelope[t] *= arousal[t];
            }
            envelopes[k] = envelope;
        }
        return envelopes;
    }
}
