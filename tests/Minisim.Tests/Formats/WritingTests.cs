using Minisim.Formats;
using Minisim.Formats.Writing;
using Minisim.Tests.Formats.Zarr;

namespace Minisim.Tests.Formats;

/// <summary>What all formats of one file have in common.</summary>
public class WritingTests : InTemporaryFolder
{
    /// <summary>Formats of one file that need no other program.</summary>
    public static TheoryData<string> Endings() => [.. RecordingFormats.All.Where(f => f.Name is not ("zarr" or "miniscope" or "ffv1" or "mp4" or "webm")).Select(f => f.Extensions[0])];

    [Fact]
    public void The_catalogue_chooses_by_ending_or_name()
    {
        foreach (var format in RecordingFormats.All)
        {
            Assert.Same(format, RecordingFormats.Find("x", format.Name.ToUpperInvariant()));
            foreach (var extension in format.Extensions) Assert.Same(format, RecordingFormats.Find("some.thing" + extension.ToUpperInvariant()));
            Assert.Equal(format.CanRead, format.Contents.HasFlag(FormatContents.Movie) && format.CanRead);
        }
        Assert.Equal(RecordingFormats.All.Count, RecordingFormats.All.Select(f => f.Name).Distinct().Count());
        Assert.Contains("did you mean '.avi'", Assert.Throws<RecordingFormatException>(() => RecordingFormats.Find("a.avo")).Message);
        Assert.Contains("did you mean 'zarr'", Assert.Throws<RecordingFormatException>(() => RecordingFormats.Find("a.avi", "zar")).Message);
        Assert.Contains("no ending", Assert.Throws<RecordingFormatException>(() => RecordingFormats.Find("a")).Message);
    }

    [Theory]
    [MemberData(nameof(Endings))]
    public void An_existing_file_is_kept_unless_overwriting_is_asked_for(string ending)
    {
        FormatSamples.NeedWriterOf(ending);
        var sample = SampleRecording.Make();
        File.WriteAllText(PathOf("a" + ending), "mine");
        Assert.Contains("exists", Assert.Throws<RecordingFormatException>(() => sample.Save(PathOf("a" + ending))).Message);
        Assert.Equal("mine", File.ReadAllText(PathOf("a" + ending)));
        sample.Save(PathOf("a" + ending), new() { Overwrite = true });
        Assert.True(new FileInfo(PathOf("a" + ending)).Length > 10000);
        Assert.Equal([PathOf("a" + ending)], Directory.EnumerateFileSystemEntries(Folder));
    }

    [Theory]
    [MemberData(nameof(Endings))]
    public void A_run_that_fails_leaves_nothing_that_has_the_name(string ending)
    {
        FormatSamples.NeedWriterOf(ending);
        var sample = SampleRecording.Make();
        using (var sink = RecordingFormats.CreateSink(PathOf("a" + ending)))
        {
            sink.Begin(sample.Header, sample.Truth);
            sink.Write(null, 0, 5, sample.Frames(null, 0, 5));
            Assert.False(File.Exists(PathOf("a" + ending)));
            Assert.Throws<InvalidOperationException>(sink.Complete);
        }
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder));
    }

    [Theory]
    [MemberData(nameof(Endings))]
    public void Two_writers_of_one_file_keep_out_of_each_others_way(string ending)
    {
        FormatSamples.NeedWriterOf(ending);
        var sample = SampleRecording.Make();
        using (var sink = RecordingFormats.CreateSink(PathOf("a" + ending)))
        {
            sink.Begin(sample.Header, sample.Truth);
            using var second = RecordingFormats.CreateSink(PathOf("a" + ending));
            Assert.Contains("written by another", Assert.Throws<RecordingFormatException>(() => second.Begin(sample.Header, sample.Truth)).Message);
        }
        sample.Save(PathOf("a" + ending));
    }

    public static TheoryData<string> Readable() => [.. RecordingFormats.All.Where(f => f.CanRead && f.Name is not ("zarr" or "miniscope" or "ffv1")).Select(f => f.Extensions[0])];

    [Theory]
    [MemberData(nameof(Readable))]
    public void Files_that_are_locked_unfinished_or_folders_end_in_one_clear_error(string ending)
    {
        var sample = SampleRecording.Make();
        sample.Save(PathOf("a" + ending));
        using (new FileStream(PathOf("a" + ending), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            Assert.Contains("cannot be read", Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenMovie(PathOf("a" + ending))).Message);
        using (var movie = RecordingFormats.OpenMovie(PathOf("a" + ending))) sample.AssertMovie(movie);
        using (var sink = RecordingFormats.CreateSink(PathOf("b" + ending)))
        {
            sink.Begin(sample.Header, sample.Truth);
            Assert.Contains("unfinished", Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenMovie(PathOf("b" + ending))).Message);
        }
        Directory.CreateDirectory(PathOf("c" + ending));
        Assert.Contains("folder", Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenMovie(PathOf("c" + ending))).Message);
        Assert.Contains("folder", Assert.Throws<RecordingFormatException>(() => sample.Save(PathOf("c" + ending), new() { Overwrite = true })).Message);
    }

    [Theory]
    [MemberData(nameof(Endings))]
    public void A_folder_that_takes_no_files_ends_in_one_error(string ending)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc is Linux's");
        var e = Assert.Throws<RecordingWriteException>(() => SampleRecording.Make().Save("/proc/a" + ending));
        Assert.Contains("/proc/", e.Message);
    }

    [Theory]
    [MemberData(nameof(Endings))]
    public void A_full_disk_ends_in_one_error(string ending)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full is Linux's");
        FormatSamples.NeedWriterOf(ending);
        using var full = new FullDisk();
        var e = Assert.Throws<RecordingWriteException>(() => SampleRecording.Make(60, 100, 200).Save(PathOf("a" + ending)));
        Assert.Contains("a" + ending, e.Message);
        Assert.False(File.Exists(PathOf("a" + ending)));
    }

    [Fact]
    public void Early_blocks_wait_their_turn_and_memory_stays_flat()
    {
        var order = new List<int>();
        var writer = new OrderedWriter(400, (first, count, pixels) =>
        {
            Assert.Equal(first % 251, pixels[0]);
            for (var i = 0; i < count; i++) order.Add(first + i);
        }, room: 8000);
        var next = -1;
        Parallel.For(0, 8, new() { MaxDegreeOfParallelism = 8 }, _ =>
        {
            while (Interlocked.Increment(ref next) is var b && b < 100)
            {
                var pixels = new byte[4000];
                pixels[0] = (byte)(4 * b % 251);
                if (b % 7 == 0) Thread.Sleep(2);
                writer.Write(4 * b, 4, pixels);
            }
        });
        writer.Finish();
        Assert.Equal(Enumerable.Range(0, 400), order);
    }

    [Fact]
    public void Whoever_waits_for_a_block_that_will_not_come_is_told_why()
    {
        var writer = new OrderedWriter(100, (_, _, _) => { }, room: 0);
        var waiting = Task.Run(() => writer.Write(50, 50, new byte[500]));
        Thread.Sleep(50);
        Assert.False(waiting.IsCompleted);
        writer.Fail(new OperationCanceledException("stopped"));
        Assert.Equal("stopped", Assert.Throws<OperationCanceledException>(() => waiting.GetAwaiter().GetResult()).Message);
        Assert.Throws<OperationCanceledException>(writer.Finish);
    }
}
