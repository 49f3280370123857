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

    /// <summary>ffmpeg reads what is left of a file and ends well.</summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(1)]
    public void A_video_that_was_cut_is_refused(double left)
    {
        Python.NeedProgram("ffmpeg");
        var sample = SampleRecording.Make(60, 37, 53);
        sample.Save(PathOf("a.mkv"));
        var bytes = File.ReadAllBytes(PathOf("a.mkv"));
        File.WriteAllBytes(PathOf("a.mkv"), bytes[..(int)(left * bytes.Length)]);
        if (left < 1) Assert.Matches(@"is not whole: \d+ frames are there \((File ended|Truncating)", Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenMovie(PathOf("a.mkv"))).Reason);
        else using (var movie = RecordingFormats.OpenMovie(PathOf("a.mkv"))) sample.AssertMovie(movie);
    }

    [Fact]
    public void What_is_no_video_is_said_in_the_words_of_ffmpeg()
    {
        Python.NeedProgram("ffmpeg");
        File.WriteAllText(PathOf("a.mkv"), "hello");
        var e = Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenMovie(PathOf("a.mkv")));
        Assert.Contains("is no video that ffmpeg reads", e.Message);
        Assert.DoesNotContain("write", e.Message);
    }

    /// <summary>What has two bytes a pixel need not be grey of 16 bits. Matroska gives colours its own names.</summary>
    [Theory]
    [InlineData("gray10le", null)]
    [InlineData("gray12le", null)]
    [InlineData("yuyv422", "pixels that are yuyv422")]
    [InlineData("rgb565le", "pixels that are rgb555le")]
    [InlineData("yuv420p", "pixels that are yuv420p")]
    [InlineData("rgb8", "pixels that are pal8")]
    public void Counts_of_10_and_12_bits_are_kept_and_colours_refused(string format, string? said)
    {
        Python.NeedProgram("ffmpeg");
        var values = Enumerable.Range(0, 5 * 32 * 48).Select(i => (ushort)(i % 1024)).ToArray();
        File.WriteAllBytes(PathOf("raw"), System.Runtime.InteropServices.MemoryMarshal.AsBytes<ushort>(values).ToArray());
        Python.Run("ffmpeg", "-v", "error", "-f", "rawvideo", "-pix_fmt", said is null ? format : "gray10le", "-s", "48x32", "-r", "20", "-i", PathOf("raw"), "-allow_raw_vfw", "1", "-c:v", said is null ? "ffv1" : "rawvideo", "-pix_fmt", format, PathOf("a.mkv"));
        if (said is not null)
        {
            Assert.Contains(said, Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenMovie(PathOf("a.mkv"))).Reason);
            return;
        }
        using var movie = RecordingFormats.OpenMovie(PathOf("a.mkv"));
        var read = new ushort[values.Length];
        movie.Read(0, 5, System.Runtime.InteropServices.MemoryMarshal.AsBytes(read.AsSpan()));
        Assert.Equal(values, read);
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

    /// <summary>Three cells that flash one after the other over a bright, noisy ground, and a fourth that cannot be detected.</summary>
    private static SampleRecording Flashes(int height, int width, int frames = 12, bool moves = false)
    {
        var grid = new Scenes.Grid(height, width, 4, 1);
        var places = new[] { (8, 8), (8, width - 16), (height - 16, 8), (height - 16, width - 16) };
        var planted = places.Select(p => new Scenes.Footprint(p.Item1 + 4, p.Item2 + 4, 6, 6, [.. Enumerable.Repeat(1f, 36)])).ToArray();
        var c = new double[4 * frames];
        for (var i = 0; i < 4; i++)
            for (var t = 0; t < frames; t++) c[i * frames + t] = t % 4 == i ? 3 : 1;
        var shifts = new double[2 * frames];
        if (moves)
            for (var t = 0; t < frames; t++) (shifts[2 * t], shifts[2 * t + 1]) = (t % 3 - 1, 1 - t % 3);
        var made = SampleRecording.Make(frames, height, width);
        TruthArray[] arrays =
        [
            new("C", ["unit", "frame"], [4, frames], null, c, ""), new("S", ["unit", "frame"], [4, frames], null, new double[4 * frames], ""), new("centers_um", ["unit", "axis"], [4, 3], "µm", new double[12], ""),
            new("amplitude_per_cell", ["unit"], [4], null, new double[4], ""), new("in_focus", ["unit"], [4], null, new bool[4], ""), new("detectable", ["unit"], [4], null, new[] { true, true, true, false }, ""),
            new("shifts", ["frame", "yx"], [frames, 2], "px", shifts, ""),
        ];
        return new() { Header = made.Header, Truth = new GroundTruth(grid, planted, arrays, null) };
    }

    [Fact]
    public void The_truth_panel_shows_detectable_cells_alone_when_they_are_active_and_where_the_camera_sees_them()
    {
        const int height = 48, width = 64, frames = 12;
        var panel = TruthPanel.Of(Flashes(height, width, frames, moves: true).Truth, height, width, frames)!;
        var (light, shown) = (new float[height * width], new byte[height * width]);
        var places = new[] { (8, 8), (8, width - 16), (height - 16, 8), (height - 16, width - 16) };
        for (var t = 0; t < frames; t++)
        {
            panel.Draw(t, light, shown);
            var lit = t % 4 == 3 ? 0 : 36;
            Assert.Equal(lit, shown.Count(v => v == 255));
            Assert.Equal(height * width - lit, shown.Count(v => v == 0));
            if (lit == 0) continue;
            var (row, col) = (places[t % 4].Item1 + t % 3 - 1, places[t % 4].Item2 + 1 - t % 3);
            Assert.Equal((255, 255, 0), (shown[row * width + col], shown[(row + 5) * width + col + 5], shown[(row - 1) * width + col]));
        }
        Assert.Null(TruthPanel.Of(SampleRecording.Make(units: 0).Truth, 37, 53, 21));
    }

    [Fact]
    public void The_truth_panel_shows_the_root_of_what_is_left_of_the_light_against_the_brightest_cells()
    {
        const int height = 24, width = 40, margin = 4;
        double[] rises = [0.32, 2, 0.72];
        var planted = rises.Select((_, i) => new Scenes.Footprint(10 + margin, 8 + 10 * i + margin, 2, 2, [1, 1, 1, 0.25f])).ToArray();
        // At rest, risen, and risen when 16 % of it has not bleached.
        TruthArray[] arrays =
        [
            new("C", ["unit", "frame"], [3, 3], null, rises.SelectMany(r => new[] { 1, 1 + r, 1 + r }).ToArray(), ""),
            new("bleaching", ["unit", "frame"], [3, 3], null, rises.SelectMany(_ => new[] { 1, 1, 0.16 }).ToArray(), ""),
            new("centers_um", ["unit", "axis"], [3, 3], "µm", new double[9], ""), new("detectable", ["unit"], [3], null, new[] { true, true, true }, ""),
        ];
        var truth = new GroundTruth(new Scenes.Grid(height, width, margin, 1), planted, arrays, null);
        byte[] Shown(int frame, int h, int w)
        {
            var (light, shown) = (new float[h * w], new byte[h * w]);
            TruthPanel.Of(truth, h, w, 3)!.Draw(frame, light, shown);
            return shown;
        }
        Assert.All(Shown(0, height, width), p => Assert.Equal(0, p));
        // 255·√(0.32/2), 255, 255·√(0.72/2); a pixel of a quarter has half of it.
        byte[] risen = Shown(1, height, width), left = Shown(2, height, width);
        Assert.Equal([102, 255, 153], [risen[10 * width + 8], risen[10 * width + 18], risen[10 * width + 28]]);
        Assert.Equal(51, risen[11 * width + 9]);
        Assert.Equal([41, 102, 61], [left[10 * width + 8], left[10 * width + 18], left[10 * width + 28]]);
        // A movie that stopped before it was cropped shows them further in by the margin.
        var canvas = Shown(1, height + 2 * margin, width + 2 * margin);
        for (var r = 0; r < height; r++)
            Assert.Equal(risen[(r * width)..((r + 1) * width)], canvas[((r + margin) * (width + 2 * margin) + margin)..][..width]);
    }

    [Theory]
    [InlineData("a.mp4", "h264")]
    [InlineData("a.webm", "vp9")]
    public void Side_by_side_videos_show_the_movie_left_and_the_truth_right(string name, string codec)
    {
        Python.NeedProgram("ffmpeg");
        const int height = 240, width = 320, frames = 12;
        var sample = Flashes(height, width, frames);
        sample.Save(PathOf(name), new VideoOptions { TruthBeside = true }, block: 1);
        var stream = Probe(name);
        // Twice as high for a screen, two pictures and the line between them.
        Assert.Equal((codec, "12", 2 * height, 2 * (2 * width + 8)), (stream.GetProperty("codec_name").GetString()!, stream.GetProperty("nb_read_frames").GetString()!, stream.GetProperty("height").GetInt32(), stream.GetProperty("width").GetInt32()));
        Python.Run("ffmpeg", "-v", "error", "-i", PathOf(name), "-f", "rawvideo", "-pix_fmt", "gray", PathOf("raw"));
        var pixels = File.ReadAllBytes(PathOf("raw"));
        int w = 2 * (2 * width + 8), h = 2 * height;
        double Mean(int t, int row, int col, int size)
        {
            var sum = 0.0;
            for (var r = 0; r < size; r++)
                for (var c = 0; c < size; c++) sum += pixels[(t * h + row + r) * w + col + c];
            return sum / (size * size);
        }
        for (var t = 0; t < frames; t++)
        {
            Assert.InRange(Mean(t, 100, 100, 300), 45, 75);
            Assert.InRange(Mean(t, 200, 2 * (width + 8) + 200, 80), 0, 12);
            var cell = Mean(t, 18, 2 * (width + 8) + 18, 8);
            if (t % 4 == 0) Assert.InRange(cell, 200, 255);
            else Assert.InRange(cell, 0, 40);
        }
    }

    [Theory]
    [InlineData(608, 1224, 608, 1224)]
    [InlineData(2048, 4104, 958, 1920)]
    [InlineData(64, 136, 448, 952)]
    [InlineData(1500, 600, 1080, 432)]
    [InlineData(37, 115, 444, 1380)]
    public void Side_by_side_videos_have_a_size_for_screens(int height, int width, int shownHeight, int shownWidth) =>
        Assert.Equal((shownHeight, shownWidth), VideoFormat.ScreenSize(height, width));

    [Fact]
    public async Task The_command_shows_the_truth_beside_the_movie_and_says_where_it_cannot()
    {
        Python.NeedProgram("ffmpeg");
        Flashes(48, 64).WriteTo(PathOf("a.zarr"));
        async Task<(int Code, string Said)> Run(params string[] args)
        {
            var (output, error) = (new StringWriter(), new StringWriter());
            var code = await Minisim.Cli.CommandLine.RunAsync(args, output, error, TestContext.Current.CancellationToken);
            return (code, output + error.ToString());
        }
        Assert.Equal(0, (await Run("export", PathOf("a.zarr"), "-o", PathOf("a.mp4"), "--side-by-side", "truth")).Code);
        Assert.Equal(2 * 64 + 8, Probe("a.mp4").GetProperty("width").GetInt32() / 10);
        Assert.Contains("mp4, webm, gif", (await Run("export", PathOf("a.zarr"), "-o", PathOf("a.avi"), "--side-by-side", "truth")).Said);
        Assert.Contains("'truth'", (await Run("export", PathOf("a.zarr"), "-o", PathOf("b.mp4"), "--side-by-side", "lies")).Said);
        Assert.Equal(0, (await Run("export", PathOf("a.zarr"), "-o", PathOf("a.tif"))).Code);
        Assert.Contains("no traces", (await Run("export", PathOf("a.tif"), "-o", PathOf("b.mp4"), "--side-by-side", "truth")).Said);
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
