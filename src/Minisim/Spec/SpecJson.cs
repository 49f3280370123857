using System.Text;
using System.Text.Json.Nodes;

namespace Minisim;

/// <summary>Specs as JSON, with the reference's names: files written by it load unchanged.</summary>
public static class SpecJson
{
    /// <summary>The complete JSON of a spec: every field written, steps in canonical order. Extensions beyond the reference are
    /// left out while unused.</summary>
    /// <exception cref="SpecException">The spec holds NaN or an infinity, which JSON has no number for.</exception>
    public static string Write(Spec spec, bool indented = true)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (SpecValidator.FirstNonFinite(spec) is { } problem) throw new SpecException([problem]);
        return SpecWriter.Write(spec, indented);
    }

    /// <summary>Parses and validates a spec.</summary>
    /// <param name="json">JSON text.</param>
    /// <param name="source">Where it comes from, for messages that concern the text as a whole.</param>
    /// <exception cref="SpecException">With every problem of the text.</exception>
    public static Spec Parse(string json, string source = "spec")
    {
        ArgumentNullException.ThrowIfNull(json);
        return Parse(Encoding.UTF8.GetBytes(json), source, null, out _);
    }

    /// <summary>Reads and validates a spec file (UTF-8, at most 64 MB).</summary>
    /// <exception cref="SpecException">With every problem of the file; also if it cannot be read.</exception>
    public static Spec Load(string path) => Load(path, out _);

    /// <summary>Reads and validates a spec file, and hands over its warnings with the places that they have in the file.</summary>
    /// <exception cref="SpecException">With every problem of the file; also if it cannot be read.</exception>
    public static Spec Load(string path, out IReadOnlyList<Problem> warnings)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Parse(SpecText.ReadFile(path), Path.GetFileName(path), Path.GetDirectoryName(Path.GetFullPath(path)), out warnings);
    }

    /// <summary>Reads and validates a spec from a stream, to its end (UTF-8, at most 64 MB).</summary>
    /// <param name="stream">For example standard input.</param>
    /// <param name="source">What it is, for messages that concern the text as a whole.</param>
    /// <param name="warnings">What is odd about it.</param>
    /// <exception cref="SpecException">With every problem of the text; also if it cannot be read.</exception>
    public static Spec Read(Stream stream, string source, out IReadOnlyList<Problem> warnings)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Parse(SpecText.ReadStream(stream, source), source, null, out warnings);
    }

    /// <summary>Writes a spec to a file, replacing it as a whole: a reader never meets half of it. Missing folders are made.</summary>
    public static void Save(Spec spec, string path)
    {
        var text = Write(spec) + "\n";
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var staging = $"{full}.{Environment.ProcessId}.tmp";
        try
        {
            File.WriteAllText(staging, text);
            File.Move(staging, full, overwrite: true);
        }
        finally
        {
            File.Delete(staging);
        }
    }

    /// <summary>A copy with one value set by path: <c>acquisition.fps</c>, <c>seed</c>,
    /// <c>steps.cell_activity.tau_decay_s</c> (steps by kind; one that is missing is added with its defaults),
    /// <c>steps.vasculature.layers[0].opacity</c>. A step set to <c>null</c> is removed.</summary>
    /// <param name="spec">The spec to start from.</param>
    /// <param name="path">Where.</param>
    /// <param name="value">JSON, or a text without quotes.</param>
    /// <exception cref="SpecException">The path names nothing, or the result breaks a rule.</exception>
    public static Spec With(Spec spec, string path, string value) => With(spec, [new(path, value)]);

    /// <summary>A copy with several values set, checked once all are set.</summary>
    /// <exception cref="SpecException">A path names nothing, or the result breaks a rule.</exception>
    public static Spec With(Spec spec, IEnumerable<KeyValuePair<string, string>> assignments)
    {
        var root = JsonNode.Parse(Write(spec, indented: false))!.AsObject();
        foreach (var (path, value) in assignments) SpecAssignment.Apply(root, path, value);
        return Parse(root.ToJsonString());
    }

    private static Spec Parse(byte[] utf8, string source, string? folder, out IReadOnlyList<Problem> warnings) =>
        SpecReader.Read(SpecText.Check(utf8, source), folder, out warnings);
}
