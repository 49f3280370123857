using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim.Metrics;

/// <summary>The part of the truth that estimates are matched with, in the form that matching needs. Made once, it serves any
/// number of estimates.</summary>
public sealed class TrueCells
{
    /// <summary>True cells from arrays.</summary>
    /// <param name="footprints">Footprints in the field of view.</param>
    /// <param name="detectable">Whether each can be seen at all.</param>
    /// <param name="c">Clean traces (unit, frame), or null.</param>
    /// <param name="s">Spikes per frame (unit, frame), or null.</param>
    /// <param name="shifts">Applied shifts (frame, 2), px, or null.</param>
    public TrueCells(SparseFootprints footprints, IReadOnlyList<bool> detectable, Matrix? c = null, Matrix? s = null, Matrix? shifts = null)
    {
        if (detectable.Count != footprints.Count || (c?.Rows ?? footprints.Count) != footprints.Count || (s?.Rows ?? footprints.Count) != footprints.Count)
            throw new ArgumentException($"the arrays do not all have a row for each of {footprints.Count} cells");
        (Footprints, Detectable, C, S, Shifts) = (footprints, detectable, c, s, shifts);
    }

    /// <summary>The true cells of a recording.</summary>
    /// <param name="truth">Ground truth.</param>
    /// <param name="planted">Match against the sharp planted footprints instead of the observed ones.</param>
    public static TrueCells From(GroundTruth truth, bool planted = false)
    {
        var patches = new Footprint[truth.NUnits];
        Parallel.For(0, patches.Length, u => patches[u] = planted ? truth.PlantedInFov(u) : truth.ObservedInFov(u));
        return new TrueCells(SparseFootprints.FromPatches(patches, truth.Grid.FovHeight, truth.Grid.FovWidth),
            truth.Detectable.Length == truth.NUnits ? truth.Detectable.ToArray() : [.. Enumerable.Repeat(true, truth.NUnits)],
            Table(truth.C), Table(truth.S), Table(truth.Shifts));
    }

    /// <summary>A truth array of two axes as a table; null for null.</summary>
    internal static Matrix? Table(TruthArray? array) => array is null ? null : new Matrix(array.Shape[0], array.Shape[1], array.ToDoubles());

    /// <summary>Footprints in the field of view.</summary>
    public SparseFootprints Footprints { get; }
    /// <summary>Whether each can be seen at all.</summary>
    public IReadOnlyList<bool> Detectable { get; }
    /// <summary>Clean traces (unit, frame), or null.</summary>
    public Matrix? C { get; }
    /// <summary>Spikes per frame (unit, frame), or null.</summary>
    public Matrix? S { get; }
    /// <summary>Applied shifts (frame, 2), px, or null.</summary>
    public Matrix? Shifts { get; }
    /// <summary>Number of cells.</summary>
    public int Count => Footprints.Count;

    /// <summary>Some cells only, in the given order.</summary>
    public TrueCells Take(IReadOnlyList<int> units) =>
        new(Footprints.Take(units), [.. units.Select(u => Detectable[u])], C?.Take(units), S?.Take(units), Shifts);
}
