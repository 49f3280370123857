namespace Minisim.Studies;

/// <summary>Specs over the Cartesian product of axes, for loops and test data of one's own.</summary>
/// <example><code>foreach (var point in Sweep.Over(spec, new StudyAxis("seed", [1, 2]), new StudyAxis("acquisition.optics.na", [0.2, 0.5])))
///     Console.WriteLine($"{point}: {Simulator.Compile(point.Spec).Truth.NUnits} cells");</code></example>
public static class Sweep
{
    /// <summary>Validated specs with their values, the first axis varying slowest.</summary>
    /// <exception cref="StudyException">Combinations break a spec: all of them are reported before the first is handed out.</exception>
    public static IReadOnlyList<SweepPoint> Over(Spec spec, params IReadOnlyList<StudyAxis> axes)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (Count(axes, []) > StudyPlan.MostUnits) throw new StudyException("axes", null, $"would be {Count(axes, []):#,0} specs, at most {StudyPlan.MostUnits:#,0}.", "Give fewer values.");
        var problems = new ProblemSink();
        var points = new List<SweepPoint>();
        foreach (var values in Combinations(axes, []))
        {
            try
            {
                points.Add(new SweepPoint(SpecJson.With(spec, values), values));
            }
            catch (SpecException e)
            {
                foreach (var p in e.Problems.Where(p => !p.IsWarning)) problems.Add(p with { Path = $"{string.Join(", ", values.Select(v => $"{v.Key}={v.Value}"))}: {p.Path}" });
            }
        }
        problems.ThrowIfErrors();
        return points;
    }

    /// <summary>Number of combinations.</summary>
    internal static double Count(IReadOnlyList<StudyAxis> axes, IReadOnlyList<IReadOnlyList<string>> zip) =>
        Dimensions(axes, zip).Aggregate(1.0, (n, d) => n * axes[d[0]].Values.Count);

    internal static IEnumerable<KeyValuePair<string, string>[]> Combinations(IReadOnlyList<StudyAxis> axes, IReadOnlyList<IReadOnlyList<string>> zip)
    {
        var dimensions = Dimensions(axes, zip);
        if (axes.Any(a => a.Values.Count == 0)) yield break;
        var place = new int[dimensions.Count];
        var dimensionOf = new int[axes.Count];
        for (var d = 0; d < dimensions.Count; d++)
            foreach (var a in dimensions[d])
                dimensionOf[a] = d;
        while (true)
        {
            yield return [.. axes.Select((a, i) => KeyValuePair.Create(a.Path, a.Values[place[dimensionOf[i]]]))];
            var last = dimensions.Count - 1;
            while (last >= 0 && ++place[last] == axes[dimensions[last][0]].Values.Count) place[last--] = 0;
            if (last < 0) yield break;
        }
    }

    // What varies on its own: an axis, or several that go together, at the place of the first of them.
    private static List<int[]> Dimensions(IReadOnlyList<StudyAxis> axes, IReadOnlyList<IReadOnlyList<string>> zip)
    {
        var dimensions = new List<int[]>();
        var done = new HashSet<int>();
        for (var i = 0; i < axes.Count; i++)
        {
            if (done.Contains(i)) continue;
            var group = zip.FirstOrDefault(g => g.Contains(axes[i].Path));
            int[] members = group is null ? [i] : [.. Enumerable.Range(i, axes.Count - i).Where(k => group.Contains(axes[k].Path))];
            done.UnionWith(members);
            dimensions.Add(members);
        }
        return dimensions;
    }
}
