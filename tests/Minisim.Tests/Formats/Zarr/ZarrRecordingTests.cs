using Minisim.Formats;
using Minisim.Formats.Zarr;
using Minisim.Rendering;
using Minisim.Tests.Reference;
using Minisim.Truth;

namespace Minisim.Tests.Formats.Zarr;

public class ZarrRecordingTests : InTemporaryFolder
{
    public static TheoryData<PixelType, StoreDtype, ZarrCompression> Kinds()
    {
        var data = new TheoryData<PixelType, StoreDtype, ZarrCompression>();
        foreach (var compression in Enum.GetValues<ZarrCompression>())
        {
            data.Add(PixelType.UInt8, StoreDtype.Auto, compression);
            data.Add(PixelType.UInt8, StoreDtype.Float32, compression);
            data.Add(PixelType.UInt8, StoreDtype.Float64, compression);
            data.Add(PixelType.UInt16, StoreDtype.Auto, compression);
            data.Add(PixelType.UInt16, StoreDtype.Float32, compression);
            data.Add(PixelType.Float32, StoreDtype.Auto, compression);
            data.Add(PixelType.Float32, StoreDtype.Float64, compression);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_recording_reads_back_as_it_was_written(PixelType type, StoreDtype store, ZarrCompression compression)
    {
        var sample = SampleRecording.Make(type: type, store: store);
        sample.WriteTo(PathOf("a.zarr"), new() { Compression = compression });
        sample.AssertIn(PathOf("a.zarr"));
        Assert.Equal([PathOf("a.zarr")], Directory.EnumerateFileSystemEntries(Folder));
    }

    [Fact]
    public void Observed_footprints_are_kept_as_arrays_only_where_the_spec_asks_for_them()
    {
        var spec = Invariance.RenderingInvarianceTests.Everything(seconds: 0.2);
        foreach (var keeps in (bool[])[false, true])
        {
            var path = PathOf($"{keeps}.zarr");
            using (var sink = new ZarrRecordingSink(path)) Simulator.Run(spec with { Output = spec.Output with { SaveObservedFootprints = keeps } }, [sink]);
            Assert.Equal(keeps, Directory.Exists(Path.Combine(path, "ground_truth", "observed_footprints")));
            using var recording = ZarrRecording.Open(path);
            Assert.DoesNotContain(recording.Warnings, w => w.Path.Contains("checksum", StringComparison.Ordinal));
            Assert.True(recording.Truth.NUnits > 5);
            if (!keeps) continue;
            // Every file of it has a checksum.
            var sums = File.ReadAllText(Path.Combine(path, "checksums.json"));
            foreach (var name in (string[])["data", "offsets", "shapes"]) Assert.Contains($"observed_footprints/{name}/.zarray", sums);
        }
        // Nothing else is another.
        Assert.Equal(File.ReadAllBytes(PathOf("False.zarr/observed/0.0.0")), File.ReadAllBytes(PathOf("True.zarr/observed/0.0.0")));
    }

    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(2, 1, 700, 0)]
    [InlineData(40, 128, 128, 6)]
    [InlineData(67, 301, 299, 2)]
    [InlineData(3, 1500, 1700, 2)]
    public void Odd_shapes_and_edge_chunks_read_back(int frames, int height, int width, int units)
    {
        var sample = SampleRecording.Make(frames, height, width, units: units, store: StoreDtype.Float32);
        sample.WriteTo(PathOf("a.zarr"), new() { Flush = ZarrFlush.Everything });
        sample.AssertIn(PathOf("a.zarr"));
    }

    [Fact]
    public void Snapshots_of_canvas_and_field_of_view_read_back()
    {
        var sample = SampleRecording.Make(snapshots: [new SnapshotInfo("cells_only", 43, 59), new SnapshotInfo("vignette", 37, 53)]);
        sample.WriteTo(PathOf("a.zarr"));
        sample.AssertIn(PathOf("a.zarr"));
    }

    [Fact]
    public void Blocks_may_come_in_any_order_from_many_threads()
    {
        var sample = SampleRecording.Make(200, 160, 160);
        using (var sink = new ZarrRecordingSink(PathOf("a.zarr")))
        {
            sink.Begin(sample.Header, sample.Truth);
            var blocks = sample.Blocks(sink.BlockFrames).ToArray();
            Assert.True(blocks.Length >= 12, $"only {blocks.Length} blocks to render in parallel");
            new System.Random(3).Shuffle(blocks);
            Parallel.ForEach(blocks, new() { MaxDegreeOfParallelism = 7 }, b => sink.Write(b.Snapshot, b.First, b.Count, sample.Frames(b.Snapshot, b.First, b.Count)));
            sink.Complete();
        }
        sample.AssertIn(PathOf("a.zarr"));
    }

    [Fact]
    public void A_movie_may_be_read_from_many_threads()
    {
        var sample = SampleRecording.Make(100, 100, 100);
        sample.WriteTo(PathOf("a.zarr"));
        using var recording = ZarrRecording.Open(PathOf("a.zarr"));
        var expected = sample.Frames(null, 0, 100);
        Parallel.For(0, 400, i =>
        {
            var frame = i * 37 % 100;
            var pixels = new byte[10_000];
            recording.Observed.Read(frame, 1, pixels);
            Assert.True(expected.AsSpan(frame * 10_000, 10_000).SequenceEqual(pixels));
        });
    }

    [Fact]
    public void Arrays_that_no_step_made_are_absent_after_reading_though_the_file_has_zeros_for_other_readers()
    {
        var full = SampleRecording.Make(optional: false);
        var sample = new SampleRecording { Header = full.Header, Truth = new GroundTruth(full.Truth.Grid, full.Truth.Planted, [full.Truth.CentersUm], null) };
        sample.WriteTo(PathOf("a.zarr"));
        sample.AssertIn(PathOf("a.zarr"));
        Assert.True(ZarrArray.Exists(PathOf("a.zarr/ground_truth/C")));
    }

    [Fact]
    public void An_aborted_run_is_gone_on_with_from_its_finished_blocks()
    {
        var sample = SampleRecording.Make(100, 128, 128, snapshots: [new SnapshotInfo("cells_only", 134, 134)]);
        var path = PathOf("a.zarr");
        var done = new HashSet<(string?, int, int)>();
        using (var sink = new ZarrRecordingSink(path))
        {
            sink.Begin(sample.Header, sample.Truth);
            foreach (var block in sample.Blocks(sink.BlockFrames).Where((_, i) => i % 3 != 1))
            {
                done.Add(block);
                sink.Write(block.Snapshot, block.First, block.Count, sample.Frames(block.Snapshot, block.First, block.Count));
            }
            Assert.Throws<InvalidOperationException>(sink.Complete);
        }
        Assert.False(Directory.Exists(path));
        var error = Assert.Throws<RecordingFormatException>(() => ZarrRecording.Open(path));
        Assert.Contains("unfinished", error.Reason);
        Assert.Contains("goes on", error.Remedy);
        Assert.Contains("unfinished", Assert.Throws<RecordingFormatException>(() => ZarrRecording.Open(path + ".partial")).Reason);

        // One finished chunk is lost in a power cut.
        var chunk = Directory.EnumerateFiles(path + ".partial/observed").First(f => Path.GetFileName(f)[0] != '.');
        File.WriteAllBytes(chunk, []);
        var written = 0;
        using (var sink = new ZarrRecordingSink(path))
        {
            sink.Begin(sample.Header, sample.Truth);
            Assert.True(sink.IsResumed);
            foreach (var block in sample.Blocks(sink.BlockFrames))
            {
                if (sink.Has(block.Snapshot, block.First, block.Count))
                {
                    Assert.Contains(block, done);
                    continue;
                }
                written++;
                sink.Write(block.Snapshot, block.First, block.Count, sample.Frames(block.Snapshot, block.First, block.Count));
            }
            Assert.Equal(sample.Blocks(sink.BlockFrames).Count() - done.Count + 1, written);
            sink.Complete();
        }
        sample.AssertIn(path);
        Assert.False(File.Exists(Path.Combine(path, "unfinished.json")));
    }

    private static void Begin(string path, SampleRecording sample, Func<int, bool> writes)
    {
        using var sink = new ZarrRecordingSink(path);
        sink.Begin(sample.Header, sample.Truth);
        foreach (var (block, i) in sample.Blocks(sink.BlockFrames).Select((b, i) => (b, i)))
            if (writes(i)) sink.Write(block.Snapshot, block.First, block.Count, sample.Frames(block.Snapshot, block.First, block.Count));
    }

    private static (int Has, int Read) Resume(string path, SampleRecording sample)
    {
        using var sink = new ZarrRecordingSink(path);
        sink.Begin(sample.Header, sample.Truth);
        Assert.True(sink.IsResumed);
        var has = 0;
        foreach (var block in sample.Blocks(sink.BlockFrames))
        {
            if (sink.Has(block.Snapshot, block.First, block.Count)) has++;
            else sink.Write(block.Snapshot, block.First, block.Count, sample.Frames(block.Snapshot, block.First, block.Count));
        }
        sink.Complete();
        return (has, sink.ChunksRead);
    }

    [Fact]
    public void Going_on_reads_none_of_the_chunks_that_the_journal_vouches_for()
    {
        var sample = SampleRecording.Make(120, 128, 128);
        var path = PathOf("a.zarr");
        Begin(path, sample, i => i % 4 != 3);
        var (has, read) = Resume(path, sample);
        Assert.True(has >= 3, $"{has} blocks");
        Assert.Equal(0, read);
        sample.AssertIn(path);
        Assert.DoesNotContain(Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories), f => f.EndsWith("journal.txt"));
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("emptied")]
    [InlineData("altered")]
    [InlineData("altered, same length and time")]
    [InlineData("missing")]
    [InlineData("journal torn")]
    [InlineData("journal altered")]
    [InlineData("journal of another start of the machine")]
    [InlineData("journal missing")]
    public void What_the_journal_cannot_vouch_for_is_read_and_never_trusted_unread(string damage)
    {
        var sample = SampleRecording.Make(120, 128, 128);
        var path = PathOf("a.zarr");
        Begin(path, sample, _ => true);
        string journal = path + ".partial/journal.txt", chunk = path + ".partial/observed/0.0.0";
        var lines = File.ReadAllText(journal).Split('\n');
        var chunks = lines.Count(l => l.Contains("observed/"));
        Assert.True(chunks >= 3);
        var bytes = File.ReadAllBytes(chunk);
        var (time, lost) = (File.GetLastWriteTimeUtc(chunk), 0);
        void Altered()
        {
            // Within the packed values: it does not unpack to what was written.
            for (var i = bytes.Length / 2; i < bytes.Length / 2 + 400; i++) bytes[i] ^= 0x5a;
            File.WriteAllBytes(chunk, bytes);
        }
        switch (damage)
        {
            case "truncated": File.WriteAllBytes(chunk, bytes[..^7]); lost = 1; break;
            case "emptied": File.WriteAllBytes(chunk, []); lost = 1; break;
            case "altered": Altered(); break;
            case "altered, same length and time":
                Altered();
                File.SetLastWriteTimeUtc(chunk, time);
                break;
            case "missing": File.Delete(chunk); lost = 1; break;
            case "journal torn": File.WriteAllText(journal, File.ReadAllText(journal)[..^9]); break;
            case "journal altered": File.WriteAllText(journal, File.ReadAllText(journal).Replace(lines[1], lines[1].Replace(lines[1].Split(' ')[2], "00000000"))); break;
            case "journal of another start of the machine": File.WriteAllText(journal, File.ReadAllText(journal).Replace(ChunkJournal.Boot, "earlier")); break;
            case "journal missing": File.Delete(journal); break;
        }
        var blocks = 0;
        var (has, read) = Resume(path, sample);
        blocks = (120 + sample.BlockFramesOf(path) - 1) / sample.BlockFramesOf(path);
        switch (damage)
        {
            case "altered, same length and time":
                // Nothing of the file system tells; what was written is known all the same, and every reader is told.
                Assert.Equal((blocks, 0), (has, read));
                using (var recording = ZarrRecording.Open(path))
                    Assert.Throws<RecordingFormatException>(() => recording.Observed.Read(0, 1, new byte[128 * 128]));
                return;
            case "altered":
                Assert.True(read >= 1);
                break;
            case "missing" or "truncated" or "emptied":
                Assert.Equal(blocks - lost, has);
                break;
            case "journal torn" or "journal altered":
                Assert.Equal((blocks, 1), (has, read));
                break;
            default:
                Assert.Equal((blocks, chunks), (has, read));
                break;
        }
        if (damage != "altered") sample.AssertIn(path);
    }

    [Fact]
    public void A_partial_recording_of_another_spec_is_refused_and_replaced_only_when_asked()
    {
        var path = PathOf("a.zarr");
        var old = SampleRecording.Make(seed: 1);
        var sample = SampleRecording.Make(seed: 2);
        using (var sink = new ZarrRecordingSink(path))
        {
            sink.Begin(old.Header, old.Truth);
            sink.Write(null, 0, sink.BlockFrames, old.Frames(null, 0, sink.BlockFrames));
        }
        Assert.Contains("another spec", Assert.Throws<RecordingFormatException>(() => sample.WriteTo(path)).Reason);
        sample.WriteTo(path, new() { Overwrite = true });
        sample.AssertIn(path);
    }

    [Fact]
    public void An_existing_recording_is_replaced_only_when_asked_and_only_at_the_end()
    {
        var path = PathOf("a.zarr");
        var old = SampleRecording.Make(seed: 1);
        var sample = SampleRecording.Make(seed: 2);
        old.WriteTo(path);
        Assert.Contains("exists already", Assert.Throws<RecordingFormatException>(() => sample.WriteTo(path)).Reason);
        using (var sink = new ZarrRecordingSink(path, new() { Overwrite = true }))
        {
            sink.Begin(sample.Header, sample.Truth);
            foreach (var (snapshot, first, count) in sample.Blocks(sink.BlockFrames)) sink.Write(snapshot, first, count, sample.Frames(snapshot, first, count));
            old.AssertIn(path);
            sink.Complete();
        }
        sample.AssertIn(path);
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(Folder));
    }

    [Fact]
    public void A_run_killed_between_the_two_renames_of_an_overwrite_loses_neither_recording()
    {
        var path = PathOf("a.zarr");
        var old = SampleRecording.Make(seed: 1);
        var sample = SampleRecording.Make(seed: 2);
        old.WriteTo(path);
        using (var sink = new ZarrRecordingSink(path, new() { Overwrite = true }))
        {
            sink.Begin(sample.Header, sample.Truth);
            foreach (var (snapshot, first, count) in sample.Blocks(sink.BlockFrames)) sink.Write(snapshot, first, count, sample.Frames(snapshot, first, count));
        }
        var aside = path + ".0123456789ab.replaced";
        Replacement.Announce(path + ".partial", aside);
        Directory.Move(path, aside);
        Assert.Contains("exists already", Assert.Throws<RecordingFormatException>(() => sample.WriteTo(path)).Reason);
        old.AssertIn(path);

        // Killed a moment later, with the new one under the name and the old one still aside.
        Directory.Delete(path + ".partial", recursive: true);
        sample.WriteTo(PathOf("new.zarr"));
        Replacement.Announce(PathOf("new.zarr"), aside);
        Directory.Move(path, aside);
        Directory.Move(PathOf("new.zarr"), path);
        Assert.Throws<RecordingFormatException>(() => old.WriteTo(path));
        using (var recording = ZarrRecording.Open(path)) Assert.Equal(2, recording.Spec.Seed);
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(Folder));
    }

    [Fact]
    public void A_folder_of_other_things_is_never_overwritten()
    {
        Directory.CreateDirectory(PathOf("thesis"));
        File.WriteAllText(PathOf("thesis/chapter1.txt"), "irreplaceable");
        var error = Assert.Throws<RecordingFormatException>(() => SampleRecording.Make().WriteTo(PathOf("thesis"), new() { Overwrite = true }));
        Assert.Contains("not a recording", error.Reason);
        Assert.True(File.Exists(PathOf("thesis/chapter1.txt")));
    }

    [Fact]
    public void Two_writers_of_one_recording_exclude_each_other()
    {
        var sample = SampleRecording.Make();
        using (var first = new ZarrRecordingSink(PathOf("a.zarr")))
        {
            first.Begin(sample.Header, sample.Truth);
            using var second = new ZarrRecordingSink(PathOf("a.zarr"), new() { Overwrite = true });
            var error = Assert.Throws<RecordingFormatException>(() => second.Begin(sample.Header, sample.Truth));
            Assert.Contains("being written", error.Reason);
            Assert.Contains($"{Environment.ProcessId}", error.Reason);
        }
        sample.WriteTo(PathOf("a.zarr"));
        sample.AssertIn(PathOf("a.zarr"));
    }

    [Fact]
    public void Blocks_that_are_no_whole_chunks_are_refused()
    {
        var sample = SampleRecording.Make(200, 160, 160);
        using var sink = new ZarrRecordingSink(PathOf("a.zarr"));
        sink.Begin(sample.Header, sample.Truth);
        Assert.True(sink.BlockFrames > 2);
        Assert.Throws<ArgumentException>(() => sink.Write(null, 1, sink.BlockFrames, sample.Frames(null, 1, sink.BlockFrames)));
        Assert.Throws<ArgumentException>(() => sink.Write(null, 0, 2, sample.Frames(null, 0, 2)));
        Assert.Throws<ArgumentException>(() => sink.Write("vignette", 0, sink.BlockFrames, sample.Frames(null, 0, sink.BlockFrames)));
    }

    [Fact]
    public void A_full_disk_ends_in_one_error_with_the_file_and_its_bytes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full is Linux's");
        var sample = SampleRecording.Make();
        var path = PathOf("a.zarr");
        using (var sink = new ZarrRecordingSink(path))
        {
            sink.Begin(sample.Header, sample.Truth);
            var chunk = Path.Combine(path + ".partial", "observed", "0.0.0");
            using var full = new FullDisk();
            var error = Assert.Throws<RecordingWriteException>(() => sink.Write(null, 0, sink.BlockFrames, sample.Frames(null, 0, sink.BlockFrames)));
            Assert.Equal(chunk, error.Path);
            Assert.True(error.Bytes > 100);
            Assert.Contains("No space left", error.Message);
        }
        sample.WriteTo(path);
        sample.AssertIn(path);
    }

    [Theory]
    [InlineData(3000, 608, 608, 1)]
    [InlineData(3000, 608, 608, 4)]
    [InlineData(72000, 608, 608, 1)]
    [InlineData(200, 256, 256, 4)]
    [InlineData(40, 128, 128, 4)]
    [InlineData(3000, 2048, 2048, 2)]
    [InlineData(10, 4096, 4096, 4)]
    [InlineData(1, 1, 1, 1)]
    [InlineData(100000, 8, 3000, 8)]
    public void Chunks_are_near_1_to_4_MiB_and_a_block_stays_small_enough_to_hold(int frames, int height, int width, int bytes)
    {
        var block = RecordingLayout.BlockFrames(frames, (long)height * width * bytes);
        var (tileHeight, tileWidth) = RecordingLayout.Tile(block, height, width, bytes);
        Assert.InRange(block, 1, frames);
        Assert.InRange(tileHeight, 1, height);
        Assert.InRange(tileWidth, 1, width);
        var chunk = (long)block * tileHeight * tileWidth * bytes;
        var whole = (long)frames * height * width * bytes;
        Assert.InRange(chunk, Math.Min(whole / 16, 200 << 10), 4 << 20);
        if (whole > 64 << 20) Assert.InRange(chunk, 1 << 20, 4 << 20);
        Assert.InRange((long)block * height * width * bytes, 1, 64 << 20);
    }

    [Fact]
    public void The_reference_package_s_recording_reads_as_its_arrays()
    {
        using var recording = ZarrRecording.Open(ReferenceData.Path("recordings", "rec_py.zarr"));
        Assert.Empty(recording.Warnings);
        var truth = recording.Truth;
        foreach (var name in (string[])["C", "S", "centers_um", "amplitude_per_cell", "in_focus", "detectable", "observed_sigma_px", "observed_gain"])
        {
            var expected = ReferenceData.Npy("recordings", "rec_py_npy", $"ground_truth__{name}.npy");
            Assert.Equal(expected.Values, truth.Find(name)!.ToDoubles());
            Assert.Equal(expected.Shape, truth.Find(name)!.Shape);
        }
        Assert.Equal(8, truth.Arrays.Count);
        Assert.Equal(50.0, truth.FocalDepthUm);
        var observed = ReferenceData.Npy("recordings", "rec_py_npy", "observed.npy");
        Assert.Equal(observed.Shape, new[] { recording.Observed.Frames, recording.Observed.Height, recording.Observed.Width });
        var frame = new float[128 * 128];
        var floats = observed.Floats;
        for (var f = 0; f < 40; f++)
        {
            recording.Observed.ReadFrame(f, frame);
            Assert.True(floats.AsSpan(f * frame.Length, frame.Length).SequenceEqual(frame), $"frame {f}");
        }
        var planted = ReferenceData.Npy("recordings", "rec_py_npy", "A_planted.npy");
        Assert.Equal(planted.Floats, truth.APlanted());
    }

    [Fact]
    public void The_reference_package_s_benchmark_recording_reads_whole()
    {
        var path = ReferenceData.Path("recordings", "bench_ca1.zarr");
        Assert.SkipUnless(Directory.Exists(path), "bench_ca1.zarr is not in this copy of the reference data");
        using var recording = ZarrRecording.Open(path);
        Assert.Equal((800, 160, 160), (recording.Observed.Frames, recording.Observed.Height, recording.Observed.Width));
        Assert.Equal(75, recording.Truth.NUnits);
        Assert.All(recording.Truth.Detectable.ToArray(), Assert.True);
        Assert.Equal(["unit", "frame"], recording.Truth.Find("bleaching")!.Axes);
        var pixels = new byte[800 * 160 * 160 * 4];
        recording.Observed.Read(0, 800, pixels);
        Assert.All(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(pixels).ToArray().Chunk(100_000), c => Assert.True(c.Min() >= 0 && c.Max() <= 255));
    }
}
