using Minisim.Metrics;
using Minisim.Steps;
using Minisim.Studio.Lessons;
using Minisim.Truth;

namespace Minisim.Tests.Studio;

/// <summary>What lessons may state numbers of. Each is taken from the library, of the spec of a live view.</summary>
internal sealed class LessonMeasures(Spec spec) : IDisposable
{
    private readonly Lazy<CompiledScene> _scene = new(() => Simulator.Compile(spec));
    private readonly Lazy<Recording> _recording = new(() => Simulator.Run(spec));
    private Evaluator? _evaluator;

    private GroundTruth Truth => _scene.Value.Truth;
    private Evaluator Evaluator => _evaluator ??= _recording.Value.Evaluator();
    private int DetectableCells => Truth.Detectable.ToArray().Count(d => d);
    private double ElectronsPerUnit => spec.Find<Sensor>()!.PhotonsPerUnit * spec.Acquisition.ImageSensor.QuantumEfficiency;

    public double Of(string name) => name switch
    {
        "steps" => spec.Steps.Count,
        "all_steps" => StepCatalog.Kinds.Count,
        "movie_stages" => _scene.Value.Stages.Count,
        "frames" => spec.Acquisition.NFrames(),
        "fps" => spec.Acquisition.Fps,
        "planted" => _scene.Value.PlantedCells,
        "in_view" => Truth.NUnits,
        "detectable" => DetectableCells,
        "detectable_percent" => 100.0 * DetectableCells / Truth.NUnits,
        "snr_threshold" => Minisim.Scenes.Detectability.Threshold,
        "density_per_mm3" => spec.Find<PlaceNeurons>()!.ResolvedPopulations()[0].DensityPerMm3,
        "na" => spec.Acquisition.Optics.Na,
        "pixel_um" => spec.Acquisition.PixelSizeUm(),
        "diffraction_um" => spec.Acquisition.Optics.DiffractionSigmaUm(),
        "depth_of_field_um" => spec.Acquisition.Optics.ResolvedDepthOfFieldUm(),
        "focal_um" => Truth.FocalDepthUm!.Value,
        "scatter_length_um" => spec.Acquisition.Tissue.ScatterMfpUm(),
        "scatter_at_focus_um" => spec.Acquisition.Tissue.ScatterSigmaUm(Truth.FocalDepthUm!.Value),
        "defocus_distance_um" => 20,
        "quantile_percent" => 99,
        "defocus_20_um" => spec.Acquisition.Optics.DefocusSigmaUm(20, 0),
        "light_left_percent" => 100 * spec.Acquisition.Tissue.Attenuation(Truth.FocalDepthUm!.Value),
        "in_focus" => Truth.InFocus.ToArray().Count(f => f),
        "median_blur_px" => Median(Truth.ObservedSigmaPx!.ToDoubles()),
        "median_snr" => Median([.. Evaluator.CellFacts.Select(f => f.Snr)]),
        "photons_per_unit" => spec.Find<Sensor>()!.PhotonsPerUnit,
        "quantum_efficiency_percent" => 100 * spec.Acquisition.ImageSensor.QuantumEfficiency,
        "read_noise_e" => spec.Acquisition.ImageSensor.ReadNoiseE,
        "max_count" => spec.Acquisition.ImageSensor.MaxCount(),
        "mean_electrons" => MeanLight().Total,
        "shot_noise_e" => Math.Sqrt(MeanLight().Total),
        "cells_percent" => 100 * MeanLight().Cells / MeanLight().Total,
        "saturated_percent" => 100.0 * _scene.Value.Frame(0).Count(v => v == spec.Acquisition.ImageSensor.MaxCount()) / _scene.Value.FrameBytes,
        "motion_p99_um" => Quantile(Displacements(), 0.99),
        "motion_max_um" => Displacements().Max(),
        "motion_max_px" => Displacements().Max() / spec.Acquisition.PixelSizeUm(),
        "margin_px" => Truth.Grid.Margin,
        "roi_r" => Perfect().TraceScale.Roi,
        "oracle_r" => Perfect().TraceScale.Oracle,
        "recall_perfect" => Perfect().Score.Recall,
        "recall_all_cells" => Evaluator.Evaluate(TrueEstimate(), new ScoreOptions { AllCells = true }).Score.Recall,
        "recall_tight" => Evaluator.Evaluate(Tight(), new ScoreOptions()).Score.Recall,
        "recall_tight_cosine" => Evaluator.Evaluate(Tight(), new ScoreOptions { Measure = SimilarityMeasure.Cosine }).Score.Recall,
        "recall_shifted" => Evaluator.Evaluate(Shifted(), new ScoreOptions { Shift = FootprintShift.None }).Score.Recall,
        "recall_shifted_auto" => Evaluator.Evaluate(Shifted(), new ScoreOptions()).Score.Recall,
        "activity_r_of_trace" => Evaluator.Evaluate(TraceAsActivity(), new ScoreOptions()).Score.ActivityCorr,
        "match_threshold" => new ScoreOptions().Threshold,
        "spikes_per_s" => Evaluator.CellFacts.Average(f => f.FiringRateHz),
        _ => throw new KeyNotFoundException($"lessons know no measure \"{name}\""),
    };

    private Evaluation Perfect() => Evaluator.Evaluate(TrueEstimate(), new ScoreOptions());

    // Exactly what is true of the cells that can be found.
    private Estimate TrueEstimate() => Pick(u => Truth.ObservedInFov(u));

    // Outlines as many pipelines draw them: only the brightest half of each cell.
    private Estimate Tight() => Pick(u =>
    {
        var whole = Truth.ObservedInFov(u);
        var peak = whole.Values.Max();
        return whole with { Values = Array.ConvertAll(whole.Values, v => v >= 0.5f * peak ? v : 0) };
    });

    private Estimate Shifted()
    {
        var right = TrueEstimate();
        return new Estimate(right.Footprints.Shift(8, 6), right.C, right.S);
    }

    private Estimate TraceAsActivity()
    {
        var right = TrueEstimate();
        return new Estimate(right.Footprints, right.C, right.C);
    }

    private Estimate Pick(Func<int, Minisim.Scenes.Footprint> footprint)
    {
        var units = Enumerable.Range(0, Truth.NUnits).Where(u => Truth.Detectable[u]).ToArray();
        return new Estimate(SparseFootprints.FromPatches(units.Select(footprint), Truth.Grid.FovHeight, Truth.Grid.FovWidth),
            new Matrix(Truth.C!.Shape[0], Truth.C.Shape[1], Truth.C.ToDoubles()).Take(units), new Matrix(Truth.S!.Shape[0], Truth.S.Shape[1], Truth.S.ToDoubles()).Take(units));
    }

    // On a grid of pixels, over all frames.
    private (double Cells, double Total) MeanLight()
    {
        var scene = _scene.Value;
        double cells = 0, total = 0;
        var n = 0;
        for (var row = scene.Height / 16; row < scene.Height; row += scene.Height / 8)
            for (var col = scene.Width / 16; col < scene.Width; col += scene.Width / 8, n++)
            {
                var budget = scene.PixelBudget(row, col, 0, scene.Frames);
                cells += budget.Cells.Average();
                total += budget.Expected.Average();
            }
        return (cells / n, total / n);
    }

    private double[] Displacements()
    {
        var shifts = Truth.Shifts!.ToDoubles();
        return [.. Enumerable.Range(0, shifts.Length / 2).Select(f => Math.Sqrt(shifts[2 * f] * shifts[2 * f] + shifts[2 * f + 1] * shifts[2 * f + 1]) * spec.Acquisition.PixelSizeUm())];
    }

    private static double Median(double[] values) => Quantile(values, 0.5);

    private static double Quantile(double[] values, double q)
    {
        var sorted = values.Order().ToArray();
        return sorted[(int)Math.Round(q * (sorted.Length - 1))];
    }

    public void Dispose()
    {
        if (_scene.IsValueCreated) _scene.Value.Dispose();
        if (_recording.IsValueCreated) _recording.Value.Dispose();
    }
}
