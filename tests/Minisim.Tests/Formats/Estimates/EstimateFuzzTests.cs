using Minisim.Formats.Estimates;
using Minisim.Tests.Formats.Zarr;
using Minisim.Tests.Reference;

namespace Minisim.Tests.Formats.Estimates;

/// <summary>Result files of every layout with bytes, numbers and parts changed: each is read or refused with one clear message, in little
/// memory and time. Bounded here; <c>MINISIM_FUZZ=SECONDS</c> goes on for as long, and <c>MINISIM_FUZZ_SEED</c> begins elsewhere.</summary>
public class EstimateFuzzTests : InTemporaryFolder
{
    private static readonly ShippedArchive Cases = new("cases.zip");
    private static readonly EstimateHints Hints = new() { Height = 20, Width = 30, Frames = 15, FollowLinks = true };

    /// <summary>Files, and folders that are estimates.</summary>
    private static IEnumerable<string> Seeds()
    {
        var pending = new Stack<string>([Path.Combine(Cases.Root, "cases", "seeds")]);
        while (pending.TryPop(out var folder))
        {
            if (Directory.Exists(Path.Combine(folder, "A.zarr")) || Directory.Exists(Path.Combine(folder, "plane0")))
            {
                yield return folder;
                continue;
            }
            foreach (var file in Directory.GetFiles(folder).Order(StringComparer.Ordinal)) yield return file;
            foreach (var child in Directory.GetDirectories(folder).OrderDescending(StringComparer.Ordinal)) pending.Push(child);
        }
    }

    [Fact]
    public void Every_seed_is_read_or_refused_as_it_is()
    {
        var read = Seeds().Count(s => Outcome(s) is null);
        Assert.InRange(read, 80, 1000);
    }

    [Fact]
    public void Changed_files_are_read_or_refused_clearly_in_little_memory_and_time()
    {
        var seeds = Seeds().ToArray();
        var refusals = FileFuzz.Run(seeds, Folder, roundsOfCi: 8, Outcome);
        Assert.True(refusals > seeds.Length / 2, $"only {refusals} changed files were refused: nothing is changed");
    }

    private static string? Outcome(string path) => FileFuzz.Outcome(path, () =>
    {
        try
        {
            EstimateFile.Read(path, Hints);
            return null;
        }
        catch (EstimateFormatException e)
        {
            return e.Message;
        }
    });
}
