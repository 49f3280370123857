namespace Minisim.Scenes;

/// <summary>Fields of light over the whole canvas.</summary>
/// <param name="fields">(field, pixel), row-major.</param>
/// <param name="grid">The canvas.</param>
internal sealed class FieldShapes(float[][] fields, Grid grid) : IFootprints
{
    public int Count => fields.Length;
    public Patch Bounds(int source) => new(0, 0, grid.Height, grid.Width);
    public void Fill(int source, Span<float> values) => fields[source].CopyTo(values);
    public double SigmaPx(int source) => 0;
    public Lateral CentreUm(int source) => default;
    public void Sample(int source, Patch nodes, int step, Span<float> values) => throw new NotSupportedException("fields of the canvas are rendered pixel by pixel");

    /// <summary>A row of a field.</summary>
    public ReadOnlySpan<float> Row(int source, int row) => fields[source].AsSpan(row * grid.Width, grid.Width);
}
