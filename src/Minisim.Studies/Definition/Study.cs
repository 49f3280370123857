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

/// <summary>One thing that varies.</summary>
/// <param name="Path">Where in the spec, as <c>--set</c> writes it: <c>acquisition.optics.na</c>, <c>steps.vasculature</c>, <c>seed</c>.</param>
/// <param name="Values">Its values as JSON texts.</param>
public sealed record StudyAxis(string Path, IReadOnlyList<string> Values)
{
    /// <summary>An axis over numbers.</summary>
    public StudyAxis(string path, IEnumerable<double> values) : this(path, [.. values.Select(AxisValues.Text)]) { }

    /// <summary>An axis over whole numbers.</summary>
    public StudyAxis(string path, IEnumerable<int> values) : this(path, [.. values.Select(v => v.ToString(System.Globalization.CultureInfo.InvariantCulture))]) { }
}

/// <summary>A named alteration of several values.</summary>
/// <param name="Name">Its name in results.</param>
/// <param name="Set">Path and JSON value of everything it alters; applied after the axes.</param>
public sealed record StudyVariant(string Name, IReadOnlyList<KeyValuePair<string, string>> Set);

/// <summary>What stays on disk of a unit that is done; recordings stay in the cache in any case.</summary>
public enum StudyKeep
{
    /// <summary>The scores alone.</summary>
    Scores,
    /// <summary>Scores and what the pipelines wrote.</summary>
    Estimates,
    /// <summary>Those, and everything else in the pipelines' working folders, with their logs.</summary>
    All,
}

/// <summary>Something that runs on each recording: a program, or one of <see cref="BuiltinPipelines"/>.</summary>
public sealed record StudyPipeline
{
    /// <summary>Its name in results.</summary>
    public required string Name { get; init; }
    /// <summary>Name of a built-in pipeline; null for a program.</summary>
    public string? Builtin { get; init; }
    /// <summary>The program and its arguments, with <c>{movie}</c>, <c>{out}</c> and the other places to fill; empty for a built-in one.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];
    /// <summary>Format of the movie that it reads; see <c>minisim formats</c>.</summary>
    public string Movie { get; init; } = "npy";
    /// <summary>Its own parameters and their values as JSON texts; every combination is a unit of its own.</summary>
    public IReadOnlyList<StudyAxis> Params { get; init; } = [];
    /// <summary>Time after which it is ended, s.</summary>
    public double TimeoutS { get; init; } = 3600;
    /// <summary>Resident memory of all its processes together above which it is ended, MB; null: no limit. Where the system tells
    /// (Linux).</summary>
    public double? MemoryMb { get; init; }
    /// <summary>How many of it may run beside each other in one worker; 0: as many as there are jobs.</summary>
    public int Jobs { get; init; }
    /// <summary>Threads it is told to use (<c>{threads}</c>, OMP_NUM_THREADS and kin); 0: the processors shared among the jobs.</summary>
    public int Threads { get; init; }
    /// <summary>Files on which its result depends: when one changes, it runs again. Files that the command names are watched
    /// anyway.</summary>
    public IReadOnlyList<string> Watch { get; init; } = [];
    /// <summary>Whether it may ask for the ground truth, <c>{truth}</c>.</summary>
    public bool AllowTruth { get; init; }
    /// <summary>Further variables of its environment.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>Whether it only simulates.</summary>
    public bool IsNone => Builtin == BuiltinPipelines.None;
}

/// <summary>How a study scores.</summary>
public sealed record StudyScore
{
    /// <summary>Similarity, threshold, shift, denominator.</summary>
    public ScoreOptions Options { get; init; } = new();
    /// <summary>Score only units that the pipeline accepted.</summary>
    public bool AcceptedOnly { get; init; }
    /// <summary>Order of image axes where a file leaves it open.</summary>
    public Formats.Estimates.MaskAxes Axes { get; init; }
    /// <summary>Also compute what perfect spatial knowledge and an ROI mean would give, which reads the whole movie.</summary>
    public bool Bounds { get; init; }
}

/// <summary>A study file that breaks its rules, or a plan that cannot be carried out. Carries every problem.</summary>
public sealed class StudyException(IReadOnlyList<Problem> problems) : Exception(Describe(problems))
{
    /// <summary>All problems found, warnings included (at most 1000).</summary>
    public IReadOnlyList<Problem> Problems { get; } = problems;

    /// <summary>One problem.</summary>
    public StudyException(string path, string? value, string reason, string remedy) : this([new Problem(path, value, reason, remedy)]) { }

    private static string Describe(IReadOnlyList<Problem> problems) => new SpecException(problems).Message;
}
