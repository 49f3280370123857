using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Minisim.Studies;

/// <summary>A program in a group of processes of its own, with limits of time and memory, whose words are bounded and whose children end with it.</summary>
internal static partial class PipelineProcess
{
    private const int Terminate = 15, Kill = 9, Interrupt = 2;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100), Grace = TimeSpan.FromSeconds(5);
    private static readonly string[] ThreadVariables = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "NUMBA_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "BLIS_NUM_THREADS", "JULIA_NUM_THREADS"];
    private static readonly string? SetSid = Find("setsid"), SetPriv = Find("setpriv");

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);

    public static ProcessOutcome Run(IReadOnlyList<string> command, string folder, IEnumerable<KeyValuePair<string, string>> environment, int threads, TimeSpan timeout, double? memoryMb, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        List<string> line = [.. command];
        if (OperatingSystem.IsLinux() && SetSid is not null)
        {
            // One stream for both, so that the log has the order in which things were said.
            line.InsertRange(0, [SetSid, "/bin/sh", "-c", "exec \"$@\" 2>&1", "minisim"]);
            // If this process is killed, the program goes with it.
            if (SetPriv is not null) line.InsertRange(0, [SetPriv, "--pdeathsig", "KILL"]);
        }
        start.FileName = line[0];
        foreach (var argument in line.Skip(1)) start.ArgumentList.Add(argument);
        foreach (var variable in ThreadVariables) start.Environment[variable] = threads.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in environment) start.Environment[name] = value;

        var clock = Stopwatch.StartNew();
        var log = new BoundedLog();
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException)
        {
            return new($"{command[0]} does not start: {e.Message}", 0, double.NaN, "");
        }
        using (process)
        {
            var readers = new[] { log.Read(process.StandardOutput.BaseStream), log.Read(process.StandardError.BaseStream) };
            try
            {
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It has ended already.
            }
            var memory = new MemoryWatch(process.Id);
            string? failure = null;
            var isStopped = false;
            for (var wait = 5.0; ; wait = Math.Min(wait * 1.5, Look.TotalMilliseconds))
            {
                memory.Look();
                if (process.WaitForExit((int)wait)) break;
                isStopped = cancellation.IsCancellationRequested;
                if (clock.Elapsed > timeout) failure = string.Create(CultureInfo.InvariantCulture, $"ran longer than its limit of {timeout.TotalSeconds:0.###} s and was ended.");
                else if (memoryMb is { } limit && memory.PeakMb > limit) failure = string.Create(CultureInfo.InvariantCulture, $"took {memory.PeakMb:0} MB of memory, more than its limit of {limit:0.###} MB, and was ended.");
                if (failure is null && !isStopped) continue;
                End(process);
                break;
            }
            var seconds = clock.Elapsed.TotalSeconds;
            // Whatever it left running.
            Signal(process, Kill);
            // A child that has left the group may hold its output open for ever.
            Task.WaitAll(readers, TimeSpan.FromSeconds(1));
            if (isStopped) cancellation.ThrowIfCancellationRequested();
            // A scheduler that ends a job signals the program and this process at once: whose end is seen first is chance.
            if (failure is null && process.ExitCode is 128 + Terminate or 128 + Kill or 128 + Interrupt && cancellation.WaitHandle.WaitOne(TimeSpan.FromSeconds(3))) cancellation.ThrowIfCancellationRequested();
            if (failure is null && process.ExitCode != 0)
                failure = process.ExitCode > 128 && process.ExitCode - 128 is var signal and < 65 ? $"was ended by signal {signal}{(signal == 9 ? " (killed: out of memory?)" : signal == 11 ? " (segmentation fault)" : "")}." : $"ended with exit code {process.ExitCode}.";
            return new(failure, seconds, memory.PeakMb, log.ToString());
        }
    }

    private static void End(Process process)
    {
        Signal(process, Terminate);
        if (!process.WaitForExit(Grace)) Signal(process, Kill);
        process.WaitForExit(TimeSpan.FromSeconds(10));
    }

    private static void Signal(Process process, int signal)
    {
        try
        {
            if (OperatingSystem.IsWindows() || SetSid is null || !OperatingSystem.IsLinux())
            {
                if (!process.HasExited) process.Kill(entireProcessTree: true);
                return;
            }
            // The group has the number of its first process, also after that one has ended.
            _ = SendSignal(-process.Id, signal);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException or NotSupportedException)
        {
            // It has ended.
        }
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/bin").Where(d => d.Length > 0).Select(d => Path.Combine(d, program)).FirstOrDefault(File.Exists);

    /// <summary>Resident memory of a process and its descendants.</summary>
    private sealed class MemoryWatch(int root)
    {
        public double PeakMb { get; private set; } = double.NaN;

        public void Look()
        {
            if (!OperatingSystem.IsLinux()) return;
            var kb = 0L;
            var open = new Stack<int>([root]);
            for (var n = 0; open.TryPop(out var pid) && n < 10_000; n++)
            {
                try
                {
                    // The largest it had for the first, which may have had it between two looks; the present of the others.
                    foreach (var line in File.ReadLines($"/proc/{pid}/status"))
                        if (line.StartsWith(pid == root ? "VmHWM:" : "VmRSS:", StringComparison.Ordinal))
                        {
                            kb += long.Parse(line.AsSpan(6).Trim()[..^3], CultureInfo.InvariantCulture);
                            break;
                        }
                    foreach (var child in File.ReadAllText($"/proc/{pid}/task/{pid}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)) open.Push(int.Parse(child, CultureInfo.InvariantCulture));
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
                {
                    // It ended while it was looked at.
                }
            }
            if (kb > 0) PeakMb = double.IsNaN(PeakMb) ? kb / 1024.0 : Math.Max(PeakMb, kb / 1024.0);
        }
    }

    /// <summary>What a program prints: its beginning and its end, however much it is.</summary>
    private sealed class BoundedLog
    {
        private const int Head = 64 << 10, Tail = 192 << 10;
        private readonly byte[] _head = new byte[Head], _tail = new byte[Tail];
        private readonly Lock _lock = new();
        private long _count;

        public Task Read(Stream stream) => Task.Factory.StartNew(() =>
        {
            var buffer = new byte[16 << 10];
            try
            {
                for (int n; (n = stream.Read(buffer)) > 0;) Add(buffer.AsSpan(0, n));
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // The program is gone.
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        private void Add(ReadOnlySpan<byte> bytes)
        {
            lock (_lock)
            {
                if (_count < Head)
                {
                    var n = (int)Math.Min(Head - _count, bytes.Length);
                    bytes[..n].CopyTo(_head.AsSpan((int)_count));
                    _count += n;
                    bytes = bytes[n..];
                }
                while (bytes.Length > 0)
                {
                    var at = (int)((_count - Head) % Tail);
                    var n = Math.Min(bytes.Length, Tail - at);
                    bytes[..n].CopyTo(_tail.AsSpan(at));
                    _count += n;
                    bytes = bytes[n..];
                }
            }
        }

        public override string ToString()
        {
            lock (_lock)
            {
                var text = new StringBuilder(Encoding.UTF8.GetString(_head, 0, (int)Math.Min(_count, Head)));
                var rest = _count - Head;
                if (rest <= 0) return text.ToString();
                if (rest <= Tail) return text.Append(Encoding.UTF8.GetString(_tail, 0, (int)rest)).ToString();
                var at = (int)(rest % Tail);
                return text.Append(CultureInfo.InvariantCulture, $"\n… {rest - Tail:#,0} bytes left out …\n").Append(Encoding.UTF8.GetString(_tail, at, Tail - at)).Append(Encoding.UTF8.GetString(_tail, 0, at)).ToString();
            }
        }
    }
}
