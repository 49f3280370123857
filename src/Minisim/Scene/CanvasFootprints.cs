namespace Minisim.Scene;

/// <summary>The footprints of all cells as they reach the canvas: observed if optics ran, else planted. Recipes, not pixels:
/// each is made when it is asked for, into the caller's memory, so that a dense scene never holds them twice.</summary>
internal sealed class CanvasFootprints : IFootprints
{
    private readonly Cell[] _cells;
    private readonly CellOptics[]? _optics;
    private readonly Patch[] _bounds;

    public CanvasFootprints(IReadOnlyList<Cell> cells, CellOptics[]? optics, Grid grid)
    {
        _cells = [.. cells];
        _optics = optics;
        _bounds = new Patch[_cells.Length];
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
        if (_optics is null)
        {
            _cells[cell].Planted.Values.CopyTo(values);
            return;
        }
        values.Clear();
        FootprintOptics.Degrade(_cells[cell].Planted, _optics[cell].SigmaPx, _optics[cell].Gain, _bounds[cell], values);
    }

    /// <summary>Pixels from node to node of the coarsest grid that a cell can be sampled on: a sixth of its blur, in powers of 2 from 4 to
    /// 16; 1 if it needs every pixel.</summary>
    public int Step(int cell) => _optics is null ? 1 : _optics[cell].SigmaPx switch { >= 96 => 16, >= 48 => 8, >= 24 => 4, _ => 1 };

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
