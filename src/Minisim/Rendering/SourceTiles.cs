using System.Buffers;
using Minisim.Scene;

namespace Minisim.Rendering;

/// <summary>All that shines, cut into runs of 16 canvas columns and sorted by canvas row and run, so that the composite walks
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

    /// <summary>Cuts the footprints of a model.</summary>
    public static SourceTiles Build(PixelModel model, ParallelOptions parallelism, CancellationToken cancellation)
    {
        var grid = model.Grid;
        int height = grid.Height, runs = (grid.Width + RunLength - 1) / RunLength;
        var rows = Allocate(model, height, runs, parallelism);
        var next = new int[height][];
        var fields = model.Fields.Count;
        Parallel.For(0, height, parallelism, row =>
        {
            next[row] = rows[row].Start.AsSpan(0, runs).ToArray();
            for (var k = 0; k < fields; k++) rows[row].Add(k, model.Fields[k].Field.AsSpan(row * grid.Width, grid.Width), 0, next[row]);
        });

        var patches = new float[Batch][];
        for (var first = 0; first < model.SourceCount; first += Batch)
        {
            cancellation.ThrowIfCancellationRequested();
            var (start, count) = (first, Math.Min(Batch, model.SourceCount - first));
            Parallel.For(0, count, parallelism, i =>
            {
                var bounds = model.Sources!.Bounds(start + i);
                patches[i] = ArrayPool<float>.Shared.Rent(Math.Max(1, bounds.Height * bounds.Width));
                if (!bounds.IsEmpty) model.Sources.Fill(start + i, patches[i]);
            });
            // By rows: no two threads share a run, and the cells of a run stay in order.
            Parallel.For(0, height, parallelism, row =>
            {
                for (var i = 0; i < count; i++)
                {
                    var bounds = model.Sources!.Bounds(start + i);
                    if (bounds.IsEmpty || row < bounds.Row || row >= bounds.Row + bounds.Height) continue;
                    rows[row].Add(fields + start + i, patches[i].AsSpan((row - bounds.Row) * bounds.Width, bounds.Width), bounds.Col, next[row]);
                }
            });
            for (var i = 0; i < count; i++) ArrayPool<float>.Shared.Return(patches[i]);
        }
        if (model.Mask is { } mask)
            Parallel.For(0, height, parallelism, row => rows[row].Multiply(mask.AsSpan(row * grid.Width, grid.Width)));
        return new SourceTiles(rows, runs, rows.Sum(r => (long)r.Source.Length));
    }

    private static TileRow[] Allocate(PixelModel model, int height, int runs, ParallelOptions parallelism)
    {
        // Entries per row and run, from a difference array down the rows.
        var change = new int[(height + 1) * runs];
        for (var i = 0; i < model.SourceCount; i++)
        {
            var bounds = model.Sources!.Bounds(i);
            if (bounds.IsEmpty) continue;
            for (var run = bounds.Col / RunLength; run <= (bounds.Col + bounds.Width - 1) / RunLength; run++)
            {
                change[bounds.Row * runs + run]++;
                change[(bounds.Row + bounds.Height) * runs + run]--;
            }
        }
        var starts = new int[height][];
        var entries = new int[runs];
        Array.Fill(entries, model.Fields.Count);
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
