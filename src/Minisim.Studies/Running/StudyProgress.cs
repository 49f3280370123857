using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Minisim.Formats;

namespace Minisim.Studies;

/// <summary>How far a study is.</summary>
/// <param name="Units">Units of the plan.</param>
/// <param name="Done">Done, by whomever.</param>
/// <param name="Failed">Failed.</param>
/// <param name="Running">At work in this process.</param>
/// <param name="Left">Estimated time left; null before the first unit of this process is done.</param>
/// <param name="LastFailure">What failed, when this tells of a failure.</param>
public sealed record StudyProgress(int Units, int Done, int Failed, int Running, TimeSpan? Left, string? LastFailure);
