namespace Minisim.Scenes;

/// <summary>The cells as they reach the canvas: blurred and dimmed if optics ran, else as planted.</summary>
internal sealed class CellShapes : IFootprints, IEquatable<CellShapes>
{
    private readonly IReadOnlyList<Cell> _cells;
    private readonly CellOptics[]? _optics;
    private readonly Grid _grid;
    private readonly Patch[] _bounds;

    /// <param name="cells">The cells.</param>
    /// <param name="optics">What the objective does to each; null without optics.</param>
    /// <param name="grid">The canvas.</param>
    public CellShapes(IReadOnlyList<Cell> cells, CellOptics[]? optics, Grid grid)
    {
        (_cells, _optics, _grid) = (cells, optics, grid);
        _bounds = new Patch[_cells.Count];
        for (var i = 0; i < _bounds.Length; i++)
        {
            var planted = _cells[i].Planted;
            _bounds[i] = optics is null ? new Patch(planted.Row, planted.Col, planted.Height, planted.Width)
                : FootprintOptics.Bounds(planted, optics[i].SigmaPx, grid.Height, grid.Width);
        }
    }

    public int Count => _cells.Count;
    public Patch Bounds(int source) => _bounds[source];
    public double SigmaPx(int source) => _optics is null ? 0 : _optics[source].SigmaPx;
    public Lateral CentreUm(int source) => new(_cells[source].Position.Y, _cells[source].Position.X);

    public void Fill(int source, Span<float> values)
    {
        values = values[..(_bounds[source].Height * _bounds[source].Width)];
        if (_optics is null)
        {
            _cells[source].Planted.Values.CopyTo(values);
            return;
        }
        FootprintOptics.Degrade(_cells[source].Planted, _optics[source].SigmaPx, _optics[source].Gain, _bounds[source], values);
    }

    public void Sample(int source, Patch nodes, int step, Span<float> values) =>
        FootprintOptics.Sample(_cells[source].Planted, _optics![source].SigmaPx, _optics[source].Gain, nodes, step, values);

    /// <summary>One shape with its place.</summary>
    public Footprint this[int source]
    {
        get
        {
            var bounds = _bounds[source];
            if (bounds.IsEmpty) return Footprint.Empty;
            var values = new float[bounds.Height * bounds.Width];
            Fill(source, values);
            return new Footprint(bounds.Row, bounds.Col, bounds.Height, bounds.Width, values);
        }
    }

    /// <summary>Whether both are the same cells under the same optics.</summary>
    public bool Equals(CellShapes? other) => other is not null && ReferenceEquals(_cells, other._cells) && _grid == other._grid
        && (ReferenceEquals(_optics, other._optics) || _optics is not null && other._optics is not null && _optics.AsSpan().SequenceEqual(other._optics));

    public override bool Equals(object? obj) => Equals(obj as CellShapes);
    public override int GetHashCode() => HashCode.Combine(_cells.Count, _grid);
}
