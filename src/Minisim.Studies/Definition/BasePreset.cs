using System.Text.Json;
using System.Text.Json.Nodes;
using Minisim.Presets;
using Minisim.Steps;

namespace Minisim.Studies;

/// <summary>A scope over a region as the base of a study.</summary>
internal static class BasePreset
{
    public static readonly string[] Fields = ["scope", "region", "set", "duration_s", "fps", "seed", "size_px", "motion", "bleaching", "no_neuropil", "no_vessels", "no_scope_fields", "reference"];

    public static Spec? Read(JsonObject o, Action<JsonObject, string, string[]> known, ProblemSink problems)
    {
        known(o, "base", Fields);
        var scope = Find(o, "scope", Scopes.All.Select(s => s.Name), Scopes.Find, problems);
        var isReference = Flag(o, "reference", problems);
        var region = Find(o, "region", Regions.Of(isReference).Select(r => r.Name), name => Regions.Find(name, isReference), problems);
        var options = new PresetOptions
        {
            DurationS = Number(o, "duration_s", problems) ?? new PresetOptions().DurationS,
            Fps = Number(o, "fps", problems) ?? new PresetOptions().Fps,
            Seed = (long)(Number(o, "seed", problems) ?? 0),
            NoNeuropil = Flag(o, "no_neuropil", problems),
            NoVessels = Flag(o, "no_vessels", problems),
            NoScopeFields = Flag(o, "no_scope_fields", problems),
        };
        if (o["size_px"] is { } size)
        {
            if (size is JsonArray { Count: 2 } two && two.All(v => v is JsonValue n && n.TryGetValue(out int _))) options = options with { SizePx = (two[0]!.GetValue<int>(), two[1]!.GetValue<int>()) };
            else problems.Error("base.size_px", size.ToJsonString(), "must be [rows, columns].");
        }
        if (scope is null || region is null) return null;
        List<Step> extra = [];
        if (Flag(o, "motion", problems)) extra.Add(region.Motion);
        if (Flag(o, "bleaching", problems)) extra.Add(new Bleaching());
        return Set(Preset.Create(scope, region, options with { Extra = [.. extra] }), o["set"], problems);
    }

    /// <summary>The spec with the values of <c>set</c>.</summary>
    /// <exception cref="SpecException">A value breaks a rule.</exception>
    public static Spec Set(Spec spec, JsonNode? set, ProblemSink problems)
    {
        if (set is null) return spec;
        if (set is JsonObject values) return SpecJson.With(spec, values.Select(v => KeyValuePair.Create(v.Key, v.Value?.ToJsonString() ?? "null")));
        problems.Error("base.set", set.ToJsonString(), "must be an object of paths and values.");
        return spec;
    }

    private static T? Find<T>(JsonObject o, string field, IEnumerable<string> names, Func<string, T?> find, ProblemSink problems) where T : class
    {
        if (o[field] is JsonValue v && v.TryGetValue(out string? name))
        {
            if (find(name) is { } found) return found;
            problems.Error($"base.{field}", $"\"{name}\"", $"is no {field}.", StudyReader.NearMiss(name, names) is { Length: > 0 } near ? near : $"There are {string.Join(", ", names)}.");
            return null;
        }
        problems.Error($"base.{field}", o[field]?.ToJsonString(), o[field] is null ? "is missing." : "must be a text.", $"There are {string.Join(", ", names)}.");
        return null;
    }

    private static double? Number(JsonObject o, string field, ProblemSink problems)
    {
        if (o[field] is not { } node) return null;
        if (node is JsonValue v && v.GetValueKind() == JsonValueKind.Number) return v.GetValue<double>();
        problems.Error($"base.{field}", node.ToJsonString(), "must be a number.");
        return null;
    }

    private static bool Flag(JsonObject o, string field, ProblemSink problems)
    {
        if (o[field] is not { } node) return false;
        if (node is JsonValue v && v.TryGetValue(out bool flag)) return flag;
        problems.Error($"base.{field}", node.ToJsonString(), "must be true or false.");
        return false;
    }
}
