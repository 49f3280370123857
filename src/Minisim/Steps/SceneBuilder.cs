using Minisim.Rendering;
using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Truth;

namespace Minisim.Steps;

/// <summary>The scene while the steps fill it in, in canonical order. What a later step needs of an earlier one is
/// here; what the pixels need ends up in a <see cref="PixelModel"/>.</summary>
internal sealed class SceneBuilder(Spec spec, int threads, CancellationToken cancellation = default)
{
    private readonly List<TruthArray> _arrays = [];
    private double[]? _excitation, _vignette;
    private (double Min, double Max)[]? _extremes;

    public Spec Spec { get; } = spec;
    public Acquisition Acquisition => Spec.Acquisition;
    public ulong Seed => (ulong)Spec.Seed;
    public int Frames { get; } = spec.Acquisition.NFrames();
    public Grid Grid { get; } = new(spec.Acquisition.ImageSensor.NPxHeight, spec.Acquisition.ImageSensor.NPxWidth,
        spec.Find<BrainMotion>()?.MarginPx(spec.Acquisition) ?? 0, spec.Acquisition.PixelSizeUm());
    public ParallelOptions Parallelism { get; } = new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };

    // Fields that come late in the chain, but are functions of the spec alone: bleaching and the choice of a focus need them early.
    /// <summary>The illumination profile over the FOV, or null without that step.</summary>
    public double[]? ExcitationProfile => _excitation ??= Spec.Find<IlluminationProfile>()?.FieldFor(Acquisition, Parallelism);
    /// <summary>The vignette over the FOV, or null without that step.</summary>
    public double[]? VignetteProfile => _vignette ??= Spec.Find<Vignette>()?.FieldFor(Acquisition, Parallelism);

    // place_neurons
    public IReadOnlyList<Cell> Cells { get; set; } = [];
    // cell_activity: per cell, per frame
    public double[][]? C { get; set; }
    public ushort[][]? S { get; set; }
    /// <summary>Lowest and highest value of every trace of <see cref="C"/>.</summary>
    public (double Min, double Max)[] TraceExtremes
    {
        get
        {
            if (_extremes is not null) return _extremes;
            var extremes = new (double, double)[C!.Length];
            Parallel.For(0, extremes.Length, Parallelism, i => extremes[i] = Extremes.Of(C[i]));
            return _extremes = extremes;
        }
    }
    public double[]? Amplitude { get; set; }
    // bleaching: per cell, per frame
    public double[][]? Bleaching { get; set; }
    // optics
    public double? FocalDepthUm { get; set; }
    public CellOptics[]? Optics { get; set; }
    // composite and the pixel stages
    public PixelModel Pixels { get; set; } = null!;
    // fields kept for detectability
    public float[]? VesselMask { get; set; }
    public double[]? Illumination { get; set; }
    public double[]? Vignette { get; set; }

    public IReadOnlyList<TruthArray> Arrays => _arrays;

    /// <summary>Publishes a truth array. One per cell has a row for every placed cell; those out of view are dropped when
    /// the scene is complete.</summary>
    public void Publish(string name, string[] axes, int[] shape, string? units, Array values, string description) =>
        _arrays.Add(new TruthArray(name, axes, shape, units, values, description));

    /// <summary>Publishes traces (unit, frame) that are already in memory, row by row. They must not change any more.</summary>
    public void PublishTraces<T, V>(string name, T[][] rows, Converter<T, V> convert, string description)
    {
        // Asked for at any later time: neither the run's token may stop it, nor may it keep the scene alive.
        var (frames, threads) = (Frames, Parallelism.MaxDegreeOfParallelism);
        _arrays.Add(new TruthArray(name, rows.Length, frames, cells =>
        {
            var values = GC.AllocateUninitializedArray<V>(checked(cells.Length * frames));
            Parallel.For(0, cells.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
            {
                var row = rows[cells[i]];
                var to = values.AsSpan(i * frames, frames);
                for (var t = 0; t < to.Length; t++) to[t] = convert(row[t]);
            });
            return values;
        }, description));
    }
}
