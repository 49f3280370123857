using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using Minisim.Formats;

namespace Minisim.Tests.Formats;

/// <summary>Files with bytes, numbers and parts changed, and the oracle of what reads them: read, or refused with one clear message, in little memory and
/// time. Bounded unless <c>MINISIM_FUZZ=SECONDS</c> says for how long to go on; <c>MINISIM_FUZZ_SEED</c> begins elsewhere, <c>MINISIM_FUZZ_LOG=FILE</c> gets the
/// number of runs.</summary>
internal static class FileFuzz
{
    private const long MaxBytes = 2L << 30;
    private const int MaxSeconds = 20;

    /// <summary>Changes every seed once in every round and looks at the outcome; gives the number of refusals.</summary>
    /// <param name="seeds">Files, and folders that are read as one.</param>
    /// <param name="folder">Where the changed ones lie meanwhile.</param>
    /// <param name="roundsOfCi">Rounds unless a time is asked for.</param>
    /// <param name="outcome">See <see cref="Outcome"/>.</param>
    public static int Run(string[] seeds, string folder, int roundsOfCi, Func<string, string?> outcome)
    {
        var seconds = double.TryParse(Environment.GetEnvironmentVariable("MINISIM_FUZZ"), CultureInfo.InvariantCulture, out var s) ? s : 0;
        var start = int.TryParse(Environment.GetEnvironmentVariable("MINISIM_FUZZ_SEED"), CultureInfo.InvariantCulture, out var n) ? n : 1;
        var watch = Stopwatch.StartNew();
        int runs = 0, refusals = 0;
        for (var round = 0; seconds > 0 ? watch.Elapsed.TotalSeconds < seconds : round < roundsOfCi; round++)
            for (var i = 0; i < seeds.Length; i++)
            {
                var random = new System.Random(unchecked((start + round) * 100_003 + i));
                var changed = Path.Combine(folder, "changed", Path.GetFileName(seeds[i]));
                Directory.CreateDirectory(Path.GetDirectoryName(changed)!);
                Change(seeds[i], changed, random);
                runs++;
                if (outcome(changed) is not null) refusals++;
                if (Directory.Exists(changed)) Directory.Delete(changed, recursive: true);
                else File.Delete(changed);
            }
        if (Environment.GetEnvironmentVariable("MINISIM_FUZZ_LOG") is { Length: > 0 } log)
            File.AppendAllText(log, string.Create(CultureInfo.InvariantCulture, $"{seeds.Length} seeds, from {start}: {runs} runs in {watch.Elapsed.TotalSeconds:F0} s, {refusals} refused\n"));
        return refusals;
    }

    /// <summary>Null if it was read, else the message. Anything else fails the test and keeps the file.</summary>
    /// <param name="path">What is read.</param>
    /// <param name="read">Reads it; gives the message of the typed error.</param>
    public static string? Outcome(string path, Func<string?> read)
    {
        string? message = null;
        long bytes = 0;
        var reading = Task.Run(() =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            using (MemoryBudget.Use(1L << 30)) message = read();
            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        });
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
        foreach (var word in (string[])["Exception", "   at ", "Parameter '", "Specified argument", "Index was outside", "Object reference", "Arithmetic operation", "Unable to cast", "Non-negative number", "Value cannot be null", "must be non-negative", "should not happen"])
            if (message.Contains(word, StringComparison.Ordinal)) Assert.Fail($"{Keep(path)} says: {message}");
        // Several problems are several lines.
        if (message.Any(c => char.IsControl(c) && c != '\n')) Assert.Fail($"{Keep(path)} sends control characters");
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
