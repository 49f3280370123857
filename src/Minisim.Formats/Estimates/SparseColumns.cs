using Minisim.Metrics;

namespace Minisim.Formats.Estimates;

/// <summary>Footprints from a compressed sparse matrix of pixels and units.</summary>
internal static class SparseColumns
{
    /// <summary>One unit per compressed vector.</summary>
    /// <param name="data">Weights.</param>
    /// <param name="indices">Pixel of each weight, in any order.</param>
    /// <param name="pointers">Start of every unit, and the end of the last.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="columnMajor">Whether <c>pixel = row + col·height</c> instead of <c>row·width + col</c>.</param>
    public static SparseFootprints Footprints(double[] data, int[] indices, int[] pointers, int height, int width, bool columnMajor)
    {
        if (indices.Length != data.Length) throw new InvalidDataException($"A has {data.Length} weights and {indices.Length} indices");
        var builder = new SparseFootprints.Builder(height, width);
        for (var u = 0; u + 1 < pointers.Length; u++)
        {
            int from = pointers[u], to = pointers[u + 1];
            if (from < 0 || to < from || to > data.Length) throw new InvalidDataException($"A has a broken index pointer at unit {u}");
            var pixels = indices[from..to];
            for (var i = 0; i < pixels.Length; i++)
            {
                if ((uint)pixels[i] >= (uint)(height * width)) throw new InvalidDataException($"A has pixel {pixels[i]} in a field of {height} × {width}");
                if (columnMajor) pixels[i] = pixels[i] % height * width + pixels[i] / height;
            }
            builder.Add(pixels, data[from..to]);
        }
        return builder.Build();
    }

    /// <summary>Exchanges the roles of the axes of a compressed matrix.</summary>
    public static (double[] Data, int[] Indices, int[] Pointers) Transpose(double[] data, int[] indices, int[] pointers, int newVectors)
    {
        var starts = new int[newVectors + 1];
        foreach (var i in indices)
        {
            if ((uint)i >= (uint)newVectors) throw new InvalidDataException($"A has index {i} of {newVectors}");
            starts[i + 1]++;
        }
        for (var i = 0; i < newVectors; i++) starts[i + 1] += starts[i];
        var next = starts[..^1];
        var (newData, newIndices) = (new double[data.Length], new int[data.Length]);
        for (var v = 0; v + 1 < pointers.Length; v++)
            for (var k = pointers[v]; k < pointers[v + 1]; k++)
            {
                var at = next[indices[k]]++;
                (newData[at], newIndices[at]) = (data[k], v);
            }
        return (newData, newIndices, starts);
    }
}
