using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Minisim.Scenes;

namespace Minisim.Rendering;

/// <summary>What shines on a grid, cut into runs of 16 columns and sorted by row and run, so that the composite walks
/// memory once, forwards, however the cells overlap.</summary>
/// <remarks>Sources are entered in ascending order, which fixes the order of the sums. The tissue's transmission is folded into the
/// weights. The patches of the sources tell how many entries each run gets, so that every weight is written once, to its place. Immutable once
/// built; several renderers may share one.</remarks>
internal sealed unsafe class SourceTiles : IDisposable
{
    /// <summary>Columns of a run.</summary>
    public const int RunLength = 16;
    private const int Batch = 64;

    private readonly TileRow[] _rows;
    private readonly AlignedBuffer _starts, _sources, _weights;
    private readonly SpareMemory _spare;
    private int _users = 1;

    private SourceTiles(TileRow[] rows, AlignedBuffer starts, AlignedBuffer sources, AlignedBuffer weights, SpareMemory spare, int runs, long entries)
    {
        (_rows, _starts, _sources, _weights, _spare) = (rows, starts, sources, weights, spare);
        Runs = runs;
        Entries = entries;
    }

    /// <summary>Runs in a row.</summary>
    public int Runs { get; }
    /// <summary>Number of (source, row, run) entries, each of 16 weights.</summary>
    public long Entries { get; }
    /// <summary>Bytes of all weights.</summary>
    public long Bytes => Entries * RunLength * sizeof(float);

    public TileRow this[int row] => _rows[row];

    /// <summary>Cuts the fields and the sources that need every pixel.</summary>
    public static SourceTiles OfCanvas(Scene scene, LightLayout lights, SpareMemory spare, ParallelOptions parallelism, CancellationToken cancellation) =>
        Build(scene.Grid.Height, scene.Grid.Width, lights, lights.DenseCount, lights.OnCanvas, lights.Fill, scene.TissueFactor, spare, parallelism, cancellation);

    /// <summary>Cuts the sources that the coarse grid with an index in <see cref="LightLayout.Grids"/> is enough for.</summary>
    public static SourceTiles OfNodes(CoarseGrid grid, int index, LightLayout lights, SpareMemory spare, ParallelOptions parallelism, CancellationToken cancellation) =>
        Build(grid.Rows, grid.Columns, lights, 0, source => lights.OnNodes(source, index, grid), (source, values) => lights.Fill(source, index, grid, values), null, spare, parallelism, cancellation);

    private delegate void FillPatch(int source, Span<float> values);

    private static SourceTiles Build(int height, int width, LightLayout lights, int dense, Func<int, Patch> boundsOf, FillPatch fill, float[]? mask, SpareMemory spare,
        ParallelOptions parallelism, CancellationToken cancellation)
    {
        var runs = (width + RunLength - 1) / RunLength;
        int[] sources = [.. Enumerable.Range(0, lights.Count).Where(i => !boundsOf(i).IsEmpty)];
        var bounds = Array.ConvertAll(sources, i => boundsOf(i));
        var tiles = Allocate(dense, bounds, height, runs, spare);
        var rows = tiles._rows;
        var next = new int[height][];
        Parallel.For(0, height, parallelism, row =>
        {
            next[row] = new ReadOnlySpan<int>(rows[row].Start, runs).ToArray();
            for (var k = 0; k < dense; k++) rows[row].Add(k, lights.DenseRow(k, row), 0, next[row], MaskOf(row));
        });
        ReadOnlySpan<float> MaskOf(int row) => mask is null ? [] : mask.AsSpan(row * width, width);

        var patches = new float[Batch][];
        for (var first = 0; first < sources.Length; first += Batch)
        {
            cancellation.ThrowIfCancellationRequested();
            var (start, count) = (first, Math.Min(Batch, sources.Length - first));
            Parallel.For(0, count, parallelism, i =>
            {
                patches[i] = ArrayPool<float>.Shared.Rent(bounds[start + i].Height * bounds[start + i].Width);
                fill(sources[start + i], patches[i]);
            });
            // By rows: no two threads share a run, and the sources of a run stay in order.
            Parallel.For(0, height, parallelism, row =>
            {
                for (var i = 0; i < count; i++)
                {
                    var patch = bounds[start + i];
                    if (row < patch.Row || row >= patch.Row + patch.Height) continue;
                    rows[row].Add(sources[start + i], patches[i].AsSpan((row - patch.Row) * patch.Width, patch.Width), patch.Col, next[row], MaskOf(row));
                }
            });
            for (var i = 0; i < count; i++) ArrayPool<float>.Shared.Return(patches[i]);
        }
        return tiles;
    }

    private static SourceTiles Allocate(int dense, Patch[] patches, int height, int runs, SpareMemory spare)
    {
        // Entries per row and run, from a difference array down the rows.
        var change = new int[(height + 1) * runs];
        foreach (var bounds in patches)
            for (var run = bounds.Col / RunLength; run <= (bounds.Col + bounds.Width - 1) / RunLength; run++)
            {
                change[bounds.Row * runs + run]++;
                change[(bounds.Row + bounds.Height) * runs + run]--;
            }
        var starts = new AlignedBuffer((long)height * (runs + 1) * sizeof(int), clear: false);
        var start = (int*)starts.Data;
        var entries = new int[runs];
        Array.Fill(entries, dense);
        var first = new long[height + 1];
        for (var row = 0; row < height; row++, start += runs + 1)
        {
            start[0] = 0;
            for (var run = 0; run < runs; run++) start[run + 1] = start[run] + (entries[run] += change[row * runs + run]);
            first[row + 1] = first[row] + start[runs];
        }
        var sources = spare.Rent(first[height] * sizeof(int));
        var weights = spare.Rent(first[height] * RunLength * sizeof(float));
        var rows = new TileRow[height];
        for (var row = 0; row < height; row++)
            rows[row] = new TileRow((int*)starts.Data + (long)row * (runs + 1), (int*)sources.Data + first[row], weights.Floats + first[row] * RunLength);
        return new SourceTiles(rows, starts, sources, weights, spare.Share(), runs, first[height]);
    }

    /// <summary>One user more: the memory is freed when the last has called <see cref="Dispose"/>.</summary>
    /// <exception cref="ObjectDisposedException">The last one has.</exception>
    public SourceTiles Share()
    {
        for (var users = Volatile.Read(ref _users); users > 0;)
        {
            var seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users) return this;
            users = seen;
        }
        throw new ObjectDisposedException(nameof(SourceTiles));
    }

    public void Dispose()
    {
        if (Interlocked.Decrement(ref _users) != 0) return;
        _starts.Dispose();
        _spare.Return(_sources);
        _spare.Return(_weights);
        _spare.Dispose();
    }

    /// <summary>One canvas row: entries of run k are <c>Start[k] … Start[k + 1] − 1</c>.</summary>
    /// <param name="start">First entry of every run, and the total.</param>
    /// <param name="source">Source of every entry.</param>
    /// <param name="weights">16 weights of every entry.</param>
    internal readonly struct TileRow(int* start, int* source, float* weights)
    {
        public int* Start => start;
        public int* Source => source;
        public float* Weights => weights;

        /// <summary>Enters a row of a source into its runs: each weight of them is written, those that the row does not reach as 0.</summary>
        /// <param name="source">The source.</param>
        /// <param name="line">Its weights.</param>
        /// <param name="col">Column of the first.</param>
        /// <param name="next">Slots that are free next, run by run.</param>
        /// <param name="mask">Transmission of the whole row, which is folded in, or empty.</param>
        public void Add(int source, ReadOnlySpan<float> line, int col, int[] next, ReadOnlySpan<float> mask)
        {
            fixed (float* values = line, passed = mask)
                for (var run = col / RunLength; run <= (col + line.Length - 1) / RunLength; run++)
                {
                    var at = run * RunLength - col;
                    var slot = next[run]++;
                    Source[slot] = source;
                    var to = Weights + (long)slot * RunLength;
                    if (at < 0 || at + RunLength > line.Length)
                        for (var x = 0; x < RunLength; x++, at++) to[x] = at < 0 || at >= line.Length ? 0 : passed == null ? values[at] : values[at] * passed[col + at];
                    else if (passed == null) Unsafe.CopyBlockUnaligned(to, values + at, RunLength * sizeof(float));
                    else
                        for (var x = 0; x < RunLength; x += 8) (Vector256.Load(values + at + x) * Vector256.Load(passed + col + at + x)).Store(to + x);
                }
        }
    }
}
