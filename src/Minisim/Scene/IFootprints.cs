namespace Minisim.Scenes;

/// <summary>Footprints of cells on some grid: recipes, not pixels, each made when it is asked for.</summary>
internal interface IFootprints
{
    /// <summary>Number of cells.</summary>
    int Count { get; }

    /// <summary>Where a cell can be lit; empty if it is not on this grid.</summary>
    Patch Bounds(int cell);

    /// <summary>Writes a cell's patch (row, column), row-major. Thread-safe.</summary>
    void Fill(int cell, Span<float> values);
}
