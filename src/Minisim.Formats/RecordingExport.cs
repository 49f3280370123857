using System.Buffers;
using System.Runtime.ExceptionServices;
using Minisim.Rendering;
using Minisim.Truth;

namespace Minisim.Formats;

/// <summary>Feeds a recording that exists to sinks, as if it were rendered again: the same pixels, truth and spec.</summary>
public static class RecordingExport
{
    private const long BlockBytes = 16 << 20;

    /// <summary>Copies a recording into sinks, all fed by one reading, in memory that does not grow with the number of frames.</summary>
    /// <remarks>Counts that were stored as floats are counts again, exactly.</remarks>
    /// <param name="recording">The recording; the caller disposes it.</param>
    /// <param name="sinks">Where it goes; the caller disposes them.</param>
    /// <param name="options">Threads and progress; null for the defaults.</param>
    /// <param name="cancellation">Stops the run.</param>
    /// <exception cref="RecordingFormatException">A part of the recording cannot be read, or a sink cannot hold it.</exception>
    /// <exception cref="RecordingWriteException">The file system refuses.</exception>
    public static void Run(Recording recording, IReadOnlyList<IRecordingSink> sinks, SimulateOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new();
        recording = SensorCounts.Of(recording);
        var observed = recording.Observed;
        var header = new RecordingHeader(recording.Spec, recording.Timeline, observed.Height, observed.Width, SensorCounts.TypeOf(recording),
            [.. recording.Snapshots.Select(s => new SnapshotInfo(s.Key, s.Value.Height, s.Value.Width))])
        { Until = recording.Until };
        foreach (var sink in sinks) sink.Begin(header, recording.Truth);
        var done = 0L;
        var total = (long)observed.Frames + recording.Snapshots.Values.Sum(m => (long)m.Frames);
        void Count(int frames) => options.Progress?.Report(new(Interlocked.Add(ref done, frames), total));
        Copy(null, observed, header.PixelType, sinks, options, Count, cancellation);
        foreach (var (name, movie) in recording.Snapshots) Copy(name, movie, PixelType.Float32, sinks, options, Count, cancellation);
        foreach (var sink in sinks) sink.Complete();
    }

    private static void Copy(string? name, Movie movie, PixelType type, IReadOnlyList<IRecordingSink> sinks, SimulateOptions options, Action<int> count, CancellationToken cancellation)
    {
        var pixels = movie.Height * movie.Width;
        var frameBytes = (long)pixels * Math.Max(type.Bytes(), movie.PixelType.Bytes());
        var unit = sinks.Aggregate(1, (a, s) => Lcm(a, Math.Max(1, s.BlockFrames)));
        var block = unit * (int)Math.Max(1, BlockBytes / frameBytes / unit);
        var blocks = (movie.Frames + block - 1) / block;
        var next = -1;
        Exception? failure = null;
        void Work()
        {
            var raw = ArrayPool<byte>.Shared.Rent(checked(block * pixels * movie.PixelType.Bytes()));
            var typed = movie.PixelType == type ? raw : ArrayPool<byte>.Shared.Rent(checked(block * pixels * type.Bytes()));
            try
            {
                while (Volatile.Read(ref failure) is null && Interlocked.Increment(ref next) is var b && b < blocks)
                {
                    cancellation.ThrowIfCancellationRequested();
                    var first = b * block;
                    var frames = Math.Min(block, movie.Frames - first);
                    var from = raw.AsSpan(0, frames * pixels * movie.PixelType.Bytes());
                    var to = typed.AsSpan(0, frames * pixels * type.Bytes());
                    movie.Read(first, frames, from);
                    if (movie.PixelType != type) PixelTypes.Convert(from, movie.PixelType, to, type);
                    foreach (var sink in sinks)
                        if (!sink.Has(name, first, frames))
                            sink.Write(name, first, frames, to);
                    count(frames);
                }
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failure, e, null);
                foreach (var sink in sinks) sink.Abort(e);
            }
            if (typed != raw) ArrayPool<byte>.Shared.Return(typed);
            ArrayPool<byte>.Shared.Return(raw);
        }
        var threads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
        var workers = new Thread[Math.Max(0, Math.Min(threads, blocks) - 1)];
        for (var i = 0; i < workers.Length; i++)
        {
            workers[i] = new Thread(Work) { IsBackground = true, Name = $"export {i}" };
            workers[i].Start();
        }
        Work();
        foreach (var worker in workers) worker.Join();
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
    }

    private static int Lcm(int a, int b)
    {
        int x = a, y = b;
        while (y != 0) (x, y) = (y, x % y);
        return a / x * b;
    }
}
