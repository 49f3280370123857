using System.Globalization;
using System.IO.Compression;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using Minisim.Formats.Zarr;
using Minisim.Truth;

namespace Minisim.Bench;

/// <summary>Packs what a sensor gives (8-bit counts, mean 60, sigma 8) in every way that readers know, one thread, memory to memory.</summary>
public class CodecBenchmarks
{
    private const int Pixels = 2 << 20;
    private static readonly Dictionary<string, double> Share = [];
    private readonly byte[] _counts = new byte[Pixels], _floats = new byte[4 * Pixels], _scratch = new byte[4 * Pixels];
    private readonly byte[] _target = new byte[BloscFrame.MostEncodedBytes(4 * Pixels, 4)];
    private Func<int> _pack = null!;

    internal static IColumn[] Columns { get; } =
    [
        new CaseColumn("MB/s", "Unpacked bytes / Min", (_, c, min) => string.Create(CultureInfo.InvariantCulture, $"{1000 * BytesOf((string)c.Parameters[nameof(Packing)]) / min:0}")),
        new CaseColumn("× copy", "Min / memory copy of the unpacked bytes", (_, c, min) => string.Create(CultureInfo.InvariantCulture, $"{min / BytesOf((string)c.Parameters[nameof(Packing)]) / Suite.Ceilings.CopyNsPerByte:0.0}")),
        new CaseColumn("Size", "Packed / unpacked bytes", (_, c, _) => Share.TryGetValue((string)c.Parameters[nameof(Packing)], out var share) ? string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0} %") : ""),
    ];

    // Each stored type with each packing, by name.
    public static IEnumerable<string> Packings =>
    [
        .. new[] { "u1", "float32" }.SelectMany(t => new[] { "copy", "byte shuffle alone", "blosc lz4, shuffle", "bitshuffle, lz4", "blosc zstd 1, shuffle", "zlib 1", "unpack blosc lz4" }.Select(p => $"{t}: {p}")),
        "float32: blosc lz4, shuffle, from counts",
        "float32: blosc zstd 1, shuffle, from counts",
    ];

    [ParamsSource(nameof(Packings))]
    public string Packing { get; set; } = "";

    [GlobalSetup]
    public void Fill()
    {
        var random = new System.Random(1);
        for (var i = 0; i < Pixels; i++)
            _counts[i] = (byte)Math.Clamp(60 + 8 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()), 0, 255);
        PixelTypes.Convert(_counts, PixelType.UInt8, _floats, PixelType.Float32);
        var size = BytesOf(Packing);
        var raw = size == 1 ? _counts : _floats;
        var packed = BloscFrame.Encode(raw, size, BloscFrame.Inner.Lz4, _target);
        var frame = _target.AsSpan(0, packed).ToArray();
        _pack = Packing[(Packing.IndexOf(':', StringComparison.Ordinal) + 2)..] switch
        {
            "copy" => () => { raw.CopyTo(_target, 0); return raw.Length; }
            ,
            "byte shuffle alone" => () => { ByteShuffle.Shuffle(raw, _scratch.AsSpan(0, raw.Length), size); return raw.Length; }
            ,
            "blosc lz4, shuffle" => () => BloscFrame.Encode(raw, size, BloscFrame.Inner.Lz4, _target),
            "blosc zstd 1, shuffle" => () => BloscFrame.Encode(raw, size, BloscFrame.Inner.Zstd, _target),
            "blosc lz4, shuffle, from counts" => () => BloscFrame.EncodeCountsAsFloat32(_counts, BloscFrame.Inner.Lz4, _target),
            "blosc zstd 1, shuffle, from counts" => () => BloscFrame.EncodeCountsAsFloat32(_counts, BloscFrame.Inner.Zstd, _target),
            "bitshuffle, lz4" => () =>
            {
                ByteShuffle.Bitshuffle(raw, _scratch.AsSpan(0, raw.Length), size);
                return BloscFrame.Encode(_scratch.AsSpan(0, raw.Length), 1, BloscFrame.Inner.Lz4, _target);
            }
            ,
            "zlib 1" => () =>
            {
                using var stream = new MemoryStream();
                using (var zlib = new ZLibStream(stream, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(raw);
                return (int)stream.Length;
            }
            ,
            "unpack blosc lz4" => () => { BloscFrame.Decode(frame, _scratch.AsSpan(0, raw.Length)); return packed; }
            ,
            _ => throw new InvalidOperationException(Packing),
        };
        Share[Packing] = (double)_pack() / raw.Length;
    }

    [Benchmark(Description = "pack", OperationsPerInvoke = Pixels)]
    public int Pack() => _pack();

    private static int BytesOf(string packing) => packing.StartsWith("u1", StringComparison.Ordinal) ? 1 : 4;
}
