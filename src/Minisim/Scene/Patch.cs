namespace Minisim.Scenes;

/// <summary>A rectangle of a grid.</summary>
/// <param name="Row">First row.</param>
/// <param name="Col">First column.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
internal readonly record struct Patch(int Row, int Col, int Height, int Width)
{
    public bool IsEmpty => Height <= 0 || Width <= 0;
}
