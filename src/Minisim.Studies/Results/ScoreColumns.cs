using System.Text.Json;
using Minisim.Metrics;

namespace Minisim.Studies;

/// <summary>The scalars of a score, in the order of the columns. Names do not change; new ones come at the end.</summary>
public static class ScoreColumns
{
    /// <summary>Columns with a 95 % interval, NAME_low and NAME_high.</summary>
    internal static readonly string[] WithIntervals = ["recall", "precision", "f1", "trace_corr", "activity_corr"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ScoreColumn> All { get; } =
    [
        new("n_requested", "planted cells in view", 0),
        new("n_detectable", "detectable cells", 0),
        new("n_true", "true cells that count", 0),
        new("n_est", "estimated cells", 0),
        new("n_matched", "matched cells", 0),
        new("recall", "recall", 1), new("recall_low", "recall, lower end", 0), new("recall_high", "recall, upper end", 0),
        new("precision", "precision", 1), new("precision_low", "precision, lower end", 0), new("precision_high", "precision, upper end", 0),
        new("f1", "F1", 1), new("f1_low", "F1, lower end", 0), new("f1_high", "F1, upper end", 0),
        new("mean_overlap", "mean overlap of the pairs", 1),
        new("trace_corr", "trace r (median over pairs)", 1), new("trace_corr_low", "trace r, lower end", 0), new("trace_corr_high", "trace r, upper end", 0),
        new("activity_corr", "activity r (median over pairs)", 1), new("activity_corr_low", "activity r, lower end", 0), new("activity_corr_high", "activity r, upper end", 0),
        new("activity_variance_explained", "activity, variance explained", 1),
        new("activity_scale", "activity, scale", 0),
        new("event_recall", "recall of events", 1),
        new("event_precision", "precision of events", 1),
        new("shift_rmse", "motion error, px RMS", -1),
        new("still_rmse", "motion error without any correction, px RMS", 0),
        new("footprint_dy", "shift applied to the estimate, rows", 0),
        new("footprint_dx", "shift applied to the estimate, columns", 0),
        new("oracle_corr", "trace r of perfect spatial knowledge", 0),
        new("roi_corr", "trace r of the mean in the true region", 0),
        new("neighbour_corr", "r of estimated traces with their nearest neighbour's (median)", -1),
        .. Enum.GetValues<TrueVerdict>().Select(v => new ScoreColumn($"true_{Snake(v)}", $"true cells {Words(v)}", 0)),
        .. Enum.GetValues<EstimateVerdict>().Select(v => new ScoreColumn($"est_{Snake(v)}", $"estimates {Words(v)}", 0)),
        .. Enum.GetValues<MissCause>().Select(c => new ScoreColumn($"missed_{Snake(c)}", $"not found: {c.Describe()}", 0)),
    ];

    private static readonly Dictionary<string, int> Index = All.Select((c, i) => (c.Name, i)).ToDictionary(c => c.Name, c => c.i);

    /// <summary>Place of a column; −1 if there is none of that name.</summary>
    public static int IndexOf(string name) => Index.GetValueOrDefault(name, -1);

    internal static string Snake(Enum value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static string Words(Enum value) => Snake(value).Replace('_', ' ');
}
