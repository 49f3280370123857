using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Minisim.Studies;

/// <summary>What to ask Slurm for; null leaves it to the cluster.</summary>
public sealed record SlurmOptions
{
    /// <summary>Partition.</summary>
    public string? Partition { get; init; }
    /// <summary>Time of each task, as sbatch takes it: <c>4:00:00</c>.</summary>
    public string? Time { get; init; }
    /// <summary>Memory of each task: <c>8G</c>.</summary>
    public string? Memory { get; init; }
    /// <summary>Processors of each task.</summary>
    public int? Cpus { get; init; }
    /// <summary>Tasks of the array.</summary>
    public int MaxTasks { get; init; } = 8;
    /// <summary>Further flags, passed to sbatch as they are.</summary>
    public IReadOnlyList<string> Extra { get; init; } = [];
    /// <summary>Program and arguments before <c>study work DIR</c>; empty: this program.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];
    /// <summary>Units at work beside each other in a task; 0: one for each two processors.</summary>
    public int Jobs { get; init; }
    /// <summary>Folder of the cache of recordings, on the file system that the tasks share; null: <c>cache</c> in the study's folder.</summary>
    public string? CacheFolder { get; init; }
}
