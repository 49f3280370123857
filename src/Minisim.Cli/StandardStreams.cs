using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Minisim.Cli;

/// <summary>The process as a shell may start it: with streams closed, with limits, on systems with another character set.</summary>
internal static partial class StandardStreams
{
    /// <summary>To be called before anything is opened.</summary>
    public static void Prepare()
    {
        if (OperatingSystem.IsWindows())
        {
            UseUtf8();
            return;
        }
        try
        {
            RequireAddresses();
            FillClosed();
            // A write past the limit of file size shall fail, not end the process.
            const int fileSizeLimit = 25, ignore = 1;
            _ = Signal(fileSizeLimit, ignore);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library: then as the system has it.
        }
        if (Console.IsOutputRedirected) Console.SetOut(new StreamWriter(new DescriptorStream(1), new UTF8Encoding(false)) { AutoFlush = true });
    }

    /// <summary>A stream that is closed leaves its number to the next file that is opened: a recording would get the words meant for the
    /// console. Open for reading only, so that words still fail.</summary>
    private static void FillClosed()
    {
        const int getFlags = 1, readOnly = 0;
        for (var number = 0; number < 3; number++)
            if (Control(number, getFlags, 0) < 0)
                _ = Open("/dev/null", readOnly);
    }

    /// <summary>With fewer addresses (<c>ulimit -v</c>) threads and the collector fail in places where nothing can be said any more. The native command, which
    /// needs fewer, says so before the run-time starts (<c>address_limit.c</c>).</summary>
    private static void RequireAddresses()
    {
        const int addressSpace = 9, errorStream = 2;
        const ulong least = 2_000_000_000;
        if (!RuntimeFeature.IsDynamicCodeCompiled || !OperatingSystem.IsLinux() || GetLimit(addressSpace, out var limit) != 0 || limit.Current >= least) return;
        // Past the console, which would need more of them.
        var message = Encoding.ASCII.GetBytes($"error: this process may have {limit.Current / 1_000_000} MB of addresses (ulimit -v), and needs {least / 1_000_000} MB at the least: .NET reserves more than it uses. Allow it more; to limit memory use a control group.\n");
        _ = Write(errorStream, ref message[0], message.Length);
        ExitNow(ExitCode.Failed);
    }

    private struct Limit
    {
        public ulong Current, Most;
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int file, ref byte bytes, nint count);

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitNow(int code);

    private static void UseUtf8()
    {
        try
        {
            Console.OutputEncoding = Encoding.UTF8;
        }
        catch (IOException)
        {
            // No console: what is said goes to files or pipes alone.
        }
        if (Console.IsOutputRedirected) Console.SetOut(Utf8(Console.OpenStandardOutput()));
        if (Console.IsErrorRedirected) Console.SetError(Utf8(Console.OpenStandardError()));

        static StreamWriter Utf8(Stream stream) => new(stream, new UTF8Encoding(false)) { AutoFlush = true };
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int file, int command, int argument);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Signal(int number, nint action);
}
