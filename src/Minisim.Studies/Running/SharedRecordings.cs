using System.Diagnostics;
using System.Globalization;
using System.Text;
using Minisim.Formats;
using Minisim.Formats.Estimates;
using Minisim.Formats.Reports;
using Minisim.Metrics;

namespace Minisim.Studies;

/// <summary>Recordings that units of this process are working on, each open once, with its evaluator.</summary>
internal sealed class SharedRecordings : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = [];
    private long _clock;
    private const int Spare = 2;

    private sealed class Entry(Recording recording)
    {
        public Recording Recording { get; } = recording;
        public Lazy<Evaluator> Plain { get; } = new(() => new Evaluator(recording.Truth, RecordingEvaluation.Facts(recording.Spec)));
        public Lazy<Evaluator> Bounded { get; } = new(recording.Evaluator);
        public int Users { get; set; }
        public long Last { get; set; }
    }

    /// <summary>A recording in use.</summary>
    public readonly struct Use(SharedRecordings owner, string key) : IDisposable
    {
        public Recording Recording => owner.Get(key).Recording;

        /// <summary>Its evaluator; with bounds on traces, which read the whole movie, where they are asked for.</summary>
        public Evaluator Evaluator(bool bounds) => bounds ? owner.Get(key).Bounded.Value : owner.Get(key).Plain.Value;

        public void Dispose() => owner.Close(key);
    }

    private Entry Get(string key)
    {
        lock (_lock) return _entries[key];
    }

    public Use Open(string key, Spec spec, RecordingCache cache, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var known))
            {
                known.Users++;
                return new Use(this, key);
            }
        }
        var recording = cache.Run(spec, cancellation: cancellation);
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var other))
            {
                recording.Dispose();
                other.Users++;
            }
            else _entries[key] = new Entry(recording) { Users = 1 };
            return new Use(this, key);
        }
    }

    private void Close(string key)
    {
        lock (_lock)
        {
            var entry = _entries[key];
            entry.Users--;
            entry.Last = ++_clock;
            foreach (var (old, unused) in _entries.Where(e => e.Value.Users == 0).OrderByDescending(e => e.Value.Last).Skip(Spare).ToArray())
            {
                _entries.Remove(old);
                unused.Recording.Dispose();
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var entry in _entries.Values) entry.Recording.Dispose();
            _entries.Clear();
        }
    }
}
