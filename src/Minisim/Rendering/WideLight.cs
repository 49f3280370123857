using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Minisim.Rendering.Simd;
using Minisim.Scenes;

namespace Minisim.Rendering;

/// <summary>The light of cells so blurred that every fourth pixel or less tells all of it: summed on a coarse grid, frame by
/// frame, and interpolated to the pixels.</summary>
/// <remarks>A cell far out of focus covers most of the canvas; on the grid it costs the square of the step less, in memory and in
/// time. Nodes are counted from the optical axis, so that a wider canvas changes no pixel.</remarks>
internal sealed unsafe class WideLight : IDisposable
{
    private const int Run = SourceTiles.RunLength;
    // A vector may be read past the end of a row, and two nodes before it.
    private const int Lead = 16, Slack = 32;
    private const int Pattern = 2 * Run;

    private readonly CoarseGrid _grid;
    private readonly SourceTiles _tiles;
    private readonly float[] _weights;
    // (node, pixel): the weights across for a vector of pixels that begins at any phase.
    private readonly float[] _across;
    private readonly float[]? _mask;
    private readonly int _sources, _stride;

    private WideLight(Scene scene, LightLayout lights, CoarseGrid grid, SourceTiles tiles)
    {
        _grid = grid;
        _tiles = tiles;
        _weights = CoarseGrid.Weights(grid.Step);
        _across = new float[CoarseGrid.Taps * Pattern];
        for (var i = 0; i < _across.Length; i++) _across[i] = _weights[i % Pattern % grid.Step * CoarseGrid.Taps + i / Pattern];
        _mask = scene.TissueFactor;
        _sources = lights.Count;
        _stride = Lead + _tiles.Runs * Run + Slack;
    }

    /// <summary>The grids that the light of a scene needs.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="lights">Its sources.</param>
    /// <param name="shared">The grids of another scene with the same shapes, to take the tiles from, or null.</param>
    /// <param name="parallelism">Threads.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static WideLight[] Of(Scene scene, LightLayout lights, WideLight[]? shared, ParallelOptions parallelism, CancellationToken cancellation)
    {
        var grids = lights.CoarseSteps.Select(step => new CoarseGrid(scene.Grid, step)).ToArray();
        return [.. grids.Select((grid, k) => new WideLight(scene, lights, grid, shared?[k]._tiles.Share() ?? SourceTiles.OfNodes(grid, lights, parallelism, cancellation)))];
    }

    /// <summary>Bytes of all weights.</summary>
    public long Bytes => _tiles.Bytes;

    /// <summary>Floats of a frame of nodes.</summary>
    public long FrameFloats => (long)_grid.Rows * _stride;

    /// <summary>Floats that a row in the making needs.</summary>
    public int ScratchFloats => _stride + (2 * Run + CoarseGrid.Taps) * _grid.Step;

    /// <summary>Sums the cells at the nodes.</summary>
    /// <param name="emission">As for <see cref="CompositeKernel"/>.</param>
    /// <param name="groups">Groups of frames.</param>
    /// <param name="nodes">(frame, <see cref="FrameFloats"/>); 0 where no cell is.</param>
    public void Composite<S, F, U>(float* emission, int groups, float* nodes)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        for (var row = 0; row < _grid.Rows; row++)
        {
            ref readonly var tile = ref _tiles[row];
            fixed (int* source = tile.Source)
                for (var run = 0; run < _tiles.Runs; run++)
                {
                    int start = tile.Start[run], entries = tile.Start[run + 1] - start;
                    if (entries > 0)
                        CompositeKernel.Run<S, F, U>(source + start, tile.Weights + (long)start * Run, entries, emission, (long)_sources * CompositeKernel.Group, groups,
                            nodes + (long)row * _stride + Lead + run * Run, FrameFloats);
                }
        }
    }

    /// <summary>Adds the interpolated light to a canvas row of one frame.</summary>
    /// <param name="nodes">The frame's nodes.</param>
    /// <param name="row">Canvas row.</param>
    /// <param name="target">The row's pixels.</param>
    /// <param name="scratch"><see cref="ScratchFloats"/> floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddTo<S, F, U>(float* nodes, int row, float* target, float* scratch)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        const int taps = CoarseGrid.Taps;
        int step = _grid.Step, width = _grid.Canvas.Width, first = (row - _grid.FirstRow) / step - 2;
        float* column = scratch + Lead, mixed = scratch + _stride, spread = mixed + Run * step;
        fixed (float* weights = _weights)
        fixed (float* across = _across)
        fixed (float* mask = _mask)
        {
            var vertical = weights + (row - _grid.FirstRow) % step * taps;
            for (var run = 0; run < _tiles.Runs; run++)
            {
                if (!Lit(first, run)) continue;
                for (var x = run * Run - 2; x < run * Run + Run + 3; x += S.Count)
                {
                    var from = nodes + (long)first * _stride + Lead + x;
                    var sum = S.Mul(S.Broadcast(vertical[0]), S.Load(from));
                    for (var k = 1; k < taps; k++) sum = S.Fma(S.Broadcast(vertical[k]), S.Load(from + (long)k * _stride), sum);
                    S.Store(sum, column + x);
                }
                // Each node as often as it has pixels: the k-th node of consecutive pixels then lies at consecutive places.
                for (var k = 0; k < Run + taps - 1; k++)
                {
                    var value = column[run * Run - 2 + k];
                    if (step < 4) spread[2 * k] = spread[2 * k + 1] = value;
                    else
                        for (var i = 0; i < step; i += 4) Vector128.Store(Vector128.Create(value), spread + k * step + i);
                }
                for (var x = 0; x < Run * step; x += S.Count)
                {
                    var weight = across + x % step;
                    var sum = S.Mul(S.Load(weight), S.Load(spread + x));
                    for (var k = 1; k < taps; k++) sum = S.Fma(S.Load(weight + k * Pattern), S.Load(spread + x + k * step), sum);
                    S.Store(sum, mixed + x);
                }
                var left = _grid.FirstColumn + run * Run * step;
                int begin = Math.Max(0, -left), end = Math.Min(Run * step, width - left);
                var to = target + left;
                if (mask is null)
                {
                    var x = begin;
                    for (; x + S.Count <= end; x += S.Count) S.Store(S.Add(S.Load(to + x), S.Load(mixed + x)), to + x);
                    for (; x < end; x++) to[x] += mixed[x];
                }
                else
                {
                    var transmission = mask + (long)row * width + left;
                    var x = begin;
                    for (; x + S.Count <= end; x += S.Count) S.Store(S.Add(S.Load(to + x), S.Mul(S.Load(transmission + x), S.Load(mixed + x))), to + x);
                    for (; x < end; x++) to[x] += transmission[x] * mixed[x];
                }
            }
        }
    }

    /// <summary>Whether any node in reach of a run's pixels has a cell. The footprints reach as far as the interpolation does.</summary>
    private bool Lit(int firstRow, int run)
    {
        for (var row = firstRow; row < firstRow + CoarseGrid.Taps; row++)
            if (_tiles[row].Start[run + 1] > _tiles[row].Start[run]) return true;
        return false;
    }

    public void Dispose() => _tiles.Dispose();
}
