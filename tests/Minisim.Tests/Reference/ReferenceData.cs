using System.IO.Compression;
using System.Text.Json;

namespace Minisim.Tests.Reference;

/// <summary>The reference numbers: the folder named by MINISIM_REFERENCE, or the project's own copy, unpacked once
/// beside the test assembly.</summary>
public static class ReferenceData
{
    private static readonly Lazy<string> LazyRoot = new(() =>
    {
        if (Environment.GetEnvironmentVariable("MINISIM_REFERENCE") is { Length: > 0 } folder)
            return Directory.Exists(folder) ? folder : throw new DirectoryNotFoundException($"MINISIM_REFERENCE names no folder: {folder}");
        var archive = System.IO.Path.Combine(AppContext.BaseDirectory, "reference.zip");
        var target = System.IO.Path.Combine(AppContext.BaseDirectory, $"reference-{File.GetLastWriteTimeUtc(archive).Ticks:x}");
        if (!Directory.Exists(target))
        {
            var staging = target + "." + Environment.ProcessId;
            ZipFile.ExtractToDirectory(archive, staging, overwriteFiles: true);
            try
            {
                Directory.Move(staging, target);
            }
            catch (IOException) when (Directory.Exists(target))
            {
                Directory.Delete(staging, recursive: true);
            }
        }
        return target;
    });

    public static string Root => LazyRoot.Value;

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    public static JsonDocument Json(params string[] parts) => JsonDocument.Parse(File.ReadAllBytes(Path(parts)));

    public static NpyArray Npy(params string[] parts) => NpyArray.Load(Path(parts));

    /// <summary>Every case of vectors/NAME.json.</summary>
    public static IEnumerable<VectorCase> Cases(string file)
    {
        using var document = Json("vectors", file);
        foreach (var item in document.RootElement.GetProperty("cases").EnumerateArray())
            yield return new VectorCase(file, item.GetProperty("fn").GetString()!, item.GetProperty("in").Clone(), item.GetProperty("out").Clone());
    }
}

/// <summary>One measured call: function, input, output.</summary>
public sealed record VectorCase(string File, string Function, JsonElement In, JsonElement Out)
{
    public JsonElement Arg(string name) => In.GetProperty(name);
    public double Number(string name) => ToDouble(In.GetProperty(name));
    public NpyArray Array(string name) => ToArray(In.GetProperty(name));

    /// <summary>A number; non-finite ones are the texts NaN, Infinity, -Infinity.</summary>
    public static double ToDouble(JsonElement e) => e.ValueKind == JsonValueKind.String
        ? e.GetString() switch { "NaN" => double.NaN, "Infinity" => double.PositiveInfinity, "-Infinity" => double.NegativeInfinity, var s => throw new FormatException(s) }
        : e.GetDouble();

    /// <summary>An array: inline {dtype, shape, data}, {npy: …}, a path to a .npy, or a plain (nested) list.</summary>
    public static NpyArray ToArray(JsonElement e)
    {
        if (e.ValueKind == JsonValueKind.String) return ReferenceData.Npy("vectors", e.GetString()!);
        if (e.ValueKind == JsonValueKind.Array)
        {
            var nested = e.GetArrayLength() > 0 && e[0].ValueKind == JsonValueKind.Array;
            if (!nested) return new NpyArray("float64", [e.GetArrayLength()], [.. e.EnumerateArray().Select(ToDouble)]);
            var rows = e.EnumerateArray().Select(r => r.EnumerateArray().Select(ToDouble).ToArray()).ToArray();
            return new NpyArray("float64", [rows.Length, rows[0].Length], [.. rows.SelectMany(r => r)]);
        }
        if (e.TryGetProperty("npy", out var npy)) return ReferenceData.Npy("vectors", npy.GetString()!);
        return new NpyArray(e.GetProperty("dtype").GetString()!, [.. e.GetProperty("shape").EnumerateArray().Select(s => s.GetInt32())],
            [.. e.GetProperty("data").EnumerateArray().Select(v => v.ValueKind is JsonValueKind.True ? 1 : v.ValueKind is JsonValueKind.False ? 0 : ToDouble(v))]);
    }
}

/// <summary>A NumPy array of plain numbers, converted to double, in C order.</summary>
public sealed record NpyArray(string DType, int[] Shape, double[] Values)
{
    public float[] Floats => System.Array.ConvertAll(Values, v => (float)v);
    public ReadOnlySpan<double> Row(int index) => Values.AsSpan(index * (Values.Length / Shape[0]), Values.Length / Shape[0]);
    public double this[int i, int j] => Values[i * Shape[1] + j];

    public static NpyArray Load(string path)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < 10 || bytes[0] != 0x93) throw new InvalidDataException($"not a .npy file: {path}");
        var wide = bytes[6] >= 2;
        var headerLength = wide ? BitConverter.ToInt32(bytes, 8) : BitConverter.ToUInt16(bytes, 8);
        var start = (wide ? 12 : 10) + headerLength;
        var header = System.Text.Encoding.ASCII.GetString(bytes, wide ? 12 : 10, headerLength);
        var descr = Between(header, "'descr': '", "'");
        var shape = Between(header, "'shape': (", ")").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(int.Parse).ToArray();
        var count = shape.Aggregate(1, (a, b) => a * b);
        var size = int.Parse(descr[2..]);
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            var at = start + i * size;
            values[i] = descr[1..] switch
            {
                "f8" => BitConverter.ToDouble(bytes, at),
                "f4" => BitConverter.ToSingle(bytes, at),
                "i8" => BitConverter.ToInt64(bytes, at),
                "i4" => BitConverter.ToInt32(bytes, at),
                "u1" or "b1" => bytes[at],
                "u2" => BitConverter.ToUInt16(bytes, at),
                _ => throw new NotSupportedException($"{descr} in {path}"),
            };
        }
        if (header.Contains("'fortran_order': True") && shape.Length == 2)
        {
            var c = new double[count];
            for (var i = 0; i < shape[0]; i++)
                for (var j = 0; j < shape[1]; j++)
                    c[i * shape[1] + j] = values[j * shape[0] + i];
            values = c;
        }
        return new NpyArray(descr, shape, values);
    }

    private static string Between(string text, string before, string after)
    {
        var from = text.IndexOf(before, StringComparison.Ordinal) + before.Length;
        return text[from..text.IndexOf(after, from, StringComparison.Ordinal)];
    }
}

/// <summary>Comparisons with the reference.</summary>
public static class Close
{
    /// <summary>Fails unless every value is within <paramref name="relative"/> of the expected one (or of the largest expected
    /// magnitude with <paramref name="ofPeak"/>); non-finite values must be equal.</summary>
    public static void To(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double relative, bool ofPeak = false, string? what = null)
    {
        Assert.True(expected.Length == actual.Length, $"{what}: {actual.Length} values, expected {expected.Length}");
        double peak = 0, sum = 0;
        foreach (var e in expected)
            if (double.IsFinite(e))
                peak = Math.Max(peak, Math.Abs(e));
        for (var i = 0; i < expected.Length; i++)
        {
            if (!double.IsFinite(expected[i]))
            {
                Assert.True(expected[i].Equals(actual[i]), $"{what}[{i}]: {actual[i]}, expected {expected[i]}");
                continue;
            }
            var error = Math.Abs(expected[i] - actual[i]);
            var allowed = relative * (ofPeak ? peak : Math.Max(Math.Abs(expected[i]), 1e-300));
            // Values that are zero up to the rounding of the array's largest are compared against that.
            allowed = Math.Max(allowed, 1e-15 * peak);
            Assert.True(error <= allowed, $"{what}[{i}]: {actual[i]:r}, expected {expected[i]:r}, error {error:e2} > {allowed:e2}");
            sum += error;
        }
    }

    public static void To(double expected, double actual, double relative, string? what = null) => To([expected], [actual], relative, what: what);
}
