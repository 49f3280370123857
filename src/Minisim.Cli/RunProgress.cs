using System.Diagnostics;
using System.Globalization;

namespace Minisim.Cli;

/// <summary>How far a simulation is: one moving line with bar, time left and frames/s on a terminal, a plain line now and then in a
/// pipe, nothing with --quiet.</summary>
internal sealed class RunProgress(TextWriter writer, bool quiet) : IProgress<SimulationProgress>
{
    private const int BarWidth = 28;
    private static readonly TimeSpan TerminalInterval = TimeSpan.FromMilliseconds(100), PipeInterval = TimeSpan.FromSeconds(10);
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Eta _eta = new();
    private readonly Lock _lock = new();
    private readonly bool _terminal = Terminal.IsTerminal(writer);
    private TimeSpan _next;
    private bool _drawn;

    /// <summary>The frames begin now: what was prepared before says nothing about them.</summary>
    public void Start()
    {
        _clock.Restart();
        _next = TimeSpan.Zero;
    }

    /// <inheritdoc/>
    public void Report(SimulationProgress value)
    {
        if (quiet) return;
        var now = _clock.Elapsed;
        if (now < _next || value.FramesDone == value.FramesTotal) return;
        // Threads that come while one draws have nothing to add.
        if (!_lock.TryEnter()) return;
        try
        {
            if (now < _next) return;
            var share = (double)value.FramesDone / value.FramesTotal;
            var left = _eta.Left(now.TotalSeconds, share);
            _next = now + (_terminal ? TerminalInterval : PipeInterval);
            if (!_terminal && !_drawn && now < PipeInterval)
            {
                _drawn = true;
                return;
            }
            var text = string.Create(CultureInfo.InvariantCulture,
                $"{value.FramesDone}/{value.FramesTotal} frames, {share:P0}, {value.FramesDone / now.TotalSeconds:0} frames/s{(left is { } s ? $", {Span(TimeSpan.FromSeconds(s))} left" : "")}");
            if (_terminal)
            {
                var filled = (int)(share * BarWidth);
                Control("\r\e[K");
                writer.Write($"{new string('█', filled)}{new string('░', BarWidth - filled)} {text}");
            }
            else writer.WriteLine(text);
            writer.Flush();
            _drawn = true;
        }
        finally
        {
            _lock.Exit();
        }
    }

    /// <summary>Prints warnings above the moving line.</summary>
    public void Warn(IReadOnlyList<Problem> problems)
    {
        if (problems.Count == 0) return;
        End();
        Terminal.Warn(writer, problems);
    }

    /// <summary>Removes the moving line.</summary>
    public void End()
    {
        if (_terminal && !quiet) Control("\r\e[K");
    }

    private void Control(string sequence)
    {
        if (writer is SafeWriter safe) safe.WriteTrusted(sequence);
        else writer.Write(sequence);
    }

    /// <summary>"4 s", "3 min 20 s", "2 h 5 min".</summary>
    public static string Span(TimeSpan time) => time.TotalSeconds < 90 ? FormattableString.Invariant($"{Math.Ceiling(time.TotalSeconds):0} s")
        : time.TotalMinutes < 90 ? FormattableString.Invariant($"{(int)time.TotalMinutes} min {time.Seconds} s")
        : FormattableString.Invariant($"{(int)time.TotalHours} h {time.Minutes} min");
}
