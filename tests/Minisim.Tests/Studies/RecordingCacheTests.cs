using Minisim.Formats;
using Minisim.Formats.Zarr;
using Minisim.Studies;

namespace Minisim.Tests.Studies;

/// <summary>A cache that many share, some of whom die.</summary>
public class RecordingCacheTests : StudyTest
{
    private static readonly LeaseTiming Quick = new() { Beat = TimeSpan.FromMilliseconds(50), Patience = TimeSpan.FromMilliseconds(600), Nameless = TimeSpan.FromMilliseconds(300) };

    private sealed class Frames : IProgress<SimulationProgress>
    {
        public bool Any { get; private set; }

        public void Report(SimulationProgress value) => Any = true;
    }

    private string Cache => PathOf("cache");

    [Fact]
    public void A_recording_is_simulated_once_and_has_the_bytes_of_a_run()
    {
        var (first, second) = (new Frames(), new Frames());
        using (Simulator.RunCached(Small, Cache, new() { Progress = first })) { }
        using var again = Simulator.RunCached(Small, Cache, new() { Progress = second });
        Assert.True(first.Any);
        Assert.False(second.Any);
        using var direct = Simulator.Run(Small);
        var (a, b) = (new float[128 * 128], new float[128 * 128]);
        for (var f = 0; f < 40; f++)
        {
            again.Observed.ReadFrame(f, a);
            direct.Observed.ReadFrame(f, b);
            Assert.Equal(b, a);
        }
        Assert.Throws<ArgumentException>(() => Simulator.RunCached(Small, Cache, new() { Until = "composite" }));
    }

    [Fact]
    public void Of_many_who_want_one_recording_at_once_one_simulates_and_the_others_wait()
    {
        var progress = Enumerable.Range(0, 6).Select(_ => new Frames()).ToArray();
        Parallel.For(0, 6, new ParallelOptions { MaxDegreeOfParallelism = 6 }, i =>
        {
            using var recording = Simulator.RunCached(Small, Cache, new() { Progress = progress[i], Threads = 1 });
            Assert.Equal(40, recording.Observed.Frames);
        });
        Assert.Equal(1, progress.Count(p => p.Any));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(Cache, ".leases")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(Cache, ".workers")));
    }

    /// <summary>A holder of this machine whose process is gone, and one of another machine that shows no life: whatever the clocks say.</summary>
    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 0)]
    [InlineData(false, 1)]
    [InlineData(false, -1)]
    public void What_a_dead_worker_held_is_free(bool isHere, int hoursOff)
    {
        using var me = new Presence(PathOf("w"), Quick);
        var own = me.Id.Split('-');
        var dead = isHere ? $"{own[0]}-{int.MaxValue}-1-1abcdef" : "0123456789-1-1-1abcdef";
        File.WriteAllText(Path.Combine(PathOf("w"), dead), "17");
        File.SetLastWriteTimeUtc(Path.Combine(PathOf("w"), dead), DateTime.UtcNow.AddHours(hoursOff));
        Directory.CreateDirectory(PathOf("c"));
        File.WriteAllText(Path.Combine(PathOf("c"), "x.0"), dead);
        var board = new ClaimBoard(PathOf("c"), me);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (!board.TryTake("x", out _))
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20));
            Thread.Sleep(20);
        }
        if (!isHere) Assert.True(clock.Elapsed > TimeSpan.FromMilliseconds(500));
        Assert.Equal(["x.0", "x.1"], Directory.EnumerateFiles(PathOf("c")).Select(f => Path.GetFileName(f)).Order());
        board.Release("x", 1);
        Assert.Empty(Directory.EnumerateFiles(PathOf("c")));
    }

    [Fact]
    public void A_worker_elsewhere_that_shows_life_keeps_what_it_holds_though_its_clock_is_an_hour_off()
    {
        using var me = new Presence(PathOf("w"), Quick);
        const string Other = "0123456789-1-1-1abcdef";
        Directory.CreateDirectory(PathOf("c"));
        File.WriteAllText(Path.Combine(PathOf("c"), "x.0"), Other);
        var board = new ClaimBoard(PathOf("c"), me);
        for (var beat = 0; beat < 15; beat++)
        {
            File.WriteAllText(Path.Combine(PathOf("w"), Other), $"{beat}");
            File.SetLastWriteTimeUtc(Path.Combine(PathOf("w"), Other), DateTime.UtcNow.AddHours(-1));
            Assert.False(board.TryTake("x", out _));
            Thread.Sleep(100);
        }
    }

    [Fact]
    public void Of_many_who_see_the_same_dead_holder_one_takes_its_place()
    {
        Directory.CreateDirectory(PathOf("c"));
        for (var round = 0; round < 20; round++)
        {
            File.WriteAllText(Path.Combine(PathOf("c"), $"{round}.0"), "");
            File.WriteAllText(Path.Combine(PathOf("c"), $"{round}.0"), $"{new Presence(PathOf("tag")).Id.Split('-')[0]}-{int.MaxValue}-1-1abcdef");
            var workers = Enumerable.Range(0, 8).Select(_ => new Presence(PathOf("w"), Quick)).ToArray();
            var taken = 0;
            Parallel.ForEach(workers, new ParallelOptions { MaxDegreeOfParallelism = 8 }, w =>
            {
                if (new ClaimBoard(PathOf("c"), w).TryTake($"{round}", out _)) Interlocked.Increment(ref taken);
            });
            Assert.Equal(1, taken);
            foreach (var w in workers) w.Dispose();
        }
    }

    [Fact]
    public void Other_formats_lie_beside_the_recording_and_are_made_once()
    {
        using var cache = new RecordingCache(Cache);
        var movie = cache.PathOf(Small, "npy");
        Assert.EndsWith($"{Small.CacheKey()}.npy", movie);
        Assert.Equal(["npy", "zarr"], cache.List().Select(e => e.Format).Order());
        Assert.All(cache.List(), e => Assert.True(e.Bytes > 100_000));
        File.WriteAllText(movie, "as it was");
        Assert.Equal(movie, cache.PathOf(Small, "npy"));
        Assert.Equal("as it was", File.ReadAllText(movie));
    }

    [Fact]
    public void Pruning_takes_out_the_longest_unused_first()
    {
        using var cache = new RecordingCache(Cache);
        var specs = Enumerable.Range(0, 3).Select(s => Small with { Seed = s }).ToArray();
        foreach (var spec in specs) cache.PathOf(spec);
        Directory.SetLastWriteTimeUtc(Path.Combine(Cache, specs[1].CacheKey() + ".zarr"), DateTime.UtcNow.AddDays(-40));
        Directory.SetLastWriteTimeUtc(Path.Combine(Cache, specs[0].CacheKey() + ".zarr"), DateTime.UtcNow.AddDays(-2));
        Assert.Equal([specs[1].CacheKey()], cache.Prune(olderThan: TimeSpan.FromDays(30)).Select(e => e.Key));
        Assert.Equal([specs[0].CacheKey()], cache.Prune(maxBytes: cache.List()[0].Bytes).Select(e => e.Key));
        Assert.Equal([specs[2].CacheKey()], cache.List().Select(e => e.Key));
        cache.Prune(maxBytes: 0);
        Assert.Empty(cache.List());
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(Cache), e => !Path.GetFileName(e).StartsWith('.'));
    }

    [Fact]
    public void A_cache_folder_that_vanishes_is_made_again()
    {
        using var cache = new RecordingCache(Cache);
        cache.PathOf(Small);
        Directory.Delete(Cache, recursive: true);
        using var recording = cache.Run(Small with { Seed = 5 });
        Assert.Equal(5, recording.Spec.Seed);
    }

    [Fact]
    public void Another_recording_under_a_name_is_not_trusted()
    {
        using var cache = new RecordingCache(Cache);
        Directory.Move(cache.PathOf(Small with { Seed = 5 }), Path.Combine(Cache, Small.CacheKey() + ".zarr"));
        Assert.Contains("not the recording", Assert.Throws<RecordingFormatException>(() => cache.Run(Small)).Message);
    }

    [Fact]
    public void A_cache_that_can_only_be_read_is_read_and_the_rest_simulated_aside()
    {
        using (var cache = new RecordingCache(Cache)) cache.PathOf(Small);
        using var mounted = Mount.ReadOnly(Cache);
        var notices = new List<string>();
        var (known, other) = (new Frames(), new Frames());
        using (var cache = new RecordingCache(Cache))
        {
            cache.Notice += notices.Add;
            using (var a = cache.Run(Small, new() { Progress = known })) Assert.Equal(40, a.Observed.Frames);
            using (var b = cache.Run(Small with { Seed = 5 }, new() { Progress = other })) Assert.Equal(5, b.Spec.Seed);
        }
        Assert.False(known.Any);
        Assert.True(other.Any);
        Assert.Contains("cannot be written", Assert.Single(notices));
    }

    [Fact]
    public void A_full_disk_is_said_and_leaves_nothing_that_is_trusted()
    {
        Directory.CreateDirectory(Cache);
        using var mounted = Mount.Small(Cache, "400k");
        using var cache = new RecordingCache(Cache);
        var e = Assert.Throws<RecordingWriteException>(() => cache.PathOf(Small));
        Assert.Contains("No space left", e.Message);
        Assert.Empty(cache.List());
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Cache, ".leases")));
    }
}
