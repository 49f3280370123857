using System.Runtime.InteropServices;

namespace Minisim.Cli;

/// <summary>An open file by its number, written to where the system has its end.</summary>
/// <remarks>The framework's file stream keeps a position of its own and leaves that of the system where it was: in <c>(minisim a; minisim b) &gt; log</c> the second
/// program would write over what the first one said. Its console stream says nothing when the other end of a pipe is gone.</remarks>
internal sealed partial class DescriptorStream(int number) : Stream
{
    private const int Interrupted = 4, TryAgain = 11;

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var written = Write(number, ref MemoryMarshal.GetReference(buffer), buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }
            var error = Marshal.GetLastPInvokeError();
            if (error == Interrupted) continue;
            if (error == TryAgain)
            {
                // Somebody made the pipe one that does not wait.
                Thread.Sleep(1);
                continue;
            }
            throw new IOException(Marshal.GetPInvokeErrorMessage(error), error);
        }
    }

    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int file, ref byte bytes, nint count);
}
