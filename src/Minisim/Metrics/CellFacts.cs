using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim.Metrics;

/// <summary>What the truth needs beside it for a signal-to-noise ratio and for times in seconds.</summary>
/// <param name="Acquisition">Optics, image sensor, tissue and frame rate; null where unknown.</param>
/// <param name="PhotonsPerUnit">Photons per unit of intensity; null without a sensor.</param>
public sealed record RecordingFacts(Acquisition? Acquisition = null, double? PhotonsPerUnit = null)
{
    /// <summary>What the local signal-to-noise needs; null where unknown.</summary>
    public SnrConditions? Snr { get; init; }

    /// <summary>Speed below which the animal counts as at rest, m/s.</summary>
    public double LocomotionThresholdMS { get; init; } = 0.02;

    /// <summary>The sensor's largest count, <c>2^bits − 1</c>; null where the movie is not in counts.</summary>
    public double? LargestCount => PhotonsPerUnit is null || Acquisition is null ? null : Math.Pow(2, Acquisition.ImageSensor.BitDepth) - 1;

    /// <summary>Frames per second; NaN where unknown.</summary>
    public double Fps => Acquisition?.Fps ?? double.NaN;
    /// <summary>How light becomes electrons; null where unknown.</summary>
    public LightBudget? Budget => Acquisition is { } acquisition && PhotonsPerUnit is { } photons ? new(acquisition.ImageSensor, photons) : null;
}

/// <summary>What decides whether a true cell can be found. What the recording does not say is NaN.</summary>
public sealed record CellFacts
{
    /// <summary>Detection SNR of the peak pixel: <c>ΔF·gain / √(max(base, 0)·gain + read_noise²)</c>.</summary>
    public required double Snr { get; init; }
    /// <summary>Matched-filter SNR of a typical event against everything around the cell; see <see cref="Minisim.Truth.DetectionSnr"/>.</summary>
    public double DetectionSnr { get; init; } = double.NaN;
    /// <summary>SNR of the largest rise at the brightest pixel against all light there.</summary>
    public double PeakSnrLocal { get; init; } = double.NaN;
    /// <summary>Share of a typical event's light that full scale cuts off.</summary>
    public double ClippedShare { get; init; }
    /// <summary>Events: runs of spikes with no more than a decay time between them.</summary>
    public double Events { get; init; } = double.NaN;
    /// <summary>Whether the centre lies outside the field of view.</summary>
    public bool IsBorder { get; init; }
    /// <summary>Depth of the centre, µm.</summary>
    public required double DepthUm { get; init; }
    /// <summary>Lateral place (row, column) of the centre in the field of view, px.</summary>
    public required (double Row, double Col) Centre { get; init; }
    /// <summary>Lateral distance to the nearest other cell's centre, µm; ∞ without one.</summary>
    public required double NeighbourDistanceUm { get; init; }
    /// <summary>Spikes per second.</summary>
    public required double FiringRateHz { get; init; }
    /// <summary>Share of the cell's light that vessels take.</summary>
    public required double VesselOverlap { get; init; }
    /// <summary>Peak height left by defocus, <c>σ0²/σ_tot²</c>: 1 in focus.</summary>
    public required double FocusFactor { get; init; }
    /// <summary>Light of the cell apart from its activity: amplitude × gain × illumination × vignette.</summary>
    public required double Light { get; init; }
    /// <summary>Largest change of the trace in units of the cell's own amplitude.</summary>
    public required double Activity { get; init; }
    /// <summary>Share of the cell's light that falls inside the field of view at rest.</summary>
    public required double ShareInView { get; init; }
    /// <summary>Light in view averaged over all frames, in units of that in view at rest, at most 1: what motion leaves.</summary>
    public required double TimeInView { get; init; }
    /// <summary>How much a brighter neighbour fluctuates inside this cell's footprint, in units of the cell's own fluctuation; 0 without
    /// one.</summary>
    public required double NeighbourRatio { get; init; }

    /// <summary>The facts of every cell in view.</summary>
    /// <param name="truth">Ground truth.</param>
    /// <param name="cells">The same cells' observed footprints.</param>
    /// <param name="recording">Acquisition and sensor.</param>
    public static CellFacts[] Of(GroundTruth truth, TrueCells cells, RecordingFacts recording) => Of(truth, recording, NeighbourRatios(cells), null, CancellationToken.None);

    /// <summary>The facts of every cell in view but <see cref="NeighbourRatio"/>, which takes longer than all others and is NaN: <see cref="NeighbourRatioOf"/>
    /// is that of one cell.</summary>
    /// <param name="truth">Ground truth.</param>
    /// <param name="recording">Acquisition and sensor.</param>
    /// <param name="look">Told every cell's observed footprint on the canvas, from several threads.</param>
    /// <param name="cancellation">Stops.</param>
    internal static CellFacts[] WithoutNeighbours(GroundTruth truth, RecordingFacts recording, Action<int, Footprint>? look, CancellationToken cancellation) => Of(truth, recording, null, look, cancellation);

    private static CellFacts[] Of(GroundTruth truth, RecordingFacts recording, double[]? neighbourRatios, Action<int, Footprint>? look, CancellationToken cancellation)
    {
        var n = truth.NUnits;
        var grid = truth.Grid;
        var centres = truth.CentersUm.ToDoubles();
        var (c, spikes, shifts) = (TrueCells.Table(truth.C), TrueCells.Table(truth.S), TrueCells.Table(truth.Shifts));
        var sigma = truth.ObservedSigmaPx?.ToDoubles();
        var gain = truth.ObservedGain?.ToDoubles();
        var amplitude = truth.AmplitudePerCell?.ToDoubles();
        var vessels = truth.VesselOverlap?.ToDoubles();
        var (factor, mask) = (truth.Factor(FieldRole.SensorFactor), truth.Factor(FieldRole.TissueFactor));
        var neighbours = NeighbourDistances(centres, n);

        var local = recording.Snr is { } conditions && c is not null ? Minisim.Truth.DetectionSnr.Of(truth, conditions) : null;
        var separation = recording.Snr is { } indicator ? (int)Math.Ceiling(Math.Min(indicator.TauDecayS * indicator.Fps, 1e9)) : 1;
        // A scene's truth would make its arrays a second time.
        var (detection, peakLocal) = local is null ? (truth.Find(SnrArrays.Detection)?.ToDoubles(), truth.Find(SnrArrays.PeakLocal)?.ToDoubles()) : (null, null);

        var facts = new CellFacts[n];
        Parallel.For(0, n, new ParallelOptions { CancellationToken = cancellation }, i =>
        {
            var observed = truth.Observed(i);
            look?.Invoke(i, observed);
            var (z, y, x) = (centres[3 * i], centres[3 * i + 1], centres[3 * i + 2]);
            var (row, col) = grid.ToFov(y, x);
            var pixel = (int)Math.Clamp(Math.Round(row), 0, grid.FovHeight - 1) * grid.FovWidth + (int)Math.Clamp(Math.Round(col), 0, grid.FovWidth - 1);
            var fields = factor?[pixel] ?? 1;
            var focus = double.NaN;
            if (sigma is not null && recording.Acquisition is { } acquisition && sigma[i] > 0)
            {
                var sigmaUm = sigma[i] * grid.PixelSizeUm;
                focus = Math.Min(acquisition.InFocusVarianceUm2(z) / (sigmaUm * sigmaUm), 1);
            }
            double low = double.NaN, high = double.NaN;
            if (c is not null && c.Columns > 0)
            {
                (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
                foreach (var v in c.Row(i)) (low, high) = (Math.Min(low, v), Math.Max(high, v));
            }
            var snr = double.NaN;
            if (gain is not null && recording.Budget is { } budget)
                snr = Detectability.Snr(high - low, low, budget.Electrons(focus * gain[i] * fields * (mask?[pixel] ?? 1)), budget.Sensor.ReadNoiseE);
            var spikeCount = double.NaN;
            if (spikes is not null)
            {
                spikeCount = 0;
                foreach (var s in spikes.Row(i)) spikeCount += s;
            }
            var (share, time) = InView(grid, observed, row, col, shifts);
            facts[i] = new CellFacts
            {
                Snr = snr,
                DetectionSnr = local?[i].Detection ?? detection?[i] ?? double.NaN,
                PeakSnrLocal = local?[i].PeakLocal ?? peakLocal?[i] ?? double.NaN,
                ClippedShare = local?[i].Clipped ?? 0,
                Events = spikes is null ? double.NaN : EventsOf(spikes.Row(i), separation),
                IsBorder = !grid.InFov(y, x),
                DepthUm = z,
                Centre = (row, col),
                NeighbourDistanceUm = neighbours[i],
                FiringRateHz = spikes is null ? double.NaN : spikeCount / spikes.Columns * recording.Fps,
                VesselOverlap = vessels?[i] ?? 0,
                FocusFactor = focus,
                Light = (amplitude?[i] ?? 1) * (gain?[i] ?? 1) * fields,
                Activity = (high - low) / (amplitude is not null && amplitude[i] > 0 ? amplitude[i] : 1),
                ShareInView = share,
                TimeInView = time,
                NeighbourRatio = neighbourRatios?[i] ?? double.NaN,
            };
        });
        return facts;
    }

    private static int EventsOf(ReadOnlySpan<double> spikes, int separationFrames)
    {
        int events = 0, last = int.MinValue / 2;
        for (var t = 0; t < spikes.Length; t++)
        {
            if (spikes[t] <= 0) continue;
            if (t - last > separationFrames) events++;
            last = t;
        }
        return events;
    }

    private static double[] NeighbourDistances(double[] centres, int n)
    {
        var result = new double[n];
        Parallel.For(0, n, i =>
        {
            var nearest = double.PositiveInfinity;
            for (var j = 0; j < n; j++)
            {
                if (i == j) continue;
                double dy = centres[3 * i + 1] - centres[3 * j + 1], dx = centres[3 * i + 2] - centres[3 * j + 2];
                nearest = Math.Min(nearest, dy * dy + dx * dx);
            }
            result[i] = Math.Sqrt(nearest);
        });
        return result;
    }

    // What a neighbour adds to the projection on a cell's footprint F: (F·F_n)/(F·F)·std(C_n), against the cell's own std(C).
    private static double[] NeighbourRatios(TrueCells cells)
    {
        var result = new double[cells.Count];
        if (cells.C is null) return result;
        var std = Enumerable.Range(0, cells.Count).Select(i => StandardDeviation(cells.C.Row(i))).ToArray();
        var dots = SimilarityTable.Accumulate(cells.Footprints, cells.Footprints, static (a, b) => a * b, static (_, _, dot) => dot);
        var strength = Enumerable.Range(0, cells.Count).Select(i => cells.Footprints.Peak(i) * std[i]).ToArray();
        for (var i = 0; i < cells.Count; i++)
        {
            var own = dots[i, i];
            foreach (var (j, dot) in dots.Row(i))
            {
                if (j == i || strength[j] <= strength[i]) continue;
                result[i] = Math.Max(result[i], std[i] > 0 ? dot * std[j] / (own * std[i]) : Unlimited);
            }
        }
        return result;
    }

    /// <summary><see cref="NeighbourRatio"/> of one cell, without that of the others.</summary>
    internal static double NeighbourRatioOf(GroundTruth truth, int unit)
    {
        if (TrueCells.Table(truth.C) is not { } c) return 0;
        var own = truth.ObservedInFov(unit);
        var (ownPeak, ownStd, energy) = (Peak(own), StandardDeviation(c.Row(unit)), Dot(own, own));
        var ratios = new double[truth.NUnits];
        Parallel.For(0, ratios.Length, j =>
        {
            if (j == unit) return;
            var std = StandardDeviation(c.Row(j));
            if (std == 0) return;
            var other = truth.ObservedInFov(j);
            var dot = Dot(own, other);
            if (dot > 0 && Peak(other) * std > ownPeak * ownStd) ratios[j] = ownStd > 0 ? dot * std / (energy * ownStd) : Unlimited;
        });
        return ratios.Max();

        static double Peak(Footprint f) => f.IsEmpty ? 0 : f.Values.Max();
    }

    private static double Dot(Footprint a, Footprint b)
    {
        int top = Math.Max(a.Row, b.Row), bottom = Math.Min(a.Row + a.Height, b.Row + b.Height);
        int left = Math.Max(a.Col, b.Col), right = Math.Min(a.Col + a.Width, b.Col + b.Width);
        var sum = 0.0;
        for (var row = top; row < bottom; row++)
            for (var col = left; col < right; col++)
                sum += (double)a.Values[(row - a.Row) * a.Width + col - a.Col] * b.Values[(row - b.Row) * b.Width + col - b.Col];
        return sum;
    }

    private const double Unlimited = 1000;

    internal static double StandardDeviation(ReadOnlySpan<double> values)
    {
        double mean = 0, sum = 0;
        foreach (var v in values) mean += v / values.Length;
        foreach (var v in values) sum += (v - mean) * (v - mean);
        return values.Length == 0 ? 0 : Math.Sqrt(sum / values.Length);
    }

    // The stored footprint ends at the canvas, so a cell at the edge of a canvas without margin would seem whole: the share of a
    // Gaussian of the cell's own width counts as well, and the smaller of both.
    private static (double Share, double Time) InView(Grid grid, Footprint whole, double row, double col, Matrix? shifts)
    {
        double sum = 0, spread = 0;
        for (var r = 0; r < whole.Height; r++)
            for (var k = 0; k < whole.Width; k++)
            {
                var value = whole.Values[r * whole.Width + k];
                double dr = whole.Row + r - grid.Margin - row, dc = whole.Col + k - grid.Margin - col;
                sum += value;
                spread += value * (dr * dr + dc * dc);
            }
        if (sum <= 0) return (0, 1);
        var inside = 0.0;
        foreach (var value in whole.Crop(grid.Margin, grid.Margin, grid.FovHeight, grid.FovWidth).Values) inside += value;
        var sigma = Math.Max(Math.Sqrt(spread / sum / 2), 0.5);
        double Between(double at, int length) => Normal((length - 0.5 - at) / sigma) - Normal((-0.5 - at) / sigma);
        double Gaussian(double dy, double dx) => Between(row + dy, grid.FovHeight) * Between(col + dx, grid.FovWidth);
        var rest = Gaussian(0, 0);
        var share = Math.Clamp(Math.Min(inside / sum, rest), 0, 1);
        if (shifts is null || shifts.Rows == 0 || rest <= 0) return (share, 1);
        var mean = 0.0;
        for (var t = 0; t < shifts.Rows; t++) mean += Gaussian(shifts[t, 0], shifts[t, 1]);
        return (share, Math.Min(mean / shifts.Rows / rest, 1));
    }

    // Cumulative normal, Abramowitz and Stegun 26.2.17: |error| < 7.5e-8.
    private static double Normal(double x)
    {
        var t = 1 / (1 + 0.2316419 * Math.Abs(x));
        var tail = 0.3989422804014327 * Math.Exp(-x * x / 2) * t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return x >= 0 ? 1 - tail : tail;
    }
}
