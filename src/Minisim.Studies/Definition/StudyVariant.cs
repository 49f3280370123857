using Minisim.Metrics;

namespace Minisim.Studies;

/// <summary>A named alteration of several values.</summary>
/// <param name="Name">Its name in results.</param>
/// <param name="Set">Path and JSON value of everything it alters; applied after the axes.</param>
public sealed record StudyVariant(string Name, IReadOnlyList<KeyValuePair<string, string>> Set);
