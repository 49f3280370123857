using Minisim.Scene;

namespace Minisim.Rendering;

/// <summary>The footprints of all cells, cut into runs of 16 canvas columns and sorted by canvas row and run, so that the
/// composite walks memory once, forwards, however the cells overlap.</summary>
/// <remarks>Within a run the cells are in ascending order, which fixes the order of the sums. The tissue's transmission is folded
/// into the weights.</remarks>
internal sealed class SourceTiles
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
    /// <summary>Number of (cell, row, run) entries, each of 16 weights.</summary>
    public long Entries { get; }

    public ref readonly TileRow this[int row] => ref _rows[row];

    /// <summary>Cuts the footprints of a model.</summary>
    public static SourceTiles Build(PixelModel model, ParallelOptions parallelism, CancellationToken cancellation)
    {
        var grid = model.Grid;
        int height = grid.Height, runs = (grid.Width + RunLength - 1) / RunLength;
        var growing = new GrowingRow[height];
        for (var r = 0; r < height; r++) growing[r] = new GrowingRow();

        var batch = new Footprint[Batch];
        for (var first = 0; first < model.SourceCount; first += Batch)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = Math.Min(Batch, model.SourceCount - first);
            var start = first;
            Parallel.For(0, count, parallelism, i => batch[i] = model.Source(start + i));
            int top = height, bottom = 0;
            for (var i = 0; i < count; i++)
                if (!batch[i].IsEmpty)
                {
                    top = Math.Min(top, batch[i].Row);
                    bottom = Math.Max(bottom, batch[i].Row + batch[i].Height);
                }
            if (top >= bottom) continue;
            Parallel.For(top, bottom, parallelism, row =>
            {
                for (var i = 0; i < count; i++)
                    if (!batch[i].IsEmpty && row >= batch[i].Row && row < batch[i].Row + batch[i].Height)
                        growing[row].Add(start + i, batch[i], row);
            });
        }

        var rows = new TileRow[height];
        Parallel.For(0, height, parallelism, row =>
        {
            rows[row] = growing[row].Sort(runs, model.Mask is null ? default : model.Mask.AsSpan(row * grid.Width, grid.Width));
            growing[row] = null!;
        });
        return new SourceTiles(rows, runs, rows.Sum(r => (long)r.Source.Length));
    }

    /// <summary>One canvas row: entries of run k are <c>Start[k] … Start[k + 1] − 1</c>.</summary>
    /// <param name="Start">First entry of every run, and the total.</param>
    /// <param name="Source">Cell of every entry.</param>
    /// <param name="Weights">16 weights of every entry; pinned.</param>
    internal readonly record struct TileRow(int[] Start, int[] Source, float[] Weights);

    private sealed class GrowingRow
    {
        private (int Source, int Run)[] _keys = new (int, int)[16];
        private float[] _weights = new float[16 * RunLength];
        private int _count;

        public void Add(int source, Footprint footprint, int row)
        {
            var line = footprint.Values.AsSpan((row - footprint.Row) * footprint.Width, footprint.Width);
            var lastRun = (footprint.Col + footprint.Width - 1) / RunLength;
            for (var run = footprint.Col / RunLength; run <= lastRun; run++)
            {
                int from = Math.Max(run * RunLength, footprint.Col), to = Math.Min((run + 1) * RunLength, footprint.Col + footprint.Width);
                var part = line[(from - footprint.Col)..(to - footprint.Col)];
                if (!part.ContainsAnyExcept(0f)) continue;
                if (_count == _keys.Length)
                {
                    Array.Resize(ref _keys, 2 * _count);
                    Array.Resize(ref _weights, 2 * _count * RunLength);
                }
                _keys[_count] = (source, run);
                part.CopyTo(_weights.AsSpan(_count * RunLength + from - run * RunLength));
                _count++;
            }
        }

        public TileRow Sort(int runs, ReadOnlySpan<float> mask)
        {
            // Counting sort by run; sources arrive in ascending order and stay so.
            var start = new int[runs + 1];
            for (var i = 0; i < _count; i++) start[_keys[i].Run + 1]++;
            for (var k = 0; k < runs; k++) start[k + 1] += start[k];
            var next = start.AsSpan(0, runs).ToArray();
            var source = new int[_count];
            var weights = GC.AllocateUninitializedArray<float>(_count * RunLength, pinned: true);
            for (var i = 0; i < _count; i++)
            {
                var (cell, run) = _keys[i];
                var slot = next[run]++;
                source[slot] = cell;
                var target = weights.AsSpan(slot * RunLength, RunLength);
                _weights.AsSpan(i * RunLength, RunLength).CopyTo(target);
                if (mask.IsEmpty) continue;
                for (int x = 0, col = run * RunLength; x < RunLength && col < mask.Length; x++, col++) target[x] *= mask[col];
            }
            return new TileRow(start, source, weights);
        }
    }
}
