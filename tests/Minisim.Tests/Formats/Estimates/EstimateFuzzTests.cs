using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using Minisim.Formats;
using Minisim.Formats.Estimates;
using Minisim.Tests.Formats.Zarr;
using Minisim.Tests.Reference;

namespace Minisim.Tests.Formats.Estimates;

/// <summary>Result files of every layout with bytes, numbers and parts changed: each is read or refused with one clear message, in little
/// memory and time. Bounded here; <c>MINISIM_FUZZ=SECONDS</c> goes on for as long, and <c>MINISIM_FUZZ_SEED</c> begins elsewhere.</summary>
public class EstimateFuzzTests : InTemporaryFolder
{
    private const long MaxBytes = 2L << 30;
    private const int MaxSeconds = 20, RoundsOfCi = 8;

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
        var seconds = double.TryParse(Environment.GetEnvironmentVariable("MINISIM_FUZZ"), CultureInfo.InvariantCulture, out var s) ? s : 0;
        var start = int.TryParse(Environment.GetEnvironmentVariable("MINISIM_FUZZ_SEED"), CultureInfo.InvariantCulture, out var n) ? n : 1;
        var seeds = Seeds().ToArray();
        var watch = Stopwatch.StartNew();
        var refusals = 0;
        for (var round = 0; seconds > 0 ? watch.Elapsed.TotalSeconds < seconds : round < RoundsOfCi; round++)
            for (var i = 0; i < seeds.Length; i++)
            {
                var random = new System.Random(unchecked((start + round) * 100_003 + i));
                var changed = PathOf(Path.GetFileName(seeds[i]));
                Change(seeds[i], changed, random);
                if (Outcome(changed) is not null) refusals++;
                if (Directory.Exists(changed)) Directory.Delete(changed, recursive: true);
                else File.Delete(changed);
            }
        Assert.True(refusals > seeds.Length / 2, $"only {refusals} changed files were refused: nothing is changed");
    }

    // Null if it was read, else the message.
    private string? Outcome(string path)
    {
        string? message = null;
        long bytes = 0;
        var reading = Task.Run(() =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                using (MemoryBudget.Use(1L << 30)) EstimateFile.Read(path, Hints);
            }
            catch (EstimateFormatException e)
            {
                message = e.Message;
            }
            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        });
        var watch = Stopwatch.StartNew();
        bool ended;
        try
        {
            ended = reading.Wait(TimeSpan.FromSeconds(MaxSeconds));
        }
        catch (AggregateException e)
        {
            throw new InvalidOperationException($"{Keep(path)}: {e.InnerException}");
        }
        if (!ended) Assert.Fail($"{Keep(path)} takes longer than {MaxSeconds} s");
        if (bytes >= MaxBytes) Assert.Fail($"{Keep(path)} took {bytes:N0} bytes");
        if (message is null) return null;
        // Words of the framework, or of a fault here, are not what a user can act on.
        foreach (var word in (string[])["Exception", "   at ", "Parameter '", "Specified argument", "Index was outside", "Object reference", "Arithmetic operation", "Unable to cast", "Non-negative number", "Value cannot be null"])
            if (message.Contains(word, StringComparison.Ordinal)) Assert.Fail($"{Keep(path)} says: {message}");
        Assert.DoesNotContain(message, c => char.IsControl(c));
        return message;
    }

    // What failed stays, to be looked at.
    private static string Keep(string path)
    {
        var kept = Path.Combine(Path.GetTempPath(), "minisim-fuzz", $"{Guid.NewGuid():n}-{Path.GetFileName(path)}");
        Directory.CreateDirectory(Path.GetDirectoryName(kept)!);
        if (Directory.Exists(path)) Copy(path, kept);
        else File.Copy(path, kept);
        return kept;
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static void Change(string seed, string target, System.Random random)
    {
        if (Directory.Exists(seed))
        {
            Copy(seed, target);
            var files = Directory.GetFiles(target, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
            for (var k = random.Next(3); k >= 0; k--)
            {
                var file = files[random.Next(files.Length)];
                if (random.Next(20) == 0) File.Delete(file);
                else if (File.Exists(file)) File.WriteAllBytes(file, Changed(File.ReadAllBytes(file), random));
            }
            return;
        }
        // A changed archive fails its checksums; so mostly what is in it is changed.
        if (seed.EndsWith(".npz", StringComparison.Ordinal) || seed.EndsWith(".zip", StringComparison.Ordinal) && random.Next(4) > 0)
        {
            using var from = ZipFile.OpenRead(seed);
            using var to = ZipFile.Open(target, ZipArchiveMode.Create);
            foreach (var entry in from.Entries)
            {
                using var stream = entry.Open();
                using var memory = new MemoryStream();
                stream.CopyTo(memory);
                using var copy = to.CreateEntry(entry.FullName).Open();
                copy.Write(random.Next(2) == 0 ? Changed(memory.ToArray(), random) : memory.ToArray());
            }
            return;
        }
        File.WriteAllBytes(target, Changed(File.ReadAllBytes(seed), random));
    }

    private static byte[] Changed(byte[] bytes, System.Random random)
    {
        if (bytes.Length == 0) return [1];
        bytes = [.. bytes];
        for (var k = random.Next(6); k >= 0; k--)
        {
            // Headers and metadata are mostly at the beginning.
            var at = random.Next(3) == 0 ? random.Next(Math.Min(bytes.Length, 512)) : random.Next(bytes.Length);
            switch (random.Next(9))
            {
                case 0 or 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 3 or 4:
                    {
                        long[] odd = [0, 1, -1, 2, 255, 65535, int.MaxValue, int.MinValue, 1L << 33, 1L << 60, long.MaxValue, long.MinValue, bytes.Length, bytes.Length - 1, at, random.Next(bytes.Length)];
                        Span<byte> word = stackalloc byte[8];
                        if (random.Next(4) == 0) BinaryPrimitives.WriteInt64BigEndian(word, odd[random.Next(odd.Length)]);
                        else BinaryPrimitives.WriteInt64LittleEndian(word, odd[random.Next(odd.Length)]);
                        var size = Math.Min(1 << random.Next(4), bytes.Length - at);
                        word[..size].CopyTo(bytes.AsSpan(at));
                        break;
                    }
                case 5:
                    {
                        var from = random.Next(bytes.Length);
                        var length = Math.Min(1 + random.Next(64), bytes.Length - Math.Max(at, from));
                        bytes.AsSpan(from, length).CopyTo(bytes.AsSpan(at));
                        break;
                    }
                case 6:
                    if (random.Next(3) == 0) bytes = bytes[..Math.Max(1, at)];
                    break;
                case 7:
                    bytes = [.. bytes[..at], .. new byte[random.Next(9)], .. bytes[at..]];
                    break;
                default:
                    // Texts: another digit, a longer number.
                    var digit = Array.FindIndex(bytes, at, b => b is >= (byte)'0' and <= (byte)'9');
                    if (digit >= 0) bytes = random.Next(2) == 0 ? [.. bytes[..digit], .. "9999999"u8, .. bytes[digit..]] : [.. bytes[..digit], (byte)('0' + random.Next(10)), .. bytes[(digit + 1)..]];
                    break;
            }
            if (bytes.Length == 0) return [1];
        }
        return bytes;
    }
}
