using System.Collections;
using System.Runtime.CompilerServices;

namespace Minisim;

/// <summary>A place in tissue, µm: depth <paramref name="Z"/> below the surface, lateral
/// <paramref name="Y"/> (down) and <paramref name="X"/> (right) from the optical axis. In JSON
/// <c>[z, y, x]</c>.</summary>
public readonly record struct Position(double Z, double Y, double X);
