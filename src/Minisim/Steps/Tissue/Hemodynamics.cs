using Minisim.Numerics;
using Minisim.Random;
using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim.Steps;

/// <summary>Blood in motion: arteries and veins pulse with the heart, sway at 0.1 Hz and widen when the animal runs, and the blood between them
/// takes light everywhere.</summary>
/// <remarks>
/// <para>Positive = wider = darker: <c>canvas(t) *= R_A(ε_A)·R_V(ε_V)·(1 − a·P)</c>, R the mask with one class of vessels widened over the mask at rest,
/// P smooth noise of mean 1 and coefficient of variation 0.2. The truth's mask and what can be detected are those at rest.</para>
/// <para>Scale of the loss: <c>ΔF/F ≈ −(μ_ex·L_ex + μ_em·L_em)·ΔV/V</c>; with blood of 0.018 and 0.017 /µm at 470 and 525 nm, 3.5 % of the volume and paths
/// of 0.4 and 0.3 mm that is −0.42·ΔV/V.</para>
/// <para>R is tabulated every 5 % of dilation and linear between: within 0.008 of the mask for layers out of focus; a pixel at the wall of a thick vessel in focus
/// errs by up to 0.1.</para>
/// </remarks>
public sealed partial record Hemodynamics : Step
{
    /// <summary>Rate of the heart, Hz: 9.7–12.7 awake, 2.8–6.0 anaesthetised mice (Sci Rep 2025, s41598-025-20221-4).</summary>
    [Positive(50), Unit("Hz")] public double HeartHz { get; init; } = 10.5;
    /// <summary>Peak relative change of the radius of arteries with the heartbeat: about 1 % in pial arteries (Mestre 2018; low confidence).</summary>
    [Range(0, 0.1)] public double HeartArtery { get; init; } = 0.008;
    /// <summary>The same of veins.</summary>
    [Range(0, 0.1)] public double HeartVein { get; init; } = 0.002;
    /// <summary>Frequency of vasomotion, Hz.</summary>
    [Positive(5), Unit("Hz")] public double VasomotionHz { get; init; } = 0.1;
    /// <summary>Standard deviation of the radius of arteries by vasomotion (Drew 2011); that of veins is a tenth.</summary>
    [Range(0, 0.3)] public double VasomotionArtery { get; init; } = 0.04;
    /// <summary>Steady dilation of arteries while the animal runs: 16.7 ± 11.1 % (Gao and Drew 2016, pial); needs the step behavior.</summary>
    [Range(0, 0.4)] public double LocomotionArtery { get; init; } = 0.167;
    /// <summary>The same of veins: 2.7 ± 2.4 %.</summary>
    [Range(0, 0.4)] public double LocomotionVein { get; init; } = 0.027;
    /// <summary>Share of the light that is lost everywhere while the animal runs: 1–3 %.</summary>
    [Range(0, 0.2)] public double PerfusionLocomotion { get; init; } = 0.02;
    /// <summary>Standard deviation of that loss by vasomotion.</summary>
    [Range(0, 0.1)] public double PerfusionVasomotion { get; init; } = 0.005;
    /// <summary>Peak of that loss by the heartbeat.</summary>
    [Range(0, 0.1)] public double PerfusionHeart { get; init; } = 0.001;
    /// <summary>Share of the vessel trees that are arteries; at least one of each where there are two.</summary>
    [Range(0, 1)] public double ArteryFraction { get; init; } = 0.5;

    private double[] Amplitudes => [HeartArtery, HeartVein, VasomotionArtery, LocomotionArtery, LocomotionVein, PerfusionLocomotion, PerfusionVasomotion, PerfusionHeart];

    internal override void Check(Spec spec, ProblemList problems)
    {
        if (spec.Find<Behavior>() is null && LocomotionArtery + LocomotionVein + PerfusionLocomotion > 0)
            problems.Warn(PathIn(spec), null, "there is no animal that runs: locomotion_artery, locomotion_vein and perfusion_locomotion have no effect.", "Add the step behavior, or set them to 0.");
        if (spec.Acquisition.DurationS * FineHz > 1 << 28)
            problems.Error("acquisition.duration_s", FormattableString.Invariant($"{spec.Acquisition.DurationS}"), "the blood of so long a recording takes more than 2^28 steps of 1/300 s.", "Lower duration_s, or simulate several sessions.");
    }

    internal override StepOutput Compile(StepInputs inputs)
    {
        var (grid, timeline, seed) = (inputs.Get<Grid>(), inputs.Get<Timeline>(), inputs.Get<Seed>().Value);
        var frames = timeline.Frames;
        var (artery, vein, loss) = Signals(seed, frames, timeline.FramesPerSecond, inputs.Find<BehaviorTrack>());
        var perfusion = inputs.Keep((seed, grid), () => PerfusionField(seed, grid, inputs.Parallelism));
        var bed = inputs.Find<VesselBed>();
        var classes = bed is null ? [] : ClassesOf(seed, bed);
        Table arteries = Table.Of(artery), veins = Table.Of(vein);
        float[][] arteryFields = [], veinFields = [];
        if (bed is not null)
        {
            var mask = inputs.Find<TissueFactor>()!.Values;
            arteryFields = Fields(bed, mask, classes, 0, arteries, seed, grid, inputs);
            veinFields = Fields(bed, mask, classes, 1, veins, seed, grid, inputs);
        }
        var moments = new TissuePulse.Moment[frames];
        var signals = new double[3 * frames];
        for (var t = 0; t < frames; t++)
        {
            var ((a, aw), (v, vw)) = (arteries.At(artery[t]), veins.At(vein[t]));
            moments[t] = new(a, (float)aw, v, (float)vw, (float)loss[t]);
            (signals[t], signals[frames + t], signals[2 * frames + t]) = (Table.Shown(artery[t]), Table.Shown(vein[t]), loss[t]);
        }
        var cropped = new float[grid.FovHeight * grid.FovWidth];
        for (var row = 0; row < grid.FovHeight; row++)
            perfusion.AsSpan((row + grid.Margin) * grid.Width + grid.Margin, grid.FovWidth).CopyTo(cropped.AsSpan(row * grid.FovWidth));
        var output = new StepOutput()
            .Publish("hemodynamics_signals", ["signal", "frame"], [3, frames], null, signals, "relative dilation of arteries and of veins, from -0.15 to 0.30 at most, and loss of light between them, averaged over each frame")
            .Publish("perfusion", ["height", "width"], [grid.FovHeight, grid.FovWidth], null, cropped, "how strongly each place loses light with the blood between the vessels, mean 1");
        if (bed is not null) output.Publish("vessel_class", ["vessel"], [classes.Length], null, Array.ConvertAll(classes, c => c.Class), "class of every vessel tree, in the order of layers and roots: 0 artery, 1 vein");
        if (Amplitudes.All(a => a == 0)) return output;
        var pulse = new TissuePulse(arteryFields, veinFields, perfusion, moments);
        output.Give(pulse);
        var cells = (inputs.Find<PlacedCells>() ?? PlacedCells.None).Cells;
        if (cells.Length == 0) return output;
        var shapes = inputs.Find<FocusedCells>()?.Shapes ?? new CellShapes(cells, null, grid);
        var atRest = inputs.Find<TissueFactor>()?.Values;
        return output.Publish(new TruthArray("hemodynamic_transmission", ["unit", "frame"], [cells.Length, frames], null, TruthElement.Float32, units =>
        {
            var rows = new float[checked(units.Length * frames)];
            Parallel.For(0, units.Length, i => Transmission(shapes[units[i]], atRest, pulse, grid.Width, rows.AsSpan(i * frames, frames)));
            return rows;
        }, "light of each cell that comes through, over that with the blood at rest"));
    }

    // What a frame lets through is R_A·R_V·(1 − a·P), each R linear between two tabulated fields: a sum of products of fields, whose means over the cell's light at rest (footprint times mask) are
    // all that the frames need. Exactly what is rendered, in a cell across the wall of a vessel, too.
    private static void Transmission(Footprint footprint, float[]? mask, TissuePulse pulse, int width, Span<float> target)
    {
        int arteries = Math.Max(pulse.Arteries.Length, 1), veins = Math.Max(pulse.Veins.Length, 1);
        double light = 0;
        double[] open = new double[arteries * veins], perfused = new double[open.Length], byVein = new double[veins];
        for (var row = 0; row < footprint.Height; row++)
            for (var col = 0; col < footprint.Width; col++)
            {
                var at = (footprint.Row + row) * width + footprint.Col + col;
                var weight = (double)footprint.Values[row * footprint.Width + col] * (mask?[at] ?? 1);
                if (weight == 0) continue;
                light += weight;
                for (var v = 0; v < veins; v++) byVein[v] = weight * (pulse.Veins.Length > 0 ? pulse.Veins[v][at] : 1);
                for (var a = 0; a < arteries; a++)
                {
                    double artery = pulse.Arteries.Length > 0 ? pulse.Arteries[a][at] : 1, tissue = pulse.Perfusion[at];
                    for (var v = 0; v < veins; v++)
                    {
                        var passed = artery * byVein[v];
                        open[a * veins + v] += passed;
                        perfused[a * veins + v] += passed * tissue;
                    }
                }
            }
        for (var t = 0; t < target.Length; t++)
        {
            var m = pulse.Frames[t];
            target[t] = light > 0 ? (float)((Between(open, m) - m.Loss * Between(perfused, m)) / light) : 1;
        }

        double Between(double[] means, TissuePulse.Moment m)
        {
            if (pulse.Arteries.Length == 0) return means[0];
            double At(int artery) => means[artery * veins + m.Vein] + m.VeinWeight * (means[artery * veins + m.Vein + 1] - means[artery * veins + m.Vein]);
            var below = At(m.Artery);
            return below + m.ArteryWeight * (At(m.Artery + 1) - below);
        }
    }

    // Which trees are arteries: those with the lowest draws.
    internal (int Layer, int Root, int Class)[] ClassesOf(ulong seed, VesselBed bed)
    {
        (int Layer, int Root)[] trees = [.. bed.Layers.SelectMany(l => Enumerable.Range(0, l.Layer.NRoots).Select(r => (l.Index, r)))];
        var arteries = (int)Math.Round(ArteryFraction * trees.Length, MidpointRounding.AwayFromZero);
        if (trees.Length > 1) arteries = Math.Clamp(arteries, 1, trees.Length - 1);
        // The draw that no root uses for its growth.
        var order = trees.Select((t, i) => (Draw: new Draws(seed, RandomStream.Vessels, (uint)t.Root, (uint)t.Layer).Uniform(3), i)).OrderBy(d => d.Draw).Select(d => d.i).ToArray();
        var rank = new int[trees.Length];
        for (var k = 0; k < order.Length; k++) rank[order[k]] = k;
        return [.. trees.Select((t, i) => (t.Layer, t.Root, rank[i] < arteries ? 0 : 1))];
    }

    /// <summary>Dilations that are tabulated: every 0.05 between −0.15 and 0.30, as far as a signal goes.</summary>
    internal readonly record struct Table(int First, int Count)
    {
        public const double Step = 0.05;
        private const int Least = -3, Most = 6;

        public static Table Of(double[] signal)
        {
            double min = 0, max = 0;
            foreach (var v in signal) (min, max) = (Math.Min(min, v), Math.Max(max, v));
            int first = Math.Clamp((int)Math.Floor(min / Step), Least, Most - 1), last = Math.Clamp((int)Math.Ceiling(max / Step), first + 1, Most);
            return new(first, last - first + 1);
        }

        /// <summary>A dilation as far as vessels go along with it.</summary>
        public static double Shown(double dilation) => Math.Clamp(dilation, Least * Step, Most * Step);

        public double Dilation(int node) => (First + node) * Step;

        /// <summary>The node below a dilation, clamped to the table, and the weight of the next.</summary>
        public (int Node, double Weight) At(double dilation)
        {
            var place = Math.Clamp(dilation / Step - First, 0, Count - 1);
            var node = Math.Min((int)place, Count - 2);
            return (node, place - node);
        }
    }

    // The whole mask with one class widened, over the mask at rest.
    private static float[][] Fields(VesselBed bed, float[] mask, (int Layer, int Root, int Class)[] classes, int which, Table table, ulong seed, Grid grid, StepInputs inputs)
    {
        var fields = new float[table.Count][];
        for (var node = 0; node < fields.Length; node++)
        {
            var dilation = table.Dilation(node);
            fields[node] = inputs.Keep((bed, which, dilation, new ValueList<int>([.. classes.Select(c => c.Class)])), () => Field(bed, mask, classes, which, dilation, seed, grid, inputs.Parallelism));
        }
        return fields;
    }

    internal static float[] Field(VesselBed bed, float[] mask, (int Layer, int Root, int Class)[] classes, int which, double dilation, ulong seed, Grid grid, ParallelOptions parallelism)
    {
        float[]? ratio = null;
        foreach (var (layer, index, sigmaPx, rest) in bed.Layers)
        {
            bool[] widens = [.. classes.Where(c => c.Layer == index).Select(c => c.Class == which)];
            if (dilation == 0 || !widens.Contains(true)) continue;
            // Becomes the ratio itself.
            var widened = Vasculature.LayerMask(layer, seed, (uint)index, grid, sigmaPx, parallelism, root => widens[root] ? 1 + dilation : 1);
            for (var i = 0; i < widened.Length; i++) widened[i] = (ratio?[i] ?? 1) * (rest[i] > 1e-6f ? widened[i] / rest[i] : 1);
            ratio = widened;
        }
        if (ratio is not null) return ratio;
        ratio = new float[mask.Length];
        Array.Fill(ratio, 1);
        return ratio;
    }

    // Smooth noise of mean 1 and coefficient of variation 0.2 over the field of view.
    internal static float[] PerfusionField(ulong seed, Grid grid, ParallelOptions parallelism)
    {
        const double sigmaUm = 60, cv = 0.2;
        var noise = Neuropil.Noise(seed, 0, grid, sigmaUm / grid.PixelSizeUm, parallelism, RandomStream.Perfusion);
        double sum = 0, squares = 0, n = (double)grid.FovHeight * grid.FovWidth;
        for (var row = 0; row < grid.FovHeight; row++)
            foreach (var v in noise.AsSpan((row + grid.Margin) * grid.Width + grid.Margin, grid.FovWidth))
                sum += v;
        var mean = sum / n;
        for (var row = 0; row < grid.FovHeight; row++)
            foreach (var v in noise.AsSpan((row + grid.Margin) * grid.Width + grid.Margin, grid.FovWidth))
                squares += (v - mean) * (v - mean);
        var deviation = Math.Sqrt(squares / n);
        for (var i = 0; i < noise.Length; i++) noise[i] = deviation > 0 ? (float)(1 + cv * (noise[i] - mean) / deviation) : 1;
        return noise;
    }
}
