using Minisim.Random;
using Minisim.Scene;

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
        var reach = SomaShape.ReachPx(radiusPx, population.Irregularity);
        var cytosolic = population.Morphology == "cytosolic";
        double lengthPx = population.DendriteLengthUm / grid.PixelSizeUm, widthPx = population.DendriteWidthUm / grid.PixelSizeUm;
        if (cytosolic) reach = Math.Max(reach, Dendrites.ReachPx(radiusPx, lengthPx, widthPx));

        // A cell that cannot touch the canvas costs nothing. The margins of 2 px leave room for rounding.
        if (row + reach < -grid.Margin - 2 || row - reach > grid.FovHeight + grid.Margin + 2
            || col + reach < -grid.Margin - 2 || col - reach > grid.FovWidth + grid.Margin + 2)
            return Footprint.Empty;

        window.Open(row, col, reach);
        SomaShape.Draw(window, row, col, radiusPx, population.Irregularity, soma);
        if (cytosolic) Dendrites.Draw(window, row, col, radiusPx, lengthPx, widthPx, dendrites);
        return window.Close(grid);
    }
}

/// <summary>A scratch image around one cell, reused from cell to cell by one thread. Overlapping structures combine by
/// maximum: a pixel is either inside or not, and structures that cross are not twice as bright.</summary>
internal sealed class FootprintWindow
{
    private float[] _weights = [];
    private int _row, _col, _height, _width;
    private int _top, _left, _bottom, _right;

    /// <summary>A clear window of ± <paramref name="reach"/> pixels around a place.</summary>
    public void Open(double row, double col, double reach)
    {
        _row = (int)Math.Floor(row - reach) - 1;
        _col = (int)Math.Floor(col - reach) - 1;
        _height = (int)Math.Ceiling(row + reach) + 2 - _row;
        _width = (int)Math.Ceiling(col + reach) + 2 - _col;
        if (_weights.Length < _height * _width) _weights = new float[_height * _width];
        else Array.Clear(_weights, 0, _height * _width);
        (_top, _left, _bottom, _right) = (int.MaxValue, int.MaxValue, int.MinValue, int.MinValue);
    }

    public bool IsBlank => _bottom < _top;

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

    /// <summary>The smallest patch of what was drawn, clipped to the canvas, in canvas indices.</summary>
    public Footprint Close(Grid grid)
    {
        int top = Math.Max(_top, -grid.Margin), bottom = Math.Min(_bottom, grid.FovHeight + grid.Margin - 1);
        int left = Math.Max(_left, -grid.Margin), right = Math.Min(_right, grid.FovWidth + grid.Margin - 1);
        if (IsBlank) return Footprint.Empty;
        while (top <= bottom && RowIsBlank(top, left, right)) top++;
        while (bottom >= top && RowIsBlank(bottom, left, right)) bottom--;
        while (left <= right && ColIsBlank(left, top, bottom)) left++;
        while (right >= left && ColIsBlank(right, top, bottom)) right--;
        if (bottom < top || right < left) return Footprint.Empty;
        int height = bottom - top + 1, width = right - left + 1;
        var values = new float[height * width];
        for (var r = 0; r < height; r++)
            _weights.AsSpan((top + r - _row) * _width + left - _col, width).CopyTo(values.AsSpan(r * width));
        return new Footprint(top + grid.Margin, left + grid.Margin, height, width, values);
    }

    private bool RowIsBlank(int row, int left, int right) =>
        right < left || !_weights.AsSpan((row - _row) * _width + left - _col, right - left + 1).ContainsAnyExcept(0f);

    private bool ColIsBlank(int col, int top, int bottom)
    {
        for (var r = top; r <= bottom; r++)
            if (_weights[(r - _row) * _width + col - _col] != 0)
                return false;
        return true;
    }
}
