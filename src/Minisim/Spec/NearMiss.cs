namespace Minisim;

/// <summary>"Did you mean …?"</summary>
internal static class NearMiss
{
    /// <summary>The candidate closest to <paramref name="text"/> by edit distance (insert, delete, replace, swap of neighbours; case
    /// and leading dashes ignored), or null if none is near: one slip in up to five letters, two in up to eight, three at the most; or if it is the beginning of a name.</summary>
    public static string? Find(string text, IEnumerable<string> candidates)
    {
        var word = text.TrimStart('-').ToLowerInvariant();
        if (word.Length is 0 or > 100) return null;
        string? best = null;
        var least = Math.Clamp(word.Length / 3, 1, 3) + 1;
        foreach (var candidate in candidates)
        {
            var name = candidate.TrimStart('-').ToLowerInvariant();
            // Who leaves off the end is near, however long it is.
            var distance = word.Length >= 3 && name.StartsWith(word, StringComparison.Ordinal) ? 1 : Distance(word, name);
            // A short name is not a misspelling of everything that is as short.
            if (distance >= least || distance >= Math.Max(word.Length, name.Length)) continue;
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
