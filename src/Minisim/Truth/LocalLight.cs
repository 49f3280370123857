using Minisim.Scenes;

namespace Minisim.Truth;

/// <summary>The light that reaches every pixel, in expected electrons per frame, with the tissue at rest.</summary>
/// <remarks>
/// <c>λ_p(t) = e·(E_p·M_p·(Σ_i F_i,p·C_i(t)·B_i(t) + a·Σ_k S_k,p·T_k(t) + A_p) + L_p)</c>: e electrons per unit, E the sensor-side field
/// (illumination × vignette), M the vessels, F and C·B footprints and emission of the cells in view, S and T the diffuse components and a their share,
/// A the mean light of autofluorescence and of cells that are background only, L the light added at the sensor. Cells of the margin are not in the truth and are left out.
/// </remarks>
public sealed class LocalLight
{
    private readonly Footprint[] _perUnit;

    private LocalLight(Footprint[] perUnit, IReadOnlyList<double[]> emission, double[] meanE, (double[] FieldE, double[] Envelope)[] diffuse, SnrConditions conditions, int width) =>
        (_perUnit, Emission, MeanE, Diffuse, Conditions, Width) = (perUnit, emission, meanE, diffuse, conditions, width);

    /// <summary>Columns of the field of view.</summary>
    public int Width { get; }
    /// <summary>Sensor and indicator.</summary>
    public SnrConditions Conditions { get; }
    /// <summary>Mean over the recording of all light of a pixel (row, column), e⁻ per frame.</summary>
    public double[] MeanE { get; }
    /// <summary>Emission <c>C·B</c> of every cell in view, per frame; that of a cell is put together whenever it is asked for.</summary>
    public IReadOnlyList<double[]> Emission { get; }
    /// <summary>Diffuse components: e⁻ per unit of envelope (row, column), and the envelope per frame.</summary>
    public IReadOnlyList<(double[] FieldE, double[] Envelope)> Diffuse { get; }
    /// <summary>Number of cells.</summary>
    public int Count => _perUnit.Length;

    /// <summary>e⁻ per frame for one unit of a cell's trace, in FOV pixels.</summary>
    public Footprint ElectronsPerUnit(int unit) => _perUnit[unit];

    /// <summary>The light of a recording; null without traces.</summary>
    public static LocalLight? Of(GroundTruth truth, SnrConditions conditions, CancellationToken cancellation = default)
    {
        if (truth.C is not { } traces || traces.Shape[1] == 0) return null;
        var (grid, frames, n) = (truth.Grid, traces.Shape[1], truth.NUnits);
        int height = grid.FovHeight, width = grid.FovWidth;
        var fixedLight = Static.Of(truth, conditions);
        var emission = new Emitted(traces, truth.Find("bleaching"));
        var perUnit = new Footprint[n];
        var means = new double[n];
        Parallel.For(0, n, new ParallelOptions { CancellationToken = cancellation }, i =>
        {
            foreach (var v in emission[i]) means[i] += v / frames;
            var observed = truth.ObservedInFov(i);
            // Without optics they are the planted ones themselves.
            var values = ReferenceEquals(observed.Values, truth.Planted[i].Values) ? new float[observed.Values.Length] : observed.Values;
            for (var r = 0; r < observed.Height; r++)
                for (var k = 0; k < observed.Width; k++)
                    values[r * observed.Width + k] = (float)(observed.Values[r * observed.Width + k] * fixedLight.TissueE[(observed.Row + r) * width + observed.Col + k]);
            perUnit[i] = observed with { Values = values };
        });
        var mean = fixedLight.OffsetE;
        var diffuse = fixedLight.Diffuse(truth, conditions);
        foreach (var (field, envelope) in diffuse)
        {
            var level = envelope.Average();
            for (var p = 0; p < mean.Length; p++) mean[p] += field[p] * level;
        }
        // In the order of the cells: the sum is the same on any machine.
        for (var i = 0; i < n; i++)
        {
            var f = perUnit[i];
            for (var r = 0; r < f.Height; r++)
                for (var k = 0; k < f.Width; k++)
                    mean[(f.Row + r) * width + f.Col + k] += f.Values[r * f.Width + k] * means[i];
        }
        return new LocalLight(perUnit, emission, mean, diffuse, conditions, width);
    }

    private sealed class Emitted(TruthArray clean, TruthArray? bleaching) : IReadOnlyList<double[]>
    {
        public int Count => clean.Shape[0];

        public double[] this[int unit]
        {
            get
            {
                var light = clean.RowOfDoubles(unit);
                if (bleaching is null) return light;
                var share = bleaching.RowOfDoubles(unit);
                for (var t = 0; t < light.Length; t++) light[t] *= share[t];
                return light;
            }
        }

        public IEnumerator<double[]> GetEnumerator() => Enumerable.Range(0, Count).Select(i => this[i]).GetEnumerator();
        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }

    // The static factors of the light, by pixel of the field of view.
    private sealed record Static(double[] TissueE, double[] OffsetE)
    {
        public static Static Of(GroundTruth truth, SnrConditions conditions)
        {
            var (sensor, tissue, added) = (truth.Factor(FieldRole.SensorFactor), truth.Factor(FieldRole.TissueFactor), truth.Sum(FieldRole.SensorOffset));
            var own = truth.Sum(FieldRole.TissueOffset);
            var e = conditions.ElectronsPerUnit;
            var pixels = truth.Grid.FovHeight * truth.Grid.FovWidth;
            double[] tissueE = GC.AllocateUninitializedArray<double>(pixels), offsetE = GC.AllocateUninitializedArray<double>(pixels);
            for (var p = 0; p < pixels; p++)
            {
                tissueE[p] = e * (sensor?[p] ?? 1) * (tissue?[p] ?? 1);
                offsetE[p] = e * (added?[p] ?? 0) + tissueE[p] * (own?[p] ?? 0);
            }
            return new Static(tissueE, offsetE);
        }

        // Every background field has components (component, row, column); their envelopes are the array of that many components and a value a frame.
        public (double[] FieldE, double[] Envelope)[] Diffuse(GroundTruth truth, SnrConditions conditions)
        {
            var result = new List<(double[], double[])>();
            if (conditions.DiffuseShare == 0) return [];
            // A field whose brightness was found from the movie says it.
            var amplitude = truth.Find("neuropil_amplitude")?.ToDoubles()[0];
            foreach (var spatial in truth.Fields(FieldRole.Background))
            {
                var temporal = truth.Arrays.FirstOrDefault(a => a.Axes is ["component", "frame"] && a.Shape[0] == spatial.Shape[0]);
                if (temporal is null) continue;
                int pixels = TissueE.Length, frames = temporal.Shape[1];
                var share = amplitude / spatial.Shape[0] ?? conditions.DiffuseShare;
                var fields = new double[spatial.Shape[0]][];
                Parallel.For(0, fields.Length, k =>
                {
                    var field = fields[k] = GC.AllocateUninitializedArray<double>(pixels);
                    // The usual ones are large, and not copied.
                    if (spatial.Values is float[] single)
                        for (var p = 0; p < pixels; p++) field[p] = share * TissueE[p] * single[k * pixels + p];
                    else
                        for (var (p, shape) = (0, spatial.RowOfDoubles(k)); p < pixels; p++) field[p] = share * TissueE[p] * shape[p];
                });
                result.AddRange(fields.Select((field, k) => (field, temporal.RowOfDoubles(k))));
            }
            return [.. result];
        }
    }
}
