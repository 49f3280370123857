using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Minisim.Formats.Video;

/// <summary>The program ffmpeg, fed with or giving raw frames through a pipe.</summary>
internal sealed partial class Ffmpeg : IDisposable
{
    /// <summary>Names another ffmpeg than the one on the path.</summary>
    public const string Variable = "MINISIM_FFMPEG";
    private const int MostSaid = 1 << 16;
    private readonly Process _process;
    private readonly StringBuilder _said = new();
    private readonly TaskCompletionSource _saidAll = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Ffmpeg(Process process)
    {
        _process = process;
        _process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null) _saidAll.TrySetResult();
            lock (_said)
                if (_said.Length < MostSaid) _said.AppendLine(line.Data);
        };
        _process.BeginErrorReadLine();
    }

    public Stream Input => _process.StandardInput.BaseStream;
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>Starts it.</summary>
    /// <param name="path">The file it is for, for the message.</param>
    /// <param name="arguments">Arguments after the common ones; a later one holds.</param>
    /// <exception cref="RecordingFormatException">It is not installed.</exception>
    public static Ffmpeg Start(string path, params IEnumerable<string> arguments)
    {
        var program = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : "ffmpeg";
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        // Without -xerror it ends well even if there was no room for the end of a file.
        foreach (var argument in (IEnumerable<string>)["-nostdin", "-hide_banner", "-v", "error", "-xerror", .. arguments]) start.ArgumentList.Add(argument);
        try
        {
            return new Ffmpeg(Process.Start(start)!);
        }
        catch (Win32Exception e)
        {
            throw new RecordingFormatException(path, $"needs the program ffmpeg, which does not start ({program}: {e.Message}).",
                $"Install ffmpeg, or name it in {Variable}; or write .avi or .tif, which need no other program.", e);
        }
    }

    /// <summary>Waits for its end; whether that was a good one.</summary>
    public bool EndedWell()
    {
        _process.WaitForExit();
        return _process.ExitCode == 0;
    }

    /// <summary>Waits for its end; throws what it said if it failed.</summary>
    public void Finish(string path)
    {
        _process.WaitForExit();
        if (_process.ExitCode != 0) throw Failed(path, null);
    }

    /// <summary>The error of a run that ended early.</summary>
    public IOException Failed(string path, Exception? inner)
    {
        // Its pipe broke, so it is about to end; its last words come on a thread of their own.
        var ended = _process.WaitForExit(5000);
        _saidAll.Task.Wait(ended ? 5000 : 0);
        string said;
        said = Words();
        return new RecordingWriteException(path, 0, $"ffmpeg failed: {(said.Length > 0 ? said.TrimEnd('.') : $"it {(ended ? $"ended with code {_process.ExitCode}" : "closed its input")} and said nothing")}.", "Make room or write another format.", inner ?? new IOException(said));
    }

    /// <summary>What it said until its end, as one line; empty if nothing.</summary>
    public string Said()
    {
        All();
        return Words();
    }

    /// <summary>All that it said until its end.</summary>
    public string All()
    {
        _process.WaitForExit();
        _saidAll.Task.Wait(5000);
        lock (_said) return _said.ToString();
    }

    // Without the addresses of its parts: "[matroska,webm @ 0x5597dbbee900]".
    private string Words()
    {
        lock (_said) return string.Join("; ", Part().Replace(_said.ToString(), "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(3));
    }

    [System.Text.RegularExpressions.GeneratedRegex(@"\[[^\]\n]*@ 0x[0-9a-f]+\] *")]
    private static partial System.Text.RegularExpressions.Regex Part();

    public void Dispose()
    {
        try
        {
            if (!_process.HasExited)
            {
                _process.Kill();
                _process.WaitForExit(5000);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It ended by itself meanwhile.
        }
        _process.Dispose();
    }
}
