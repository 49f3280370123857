using System.IO.Compression;
using Minisim.Formats.Zarr;
using Minisim.Truth;

namespace Minisim.Bench;

/// <summary>Packs what a sensor gives (8-bit counts, mean 60, sigma 8) in every way that readers know, and prints CPU time and size for a movie of 3000 x 608 x 608. CPU time, not wall time, so that other work on the machine matters little.</summary>
internal static class CodecBenchmark
{
    private const long Movie = 3000L * 608 * 608;
    private const int Pixels = 2 << 20;

    public static void Run()
    {
        var random = new System.Random(1);
        var counts = new byte[Pixels];
        for (var i = 0; i < Pixels; i++)
            counts[i] = (byte)Math.Clamp(60 + 8 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()), 0, 255);
        var floats = new byte[4 * Pixels];
        PixelTypes.Convert(counts, PixelType.UInt8, floats, PixelType.Float32);
        var target = new byte[BloscFrame.MostEncodedBytes(floats.Length, 4)];
        var scratch = new byte[floats.Length];

        Console.WriteLine("| stored as | packing | CPU s a movie | MB/s raw | size, % of raw | GB a movie |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        foreach (var (name, raw, size) in new[] { ("u1", counts, 1), ("float32", floats, 4) })
        {
            Report(name, "none (copy)", raw, () => { raw.CopyTo(target, 0); return raw.Length; });
            Report(name, "byte shuffle alone", raw, () => { ByteShuffle.Shuffle(raw, scratch, size); return raw.Length; });
            Report(name, "blosc lz4, shuffle", raw, () => BloscFrame.Encode(raw, size, BloscFrame.Inner.Lz4, target));
            if (size == 4) Report(name, "blosc lz4, shuffle, from counts", raw, () => BloscFrame.EncodeCountsAsFloat32(counts, BloscFrame.Inner.Lz4, target));
            Report(name, "bitshuffle, lz4", raw, () => { ByteShuffle.Bitshuffle(raw, scratch, size); return BloscFrame.Encode(scratch.AsSpan(0, raw.Length), 1, BloscFrame.Inner.Lz4, target); });
            Report(name, "blosc zstd 1, shuffle", raw, () => BloscFrame.Encode(raw, size, BloscFrame.Inner.Zstd, target));
            if (size == 4) Report(name, "blosc zstd 1, shuffle, from counts", raw, () => BloscFrame.EncodeCountsAsFloat32(counts, BloscFrame.Inner.Zstd, target));
            Report(name, "zlib 1", raw, () =>
            {
                using var packed = new MemoryStream();
                using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(raw);
                return (int)packed.Length;
            });
            var n = BloscFrame.Encode(raw, size, BloscFrame.Inner.Lz4, target);
            Report(name, "unpack blosc lz4", raw, () => { BloscFrame.Decode(target.AsSpan(0, n), scratch.AsSpan(0, raw.Length)); return n; });
        }
    }

    private static void Report(string name, string packing, byte[] raw, Func<int> pack)
    {
        var length = 0;
        for (var i = 0; i < 20; i++) length = pack();
        Thread.Sleep(200); // Lets tiered compilation finish.
        for (var i = 0; i < 5; i++) pack();
        var best = double.MaxValue;
        for (var repeat = 0; repeat < 3; repeat++)
        {
            var rounds = 0;
            var before = Environment.CpuUsage.TotalTime;
            while ((Environment.CpuUsage.TotalTime - before).TotalSeconds < 0.15)
            {
                pack();
                rounds++;
            }
            best = Math.Min(best, (Environment.CpuUsage.TotalTime - before).TotalSeconds / rounds);
        }
        var bytes = (double)Movie * raw.Length / Pixels;
        Console.WriteLine($"| {name} | {packing} | {best * bytes / raw.Length:0.00} | {raw.Length / best / 1e6:0} | {100.0 * length / raw.Length:0.0} | {bytes * length / raw.Length / 1e9:0.00} |");
    }
}
