using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Minisim.Metrics;

namespace Minisim.Studies;

/// <summary>Bins of SNR, eight to a decade from 0.1 to 10 000; what lies outside goes to the ends.</summary>
internal static class SnrBins
{
    public const int PerDecade = 8, Count = 5 * PerDecade;

    public static int Of(double snr) => (int)Math.Clamp(Math.Floor((Math.Log10(Math.Max(snr, 1e-9)) + 1) * PerDecade), 0, Count - 1);

    /// <summary>The middle of a bin, in its logarithm.</summary>
    public static double Log10(int bin) => (bin + 0.5) / PerDecade - 1;
}
