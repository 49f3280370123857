using System.Text.Json;
using Minisim.Metrics;

namespace Minisim.Studies;

/// <summary>A scalar of a score in <c>results.csv</c>.</summary>
/// <param name="Name">Name of the column.</param>
/// <param name="Title">In words.</param>
/// <param name="Better">+1 where more is better, −1 where less is, 0 where it is a fact.</param>
public sealed record ScoreColumn(string Name, string Title, int Better);
