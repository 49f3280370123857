using System.Text.Json;
using Minisim.Formats;
using Minisim.Formats.Video;
using Minisim.Formats.Writing;
using Minisim.Tests.Formats.Zarr;
using Minisim.Tests.Interop;
using Minisim.Truth;

namespace Minisim.Tests.Formats.Video;

public class VideoTests : InTemporaryFolder
{
    [Theory]
    [InlineData("a b ü.mkv", PixelType.UInt8)]
    [InlineData("a.avi", PixelType.UInt8)]
    [InlineData("a.mkv", PixelType.UInt16)]
    public void Ffv1_is_exact_here_and_in_ffprobe(string name, PixelType type)
    {
        Python.NeedProgram("ffmpeg");
        var sample = SampleRecording.Make(21, 37, 53, type);
        sample.Save(PathOf(name), format: "ffv1");
        var stream = Probe(name);
        Assert.Equal(("ffv1", "21", 53, 37), (stream.GetProperty("codec_name").GetString()!, stream.GetProperty("nb_read_frames").GetString()!, stream.GetProperty("width").GetInt32(), stream.GetProperty("height").GetInt32()));
        Assert.Equal("20/1", stream.GetProperty("avg_frame_rate").GetString());
        using (var movie = RecordingFormats.OpenMovie(PathOf(name), "ffv1")) sample.AssertMovie(movie);
        Assert.Equal([PathOf(name)], Directory.EnumerateFileSystemEntries(Folder));
        if (type != PixelType.UInt8) return;
        Python.Need("cv2");
        Assert.Equal(FormatSamples.Sha256(sample.AllFrames()), Python.Script("read_movie.py", "opencv", PathOf(name)).GetProperty("sha256").GetString());
    }

    [Theory]
    [InlineData("a.mp4", "h264", PixelType.UInt8)]
    [InlineData("a.webm", "vp9", PixelType.UInt16)]
    public void Previews_play(string name, string codec, PixelType type)
    {
        Python.NeedProgram("ffmpeg");
        var sample = SampleRecording.Make(21, 37, 53, type);
        sample.Save(PathOf(name));
        var stream = Probe(name);
        Assert.Equal((codec, "21", 54, 38, "yuv420p"), (stream.GetProperty("codec_name").GetString()!, stream.GetProperty("nb_read_frames").GetString()!, stream.GetProperty("width").GetInt32(), stream.GetProperty("height").GetInt32(), stream.GetProperty("pix_fmt").GetString()!));
        Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenMovie(PathOf(name)));
    }

    [Theory]
    [InlineData(37, 53, 37, 53)]
    [InlineData(300, 600, 240, 480)]
    public void A_GIF_is_of_a_size_for_slides(int height, int width, int shownHeight, int shownWidth)
    {
        Python.NeedProgram("ffmpeg");
        var sample = SampleRecording.Make(21, height, width, PixelType.UInt8);
        sample.Save(PathOf("a.gif"));
        var stream = Probe("a.gif");
        Assert.Equal(("gif", shownHeight, shownWidth), (stream.GetProperty("codec_name").GetString()!, stream.GetProperty("height").GetInt32(), stream.GetProperty("width").GetInt32()));
        Assert.InRange(int.Parse(stream.GetProperty("nb_read_frames").GetString()!, System.Globalization.CultureInfo.InvariantCulture), 10, 27);
    }

    [Fact]
    public void Without_ffmpeg_the_error_says_what_to_do()
    {
        var before = Environment.GetEnvironmentVariable(Ffmpeg.Variable);
        Environment.SetEnvironmentVariable(Ffmpeg.Variable, "/nonexistent/ffmpeg");
        try
        {
            var e = Assert.Throws<RecordingFormatException>(() => SampleRecording.Make().Save(PathOf("a.mkv")));
            Assert.Contains("Install ffmpeg", e.Message);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Ffmpeg.Variable, before);
        }
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder));
    }

    [Fact]
    public void When_ffmpeg_fails_its_words_are_passed_on()
    {
        Python.NeedProgram("ffmpeg");
        // H.264 has no frames of 20,000 columns and one row.
        var e = Assert.ThrowsAny<Exception>(() => SampleRecording.Make(40, 1, 20000).Save(PathOf("a.mp4")));
        Assert.True(e is RecordingWriteException && e.Message.Contains("ffmpeg failed"), e.ToString());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder));
        File.WriteAllText(PathOf("text.mkv"), "This is no movie.");
        Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenMovie(PathOf("text.mkv")));
        using (var sink = RecordingFormats.CreateSink(PathOf("b.mkv")))
        {
            var sample = SampleRecording.Make();
            sink.Begin(sample.Header, sample.Truth);
            sink.Write(null, 0, 5, sample.Frames(null, 0, 5));
            Assert.Throws<InvalidOperationException>(sink.Complete);
        }
        Assert.Equal([PathOf("text.mkv")], Directory.EnumerateFileSystemEntries(Folder));
    }

    [Theory]
    [InlineData("a.mkv", "ffv1")]
    [InlineData("a.avi", "ffv1")]
    [InlineData("a.mp4", "mp4")]
    [InlineData("a.webm", "webm")]
    public void A_full_disk_ends_in_one_error(string name, string format)
    {
        Python.NeedProgram("ffmpeg");
        using var full = new FullDisk();
        var e = Assert.Throws<RecordingWriteException>(() => SampleRecording.Make(60, 100, 200).Save(PathOf(name), format: format));
        Assert.Contains(name, e.Message);
        Assert.Contains("No space left on device", e.Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder));
    }

    [Theory]
    [InlineData("a.mkv", false)]
    [InlineData("a.mp4", false)]
    [InlineData("a.mkv", true)]
    public void When_ffmpeg_is_killed_the_run_ends_in_one_error(string name, bool isLate)
    {
        Python.NeedProgram("ffmpeg");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc is Linux's");
        var sample = SampleRecording.Make(400, 200, 300, optional: false);
        using (var sink = RecordingFormats.CreateSink(PathOf(name)))
        {
            sink.Begin(sample.Header, sample.Truth);
            var ffmpeg = Children().Single(p => File.ReadAllText($"/proc/{p}/cmdline").Contains(PathOf(name)));
            var frames = sample.Frames(null, 0, 4);
            var e = Assert.Throws<RecordingWriteException>(() =>
            {
                for (var f = 0; f < 400; f += 4)
                {
                    if (f == (isLate ? 396 : 40)) System.Diagnostics.Process.GetProcessById(ffmpeg).Kill();
                    sink.Write(null, f, 4, frames);
                }
                sink.Complete();
            });
            Assert.Contains($"{name}: could not write", e.Message);
            Assert.Contains("ffmpeg failed: it ended with code 137 and said nothing", e.Message);
        }
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder));
    }

    private static IEnumerable<int> Children() =>
        Directory.GetDirectories("/proc/self/task").SelectMany(t => File.ReadAllText(t + "/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(int.Parse);

    private JsonElement Probe(string name) =>
        JsonDocument.Parse(Python.Run("ffprobe", "-v", "error", "-count_frames", "-show_streams", "-of", "json", PathOf(name))).RootElement.GetProperty("streams")[0];
}
