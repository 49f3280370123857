using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Minisim.Scenes;

namespace Minisim.Rendering;

/// <summary>Renders a movie into sinks: some threads render, others hand finished blocks to the sinks, so that a slow device
/// keeps nobody from rendering while there are free buffers, and stops everybody when there are none.</summary>
internal sealed class MovieRun : IDisposable
{
    private const long MaxBufferBytes = 128 << 20, MaxBuffersBytes = 8L << 30;
    /// <summary>Blocks that may wait for a device, beyond one per rendering thread.</summary>
    private const int MostWaiting = 4;

    private readonly string? _snapshot;
    private readonly IReadOnlyList<IFrameSink> _sinks;
    private readonly int _threads;
    private readonly CancellationToken _cancellation;
    private readonly Action<int> _done;
    private readonly FrameRenderer _renderer;
    private readonly int _blockFrames, _blocks;
    // The last one given back first: it is still in cache.
    private readonly BlockingCollection<AlignedBuffer> _free = new(new ConcurrentStack<AlignedBuffer>());
    private readonly BlockingCollection<(AlignedBuffer Buffer, int First, int Count)> _rendered = [];
    private readonly CancellationTokenSource _stop = new();
    private int _next = -1;
    private Exception? _failure;

    /// <param name="snapshot">Name of the movie, null for the final one.</param>
    /// <param name="scene">What it is made of.</param>
    /// <param name="sinks">Where it goes.</param>
    /// <param name="threads">Threads that render.</param>
    /// <param name="done">Told how many frames a finished block has, from several threads.</param>
    /// <param name="previous">A renderer to share tiles with, or null.</param>
    /// <param name="cancellation">Stops the run.</param>
    public MovieRun(string? snapshot, Scene scene, IReadOnlyList<IFrameSink> sinks, int threads, Action<int> done, FrameRenderer? previous, CancellationToken cancellation)
    {
        _snapshot = snapshot;
        _sinks = sinks;
        _threads = threads;
        _cancellation = cancellation;
        _done = done;
        using (RunEvents.Begin(RunEvents.Compile)) _renderer = new FrameRenderer(scene, new ParallelOptions { MaxDegreeOfParallelism = threads }, cancellation, previous: previous);
        var unit = sinks.Aggregate(1, (a, s) => Lcm(a, Math.Max(1, s.BlockFrames)));
        // A buffer stays moderate however large the frames are.
        _blockFrames = unit * Math.Max(1, (int)Math.Min(_renderer.BlockFrames, MaxBufferBytes / _renderer.FrameBytes) / unit);
        _blocks = (scene.Frames + _blockFrames - 1) / _blockFrames;
    }

    /// <summary>Renders and hands over every block that a sink lacks.</summary>
    public void Run()
    {
        // A frame of hundreds of megabytes leaves memory for few buffers.
        var bytes = (long)_blockFrames * _renderer.FrameBytes;
        var most = (int)Math.Clamp(MaxBuffersBytes / bytes, 1, _blocks);
        var renderers = Math.Min(_threads, most);
        var buffers = new AlignedBuffer[Math.Min(most, renderers + Math.Min(renderers, MostWaiting))];
        for (var i = 0; i < buffers.Length; i++) _free.Add(buffers[i] = new AlignedBuffer(bytes, clear: false));

        // A writer per buffer: a sink that wants blocks in order may hold all writers but the one that the next block needs.
        List<Thread> writers = [], helpers = [];
        try
        {
            Start(writers, Write, buffers.Length, "write");
            Start(helpers, Render, renderers - 1, "render");
            Render();
        }
        catch (OutOfMemoryException e)
        {
            // The system gives no more threads: those that run hold what is disposed of below.
            Stop(e);
        }
        foreach (var thread in helpers) thread.Join();
        _rendered.CompleteAdding();
        foreach (var thread in writers) thread.Join();
        foreach (var buffer in buffers) buffer.Dispose();
        if (_failure is not null) ExceptionDispatchInfo.Throw(_failure);
    }

    private void Render() => Guarded(() =>
    {
        using var workspace = _renderer.CreateWorkspace();
        while (true)
        {
            // First the buffer, then the block: the lowest block that is not written always has one.
            if (!_free.TryTake(out var buffer))
                using (RunEvents.Begin(RunEvents.WaitForRoom)) buffer = _free.Take(_stop.Token);
            var first = Interlocked.Increment(ref _next) is var block && block < _blocks ? block * _blockFrames : -1;
            if (first < 0)
            {
                _free.Add(buffer);
                return;
            }
            _cancellation.ThrowIfCancellationRequested();
            var count = Math.Min(_blockFrames, _renderer.Frames - first);
            if (_sinks.All(s => s.Has(_snapshot, first, count)))
            {
                _free.Add(buffer);
                _done(count);
                continue;
            }
            using (RunEvents.Begin(RunEvents.Render)) _renderer.Render(workspace, first, count, Pixels(buffer, count));
            _rendered.Add((buffer, first, count));
        }
    });

    private void Write() => Guarded(() =>
    {
        foreach (var (buffer, first, count) in _rendered.GetConsumingEnumerable(_stop.Token))
        {
            using (RunEvents.Begin(RunEvents.Write))
                foreach (var sink in _sinks)
                    if (!sink.Has(_snapshot, first, count))
                        sink.Write(_snapshot, first, count, Pixels(buffer, count));
            _free.Add(buffer);
            _done(count);
        }
    });

    private Span<byte> Pixels(AlignedBuffer buffer, int count) => buffer.Span(0, checked(count * _renderer.FrameBytes));

    /// <summary>The first error ends every thread and tells the sinks.</summary>
    private void Guarded(Action work)
    {
        try
        {
            work();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            Stop(e);
        }
    }

    private void Stop(Exception failure)
    {
        Interlocked.CompareExchange(ref _failure, failure, null);
        foreach (var sink in _sinks) sink.Abort(failure);
        _stop.Cancel();
    }

    private static void Start(List<Thread> threads, ThreadStart work, int count, string name)
    {
        for (var i = 0; i < count; i++)
        {
            var thread = new Thread(work) { IsBackground = true, Name = $"{name} {i}" };
            thread.Start();
            threads.Add(thread);
        }
    }

    private static int Lcm(int a, int b)
    {
        int x = a, y = b;
        while (y != 0) (x, y) = (y, x % y);
        return a / x * b;
    }

    public void Dispose()
    {
        _renderer.Dispose();
        _free.Dispose();
        _rendered.Dispose();
        _stop.Dispose();
    }
}
