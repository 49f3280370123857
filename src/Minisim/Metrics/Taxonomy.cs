namespace Minisim.Metrics;

/// <summary>What became of a true cell.</summary>
public enum TrueVerdict
{
    /// <summary>Matched at the threshold by an estimate of its own.</summary>
    Found,
    /// <summary>One estimate lies on it, but too unlike it to count: the place is right, the outline is not.</summary>
    Inexact,
    /// <summary>Shared by several estimates, each with a part of it.</summary>
    Split,
    /// <summary>In one estimate together with other true cells.</summary>
    Merged,
    /// <summary>No estimate belongs to it.</summary>
    Missed,
}

/// <summary>What an estimate turned out to be.</summary>
public enum EstimateVerdict
{
    /// <summary>Matched at the threshold.</summary>
    Found,
    /// <summary>On a true cell, but too unlike it to count.</summary>
    Inexact,
    /// <summary>One part of a true cell that others hold the rest of.</summary>
    Fragment,
    /// <summary>Several true cells in one.</summary>
    Merged,
    /// <summary>On a cell that another estimate already stands for.</summary>
    Duplicate,
    /// <summary>A real cell, but one that is not counted because it cannot be detected.</summary>
    Undetectable,
    /// <summary>A real cell, but one that is not counted because its centre lies outside the field of view.</summary>
    Border,
    /// <summary>No true cell.</summary>
    False,
}

/// <summary>How one estimate and one true cell overlap, by their energy masks E and T.</summary>
/// <param name="Estimate">Index of the estimate.</param>
/// <param name="True">Index of the true cell.</param>
/// <param name="OfEstimate"><c>|E ∩ T|/|E|</c>: how much of the estimate lies in the cell.</param>
/// <param name="OfTrue"><c>|E ∩ T|/|T|</c>: how much of the cell the estimate covers.</param>
/// <param name="Cosine">Cosine of the two footprints.</param>
public readonly record struct AgreementEntry(int Estimate, int True, double OfEstimate, double OfTrue, double Cosine);

/// <summary>A verdict on every true cell and every estimate, and the agreement matrix behind it.</summary>
/// <remarks>
/// <para>An estimate <i>belongs</i> to the cell it is matched with at the threshold, else to the cell of largest cosine, provided at
/// least <see cref="Belongs"/> of its mask lies inside that cell's.</para>
/// <para>It is <i>merged</i> if it covers at least <see cref="Covers"/> of two or more cells and each of them accounts for at least
/// <see cref="Contributes"/> of its mask that no other of them does: a good estimate of a cell that overlaps its neighbour covers the neighbour too,
/// but owes it nothing.</para>
/// <para>Of several estimates that belong to one cell the matched one, else the one that covers most, stands for it. Another one is a
/// <i>duplicate</i> if it overlaps that one by at least half of the smaller mask, else a <i>fragment</i>; the cell is <i>split</i> if the first and a fragment each
/// cover at least <see cref="Part"/> of it.</para>
/// </remarks>
public sealed class Taxonomy
{
    /// <summary>Share of an estimate's mask inside a cell's from which it belongs to the cell.</summary>
    public const double Belongs = 0.5;
    /// <summary>Share of a cell's mask that an estimate has to cover to count as holding it.</summary>
    public const double Covers = 0.5;
    /// <summary>Share of an estimate's mask that a merged cell alone must account for.</summary>
    public const double Contributes = 0.2;
    /// <summary>Share of a cell that makes a part of it.</summary>
    public const double Part = 0.15;

    private Taxonomy(TrueVerdict[] truth, EstimateVerdict[] estimates, int[] owner, AgreementEntry[] agreement) =>
        (True, Estimates, Owner, Agreement) = (truth, estimates, owner, agreement);

    /// <summary>Verdict on every true cell that counts.</summary>
    public IReadOnlyList<TrueVerdict> True { get; }
    /// <summary>Verdict on every estimate.</summary>
    public IReadOnlyList<EstimateVerdict> Estimates { get; }
    /// <summary>The true cell that each estimate belongs to; −1 for none.</summary>
    public IReadOnlyList<int> Owner { get; }
    /// <summary>All overlapping pairs, by estimate and then true cell.</summary>
    public IReadOnlyList<AgreementEntry> Agreement { get; }

    /// <summary>Number of true cells of that verdict.</summary>
    public int Count(TrueVerdict verdict) => True.Count(v => v == verdict);

    /// <summary>Number of estimates of that verdict.</summary>
    public int Count(EstimateVerdict verdict) => Estimates.Count(v => v == verdict);

    /// <summary>The same, where an estimate that was found on a cell that does not count is called so instead of found.</summary>
    /// <param name="verdict">What to call an estimate of a true cell; null for one that counts.</param>
    internal Taxonomy SetApart(Func<int, EstimateVerdict?> verdict) =>
        new([.. True], [.. Estimates.Select((e, i) => e == EstimateVerdict.Found ? verdict(Owner[i]) ?? e : e)], [.. Owner], [.. Agreement]);

    /// <summary>Judges every cell.</summary>
    /// <param name="estimate">Estimated footprints, already shifted into the truth's frame.</param>
    /// <param name="truth">The true cells that count.</param>
    /// <param name="match">Their match.</param>
    /// <param name="threshold">Similarity from which a pair counts as found.</param>
    /// <param name="energyFraction">See <see cref="EnergyMask"/>.</param>
    /// <param name="notCounted">True cells that do not count; an estimate that would be false otherwise may be one of them.</param>
    public static Taxonomy Of(SparseFootprints estimate, SparseFootprints truth, CellMatch match, double threshold,
        double energyFraction = EnergyMask.DefaultFraction, SparseFootprints? notCounted = null)
    {
        var (e, t) = (EnergyMask.Of(estimate, energyFraction), EnergyMask.Of(truth, energyFraction));
        var overlap = SimilarityTable.Accumulate(e, t, static (_, _) => 1, static (_, _, both) => both);
        var cosine = SimilarityTable.Compute(estimate, truth, SimilarityMeasure.Cosine);
        var agreement = new List<AgreementEntry>();
        var ofEstimate = new List<AgreementEntry>[estimate.Count];
        for (var i = 0; i < estimate.Count; i++)
        {
            ofEstimate[i] = [];
            foreach (var (j, both) in overlap.Row(i))
                ofEstimate[i].Add(new AgreementEntry(i, j, both / e.Pixels(i).Length, both / t.Pixels(j).Length, cosine[i, j]));
            agreement.AddRange(ofEstimate[i]);
        }

        var matchedTrue = new int[estimate.Count];
        Array.Fill(matchedTrue, -1);
        var matchedBy = new int[truth.Count];
        Array.Fill(matchedBy, -1);
        foreach (var pair in match.Pairs)
            if (pair.Similarity >= threshold)
                (matchedTrue[pair.Estimate], matchedBy[pair.True]) = (pair.True, pair.Estimate);

        var estimates = new EstimateVerdict[estimate.Count];
        var verdicts = new TrueVerdict[truth.Count];
        Array.Fill(verdicts, TrueVerdict.Missed);
        var owner = new int[estimate.Count];
        Array.Fill(owner, -1);
        var merged = new bool[truth.Count];
        for (var i = 0; i < estimate.Count; i++)
        {
            estimates[i] = EstimateVerdict.False;
            var members = Members(e.Pixels(i), t, ofEstimate[i]);
            if (members.Count > 1)
            {
                estimates[i] = EstimateVerdict.Merged;
                owner[i] = matchedTrue[i] >= 0 ? matchedTrue[i] : members[0];
                foreach (var j in members) merged[j] = true;
            }
            else if (matchedTrue[i] >= 0)
            {
                (estimates[i], owner[i]) = (EstimateVerdict.Found, matchedTrue[i]);
            }
            else if (ofEstimate[i].Where(a => a.OfEstimate >= Belongs).OrderByDescending(a => a.Cosine).ThenBy(a => a.True).Select(a => (AgreementEntry?)a).FirstOrDefault() is { } best)
            {
                (estimates[i], owner[i]) = (EstimateVerdict.Inexact, best.True);
            }
        }

        var belonging = Enumerable.Range(0, estimate.Count).Where(i => owner[i] >= 0 && estimates[i] != EstimateVerdict.Merged).ToLookup(i => owner[i]);
        for (var j = 0; j < truth.Count; j++)
        {
            double Covered(int i) => ofEstimate[i].Find(a => a.True == j).OfTrue;
            var all = belonging[j].OrderByDescending(i => matchedBy[j] == i).ThenByDescending(Covered).ThenBy(i => i).ToArray();
            if (all.Length == 0)
            {
                verdicts[j] = merged[j] ? TrueVerdict.Merged : TrueVerdict.Missed;
                continue;
            }
            var first = all[0];
            verdicts[j] = matchedBy[j] == first ? TrueVerdict.Found : TrueVerdict.Inexact;
            foreach (var i in all.Skip(1))
            {
                if (2 * Common(e.Pixels(i), e.Pixels(first)) >= Math.Min(e.Pixels(i).Length, e.Pixels(first).Length))
                {
                    estimates[i] = EstimateVerdict.Duplicate;
                    continue;
                }
                estimates[i] = EstimateVerdict.Fragment;
                if (Covered(first) < Part || Covered(i) < Part) continue;
                verdicts[j] = TrueVerdict.Split;
                estimates[first] = EstimateVerdict.Fragment;
            }
            if (merged[j] && verdicts[j] == TrueVerdict.Inexact) verdicts[j] = TrueVerdict.Merged;
        }

        if (notCounted is { Count: > 0 })
        {
            var rest = Enumerable.Range(0, estimate.Count).Where(i => matchedTrue[i] < 0 && estimates[i] is EstimateVerdict.False or EstimateVerdict.Inexact or EstimateVerdict.Duplicate or EstimateVerdict.Fragment).ToArray();
            var hidden = CellMatch.Find(estimate.Take(rest), notCounted, SimilarityMeasure.Cosine);
            foreach (var pair in hidden.Pairs)
            {
                var i = rest[pair.Estimate];
                // Only a better explanation than the cell it would otherwise belong to.
                if (pair.Similarity < 0.5 || matchedTrue[i] >= 0 || (owner[i] >= 0 && (estimates[i] == EstimateVerdict.Fragment || cosine[i, owner[i]] >= pair.Similarity))) continue;
                if (owner[i] >= 0 && verdicts[owner[i]] == TrueVerdict.Inexact && estimates[i] == EstimateVerdict.Inexact) verdicts[owner[i]] = TrueVerdict.Missed;
                (estimates[i], owner[i]) = (EstimateVerdict.Undetectable, -1);
            }
        }
        return new Taxonomy(verdicts, estimates, owner, [.. agreement]);
    }

    // The cells that a footprint is made of, most important first: each adds pixels that the ones before do not explain.
    private static List<int> Members(ReadOnlySpan<int> mask, SparseFootprints truth, List<AgreementEntry> overlaps)
    {
        var candidates = overlaps.Where(a => a.OfTrue >= Covers && a.OfEstimate >= Contributes).OrderByDescending(a => a.OfEstimate).ThenBy(a => a.True).ToArray();
        List<int> members = [];
        if (candidates.Length < 2) return [.. candidates.Select(a => a.True)];
        var pixels = new HashSet<int>(mask.ToArray());
        var explained = new HashSet<int>();
        foreach (var candidate in candidates)
        {
            var own = truth.Pixels(candidate.True).ToArray().Where(p => pixels.Contains(p) && !explained.Contains(p)).ToArray();
            if (own.Length < Contributes * mask.Length) continue;
            members.Add(candidate.True);
            explained.UnionWith(own);
        }
        // The first took all it shares with the others: it must stand on pixels of its own as well.
        if (members.Count > 1)
        {
            var others = new HashSet<int>(members.Skip(1).SelectMany(j => truth.Pixels(j).ToArray()));
            if (truth.Pixels(members[0]).ToArray().Count(p => pixels.Contains(p) && !others.Contains(p)) < Contributes * mask.Length) members.RemoveAt(0);
        }
        return members;
    }

    private static int Common(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        int i = 0, j = 0, common = 0;
        while (i < a.Length && j < b.Length)
        {
            if (a[i] == b[j])
            {
                common++;
                i++;
                j++;
            }
            else if (a[i] < b[j])
            {
                i++;
            }
            else
            {
                j++;
            }
        }
        return common;
    }
}
