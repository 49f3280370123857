using System.Diagnostics.CodeAnalysis;
using Minisim.Formats;
using Minisim.Formats.Zarr;
using Minisim.Rendering;

namespace Minisim.Studies;

/// <summary>One thing in the cache.</summary>
/// <param name="Key">Cache key of the spec.</param>
/// <param name="Format">Name of the format.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="LastUsed">When it was last asked for.</param>
public sealed record CacheEntry(string Key, string Format, string Path, long Bytes, DateTime LastUsed);
