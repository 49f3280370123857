using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Minisim.Studies;

/// <summary>Slurm refused, or is not there.</summary>
public sealed class SlurmException(string message) : IOException(message);
