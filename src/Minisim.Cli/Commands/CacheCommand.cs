using System.CommandLine;
using System.Globalization;
using Minisim.Studies;

namespace Minisim.Cli.Commands;

/// <summary><c>minisim cache</c>: recordings that were simulated once.</summary>
internal static class CacheCommand
{
    public static Command Create()
    {
        return new ExampleCommand("cache", $"Recordings that were simulated once, for 'simulate --cached' and studies. Their folder is MINISIM_CACHE or the platform's for caches.",
            "minisim cache list",
            "minisim cache size",
            "minisim cache prune --older-than 30d --max-size 50G")
        {
            List(), Size(), Prune(),
        };
    }

    private static Command List()
    {
        var folder = StudyCommand.Cache();
        var command = new ExampleCommand("list", "What is in the cache, the latest used first.", "minisim cache list") { folder };
        command.SetAction(result =>
        {
            using var cache = new RecordingCache(result.GetValue(folder));
            foreach (var e in cache.List()) result.InvocationConfiguration.Output.WriteLine(Line(e));
            return ExitCode.Ok;
        });
        return command;
    }

    private static string Line(CacheEntry e) => string.Create(CultureInfo.InvariantCulture, $"{e.Key}  {e.Format,-9}  {Bytes(e.Bytes),10}  {e.LastUsed:yyyy-MM-dd HH:mm}  {e.Path}");

    private static Command Size()
    {
        var folder = StudyCommand.Cache();
        var command = new ExampleCommand("size", "How large the cache is.", "minisim cache size") { folder };
        command.SetAction(result =>
        {
            using var cache = new RecordingCache(result.GetValue(folder));
            var entries = cache.List();
            result.InvocationConfiguration.Output.WriteLine($"{cache.Folder}: {Bytes(entries.Sum(e => e.Bytes))} in {entries.Select(e => e.Key).Distinct().Count()} recordings");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Prune()
    {
        var folder = StudyCommand.Cache();
        var age = new Option<string?>("--older-than") { Description = "Take out what was not used for so long: 12h, 30d, 8w.", HelpName = "AGE" };
        var size = new Option<string?>("--max-size") { Description = "Take out the longest unused until the rest fits: 500M, 50G.", HelpName = "SIZE" };
        var command = new ExampleCommand("prune", "Take recordings out of the cache, and what killed runs left in it.", "minisim cache prune --older-than 30d", "minisim cache prune --max-size 50G") { folder, age, size };
        command.SetAction(result =>
        {
            TimeSpan? olderThan = result.GetValue(age) is { } a ? Age(a) : null;
            long? most = result.GetValue(size) is { } s ? BytesOf(s) : null;
            if (olderThan is null && most is null) throw new UsageException("say what may go: --older-than AGE, --max-size SIZE, or both (--max-size 0 empties the cache).");
            using var cache = new RecordingCache(result.GetValue(folder));
            var gone = cache.Prune(olderThan, most);
            foreach (var e in gone) result.InvocationConfiguration.Output.WriteLine(Line(e));
            result.InvocationConfiguration.Output.WriteLine($"{Bytes(gone.Sum(e => e.Bytes))} freed");
            return ExitCode.Ok;
        });
        return command;
    }

    private static string Bytes(long bytes) => bytes >= 1 << 30 ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 30):0.00} GiB") : string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0.0} MiB");

    private static TimeSpan Age(string text)
    {
        var hours = text.Length < 2 ? 0 : text[^1] switch { 'h' => 1, 'd' => 24, 'w' => 7 * 24, _ => 0 };
        return hours > 0 && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var n) && n * hours < 1e6
            ? TimeSpan.FromHours(n * hours)
            : throw new UsageException($"--older-than {text}: write a number and h, d or w, e.g. 30d.");
    }

    private static long BytesOf(string text)
    {
        var digits = text.TrimEnd('B', 'b', 'i');
        var unit = digits.Length == 0 ? 0 : char.ToUpperInvariant(digits[^1]) switch { 'K' => 1L << 10, 'M' => 1L << 20, 'G' => 1L << 30, 'T' => 1L << 40, _ => 1 };
        if (unit > 1) digits = digits[..^1];
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var n) && n * unit < long.MaxValue
            ? (long)(n * unit)
            : throw new UsageException($"--max-size {text}: write a size, e.g. 500M or 50G.");
    }
}
