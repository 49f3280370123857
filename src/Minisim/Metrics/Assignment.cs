namespace Minisim.Metrics;

/// <summary>The one-to-one assignment of largest total.</summary>
/// <remarks>Shortest augmenting paths with dual potentials, after R. Jonker and A. Volgenant, Computing 38:325 (1987): O(n³) at
/// worst. Of equal choices the lowest index wins, so the result depends on the numbers alone.</remarks>
public static class Assignment
{
    /// <summary>For every row the column assigned to it, or −1 with more rows than columns.</summary>
    /// <param name="gain">Gain of every (row, column); finite.</param>
    public static int[] Maximize(Matrix gain)
    {
        if (gain.Rows <= gain.Columns) return Rows(gain);
        var byColumn = Rows(gain.Transpose());
        var result = new int[gain.Rows];
        Array.Fill(result, -1);
        for (var c = 0; c < byColumn.Length; c++) result[byColumn[c]] = c;
        return result;
    }

    /// <summary>The pairs (estimate, true) of largest total similarity, by ascending estimate; pairs without similarity are
    /// dropped.</summary>
    /// <remarks>Cells that have nothing to do with each other, even through others, are solved apart: the optimum is the same, and
    /// a thousand cells cost little more than their largest cluster.</remarks>
    public static IReadOnlyList<(int Estimate, int True)> Match(SimilarityTable similarity)
    {
        var parent = Enumerable.Range(0, similarity.NEst + similarity.NTrue).ToArray();
        int Root(int i)
        {
            while (parent[i] != i) i = parent[i] = parent[parent[i]];
            return i;
        }
        for (var i = 0; i < similarity.NEst; i++)
            foreach (var (j, _) in similarity.Row(i))
            {
                int a = Root(i), b = Root(similarity.NEst + j);
                if (a != b) parent[Math.Max(a, b)] = Math.Min(a, b);
            }
        var clusters = new SortedDictionary<int, (List<int> Est, List<int> True)>();
        for (var i = 0; i < parent.Length; i++)
        {
            var root = Root(i);
            if (!clusters.TryGetValue(root, out var cluster)) clusters[root] = cluster = ([], []);
            if (i < similarity.NEst) cluster.Est.Add(i);
            else cluster.True.Add(i - similarity.NEst);
        }

        var pairs = new List<(int Estimate, int True)>();
        var local = new int[similarity.NTrue];
        foreach (var (est, truth) in clusters.Values)
        {
            if (est.Count == 0 || truth.Count == 0) continue;
            for (var k = 0; k < truth.Count; k++) local[truth[k]] = k;
            var gain = new Matrix(est.Count, truth.Count);
            for (var k = 0; k < est.Count; k++)
                foreach (var (j, value) in similarity.Row(est[k]))
                    gain[k, local[j]] = value;
            var columns = Maximize(gain);
            for (var k = 0; k < est.Count; k++)
                if (columns[k] >= 0 && gain[k, columns[k]] > 0)
                    pairs.Add((est[k], truth[columns[k]]));
        }
        pairs.Sort();
        return pairs;
    }

    private static int[] Rows(Matrix gain)
    {
        int n = gain.Rows, m = gain.Columns;
        // Column 0 stands for "not yet assigned"; rows and columns count from 1.
        var u = new double[n + 1];
        var v = new double[m + 1];
        var rowOf = new int[m + 1];
        var previous = new int[m + 1];
        var distance = new double[m + 1];
        var done = new bool[m + 1];
        for (var i = 1; i <= n; i++)
        {
            rowOf[0] = i;
            var column = 0;
            Array.Fill(distance, double.PositiveInfinity);
            Array.Clear(done);
            do
            {
                done[column] = true;
                var row = rowOf[column];
                var gains = gain.Row(row - 1);
                var shortest = double.PositiveInfinity;
                var nextColumn = 0;
                for (var j = 1; j <= m; j++)
                {
                    if (done[j]) continue;
                    var reduced = -gains[j - 1] - u[row] - v[j];
                    if (reduced < distance[j])
                    {
                        distance[j] = reduced;
                        previous[j] = column;
                    }
                    if (distance[j] < shortest)
                    {
                        shortest = distance[j];
                        nextColumn = j;
                    }
                }
                for (var j = 0; j <= m; j++)
                {
                    if (done[j])
                    {
                        u[rowOf[j]] += shortest;
                        v[j] -= shortest;
                    }
                    else
                    {
                        distance[j] -= shortest;
                    }
                }
                column = nextColumn;
            }
            while (rowOf[column] != 0);
            while (column != 0)
            {
                rowOf[column] = rowOf[previous[column]];
                column = previous[column];
            }
        }
        var result = new int[n];
        for (var j = 1; j <= m; j++)
            if (rowOf[j] > 0)
                result[rowOf[j] - 1] = j - 1;
        return result;
    }
}
