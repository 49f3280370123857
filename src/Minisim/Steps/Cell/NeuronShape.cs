using Minisim.Random;
using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>The planted footprint of a neuron: sharp, peak 1, soma and, if cytosolic, proximal dendrites.</summary>
internal static class NeuronShape
{
    /// <summary>Draws a neuron. Everything happens in FOV indices, so that its pixels do not depend on the margin; the last act
    /// clips to the canvas.</summary>
    public static Footprint Draw(Population population, double yUm, double xUm, Grid grid, Draws soma, Draws dendrites, FootprintWindow window)
    {
        var (row, col) = grid.ToFov(yUm, xUm);
        var radiusPx = population.SomaRadiusUm / grid.PixelSizeUm;
        double lengthPx = population.DendriteLengthUm / grid.PixelSizeUm, widthPx = population.DendriteWidthUm / grid.PixelSizeUm;
        var cytosolic = population.Morphology == Morphology.Cytosolic;
        var somaReach = SomaShape.ReachPx(radiusPx, population.Irregularity);
        var reach = cytosolic ? Math.Max(somaReach, Dendrites.ReachPx(radiusPx, lengthPx, widthPx)) : somaReach;
        if (!Meets(grid, row, col, reach)) return Footprint.Empty;

        window.Open(grid, row, col, reach);
        // A soma smaller than a pixel still lights its nearest one, wherever that is.
        if (!SomaShape.Draw(window, row, col, radiusPx, population.Irregularity, soma, population.NucleusRadiusFraction, population.NucleusBrightness)) window.Max((int)Math.Round(row), (int)Math.Round(col), 1);
        if (cytosolic) Dendrites.Draw(window, row, col, radiusPx, lengthPx, widthPx, dendrites);
        return window.Close(grid);
    }

    private static bool Meets(Grid grid, double row, double col, double reach) =>
        row + reach >= -grid.Margin && row - reach <= grid.FovHeight - 1 + grid.Margin
        && col + reach >= -grid.Margin && col - reach <= grid.FovWidth - 1 + grid.Margin;
}

/// <summary>A scratch image around one cell, reused from cell to cell by one thread. Overlapping structures combine by
/// maximum: a pixel is either inside or not, and structures that cross are not twice as bright.</summary>
internal sealed class FootprintWindow
{
    private float[] _weights = [];
    private int _row, _col, _height, _width;
    private int _top, _left, _bottom, _right;

    /// <summary>A clear window of ± <paramref name="reach"/> pixels around a place, clipped to the canvas; at least its nearest
    /// pixel.</summary>
    public void Open(Grid grid, double row, double col, double reach)
    {
        int lowest = -grid.Margin, lastRow = grid.FovHeight + grid.Margin - 1, lastCol = grid.FovWidth + grid.Margin - 1;
        _row = (int)Math.Clamp(Math.Floor(row - reach), lowest, lastRow);
        _col = (int)Math.Clamp(Math.Floor(col - reach), lowest, lastCol);
        _height = (int)Math.Clamp(Math.Ceiling(row + reach), lowest, lastRow) + 1 - _row;
        _width = (int)Math.Clamp(Math.Ceiling(col + reach), lowest, lastCol) + 1 - _col;
        var size = checked(_height * _width);
        if (_weights.Length < size) _weights = new float[size];
        else Array.Clear(_weights, 0, size);
        (_top, _left, _bottom, _right) = (int.MaxValue, int.MaxValue, int.MinValue, int.MinValue);
    }

    /// <summary>Whether nothing inside the window has been drawn.</summary>
    public bool IsBlank => _bottom < _top;

    /// <summary>Lights the pixel of the window nearest to a place, as the reference does for a soma that lies off its image.</summary>
    public void LightNearest(double row, double col) =>
        Max((int)Math.Clamp(Math.Round(row), _row, _row + _height - 1), (int)Math.Clamp(Math.Round(col), _col, _col + _width - 1), 1);

    /// <summary>Raises a pixel to a weight &gt; 0; does nothing outside the window.</summary>
    public void Max(int row, int col, float weight)
    {
        int r = row - _row, c = col - _col;
        if ((uint)r >= (uint)_height || (uint)c >= (uint)_width) return;
        ref var pixel = ref _weights[r * _width + c];
        if (weight > pixel) pixel = weight;
        if (row < _top) _top = row;
        if (row > _bottom) _bottom = row;
        if (col < _left) _left = col;
        if (col > _right) _right = col;
    }

    /// <summary>The smallest patch of what was drawn, in canvas indices.</summary>
    public Footprint Close(Grid grid)
    {
        if (IsBlank) return Footprint.Empty;
        int height = _bottom - _top + 1, width = _right - _left + 1;
        var values = new float[height * width];
        for (var r = 0; r < height; r++)
            _weights.AsSpan((_top + r - _row) * _width + _left - _col, width).CopyTo(values.AsSpan(r * width));
        return new Footprint(_top + grid.Margin, _left + grid.Margin, height, width, values);
    }
}
