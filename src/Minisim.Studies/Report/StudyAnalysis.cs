using System.Collections;
using Minisim.Metrics;

namespace Minisim.Studies;

/// <summary>What the results of a study say: means, paired differences, choices of parameters, recall against SNR.</summary>
/// <remarks>Intervals are percentiles of a bootstrap in two stages: recordings are drawn with replacement, and the cells of each drawn recording
/// (true cells with what became of them under both, false estimates as Poisson counts). Metrics of traces and motion are medians that a recording has one of: there the second stage is left out. Draws are a function
/// of the data's order alone, so that equal results give equal intervals.</remarks>
public sealed class StudyAnalysis
{
    /// <summary>Metrics whose cells are drawn, too.</summary>
    internal static readonly string[] Counted = ["recall", "precision", "f1"];
    private static readonly string[] Others = ["mean_overlap", "trace_corr", "activity_corr", "neighbour_corr", "shift_rmse"];

    private readonly StudyResult[] _scored;
    private readonly Dictionary<string, Dictionary<object, StudyResult>> _byEntrant = [];

    /// <summary>Of results, complete or not.</summary>
    public StudyAnalysis(StudyResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        Results = results;
        _scored = [.. results.Rows().Where(r => r.Record.Found is not null)];
        foreach (var row in _scored)
        {
            if (!_byEntrant.TryGetValue(row.Unit.Entrant, out var own)) _byEntrant[row.Unit.Entrant] = own = new(ReferenceEqualityComparer.Instance);
            own[row.Unit.Recording] = row;
        }
        Ranking = [.. _byEntrant.Select(e => Score(e.Key, [.. e.Value.Values])).OrderByDescending(e => e.Scores.GetValueOrDefault("f1").Value)];
        Pairs = [.. PairNames(results.Study).Select(p => Compare(p.A, p.B)).Where(p => p.Recordings > 0)];
        Choices = [.. results.Study.Pipelines.Where(p => p.Params.Count > 0 && StudyPlan.CountOf(p) > 1).Select(Choose).Where(c => c.Count > 0)];
        Snr = [.. _byEntrant.Select(e => Fit(e.Key, e.Value.Values))];
    }

    /// <summary>The results.</summary>
    public StudyResults Results { get; }
    /// <summary>All pipelines with their parameters, the best mean F1 first.</summary>
    public IReadOnlyList<EntrantScore> Ranking { get; }
    /// <summary>The differences that the study asks for, or all.</summary>
    public IReadOnlyList<PairedDifference> Pairs { get; }
    /// <summary>For each pipeline with parameters its choices, the best mean F1 first.</summary>
    public IReadOnlyList<IReadOnlyList<ParameterChoice>> Choices { get; }
    /// <summary>Recall against SNR.</summary>
    public IReadOnlyList<SnrCurve> Snr { get; }

    private const int MostPairs = 28;

    private IEnumerable<(string A, string B)> PairNames(Study study)
    {
        if (study.Pairs.Count > 0) return study.Pairs;
        string[] names = [.. Ranking.Select(r => r.Entrant)];
        return names.SelectMany((a, i) => names.Skip(i + 1).Select(b => (a, b))).Take(MostPairs);
    }

    private EntrantScore Score(string name, StudyResult[] rows)
    {
        var scores = new Dictionary<string, Bounded>();
        Side[] sides = [.. rows.Select(r => new Side(r, null))];
        foreach (var (metric, bounds) in Bootstrap(sides)) scores[metric] = bounds;
        foreach (var metric in Others)
            if (Simple([.. rows.Select(r => r[metric])]) is { } bounds)
                scores[metric] = bounds;
        return new EntrantScore(name, rows.Length, rows.Sum(r => (long)r["n_true"]), scores);
    }

    private PairedDifference Compare(string a, string b)
    {
        var pairs = new List<(StudyResult A, StudyResult B)>();
        if (a.StartsWith("variant:", StringComparison.Ordinal))
        {
            var others = _scored.Where(r => r.Unit.Recording.Variant == b[8..]).ToLookup(Conditions);
            pairs.AddRange(_scored.Where(r => r.Unit.Recording.Variant == a[8..]).SelectMany(r => others[Conditions(r)].Take(1).Select(o => (r, o))));
        }
        else if (_byEntrant.TryGetValue(a, out var first) && _byEntrant.TryGetValue(b, out var second))
        {
            // Recordings of equal key are one.
            foreach (var (recording, row) in first)
                if (second.TryGetValue(recording, out var other))
                    pairs.Add((row, other));
        }
        var differences = new Dictionary<string, Bounded>();
        Side[] sides = [.. pairs.Select(p => new Side(p.A, p.B))];
        foreach (var (metric, bounds) in Bootstrap(sides)) differences[metric] = bounds;
        foreach (var metric in Others)
            if (Simple([.. pairs.Select(p => p.A[metric] - p.B[metric])]) is { } bounds)
                differences[metric] = bounds;
        return new PairedDifference(a, b, pairs.Count, pairs.Sum(p => (long)p.A["n_true"]), differences);
    }

    private static string Conditions(StudyResult r) => $"{string.Join('\n', r.Unit.Recording.Values.Select(v => v.Value))}\n\n{r.Unit.Entrant}";

    private IReadOnlyList<ParameterChoice> Choose(StudyPipeline pipeline)
    {
        var entrants = StudyPlan.Combinations(pipeline.Params).Select(c => StudyPlan.Entrant(pipeline.Name, c)).Where(_byEntrant.ContainsKey).ToArray();
        if (entrants.Length < 2) return [];
        // Only recordings that all of them have: the rest would favour whoever failed on hard ones.
        var common = _byEntrant[entrants[0]].Keys.Where(r => entrants.All(e => _byEntrant[e].ContainsKey(r))).ToArray();
        if (common.Length == 0) return [];
        double F1(string entrant, object recording) => _byEntrant[entrant][recording]["f1"];
        var best = entrants.MaxBy(e => common.Average(r => F1(e, r)))!;
        var top = common.ToDictionary(r => r, r => entrants.Max(e => F1(e, r)), ReferenceEqualityComparer.Instance as IEqualityComparer<object>);
        return [.. entrants.Select(e =>
        {
            var loss = Compare(best, e).Differences.GetValueOrDefault("f1");
            var (worst, at) = (0.0, "");
            foreach (var group in common.SelectMany(r => ((StudyRecording)r).Values.Where(v => v.Key != "seed").Select(v => (Where: $"{v.Key} = {StudyPlan.Plain(v.Value)}", Recording: r))).GroupBy(g => g.Where))
            {
                var mean = group.Average(g => F1(best, g.Recording) - F1(e, g.Recording));
                if (mean > worst) (worst, at) = (mean, group.Key);
            }
            return new ParameterChoice(e, common.Average(r => F1(e, r)), e == best ? default : loss, common.Count(r => F1(e, r) >= top[r] - 1e-12), common.Length, worst, at);
        }).OrderByDescending(c => c.Mean)];
    }

    /// <summary>What one recording brings: counts under one pipeline, or jointly under two.</summary>
    private readonly struct Side
    {
        public Side(StudyResult a, StudyResult? b)
        {
            (FalseA, NA, FoundA) = ((int)(a["n_est"] - a["n_matched"]), a.Record.Found!.Length, (int)a["n_matched"]);
            IsPaired = b is not null;
            if (b is null) return;
            (FalseB, NB, FoundB) = ((int)(b["n_est"] - b["n_matched"]), b.Record.Found!.Length, (int)b["n_matched"]);
            // The same cells: what became of each under both belongs together.
            IsJoint = a.Unit.Recording.Key == b.Unit.Recording.Key && NA == NB;
            if (IsJoint) Both = CountBoth(a.Record.Found!, b.Record.Found!);
        }

        public readonly int FalseA, NA, FoundA, FalseB, NB, FoundB, Both;
        public readonly bool IsPaired, IsJoint;

        private static int CountBoth(BitArray a, BitArray b)
        {
            var n = 0;
            for (var i = 0; i < a.Length; i++) n += a[i] && b[i] ? 1 : 0;
            return n;
        }

        /// <summary>Recall, precision and F1, or their differences, as they are.</summary>
        public void Add(Span<double> sums, double foundA, double falseA, double foundB, double falseB)
        {
            static double Share(double part, double whole) => whole > 0 ? part / whole : 0;
            sums[0] += Share(foundA, NA) - (IsPaired ? Share(foundB, NB) : 0);
            sums[1] += Share(foundA, foundA + falseA) - (IsPaired ? Share(foundB, foundB + falseB) : 0);
            sums[2] += Share(2 * foundA, foundA + falseA + NA) - (IsPaired ? Share(2 * foundB, foundB + falseB + NB) : 0);
        }
    }

    private static IEnumerable<(string, Bounded)> Bootstrap(Side[] sides)
    {
        if (sides.Length == 0) yield break;
        var resamples = Math.Clamp(4_000_000 / sides.Length, 200, 1000);
        var values = new double[3];
        foreach (var s in sides) s.Add(values, s.FoundA, s.FalseA, s.FoundB, s.FalseB);
        var drawn = new double[3][];
        for (var k = 0; k < 3; k++) drawn[k] = new double[resamples];
        Parallel.For(0, resamples, b =>
        {
            var random = new SmallRandom((ulong)b + 1);
            Span<double> sums = [0, 0, 0];
            for (var i = 0; i < sides.Length; i++)
            {
                ref readonly var s = ref sides[random.Below(sides.Length)];
                int foundA, foundB = 0;
                if (s.IsJoint)
                {
                    // Found by both, by A alone, by B alone: the rest by none.
                    var both = random.Binomial(s.NA, Share(s.Both, s.NA));
                    var onlyA = random.Binomial(s.NA - both, Share(s.FoundA - s.Both, s.NA - s.Both));
                    var onlyB = random.Binomial(s.NA - both - onlyA, Share(s.FoundB - s.Both, s.NA - s.FoundA));
                    (foundA, foundB) = (both + onlyA, both + onlyB);
                }
                else
                {
                    foundA = random.Binomial(s.NA, Share(s.FoundA, s.NA));
                    if (s.IsPaired) foundB = random.Binomial(s.NB, Share(s.FoundB, s.NB));
                }
                s.Add(sums, foundA, random.Poisson(s.FalseA), foundB, s.IsPaired ? random.Poisson(s.FalseB) : 0);
            }
            for (var k = 0; k < 3; k++) drawn[k][b] = sums[k] / sides.Length;
        });
        for (var k = 0; k < 3; k++) yield return (Counted[k], Interval(values[k] / sides.Length, drawn[k]));
    }

    private static double Share(double part, double whole) => whole > 0 ? Math.Clamp(part / whole, 0, 1) : 0;

    // Of one number a recording.
    private static Bounded? Simple(double[] all)
    {
        double[] values = [.. all.Where(double.IsFinite)];
        if (values.Length == 0) return null;
        var resamples = Math.Clamp(4_000_000 / values.Length, 200, 1000);
        var drawn = new double[resamples];
        for (var b = 0; b < resamples; b++)
        {
            var random = new SmallRandom((ulong)b + 1);
            for (var i = 0; i < values.Length; i++) drawn[b] += values[random.Below(values.Length)] / values.Length;
        }
        return Interval(values.Average(), drawn);
    }

    private static Bounded Interval(double value, double[] drawn)
    {
        Array.Sort(drawn);
        double At(double q)
        {
            var place = q * (drawn.Length - 1);
            var below = (int)place;
            return drawn[below] + (place - below) * (drawn[Math.Min(below + 1, drawn.Length - 1)] - drawn[below]);
        }
        return new Bounded(value, At(0.025), At(0.975));
    }

    private static SnrCurve Fit(string entrant, IEnumerable<StudyResult> rows)
    {
        var bins = new (int Cells, int Found)[SnrBins.Count];
        foreach (var row in rows)
            for (var b = 0; b < row.Record.Snr.Count; b++) bins[b] = (bins[b].Cells + row.Record.Snr[b].Cells, bins[b].Found + row.Record.Snr[b].Found);
        (double Log10, int Cells, int Found)[] used = [.. bins.Select((v, b) => (SnrBins.Log10(b), v.Cells, v.Found)).Where(v => v.Cells > 0)];
        var (a, slope, half) = Logistic(used);
        return new SnrCurve(entrant, used, a, slope, half);
    }

    /// <summary>Newton's method on the likelihood; a small ridge keeps separable data finite.</summary>
    internal static (double A, double B, Bounded Half) Logistic(IReadOnlyList<(double Log10, int Cells, int Found)> bins)
    {
        var none = (double.NaN, double.NaN, new Bounded(double.NaN, double.NaN, double.NaN));
        if (bins.Count < 3 || bins.Sum(b => b.Found) is var found && (found == 0 || found == bins.Sum(b => b.Cells))) return none;
        const double Ridge = 1e-3;
        double a = 0, s = 1, haa = 1, has = 0, hss = 1;
        for (var step = 0; step < 100; step++)
        {
            double ga = -Ridge * a, gs = -Ridge * s;
            (haa, has, hss) = (Ridge, 0, Ridge);
            foreach (var (x, n, k) in bins)
            {
                var p = 1 / (1 + Math.Exp(-(a + s * x)));
                ga += k - n * p;
                gs += (k - n * p) * x;
                var w = n * p * (1 - p);
                haa += w;
                has += w * x;
                hss += w * x * x;
            }
            var det = haa * hss - has * has;
            if (!(det > 1e-12)) return none;
            var (da, ds) = ((hss * ga - has * gs) / det, (haa * gs - has * ga) / det);
            var scale = Math.Min(1, 5 / Math.Max(Math.Abs(da), Math.Abs(ds)));
            a += scale * da;
            s += scale * ds;
            if (Math.Abs(da) + Math.Abs(ds) < 1e-9) break;
        }
        if (!(s > 0)) return (a, s, none.Item3);
        // x½ = −a/s; its variance by the delta method from the inverse of the Hessian.
        var determinant = haa * hss - has * has;
        var (va, vs, vas) = (hss / determinant, haa / determinant, -has / determinant);
        var x50 = -a / s;
        var error = Math.Sqrt(Math.Max(0, (va + 2 * x50 * vas + x50 * x50 * vs) / (s * s)));
        return (a, s, new Bounded(Math.Pow(10, x50), Math.Pow(10, x50 - 1.96 * error), Math.Pow(10, x50 + 1.96 * error)));
    }
}
