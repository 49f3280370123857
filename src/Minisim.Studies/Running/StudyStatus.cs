namespace Minisim.Studies;

/// <summary>How a study stands.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Units">Units of the plan.</param>
/// <param name="Done">Units done.</param>
/// <param name="Failed">Units failed.</param>
/// <param name="Running">Units that a living worker is at.</param>
/// <param name="Workers">Living workers.</param>
/// <param name="Pipelines">Units, done and failed of each pipeline.</param>
/// <param name="Failures">The first failures, at most as many as asked for.</param>
public sealed record StudyStatus(string Name, int Units, int Done, int Failed, int Running, int Workers, IReadOnlyList<(string Pipeline, int Units, int Done, int Failed)> Pipelines, IReadOnlyList<FailedUnit> Failures)
{
    /// <summary>Reads it from a study's folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="failures">Failures to describe.</param>
    /// <param name="lines">Last lines of each log.</param>
    /// <exception cref="StudyException">It is no folder of results.</exception>
    public static StudyStatus Of(string path, int failures = 10, int lines = 5) => Of(StudyFolder.Open(path), failures, lines);

    internal static StudyStatus Of(StudyFolder folder, int failures, int lines)
    {
        using var ledger = new Ledger(folder.Journals);
        ledger.Refresh();
        var counts = folder.Study.Pipelines.ToDictionary(p => p.Name, _ => (Units: 0, Done: 0, Failed: 0));
        var failed = new List<FailedUnit>();
        foreach (var unit in folder.Plan.Units)
        {
            var count = counts[unit.Pipeline];
            count.Units++;
            var entry = ledger.Find(unit.Key);
            if (entry?.Status == UnitStatus.Done) count.Done++;
            if (entry?.Status == UnitStatus.Failed)
            {
                count.Failed++;
                if (failed.Count < failures) failed.Add(new FailedUnit(unit, ledger.Load(entry.Value)?.Message ?? "", folder.LogOf(unit.Key), LastLines(folder.LogOf(unit.Key), lines)));
            }
            counts[unit.Pipeline] = count;
        }
        var (running, workers) = Living(folder, ledger);
        return new StudyStatus(folder.Study.Name, folder.Plan.Units.Count, counts.Values.Sum(c => c.Done), counts.Values.Sum(c => c.Failed), running, workers,
            [.. folder.Study.Pipelines.Select(p => (p.Name, counts[p.Name].Units, counts[p.Name].Done, counts[p.Name].Failed))], failed);
    }

    private static (int Running, int Workers) Living(StudyFolder folder, Ledger ledger)
    {
        if (!Directory.Exists(folder.Workers)) return (0, 0);
        // Only looks: a folder that cannot be written can still be looked at. Whoever was seen once on another machine counts as living.
        var names = Directory.EnumerateFiles(folder.Workers).Select(f => Path.GetFileName(f)).Where(id => !Presence.IsHere(id, out var runs) || runs).ToHashSet();
        var running = 0;
        if (names.Count > 0 && Directory.Exists(folder.Claims))
            foreach (var claim in Directory.EnumerateFiles(folder.Claims))
            {
                var name = Path.GetFileName(claim);
                var unit = name[..Math.Min(20, name.Length)];
                if (ledger.Find(unit) is { } entry && !(name.Length > 20 && name[20] == '-' && name.Split('-', '.')[1] is var attempt && int.TryParse(attempt, out var a) && a > entry.Attempt)) continue;
                try
                {
                    if (names.Contains(File.ReadAllText(claim))) running++;
                }
                catch (IOException)
                {
                    // It ended while it was looked at.
                }
            }
        return (running, names.Count);
    }

    internal static string[] LastLines(string path, int count)
    {
        try
        {
            return [.. File.ReadLines(path).Where(l => l.Trim().Length > 0).TakeLast(count).Select(l => new string([.. l.Where(c => !char.IsControl(c)).Take(300)]))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
