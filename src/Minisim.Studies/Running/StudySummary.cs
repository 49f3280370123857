using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Minisim.Formats;

namespace Minisim.Studies;

/// <summary>What became of a run.</summary>
/// <param name="Units">Units of the plan.</param>
/// <param name="Done">Done, by whomever, now or before.</param>
/// <param name="Failed">Failed.</param>
/// <param name="RanHere">Units that this process carried out.</param>
/// <param name="SimulatedHere">Recordings that this process simulated.</param>
/// <param name="IsOutOfTime">Whether it ended because its time was nearly over.</param>
public sealed record StudySummary(int Units, int Done, int Failed, int RanHere, int SimulatedHere, bool IsOutOfTime)
{
    /// <summary>Whether every unit has ended.</summary>
    public bool IsComplete => Done + Failed == Units;
}
