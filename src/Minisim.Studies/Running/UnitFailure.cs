using System.Diagnostics;
using System.Globalization;
using System.Text;
using Minisim.Formats;
using Minisim.Formats.Estimates;
using Minisim.Formats.Reports;
using Minisim.Metrics;

namespace Minisim.Studies;

/// <summary>Why a unit failed, in words for people.</summary>
internal sealed class UnitFailure(string message) : Exception(message);
