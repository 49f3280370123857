using Minisim.Formats;
using Minisim.Formats.Writing;
using Minisim.Formats.Zarr;
using Minisim.Tests.Formats.Zarr;

namespace Minisim.Tests.Formats;

/// <summary>Whatever lies beside a target is somebody's: nothing of it is written, followed or deleted.</summary>
public class OutputSafetyTests : InTemporaryFolder
{
    public static TheoryData<string> Targets() => [.. RecordingFormats.All.Where(f => f.Name is not ("ffv1" or "mp4" or "webm")).Select(f => f.Extensions.Count > 0 ? "a" + f.Extensions[0] : "a/")];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Files_of_others_with_names_that_a_writer_might_want_are_left_alone(string name)
    {
        FormatSamples.NeedWriterOf(name);
        var sample = SampleRecording.Make();
        var bare = PathOf(name.TrimEnd('/'));
        string[] theirs = [".lock", ".replaced", ".tmp~", ".partial~", name.EndsWith(".zarr") ? ".bak" : ".partial"];
        foreach (var ending in theirs) File.WriteAllText(bare + ending, "mine");
        File.WriteAllText(PathOf("elsewhere"), "mine too");
        if (!name.EndsWith(".zarr"))
        {
            File.Delete(bare + ".partial");
            File.CreateSymbolicLink(bare + ".partial", PathOf("elsewhere"));
        }
        sample.Save(PathOf(name));
        sample.Save(PathOf(name), new() { Overwrite = true });
        Assert.Throws<RecordingFormatException>(() => sample.Save(PathOf(name)));
        foreach (var ending in theirs) Assert.Equal(ending == ".partial" ? "mine too" : "mine", File.ReadAllText(bare + ending));
        Assert.Equal(theirs.Length + 2, Directory.EnumerateFileSystemEntries(Folder).Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("my notes on locks\nand more\n")]
    public void A_file_of_another_kind_with_the_lock_s_name_is_refused_and_kept(string text)
    {
        File.WriteAllText(PathOf("a.npy") + WriterLock.Suffix, text);
        var error = Assert.Throws<RecordingFormatException>(() => SampleRecording.Make().Save(PathOf("a.npy"), new() { Overwrite = true }));
        Assert.Contains("not made by this program", error.Reason);
        Assert.Equal(text, File.ReadAllText(PathOf("a.npy") + WriterLock.Suffix));
        Assert.Single(Directory.EnumerateFileSystemEntries(Folder));
    }

    [Fact]
    public void A_lock_that_is_a_link_is_not_followed()
    {
        File.CreateSymbolicLink(PathOf("a.npy") + WriterLock.Suffix, PathOf("elsewhere"));
        Assert.Throws<RecordingFormatException>(() => SampleRecording.Make().Save(PathOf("a.npy")));
        File.WriteAllText(PathOf("elsewhere"), "mine");
        Assert.Throws<RecordingFormatException>(() => SampleRecording.Make().Save(PathOf("a.npy")));
        Assert.Equal("mine", File.ReadAllText(PathOf("elsewhere")));
    }

    [Fact]
    public void What_a_killed_writer_left_goes_with_the_next_one_and_nothing_else_does()
    {
        var left = PathOf("a.npy.0123456789ab.partial");
        foreach (var (noted, stays) in ((string, bool)[])[(Path.GetFileName(left), false), ("thesis.txt", true), ("../thesis.txt", true), ("a.npy", true)])
        {
            File.WriteAllText(left, "half a movie");
            File.WriteAllText(PathOf("thesis.txt"), "mine");
            File.WriteAllText(PathOf("a.npy") + WriterLock.Suffix, $"minisim is writing here\n1 0\n{noted}\n");
            SampleRecording.Make().Save(PathOf("a.npy"), new() { Overwrite = true });
            Assert.Equal(stays, File.Exists(left));
            Assert.Equal("mine", File.ReadAllText(PathOf("thesis.txt")));
            Assert.False(File.Exists(PathOf("a.npy") + WriterLock.Suffix));
        }
    }

    [Fact]
    public void A_resumable_folder_is_taken_only_with_our_mark_and_without_links()
    {
        var sample = SampleRecording.Make();
        var (path, partial) = (PathOf("a.zarr"), PathOf("a.zarr.partial"));
        Directory.CreateDirectory(partial);
        File.WriteAllText(Path.Combine(partial, "chapter1.txt"), "irreplaceable");
        foreach (var overwrite in (bool[])[false, true])
            Assert.Contains("no unfinished recording of this program", Assert.Throws<RecordingFormatException>(() => sample.WriteTo(path, new() { Overwrite = overwrite })).Reason);
        File.WriteAllText(Path.Combine(partial, "unfinished.json"), "{\"engine\": \"another\"}");
        Assert.Throws<RecordingFormatException>(() => sample.WriteTo(path, new() { Overwrite = true }));
        Assert.True(File.Exists(Path.Combine(partial, "chapter1.txt")));
        Directory.Delete(partial, recursive: true);

        Directory.CreateDirectory(PathOf("elsewhere"));
        Directory.CreateSymbolicLink(partial, PathOf("elsewhere"));
        Assert.Contains("is no folder", Assert.Throws<RecordingFormatException>(() => sample.WriteTo(path, new() { Overwrite = true })).Reason);
        Directory.Delete(partial);

        // Of what has not a single chunk nothing stays that could be gone on with.
        using (var sink = new ZarrRecordingSink(path)) sink.Begin(sample.Header, sample.Truth);
        Assert.False(Directory.Exists(partial));
        using (var sink = new ZarrRecordingSink(path))
        {
            sink.Begin(sample.Header, sample.Truth);
            var (name, first, count) = sample.Blocks(sink.BlockFrames).First();
            sink.Write(name, first, count, sample.Frames(name, first, count));
        }
        Directory.Delete(Path.Combine(partial, "observed"), recursive: true);
        Directory.CreateSymbolicLink(Path.Combine(partial, "observed"), PathOf("elsewhere"));
        Assert.Contains("is a link", Assert.Throws<RecordingFormatException>(() => sample.WriteTo(path)).Reason);
        Assert.Empty(Directory.EnumerateFileSystemEntries(PathOf("elsewhere")));
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Nothing_is_written_into_a_recording_even_when_overwriting(string name)
    {
        var sample = SampleRecording.Make();
        sample.WriteTo(PathOf("rec.zarr"));
        sample.Save(PathOf("session/"));
        foreach (var place in (string[])["rec.zarr", "rec.zarr/observed", "rec.zarr/ground_truth/planted", "session", "session/Miniscope"])
        {
            var before = Snapshot(PathOf("."));
            var error = Assert.Throws<RecordingFormatException>(() => sample.Save(PathOf($"{place}/{name}"), new() { Overwrite = true }));
            Assert.Contains("within the recording", error.Reason);
            Assert.Equal(before, Snapshot(PathOf(".")));
        }
        Assert.Throws<RecordingFormatException>(() => WholeFile.Write(PathOf("rec.zarr/spec.json"), "{}", overwrite: true));
    }

    [Fact]
    public void A_result_never_replaces_what_it_is_made_from()
    {
        File.WriteAllText(PathOf("in.npy"), "mine");
        File.CreateSymbolicLink(PathOf("link.npy"), PathOf("in.npy"));
        Directory.CreateDirectory(PathOf("suite2p"));
        File.WriteAllText(PathOf("suite2p/ops.npy"), "mine");
        foreach (var output in (string[])["in.npy", "./in.npy", "link.npy", "suite2p/ops.npy", "suite2p"])
            Assert.Contains("read as input", Assert.Throws<RecordingFormatException>(() => WholeFile.Check(PathOf(output), true, PathOf("in.npy"), PathOf("suite2p"))).Reason);
        Assert.Contains("--overwrite", Assert.Throws<RecordingFormatException>(() => WholeFile.Check(PathOf("in.npy"), false)).Message);
        WholeFile.Check(PathOf("suite2p/score.json"), false, PathOf("suite2p"));
        WholeFile.Write(PathOf("in.npy"), "new", overwrite: true);
        Assert.Equal("new", File.ReadAllText(PathOf("in.npy")));
    }

    private static SortedDictionary<string, string> Snapshot(string folder) =>
        new(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(f => f, f => Convert.ToHexString(Minisim.Numerics.Sha256.Hash(File.ReadAllBytes(f)))));
}
