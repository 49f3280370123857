using System.Security.Cryptography;
using Minisim.Formats;
using Minisim.Rendering;
using Minisim.Tests.Formats.Zarr;
using Minisim.Truth;

namespace Minisim.Tests.Formats;

/// <summary>Samples into sinks and back.</summary>
internal static class FormatSamples
{
    /// <summary>Feeds a sink as the renderer does: from several threads, blocks not quite in order.</summary>
    public static void Save(this SampleRecording sample, IRecordingSink sink, int block = 4)
    {
        using (sink)
        {
            sink.Begin(sample.Header, sample.Truth);
            var unit = (block + sink.BlockFrames - 1) / sink.BlockFrames * sink.BlockFrames;
            foreach (var movie in sample.Blocks(unit).GroupBy(b => b.Snapshot))
            {
                var blocks = movie.ToArray();
                var next = -1;
                Exception? failure = null;
                void Work()
                {
                    try
                    {
                        while (Volatile.Read(ref failure) is null && Interlocked.Increment(ref next) is var i && i < blocks.Length)
                        {
                            var (snapshot, first, count) = blocks[i];
                            sink.Write(snapshot, first, count, sample.Frames(snapshot, first, count));
                        }
                    }
                    catch (Exception e)
                    {
                        Interlocked.CompareExchange(ref failure, e, null);
                        sink.Abort(e);
                    }
                }
                var threads = Enumerable.Range(0, 4).Select(_ => new Thread(Work)).ToArray();
                foreach (var thread in threads) thread.Start();
                foreach (var thread in threads) thread.Join();
                if (failure is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
            }
            sink.Complete();
        }
    }

    public static void Save(this SampleRecording sample, string path, FormatOptions? options = null, string? format = null, int block = 4) =>
        sample.Save(RecordingFormats.CreateSink(path, options, format), block);

    /// <summary>Skips the test where the program is missing that writes a format of this name or ending.</summary>
    public static void NeedWriterOf(string format)
    {
        if (format is "ffv1" or "mp4" or "webm" or "gif" || format.EndsWith(".gif", StringComparison.Ordinal)) Interop.Python.NeedProgram("ffmpeg");
    }

    public static byte[] AllFrames(this SampleRecording sample) => sample.Frames(null, 0, sample.Header.Frames);

    public static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Fails unless the movie holds exactly the sample's frames, read whole and in parts.</summary>
    public static void AssertMovie(this SampleRecording sample, Movie movie)
    {
        var header = sample.Header;
        Assert.Equal((header.Frames, header.Height, header.Width, header.PixelType), (movie.Frames, movie.Height, movie.Width, movie.PixelType));
        var expected = sample.AllFrames();
        var actual = new byte[expected.Length];
        movie.Read(0, movie.Frames, actual);
        Assert.True(expected.AsSpan().SequenceEqual(actual), "the movie differs");
        var size = header.FrameBytes;
        var part = new byte[2 * size];
        for (var first = header.Frames - 2; first >= 0; first -= 3)
        {
            movie.Read(first, 2, part);
            Assert.True(expected.AsSpan(first * size, part.Length).SequenceEqual(part), $"frames from {first} differ");
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => movie.Read(header.Frames - 1, 2, part));
    }
}
