using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Minisim.Tests.Interop;

/// <summary>Signals to children; by the system itself, since the program <c>kill</c> is not everywhere.</summary>
internal static partial class ChildSignal
{
    public const int Interrupt = 2, Terminate = 15;

    public static void Send(Process child, int signal) => Assert.Equal(0, Kill(child.Id, signal));

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    /// <summary>A pipe with a name: what opens it waits for its other end.</summary>
    public static int MakePipe(string path) => MakeFifo(path, 0x1FF);

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeFifo(string path, int mode);
}
