using System.Runtime.CompilerServices;
using Minisim.Numerics;
using Minisim.Scenes;
using Minisim.Truth;

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
    /// <summary>Brightness. With <c>brightness_at</c> "image" that which is seen, in units of intensity: those of a cell of f0 = 1 before optics; neither aperture, depth nor indicator change it. With "tissue" in
    /// units of the resting light of a cell that carries the indicator.</summary>
    [Positive(1e9)] public double Amplitude { get; init; } = 0.5;
    /// <summary>Number of fields.</summary>
    [Range(1, 64)] public int NComponents { get; init; } = 3;
    /// <summary>Share of the envelope that follows the population. Where none of its cells emits, that share is level (1) and the truth has no population envelope.</summary>
    [Range(0, 1)] public double PopulationCoupling { get; init; } = 0.7;

    /// <summary>Which cells a field follows.</summary>
    /// <remarks>Local: neighbouring pixels share their background and distant ones do not, which is what ring models (CNMF-E) assume. A field of 1 mm wants
    /// at least 6 components.</remarks>
    [Extension] public NeuropilPopulation PopulationModel { get; init; } = NeuropilPopulation.Global;
    /// <summary>Share of the fields that has the fine texture of axons and dendrites: <c>S ← (1 − w)·S + w·S·exp(0.5·n − 0.125)</c>, n smoothed noise of
    /// unit variance.</summary>
    [Extension, Range(0, 1)] public double TextureWeight { get; init; }
    /// <summary>Smoothness of that texture, Gaussian σ in µm.</summary>
    [Extension, Positive, Unit("µm")] public double TextureSigmaUm { get; init; } = 5;
    /// <summary>Light that is everywhere: <c>S ← floor + (1 − floor)·S</c>; light from the depth has no holes.</summary>
    [Extension, Range(0, 1)] public double Floor { get; init; }
    /// <summary>Where the amplitude counts. "tissue": neuropil is processes of cells that carry the same indicator, so that <c>amplitude·b·f0·expressing_fraction·NA²</c> of it is seen, b the indicator's brightness
    /// at rest; two indicators or two apertures then differ in their background as in their cells. Depth and scatter do not change it: it comes from all depths.</summary>
    /// <remarks>At NA 0.3 with GCaMP6f (b 1.07) an amplitude of 1 in the tissue is one of 0.096 in the image. What is left as it is: the stray light of the scope (<c>leakage</c>), which is no light of the
    /// indicator, and the photons per unit (<c>sensor</c>), which are the lamp's and the exposure's.</remarks>
    [Extension] public BrightnessPlace BrightnessAt { get; init; }
    /// <summary>Share of the variance in time, summed over the field of view, that is background (neuropil and background cells); sets the
    /// amplitude. Null = <see cref="Amplitude"/> as it is.</summary>
    /// <remarks>As the tissue shines, before vessels and sensor; what background and cells share by following the same population counts with the
    /// total. Measured on up to 16384 pixels spread over the view.</remarks>
    [Extension, Range(0, 1, minOpen: true, maxOpen: true)] public double? BackgroundVarianceFraction { get; init; }
    /// <summary>How far the envelopes follow the animal: times <c>1 + gain·ℓ</c>, ℓ its locomotion, divided by the mean of that; needs the step
    /// behavior.</summary>
    [Extension, NonNegative(100)] public double ArousalGain { get; init; }

    internal override void Check(Spec spec, ProblemList problems)
    {
        BehaviorCoupling.Check($"{PathIn(spec)}.arousal_gain", ArousalGain, spec, problems);
        if (BackgroundVarianceFraction is { } share && (spec.Find<CellActivity>() is null || spec.Find<PlaceNeurons>() is null || spec.Find<Composite>() is null))
            problems.Error($"{PathIn(spec)}.background_variance_fraction", FormattableString.Invariant($"{share}"), "without cells that shine there is no variance to take a share of.",
                "Add place_neurons, cell_activity and composite, or set amplitude instead.");

        if (BrightnessAt == BrightnessPlace.Tissue && BackgroundVarianceFraction is not null)
            problems.Error($"{PathIn(spec)}.brightness_at", "\"tissue\"", "background_variance_fraction sets the brightness from that of the cells, wherever it counts.", "Leave one of them out.");

        var pixels = NComponents * SpecSize.Of(spec).CanvasPixels;
        if (pixels > 1L << 30)
            problems.Error($"{PathIn(spec)}.n_components", FormattableString.Invariant($"{NComponents}"), FormattableString.Invariant($"that many fields of the canvas are {pixels:g3} pixels, more than 2^30."),
                "Lower n_components or use fewer pixels.");
    }

    internal override StepOutput Compile(StepInputs inputs)
    {
        var (grid, timeline, seed) = (inputs.Get<Grid>(), inputs.Get<Timeline>(), inputs.Get<Seed>().Value);
        var activity = inputs.Find<Activity>();
        var amplitude = SeenAmplitude(inputs.Get<CollectedShare>().Value, activity?.MeanRest ?? 1);
        // Random fields are kept from one edit to the next, also when nothing new is made of them: how much texture there is and where the floor lies then costs little.
        var smooth = inputs.Keep(("smooth", grid, seed, NComponents, SpatialSigmaUm), () => Smooth(seed, grid, inputs.Parallelism));
        var texture = TextureWeight > 0 ? inputs.Keep(("texture", grid, seed, NComponents, TextureSigmaUm), () => Texture(seed, grid, inputs.Parallelism)) : null;
        var (shapes, spatial) = inputs.Keep((grid, seed, SpatialSigmaUm, NComponents, (TextureWeight, TextureSigmaUm, Floor)), () => Shapes(Fields(smooth, texture, grid, inputs.Parallelism), grid)).Value;

        var placed = inputs.Find<PlacedCells>() ?? PlacedCells.None;
        var inFov = activity is null ? [] : placed.InFov(grid);
        double[]?[]? population = null;
        double[]? bleaching = null;
        if (inFov.Length > 0)
        {
            var tau = PopulationTauS * timeline.FramesPerSecond;
            population = PopulationModel == NeuropilPopulation.Global ? [PopulationEnvelope(Sum(activity!.C, inFov, timeline.Frames, inputs.Parallelism), tau)]
                : inputs.Keep((activity!, placed, shapes, grid, tau), () => Local(activity!.C, placed.Cells, inFov, shapes, grid, timeline.Frames, tau, inputs.Parallelism));
            if (inputs.Find<Unbleached>() is { } unbleached)
            {
                bleaching = Sum(unbleached, inFov, timeline.Frames, inputs.Parallelism);
                for (var t = 0; t < bleaching.Length; t++) bleaching[t] /= inFov.Length;
            }
        }
        var arousal = ArousalGain > 0 ? inputs.Find<BehaviorTrack>() is { } track ? Arousal(track.LocomotionPerFrame(timeline.Frames, timeline.FramesPerSecond)) : null : null;
        var envelopes = Envelopes(seed, timeline, isShared: inFov.Length > 0, population, bleaching, arousal);
        var temporal = new double[NComponents * timeline.Frames];
        for (var k = 0; k < NComponents; k++) envelopes[k].CopyTo(temporal, k * timeline.Frames);

        BackgroundShare? share = null;
        if (BackgroundVarianceFraction is { } fraction && activity is not null)
        {
            share = BackgroundShare.Of(placed, inputs.Find<FocusedCells>(), activity, inputs.Find<Unbleached>(), spatial.Value, envelopes, grid, timeline.Frames);
            amplitude = share.AmplitudeFor(fraction, inputs.Parallelism);
        }
        // The brightness goes with the envelopes: fields that stay as they are keep their tiles.
        var factor = amplitude / NComponents;

        var output = new StepOutput()
            .Give(new LightGroup(shapes, new EnvelopeEmission(Array.ConvertAll(envelopes, e => Array.ConvertAll(e, v => (float)(factor * v))))))
            .Publish(new TruthArray("neuropil_spatial", ["component", "height", "width"], [NComponents, grid.FovHeight, grid.FovWidth], null, TruthElement.Float32, () => spatial.Value,
                "neuropil fields in the FOV, before amplitude/n_components")
            { Role = FieldRole.Background })
            .Publish("neuropil_temporal", ["component", "frame"], [NComponents, timeline.Frames], null, temporal, "envelope of every neuropil field");
        if (population is [{ } shared])
            output.Publish("neuropil_population", ["frame"], [timeline.Frames], null, shared,
                "low-passed activity of the cells in the FOV, mean 1: the shared part of the envelopes");
        else if (PopulationModel == NeuropilPopulation.Local && population is not null && population.Any(p => p is not null))
            output.Publish("neuropil_population", ["component", "frame"], [NComponents, timeline.Frames], null, population.SelectMany(p => p ?? [.. Enumerable.Repeat(1.0, timeline.Frames)]).ToArray(),
                "low-passed activity of the cells where each field is bright, mean 1: the part of its envelope that follows them");
        if (share is not null || BrightnessAt != BrightnessPlace.Image)
            output.Publish("neuropil_amplitude", ["value"], [1], null, new[] { amplitude },
                share is null ? "brightness of the neuropil as it is seen" : "brightness of the neuropil that gives background its share of the variance");
        if (share is not null)
            output.Publish(new("background_variance_fraction", ["height", "width"], [grid.FovHeight, grid.FovWidth], null, TruthElement.Float32, () => share.Map(amplitude),
                    "share of each pixel's variance in time that is background, before vessels and sensor"));
        return output;
    }

    /// <summary>The amplitude as it is seen.</summary>
    internal double SeenAmplitude(double collected, double meanRest) => BrightnessAt == BrightnessPlace.Image ? Amplitude : Amplitude * collected * meanRest;

    // The fields on the canvas, and as they are in the FOV for who asks.
    private static StrongBox<(FieldShapes Shapes, Lazy<float[]> Spatial)> Shapes(float[][] fields, Grid grid) => new((new FieldShapes(fields, grid), new(() =>
    {
        var pixels = grid.FovHeight * grid.FovWidth;
        var spatial = GC.AllocateUninitializedArray<float>(checked(fields.Length * pixels));
        for (var k = 0; k < fields.Length; k++)
            for (var row = 0; row < grid.FovHeight; row++)
                fields[k].AsSpan((row + grid.Margin) * grid.Width + grid.Margin, grid.FovWidth).CopyTo(spatial.AsSpan(k * pixels + row * grid.FovWidth));
        return spatial;
    })));

    // Sum over some cells, per frame. Always in the order of the cells; threads share out the frames.
    private static double[] Sum(ITraces perCell, int[] cells, int frames, ParallelOptions parallelism)
    {
        var sum = new double[frames];
        ForEachBlock(perCell, cells, frames, parallelism, (_, first, trace) => FloatSpans.AddScaled(1, trace, sum.AsSpan(first)));
        return sum;
    }

    private delegate void Block(int cell, int firstFrame, ReadOnlySpan<double> trace);

    // Blocks of frames of some cells, in the order of the cells; threads share out the blocks.
    private static void ForEachBlock(ITraces perCell, int[] cells, int frames, ParallelOptions parallelism, Block add)
    {
        // What is made anew is made from a place at which it can begin.
        var length = perCell.IsKept ? 512 : perCell.Stride;
        Parallel.For(0, (frames + length - 1) / length, parallelism, () => new double[length], (b, _, trace) =>
        {
            var part = trace.AsSpan(0, Math.Min(length, frames - b * length));
            foreach (var cell in cells)
            {
                if (perCell.Kept(cell) is { } kept)
                {
                    add(cell, b * length, kept.AsSpan(b * length, part.Length));
                    continue;
                }
                perCell.Fill(cell, b * length, part);
                add(cell, b * length, part);
            }
            return trace;
        }, _ => { });
    }
}
