namespace Minisim.Studio.Stream;

/// <summary>One frame on its way out.</summary>
/// <param name="Number">Number in the stream, from 0, not reset by a loop.</param>
/// <param name="MovieFrame">Frame of the recording that it is.</param>
/// <param name="Scheduled">Time at which it was due, s since the start of the source.</param>
/// <param name="Sent">Time at which it was handed over, s since the start.</param>
/// <param name="LateSoFar">Frames of this reader that were handed over more than one frame interval after they were due.</param>
public readonly record struct LiveFrame(long Number, int MovieFrame, double Scheduled, double Sent, long LateSoFar);
