namespace Minisim;

/// <summary>"Did you mean …?"</summary>
internal static class NearMiss
{
    /// <summary>The candidate closest to <paramref name="text"/> by edit distance (insert, delete, replace, swap of neighbours; case
    /// ignored), or null if none is within a third of its length, at least 2.</summary>
    public static string? Find(string text, IEnumerable<string> candidates)
    {
        if (text.Length is 0 or > 100) return null;
        string? best = null;
        var least = Math.Max(2, text.Length / 3) + 1;
        foreach (var candidate in candidates)
        {
            var distance = Distance(text.ToLowerInvariant(), candidate.ToLowerInvariant());
            // A short name is not a misspelling of everything that is as short.
            if (distance >= least || distance >= Math.Max(text.Length, candidate.Length)) continue;
            least = distance;
            best = candidate;
        }
        return best;
    }

    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                d[i, j] = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }
        return d[a.Length, b.Length];
    }
}
