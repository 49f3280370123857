using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim.Formats.Writing;

/// <summary>Footprints as a sparse matrix (pixel, unit), by columns (CSC), as scipy and CaImAn keep them.</summary>
/// <param name="Data">Weights, column after column.</param>
/// <param name="Indices">Pixel of each weight, ascending within a column; Fortran order: <c>row + column·height</c>.</param>
/// <param name="IndPtr">Where each column begins, and the end.</param>
/// <param name="Shape">Pixels, units.</param>
internal sealed record SparseFootprints(float[] Data, int[] Indices, int[] IndPtr, long[] Shape)
{
    /// <summary>What was composited: blurred and dimmed.</summary>
    public static SparseFootprints Observed(GroundTruth truth) => Of(truth, truth.ObservedInFov);

    /// <summary>The sharp ones.</summary>
    public static SparseFootprints Planted(GroundTruth truth) => Of(truth, truth.PlantedInFov);

    private static SparseFootprints Of(GroundTruth truth, Func<int, Footprint> footprint)
    {
        var grid = truth.Grid;
        var columns = new Footprint[truth.NUnits];
        Parallel.For(0, columns.Length, i => columns[i] = footprint(i));
        var starts = new int[columns.Length + 1];
        for (var i = 0; i < columns.Length; i++) starts[i + 1] = checked(starts[i] + columns[i].Values.Count(v => v != 0));
        var (data, indices) = (new float[starts[^1]], new int[starts[^1]]);
        Parallel.For(0, columns.Length, i =>
        {
            var f = columns[i];
            var at = starts[i];
            for (var c = 0; c < f.Width; c++)
                for (var r = 0; r < f.Height; r++)
                    if (f.Values[r * f.Width + c] is not 0 and var v)
                        (data[at], indices[at++]) = (v, f.Row + r + (f.Col + c) * grid.FovHeight);
        });
        return new(data, indices, starts, [(long)grid.FovHeight * grid.FovWidth, columns.Length]);
    }
}
