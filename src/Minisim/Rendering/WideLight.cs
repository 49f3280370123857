using System.Numerics;
using System.Runtime.CompilerServices;
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
    // A vector may be read past the end of a row, and two nodes before it: those lie at the start of a cache line.
    private const int Lead = 18, Slack = 30;
    private const int Pattern = 2 * Run;

    private readonly CoarseGrid _grid;
    private readonly SourceTiles _tiles;
    private readonly float[] _weights;
    // (node, pixel): the weights across for a vector of pixels that begins at any phase.
    private readonly float[] _across;
    private readonly float[]? _mask;
    private readonly int _sources, _stride;
    // What it adds to: rows or columns from node to node, those of the first node, and columns in all.
    private readonly int _step, _firstRow, _firstColumn, _width;
    // The grid of the ladder that it adds to, or null for the canvas; and whether it is of the ladder.
    private readonly WideLight? _finer;
    private readonly bool _isOfLadder;

    private WideLight(Scene scene, LightLayout lights, CoarseGrid grid, SourceTiles tiles, WideLight? finer, bool isOfLadder)
    {
        _grid = grid;
        _tiles = tiles;
        _sources = lights.Count;
        _stride = Lead + _tiles.Runs * Run + Slack;
        (_finer, _isOfLadder) = (finer, isOfLadder);
        _mask = finer is null ? scene.TissueFactor : null;
        var unit = finer?._grid.Step ?? 1;
        _step = grid.Step / unit;
        (_firstRow, _firstColumn) = ((grid.FirstRow - (finer?._grid.FirstRow ?? 0)) / unit, (grid.FirstColumn - (finer?._grid.FirstColumn ?? 0)) / unit);
        _width = finer is null ? grid.Canvas.Width : finer._tiles.Runs * Run;
        _weights = CoarseGrid.Weights(_step);
        _across = new float[CoarseGrid.Taps * Pattern];
        for (var i = 0; i < _across.Length; i++) _across[i] = _weights[i % Pattern % _step * CoarseGrid.Taps + i / Pattern];
    }

    /// <summary>The grids that the light of a scene needs.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="lights">Its sources.</param>
    /// <param name="shared">The grids of another scene with the same shapes, to take the tiles from, or null.</param>
    /// <param name="spare">Memory to use.</param>
    /// <param name="parallelism">Threads.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static WideLight[] Of(Scene scene, LightLayout lights, WideLight[]? shared, SpareMemory spare, ParallelOptions parallelism, CancellationToken cancellation)
    {
        var wide = new WideLight[lights.Grids.Count];
        for (var k = 0; k < wide.Length; k++)
        {
            var (step, isBackground) = lights.Grids[k];
            var grid = new CoarseGrid(scene.Grid, step);
            var finer = isBackground && k > 0 && lights.Grids[k - 1].IsBackground ? wide[k - 1] : null;
            wide[k] = new WideLight(scene, lights, grid, shared?[k]._tiles.Share() ?? SourceTiles.OfNodes(grid, k, lights, spare, parallelism, cancellation), finer, isBackground);
        }
        return wide;
    }

    /// <summary>Whether it adds to the canvas, and not to the next finer grid.</summary>
    public bool IsOnCanvas => _finer is null;

    /// <summary>Bytes of all weights.</summary>
    public long Bytes => _tiles.Bytes;

    /// <summary>Floats of a frame of nodes.</summary>
    public long FrameFloats => (long)_grid.Rows * _stride;

    /// <summary>Floats that a row in the making needs.</summary>
    public int ScratchFloats => _stride;

    /// <summary>Sums the cells at the nodes.</summary>
    /// <param name="emission">As for <see cref="CompositeKernel"/>.</param>
    /// <param name="groups">Groups of frames.</param>
    /// <param name="nodes">(frame, <see cref="FrameFloats"/>); 0 where no cell is.</param>
    public void Composite<S, F, U>(float* emission, int groups, float* nodes)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        for (var row = 0; row < _grid.Rows; row++)
        {
            var tile = _tiles[row];
            for (var run = 0; run < _tiles.Runs; run++)
                // The coarser grid of a ladder adds to nodes without a cell.
                if (tile.Start[run + 1] > tile.Start[run] || _isOfLadder)
                    CompositeKernel.Run<S, F, U>(tile, run, emission, (long)_sources * CompositeKernel.Group, groups, nodes + (long)row * _stride + Lead + run * Run, FrameFloats);
        }
    }

    /// <summary>Adds the interpolated light to all nodes of the next finer grid of the ladder.</summary>
    /// <param name="nodes">(frame, <see cref="FrameFloats"/>).</param>
    /// <param name="finer">As much of the finer grid.</param>
    /// <param name="frames">Frames.</param>
    /// <param name="scratch"><see cref="ScratchFloats"/> floats.</param>
    public void AddToFiner<S, F, U>(float* nodes, float* finer, int frames, float* scratch)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        for (var f = 0; f < frames; f++)
            for (var row = 0; row < _finer!._grid.Rows; row++)
                AddTo<S, F, U>(nodes + f * FrameFloats, row, finer + f * _finer.FrameFloats + (long)row * _finer._stride + Lead, scratch);
    }

    /// <summary>Adds the interpolated light to a row of one frame: of the canvas, or of the next finer grid.</summary>
    /// <param name="nodes">The frame's nodes.</param>
    /// <param name="row">Row of the canvas or of that grid.</param>
    /// <param name="target">The row's pixels.</param>
    /// <param name="scratch"><see cref="ScratchFloats"/> floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddTo<S, F, U>(float* nodes, int row, float* target, float* scratch)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        int step = _step, width = _width, first = (row - _firstRow) / step - 2;
        var column = scratch + Lead;
        int fromRun = 0, toRun = _tiles.Runs;
        while (fromRun < toRun && !Lit(first, fromRun)) fromRun++;
        while (fromRun < toRun && !Lit(first, toRun - 1)) toRun--;
        if (fromRun == toRun) return;
        fixed (float* weights = _weights)
        fixed (float* across = _across)
        fixed (float* mask = _mask)
        {
            var down = weights + (row - _firstRow) % step * CoarseGrid.Taps;
            F v0 = S.Broadcast(down[0]), v1 = S.Broadcast(down[1]), v2 = S.Broadcast(down[2]), v3 = S.Broadcast(down[3]), v4 = S.Broadcast(down[4]), v5 = S.Broadcast(down[5]);
            var from = nodes + (long)first * _stride + Lead;
            for (var x = fromRun * Run - 2; x < toRun * Run + 3; x += S.Count)
            {
                var node = from + x;
                var sum = S.Mul(v0, S.Load(node));
                sum = S.Fma(v1, S.Load(node += _stride), sum);
                sum = S.Fma(v2, S.Load(node += _stride), sum);
                sum = S.Fma(v3, S.Load(node += _stride), sum);
                sum = S.Fma(v4, S.Load(node += _stride), sum);
                S.Store(S.Fma(v5, S.Load(node += _stride), sum), column + x);
            }
            var transmission = mask is null ? null : mask + (long)row * width;
            for (var run = fromRun; run < toRun;)
            {
                if (!Lit(first, run))
                {
                    run++;
                    continue;
                }
                // Runs with light, as far as they follow one another.
                var start = run;
                while (run < toRun && Lit(first, run)) run++;
                var left = _firstColumn + start * Run * step;
                int begin = Math.Max(0, -left), end = Math.Min((run - start) * Run * step, width - left);
                Across<S, F, U>(across, column + start * Run - 2, step, target + left, transmission is null ? null : transmission + left, begin, end);
            }
        }
    }

    // Pixels from begin to end, of those from a node on.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Across<S, F, U>(float* across, float* near, int step, float* to, float* transmission, int begin, int end)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        var shift = BitOperations.Log2((uint)step);
        // The nodes of a vector of pixels: one for all of them, or several, each as often as it has pixels.
        var isOne = step >= S.Count;
        var isWithin = !isOne && (S.Count >> shift) + CoarseGrid.Taps - 1 <= S.Count;
        U n0 = S.Shr(S.Sequence(0), shift), n1 = S.Shr(S.Sequence(1u << shift), shift), n2 = S.Shr(S.Sequence(2u << shift), shift), n3 = S.Shr(S.Sequence(3u << shift), shift), n4 = S.Shr(S.Sequence(4u << shift), shift), n5 = S.Shr(S.Sequence(5u << shift), shift);
        F w0 = S.Load(across), w1 = S.Load(across + Pattern), w2 = S.Load(across + 2 * Pattern), w3 = S.Load(across + 3 * Pattern), w4 = S.Load(across + 4 * Pattern), w5 = S.Load(across + 5 * Pattern);
        var edge = stackalloc float[S.Count];
        for (var x = begin & -S.Count; x < end; x += S.Count)
        {
            var node = near + (x >> shift);
            F light;
            if (isOne) light = OfOne<S, F, U>(across + (x & step - 1), node);
            // A vector begins at a node and has the same weights as every other.
            else if (isWithin)
            {
                // All its nodes are in one vector of them.
                var nodes = S.Load(node);
                light = S.Mul(w0, S.Pick(nodes, n0));
                light = S.Fma(w1, S.Pick(nodes, n1), light);
                light = S.Fma(w2, S.Pick(nodes, n2), light);
                light = S.Fma(w3, S.Pick(nodes, n3), light);
                light = S.Fma(w4, S.Pick(nodes, n4), light);
                light = S.Fma(w5, S.Pick(nodes, n5), light);
            }
            else
            {
                light = S.Mul(w0, S.Pick(S.Load(node), n0));
                light = S.Fma(w1, S.Pick(S.Load(node + 1), n0), light);
                light = S.Fma(w2, S.Pick(S.Load(node + 2), n0), light);
                light = S.Fma(w3, S.Pick(S.Load(node + 3), n0), light);
                light = S.Fma(w4, S.Pick(S.Load(node + 4), n0), light);
                light = S.Fma(w5, S.Pick(S.Load(node + 5), n0), light);
            }
            if (x >= begin && x + S.Count <= end)
            {
                S.Store(S.Add(S.Load(to + x), transmission is null ? light : S.Mul(S.Load(transmission + x), light)), to + x);
                continue;
            }
            // Where it would reach beyond.
            S.Store(light, edge);
            for (var i = Math.Max(x, begin); i < Math.Min(x + S.Count, end); i++) to[i] += transmission is null ? edge[i - x] : transmission[i] * edge[i - x];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static F OfOne<S, F, U>(float* weight, float* node)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        var sum = S.Mul(S.Load(weight), S.Broadcast(node[0]));
        for (var k = 1; k < CoarseGrid.Taps; k++) sum = S.Fma(S.Load(weight + k * Pattern), S.Broadcast(node[k]), sum);
        return sum;
    }

    /// <summary>Whether any node in reach of a run's pixels has a cell. The footprints reach as far as the interpolation does; on the ladder the light of
    /// coarser grids may be anywhere.</summary>
    private bool Lit(int firstRow, int run)
    {
        if (_isOfLadder) return true;
        for (var row = firstRow; row < firstRow + CoarseGrid.Taps; row++)
            if (_tiles[row].Start[run + 1] > _tiles[row].Start[run]) return true;
        return false;
    }

    public void Dispose() => _tiles.Dispose();
}
