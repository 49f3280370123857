using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Minisim.Formats.Zarr;
using Minisim.Rendering;
using Minisim.Tests.Formats.Zarr;
using Minisim.Truth;

namespace Minisim.Tests.Interop;

/// <summary>Debian's python3-zarr and python3-numpy find the numbers that were written, and their files are read here.</summary>
public class PythonZarrTests : InTemporaryFolder
{
    private const string Interpreter = "/usr/bin/python3";

    private static readonly Lazy<string?> Missing = new(() =>
    {
        try
        {
            return Run("import zarr, numpy, numcodecs", null) is null ? null : "python3-zarr cannot be imported";
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return e.Message;
        }
    });

    private static void NeedPython()
    {
        if (Missing.Value is { } reason) MissingPackages.Absent($"{Interpreter} has no zarr: {reason}", "python3-zarr");
    }

    private static string? Run(string script, string? folder, Action<string>? output = null)
    {
        var start = new ProcessStartInfo(Interpreter) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(script);
        if (folder is not null) start.WorkingDirectory = folder;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        output?.Invoke(process.StandardOutput.ReadToEnd());
        process.WaitForExit();
        if (process.ExitCode == 0) return null;
        return output is null ? errors.Result : throw new InvalidOperationException(errors.Result);
    }

    private JsonElement Python(string script)
    {
        JsonElement result = default;
        Run("import json, numpy as np, zarr, numcodecs\n" + script, Folder, text => result = text.Trim().Length == 0 ? default : JsonDocument.Parse(text).RootElement);
        return result;
    }

    [Theory]
    [InlineData(PixelType.UInt8, StoreDtype.Auto, ZarrCompression.Auto)]
    [InlineData(PixelType.UInt8, StoreDtype.Float32, ZarrCompression.Auto)]
    [InlineData(PixelType.UInt16, StoreDtype.Auto, ZarrCompression.Zstd)]
    [InlineData(PixelType.UInt16, StoreDtype.Float64, ZarrCompression.Lz4)]
    [InlineData(PixelType.Float32, StoreDtype.Float32, ZarrCompression.Zstd)]
    [InlineData(PixelType.UInt8, StoreDtype.Float64, ZarrCompression.None)]
    public void Python_finds_the_same_numbers(PixelType type, StoreDtype store, ZarrCompression compression)
    {
        NeedPython();
        // Wide enough for several Blosc blocks with a short last one, and several tiles.
        var sample = SampleRecording.Make(frames: 9, height: 301, width: 499, type: type, store: store, snapshots: [new SnapshotInfo("cells_only", 307, 505)]);
        sample.WriteTo(PathOf("a.zarr"), new() { Compression = compression });
        var found = Python("""
            r = zarr.open("a.zarr", "r")
            def show(a):
                a.get_basic_selection()  # every chunk unpacks
                v = a[...]
                return {"dtype": v.dtype.str, "shape": v.shape, "values": [float(x).hex() for x in v.astype("f8").ravel()[::max(1, v.size // 997)]], "sum": float(v.astype("f8").sum()), "dims": a.attrs["_ARRAY_DIMENSIONS"]}
            out = {}
            r.visititems(lambda n, a: out.__setitem__(n, show(a)) if hasattr(a, "dtype") else None)
            print(json.dumps({"arrays": out, "attrs": dict(r.attrs), "focal": r["ground_truth"].attrs["focal_depth_um"], "planted": dict(r["ground_truth/planted"].attrs)}))
            """);
        using var recording = ZarrRecording.Open(PathOf("a.zarr"));
        var arrays = found.GetProperty("arrays");
        var expected = recording.Truth.Arrays.ToDictionary(a => "ground_truth/" + a.Name, a => a.ToDoubles());
        expected["observed"] = Pixels(recording.Observed);
        expected["snapshots/cells_only"] = Pixels(recording.Snapshots["cells_only"]);
        expected["ground_truth/planted/data"] = [.. recording.Truth.Planted.SelectMany(f => f.Values).Select(v => (double)v)];
        expected["ground_truth/planted/offsets"] = [.. recording.Truth.Planted.SelectMany(f => (double[])[f.Row, f.Col])];
        expected["ground_truth/planted/shapes"] = [.. recording.Truth.Planted.SelectMany(f => (double[])[f.Height, f.Width])];
        Assert.Equal(expected.Keys.Order(), arrays.EnumerateObject().Select(a => a.Name).Order());
        foreach (var (name, values) in expected)
        {
            var array = arrays.GetProperty(name);
            var step = Math.Max(1, values.Length / 997);
            var at = 0;
            foreach (var value in array.GetProperty("values").EnumerateArray())
            {
                Assert.Equal(values[at], FromHex(value.GetString()!));
                at += step;
            }
            Assert.True(at >= values.Length, $"{name}: python has {at / step} of {values.Length} values");
            Assert.Equal(values.Sum(), array.GetProperty("sum").GetDouble(), 1e-6 * values.Sum(Math.Abs) + 1e-9);
        }
        Assert.Equal(recording.Observed.PixelType switch { PixelType.UInt8 => "|u1", PixelType.UInt16 => "<u2", PixelType.Float32 => "<f4", _ => "<f8" }, arrays.GetProperty("observed").GetProperty("dtype").GetString());
        Assert.Equal("|b1", arrays.GetProperty("ground_truth/in_focus").GetProperty("dtype").GetString());
        Assert.Equal("<f8", arrays.GetProperty("ground_truth/C").GetProperty("dtype").GetString());
        Assert.Equal("<i4", arrays.GetProperty("ground_truth/planted/offsets").GetProperty("dtype").GetString());
        var attributes = found.GetProperty("attrs");
        Assert.Equal(2, attributes.GetProperty("format_version").GetInt32());
        Assert.Equal(["shifts", "vasculature_mask"], attributes.GetProperty("gt_present").EnumerateArray().Select(e => e.GetString()!).Order());
        Assert.Equal(9, attributes.GetProperty("n_frames_written").GetInt32());
        Assert.Equal(151.25, found.GetProperty("focal").GetDouble());
        Assert.Equal("[307,505]", found.GetProperty("planted").GetProperty("canvas_shape").GetRawText().Replace(" ", ""));
    }

    private static double[] Pixels(Movie movie)
    {
        var raw = new byte[movie.Frames * movie.Height * movie.Width * movie.PixelType.Bytes()];
        movie.Read(0, movie.Frames, raw);
        var pixels = new double[movie.Frames * movie.Height * movie.Width];
        PixelTypes.Convert(raw, movie.PixelType, MemoryMarshal.AsBytes(pixels.AsSpan()), PixelType.Float64);
        return pixels;
    }

    /// <summary>Python's float.hex: exact in both directions.</summary>
    private static double FromHex(string text)
    {
        var negative = text.StartsWith('-');
        text = text.TrimStart('-')[2..];
        var parts = text.Split('p');
        var mantissa = parts[0].Split('.');
        var value = (double)long.Parse(mantissa[0], CultureInfo.InvariantCulture);
        if (mantissa.Length > 1) value += long.Parse(mantissa[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) / Math.Pow(16, mantissa[1].Length);
        value = Math.ScaleB(value, int.Parse(parts[1], CultureInfo.InvariantCulture));
        return negative ? -value : value;
    }

    [Fact]
    public void What_numcodecs_packs_is_unpacked_here()
    {
        NeedPython();
        Python("""
            codecs = {"none": None, "zstd": numcodecs.Zstd(3), "zlib": numcodecs.Zlib(6), "gzip": numcodecs.GZip(6), "lz4": numcodecs.LZ4(),
                      "blosc_small": numcodecs.Blosc("lz4", 5, 1, blocksize=4096), "blosc_odd": numcodecs.Blosc("blosclz", 9, 0, blocksize=100000), "blosc_bits": numcodecs.Blosc("zstd", 1, 2, blocksize=1000)}
            for name in ["lz4", "lz4hc", "zstd", "zlib", "blosclz"]:
                for shuffle in [0, 1, 2]:
                    for level in [0, 1, 9]:
                        codecs[f"blosc_{name}_{shuffle}_{level}"] = numcodecs.Blosc(name, level, shuffle)
            rng = np.random.default_rng(1)
            root = zarr.open("c.zarr", "w")
            def put(name, v, chunks, **kw):
                for codec, compressor in codecs.items():
                    z = root.create_dataset(name + "-" + codec, shape=v.shape, dtype=v.dtype, chunks=chunks, compressor=compressor, **kw)
                    z[...] = v
                v.tofile(name + ".raw")
            for t in ["u1", "u2", "u4", "i4", "i8", "f4", "f8"]:
                n = 70000
                steps = np.cumsum(rng.integers(-2, 3, n)) + 100000
                put(t, np.asarray(steps % 251 if t == "u1" else steps / 7 if t[0] == "f" else steps % 60000, dtype=t), (48000,))
                put(t + "noise", rng.integers(0, 200, (37, 41)).astype(t), (20, 41))
            put("b1", rng.random(1000) < 0.3, (300,))
            put("runs", np.repeat(rng.integers(0, 255, 40).astype("u1"), rng.integers(1, 20000, 40)), (100000,))
            put("far", np.tile(rng.integers(0, 255, 9000).astype("u1"), 5), (45000,))
            put("fortran", rng.random((13, 17, 5)), (6, 7, 5), order="F")
            put("slash", rng.random((13, 17)), (6, 7), dimension_separator="/")
            put("scalar", np.array(3.5), ())
            put("texts", np.array(["dy", "größer", ""]), (2,))
            """);
        var folders = Directory.GetDirectories(PathOf("c.zarr"));
        Assert.Equal(21 * 53, folders.Length);
        foreach (var folder in folders)
        {
            var array = ZarrArray.Open(folder);
            var expected = File.ReadAllBytes(PathOf(Path.GetFileName(folder).Split('-')[0] + ".raw"));
            var actual = array.DataType.Kind == 'U'
                ? [.. array.ReadStrings().SelectMany(t => System.Text.Encoding.UTF32.GetBytes(t.PadRight(6, '\0')))]
                : array.DataType.Bytes switch
                {
                    1 => array.ReadAll<byte>(),
                    2 => MemoryMarshal.AsBytes<ushort>(array.ReadAll<ushort>()).ToArray(),
                    4 => MemoryMarshal.AsBytes<int>(array.ReadAll<int>()).ToArray(),
                    _ => MemoryMarshal.AsBytes<double>(array.ReadAll<double>()).ToArray(),
                };
            Assert.True(expected.AsSpan().SequenceEqual(actual), Path.GetFileName(folder));
        }
    }
}
