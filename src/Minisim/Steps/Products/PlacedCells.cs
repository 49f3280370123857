using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>The cells that were placed, those of the margin included.</summary>
internal sealed class PlacedCells(Cell[] cells)
{
    /// <summary>No cell.</summary>
    public static PlacedCells None { get; } = new([]);

    public Cell[] Cells => cells;

    /// <summary>Which they are.</summary>
    public CellRoster Roster => new(Array.ConvertAll(cells, c => new CellRoster.Entry(c.Population, c.Index, c.IsFilled)));

    /// <summary>Indices of the cells that are background only.</summary>
    public int[] Background { get; } = [.. Enumerable.Range(0, cells.Length).Where(i => cells[i].IsBackground)];

    /// <summary>Indices of the cells whose centre lies in the FOV.</summary>
    public int[] InFov(Grid grid) => [.. Enumerable.Range(0, cells.Length).Where(i => grid.InFov(cells[i].Position.Y, cells[i].Position.X))];
}
