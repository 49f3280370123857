using System.Runtime.InteropServices;
using System.Text.Json;
using Minisim.Formats;
using Minisim.Formats.Hdf5;
using Minisim.Rendering;
using Minisim.Tests.Formats.Zarr;
using Minisim.Tests.Interop;
using Minisim.Truth;
using PureHDF;

namespace Minisim.Tests.Formats.Arrays;

/// <summary>HDF5, NPY and NPZ.</summary>
public class ArrayFormatTests : InTemporaryFolder
{
    [Theory]
    [InlineData("a ü.h5", PixelType.UInt8, 61, 37, 53)]
    [InlineData("a.h5", PixelType.UInt16, 61, 137, 153)]
    [InlineData("a.hdf5", PixelType.Float32, 33, 237, 253)]
    [InlineData("a.h5", PixelType.UInt8, 7, 1100, 1200)]
    [InlineData("a ü.npy", PixelType.UInt8, 61, 37, 53)]
    [InlineData("a.npy", PixelType.UInt16, 21, 37, 53)]
    [InlineData("a.npy", PixelType.Float32, 3, 1, 1)]
    public void Movies_are_read_back(string name, PixelType type, int frames, int height, int width)
    {
        var sample = SampleRecording.Make(frames, height, width, type);
        sample.Save(PathOf(name));
        using (var movie = RecordingFormats.OpenMovie(PathOf(name))) sample.AssertMovie(movie);
        Assert.Equal([PathOf(name)], Directory.EnumerateFileSystemEntries(Folder));
        if (!name.EndsWith(".npy", StringComparison.Ordinal)) return;
        Python.Need("numpy");
        var found = Python.Script("read_movie.py", "numpy", PathOf(name));
        Assert.Equal(FormatSamples.Sha256(sample.AllFrames()), found.GetProperty("sha256").GetString());
        Assert.Equal((type switch { PixelType.UInt8 => "|u1", PixelType.UInt16 => "<u2", _ => "<f4" }, $"[{frames}, {height}, {width}]"), (found.GetProperty("dtype").GetString()!, found.GetProperty("shape").GetRawText()));
    }

    [Theory]
    [InlineData("a.h5", PixelType.UInt8)]
    [InlineData("a.h5", PixelType.UInt16)]
    [InlineData("a.npz", PixelType.UInt8)]
    [InlineData("a.npz", PixelType.Float32)]
    public void Python_finds_movie_and_truth(string name, PixelType type)
    {
        Python.Need("h5py", "scipy", "numpy");
        var sample = SampleRecording.Make(45, 137, 253, type, units: 7);
        sample.Save(PathOf(name));
        var found = Python.Script("read_truth.py", PathOf(name), "137", "253");

        var pixels = new byte[45 * 137 * 253 * 8];
        PixelTypes.Convert(sample.AllFrames(), type, pixels, PixelType.Float64);
        Same("movie", MemoryMarshal.Cast<byte, double>(pixels).ToArray(), 45, 137, 253);
        Assert.Equal(type switch { PixelType.UInt8 => "|u1", PixelType.UInt16 => "<u2", _ => "<f4" }, found.GetProperty("movie").GetProperty("dtype").GetString());
        foreach (var array in sample.Truth.Arrays)
        {
            Same(array.Name, array.ToDoubles(), array.Shape.AsSpan().ToArray());
            if (array.Values is bool[]) Assert.Equal("|b1", found.GetProperty(array.Name).GetProperty("dtype").GetString());
        }
        Same("A", Array.ConvertAll(sample.Truth.AObserved(), v => (double)v), 7, 137, 253);
        Same("A_planted", Array.ConvertAll(sample.Truth.APlanted(), v => (double)v), 7, 137, 253);
        Assert.Equal(SpecJson.Write(sample.Header.Spec), found.GetProperty("spec").GetProperty("text").GetString());
        if (!name.EndsWith(".h5", StringComparison.Ordinal)) return;
        var movie = found.GetProperty("movie");
        Assert.Equal(("gzip", 20.0), (movie.GetProperty("compression").GetString()!, movie.GetProperty("attrs").GetProperty("fps").GetDouble()));
        Assert.Equal("""["unit", "frame"]""", found.GetProperty("C").GetProperty("attrs").GetProperty("axes").GetRawText());

        void Same(string key, double[] values, params int[] shape)
        {
            var item = found.GetProperty(key);
            Assert.Equal(shape, item.GetProperty("shape").EnumerateArray().Select(e => e.GetInt32()));
            Assert.True(FormatSamples.Sha256(MemoryMarshal.AsBytes<double>(values).ToArray()) == item.GetProperty("sha256").GetString(), $"{key} differs");
        }
    }

    [Theory]
    [InlineData(".h5")]
    [InlineData(".npy")]
    public void Damaged_and_foreign_files_end_in_one_clear_error(string ending)
    {
        var sample = SampleRecording.Make(33, 237, 253);
        sample.Save(PathOf("good" + ending));
        var bytes = File.ReadAllBytes(PathOf("good" + ending));
        foreach (var length in (int[])[0, 1, 8, 11, 100, bytes.Length / 2])
        {
            File.WriteAllBytes(PathOf("cut" + ending), bytes[..length]);
            Assert.Throws<RecordingFormatException>(() =>
            {
                using var movie = RecordingFormats.OpenMovie(PathOf("cut" + ending));
                movie.Read(0, 33, new byte[33 * 237 * 253]);
            });
        }
        File.WriteAllText(PathOf("text" + ending), "This is no movie, whatever its name says.");
        Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenMovie(PathOf("text" + ending)));
    }

    /// <summary>NumPy's own writer is asked for every kind: those of the other order of bytes are read, the others named.</summary>
    [Fact]
    public void Arrays_of_numpy_in_the_other_order_are_read_and_other_kinds_named()
    {
        Python.Need("numpy");
        Python.Run("/usr/bin/python3", "-c", """
            import sys, numpy as np
            v = np.arange(5 * 6 * 7).reshape(5, 6, 7) * 77 % 60000
            for t in ">u2", ">f4", ">f8", "<u2": np.save(sys.argv[1] + "/" + t[0].replace(">", "big").replace("<", "little") + t[1:] + ".npy", v.astype(t))
            np.save(sys.argv[1] + "/records.npy", np.zeros((5, 6, 7), [("a", "u2"), ("b", "f4")]))
            np.save(sys.argv[1] + "/signed.npy", v.astype("i4"))
            """, Folder);
        foreach (var name in (string[])["bigu2", "bigf4", "bigf8", "littleu2"])
        {
            using var movie = RecordingFormats.OpenMovie(PathOf(name + ".npy"));
            var frame = new float[42];
            movie.ReadFrame(3, frame);
            for (var i = 0; i < frame.Length; i++) Assert.Equal((3 * 42 + i) * 77 % 60000, frame[i]);
        }
        foreach (var (name, said) in new[] { ("records", "holds records"), ("signed", "holds <i4") })
            Assert.Contains(said, Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenMovie(PathOf(name + ".npy"))).Reason);
    }

    private const int BigHeight = 6000, BigWidth = 8000, BigFrames = 92;

    private static void WriteBig(IRecordingSink sink)
    {
        var sample = SampleRecording.Make(BigFrames, 4, 4, optional: false);
        var frame = new byte[BigHeight * BigWidth];
        using var _ = sink;
        sink.Begin(sample.Header with { Height = BigHeight, Width = BigWidth }, sample.Truth);
        for (var f = 0; f < BigFrames; f++)
        {
            frame[^1] = (byte)(2 * f + 1);
            sink.Write(null, f, 1, frame);
        }
        sink.Complete();
    }

    [Fact]
    public void Npz_past_four_gigabytes()
    {
        Python.Need("numpy");
        WriteBig(RecordingFormats.CreateSink(PathOf("big.npz"), new() { Flush = false }));
        var said = Python.Run("/usr/bin/python3", "-c", """
            import sys, zipfile, numpy as np
            z = zipfile.ZipFile(sys.argv[1])
            with z.open("movie.npy") as f:
                np.lib.format.read_magic(f)
                shape, fortran, dtype = np.lib.format.read_array_header_1_0(f)
                ends = []
                for i in range(shape[0]):
                    ends.append(f.read(shape[1] * shape[2])[-1])
                assert f.read(1) == b""
            print(shape, dtype, ends == [2 * i + 1 for i in range(shape[0])], np.load(sys.argv[1])["C"].shape)
            """, PathOf("big.npz"));
        Assert.Equal("(92, 6000, 8000) uint8 True (5, 92)", said.Trim());
    }

    /// <summary>A file that begins with a hole of 5 GB, so that all else lies behind it.</summary>
    private sealed class BehindAHole(string path, bool isTransposed) : Hdf5Sink(path, new() { Flush = false })
    {
        protected override bool IsTransposed => isTransposed;

        protected override H5File Content(RecordingHeader header, GroundTruth truth, H5Dataset movie) => new()
        {
            ["hole"] = new H5Dataset<byte[]>([5UL << 30]),
            ["before"] = Streamed<double>(5000, 3, (first, values) => { for (var i = 0; i < values.Length; i++) values[i] = 3 * first + i; }),
            [PlainHdf5Format.Movie] = movie,
        };
    }

    /// <summary>By the sink of HDF5 and NWB, whose frames are transposed.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Hdf5_chunks_that_lie_past_four_gigabytes_are_found(bool isTransposed)
    {
        Python.Need("h5py");
        var sample = SampleRecording.Make(61, 137, 253, PixelType.UInt16);
        sample.Save(new BehindAHole(PathOf("big.h5"), isTransposed));
        Assert.True(new FileInfo(PathOf("big.h5")).Length > 5L << 30);
        using (var movie = Hdf5Movie.Open(PathOf("big.h5"), isTransposed, null, PlainHdf5Format.Movie)) sample.AssertMovie(movie);
        var said = Python.Run("/usr/bin/python3", "-c", $$"""
            import hashlib, sys, h5py, numpy as np
            file = h5py.File(sys.argv[1])
            m = file["movie"]
            places = [m.id.get_chunk_info(i).byte_offset for i in range(m.id.get_num_chunks())]
            assert len(places) > 3 and min(places) > 5 << 30, places
            assert np.array_equal(file["before"][...].ravel(), np.arange(15000))
            v = m[...]{{(isTransposed ? ".transpose(0, 2, 1)" : "")}}
            print(hashlib.sha256(np.ascontiguousarray(v).tobytes()).hexdigest())
            """, PathOf("big.h5"));
        Assert.Equal(FormatSamples.Sha256(sample.AllFrames()), said.Trim());
    }

    [Fact]
    public void Hdf5_movies_of_more_pixels_than_32_bits_count()
    {
        Python.Need("h5py");
        var movie = new ChunkedDataset<byte>([BigFrames, BigHeight, BigWidth], 1);
        var frame = new byte[BigHeight * BigWidth];
        using (var writer = new H5File { [PlainHdf5Format.Movie] = movie.Dataset }.BeginWrite(PathOf("big.h5")))
        {
            // The same chunk over and over: packing each would take a minute.
            ReadOnlyMemory<byte> packed = default;
            for (var f = 0; f < BigFrames; f++)
            {
                if (f is 0 or 1 or 90 or 91)
                {
                    frame[^1] = (byte)(2 * f + 1);
                    packed = Hdf5Deflate.Pack(frame, 1, hasRuns: true);
                }
                movie.Write(writer, f, 1, packed);
            }
        }
        var said = Python.Run("/usr/bin/python3", "-c", "import sys, h5py; m = h5py.File(sys.argv[1])['movie']; print(m.shape, [int(m[f, -1, -1]) for f in (0, 1, 2, 90, 91)], int(m[91].sum()))", PathOf("big.h5"));
        Assert.Equal("(92, 6000, 8000) [1, 3, 3, 181, 183] 183", said.Trim());
        using var read = RecordingFormats.OpenMovie(PathOf("big.h5"));
        foreach (var f in (int[])[0, 90, 91])
        {
            read.Read(f, 1, frame);
            Assert.Equal((2 * f + 1, 2 * f + 1), (frame[^1], frame.Sum(b => b)));
        }
    }

    [Fact]
    public void Npy_past_four_gigabytes()
    {
        WriteBig(RecordingFormats.CreateSink(PathOf("big.npy"), new() { Flush = false }));
        var frame = new byte[BigHeight * BigWidth];
        using var movie = RecordingFormats.OpenMovie(PathOf("big.npy"));
        movie.Read(91, 1, frame);
        Assert.Equal(183, frame[^1]);
    }
}
