using System.Runtime.InteropServices;
using Minisim.Rendering;
using Minisim.Scenes;

namespace Minisim;

public sealed partial class CompiledScene
{
    private readonly Lock _lightLock = new();
    private (FrameRenderer Cells, FrameRenderer All)? _light;

    /// <summary>What a pixel is made of, by the renderer itself: it renders the pixel's row with all light, and with that of the cells alone.</summary>
    /// <param name="row">Row of the movie.</param>
    /// <param name="col">Column of the movie.</param>
    /// <param name="firstFrame">First frame.</param>
    /// <param name="count">Number of frames.</param>
    /// <exception cref="ArgumentOutOfRangeException">The pixel or the frames are not in the movie.</exception>
    internal PixelBudget PixelBudget(int row, int col, int firstFrame, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfNegative(col);
        ArgumentOutOfRangeException.ThrowIfNegative(firstFrame);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Height);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(col, Width);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstFrame, Frames - count);
        var (cellsAlone, allLight) = Light();
        var scale = _scene.Sensor?.ElectronsPerUnit ?? 1;
        var leakage = _scene.OffsetAt(row * Width + col) * scale;
        double[] cells = Trace(cellsAlone, row, col, firstFrame, count, scale), expected = Trace(allLight, row, col, firstFrame, count, scale);
        var hasBackground = _scene.Lights.Any(g => g.Shapes is not CellShapes);
        var background = new double[count];
        for (var f = 0; f < count; f++) background[f] = !hasBackground ? 0 : expected[f] - cells[f] - leakage;
        int[] counts = [];
        if (_scene.Sensor is not null) counts = Array.ConvertAll(Trace(_renderer.Value, row, col, firstFrame, count, 1), v => (int)v);
        return new(firstFrame, cells, background, leakage, expected, counts, _scene.Sensor is { } sensor ? 1 / sensor.GainAduPerE : 1, _scene.Sensor?.ReadNoiseE ?? 0);
    }

    private (FrameRenderer Cells, FrameRenderer All) Light()
    {
        lock (_lightLock)
        {
            if (_light is { } known) return known;
            var parallelism = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
            // What the movie's own renderer has cut is shared.
            var whole = _renderer.Value;
            var cells = new FrameRenderer(_scene with { Lights = [.. _scene.Lights.Where(g => g.Shapes is CellShapes)], SensorOffsets = [], Sensor = null }, parallelism, previous: whole);
            var made = (cells, new FrameRenderer(_scene with { Sensor = null }, parallelism, previous: whole));
            _light = made;
            return made;
        }
    }

    private static double[] Trace(FrameRenderer renderer, int row, int col, int firstFrame, int count, double scale)
    {
        var trace = new double[count];
        var block = renderer.BlockFrames;
        Parallel.For(0, (count + block - 1) / block, () => renderer.CreateWorkspace(), (b, _, workspace) =>
        {
            var first = b * block;
            var n = Math.Min(block, count - first);
            var pixels = new byte[n * renderer.FrameBytes / renderer.Height];
            renderer.RenderRow(workspace, row, firstFrame + first, n, pixels);
            for (var f = 0; f < n; f++)
            {
                var at = f * renderer.Width + col;
                trace[first + f] = scale * (renderer.PixelType switch
                {
                    Minisim.Truth.PixelType.UInt8 => pixels[at],
                    Minisim.Truth.PixelType.UInt16 => MemoryMarshal.Cast<byte, ushort>(pixels)[at],
                    _ => MemoryMarshal.Cast<byte, float>(pixels)[at],
                });
            }
            return workspace;
        }, workspace => workspace.Dispose());
        return trace;
    }

    private void DisposeLight()
    {
        if (_light is not { } light) return;
        light.Cells.Dispose();
        light.All.Dispose();
    }
}
