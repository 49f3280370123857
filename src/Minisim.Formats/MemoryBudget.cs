using System.Globalization;

namespace Minisim.Formats;

/// <summary>How much memory a file may make this process take: what a file declares is checked against it before anything is allocated,
/// since a few bytes can claim any size.</summary>
public static class MemoryBudget
{
    private static readonly AsyncLocal<long?> Chosen = new();

    /// <summary>Bytes that one file may claim: half of what the machine (or its container) has, unless <see cref="Use"/> says otherwise.</summary>
    public static long Limit => Chosen.Value ?? Math.Max(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2, 64 << 20);

    /// <summary>Sets another limit for the caller's flow of control and what it starts, until the result is disposed.</summary>
    /// <param name="bytes">Bytes, more than 0.</param>
    public static IDisposable Use(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        var before = Chosen.Value;
        Chosen.Value = bytes;
        return new Restore(before);
    }

    /// <summary>Refuses a claim beyond the limit.</summary>
    /// <param name="path">The file that claims it.</param>
    /// <param name="bytes">Bytes that reading it would take; a double, since claims multiply beyond any integer.</param>
    /// <param name="what">What would take them, as the beginning of a sentence: "shape [9, 9]".</param>
    /// <exception cref="RecordingFormatException">More than the limit.</exception>
    public static void Check(string path, double bytes, string what)
    {
        if (bytes <= Limit) return;
        throw new RecordingFormatException(path, $"{what} needs {Size(bytes)}, and {Size(Limit)} are allowed.",
            "The file is damaged or made to do harm; if it is really that large, allow more with --max-memory.");
    }

    /// <summary>"1.5 GB", "300 MB".</summary>
    public static string Size(double bytes) => bytes switch
    {
        >= 1e15 => "more than a petabyte",
        >= 1e9 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:#,0.#} GB"),
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.#} kB"),
    };

    /// <summary>Reads a size as people write it: bytes, or a number with kB, MB, GB, TB (powers of 1000) or KiB, MiB, GiB, TiB.</summary>
    /// <returns>Bytes; null if it is no size above 0.</returns>
    public static long? Parse(string text)
    {
        var trimmed = text.Trim();
        var digits = trimmed.AsSpan().IndexOfAnyExcept("0123456789.");
        var (number, unit) = digits < 0 ? (trimmed, "") : (trimmed[..digits], trimmed[digits..].Trim().ToUpperInvariant());
        double? factor = unit switch
        {
            "" or "B" => 1,
            "K" or "KB" => 1e3,
            "M" or "MB" => 1e6,
            "G" or "GB" => 1e9,
            "T" or "TB" => 1e12,
            "KIB" => 1L << 10,
            "MIB" => 1L << 20,
            "GIB" => 1L << 30,
            "TIB" => 1L << 40,
            _ => null,
        };
        return factor is { } f && double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var n) && n * f is >= 1 and < 9e18 ? (long)(n * f) : null;
    }

    private sealed class Restore(long? before) : IDisposable
    {
        public void Dispose() => Chosen.Value = before;
    }
}
