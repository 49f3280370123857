using System.Text;
using Minisim.Formats;
using Minisim.Formats.Zarr;

namespace Minisim.Tests.Formats.Zarr;

public class ZarrArrayTests : InTemporaryFolder
{
    private ZarrArray Make(string metadata, params (string Name, byte[] Bytes)[] chunks)
    {
        var path = PathOf(Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, ".zarray"), $$"""{"zarr_format": 2, "filters": null, {{metadata}}}""");
        foreach (var (name, bytes) in chunks)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(path, name))!);
            File.WriteAllBytes(Path.Combine(path, name), bytes);
        }
        return ZarrArray.Open(path);
    }

    [Fact]
    public void A_missing_chunk_holds_the_fill_value_NaN_included()
    {
        var array = Make("""  "shape": [5], "chunks": [3], "dtype": "<f8", "order": "C", "compressor": null, "fill_value": "NaN" """, ("0", [.. BitConverter.GetBytes(1.5), .. BitConverter.GetBytes(2.5), .. BitConverter.GetBytes(3.5)]));
        Assert.Equal([1.5, 2.5, 3.5, double.NaN, double.NaN], array.ReadDoubles());
        Assert.Equal([7, 7], Make("""  "shape": [2], "chunks": [2], "dtype": "<i4", "order": "C", "compressor": null, "fill_value": 7 """).ReadAll<int>());
        Assert.Equal([true, true], Make("""  "shape": [2], "chunks": [2], "dtype": "|b1", "order": "C", "compressor": null, "fill_value": true """).ReadAll<bool>());
        Assert.Equal([0.0], Make("""  "shape": [1], "chunks": [2], "dtype": "<u2", "order": "C", "compressor": null, "fill_value": null """).ReadDoubles());
    }

    [Fact]
    public void Fortran_order_and_slashed_chunk_names_are_read()
    {
        var array = Make("""  "shape": [2, 3], "chunks": [2, 2], "dtype": "|u1", "order": "F", "compressor": null, "fill_value": 0, "dimension_separator": "/" """,
            ("0/0", [1, 4, 2, 5]), ("0/1", [3, 6, 99, 99]));
        Assert.Equal([1, 2, 3, 4, 5, 6], array.ReadAll<byte>());
    }

    [Fact]
    public void Texts_are_read()
    {
        var array = Make("""  "shape": [2], "chunks": [2], "dtype": "<U4", "order": "C", "compressor": null, "fill_value": "" """,
            ("0", [.. Encoding.UTF32.GetBytes("µm\0\0"), .. Encoding.UTF32.GetBytes("😀abc")]));
        Assert.Equal(["µm", "😀abc"], array.ReadStrings());
    }

    [Fact]
    public void A_claim_of_memory_that_the_disk_does_not_back_is_refused()
    {
        var array = Make("""  "shape": [200000, 1000], "chunks": [1000, 1000], "dtype": "<f8", "order": "C", "compressor": null, "fill_value": 0 """, ("0.0", [1, 2, 3]));
        Assert.Contains("claims", Assert.Throws<RecordingFormatException>(array.ReadDoubles).Reason);
        array = Make("""  "shape": [100000000], "chunks": [100000000], "dtype": "|u1", "order": "C", "compressor": {"id": "zlib", "level": 1}, "fill_value": 0 """, ("0", [1, 2, 3]));
        Assert.Contains("too few", Assert.Throws<RecordingFormatException>(() => array.ReadChunk(0)).Reason);
    }
}
