using System.Collections.Concurrent;
using System.Diagnostics;
using Minisim.Truth;

namespace Minisim.Studio.Stream;

/// <summary>A virtual miniscope: the frames of a scene, paced by the clock, for software that works in real time.</summary>
/// <remarks>A frame is a function of its number, so every reader has a loop of its own on the one clock: nobody waits for a slow reader,
/// and no reader misses a frame. What comes late is counted.</remarks>
public sealed class LiveSource : IDisposable
{
    private const int BlockFrames = 16;
    private static readonly int KeptBlocks = Math.Max(4, Environment.ProcessorCount);

    private readonly CompiledScene _scene;
    private readonly LiveOptions _options;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly ConcurrentDictionary<int, Lazy<byte[]>> _blocks = new();
    private readonly ConcurrentQueue<int> _order = new();
    private readonly ConcurrentBag<double> _delays = new();
    private readonly CancellationTokenSource _stop = new();
    // A scene must not be freed under a thread that renders it.
    private readonly ReaderWriterLockSlim _alive = new();
    private bool _isFreed;
    private readonly Lazy<TruthRows> _truth;
    private long _sent, _late;

    /// <summary>A source that starts now.</summary>
    /// <param name="scene">What it shows; the source disposes of it.</param>
    /// <param name="options">Pace and length.</param>
    public LiveSource(CompiledScene scene, LiveOptions? options = null)
    {
        _scene = scene;
        _options = options ?? new();
        Fps = _options.Fps ?? scene.Spec.Acquisition.Fps;
        if (!(Fps > 0) || !double.IsFinite(Fps)) throw new ArgumentOutOfRangeException(nameof(options), "fps must be above 0");
        _truth = new(() => new TruthRows(scene.Truth));
        // The first block, so that the first frame is not the late one.
        _ = Block(0);
        _clock.Restart();
    }

    /// <summary>Frames per second of the clock.</summary>
    public double Fps { get; }
    /// <summary>Rows of a frame.</summary>
    public int Height => _scene.Height;
    /// <summary>Columns of a frame.</summary>
    public int Width => _scene.Width;
    /// <summary>Frames of the recording.</summary>
    public int Frames => _scene.Frames;
    /// <summary>Type of the pixels.</summary>
    public PixelType PixelType => _scene.PixelType;
    /// <summary>Bits of the sensor; 32 without one.</summary>
    public int BitDepth => PixelType is PixelType.UInt8 or PixelType.UInt16 ? _scene.Spec.Acquisition.ImageSensor.BitDepth : 32;
    /// <summary>Frames handed over, to all readers.</summary>
    public long Sent => Interlocked.Read(ref _sent);
    /// <summary>Frames handed over more than one frame interval after they were due.</summary>
    public long Late => Interlocked.Read(ref _late);

    /// <summary>Delay between due and handed over, s: median and 99th percentile of at most a million frames.</summary>
    public (double Median, double P99) Jitter()
    {
        var delays = _delays.ToArray();
        if (delays.Length == 0) return (0, 0);
        Array.Sort(delays);
        return (delays[delays.Length / 2], delays[(int)(0.99 * (delays.Length - 1))]);
    }

    /// <summary>Hands every frame from now on to <paramref name="take"/>, when it is due; it may take its time, which makes the
    /// following ones late.</summary>
    /// <param name="take">Gets the frame's facts and pixels (height, width) in <see cref="PixelType"/>.</param>
    /// <param name="fromStart">From frame 0, however late; else from the frame that is due.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task ReadAsync(Func<LiveFrame, ReadOnlyMemory<byte>, Task> take, bool fromStart, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stop.Token);
        var number = fromStart || _options.AsFastAsPossible ? 0 : (long)Math.Ceiling(_clock.Elapsed.TotalSeconds * Fps);
        long late = 0;
        for (; _options.Loop || number < Frames; number++)
        {
            either.Token.ThrowIfCancellationRequested();
            var frame = (int)(number % Frames);
            // Rendered before it is due; the block after it meanwhile.
            var pixels = await Task.Run(() => Block(frame / BlockFrames), either.Token);
            if (frame % BlockFrames == 0) _ = Task.Run(() => Block((frame / BlockFrames + 1) * BlockFrames < Frames ? frame / BlockFrames + 1 : 0), CancellationToken.None);
            var scheduled = _options.AsFastAsPossible ? _clock.Elapsed.TotalSeconds : number / Fps;
            // A timer counts in milliseconds: the rest of one is waited for.
            while (scheduled - _clock.Elapsed.TotalSeconds is > 0 and var wait)
                if (wait >= 0.001) await Task.Delay(TimeSpan.FromMilliseconds(Math.Floor(1000 * wait)), either.Token);
                else Thread.Yield();
            var sent = _clock.Elapsed.TotalSeconds;
            if (sent - scheduled > 1 / Fps)
            {
                late++;
                Interlocked.Increment(ref _late);
            }
            if (Interlocked.Increment(ref _sent) <= 1_000_000) _delays.Add(sent - scheduled);
            await take(new LiveFrame(number, frame, scheduled, sent, late), pixels.AsMemory(frame % BlockFrames * _scene.FrameBytes, _scene.FrameBytes));
        }
    }

    /// <summary>What is true of a frame, as one line of JSON without its end.</summary>
    public string TruthLine(LiveFrame frame) => _truth.Value.Line(frame);

    private byte[] Block(int index)
    {
        var block = _blocks.GetOrAdd(index, i =>
        {
            _order.Enqueue(i);
            return new Lazy<byte[]>(() =>
            {
                var first = i * BlockFrames;
                var count = Math.Min(BlockFrames, Frames - first);
                var pixels = new byte[count * _scene.FrameBytes];
                _alive.EnterReadLock();
                try
                {
                    if (!_isFreed) _scene.Render(first, count, pixels);
                }
                finally
                {
                    _alive.ExitReadLock();
                }
                return pixels;
            });
        });
        while (_order.Count > KeptBlocks && _order.TryDequeue(out var old)) _blocks.TryRemove(old, out _);
        return block.Value;
    }

    /// <summary>Ends every reader.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _alive.EnterWriteLock();
        try
        {
            if (_isFreed) return;
            _isFreed = true;
            _scene.Dispose();
        }
        finally
        {
            _alive.ExitWriteLock();
        }
    }
}
