using System.Globalization;

namespace Minisim.Formats.Reading;

/// <summary>What reading one file may cost, and whether it may lead to others. Whoever allocates what a file declares asks here
/// first: a file of two kilobytes can declare ten gigabytes.</summary>
internal sealed class ReadLimits(bool? followLinks = null)
{
    /// <summary>Bytes that a declaration may cost without as much being stored: small enough for any machine.</summary>
    public const long FreeBytes = 64 << 20;

    private long _taken;

    /// <summary>Most bytes that may be held at once: what <see cref="MemoryBudget"/> allowed when reading began.</summary>
    public long MaxBytes { get; } = MemoryBudget.Limit;

    /// <summary>Whether links to other files are followed.</summary>
    public bool FollowLinks { get; } = followLinks ?? false;

    /// <summary>Whether whoever reads could have asked for that.</summary>
    public bool OffersLinks { get; } = followLinks is not null;

    /// <summary>Asks for memory.</summary>
    /// <exception cref="NotReadException">Beyond the limit.</exception>
    public void Take(double bytes, string what)
    {
        if (bytes > MaxBytes - _taken)
            throw new NotReadException($"{what} needs {Text(bytes)} of memory, and {Text(MaxBytes)} are allowed{(_taken > FreeBytes ? $", {Text(_taken)} of which are taken" : "")}",
                "If the file should be that large, allow more with --max-memory; if not, it is damaged.");
        _taken += (long)bytes;
    }

    /// <summary>Gives memory back.</summary>
    public void Release(long bytes) => _taken -= bytes;

    /// <summary>Refuses a declaration that what is stored cannot fill.</summary>
    /// <param name="bytes">Declared bytes.</param>
    /// <param name="stored">Bytes that are stored for it.</param>
    /// <param name="ratio">Raw bytes that one stored byte can stand for at the most.</param>
    /// <param name="what">What declares it.</param>
    /// <exception cref="InvalidDataException">More than that and more than <see cref="FreeBytes"/>.</exception>
    public static void RequireStored(double bytes, double stored, double ratio, string what)
    {
        if (bytes > FreeBytes && bytes > stored * ratio)
            throw new InvalidDataException($"{what} declares {Text(bytes)}, and {Text(stored)} are stored for it");
    }

    /// <summary>A number of bytes for people.</summary>
    public static string Text(double bytes) => bytes < 1e4 ? string.Create(CultureInfo.InvariantCulture, $"{bytes:0} bytes") : MemoryBudget.Size(bytes);

    /// <summary>Refuses pipes, sockets and devices, and links to them: opening a pipe waits for ever, and a device never ends.</summary>
    /// <exception cref="NotReadException">It is one of these.</exception>
    public static void RequireFile(string path)
    {
        if (InputFile.KindOf(path) == PathKind.Special) throw new NotReadException("it is a pipe or a device", "Save what it gives as a file, and name that.");
    }
}
