using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Minisim.Formats;

namespace Minisim.Studies;

/// <summary>One pipeline of a study file.</summary>
internal static partial class PipelineReader
{
    public static readonly string[] Fields = ["builtin", "command", "movie", "params", "timeout_s", "memory_mb", "jobs", "threads", "watch", "allow_truth", "env"];

    /// <summary>Places to fill in a command, but for <c>{param.NAME}</c>.</summary>
    public static readonly string[] Places = ["movie", "out", "truth", "seed", "threads", "spec", "study"];

    [GeneratedRegex(@"\{(?<name>[A-Za-z_][A-Za-z0-9_.]*)\}")]
    public static partial Regex Place();

    public static StudyPipeline Read(StudyReader reader, string name, JsonObject o, string at)
    {
        var problems = reader.Problems;
        reader.Known(o, at, Fields);
        var parameters = reader.AxesOf(o["params"], $"{at}.params");
        var pipeline = new StudyPipeline { Name = name, Params = parameters };
        if (o["builtin"] is { } builtin)
        {
            if (o["command"] is not null) problems.Error(at, null, "is built in and has a command.", "Give one of the two.");
            pipeline = pipeline with { Builtin = reader.OneOf(builtin, $"{at}.builtin", BuiltinPipelines.None, [.. BuiltinPipelines.Names.Select(n => (n, n))]) };
            BuiltinPipelines.Check(pipeline, $"{at}.params", problems);
            foreach (var field in (string[])["movie", "memory_mb", "watch", "env", "allow_truth", "timeout_s"])
                if (o.ContainsKey(field))
                    problems.Error($"{at}.{field}", o[field]?.ToJsonString() ?? "null", "is not for what is built in.", "Leave it out.");
        }
        else if (o["command"] is { } command)
        {
            pipeline = pipeline with { Command = reader.Texts(command, $"{at}.command") ?? [], AllowTruth = o["allow_truth"] is { } allow && (reader.Flag(allow, $"{at}.allow_truth") ?? false) };
            if (command is JsonArray { Count: 0 } || pipeline.Command.Count > 0 && pipeline.Command[0].Length == 0) problems.Error($"{at}.command", command.ToJsonString(), "names no program.");
            CheckPlaces(pipeline, parameters, at, problems);
        }
        else problems.Error(at, null, "has neither a command nor a builtin.", $"Built in are {string.Join(", ", BuiltinPipelines.Names)}.");

        if (o["movie"] is { } movie && reader.Text(movie, $"{at}.movie") is { } format)
        {
            if (StudyReader.IsFormat(format)) pipeline = pipeline with { Movie = format };
            else problems.Error($"{at}.movie", movie.ToJsonString(), "is no format.", StudyReader.NearMiss(format, RecordingFormats.All.Select(f => f.Name)) is { Length: > 0 } near ? near : $"There are {string.Join(", ", RecordingFormats.All.Select(f => f.Name))}.");
        }
        if (pipeline.Command.Count > 0 && !pipeline.AllowTruth && RecordingFormats.All.FirstOrDefault(f => f.Name == pipeline.Movie) is { } chosen && chosen.Contents.HasFlag(FormatContents.Truth))
            problems.Warn($"{at}.movie", $"\"{chosen.Name}\"", "files in this format hold the ground truth beside the movie.", "Choose another (npy, tiff, avi, …), or set allow_truth to say that this is meant.");
        if (Positive(reader, o, "timeout_s", at) is { } timeout) pipeline = pipeline with { TimeoutS = timeout };
        if (Positive(reader, o, "memory_mb", at) is { } memory) pipeline = pipeline with { MemoryMb = memory };
        if (Whole(reader, o, "jobs", at) is { } jobs) pipeline = pipeline with { Jobs = jobs };
        if (Whole(reader, o, "threads", at) is { } threads) pipeline = pipeline with { Threads = threads };
        if (o["watch"] is { } watch && reader.Texts(watch, $"{at}.watch") is { } files)
        {
            pipeline = pipeline with { Watch = files };
            for (var i = 0; i < files.Count; i++)
                if (!File.Exists(Path.Combine(reader.Folder, files[i])) && !Directory.Exists(Path.Combine(reader.Folder, files[i])))
                    problems.Error($"{at}.watch[{i}]", $"\"{files[i]}\"", "no such file or folder.", "Names are relative to the study file.");
        }
        if (o["env"] is { } env)
        {
            if (env is JsonObject variables && variables.All(v => v.Key.Length > 0 && !v.Key.Contains('=') && v.Value is JsonValue t && t.TryGetValue(out string? _)))
                pipeline = pipeline with { Environment = [.. variables.Select(v => KeyValuePair.Create(v.Key, v.Value!.GetValue<string>()))] };
            else problems.Error($"{at}.env", env.ToJsonString(), "must be an object of names and texts.");
        }
        return pipeline;
    }

    private static void CheckPlaces(StudyPipeline pipeline, IReadOnlyList<StudyAxis> parameters, string at, ProblemSink problems)
    {
        var used = new HashSet<string>();
        for (var i = 0; i < pipeline.Command.Count; i++)
        {
            if (pipeline.Command[i].Contains('\0')) problems.Error($"{at}.command[{i}]", null, "has a zero character.");
            foreach (Match match in Place().Matches(pipeline.Command[i]))
            {
                var name = match.Groups["name"].Value;
                used.Add(name);
                if (name == "truth" && !pipeline.AllowTruth)
                    problems.Error($"{at}.command[{i}]", $"\"{pipeline.Command[i]}\"", "asks for the ground truth.", "Set allow_truth to true if that is meant.");
                if (Places.Contains(name) || name.StartsWith("param.", StringComparison.Ordinal) && parameters.Any(p => p.Path == name["param.".Length..])) continue;
                var all = Places.Concat(parameters.Select(p => $"param.{p.Path}")).ToArray();
                problems.Error($"{at}.command[{i}]", $"\"{pipeline.Command[i]}\"", $"{{{name}}} is nothing that could be filled in.",
                    StudyReader.NearMiss(name, all) is { Length: > 0 } near ? near : $"There are {string.Join(", ", all.Select(a => $"{{{a}}}"))}.");
            }
        }
        foreach (var parameter in parameters)
            if (!used.Contains($"param.{parameter.Path}") && parameter.Values.Count > 1)
                problems.Warn($"{at}.params.{parameter.Path}", null, "is not used by the command.", $"Write {{param.{parameter.Path}}} where it belongs; it is also in the environment as MINISIM_PARAM_{parameter.Path}.");
        if (!used.Contains("movie")) problems.Warn($"{at}.command", null, "does not use {movie}.", "It is also in the environment as MINISIM_MOVIE.");
    }

    private static double? Positive(StudyReader reader, JsonObject o, string field, string at)
    {
        if (o[field] is not { } node || reader.Number(node, $"{at}.{field}") is not { } number) return null;
        if (number > 0) return number;
        reader.Problems.Error($"{at}.{field}", node.ToJsonString(), "must be above 0.");
        return null;
    }

    private static int? Whole(StudyReader reader, JsonObject o, string field, string at)
    {
        if (o[field] is not { } node || reader.Number(node, $"{at}.{field}") is not { } number) return null;
        if (number is >= 1 and <= 10_000 && number == Math.Floor(number)) return (int)number;
        reader.Problems.Error($"{at}.{field}", node.ToJsonString(), "must be a whole number from 1 on.");
        return null;
    }
}
