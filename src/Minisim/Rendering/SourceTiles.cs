using System.Buffers;
using Minisim.Scenes;

namespace Minisim.Rendering;

/// <summary>What shines on a grid, cut into runs of 16 columns and sorted by row and run, so that the composite walks
/// memory once, forwards, however the cells overlap.</summary>
/// <remarks>A source is a dense field or a cell: fields come first, then the cells in ascending order, which fixes the order of the
/// sums. The tissue's transmission is folded into the weights. The patches of the cells tell how many entries each run gets, so that
/// every weight is written once, to its place.</remarks>
internal sealed unsafe class SourceTiles : IDisposable
{
    /// <summary>Columns of a run.</summary>
    public const int RunLength = 16;
    private const int Batch = 64;

    private readonly TileRow[] _rows;

    private SourceTiles(TileRow[] rows, int runs, long entries)
    {
        _rows = rows;
        Runs = runs;
        Entries = entries;
    }

    /// <summary>Runs in a row.</summary>
    public int Runs { get; }
    /// <summary>Number of (source, row, run) entries, each of 16 weights.</summary>
    public long Entries { get; }
    /// <summary>Bytes of all weights.</summary>
    public long Bytes => Entries * RunLength * sizeof(float);

    public ref readonly TileRow this[int row] => ref _rows[row];

    /// <summary>Cuts the fields of a model and the cells that need every pixel.</summary>
    public static SourceTiles OfCanvas(PixelModel model, ParallelOptions parallelism, CancellationToken cancellation) =>
        Build(model.Grid.Height, model.Grid.Width, [.. model.Fields.Select(f => f.Field)], model.Sources?.Sharp(), model.Fields.Count, model.Mask, parallelism, cancellation);

    /// <summary>Cuts the cells that a coarse grid is enough for.</summary>
    public static SourceTiles OfNodes(PixelModel model, CoarseGrid grid, ParallelOptions parallelism, CancellationToken cancellation) =>
        Build(grid.Rows, grid.Columns, [], model.Sources!.On(grid), model.Fields.Count, null, parallelism, cancellation);

    private static SourceTiles Build(int height, int width, float[][] dense, IFootprints? cells, int firstCell, float[]? mask,
        ParallelOptions parallelism, CancellationToken cancellation)
    {
        var runs = (width + RunLength - 1) / RunLength;
        var cellCount = cells?.Count ?? 0;
        var rows = Allocate(dense.Length, cells, height, runs, parallelism);
        var next = new int[height][];
        Parallel.For(0, height, parallelism, row =>
        {
            next[row] = rows[row].Start.AsSpan(0, runs).ToArray();
            for (var k = 0; k < dense.Length; k++) rows[row].Add(k, dense[k].AsSpan(row * width, width), 0, next[row]);
        });

        var patches = new float[Batch][];
        for (var first = 0; first < cellCount; first += Batch)
        {
            cancellation.ThrowIfCancellationRequested();
            var (start, count) = (first, Math.Min(Batch, cellCount - first));
            Parallel.For(0, count, parallelism, i =>
            {
                var bounds = cells!.Bounds(start + i);
                patches[i] = ArrayPool<float>.Shared.Rent(Math.Max(1, bounds.Height * bounds.Width));
                if (!bounds.IsEmpty) cells.Fill(start + i, patches[i]);
            });
            // By rows: no two threads share a run, and the cells of a run stay in order.
            Parallel.For(0, height, parallelism, row =>
            {
                for (var i = 0; i < count; i++)
                {
                    var bounds = cells!.Bounds(start + i);
                    if (bounds.IsEmpty || row < bounds.Row || row >= bounds.Row + bounds.Height) continue;
                    rows[row].Add(firstCell + start + i, patches[i].AsSpan((row - bounds.Row) * bounds.Width, bounds.Width), bounds.Col, next[row]);
                }
            });
            for (var i = 0; i < count; i++) ArrayPool<float>.Shared.Return(patches[i]);
        }
        if (mask is not null)
            Parallel.For(0, height, parallelism, row => rows[row].Multiply(mask.AsSpan(row * width, width)));
        return new SourceTiles(rows, runs, rows.Sum(r => (long)r.Source.Length));
    }

    private static TileRow[] Allocate(int dense, IFootprints? cells, int height, int runs, ParallelOptions parallelism)
    {
        // Entries per row and run, from a difference array down the rows.
        var change = new int[(height + 1) * runs];
        for (var i = 0; i < (cells?.Count ?? 0); i++)
        {
            var bounds = cells!.Bounds(i);
            if (bounds.IsEmpty) continue;
            for (var run = bounds.Col / RunLength; run <= (bounds.Col + bounds.Width - 1) / RunLength; run++)
            {
                change[bounds.Row * runs + run]++;
                change[(bounds.Row + bounds.Height) * runs + run]--;
            }
        }
        var starts = new int[height][];
        var entries = new int[runs];
        Array.Fill(entries, dense);
        for (var row = 0; row < height; row++)
        {
            starts[row] = new int[runs + 1];
            for (var run = 0; run < runs; run++) starts[row][run + 1] = starts[row][run] + (entries[run] += change[row * runs + run]);
        }
        var rows = new TileRow[height];
        Parallel.For(0, height, parallelism, row => rows[row] = new TileRow(starts[row], new int[starts[row][runs]],
            new AlignedBuffer((long)starts[row][runs] * RunLength * sizeof(float))));
        return rows;
    }

    public void Dispose()
    {
        foreach (var row in _rows) row.Weights.Dispose();
    }

    /// <summary>One canvas row: entries of run k are <c>Start[k] … Start[k + 1] − 1</c>.</summary>
    /// <param name="Start">First entry of every run, and the total.</param>
    /// <param name="Source">Source of every entry.</param>
    /// <param name="Weights">16 weights of every entry.</param>
    internal readonly record struct TileRow(int[] Start, int[] Source, AlignedBuffer Weights)
    {
        private Span<float> Of(int slot) => new(Weights.Floats + (long)slot * RunLength, RunLength);

        /// <summary>Enters a row of a source into its runs.</summary>
        public void Add(int source, ReadOnlySpan<float> line, int col, int[] next)
        {
            for (var run = col / RunLength; run <= (col + line.Length - 1) / RunLength; run++)
            {
                int from = Math.Max(run * RunLength, col), to = Math.Min((run + 1) * RunLength, col + line.Length);
                var slot = next[run]++;
                Source[slot] = source;
                line[(from - col)..(to - col)].CopyTo(Of(slot)[(from - run * RunLength)..]);
            }
        }

        /// <summary>Folds the transmission of the row in.</summary>
        public void Multiply(ReadOnlySpan<float> mask)
        {
            for (var run = 0; run < Start.Length - 1; run++)
            {
                var part = mask[(run * RunLength)..Math.Min(mask.Length, (run + 1) * RunLength)];
                for (var slot = Start[run]; slot < Start[run + 1]; slot++)
                {
                    var weights = Of(slot);
                    for (var x = 0; x < part.Length; x++) weights[x] *= part[x];
                }
            }
        }
    }
}
