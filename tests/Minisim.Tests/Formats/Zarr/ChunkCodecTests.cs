using System.Text.Json;
using Minisim.Formats.Zarr;

namespace Minisim.Tests.Formats.Zarr;

public class ChunkCodecTests
{
    [Theory]
    [InlineData("blosc")]
    [InlineData("zstd")]
    [InlineData("zlib")]
    [InlineData("gzip")]
    [InlineData("lz4")]
    public void A_chunk_of_nothing_is_broken_data_in_every_packing(string id)
    {
        var codec = ChunkCodec.Parse(JsonDocument.Parse($$"""{"id": "{{id}}"}""").RootElement, "a")!;
        Assert.Throws<InvalidDataException>(() => codec.Decode([], new byte[4]));
    }
}
