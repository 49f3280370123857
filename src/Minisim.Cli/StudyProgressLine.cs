using System.Diagnostics;
using System.Globalization;
using Minisim.Studies;

namespace Minisim.Cli;

/// <summary>How far a study is: one moving line on a terminal, a plain line now and then in a pipe, each failure on a line of its
/// own.</summary>
internal sealed class StudyProgressLine(TextWriter writer, bool quiet) : IProgress<StudyProgress>
{
    private const int BarWidth = 24;
    private static readonly TimeSpan PipeInterval = TimeSpan.FromSeconds(10);
    private const int MostFailures = 20;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Lock _lock = new();
    private readonly bool _terminal = Terminal.IsTerminal(writer);
    private TimeSpan _next = PipeInterval;
    private int _failures;

    /// <inheritdoc/>
    public void Report(StudyProgress value)
    {
        lock (_lock)
        {
            if (value.LastFailure is { } failure && ++_failures <= MostFailures)
            {
                Clear();
                Terminal.WriteLabel(writer, "failed:", isError: true);
                writer.WriteLine($" {failure}{(_failures == MostFailures ? " (further failures: minisim study status)" : "")}");
            }
            if (quiet) return;
            var ended = value.Done + value.Failed;
            var text = string.Create(CultureInfo.InvariantCulture, $"{ended:#,0}/{value.Units:#,0} units{(value.Failed > 0 ? $", {value.Failed:#,0} failed" : "")}, {value.Running} running{(value.Left is { } left ? $", {RunProgress.Span(left)} left" : "")}");
            if (_terminal)
            {
                var filled = value.Units == 0 ? 0 : (int)((long)ended * BarWidth / value.Units);
                Clear();
                writer.Write($"{new string('█', filled)}{new string('░', BarWidth - filled)} {text}");
                writer.Flush();
                return;
            }
            if (_clock.Elapsed < _next) return;
            _next = _clock.Elapsed + PipeInterval;
            writer.WriteLine(text);
            writer.Flush();
        }
    }

    /// <summary>A warning among the progress.</summary>
    public void Warn(string text)
    {
        lock (_lock)
        {
            Clear();
            Terminal.WriteLabel(writer, "warning:", isError: false);
            writer.WriteLine($" {text}");
        }
    }

    /// <summary>Removes the moving line.</summary>
    public void End()
    {
        lock (_lock) Clear();
    }

    private void Clear()
    {
        if (!_terminal || quiet) return;
        if (writer is SafeWriter safe) safe.WriteTrusted("\r\e[K");
        else writer.Write("\r\e[K");
    }
}
