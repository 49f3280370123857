using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim.Steps;

/// <summary>Turns what the steps gave into the ground truth of the cells in view.</summary>
internal static class TruthAssembly
{
    /// <param name="grid">Canvas and FOV.</param>
    /// <param name="timeline">Frames and clock.</param>
    /// <param name="outputs">Outputs of the steps of the chain, in canonical order, as far as it goes.</param>
    /// <param name="budget">The light of the spec's sensor, known also where the chain stops before it; null without one.</param>
    /// <param name="savesBackground">Whether the traces of cells that are background only are kept.</param>
    /// <param name="parallelism">Threads.</param>
    public static GroundTruth Of(Grid grid, Timeline timeline, IReadOnlyList<StepOutput> outputs, LightBudget? budget, bool savesBackground, ParallelOptions parallelism)
    {
        T? Find<T>() where T : class => outputs.Select(o => o.Find<T>()).LastOrDefault(p => p is not null);
        var cells = (Find<PlacedCells>() ?? PlacedCells.None).Cells;
        var focused = Find<FocusedCells>();
        var inView = InView(grid, cells, parallelism);
        List<TruthArray> arrays = [.. outputs.SelectMany(o => o.Truth).Where(a => savesBackground || a.Name != Activity.OfBackground)];
        if (!arrays.Exists(a => a.Name == "centers_um"))
            arrays.Add(new("centers_um", ["unit", "axis"], [0, 3], "µm", Array.Empty<double>(), "Cell centres (z, y, x): depth, then lateral from the optical axis."));
        // Without optics nothing is out of focus.
        bool[] inFocus = focused is null ? [.. Enumerable.Repeat(true, cells.Length)] : Array.ConvertAll(focused.Optics, o => o.InFocus);
        var detectable = Find<Activity>() is not { } activity ? new bool[cells.Length]
            : budget is null ? inFocus
            : Detectable(grid, cells, activity, focused, Find<TissueFactor>(), [.. outputs.SelectMany(o => o.Products.OfType<SensorFactor>())], budget);
        arrays.Add(new("in_focus", ["unit"], [cells.Length], null, inFocus, "within the depth of field"));
        arrays.Add(new("detectable", ["unit"], [cells.Length], null, detectable, $"SNR of the largest transient at least {Detectability.Threshold}"));
        return new GroundTruth(grid, Array.ConvertAll(inView, i => cells[i].Planted),
            arrays.Select(a => a.FollowsCells ? a.Take(inView) : a), focused?.FocalDepthUm)
        { Timeline = timeline };
    }

    private static int[] InView(Grid grid, Cell[] cells, ParallelOptions parallelism)
    {
        var touches = new bool[cells.Length];
        Parallel.For(0, cells.Length, parallelism, i => touches[i] = !cells[i].IsBackground && cells[i].Planted.Touches(grid.Margin, grid.Margin, grid.FovHeight, grid.FovWidth));
        return [.. Enumerable.Range(0, cells.Length).Where(i => touches[i])];
    }

    // Of a chain that is stopped early only those fields count that it has reached.
    private static bool[] Detectable(Grid grid, Cell[] cells, Activity activity, FocusedCells? focused, TissueFactor? tissue, SensorFactor[] factors, LightBudget budget)
    {
        var detectable = new bool[cells.Length];
        for (var i = 0; i < detectable.Length; i++)
        {
            var position = cells[i].Position;
            var pixel = grid.NearestFovPixel(position.Y, position.X);
            var light = focused?.Optics[i].Brightness ?? 1;
            foreach (var factor in factors) light *= factor.Values[pixel];
            if (tissue is not null) light *= tissue.Values[grid.CanvasPixel(pixel)];
            var (min, max) = activity.Extremes[i];
            detectable[i] = Detectability.Snr(max - min, min, budget.Electrons(light), budget.Sensor.ReadNoiseE) >= Detectability.Threshold;
        }
        return detectable;
    }
}
