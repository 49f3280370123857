using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Minisim.Formats;
using Minisim.Formats.Numpy;
using Minisim.Formats.Writing;
using Minisim.Formats.Zarr;
using Minisim.Tests.Formats.Zarr;
using Minisim.Tests.Interop;
using Minisim.Truth;

namespace Minisim.Tests.Formats;

/// <summary>Files that claim more than they are, or lead in circles: one clear message, soon, and without taking memory.</summary>
public class HostileMovieTests : InTemporaryFolder
{
    [Fact]
    public void Lists_nested_without_end_do_not_end_the_process()
    {
        const int depth = 200_000;
        var bytes = new byte[12 * depth + 8];
        for (var i = 0; i < depth; i++)
        {
            Encoding.ASCII.GetBytes(i == 0 ? "RIFF" : "LIST").CopyTo(bytes, 12 * i);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12 * i + 4), (uint)(bytes.Length - 12 * i - 8));
            Encoding.ASCII.GetBytes(i == 0 ? "AVI " : i % 2 == 0 ? "hdrl" : "rec ").CopyTo(bytes, 12 * i + 8);
        }
        File.WriteAllBytes(PathOf("a.avi"), bytes);
        Assert.Contains("nests lists", Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenMovie(PathOf("a.avi"))).Reason);
    }

    [Fact]
    public void Tiff_pages_that_run_in_a_circle_or_share_one_long_list_are_noticed()
    {
        var sample = SampleRecording.Make();
        sample.Save(PathOf("a.tif"));
        var bytes = File.ReadAllBytes(PathOf("a.tif"));
        var first = (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4));
        var entries = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(first));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(first + 2 + 12 * entries), (uint)first);
        File.WriteAllBytes(PathOf("circle.tif"), bytes);
        Assert.Contains("circle", Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenMovie(PathOf("circle.tif"))).Reason);

        // 400 pages of one pixel; the strips of each are one list of a megabyte.
        const int pages = 400, list = 1 << 20;
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write("II*\0"u8);
        writer.Write(8 + list);
        writer.Write(new byte[list]);
        for (var i = 0; i < pages; i++)
        {
            (int Tag, int Type, int Count, int Value)[] tags = [(256, 4, 1, 1), (257, 4, 1, 1), (258, 3, 1, 8), (259, 3, 1, 1), (273, 4, list / 4, 8), (277, 3, 1, 1), (279, 4, list / 4, 8), (339, 3, 1, 1)];
            writer.Write((ushort)tags.Length);
            foreach (var (tag, type, count, value) in tags)
            {
                writer.Write((ushort)tag);
                writer.Write((ushort)type);
                writer.Write(count);
                writer.Write(value);
            }
            writer.Write(i + 1 < pages ? (int)file.Position + 4 : 0);
        }
        File.WriteAllBytes(PathOf("shared.tif"), file.ToArray());
        Assert.Contains("more than the file holds", Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenMovie(PathOf("shared.tif"))).Reason);
    }

    /// <summary>The library that unpacks takes the memory that an entry asks for before it looks whether the file holds it, and again for every page.</summary>
    [Theory]
    [InlineData(40_000, 3, 272_760_833u, 524_454_031u)]
    [InlineData(40_000, 1, 400_000_000u, 8u)]
    [InlineData(282, 5, 60_000_000u, 8u)]
    [InlineData(40_000, 14_402, 1u, 8u)]
    public void A_tiff_entry_that_claims_more_than_the_file_takes_no_memory(int tag, int type, uint count, uint place)
    {
        SampleRecording.Make(9, 13, 17).Save(PathOf("a.tif"));
        var bytes = File.ReadAllBytes(PathOf("a.tif"));
        var entry = 8 + 2;
        // An entry that nobody needs is the one that claims, and a length of no strip sends all pages through the library.
        while (BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(entry)) != 282) entry += 12;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(entry), (ushort)tag);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(entry + 2), (ushort)type);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(entry + 4), count);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(entry + 8), place);
        entry = 8 + 2;
        while (BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(entry)) != 279) entry += 12;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(entry + 8), 0);
        File.WriteAllBytes(PathOf("claims.tif"), bytes);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains($"tag {tag}", Assert.Throws<RecordingFormatException>(() =>
        {
            using var movie = RecordingFormats.OpenMovie(PathOf("claims.tif"));
            var frame = new byte[13 * 17];
            for (var f = 0; f < movie.Frames; f++) movie.Read(f, 1, frame);
        }).Reason);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    /// <summary>Messages go to terminals, logs and notebooks: what a file holds is shown there, not obeyed.</summary>
    [Theory]
    [InlineData("avi", "Y800", "\u001b[2J")]
    [InlineData("miniscope", "Y800", "\u009b31m")]
    [InlineData("npy", "'|u1'", "'\u001b\ac'")]
    public void Control_characters_of_a_file_are_shown_in_its_message(string format, string found, string replaced)
    {
        var path = PathOf("a" + RecordingFormats.All.Single(f => f.Name == format).Extensions.FirstOrDefault());
        SampleRecording.Make(9, 13, 17, optional: false).Save(path, format: format);
        var file = Directory.Exists(path) ? Directory.GetFiles(path, "*.avi", SearchOption.AllDirectories)[0] : path;
        var text = Encoding.Latin1.GetString(File.ReadAllBytes(file));
        Assert.Contains(found, text);
        File.WriteAllBytes(file, Encoding.Latin1.GetBytes(text.Replace(found, replaced)));
        var error = Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenMovie(path, format));
        Assert.DoesNotContain(error.Message + error.Reason + error.Remedy, char.IsControl);
        Assert.Contains("\\x", error.Message);
    }

    [Fact]
    public void Zarr_shapes_and_chunks_beyond_the_budget_are_refused_before_memory_is_taken()
    {
        SampleRecording.Make(frames: 400, height: 60, width: 80, store: StoreDtype.Float64).WriteTo(PathOf("a.zarr"));
        using (ZarrRecording.Open(PathOf("a.zarr"))) { }
        using (MemoryBudget.Use(100_000))
        {
            var error = Assert.Throws<RecordingFormatException>(() => ZarrRecording.Open(PathOf("a.zarr")));
            Assert.Contains("allowed", error.Reason);
            Assert.Contains("--max-memory", error.Remedy);
        }
    }

    [Fact]
    public void Npz_entries_are_checked_against_their_claims_and_their_checksum()
    {
        var sample = SampleRecording.Make();
        sample.Save(PathOf("a.npz"));
        using (var zip = CheckedZip.Open(PathOf("a.npz")))
            foreach (var entry in zip.Entries) Assert.Equal(entry.Length, CheckedZip.Read("a.npz", entry).Length);

        // One bit within the values of C, as in a bad copy.
        var bytes = File.ReadAllBytes(PathOf("a.npz"));
        var at = bytes.AsSpan().IndexOf("C.npy"u8) + 5 + 128 + 3;
        bytes[at] ^= 1;
        File.WriteAllBytes(PathOf("flipped.npz"), bytes);
        Assert.Contains("checksum", Assert.Throws<InvalidDataException>(() => NpyFile.LoadArchive(PathOf("flipped.npz"), ["C"])).Message);
        Assert.Single(NpyFile.LoadArchive(PathOf("flipped.npz"), ["S"]));

        // 100 MB of zeros in 100 kB.
        using (var zip = ZipFile.Open(PathOf("bomb.npz"), ZipArchiveMode.Create))
        {
            using var entry = zip.CreateEntry("C.npy", CompressionLevel.Optimal).Open();
            for (var i = 0; i < 100; i++) entry.Write(new byte[1 << 20]);
        }
        using (MemoryBudget.Use(50 << 20))
            Assert.Contains("allowed", Assert.Throws<RecordingFormatException>(() => NpyFile.LoadArchive(PathOf("bomb.npz"), ["C"])).Reason);

        // The directory claims more than is there, and less.
        foreach (var claim in (uint[])[90, 3_000_000_000])
        {
            bytes = File.ReadAllBytes(PathOf("bomb.npz"));
            var directory = bytes.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(directory + 24), claim);
            File.WriteAllBytes(PathOf("false.npz"), bytes);
            Assert.ThrowsAny<Exception>(() => NpyFile.LoadArchive(PathOf("false.npz"), ["C"]));
        }
    }

    [Fact]
    public void An_archive_says_nothing_of_the_system_that_wrote_it()
    {
        SampleRecording.Make().Save(PathOf("a.npz"));
        using var zip = ZipFile.OpenRead(PathOf("a.npz"));
        var bytes = File.ReadAllBytes(PathOf("a.npz"));
        Assert.True(zip.Entries.Count > 10);
        var found = 0;
        for (var at = bytes.AsSpan().IndexOf("PK\u0001\u0002"u8); ; at += bytes.AsSpan(at + 4).IndexOf("PK\u0001\u0002"u8) + 4)
        {
            // The upper byte of "version made by" is the system, and the external attributes are its rights.
            Assert.Equal(0, bytes[at + 5]);
            Assert.Equal(0u, BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 38)));
            if (++found == zip.Entries.Count) break;
        }
        foreach (var entry in zip.Entries)
        {
            Assert.Equal(new DateTime(1980, 1, 1), entry.LastWriteTime.DateTime);
            using var stream = entry.Open();
            Assert.True(stream.ReadByte() == 0x93);
        }
    }

    [Theory]
    [InlineData(".npy")]
    [InlineData(".avi")]
    [InlineData(".tif")]
    [InlineData(".h5")]
    [InlineData(".nwb")]
    public void Pipes_and_devices_are_refused_as_inputs(string ending)
    {
        if (OperatingSystem.IsWindows()) return;
        File.CreateSymbolicLink(PathOf("zero" + ending), "/dev/zero");
        Assert.Contains("a pipe or a device", Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenMovie(PathOf("zero" + ending))).Reason);
        Assert.Equal(0, ChildSignal.MakePipe(PathOf("pipe" + ending)));
        Assert.Contains("a pipe or a device", Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenMovie(PathOf("pipe" + ending))).Reason);
        Assert.Equal(PathKind.Special, InputFile.KindOf(PathOf("pipe" + ending)));
        Assert.Equal(PathKind.Link, InputFile.KindOf(PathOf("zero" + ending), follow: false));
        Assert.Equal(PathKind.Folder, InputFile.KindOf(Folder));
        Assert.Equal(PathKind.Missing, InputFile.KindOf(PathOf("none")));
    }

    [Theory]
    [InlineData("spec.json")]
    [InlineData(".zattrs")]
    [InlineData("observed/.zarray")]
    [InlineData("observed/0.0.0")]
    public void Pipes_and_devices_within_a_recording_are_refused(string file)
    {
        if (OperatingSystem.IsWindows()) return;
        SampleRecording.Make().WriteTo(PathOf("a.zarr"));
        File.Delete(PathOf("a.zarr/" + file));
        Assert.Equal(0, ChildSignal.MakePipe(PathOf("a.zarr/" + file)));
        Assert.Throws<RecordingFormatException>(() =>
        {
            using var recording = ZarrRecording.Open(PathOf("a.zarr"));
            recording.Observed.Read(0, 1, new byte[37 * 53]);
        });
    }

    [Theory]
    [InlineData("a.mkv", null)]
    [InlineData("a.avi", "ffv1")]
    [InlineData("a.mp4", null)]
    [InlineData("a.webm", null)]
    public void A_video_has_the_same_bytes_on_every_run(string name, string? format)
    {
        Python.NeedProgram("ffmpeg");
        var sample = SampleRecording.Make(60, 80, 100);
        sample.Save(PathOf(name), format: format);
        var first = File.ReadAllBytes(PathOf(name));
        Thread.Sleep(1100);
        sample.Save(PathOf(name), new() { Overwrite = true }, format);
        Assert.Equal(first, File.ReadAllBytes(PathOf(name)));
    }
}
