using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Minisim.Studies;

/// <summary>A plan as a file, so that who looks at a study need not make 20,000 specs again: a line for the study, one for every recording, one for every
/// unit.</summary>
internal sealed class PlanFile
{
    private PlanFile(IReadOnlyList<string> axes, IReadOnlyList<StudyRecording> recordings, IReadOnlyList<StudyUnit> units, string? fingerprint)
    {
        (Axes, Recordings, Units) = (axes, recordings, units);
        Fingerprint = fingerprint ?? FingerprintOf(units);
    }

    public IReadOnlyList<string> Axes { get; }
    public IReadOnlyList<StudyRecording> Recordings { get; }
    public IReadOnlyList<StudyUnit> Units { get; }
    public string Fingerprint { get; }

    public static PlanFile Of(StudyPlan plan) => new([.. plan.Study.Axes.Select(a => a.Path)], plan.Recordings, plan.Units, null);

    private static string FingerprintOf(IReadOnlyList<StudyUnit> units)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var unit in units) hash.AppendData(Encoding.ASCII.GetBytes(unit.Key));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..20];
    }

    /// <summary>The fingerprint that a file says; null if it says none.</summary>
    public static string? FingerprintOf(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            return JsonDocument.Parse(reader.ReadLine() ?? "").RootElement.GetProperty("plan").GetString();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    public string Text()
    {
        using var buffer = new MemoryStream();
        void Line(Action<Utf8JsonWriter> write)
        {
            using (var json = new Utf8JsonWriter(buffer)) write(json);
            buffer.WriteByte((byte)'\n');
        }
        Line(json =>
        {
            json.WriteStartObject();
            json.WriteString("plan", Fingerprint);
            json.WriteNumber("recordings", Recordings.Count);
            json.WriteNumber("units", Units.Count);
            json.WriteStartArray("axes");
            foreach (var axis in Axes) json.WriteStringValue(axis);
            json.WriteEndArray();
            json.WriteEndObject();
        });
        var index = new Dictionary<StudyRecording, int>(ReferenceEqualityComparer.Instance);
        foreach (var recording in Recordings)
        {
            index[recording] = index.Count;
            Line(json =>
            {
                json.WriteStartArray();
                json.WriteStringValue(recording.Key);
                json.WriteStringValue(recording.Variant);
                foreach (var (_, value) in recording.Values) json.WriteStringValue(value);
                json.WriteEndArray();
            });
        }
        foreach (var unit in Units)
            Line(json =>
            {
                json.WriteStartArray();
                json.WriteStringValue(unit.Key);
                json.WriteNumberValue(index[unit.Recording]);
                json.WriteStringValue(unit.Pipeline);
                foreach (var (name, value) in unit.Params)
                {
                    json.WriteStringValue(name);
                    json.WriteStringValue(value);
                }
                json.WriteEndArray();
            });
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    public static PlanFile Read(string path)
    {
        using var reader = new StreamReader(path);
        JsonElement Next() => JsonDocument.Parse(reader.ReadLine() ?? throw new InvalidDataException("it ends too early")).RootElement;
        var head = Next();
        string[] axes = [.. head.GetProperty("axes").EnumerateArray().Select(a => string.Intern(a.GetString()!))];
        var (recordings, units) = (new StudyRecording[head.GetProperty("recordings").GetInt32()], new StudyUnit[head.GetProperty("units").GetInt32()]);
        // The same few texts stand in every line.
        var texts = new Dictionary<string, string>();
        string Shared(string text) => texts.TryGetValue(text, out var known) ? known : texts[text] = text;
        for (var i = 0; i < recordings.Length; i++)
        {
            string[] parts = [.. Next().EnumerateArray().Select(p => Shared(p.GetString()!))];
            recordings[i] = new StudyRecording(parts[0], parts[1], [.. axes.Select((a, k) => KeyValuePair.Create(a, parts[2 + k]))]);
        }
        for (var i = 0; i < units.Length; i++)
        {
            var line = Next();
            var parameters = new KeyValuePair<string, string>[(line.GetArrayLength() - 3) / 2];
            for (var k = 0; k < parameters.Length; k++) parameters[k] = new(Shared(line[3 + 2 * k].GetString()!), Shared(line[4 + 2 * k].GetString()!));
            units[i] = new StudyUnit(line[0].GetString()!, recordings[line[1].GetInt32()], Shared(line[2].GetString()!), parameters);
        }
        return new PlanFile(axes, recordings, units, head.GetProperty("plan").GetString());
    }
}
