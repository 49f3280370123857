using System.Text.Json;
using Minisim.Formats;
using Minisim.Formats.Avi;
using Minisim.Formats.Writing;
using Minisim.Tests.Formats.Zarr;
using Minisim.Tests.Interop;
using Minisim.Truth;

namespace Minisim.Tests.Formats.Avi;

public class AviTests : InTemporaryFolder
{
    [Theory]
    [InlineData(21, 37, 53)]
    [InlineData(1, 1, 1)]
    [InlineData(5, 40, 64)]
    [InlineData(9, 300, 400)]
    [InlineData(7, 3, 6)]
    public void What_is_written_is_read_back(int frames, int height, int width)
    {
        var sample = SampleRecording.Make(frames, height, width);
        sample.Save(PathOf("a b ü 神経.avi"));
        using var movie = RecordingFormats.OpenMovie(PathOf("a b ü 神経.avi"));
        sample.AssertMovie(movie);
        Assert.Equal([PathOf("a b ü 神経.avi")], Directory.EnumerateFileSystemEntries(Folder));
    }

    [Theory]
    [InlineData(37, 53)]
    [InlineData(40, 64)]
    [InlineData(301, 402)]
    [InlineData(2, 2)]
    public void OpenCV_and_ffprobe_find_the_same_pixels(int height, int width)
    {
        Python.Need("cv2", "numpy");
        Python.NeedProgram("ffprobe");
        var sample = SampleRecording.Make(21, height, width);
        sample.Save(PathOf("a b ü.avi"));
        var found = Python.Script("read_movie.py", "opencv", PathOf("a b ü.avi"));
        Assert.Equal($"[21, {height}, {width}]", found.GetProperty("shape").GetRawText());
        Assert.Equal(FormatSamples.Sha256(sample.AllFrames()), found.GetProperty("sha256").GetString());
        Assert.Equal(21, found.GetProperty("announced").GetInt32());
        Assert.Equal(20, found.GetProperty("fps").GetDouble());
        var stream = JsonDocument.Parse(Python.Run("ffprobe", "-v", "error", "-count_frames", "-show_streams", "-of", "json", PathOf("a b ü.avi"))).RootElement.GetProperty("streams")[0];
        Assert.Equal(("rawvideo", "gray", "20/1", "21"), (stream.GetProperty("codec_name").GetString()!, stream.GetProperty("pix_fmt").GetString()!, stream.GetProperty("r_frame_rate").GetString()!, stream.GetProperty("nb_read_frames").GetString()!));
    }

    [Theory]
    [InlineData(PixelType.UInt16)]
    [InlineData(PixelType.Float32)]
    public void Deeper_pixels_are_refused_unless_a_range_is_given(PixelType type)
    {
        var sample = SampleRecording.Make(type: type);
        var e = Assert.Throws<RecordingFormatException>(() => sample.Save(PathOf("a.avi")));
        Assert.Contains("TIFF", e.Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder));
        sample.Save(PathOf("a.avi"), new EightBitOptions { Range = new(100, 600) });
        using var movie = RecordingFormats.OpenMovie(PathOf("a.avi"));
        var frame = new byte[37 * 53];
        movie.Read(3, 1, frame);
        var source = new byte[frame.Length * 8];
        PixelTypes.Convert(sample.Frames(null, 3, 1), type, source, PixelType.Float64);
        for (var p = 0; p < frame.Length; p++) Assert.Equal(Math.Clamp(Math.Round(255 * (BitConverter.ToDouble(source, 8 * p) - 100) / 500), 0, 255), frame[p]);
    }

    /// <summary>5 GB of which a few frames are written, the rest left as holes.</summary>
    [Fact]
    public void Past_four_gigabytes_every_frame_is_found()
    {
        const int height = 2000, width = 2500, frames = 1000;
        var layout = new AviLayout(frames, height, width, 20, "test");
        Assert.True(layout.Length > 4L << 30 && layout.Parts > 4);
        int[] marked = [0, 1, 213, 214, 215, 428, 429, 858, 998, 999];
        using (var file = AtomicFile.Create(PathOf("big.avi"), new FormatOptions { Flush = false }))
        {
            var header = new byte[8];
            AviLayout.WriteChunkHeader(header, layout.FrameBytes);
            for (var f = 0; f < frames; f++) file.Write(header, layout.FrameOffset(f));
            foreach (var f in marked)
            {
                file.Write([(byte)(f % 251 + 1)], layout.FrameOffset(f) + 8);
                file.Write([(byte)(f % 241 + 1)], layout.FrameOffset(f) + 8 + height * width - 1);
            }
            foreach (var (offset, bytes) in layout.Structure()) file.Write(bytes, offset);
            file.Commit();
        }
        Assert.Equal(layout.Length, new FileInfo(PathOf("big.avi")).Length);
        using (var movie = RecordingFormats.OpenMovie(PathOf("big.avi")))
        {
            Assert.Equal(frames, movie.Frames);
            var frame = new byte[height * width];
            foreach (var f in marked)
            {
                movie.Read(f, 1, frame);
                Assert.Equal(((byte)(f % 251 + 1), (byte)(f % 241 + 1)), (frame[0], frame[^1]));
            }
        }
        Python.NeedProgram("ffprobe");
        var packets = Python.Run("ffprobe", "-v", "error", "-show_entries", "packet=pos,size", "-of", "csv=p=0", PathOf("big.avi")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Enumerable.Range(0, frames).Select(f => $"{layout.FrameBytes},{layout.FrameOffset(f) + 8}"), packets.Select(p => p.TrimEnd(',')));
        // By the super index: the demuxer seeks to the last second.
        var last = Python.Run("ffprobe", "-v", "error", "-read_intervals", "49.95%+1", "-show_entries", "packet=pos", "-of", "csv=p=0", PathOf("big.avi")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains((layout.FrameOffset(999) + 8).ToString(), last.Select(p => p.TrimEnd(',')));
    }

    [Fact]
    public void Damaged_and_foreign_files_end_in_one_clear_error()
    {
        var sample = SampleRecording.Make();
        sample.Save(PathOf("good.avi"));
        var bytes = File.ReadAllBytes(PathOf("good.avi"));
        foreach (var length in (int[])[0, 1, 8, 11, 100, 300, bytes.Length / 2, bytes.Length - 1])
        {
            File.WriteAllBytes(PathOf("cut.avi"), bytes[..length]);
            Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenMovie(PathOf("cut.avi")));
        }
        File.WriteAllText(PathOf("text.avi"), "This is no movie, whatever its name says.");
        Assert.Contains("not an AVI file", Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenMovie(PathOf("text.avi"))).Message);
        Assert.Contains("does not exist", Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenMovie(PathOf("none.avi"))).Message);
        var random = new System.Random(1);
        for (var i = 0; i < 400; i++)
        {
            var broken = (byte[])bytes.Clone();
            for (var k = 0; k < 3; k++) broken[random.Next(700)] = (byte)random.Next(256);
            File.WriteAllBytes(PathOf("broken.avi"), broken);
            try
            {
                using var movie = RecordingFormats.OpenMovie(PathOf("broken.avi"));
                if ((long)movie.Height * movie.Width < 1 << 20) movie.Read(0, 1, new byte[movie.Height * movie.Width]);
            }
            catch (RecordingFormatException)
            {
            }
        }
    }

    /// <summary>The length of the stream is the one number that says how many frames there should be, where all lists are whole.</summary>
    [Theory]
    [InlineData(22, "promises 22 frames and holds 21")]
    [InlineData(21, null)]
    [InlineData(5, null)]
    [InlineData(0, null)]
    [InlineData(1 << 30, null)]
    public void A_file_that_promises_more_frames_than_it_holds_is_refused(int promised, string? said)
    {
        SampleRecording.Make(21, 13, 17).Save(PathOf("a.avi"));
        var bytes = File.ReadAllBytes(PathOf("a.avi"));
        BitConverter.GetBytes(promised).CopyTo(bytes, bytes.AsSpan().IndexOf("strh"u8) + 8 + 32);
        File.WriteAllBytes(PathOf("a.avi"), bytes);
        if (said is not null) Assert.Contains(said, Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenMovie(PathOf("a.avi"))).Reason);
        else using (var movie = RecordingFormats.OpenMovie(PathOf("a.avi"))) Assert.Equal(21, movie.Frames);
    }

    /// <summary>A program that cannot go back leaves the lengths of its lists open; what is cut is noticed all the same.</summary>
    [Fact]
    public void A_file_written_into_a_pipe_is_read_to_its_end()
    {
        var sample = SampleRecording.Make(21, 13, 17);
        sample.Save(PathOf("a.avi"));
        var bytes = File.ReadAllBytes(PathOf("a.avi"));
        foreach (var list in new[] { 0, bytes.AsSpan().IndexOf("movi"u8) - 8 }) BitConverter.GetBytes(uint.MaxValue).CopyTo(bytes, list + 4);
        BitConverter.GetBytes(1 << 30).CopyTo(bytes, bytes.AsSpan().IndexOf("strh"u8) + 8 + 32);
        File.WriteAllBytes(PathOf("a.avi"), bytes);
        using (var movie = RecordingFormats.OpenMovie(PathOf("a.avi"))) sample.AssertMovie(movie);
        File.WriteAllBytes(PathOf("a.avi"), bytes[..(bytes.AsSpan().IndexOf("idx1"u8) - 100)]);
        Assert.Contains("truncated", Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenMovie(PathOf("a.avi"))).Reason);
    }

    [Fact]
    public void Rates_become_quotients()
    {
        Assert.Equal((20u, 1u), Rational.Of(20));
        Assert.Equal((2997u, 100u), Rational.Of(29.97));
        Assert.Equal((30000u, 1001u), Rational.Of(30000.0 / 1001));
        Assert.Equal((1u, 3u), Rational.Of(1 / 3.0));
    }
}
