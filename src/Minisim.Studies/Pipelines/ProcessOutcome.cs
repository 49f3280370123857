using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Minisim.Studies;

/// <summary>How a program ended.</summary>
/// <param name="Failure">Why it did not succeed; null if it did.</param>
/// <param name="Seconds">How long it ran.</param>
/// <param name="PeakMb">Largest resident memory of its processes together that was seen, MB; NaN where the system does not tell.</param>
/// <param name="Log">What it printed: the beginning and the end.</param>
internal sealed record ProcessOutcome(string? Failure, double Seconds, double PeakMb, string Log);
