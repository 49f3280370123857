namespace Minisim.Scenes;

/// <summary>The footprints of all cells as they reach the canvas: observed if optics ran, else planted. Recipes, not pixels:
/// each is made when it is asked for, into the caller's memory, so that a dense scene never holds them twice.</summary>
internal sealed class CanvasFootprints : IFootprints
{
    private readonly Cell[] _cells;
    private readonly CellOptics[]? _optics;
    private readonly Patch[] _bounds;
    private readonly bool _isCrowded;
    /// <summary>Blur, px, from which a grid of step 2 tells all of a cell.</summary>
    private const double MiddlingPx = 12;
    /// <summary>Bytes of patches that are kept at most.</summary>
    private const long MaxKept = 64 << 20;
    private readonly float[]?[] _kept;
    private long _keptBytes;

    /// <param name="cells">The cells.</param>
    /// <param name="optics">What the objective does to each; null without optics.</param>
    /// <param name="grid">The canvas.</param>
    /// <param name="isCrowded">Whether cells of middling blur are many enough for a grid of their own; null to find out.</param>
    public CanvasFootprints(IReadOnlyList<Cell> cells, CellOptics[]? optics, Grid grid, bool? isCrowded = null)
    {
        _cells = [.. cells];
        _optics = optics;
        _isCrowded = isCrowded ?? IsCrowded(grid);
        _bounds = new Patch[_cells.Length];
        _kept = new float[_cells.Length][];
        for (var i = 0; i < _bounds.Length; i++)
        {
            var planted = _cells[i].Planted;
            _bounds[i] = optics is null ? new Patch(planted.Row, planted.Col, planted.Height, planted.Width)
                : FootprintOptics.Bounds(planted, optics[i].SigmaPx, grid.Height, grid.Width);
        }
    }

    /// <summary>Number of cells.</summary>
    public int Count => _cells.Length;

    /// <summary>Where a cell can be lit.</summary>
    public Patch Bounds(int cell) => _bounds[cell];

    /// <summary>Writes a cell's patch (row, column), row-major. Thread-safe.</summary>
    public void Fill(int cell, Span<float> values)
    {
        values = values[..(_bounds[cell].Height * _bounds[cell].Width)];
        if (Interlocked.Exchange(ref _kept[cell], null) is { } kept)
        {
            kept.CopyTo(values);
            Interlocked.Add(ref _keptBytes, -4L * kept.Length);
            return;
        }
        if (_optics is null)
        {
            _cells[cell].Planted.Values.CopyTo(values);
            return;
        }
        values.Clear();
        FootprintOptics.Degrade(_cells[cell].Planted, _optics[cell].SigmaPx, _optics[cell].Gain, _bounds[cell], values);
    }

    /// <summary>The footprint of a cell, for somebody who needs it before the renderer does: it is then kept for the next <see cref="Fill"/>, if
    /// that will come and there is room. Thread-safe.</summary>
    public Footprint MakeEarly(int cell)
    {
        var bounds = _bounds[cell];
        if (_optics is null || bounds.IsEmpty) return _optics is null ? _cells[cell].Planted : Footprint.Empty;
        var values = new float[bounds.Height * bounds.Width];
        Fill(cell, values);
        if (Step(cell) == 1)
        {
            if (Interlocked.Add(ref _keptBytes, 4L * values.Length) <= MaxKept) _kept[cell] = values;
            else Interlocked.Add(ref _keptBytes, -4L * values.Length);
        }
        return new Footprint(bounds.Row, bounds.Col, bounds.Height, bounds.Width, values);
    }

    /// <summary>Pixels from node to node of the coarsest grid that a cell can be sampled on: a sixth of its blur, in powers of 2 from 4, in
    /// crowded scenes from 2, to 16; 1 if it needs every pixel.</summary>
    public int Step(int cell) => _optics is null ? 1 : _optics[cell].SigmaPx switch { >= 96 => 16, >= 48 => 8, >= 24 => 4, >= MiddlingPx when _isCrowded => 2, _ => 1 };

    // A grid costs every pixel a few nanoseconds, a cell 0.05 ns at each of its pixels: measured with 5000 cells on 256 × 256. Cells
    // outside of the FOV do not count, so that the margin decides nothing.
    private bool IsCrowded(Grid grid)
    {
        const double enough = 64;
        if (_optics is null) return false;
        double covered = 0;
        for (var i = 0; i < _cells.Length; i++)
        {
            if (_optics[i].SigmaPx is not (>= MiddlingPx and < 24) || !grid.InFov(_cells[i].Position.Y, _cells[i].Position.X)) continue;
            double side = 2 * FootprintOptics.GaussianRadius(_optics[i].SigmaPx) + 1;
            covered += side * side;
        }
        return covered > enough * grid.FovHeight * grid.FovWidth;
    }

    /// <summary>The cells that need every pixel.</summary>
    public IFootprints Sharp() => new SharpOnly(this);

    /// <summary>The cells of a grid's step, on its nodes.</summary>
    public IFootprints On(CoarseGrid grid) => new Sampled(this, grid);

    private sealed class SharpOnly(CanvasFootprints all) : IFootprints
    {
        public int Count => all.Count;
        public Patch Bounds(int cell) => all.Step(cell) == 1 ? all.Bounds(cell) : default;
        public void Fill(int cell, Span<float> values) => all.Fill(cell, values);
    }

    private sealed class Sampled(CanvasFootprints all, CoarseGrid grid) : IFootprints
    {
        public int Count => all.Count;

        public Patch Bounds(int cell) => all.Step(cell) == grid.Step && !all.Bounds(cell).IsEmpty ? grid.Around(all.Bounds(cell)) : default;

        public void Fill(int cell, Span<float> values)
        {
            var bounds = Bounds(cell);
            values = values[..(bounds.Height * bounds.Width)];
            values.Clear();
            FootprintOptics.Sample(all._cells[cell].Planted, all._optics![cell].SigmaPx, all._optics[cell].Gain, grid, bounds, values);
        }
    }
}
