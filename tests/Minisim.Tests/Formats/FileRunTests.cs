using Minisim.Formats;
using Minisim.Formats.Writing;
using Minisim.Tests.Formats.Zarr;

namespace Minisim.Tests.Formats;

/// <summary>Bytes reach their places whether they go past the page cache or through it.</summary>
public class FileRunTests : InTemporaryFolder
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Runs_of_any_length_from_any_place_and_thread_make_one_file(bool flush)
    {
        var random = new System.Random(5);
        var expected = new byte[(9 << 20) + 777];
        random.NextBytes(expected);
        // Ends of runs on a page, beside one, within one, and far apart.
        List<int> cuts = [0, 1, 4095, 4096, 4097, 8192, 8200, FileRun.Piece, FileRun.Piece + 4096, 3 * FileRun.Piece - 1, expected.Length];
        for (var i = 0; i < 20; i++) cuts.Add(random.Next(expected.Length));
        cuts.Sort();
        using (var file = AtomicFile.Create(PathOf("a.bin"), new FormatOptions { Flush = flush }))
        {
            Parallel.For(0, cuts.Count - 1, i =>
            {
                // From the last one on, so that the file grows by leaps.
                i = cuts.Count - 2 - i;
                var run = file.At(cuts[i]);
                for (var at = cuts[i]; at < cuts[i + 1];)
                {
                    var n = Math.Min(cuts[i + 1] - at, 100_000);
                    run.Write(expected.AsSpan(at, n));
                    at += n;
                }
                run.Dispose();
            });
            file.Commit();
        }
        Assert.Equal(expected, File.ReadAllBytes(PathOf("a.bin")));
    }

    [Fact]
    public void Whole_pages_go_past_the_page_cache_where_the_system_can()
    {
        File.WriteAllBytes(PathOf("probe"), []);
        using (var probe = DirectAccess.TryOpen(PathOf("probe")))
            Assert.SkipWhen(probe is null, "this file system has no direct access");
        using var file = AtomicFile.Create(PathOf("a.bin"), new FormatOptions());
        using var memory = new Minisim.Rendering.AlignedBuffer(3 * 4096);
        var place = (int)(-(nint)AddressOf(memory) & 4095);
        Assert.True(file.TryWriteDirect(memory.Span(place, 4096), 8192));
        // What is not aligned is refused, and from then on everything goes the usual way.
        Assert.False(file.TryWriteDirect(memory.Span(place, 100), 0));
        Assert.False(file.TryWriteDirect(memory.Span(place, 4096), 0));
    }

    private static unsafe nint AddressOf(Minisim.Rendering.AlignedBuffer memory) => (nint)memory.Data;
}
