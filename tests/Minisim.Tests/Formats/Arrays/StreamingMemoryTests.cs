using Minisim.Formats;
using Minisim.Tests.Formats.Zarr;

namespace Minisim.Tests.Formats.Arrays;

/// <summary>Tests that look at the memory of the whole process, and so run while no other does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public class Alone;

[Collection(nameof(Alone))]
public class StreamingMemoryTests : InTemporaryFolder
{
    /// <summary>The chunks of a long movie must not pile up.</summary>
    [Theory]
    [InlineData(".h5")]
    [InlineData(".nwb")]
    [InlineData(".npz")]
    public void Memory_does_not_grow_with_the_number_of_frames(string ending)
    {
        var sample = SampleRecording.Make(3000, 4, 4, units: 1, optional: false);
        var header = sample.Header with { Height = 500, Width = 500 };
        var block = new byte[16 * 250_000];
        new System.Random(5).NextBytes(block);
        using var sink = RecordingFormats.CreateSink(PathOf("a" + ending), new() { Flush = false });
        sink.Begin(header, sample.Truth);
        long early = 0, late = 0;
        for (var f = 0; f < 800; f += 16)
        {
            sink.Write(null, f, 16, block);
            var held = f % 160 == 0 ? GC.GetTotalMemory(forceFullCollection: true) : 0;
            if (f <= 160) early = Math.Max(early, held);
            else late = Math.Max(late, held);
        }
        // 150 MB of incompressible movie lie between.
        Assert.True(late - early < 75 << 20, $"{early:N0} bytes are held early, {late:N0} after 200 MB of movie");
    }

    /// <summary>The traces, transposed for NWB, and its masks must not be kept beside the truth.</summary>
    [Fact]
    public void What_is_in_the_file_before_the_movie_is_let_go()
    {
        var sample = SampleRecording.Make(20_000, 4, 4, units: 200, optional: false);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var sink = RecordingFormats.CreateSink(PathOf("a.nwb"), new() { Flush = false });
        sink.Begin(sample.Header, sample.Truth);
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        // Three traces of 32 MB each are in the file; spike times, which are fewer, are held.
        Assert.True(held < 30 << 20, $"{held:N0} bytes are held");
        GC.KeepAlive(sample);
    }
}
