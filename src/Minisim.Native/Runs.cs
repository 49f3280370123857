namespace Minisim.Native;

/// <summary>What another thread holds of a running call: cancels it and looks how far it is.</summary>
internal sealed class TokenHandle : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private long _done, _total;

    public CancellationToken Cancellation => _source.Token;
    public (long Done, long Total) Progress => (Interlocked.Read(ref _done), Interlocked.Read(ref _total));

    public void Cancel() => _source.Cancel();

    public void Report(SimulationProgress progress)
    {
        Interlocked.Exchange(ref _total, progress.FramesTotal);
        // Blocks end out of order.
        long seen;
        while ((seen = Interlocked.Read(ref _done)) < progress.FramesDone && Interlocked.CompareExchange(ref _done, progress.FramesDone, seen) != seen) { }
    }

    public void Dispose() => _source.Dispose();
}

/// <summary>A long call in progress: threads, cancellation, who is told.</summary>
internal sealed unsafe class Run : IDisposable, IProgress<SimulationProgress>
{
    private readonly Handles.Use<TokenHandle>? _token;
    private readonly CancellationTokenSource _own = new();
    private readonly CancellationTokenRegistration _link;
    private readonly delegate* unmanaged<long, long, void*, int> _callback;
    private readonly void* _user;
    private readonly Lock _lock = new();
    private long _told = -1;

    public Run(RunOptions* options)
    {
        if (options is null) return;
        if (options->Threads is < 0 or > 4096) throw new ArgumentException($"threads = {options->Threads}: must be in [0, 4096]");
        Threads = options->Threads;
        _callback = options->Progress;
        _user = options->User;
        if (options->Token == 0) return;
        _token = Handles.Get<TokenHandle>(options->Token, "token");
        _link = _token.Value.Value.Cancellation.Register(_own.Cancel);
    }

    public int Threads { get; }
    public CancellationToken Cancellation => _own.Token;

    public SimulateOptions Options(string? until = null) => new() { Until = until, Threads = Threads, Progress = this };

    public void Report(SimulationProgress value)
    {
        _token?.Value.Report(value);
        if (_callback is null) return;
        lock (_lock)
        {
            if (value.FramesDone <= _told || Cancellation.IsCancellationRequested) return;
            _told = value.FramesDone;
            if (_callback(value.FramesDone, value.FramesTotal, _user) != 0) _own.Cancel();
        }
    }

    public void Dispose()
    {
        _link.Dispose();
        _own.Dispose();
        _token?.Dispose();
    }
}
