using System.Text.Json;
using Minisim.Formats;
using Minisim.Tests.Formats.Zarr;
using Minisim.Tests.Interop;
using Minisim.Truth;

namespace Minisim.Tests.Formats.Tiff;

public class TiffTests : InTemporaryFolder
{
    [Theory]
    [InlineData(PixelType.UInt8, 21, 37, 53)]
    [InlineData(PixelType.UInt16, 21, 37, 53)]
    [InlineData(PixelType.Float32, 9, 37, 53)]
    [InlineData(PixelType.UInt8, 2, 1, 1)]
    [InlineData(PixelType.UInt16, 5, 300, 401)]
    public void What_is_written_is_read_back_here_and_by_tifffile(PixelType type, int frames, int height, int width)
    {
        var sample = SampleRecording.Make(frames, height, width, type);
        sample.Save(PathOf("a ü.tif"));
        using (var movie = RecordingFormats.OpenMovie(PathOf("a ü.tif"))) sample.AssertMovie(movie);

        Python.Need("tifffile", "numpy");
        var found = Python.Script("read_movie.py", "tifffile", PathOf("a ü.tif"));
        Assert.Equal($"[{frames}, {height}, {width}]", found.GetProperty("shape").GetRawText());
        Assert.Equal(type switch { PixelType.UInt8 => "|u1", PixelType.UInt16 => "<u2", _ => "<f4" }, found.GetProperty("dtype").GetString());
        Assert.Equal(FormatSamples.Sha256(sample.AllFrames()), found.GetProperty("sha256").GetString());
        Assert.Equal(frames, found.GetProperty("pages").GetInt32());
        var imagej = found.GetProperty("imagej");
        Assert.Equal((frames, frames, "micron", 0.05, 20.0), (imagej.GetProperty("images").GetInt32(), imagej.GetProperty("frames").GetInt32(), imagej.GetProperty("unit").GetString()!, imagej.GetProperty("finterval").GetDouble(), imagej.GetProperty("fps").GetDouble()));
        var resolution = found.GetProperty("resolution")[0];
        Assert.Equal(1 / sample.Header.Spec.Acquisition.PixelSizeUm(), resolution[0].GetDouble() / resolution[1].GetDouble(), 1e-6);
    }

    [Theory]
    [InlineData(PixelType.UInt8, 37, 53)]
    [InlineData(PixelType.UInt16, 300, 401)]
    public void ImageMagick_finds_the_same_pixels(PixelType type, int height, int width)
    {
        Python.NeedProgram("identify");
        var sample = SampleRecording.Make(21, height, width, type);
        sample.Save(PathOf("a b ü.tif"));
        Assert.Equal(Enumerable.Range(0, 21).Select(i => $"{i} {width}x{height} {8 * type.Bytes()} Gray"),
            Python.Run("identify", "-format", "%s %wx%h %z %[colorspace]\n", PathOf("a b ü.tif")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        foreach (var f in (int[])[0, 7, 20])
        {
            Python.Run("convert", PathOf("a b ü.tif") + $"[{f}]", "-depth", $"{8 * type.Bytes()}", "-endian", "LSB", "gray:" + PathOf("frame"));
            Assert.Equal(sample.Frames(null, f, 1), File.ReadAllBytes(PathOf("frame")));
        }
    }

    [Fact]
    public void Files_of_other_programs_are_read()
    {
        Python.Need("tifffile", "numpy");
        Python.Run("/usr/bin/python3", "-c", """
            import sys, numpy as np, tifffile
            folder = sys.argv[1]
            for t in ["u1", "u2", "f4"]:
                v = np.random.default_rng(3).integers(0, 255, (7, 31, 45)).astype(t)
                v.tofile(f"{folder}/{t}.raw")
                tifffile.imwrite(f"{folder}/{t}-imagej.tif", v, imagej=True)
                tifffile.imwrite(f"{folder}/{t}-big-endian.tif", v, byteorder=">", photometric="minisblack")
                tifffile.imwrite(f"{folder}/{t}-big.tif", v, bigtiff=True, photometric="minisblack", rowsperstrip=4)
                tifffile.imwrite(f"{folder}/{t}-zip.tif", v, compression="zlib", predictor=t != "f4", photometric="minisblack", rowsperstrip=8)
            """, Folder);
        foreach (var (code, type) in (ReadOnlySpan<(string, PixelType)>)[("u1", PixelType.UInt8), ("u2", PixelType.UInt16), ("f4", PixelType.Float32)])
        {
            var expected = File.ReadAllBytes(PathOf(code + ".raw"));
            foreach (var kind in (string[])["imagej", "big-endian", "big", "zip"])
            {
                using var movie = RecordingFormats.OpenMovie(PathOf($"{code}-{kind}.tif"));
                Assert.Equal((7, 31, 45, type), (movie.Frames, movie.Height, movie.Width, movie.PixelType));
                var actual = new byte[expected.Length];
                movie.Read(0, 7, actual);
                Assert.True(expected.AsSpan().SequenceEqual(actual), $"{code}-{kind}");
            }
        }
    }

    /// <summary>Pages that are not frames of grey are refused: read as such they would be another movie.</summary>
    [Theory]
    [InlineData(262, 0, null, null, "counts from white to black")]
    [InlineData(262, 3, null, null, "numbers of colours")]
    [InlineData(0, 0, "hyperstack=true\nmode=grayscale", "channels=2", "holds 2 channels of 9 times")]
    [InlineData(0, 0, "hyperstack=true\nmode=grayscale", "slices=3", "holds 3 depths of 9 times")]
    public void Pages_that_are_no_frames_of_grey_are_refused(int tag, short value, string? found, string? replaced, string reason)
    {
        SampleRecording.Make(9, 13, 17).Save(PathOf("a.tif"));
        var bytes = File.ReadAllBytes(PathOf("a.tif"));
        if (found is not null && replaced is not null)
        {
            var text = System.Text.Encoding.Latin1.GetString(bytes);
            Assert.Contains(found, text);
            bytes = System.Text.Encoding.Latin1.GetBytes(text.Replace(found, (replaced + "\nnote=").PadRight(found.Length, 'x')));
        }
        for (var entry = 10; tag > 0 && entry < 200; entry += 12)
            if (BitConverter.ToUInt16(bytes, entry) == tag)
                BitConverter.GetBytes(value).CopyTo(bytes, entry + 8);
        File.WriteAllBytes(PathOf("a.tif"), bytes);
        Assert.Contains(reason, Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenMovie(PathOf("a.tif"))).Reason);
    }

    [Theory]
    [InlineData(34712, "the compression 34712 (JPEG 2000), which is not read here")]
    [InlineData(50000, "the compression 50000 (Zstandard)")]
    [InlineData(999, "the compression 999, which")]
    public void Packings_that_are_not_read_are_named(int compression, string said)
    {
        SampleRecording.Make(9, 13, 17).Save(PathOf("a.tif"));
        Retag("a.tif", 259, 259, (ushort)compression);
        var e = Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenMovie(PathOf("a.tif")));
        Assert.Contains(said, e.Reason);
        Assert.DoesNotContain("damaged", e.Message);
    }

    /// <summary>A page that begins elsewhere than at the top left would be read as another picture.</summary>
    [Theory]
    [InlineData(1, null)]
    [InlineData(2, "top right (its orientation is 2)")]
    [InlineData(3, "bottom right")]
    [InlineData(4, "bottom left")]
    [InlineData(5, "top left, column by column")]
    [InlineData(8, "bottom left, column by column")]
    public void Pages_that_begin_at_another_corner_are_refused(ushort orientation, string? said)
    {
        SampleRecording.Make(9, 13, 17).Save(PathOf("a.tif"));
        Retag("a.tif", 305, 274, orientation);
        if (said is not null) Assert.Contains(said, Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenMovie(PathOf("a.tif"))).Reason);
        else using (var movie = RecordingFormats.OpenMovie(PathOf("a.tif"))) Assert.Equal(9, movie.Frames);
    }

    [Fact]
    public void Bits_from_the_lowest_on_are_turned_round()
    {
        var sample = SampleRecording.Make(1, 13, 17);
        sample.Save(PathOf("a.tif"));
        Retag("a.tif", 305, 266, 2);
        using var movie = RecordingFormats.OpenMovie(PathOf("a.tif"));
        var frame = new byte[13 * 17];
        movie.Read(0, 1, frame);
        Assert.Equal(sample.Frames(null, 0, 1).Select(b => Enumerable.Range(0, 8).Sum(i => (b >> i & 1) << (7 - i))), frame.Select(b => (int)b));
    }

    /// <summary>Gives an entry of the first page another tag, with one short value.</summary>
    private void Retag(string name, int tag, ushort other, ushort value)
    {
        var bytes = File.ReadAllBytes(PathOf(name));
        var entry = 10;
        while (BitConverter.ToUInt16(bytes, entry) != tag) entry += 12;
        BitConverter.GetBytes(other).CopyTo(bytes, entry);
        ((ReadOnlySpan<byte>)[3, 0, 1, 0, 0, 0, (byte)value, (byte)(value >> 8), 0, 0]).CopyTo(bytes.AsSpan(entry + 2));
        File.WriteAllBytes(PathOf(name), bytes);
    }

    [Fact]
    public void Channels_of_other_programs_are_no_frames_and_slices_alone_are()
    {
        Python.Need("tifffile", "numpy");
        Python.Run("/usr/bin/python3", "-c", """
            import sys, numpy as np, tifffile
            folder = sys.argv[1]
            v = np.arange(6 * 2 * 20 * 30).reshape(6, 2, 20, 30).astype("u2")
            tifffile.imwrite(f"{folder}/imagej.tif", v, imagej=True, metadata={"axes": "TCYX"})
            tifffile.imwrite(f"{folder}/ome.ome.tif", v, photometric="minisblack", metadata={"axes": "TCYX"})
            tifffile.imwrite(f"{folder}/depths.ome.tif", v, photometric="minisblack", metadata={"axes": "TZYX"})
            tifffile.imwrite(f"{folder}/slices.tif", v[:, 0], imagej=True, metadata={"axes": "ZYX"})
            tifffile.imwrite(f"{folder}/times.ome.tif", v[:, 0], photometric="minisblack", metadata={"axes": "TYX"})
            """, Folder);
        foreach (var (file, reason) in new[] { ("imagej.tif", "2 channels of 6 times"), ("ome.ome.tif", "2 channels of 6 times"), ("depths.ome.tif", "2 depths of 6 times") })
            Assert.Contains(reason, Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenMovie(PathOf(file))).Reason);
        foreach (var file in (string[])["slices.tif", "times.ome.tif"])
        {
            using var movie = RecordingFormats.OpenMovie(PathOf(file));
            Assert.Equal(6, movie.Frames);
        }
    }

    /// <summary>Frames of zeros but for the first and last pixel: the file system is given the zeros all the same.</summary>
    [Fact]
    public void Past_four_gigabytes_every_frame_is_found()
    {
        const int height = 6000, width = 8000, frames = 92;
        var sample = SampleRecording.Make(frames, 4, 4, optional: false);
        var header = sample.Header with { Height = height, Width = width };
        Assert.True((long)height * width * frames > 1L << 32);
        var frame = new byte[height * width];
        using (var sink = RecordingFormats.CreateSink(PathOf("big.tif"), new() { Flush = false }))
        {
            sink.Begin(header, sample.Truth);
            for (var f = 0; f < frames; f++)
            {
                (frame[0], frame[^1]) = ((byte)(f + 1), (byte)(2 * f + 1));
                sink.Write(null, f, 1, frame);
            }
            sink.Complete();
        }
        using (var movie = RecordingFormats.OpenMovie(PathOf("big.tif")))
        {
            Assert.Equal(frames, movie.Frames);
            foreach (var f in (int[])[0, 1, 50, 89, 90, 91])
            {
                movie.Read(f, 1, frame);
                Assert.Equal(((byte)(f + 1), (byte)(2 * f + 1)), (frame[0], frame[^1]));
            }
        }
        Python.Need("tifffile");
        var said = Python.Run("/usr/bin/python3", "-c", """
            import sys, tifffile
            with tifffile.TiffFile(sys.argv[1]) as f:
                p = f.pages[91].asarray()
                print(f.is_bigtiff, len(f.pages), p[0, 0], p[-1, -1])
            """, PathOf("big.tif"));
        Assert.Equal("True 92 92 183", said.Trim());
    }

    [Fact]
    public void More_pages_than_sixteen_bits_count()
    {
        var sample = SampleRecording.Make(70000, 2, 2, units: 1, optional: false);
        sample.Save(PathOf("a.tif"), block: 64);
        using var movie = RecordingFormats.OpenMovie(PathOf("a.tif"));
        sample.AssertMovie(movie);
    }

    [Fact]
    public void Damaged_and_foreign_files_end_in_one_clear_error()
    {
        var sample = SampleRecording.Make();
        sample.Save(PathOf("good.tif"));
        var bytes = File.ReadAllBytes(PathOf("good.tif"));
        foreach (var length in (int[])[0, 1, 8, 11, 100, 3000, bytes.Length / 2, bytes.Length - 1])
        {
            File.WriteAllBytes(PathOf("cut.tif"), bytes[..length]);
            Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenMovie(PathOf("cut.tif")).Read(0, 21, new byte[21 * 37 * 53]));
        }
        File.WriteAllText(PathOf("text.tif"), "This is no movie, whatever its name says.");
        Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenMovie(PathOf("text.tif")));
        var random = new System.Random(1);
        for (var i = 0; i < 300; i++)
        {
            var broken = (byte[])bytes.Clone();
            for (var k = 0; k < 4; k++) broken[random.Next(bytes.Length - 1000, bytes.Length)] = (byte)random.Next(256);
            for (var k = 0; k < 2; k++) broken[random.Next(2, 300)] = (byte)random.Next(256);
            File.WriteAllBytes(PathOf("broken.tif"), broken);
            try
            {
                using var movie = RecordingFormats.OpenMovie(PathOf("broken.tif"));
                if ((long)movie.Height * movie.Width < 1 << 20) movie.Read(0, 1, new byte[movie.Height * movie.Width * 8]);
            }
            catch (RecordingFormatException)
            {
            }
        }
    }
}
