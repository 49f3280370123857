using Minisim.Metrics;

namespace Minisim.Studies;

/// <summary>A question asked of many recordings: what varies, which pipelines run on each, how they are scored. Read from one file
/// with <see cref="Load(string)"/>, or put together in code.</summary>
public sealed record Study
{
    /// <summary>What it is called: the file's name without its ending.</summary>
    public string Name { get; init; } = "study";
    /// <summary>Folder that relative names of files are relative to, absolute.</summary>
    public string Folder { get; init; } = Environment.CurrentDirectory;
    /// <summary>The spec that everything else alters.</summary>
    public required Spec Base { get; init; }
    /// <summary>What varies, in the order of the file: the first varies slowest.</summary>
    public IReadOnlyList<StudyAxis> Axes { get; init; } = [];
    /// <summary>Groups of axes whose values go together, one to one, instead of each with each; by path.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Zip { get; init; } = [];
    /// <summary>Named alterations of several values at once; without any there is one that alters nothing.</summary>
    public IReadOnlyList<StudyVariant> Variants { get; init; } = [];
    /// <summary>What runs on each recording.</summary>
    public required IReadOnlyList<StudyPipeline> Pipelines { get; init; }
    /// <summary>How estimates are scored.</summary>
    public StudyScore Score { get; init; } = new();
    /// <summary>What stays on disk.</summary>
    public StudyKeep Keep { get; init; } = StudyKeep.Scores;
    /// <summary>Which differences are reported: pairs of pipelines (<c>mine</c>, <c>mine gSig=3</c>) or variants
    /// (<c>variant:no_vessels</c>). Empty: every pair of pipelines.</summary>
    public IReadOnlyList<(string A, string B)> Pairs { get; init; } = [];
    /// <summary>Whether every recording gets a score page of its own; null: if there are at most <see cref="MostPages"/>.</summary>
    public bool? Pages { get; init; }

    /// <summary>Units up to which pages are written unasked.</summary>
    public const int MostPages = 200;

    /// <summary>Reads a study file (JSON, or YAML by its ending).</summary>
    /// <exception cref="StudyException">With every problem of the file.</exception>
    public static Study Load(string path) => Load(path, out _);

    /// <summary>Reads a study file and hands over its warnings.</summary>
    /// <exception cref="StudyException">With every problem of the file.</exception>
    public static Study Load(string path, out IReadOnlyList<Problem> warnings) => StudyReader.Load(path, out warnings);

    /// <summary>Reads a study from JSON text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="folder">Folder that relative names are relative to.</param>
    /// <exception cref="StudyException">With every problem of the text.</exception>
    public static Study Parse(string json, string? folder = null) => StudyReader.Parse(json, folder ?? Environment.CurrentDirectory, out _);

    /// <summary>The units of work.</summary>
    /// <exception cref="StudyException">A combination of values breaks a spec, or there are too many.</exception>
    public StudyPlan Plan() => StudyPlan.Of(this);
}
