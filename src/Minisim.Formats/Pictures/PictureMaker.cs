using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim.Formats.Pictures;

/// <summary>Makes a <see cref="PictureModel"/> from frames that come one after the other: from a file, or while they are rendered.</summary>
/// <remarks>The truth alone says which cells and frames are shown, so nothing is looked at twice.</remarks>
internal sealed class PictureMaker
{
    private const double OutlineShare = 0.5;
    /// <summary>Longest stretch of time whose traces can still be told apart.</summary>
    private const double TraceWindowS = 180;
    /// <summary>Most frames of that stretch, all of which are read for the measured traces.</summary>
    private const int TraceWindowFrames = 1200;

    private readonly PreviewOptions _options;
    private readonly MovieSample _sample;
    private readonly MeasuredTraces? _measured;
    private readonly PictureCell[] _cells;
    private readonly int[] _chosen;
    private readonly int _shownFrame, _windowFirst, _windowFrames;
    private float[] _shown = [];

    /// <summary>Decides what is shown of a movie.</summary>
    public PictureMaker(Spec spec, GroundTruth truth, int frames, int height, int width, PreviewOptions options)
    {
        _options = options;
        var grid = truth.Grid;
        // A run that stops before the motion step leaves a movie of the whole canvas.
        var isFov = height == grid.FovHeight && width == grid.FovWidth;
        var margin = isFov ? grid.Margin : 0;
        var shifts = isFov ? truth.Shifts?.ToDoubles() : null;
        _sample = new MovieSample(frames, height, width, options.MaxReads, shifts);
        var (rise, activity) = RiseAndActivity(truth);
        _cells = WithVisibility(CellsOf(truth, margin), rise);
        _chosen = options.Cells is { } asked ? [.. asked.Distinct()] : Choose(truth, _cells, rise, activity, options.Traces);
        _shownFrame = options.Frame ?? ShownFrameOf(truth, _cells, _sample);
        _windowFrames = (int)Math.Min(Math.Min(frames, TraceWindowFrames), Math.Max(2, Math.Round(TraceWindowS * spec.Acquisition.Fps)));
        _windowFirst = Math.Clamp(_shownFrame - _windowFrames / 2, 0, frames - _windowFrames);
        if (truth.C is { } traces && _chosen.Length > 0)
            _measured = new MeasuredTraces(height, width, [.. _chosen.Select(c => (truth.Observed(c) is var o ? o with { Row = o.Row - margin, Col = o.Col - margin } : o, PictureModel.Row(traces, c, _windowFirst, _windowFrames)))], _windowFirst, shifts);
    }

    /// <summary>Whether the frame has to be taken.</summary>
    public bool Needs(int frame) => IsInWindow(frame) || frame == _shownFrame || IsSampled(frame);

    private bool IsSampled(int frame) => Array.BinarySearch(_sample.Frames, frame) >= 0;

    private bool IsInWindow(int frame) => _measured is not null && frame >= _windowFirst && frame < _windowFirst + _windowFrames;

    /// <summary>The next frame that is needed. The pixels are not kept.</summary>
    public void Take(int frame, float[] pixels)
    {
        if (frame == _shownFrame) _shown = [.. pixels];
        if (IsInWindow(frame)) _measured!.Take(frame, pixels);
        if (IsSampled(frame)) _sample.Take(frame, pixels);
    }

    /// <summary>All frames were taken.</summary>
    public PictureModel Finish(Recording recording) => new()
    {
        Recording = recording,
        Options = _options,
        Sample = _sample.Finish(),
        Cells = _cells,
        Chosen = _chosen,
        Measured = _measured?.Finish() ?? [.. _chosen.Select(_ => (double[]?)null)],
        ShownFrame = _shownFrame,
        Shown = _shown,
        WindowFrames = _windowFrames,
        WindowFirst = _windowFirst,
    };

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
            var observed = sigma is null || gain is null ? planted : Bright(planted, sigma[i], gain[i], grid);
            var contours = Outline.Of(observed with { Row = observed.Row - margin, Col = observed.Col - margin }, OutlineShare);
            var place = centers is not null
                ? new Position(centers[3 * i], centers[3 * i + 1], centers[3 * i + 2])
                : new Position(double.NaN, (planted.Row + (planted.Height - grid.Height) / 2.0) * grid.PixelSizeUm, (planted.Col + (planted.Width - grid.Width) / 2.0) * grid.PixelSizeUm);
            cells[i] = new PictureCell(i, place, i < detectable.Length && detectable[i], observed.IsEmpty ? 0 : observed.Values.Max(), contours);
        });
        return cells;
    }

    // The observed footprint as far as it can be half as bright as its peak: a blur of σ leaves at most e^(−d²/2σ²) of it d away from what was planted, 0.33 at 1.5 σ.
    private static Footprint Bright(Footprint planted, double sigmaPx, double gain, Grid grid)
    {
        if (planted.IsEmpty) return planted;
        var reach = (int)Math.Ceiling(1.5 * sigmaPx) + 2;
        int top = Math.Max(0, planted.Row - reach), left = Math.Max(0, planted.Col - reach);
        var window = new Patch(top, left, Math.Min(grid.Height, planted.Row + planted.Height + reach) - top, Math.Min(grid.Width, planted.Col + planted.Width + reach) - left);
        var bright = FootprintOptics.Degrade(planted, sigmaPx, gain, window, grid.Height, grid.Width);
        return bright with { Row = bright.Row + top, Col = bright.Col + left };
    }

    /// <summary>Cells that know how well they are seen, against the others.</summary>
    private static PictureCell[] WithVisibility(PictureCell[] cells, double[] rise)
    {
        if (rise.Length == 0) return cells;
        var change = Array.ConvertAll(cells, c => c.Peak * rise[c.Unit]);
        var most = change.Order().ElementAt((int)(0.9 * (cells.Length - 1)));
        return [.. cells.Select((c, i) => c with { Visibility = most > 0 ? (float)Math.Clamp(change[i] / most, 0, 1) : 1 })];
    }

    // How far every trace goes up, and the spikes of every cell, or without spikes the same; empty without traces. Each trace is made once, and not held.
    private static (double[] Rise, double[] Activity) RiseAndActivity(GroundTruth truth)
    {
        if (truth.C is not { } traces || traces.Shape[1] == 0) return ([], []);
        double[] rise = new double[truth.NUnits], activity = new double[truth.NUnits];
        Parallel.For(0, rise.Length, unit =>
        {
            var (low, high) = Extremes.Of(traces.RowOfDoubles(unit));
            rise[unit] = high - low;
            activity[unit] = truth.S?.RowOfDoubles(unit).Sum() ?? rise[unit];
        });
        return (rise, activity);
    }

    /// <summary>Of the cells that fire most, those that change the image most, kept apart from each other so that they are spread
    /// over the field; the detectable ones if there is any.</summary>
    private static int[] Choose(GroundTruth truth, PictureCell[] cells, double[] rise, double[] activity, int wanted)
    {
        if (rise.Length == 0 || wanted == 0) return [];
        var grid = truth.Grid;
        var any = cells.Any(c => c.Detectable);
        // Whole outlines and room for a number: not right at the edge, unless there are no others.
        const double inner = 0.94;
        var candidates = Enumerable.Range(0, cells.Length)
            .Where(i => (!any || cells[i].Detectable) && cells[i].Contours.Length > 0 && grid.InFov(cells[i].Place.Y, cells[i].Place.X))
            .Select(i => (Cell: i, Activity: activity[i]))
            .OrderByDescending(c => grid.InFov(cells[c.Cell].Place.Y / inner, cells[c.Cell].Place.X / inner)).ThenByDescending(c => c.Activity).ThenBy(c => c.Cell).Select(c => c.Cell).ToList();
        // Being apart must not bring in the quiet ones; among the active ones those that are seen best come first.
        candidates = candidates[..Math.Min(candidates.Count, Math.Max(3 * wanted, candidates.Count / 4))];
        candidates = [.. candidates.OrderByDescending(c => cells[c].Peak * rise[c]).ThenBy(c => c)];
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

        static double Distance(Position a, Position b) => Math.Sqrt((a.Y - b.Y) * (a.Y - b.Y) + (a.X - b.X) * (a.X - b.X));
    }

    /// <summary>The sampled frame in which the detectable cells are brightest; the middle one without traces.</summary>
    private static int ShownFrameOf(GroundTruth truth, PictureCell[] cells, MovieSample sample)
    {
        if (sample.Frames.Length == 0) return -1;
        var best = sample.Frames[sample.Frames.Length / 2];
        if (truth.C is not { } traces) return best;
        var sums = new double[sample.Frames.Length];
        foreach (var cell in cells)
        {
            if (!cell.Detectable) continue;
            var trace = traces.RowOfDoubles(cell.Unit);
            for (var k = 0; k < sums.Length; k++) sums[k] += trace[sample.Frames[k]];
        }
        var most = double.NegativeInfinity;
        for (var k = 0; k < sums.Length; k++)
            if (sums[k] > most && sums[k] > 0) (most, best) = (sums[k], sample.Frames[k]);
        return best;
    }
}
