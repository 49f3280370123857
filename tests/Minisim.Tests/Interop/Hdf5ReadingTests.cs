using Minisim.Formats.Hdf5.Reading;
using Minisim.Formats.Reading;
using Minisim.Tests.Formats.Zarr;

namespace Minisim.Tests.Interop;

/// <summary>The HDF5 reader against files by h5py: every way of listing chunks, links and attributes, packed and not.</summary>
public class Hdf5ReadingTests : InTemporaryFolder
{
    private Hdf5File Open(string name, bool follow = false) => Hdf5File.Open(PathOf(name), new ReadLimits(follow))!;

    [Theory]
    [InlineData("old.h5")]
    [InlineData("new.h5")]
    public void Every_index_of_chunks_every_packing_and_every_type_gives_the_values_that_were_written(string file)
    {
        EstimateScripts.Run(Folder, OddEstimateScripts.Hdf5);
        using var h5 = Open(file);
        var checkedSets = 0;
        foreach (var name in h5.Root.Names)
        {
            if (!name.Contains(' ')) continue;
            var values = h5.Root.FindDataset(name)!.Doubles();
            for (var i = 0; i < values.Length; i++) Assert.True(values[i] == i % 251, $"{name}: element {i} is {values[i]}");
            // A block at a time gives the same.
            var sum = 0.0;
            h5.Root.FindDataset(name)!.ReadBlocks((numbers, _, _) =>
            {
                foreach (var n in numbers) sum += n;
            }, out var fill);
            Assert.Equal((values.Sum(), 0.0), (sum, fill));
            checkedSets++;
        }
        Assert.Equal(22 + 8, checkedSets);
        var sparse = h5.Root.FindDataset("sparse")!.Doubles();
        Assert.Equal([1.0, 3.5, 4.0], [sparse[10 * 50 + 11], sparse[12 * 50 + 11], sparse.Count(v => v == 1)]);
    }

    [Theory]
    [InlineData("old.h5")]
    [InlineData("new.h5")]
    public void Thousands_of_links_and_attributes_are_found(string file)
    {
        EstimateScripts.Run(Folder, OddEstimateScripts.Hdf5);
        using var h5 = Open(file);
        var links = h5.Root.FindGroup("links")!;
        Assert.Equal(3000, links.Names.Count());
        for (var i = 0; i < 3000; i += 7) Assert.Equal(i % 251, links.FindDataset($"link {i}")!.Doubles()[0]);
        Assert.Equal(Enumerable.Range(0, 300).Select(i => (double?)i), Enumerable.Range(0, 300).Select(i => h5.Root.FindGroup("attributes")!.Attributes[$"attribute {i}"].Number()));
    }

    [Theory]
    [InlineData("old.h5")]
    [InlineData("new.h5")]
    public void Links_that_lead_in_circles_nowhere_or_out_end(string file)
    {
        EstimateScripts.Run(Folder, OddEstimateScripts.Hdf5);
        using var h5 = Open(file);
        Assert.Equal(7, h5.Root.FindDataset("soft")!.Doubles()[0]);
        Assert.Null(h5.Root.Find("dangling"));
        Assert.Contains("circle", Assert.Throws<NotReadException>(() => h5.Root.Find("loop")).Message);
        Assert.Same(h5.Root, h5.Root.Find("a/b/up/b/up/b/root"));
        Assert.Equal(["", "a", "a/b", "attributes", "links"], h5.Root.Groups().Select(g => g.Path).Order(StringComparer.Ordinal));
        Assert.Contains("--follow-links", Assert.Throws<NotReadException>(() => h5.Root.Find("other")).Remedy);
        using var following = Open(file, follow: true);
        Assert.Equal(5, following.Root.FindDataset("other")!.Doubles()[5]);
        // From file to file and back, for ever.
        using var other = Open("other.h5", follow: true);
        Assert.NotNull(other.Root.FindDataset("back"));
    }

    [Fact]
    public void Virtual_datasets_are_put_together()
    {
        EstimateScripts.Run(Folder, OddEstimateScripts.Hdf5);
        using var h5 = Open("virtual.h5");
        foreach (var name in (string[])["same file", "by rows", "by steps", "half filled"])
        {
            var values = h5.Root.FindDataset(name)!.Doubles();
            for (var i = 0; i < values.Length; i++)
                Assert.True(values[i] == (name == "half filled" && i / 10 % 8 >= 4 ? -1 : i % 251), $"{name}: element {i} is {values[i]}");
        }
        Assert.Contains("from itself", Assert.Throws<InvalidDataException>(() => h5.Root.FindDataset("self")!.Doubles()).Message);
    }
}
