namespace Minisim.Formats.Writing;

/// <summary>Counts the frames of a file whose frames may be written in any order.</summary>
internal sealed class FrameCount(int frames)
{
    private long _written;

    public void Add(int count) => Interlocked.Add(ref _written, count);

    /// <summary>Checks that as many came as were announced.</summary>
    public void Finish()
    {
        if (Interlocked.Read(ref _written) != frames) throw new InvalidOperationException($"{_written} of {frames} frames were written");
    }
}
