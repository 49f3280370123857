using Minisim.Metrics;

namespace Minisim.Studies;

/// <summary>One true cell of a unit: a row of <c>cells.parquet</c>.</summary>
internal readonly record struct CellRow(int Cell, byte Verdict, int Estimate, byte MainCause, string Causes, double[] Features);
