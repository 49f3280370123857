using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Truth;
using SkiaSharp;

namespace Minisim.Formats.Pictures;

/// <summary>A cell in view, as pictures show it.</summary>
/// <param name="Unit">Its number in the truth.</param>
/// <param name="Place">Its centre, µm.</param>
/// <param name="Detectable">Whether its SNR reaches the threshold.</param>
/// <param name="Peak">Largest weight of its observed footprint.</param>
/// <param name="Contours">Where its observed footprint is half its peak, in pixels of the movie.</param>
internal sealed record PictureCell(int Unit, Position Place, bool Detectable, float Peak, SKPoint[][] Contours)
{
    /// <summary>How well it is seen, in [0, 1]: the largest change of the image at its brightest pixel, where 1 is what a tenth of
    /// the cells reach.</summary>
    public float Visibility { get; init; } = 1;
}

/// <summary>What the pictures of a recording show, before any of it is drawn.</summary>
internal sealed class PictureModel
{
    private const double OutlineShare = 0.5;
    /// <summary>Longest stretch of time whose traces can still be told apart.</summary>
    private const double TraceWindowS = 180;
    /// <summary>Most frames of that stretch, all of which are read for the measured traces.</summary>
    private const int TraceWindowFrames = 1200;

    public required Recording Recording { get; init; }
    public required PreviewOptions Options { get; init; }
    public required MovieSample Sample { get; init; }
    public required IReadOnlyList<PictureCell> Cells { get; init; }
    /// <summary>Indices into <see cref="Cells"/> whose traces are drawn, from the top of the field down.</summary>
    public required int[] Chosen { get; init; }
    /// <summary>For each of <see cref="Chosen"/> what the movie shows in its footprint, in the window and in the unit of the true
    /// trace; null where that cannot be told.</summary>
    public required IReadOnlyList<double[]?> Measured { get; init; }
    /// <summary>The frame that stands for the movie; −1 if there is none.</summary>
    public required int ShownFrame { get; init; }
    /// <summary>First frame of the traces' window.</summary>
    public required int WindowFirst { get; init; }
    /// <summary>Frames of the traces' window.</summary>
    public required int WindowFrames { get; init; }

    public Spec Spec => Recording.Spec;
    public GroundTruth Truth => Recording.Truth;
    public Movie Movie => Recording.Observed;
    public double Fps => Spec.Acquisition.Fps;
    public double PixelSizeUm => Truth.Grid.PixelSizeUm;
    public int Detectable => Cells.Count(c => c.Detectable);
    public string Title => Options.Title ?? "Recording";
    /// <summary>Name of the movie's values.</summary>
    public string ValueName => Sample.Counts is not null && IsSensed ? "counts" : "intensity";
    /// <summary>Largest count of the sensor, if the movie holds counts.</summary>
    public int? MaxCount => Sample.Counts is not null && IsSensed ? Spec.Acquisition.ImageSensor.MaxCount() : null;
    /// <summary>Seconds at the middle of the movie's frame.</summary>
    public double SecondsAt(int frame) => frame / Fps;

    // A run that stops before the sensor has the step in its spec all the same, but its values are not whole, or all dark.
    private bool IsSensed => Spec.Find<Sensor>() is not null && (Movie.PixelType is PixelType.UInt8 or PixelType.UInt16 || Sample.Values is [.., > 0]);

    public static PictureModel Of(Recording recording, PreviewOptions options)
    {
        var (truth, movie) = (recording.Truth, recording.Observed);
        var grid = truth.Grid;
        // A run that stops before the motion step leaves a movie of the whole canvas.
        var isFov = movie.Height == grid.FovHeight && movie.Width == grid.FovWidth;
        var margin = isFov ? grid.Margin : 0;
        var shifts = isFov ? truth.Shifts?.ToDoubles() : null;
        var sample = MovieSample.Of(movie, options.MaxReads, shifts, options.Cancellation);
        var cells = WithVisibility(CellsOf(truth, margin), truth);
        var chosen = options.Cells is { } asked ? [.. asked.Distinct()] : Choose(truth, cells, options.Traces);
        var shown = options.Frame ?? ShownFrameOf(truth, cells, sample);
        var windowFrames = (int)Math.Min(Math.Min(movie.Frames, TraceWindowFrames), Math.Max(2, Math.Round(TraceWindowS * recording.Spec.Acquisition.Fps)));
        var windowFirst = Math.Clamp(shown - windowFrames / 2, 0, movie.Frames - windowFrames);
        var measured = truth.C is { } traces && chosen.Length > 0
            ? MeasuredTraces.Of(movie, [.. chosen.Select(c => (truth.Observed(c) is var o ? o with { Row = o.Row - margin, Col = o.Col - margin } : o, Row(traces, c, windowFirst, windowFrames)))], windowFirst, shifts, options.Cancellation)
            : [.. chosen.Select(_ => (double[]?)null)];
        return new PictureModel
        {
            Recording = recording,
            Options = options,
            Sample = sample,
            Cells = cells,
            Chosen = chosen,
            Measured = measured,
            ShownFrame = shown,
            WindowFrames = windowFrames,
            WindowFirst = windowFirst,
        };
    }

    /// <summary>Values of one row of a per-cell, per-frame array.</summary>
    public static double[] Row(TruthArray array, int unit, int first, int count)
    {
        var row = new double[count];
        var at = (long)unit * array.Shape[1] + first;
        for (var i = 0; i < count; i++)
            row[i] = array.Values switch
            {
                double[] d => d[at + i],
                float[] f => f[at + i],
                int[] n => n[at + i],
                _ => 0,
            };
        return row;
    }

    private static PictureCell[] CellsOf(GroundTruth truth, int margin)
    {
        var grid = truth.Grid;
        var centers = truth.Find("centers_um")?.ToDoubles();
        double[]? sigma = truth.ObservedSigmaPx?.ToDoubles(), gain = truth.ObservedGain?.ToDoubles();
        var detectable = truth.Detectable.ToArray();
        var cells = new PictureCell[truth.NUnits];
        Parallel.For(0, cells.Length, i =>
        {
            var planted = truth.Planted[i];
            var observed = sigma is null || gain is null ? planted : FootprintOptics.Degrade(planted, sigma[i], gain[i], grid.Height, grid.Width);
            var contours = Outline.Of(observed with { Row = observed.Row - margin, Col = observed.Col - margin }, OutlineShare);
            var place = centers is not null
                ? new Position(centers[3 * i], centers[3 * i + 1], centers[3 * i + 2])
                : new Position(double.NaN, (planted.Row + (planted.Height - grid.Height) / 2.0) * grid.PixelSizeUm, (planted.Col + (planted.Width - grid.Width) / 2.0) * grid.PixelSizeUm);
            cells[i] = new PictureCell(i, place, i < detectable.Length && detectable[i], observed.IsEmpty ? 0 : observed.Values.Max(), contours);
        });
        return cells;
    }

    /// <summary>Cells that know how well they are seen, against the others.</summary>
    private static PictureCell[] WithVisibility(PictureCell[] cells, GroundTruth truth)
    {
        if (truth.C is not { } traces || traces.Shape[1] == 0 || cells.Length == 0) return cells;
        var change = new double[cells.Length];
        Parallel.For(0, cells.Length, i => change[i] = cells[i].Peak * Rise(traces, i));
        var most = change.Order().ElementAt((int)(0.9 * (cells.Length - 1)));
        return [.. cells.Select((c, i) => c with { Visibility = most > 0 ? (float)Math.Clamp(change[i] / most, 0, 1) : 1 })];
    }

    private static double Rise(TruthArray traces, int unit)
    {
        var c = Row(traces, unit, 0, traces.Shape[1]);
        return c.Max() - c.Min();
    }

    /// <summary>Of the cells that fire most, those that change the image most, kept apart from each other so that they are spread
    /// over the field; the detectable ones if there is any.</summary>
    private static int[] Choose(GroundTruth truth, PictureCell[] cells, int wanted)
    {
        if (truth.C is not { } traces || traces.Shape[1] == 0 || wanted == 0) return [];
        var grid = truth.Grid;
        var any = cells.Any(c => c.Detectable);
        // Whole outlines and room for a number: not right at the edge, unless there are no others.
        const double inner = 0.94;
        var candidates = Enumerable.Range(0, cells.Length)
            .Where(i => (!any || cells[i].Detectable) && cells[i].Contours.Length > 0 && grid.InFov(cells[i].Place.Y, cells[i].Place.X))
            .Select(i => (Cell: i, Activity: ActivityOf(i)))
            .OrderByDescending(c => grid.InFov(cells[c.Cell].Place.Y / inner, cells[c.Cell].Place.X / inner)).ThenByDescending(c => c.Activity).ThenBy(c => c.Cell).Select(c => c.Cell).ToList();
        // Being apart must not bring in the quiet ones; among the active ones those that are seen best come first.
        candidates = candidates[..Math.Min(candidates.Count, Math.Max(3 * wanted, candidates.Count / 4))];
        candidates = [.. candidates.OrderByDescending(c => cells[c].Peak * RiseOf(c)).ThenBy(c => c)];
        var chosen = new List<int>();
        var apart = 0.3 * Math.Min(grid.FovHeight, grid.FovWidth) * grid.PixelSizeUm;
        for (; chosen.Count < wanted && chosen.Count < candidates.Count; apart *= 0.7)
        {
            if (apart < grid.PixelSizeUm) apart = 0;
            foreach (var c in candidates)
                if (chosen.Count < wanted && !chosen.Contains(c) && chosen.All(o => Distance(cells[o].Place, cells[c].Place) >= apart))
                    chosen.Add(c);
        }
        return [.. chosen.OrderBy(c => cells[c].Place.Y).ThenBy(c => c)];

        double ActivityOf(int unit) =>
            truth.S is { } spikes ? Row(spikes, unit, 0, spikes.Shape[1]).Sum() : RiseOf(unit);

        double RiseOf(int unit) => Rise(traces, unit);

        static double Distance(Position a, Position b) => Math.Sqrt((a.Y - b.Y) * (a.Y - b.Y) + (a.X - b.X) * (a.X - b.X));
    }

    /// <summary>The sampled frame in which the detectable cells are brightest; the middle one without traces.</summary>
    private static int ShownFrameOf(GroundTruth truth, PictureCell[] cells, MovieSample sample)
    {
        if (sample.Frames.Length == 0) return -1;
        var best = sample.Frames[sample.Frames.Length / 2];
        if (truth.C is not { } traces) return best;
        var most = double.NegativeInfinity;
        foreach (var frame in sample.Frames)
        {
            double sum = 0;
            foreach (var cell in cells)
                if (cell.Detectable)
                    sum += Row(traces, cell.Unit, frame, 1)[0];
            if (sum > most && sum > 0) (most, best) = (sum, frame);
        }
        return best;
    }
}
