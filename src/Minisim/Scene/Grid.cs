namespace Minisim.Scenes;

/// <summary>The canvas (tissue frame) and, centred in it, the field of view (sensor frame), in pixels.</summary>
/// <param name="FovHeight">Rows of the FOV.</param>
/// <param name="FovWidth">Columns of the FOV.</param>
/// <param name="Margin">Canvas pixels beyond the FOV on every side.</param>
/// <param name="PixelSizeUm">Object-space pixel size, µm.</param>
public sealed record Grid(int FovHeight, int FovWidth, int Margin, double PixelSizeUm)
{
    /// <summary>The field of view of an acquisition, without a margin.</summary>
    internal static Grid Fov(Acquisition acquisition) => new(acquisition.ImageSensor.NPxHeight, acquisition.ImageSensor.NPxWidth, 0, acquisition.PixelSizeUm());

    /// <summary>Rows of the canvas.</summary>
    public int Height => FovHeight + 2 * Margin;
    /// <summary>Columns of the canvas.</summary>
    public int Width => FovWidth + 2 * Margin;

    /// <summary>Canvas index (row, column) of a lateral place in µm.</summary>
    public (double Row, double Col) ToCanvas(double yUm, double xUm) =>
        ((Height - 1) / 2.0 + yUm / PixelSizeUm, (Width - 1) / 2.0 + xUm / PixelSizeUm);

    /// <summary>FOV index (row, column) of a lateral place in µm.</summary>
    public (double Row, double Col) ToFov(double yUm, double xUm) =>
        ((FovHeight - 1) / 2.0 + yUm / PixelSizeUm, (FovWidth - 1) / 2.0 + xUm / PixelSizeUm);

    /// <summary>Whether a lateral place in µm lies in the FOV's box.</summary>
    public bool InFov(double yUm, double xUm) =>
        Math.Abs(yUm) <= FovHeight * PixelSizeUm / 2 && Math.Abs(xUm) <= FovWidth * PixelSizeUm / 2;

    /// <summary>Row-major index of the FOV pixel nearest to a lateral place in µm, clamped to the FOV; ties to even.</summary>
    public int NearestFovPixel(double yUm, double xUm)
    {
        var (row, col) = ToFov(yUm, xUm);
        return (int)Math.Clamp(Math.Round(row), 0, FovHeight - 1) * FovWidth + (int)Math.Clamp(Math.Round(col), 0, FovWidth - 1);
    }

    /// <summary>The canvas pixel under an FOV pixel, as index into row-major fields.</summary>
    public int CanvasPixel(int fovPixel) => (fovPixel / FovWidth + Margin) * Width + fovPixel % FovWidth + Margin;
}
