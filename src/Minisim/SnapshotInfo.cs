
namespace Minisim;

/// <summary>An intermediate movie, Float32: after a tissue stage it has the shape of the canvas, later of the FOV.</summary>
/// <param name="Name">Stage name, e.g. <c>cells_only</c>.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public sealed record SnapshotInfo(string Name, int Height, int Width);
