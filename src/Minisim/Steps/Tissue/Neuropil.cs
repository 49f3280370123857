using Minisim.Rendering;
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
    /// <summary>Share of the envelope that follows the population.</summary>
    [Range(0, 1)] public double PopulationCoupling { get; init; } = 0.7;

    internal override void Check(Spec spec, ProblemList problems)
    {
        var pixels = NComponents * SpecSize.Of(spec).CanvasPixels;
        if (pixels > 1L << 30)
            problems.Error($"{PathIn(spec)}.n_components", FormattableString.Invariant($"{NComponents}"), FormattableString.Invariant($"that many fields of the canvas are {pixels:g3} pixels, more than 2^30."),
                "Lower n_components or use fewer pixels.");
    }

    internal override void Compile(SceneBuilder scene)
    {
        var grid = scene.Grid;
        var fields = Fields(scene.Seed, grid, scene.Parallelism);
        var inFov = scene.C is null ? [] : Enumerable.Range(0, scene.Cells.Count)
            .Where(i => grid.InFov(scene.Cells[i].Position.Y, scene.Cells[i].Position.X)).ToArray();
        double[]? population = null, bleaching = null;
        if (inFov.Length > 0)
        {
            population = PopulationEnvelope(Sum(scene.C!, inFov, scene), scene.Acquisition.SToFrame(PopulationTauS));
            if (scene.Bleaching is { } b)
            {
                bleaching = Sum(b, inFov, scene);
                for (var t = 0; t < bleaching.Length; t++) bleaching[t] /= inFov.Length;
            }
        }
        var envelopes = Envelopes(scene.Seed, scene.Acquisition, scene.Frames, population, bleaching);

        int pixels = grid.FovHeight * grid.FovWidth, frames = scene.Frames;
        var spatial = new float[checked(NComponents * pixels)];
        var temporal = new double[NComponents * frames];
        var share = (float)(Amplitude / NComponents);
        var added = new (float[] Field, float[] Envelope)[NComponents];
        Parallel.For(0, NComponents, scene.Parallelism, k =>
        {
            var field = fields[k];
            for (var row = 0; row < grid.FovHeight; row++)
                field.AsSpan((row + grid.Margin) * grid.Width + grid.Margin, grid.FovWidth).CopyTo(spatial.AsSpan(k * pixels + row * grid.FovWidth));
            envelopes[k].CopyTo(temporal, k * frames);
            for (var i = 0; i < field.Length; i++) field[i] *= share;
            added[k] = (field, Array.ConvertAll(envelopes[k], v => (float)v));
        });
        scene.Pixels = scene.Pixels with { Fields = [.. scene.Pixels.Fields, .. added] };
        scene.Publish("neuropil_spatial", ["component", "height", "width"], [NComponents, grid.FovHeight, grid.FovWidth], null, spatial,
            "neuropil fields in the FOV, before amplitude/n_components");
        scene.Publish("neuropil_temporal", ["component", "frame"], [NComponents, frames], null, temporal,
            "envelope of every neuropil field");
        if (population is not null)
            scene.Publish("neuropil_population", ["frame"], [frames], null, population,
                "low-passed activity of the cells in the FOV, mean 1: the shared part of the envelopes");
    }

    // Sum over some cells, per frame. Always in the order of the cells; threads share out the frames.
    private static double[] Sum(double[][] perCell, int[] cells, SceneBuilder scene)
    {
        var sum = new double[scene.Frames];
        const int block = 512;
        Parallel.For(0, (scene.Frames + block - 1) / block, scene.Parallelism, b =>
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
