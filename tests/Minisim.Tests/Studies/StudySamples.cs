using Minisim.Steps;
using Minisim.Studies;
using Minisim.Tests.Formats.Zarr;

namespace Minisim.Tests.Studies;

/// <summary>Small studies, and their results without what differs from run to run.</summary>
public abstract class StudyTest : InTemporaryFolder
{
    /// <summary>Recordings of this class of tests, simulated once.</summary>
    internal static readonly string SharedCache = Directory.CreateTempSubdirectory("minisim-test-cache-").FullName;

    internal static string SpecFile => System.IO.Path.Combine(AppContext.BaseDirectory, "specs", "S1.json");

    internal static Spec Small => SpecJson.Load(SpecFile);

    internal string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    /// <summary>A study over seeds of the small spec.</summary>
    internal Study Over(string pipelines, string more = "\"axes\": {\"seed\": [1, 2]}")
    {
        if (!File.Exists(PathOf("S1.json"))) File.Copy(SpecFile, PathOf("S1.json"));
        return Study.Load(Write("study.json", $$"""{"base": "S1.json", {{more}}, "pages": false, "pipelines": {{pipelines}}}"""));
    }

    internal StudySummary Run(Study study, string folder = "out", Func<StudyRunOptions, StudyRunOptions>? with = null)
    {
        var options = new StudyRunOptions { Jobs = 2, CacheFolder = SharedCache };
        return StudyRunner.Run(study, PathOf(folder), with is null ? options : with(options));
    }

    internal static readonly string[] Times = ["simulate_s", "pipeline_s", "score_s", "peak_memory_mb", "attempts"];

    /// <summary>The table as rows of named fields.</summary>
    internal static List<Dictionary<string, string>> Table(string path)
    {
        var lines = File.ReadAllLines(path).Select(Split).ToArray();
        return [.. lines.Skip(1).Select(l => lines[0].Zip(l).ToDictionary(p => p.First, p => p.Second))];
    }

    internal List<Dictionary<string, string>> Table() => Table(System.IO.Path.Combine(PathOf("out"), "results.csv"));

    /// <summary>The table as text, times aside.</summary>
    internal static string Timeless(string path)
    {
        var lines = File.ReadAllLines(path).Select(Split).ToArray();
        var kept = Enumerable.Range(0, lines[0].Length).Where(i => !Times.Contains(lines[0][i])).ToArray();
        return string.Join('\n', lines.Select(l => string.Join('|', kept.Select(i => l[i]))));
    }

    private static string[] Split(string line)
    {
        var fields = new List<string>();
        var field = new System.Text.StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (quoted && line[i] == '"' && i + 1 < line.Length && line[i + 1] == '"') field.Append(line[i++]);
            else if (line[i] == '"') quoted = !quoted;
            else if (line[i] == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else field.Append(line[i]);
        }
        fields.Add(field.ToString());
        return [.. fields];
    }
}
