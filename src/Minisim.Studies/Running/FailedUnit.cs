namespace Minisim.Studies;

/// <summary>A unit that failed.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Message">Why.</param>
/// <param name="LogFile">Its log.</param>
/// <param name="LastLines">The last lines of its log.</param>
public sealed record FailedUnit(StudyUnit Unit, string Message, string LogFile, IReadOnlyList<string> LastLines);
