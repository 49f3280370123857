using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Minisim.Formats;
using Minisim.Formats.Estimates;
using Minisim.Tests.Formats.Zarr;
using Minisim.Tests.Interop;

namespace Minisim.Tests.Formats.Estimates;

/// <summary>Small files that declare much, lead elsewhere or never end: one message, little memory, little time.</summary>
public class HostileEstimateTests : InTemporaryFolder
{
    private static readonly EstimateHints Hints = new() { Height = 64, Width = 80, Frames = 100 };

    private string Refused(string name, EstimateHints? hints = null)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<EstimateFormatException>(() => EstimateFile.Read(PathOf(name), hints ?? Hints));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 600L << 20);
        Assert.DoesNotContain("Exception", error.Message);
        return error.Message;
    }

    private static byte[] Npy(string type, string shape, byte[] data)
    {
        var header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({shape}), }}\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.ASCII.GetBytes(header), .. data];
    }

    private void Npz(string name, params (string Name, byte[] Bytes)[] entries)
    {
        using var zip = ZipFile.Open(PathOf(name), ZipArchiveMode.Create);
        foreach (var (entry, bytes) in entries)
        {
            using var stream = zip.CreateEntry(entry, CompressionLevel.SmallestSize).Open();
            stream.Write(bytes);
        }
    }

    [Fact]
    public void Npz_that_declares_more_than_it_can_hold_is_refused_before_memory_is_taken()
    {
        Npz("claims.npz", ("A.npy", Npy("<f8", "400000, 64, 80", new byte[64])));
        Assert.Contains("claims", Refused("claims.npz"));
        // The central directory says four gigabytes.
        Npz("bomb.npz", ("A.npy", Npy("<f4", "3, 64, 80", new byte[3 * 64 * 80 * 4])));
        var bytes = File.ReadAllBytes(PathOf("bomb.npz"));
        var central = bytes.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(central + 24), 0xfffffff0);
        File.WriteAllBytes(PathOf("bomb.npz"), bytes);
        Assert.Contains("4,294,967,280 bytes", Refused("bomb.npz"));
    }

    /// <summary>An array that is there and cannot be used is left out with its reason, not called absent.</summary>
    [Theory]
    [InlineData("C", "<M8[s]", "2, 100", 8, "traces", "dates or times")]
    [InlineData("S", "<c16", "2, 100", 16, "activity", "complex numbers")]
    [InlineData("C", "<f8", "", 8, "traces", "C has shape (), not two axes")]
    [InlineData("C", "<f8", "200,", 8, "traces", "C has shape (200), not two axes")]
    [InlineData("shifts", "<U4", "100, 2", 16, "motion", "text")]
    public void What_is_there_and_cannot_be_used_is_left_out_with_the_reason(string name, string type, string shape, int size, string part, string reason)
    {
        var masks = new byte[2 * 64 * 80];
        for (var k = 0; k < 8; k++) (masks[700 + k], masks[64 * 80 + 3000 + k]) = (9, 9);
        Npz("odd.npz", ("A.npy", Npy("|u1", "2, 64, 80", masks)), (name + ".npy", Npy(type, shape, new byte[200 * size])));
        var report = EstimateFile.Read(PathOf("odd.npz"), Hints).Report.Parts.Single(p => p.Name == part);
        Assert.Equal(Minisim.Metrics.PartUse.LeftOut, report.Use);
        Assert.Contains(reason, report.Text);
    }

    [Fact]
    public void Footprints_of_another_kind_sign_or_shape_are_called_what_they_are()
    {
        Npz("complex.npz", ("A.npy", Npy("<c8", "2, 64, 80", new byte[2 * 64 * 80 * 8])));
        Assert.Contains("its A holds complex numbers", Refused("complex.npz"));
        Npz("flat.npz", ("A.npy", Npy("|u1", "2, 5120", new byte[2 * 5120])));
        Assert.Contains("Save them as (unit, height, width)", Refused("flat.npz"));
        var masks = new byte[2 * 64 * 80];
        for (var k = 0; k < 8; k++) (masks[700 + k], masks[64 * 80 + 3000 + k]) = (0xff, 9);
        Npz("negative.npz", ("A.npy", Npy("|i1", "2, 64, 80", masks)));
        Assert.Contains("1 of them have no positive weight", EstimateFile.Read(PathOf("negative.npz"), Hints).Report.Parts[0].Text);
        File.WriteAllBytes(PathOf("old.mat"), [0, 0, 0, 0, 3, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, (byte)'A', 0]);
        Assert.Contains("save it again with -v7", Refused("old.mat"));
    }

    [Fact]
    public void A_real_bomb_stays_within_max_memory()
    {
        // 400 MB of zeros in 400 kB: the numbers are nothing, but their bytes are.
        Npz("zeros.npz", ("A.npy", Npy("|u1", "1000, 64, 80", new byte[1000 * 64 * 80])), ("C.npy", Npy("|u1", "1000, 100000", new byte[100_000_000])));
        using (MemoryBudget.Use(100 << 20)) Assert.Contains("--max-memory", Refused("zeros.npz", Hints with { Frames = 100_000 }));
        using (MemoryBudget.Use(200 << 20)) Assert.Equal(1000, EstimateFile.Read(PathOf("zeros.npz"), Hints).Count);
    }

    [Fact]
    public void More_footprints_than_pixels_are_no_estimate()
    {
        Npz("many.npz", ("A.npy", Npy("|u1", "6000, 64, 80", new byte[6000 * 64 * 80])));
        Assert.Contains("claims 6000 footprints on a field of 64 × 80", Refused("many.npz"));
    }

    private static byte[] Roi(int points, Func<int, (short X, short Y)> point)
    {
        var roi = new byte[64 + 4 * points];
        "Iout"u8.CopyTo(roi);
        BinaryPrimitives.WriteInt16BigEndian(roi.AsSpan(4), 227);
        roi[6] = 7;
        foreach (var (at, value) in new[] { (8, 0), (10, 0), (12, 64), (14, 80) }) BinaryPrimitives.WriteInt16BigEndian(roi.AsSpan(at), (short)value);
        BinaryPrimitives.WriteUInt16BigEndian(roi.AsSpan(16), (ushort)points);
        for (var i = 0; i < points; i++)
        {
            var (x, y) = point(i);
            BinaryPrimitives.WriteInt16BigEndian(roi.AsSpan(64 + 2 * i), x);
            BinaryPrimitives.WriteInt16BigEndian(roi.AsSpan(64 + 2 * points + 2 * i), y);
        }
        return roi;
    }

    [Fact]
    public void Rois_of_many_points_and_many_rois_end_in_seconds()
    {
        var zigzag = Roi(65000, i => ((short)(i % 80), (short)(i % 2 * 64)));
        Npz("points.zip", [.. Enumerable.Range(0, 900).Select(i => ($"{i}.roi", zigzag))]);
        Assert.InRange(new FileInfo(PathOf("points.zip")).Length, 0, 2_000_000);
        var watch = Stopwatch.StartNew();
        Assert.Contains("more points than can be filled", Refused("points.zip"));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 20);
        var box = Roi(4, i => ((short)(i is 1 or 2 ? 80 : 0), (short)(i >= 2 ? 64 : 0)));
        Npz("covers.zip", [.. Enumerable.Range(0, 900).Select(i => ($"{i}.roi", box))]);
        Assert.Contains("cover the field more than 100 times", Refused("covers.zip"));
    }

    [Fact]
    public void Pipes_devices_and_links_to_them_are_refused_without_being_opened()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "pipes have a name on Linux");
        Assert.Equal(0, ChildSignal.MakePipe(PathOf("pipe.h5")));
        File.CreateSymbolicLink(PathOf("link.npz"), PathOf("pipe.h5"));
        File.CreateSymbolicLink(PathOf("zero.mat"), "/dev/zero");
        File.CreateSymbolicLink(PathOf("stat.npy"), "/dev/zero");
        foreach (var name in (string[])["pipe.h5", "link.npz", "zero.mat", "stat.npy", "."])
            Assert.Contains("a pipe or a device", Within(() => Refused(name)));
        Assert.Contains("a pipe or a device", Within(() => Assert.Throws<EstimateFormatException>(() => EstimateFile.ReadShifts(PathOf("link.npz"))).Message));

        static string Within(Func<string> act)
        {
            var task = Task.Run(act);
            Assert.True(task.Wait(TimeSpan.FromSeconds(10)), "it waits for the other end of a pipe");
            return task.Result;
        }
    }

    [Fact]
    public void Deep_and_wide_pickles_stay_within_max_memory()
    {
        var deep = new byte[40_000_000];
        deep.AsSpan().Fill(0x85);
        deep[0] = (byte)']';
        deep[^1] = (byte)'.';
        File.WriteAllBytes(PathOf("stat.npy"), Npy("|O", "3,", deep));
        using (MemoryBudget.Use(200 << 20)) Assert.Contains("--max-memory", Refused("stat.npy", Hints));
    }

    [Fact]
    public void Zarr_that_declares_a_world_of_chunks_is_refused()
    {
        foreach (var (shape, chunks, why) in new[] { ("[1000000000, 64, 80]", "[1, 64, 80]", "claims"), ("[1000, 64, 80]", "[1, 1, 1]", "chunks"), ("[3, 64, 80]", "[30000, 6400, 8000]", "up to 1 GB"), ("[3, 64, 80]", "[0, 64, 80]", "length") })
        {
            var folder = Directory.CreateDirectory(PathOf("m/A.zarr/A")).FullName;
            File.WriteAllText(Path.Combine(folder, ".zarray"), $$"""{"zarr_format":2,"shape":{{shape}},"chunks":{{chunks}},"dtype":"<f8","compressor":null,"fill_value":0,"filters":null,"order":"C"}""");
            File.WriteAllText(Path.Combine(folder, ".zattrs"), """{"_ARRAY_DIMENSIONS":["unit_id","height","width"]}""");
            Assert.Contains(why, Refused("m"));
        }
    }

    private static byte[] Element(int type, byte[] data) => [.. BitConverter.GetBytes(type), .. BitConverter.GetBytes(data.Length), .. data, .. new byte[(8 - data.Length % 8) % 8]];

    private static byte[] Matrix(string name, int kind, int[] shape, byte[] content) =>
        Element(14, [.. Element(6, [.. BitConverter.GetBytes(kind), 0, 0, 0, 0]), .. Element(5, [.. shape.SelectMany(BitConverter.GetBytes)]), .. Element(1, Encoding.ASCII.GetBytes(name)), .. content]);

    private void Mat(string name, params byte[][] variables)
    {
        var header = new byte[128];
        "MATLAB 5.0 MAT-file"u8.CopyTo(header);
        header[125] = 1;
        "IM"u8.CopyTo(header.AsSpan(126));
        File.WriteAllBytes(PathOf(name), [.. header, .. variables.SelectMany(v => v)]);
    }

    [Fact]
    public void Matlab_variables_that_declare_much_or_nest_without_end_are_refused()
    {
        var flags = Matrix("C", 6, [3, 100], Element(9, new byte[2400]));
        Mat("long.mat", Matrix("A", 6, [5120, 100000], Element(9, new byte[64])), flags);
        Assert.Contains("holds 8 numbers", Refused("long.mat"));
        Mat("cells.mat", Matrix("stat", 1, [100_000_000, 20], []), Matrix("F", 6, [3, 100], Element(9, new byte[2400])));
        Assert.Contains("cut off", Refused("cells.mat"));
        var nested = Matrix("", 6, [0, 0], []);
        for (var i = 0; i < 500; i++) nested = Matrix("", 1, [1, 1], nested);
        Mat("nested.mat", Matrix("stat", 1, [1, 1], nested), Matrix("F", 6, [3, 100], Element(9, new byte[2400])));
        Assert.Contains("nested without end", Refused("nested.mat"));
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true)) zlib.Write([.. BitConverter.GetBytes(14), .. BitConverter.GetBytes(2_000_000_000), .. new byte[100]]);
        Mat("packed.mat", [.. BitConverter.GetBytes(15), .. BitConverter.GetBytes((int)packed.Length), .. packed.ToArray()]);
        Assert.Contains("declares 2 GB", Refused("packed.mat"));
    }

    [Fact]
    public void Entries_of_archives_are_compared_with_their_checksums()
    {
        using (var zip = ZipFile.Open(PathOf("a.npz"), ZipArchiveMode.Create))
        {
            using var stream = zip.CreateEntry("A.npy", CompressionLevel.NoCompression).Open();
            stream.Write(Npy("<f4", "3, 64, 80", new byte[3 * 64 * 80 * 4]));
        }
        Assert.Equal(3, EstimateFile.Read(PathOf("a.npz"), Hints).Count);
        var bytes = File.ReadAllBytes(PathOf("a.npz"));
        bytes[5000] ^= 64;
        File.WriteAllBytes(PathOf("a.npz"), bytes);
        Assert.Contains("checksum", Refused("a.npz"));
    }
}
