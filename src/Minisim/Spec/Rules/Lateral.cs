using System.Collections;
using System.Runtime.CompilerServices;

namespace Minisim;

/// <summary>A lateral place or displacement, µm. In JSON <c>[y, x]</c>.</summary>
public readonly record struct Lateral(double Y, double X);
