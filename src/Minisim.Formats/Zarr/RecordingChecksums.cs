using System.Globalization;
using System.Text.Json;
using Minisim.Formats.Writing;

namespace Minisim.Formats.Zarr;

/// <summary>What <c>checksums.json</c> says of a recording's files: the CRC-32C of every chunk and of every file of metadata but itself.</summary>
internal sealed class RecordingChecksums
{
    private readonly string _root;
    private readonly Dictionary<string, uint> _known = [];

    private RecordingChecksums(string root) => _root = root;

    /// <summary>Reads them; what is not covered is a warning if this program wrote the recording, whose recordings are.</summary>
    /// <exception cref="RecordingFormatException">The file is there and holds no such list.</exception>
    public static RecordingChecksums Read(string root, bool isOurs, List<Problem> warnings)
    {
        var checksums = new RecordingChecksums(root);
        var file = Path.Combine(root, RecordingLayout.Checksums);
        if (InputFile.KindOf(file, follow: false) == PathKind.Missing)
        {
            if (isOurs) warnings.Add(new(RecordingLayout.Checksums, null, "is missing: the recording is read unchecked, and what was altered or damaged is not noticed.", "Copy the recording again, or simulate it again.", true));
            return checksums;
        }
        var json = ZarrFiles.ReadJson(file);
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("files", out var files) || files.ValueKind != JsonValueKind.Object) throw Bad();
        foreach (var item in files.EnumerateObject())
            checksums._known[item.Name] = item.Value.ValueKind == JsonValueKind.String && uint.TryParse(item.Value.GetString(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var crc) ? crc : throw Bad();
        if (isOurs && checksums.Of(RecordingLayout.Observed + "/.zarray") is null)
            warnings.Add(new(RecordingLayout.Checksums, null, "does not cover the metadata: an altered number type or order would be read as other numbers without notice.", "An early version wrote it so; export or simulate the recording again.", true));
        return checksums;

        RecordingFormatException Bad() => new(file, "holds no list of checksums.", "The file is damaged; without it the recording opens unchecked.");
    }

    /// <summary>The CRC-32C of a file by its place in the recording; null if it is not known.</summary>
    public uint? Of(string key) => _known.TryGetValue(key, out var crc) ? crc : null;

    /// <summary>Those of an array's files by their names.</summary>
    public Func<string, uint?>? OfArray(string array) => _known.Count == 0 ? null : name => Of($"{array}/{name}");

    /// <summary>Reads a file of metadata.</summary>
    /// <exception cref="RecordingFormatException">It is not JSON, or not what was written.</exception>
    public JsonElement ReadJson(string key) => ZarrFiles.ReadJson(Path.Combine(_root, key), Of(key));

    /// <summary>Warns of a file that people add notes to and that decides nothing about the data, if it is not what was written.</summary>
    public void WarnIfAltered(string key, string meaning, List<Problem> warnings)
    {
        if (Of(key) is { } crc && ZarrFiles.Crc32C(ZarrFiles.ReadSmall(Path.Combine(_root, key))) != crc)
            warnings.Add(new(key, null, $"is not as it was written (checksum): {meaning}", "", true));
    }
}
