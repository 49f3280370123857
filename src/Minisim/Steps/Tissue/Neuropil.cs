using System.Runtime.CompilerServices;
using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>Diffuse fluorescence of unresolved processes: smooth fields with slow envelopes, partly driven by the population.</summary>
public sealed partial record Neuropil : Step
{
    /// <summary>Smoothness of the fields, Gaussian σ in µm.</summary>
    [Positive, Unit("µm")] public double SpatialSigmaUm { get; init; } = 40;
    /// <summary>Time constant of the free envelopes, s.</summary>
    [Positive, Unit("s")] public double TemporalTauS { get; init; } = 10;
    /// <summary>Time constant of the population envelope, s.</summary>
    [Positive, Unit("s")] public double PopulationTauS { get; init; } = 1.5;
    /// <summary>Brightness, in units of a cell's resting fluorescence at the surface.</summary>
    [Positive(1e9)] public double Amplitude { get; init; } = 0.5;
    /// <summary>Number of fields.</summary>
    [Range(1, 64)] public int NComponents { get; init; } = 3;
    /// <summary>Share of the envelope that follows the population. Where none of its cells emits, that share is level (1) and the truth has no <c>neuropil_population</c>.</summary>
    [Range(0, 1)] public double PopulationCoupling { get; init; } = 0.7;

    internal override void Check(Spec spec, ProblemList problems)
    {
        var pixels = NComponents * SpecSize.Of(spec).CanvasPixels;
        if (pixels > 1L << 30)
            problems.Error($"{PathIn(spec)}.n_components", FormattableString.Invariant($"{NComponents}"), FormattableString.Invariant($"that many fields of the canvas are {pixels:g3} pixels, more than 2^30."),
                "Lower n_components or use fewer pixels.");
    }

    internal override StepOutput Compile(StepInputs inputs)
    {
        var (grid, timeline, seed) = (inputs.Get<Grid>(), inputs.Get<Timeline>(), inputs.Get<Seed>().Value);
        var (shapes, spatial) = inputs.Keep((grid, seed, SpatialSigmaUm, NComponents, Amplitude), () => Shapes(seed, grid, inputs)).Value;

        var activity = inputs.Find<Activity>();
        var inFov = activity is null ? [] : (inputs.Find<PlacedCells>() ?? PlacedCells.None).InFov(grid);
        double[]? population = null, bleaching = null;
        if (inFov.Length > 0)
        {
            population = PopulationEnvelope(Sum(activity!.C, inFov, timeline.Frames, inputs.Parallelism), PopulationTauS * timeline.FramesPerSecond);
            if (inputs.Find<Unbleached>() is { } unbleached)
            {
                bleaching = Sum(unbleached.Share, inFov, timeline.Frames, inputs.Parallelism);
                for (var t = 0; t < bleaching.Length; t++) bleaching[t] /= inFov.Length;
            }
        }
        var envelopes = Envelopes(seed, timeline, isShared: inFov.Length > 0, population, bleaching);
        var temporal = new double[NComponents * timeline.Frames];
        for (var k = 0; k < NComponents; k++) envelopes[k].CopyTo(temporal, k * timeline.Frames);

        var output = new StepOutput()
            .Give(new LightGroup(shapes, new EnvelopeEmission(Array.ConvertAll(envelopes, e => Array.ConvertAll(e, v => (float)v)))))
            .Publish("neuropil_spatial", ["component", "height", "width"], [NComponents, grid.FovHeight, grid.FovWidth], null, spatial,
                "neuropil fields in the FOV, before amplitude/n_components", FieldRole.Background)
            .Publish("neuropil_temporal", ["component", "frame"], [NComponents, timeline.Frames], null, temporal, "envelope of every neuropil field");
        if (population is not null)
            output.Publish("neuropil_population", ["frame"], [timeline.Frames], null, population,
                "low-passed activity of the cells in the FOV, mean 1: the shared part of the envelopes");
        return output;
    }

    // The light of every field on the canvas, and the fields as they are in the FOV.
    private StrongBox<(FieldShapes Shapes, float[] Spatial)> Shapes(ulong seed, Grid grid, StepInputs inputs)
    {
        var fields = Fields(seed, grid, inputs.Parallelism);
        var pixels = grid.FovHeight * grid.FovWidth;
        var spatial = new float[checked(NComponents * pixels)];
        var share = (float)(Amplitude / NComponents);
        Parallel.For(0, NComponents, inputs.Parallelism, k =>
        {
            var field = fields[k];
            for (var row = 0; row < grid.FovHeight; row++)
                field.AsSpan((row + grid.Margin) * grid.Width + grid.Margin, grid.FovWidth).CopyTo(spatial.AsSpan(k * pixels + row * grid.FovWidth));
            for (var i = 0; i < field.Length; i++) field[i] *= share;
        });
        return new((new FieldShapes(fields, grid), spatial));
    }

    // Sum over some cells, per frame. Always in the order of the cells; threads share out the frames.
    private static double[] Sum(double[][] perCell, int[] cells, int frames, ParallelOptions parallelism)
    {
        var sum = new double[frames];
        const int block = 512;
        Parallel.For(0, (frames + block - 1) / block, parallelism, b =>
        {
            var part = sum.AsSpan(b * block, Math.Min(block, sum.Length - b * block));
            foreach (var cell in cells)
            {
                var trace = perCell[cell].AsSpan(b * block, part.Length);
                for (var t = 0; t < part.Length; t++) part[t] += trace[t];
            }
        });
        return sum;
    }
}
