using Minisim.Metrics;

namespace Minisim.Studies;

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
