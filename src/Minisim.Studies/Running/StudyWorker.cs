using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Minisim.Formats;

namespace Minisim.Studies;

/// <summary>One process at work on a study.</summary>
internal sealed class StudyWorker
{
    private static readonly TimeSpan NewsEvery = TimeSpan.FromSeconds(1), ReportEvery = TimeSpan.FromMilliseconds(200), ReserveAtLeast = TimeSpan.FromSeconds(30);
    private readonly StudyFolder _folder;
    private readonly StudyRunOptions _options;
    private readonly int _jobs;
    private readonly Ledger _ledger;
    private readonly Lock _lock = new();
    private readonly List<StudyUnit> _open;
    private readonly HashSet<string> _mine = [];
    private readonly Dictionary<string, int> _retryOf = [], _runningOf = [], _asked = [];
    private readonly Dictionary<string, long> _busyUntil = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly ConcurrentDictionary<string, double> _simulateS = new();
    private int _cursor, _ran, _running;
    private double _longestS;
    private long _newsAt, _reportedAt;
    private bool _isOutOfTime;
    private Exception? _failure;

    public StudyWorker(StudyFolder folder, StudyRunOptions options)
    {
        (_folder, _options) = (folder, options);
        _jobs = options.Jobs > 0 ? options.Jobs : Math.Max(1, Environment.ProcessorCount / 2);
        _ledger = new Ledger(folder.Journals);
        _ledger.Refresh();
        // Units of equal key are one.
        _open = [.. folder.Plan.Units.DistinctBy(u => u.Key)];
        if (options.Retry)
            foreach (var unit in _open)
                if (_ledger.Find(unit.Key) is { Status: UnitStatus.Failed } failed)
                    _retryOf[unit.Key] = failed.Attempt;
    }

    public StudySummary Run()
    {
        using var presence = Refused(() => new Presence(_folder.Workers, _options.Timing));
        // Seen from here on. Who saw nobody and tidied up had written before that what is done.
        _ledger.Refresh();
        using var cache = new RecordingCache(_options.CacheFolder, _options.Timing);
        if (_options.Notice is { } notice) cache.Notice += notice;
        using var recordings = new SharedRecordings();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_options.Cancellation);
        var claims = new ClaimBoard(_folder.Claims, presence);
        var journal = new Journal(_folder.Journals, presence.Id);
        var work = new UnitWork(_folder, recordings, cache, presence.Id, _jobs);
        var isResume = _ledger.Count > 0 || Directory.Exists(_folder.Work);
        if (isResume) CleanWork(presence);
        // Workers that start at different places seldom meet.
        if (presence.Others().Any() && _open.Count > 0) _cursor = (int)((uint)presence.Id.GetHashCode(StringComparison.Ordinal) % (uint)_open.Count);

        Report(null);
        // Threads of their own: a program is ended when the thread that began it is gone.
        var threads = new Thread[_jobs];
        for (var i = 0; i < threads.Length; i++)
        {
            threads[i] = new Thread(() => Loop(work, claims, journal, cache, stop)) { IsBackground = true, Name = $"study {i}" };
            threads[i].Start();
        }
        foreach (var thread in threads) thread.Join();

        if (_failure is not null and not OperationCanceledException) ExceptionDispatchInfo.Throw(_failure);
        _options.Cancellation.ThrowIfCancellationRequested();
        _ledger.Refresh();
        var summary = Summary();
        if (!summary.IsComplete) return summary;
        StudyResults.WriteFiles(_folder, _ledger);
        // The last to leave tidies up: of those that end together it sees nobody any more.
        presence.Leave();
        if (!presence.Others().Any(presence.IsAlive))
        {
            RecordingCache.DeleteTree(_folder.Claims);
            RecordingCache.DeleteTree(_folder.Work);
            presence.Clean();
        }
        return summary;
    }

    private StudySummary Summary()
    {
        int done = 0, failed = 0;
        foreach (var unit in _folder.Plan.Units)
            switch (_ledger.Find(unit.Key)?.Status)
            {
                case UnitStatus.Done: done++; break;
                case UnitStatus.Failed: failed++; break;
            }
        return new StudySummary(_folder.Plan.Units.Count, done, failed, _ran, _simulateS.Count, _isOutOfTime);
    }

    // Working folders of workers that were killed.
    private void CleanWork(Presence presence)
    {
        if (!Directory.Exists(_folder.Work)) return;
        foreach (var left in Directory.EnumerateDirectories(_folder.Work).ToArray())
        {
            var name = Path.GetFileName(left);
            var dash = name.IndexOf('-');
            if (dash > 0 && !presence.IsAlive(name[(dash + 1)..])) RecordingCache.DeleteTree(left);
        }
    }

    private void Loop(UnitWork work, ClaimBoard claims, Journal journal, RecordingCache cache, CancellationTokenSource stop)
    {
        try
        {
            while (!stop.IsCancellationRequested && Next(claims, cache, stop.Token) is var (unit, spec, attempt))
            {
                var clock = Stopwatch.StartNew();
                _simulateS.TryGetValue(unit.Recording.Key, out var simulated);
                var (record, cells) = work.Run(unit, spec, attempt, simulated > 0 ? simulated : double.NaN, stop.Token);
                _ledger.Add(journal.Append(record, cells));
                End(unit, record, clock.Elapsed.TotalSeconds);
            }
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, e, null);
            stop.Cancel();
        }
    }

    private void End(StudyUnit unit, UnitRecord record, double seconds)
    {
        lock (_lock)
        {
            _mine.Remove(unit.Key);
            _runningOf[unit.Pipeline]--;
            _running--;
            _ran++;
            _longestS = Math.Max(_longestS, seconds);
        }
        Report(record.Status == UnitStatus.Failed ? $"{unit}: {record.Message}" : null);
    }

    private void Report(string? failure)
    {
        if (_options.Progress is not { } progress) return;
        StudySummary now;
        TimeSpan? left;
        int running;
        lock (_lock)
        {
            // Counting all units after each would cost more than a short unit.
            if (failure is null && _ran < _folder.Plan.Units.Count && Stopwatch.GetElapsedTime(_reportedAt) < ReportEvery) return;
            _reportedAt = Stopwatch.GetTimestamp();
            now = Summary();
            running = _running;
            left = _ran == 0 ? null : _clock.Elapsed / _ran * (now.Units - now.Done - now.Failed);
        }
        progress.Report(new StudyProgress(now.Units, now.Done, now.Failed, running, left, failure));
    }

    /// <summary>A unit that is this thread's now, with its recording in the cache; null when nothing is left.</summary>
    private (StudyUnit Unit, Spec Spec, int Attempt)? Next(ClaimBoard claims, RecordingCache cache, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            StudyUnit? unit;
            lock (_lock)
            {
                if (IsTimeOver()) return null;
                // Journals are as many as workers, and each looks at all: the more, the seldomer.
                if (Stopwatch.GetElapsedTime(_newsAt) > NewsEvery * Math.Clamp(_ledger.Journals / 2, 1, 60))
                {
                    _ledger.Refresh();
                    _newsAt = Stopwatch.GetTimestamp();
                }
                unit = Pick();
                if (unit is null && _open.Count == 0) return null;
            }
            if (unit is null)
            {
                // What is left is with others, or waits for a recording that another makes.
                cancellation.WaitHandle.WaitOne(50);
                continue;
            }
            var isTaken = false;
            try
            {
                var spec = StudyPlan.SpecOf(_folder.Study, unit.Recording);
                var attempt = (_ledger.Find(unit.Key)?.Attempt ?? 0) + 1;
                if (!IsRecordingThere(unit, spec, cache, cancellation)) Busy(unit.Recording.Key, 100);
                else if (Refused(() => claims.TryTake(attempt == 1 ? unit.Key : $"{unit.Key}-{attempt}", out var generation) ? generation : -1) is var claim && claim < 0) BusyElsewhere(unit.Key);
                else
                {
                    lock (_lock)
                    {
                        // Who held it before may have ended it before it died. A first claim needs no look: claims stay until the study is done.
                        if (claim > 0) _ledger.Refresh();
                        if (!HasEnded(unit)) isTaken = true;
                    }
                    if (isTaken) return (unit, spec, attempt);
                }
            }
            finally
            {
                if (!isTaken)
                    lock (_lock)
                    {
                        _mine.Remove(unit.Key);
                        _runningOf[unit.Pipeline]--;
                        _running--;
                    }
            }
        }
    }

    // Asked again ever more seldom: at the end of a study many workers look at the same few units.
    private void BusyElsewhere(string key)
    {
        int times;
        lock (_lock) times = _asked[key] = _asked.GetValueOrDefault(key) + 1;
        Busy(key, Math.Min(500 << Math.Min(times, 10), 30_000));
    }

    private void Busy(string key, int milliseconds)
    {
        lock (_lock) _busyUntil[key] = Stopwatch.GetTimestamp() + Stopwatch.Frequency / 1000 * milliseconds;
    }

    // Called under the lock.
    private StudyUnit? Pick()
    {
        var now = Stopwatch.GetTimestamp();
        bool IsBusy(string key) => _busyUntil.TryGetValue(key, out var until) && until > now;
        for (var looked = 0; looked < _open.Count;)
        {
            if (_cursor >= _open.Count) _cursor = 0;
            var unit = _open[_cursor];
            if (HasEnded(unit))
            {
                _open.RemoveAt(_cursor);
                continue;
            }
            looked++;
            _cursor++;
            if (_mine.Contains(unit.Key) || IsBusy(unit.Key) || IsBusy(unit.Recording.Key)) continue;
            var most = _folder.Study.Pipelines.First(p => p.Name == unit.Pipeline).Jobs;
            if (most > 0 && _runningOf.GetValueOrDefault(unit.Pipeline) >= most) continue;
            _mine.Add(unit.Key);
            _runningOf[unit.Pipeline] = _runningOf.GetValueOrDefault(unit.Pipeline) + 1;
            _running++;
            return unit;
        }
        return null;
    }

    private bool HasEnded(StudyUnit unit) => _ledger.Find(unit.Key) is { } entry
        && (entry.Status == UnitStatus.Done || !(_retryOf.TryGetValue(unit.Key, out var attempt) && attempt >= entry.Attempt));

    // Called under the lock. The longest unit so far tells how long the next may take.
    private bool IsTimeOver()
    {
        if (_isOutOfTime || _options.TimeLeft?.Invoke() is not { } left) return _isOutOfTime;
        var reserve = TimeSpan.FromSeconds(1.5 * _longestS);
        _isOutOfTime = left < (reserve > ReserveAtLeast ? reserve : ReserveAtLeast);
        return _isOutOfTime;
    }

    private bool IsRecordingThere(StudyUnit unit, Spec spec, RecordingCache cache, CancellationToken cancellation)
    {
        var key = unit.Recording.Key;
        var pipeline = _folder.Study.Pipelines.First(p => p.Name == unit.Pipeline);
        var options = new SimulateOptions { Threads = Math.Max(1, Environment.ProcessorCount / _jobs) };
        if (!cache.Has(key))
        {
            var clock = Stopwatch.StartNew();
            if (cache.Ensure(spec, key, RecordingCache.ZarrName, options, wait: false, cancellation) is null) return false;
            _simulateS[key] = clock.Elapsed.TotalSeconds;
        }
        return pipeline.Builtin is not null || cache.Has(key, pipeline.Movie) || cache.Ensure(spec, key, pipeline.Movie, options, wait: false, cancellation) is not null;
    }

    private T Refused<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (e is IOException and not RecordingWriteException or UnauthorizedAccessException)
        {
            throw new RecordingWriteException(_folder.Path, 0, e.Message.TrimEnd('.') + ".", "Make room or give access, and run it again: what is done stays.", e);
        }
    }
}
