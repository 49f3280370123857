using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Minisim.Studies;

/// <summary>A job as Slurm sees it.</summary>
/// <param name="Id">Number of the array job.</param>
/// <param name="States">Tasks by state: <c>RUNNING</c>, <c>PENDING</c>, …; empty where Slurm no longer knows the job.</param>
public sealed record SlurmState(string Id, IReadOnlyDictionary<string, int> States);
