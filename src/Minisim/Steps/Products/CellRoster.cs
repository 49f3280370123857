namespace Minisim.Steps;

/// <summary>Which cells there are, not where nor how they look: what their activity depends on. Equal by its entries.</summary>
internal sealed class CellRoster(CellRoster.Entry[] cells) : IEquatable<CellRoster>
{
    /// <summary>A cell, by the names that its draws have.</summary>
    /// <param name="Population"><see cref="Scenes.Cell.Population"/>.</param>
    /// <param name="Index"><see cref="Scenes.Cell.Index"/>.</param>
    /// <param name="IsFilled"><see cref="Scenes.Cell.IsFilled"/>.</param>
    internal readonly record struct Entry(int Population, int Index, bool IsFilled);

    /// <summary>No cell.</summary>
    public static CellRoster None { get; } = new([]);

    /// <summary>In the order of <see cref="PlacedCells.Cells"/>.</summary>
    public Entry[] Cells => cells;

    public bool Equals(CellRoster? other) => other is not null && Cells.AsSpan().SequenceEqual(other.Cells);
    public override bool Equals(object? obj) => Equals(obj as CellRoster);
    public override int GetHashCode() => Cells.Length;
}
