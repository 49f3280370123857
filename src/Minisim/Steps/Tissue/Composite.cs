using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>Sums the cells onto the canvas: <c>canvas(t) += Σ_i F_i·C_i(t)·B_i(t)</c>, with the observed footprint F if optics ran,
/// else the planted one. Without activity there is no light.</summary>
/// <remarks>A cell of a population with the role "background" is a Gaussian of variance <c>σ² + r²/4</c> (blur and the second moment of a disk) with
/// the light of the whole soma, on a coarse grid; it is no unit of the truth, and its dendrites are left out.</remarks>
public sealed record Composite : Step
{
    internal override StepOutput Compile(StepInputs inputs)
    {
        if (inputs.Find<Activity>() is not { } activity) return StepOutput.Nothing;
        var (placed, grid) = (inputs.Find<PlacedCells>() ?? PlacedCells.None, inputs.Get<Grid>());
        var shapes = inputs.Find<FocusedCells>()?.Shapes
            ?? inputs.Keep((inputs.Find<PlacedCells>(), grid), () => new CellShapes(placed.Cells, null, grid));
        var light = inputs.Find<Unbleached>()?.Light ?? activity.C;
        var output = new StepOutput().Give(new LightGroup(shapes, new TraceEmission(light)));
        var background = placed.Background;
        if (background.Length == 0) return output;

        var optics = inputs.Find<FocusedCells>()?.Optics;
        var blurs = inputs.Keep((placed, shapes, grid), () => BlursOf(placed, optics, grid));
        var (traces, lights) = (new TracesOf(activity.C, background), new TracesOf(light, background));
        var centres = new double[3 * background.Length];
        for (var k = 0; k < background.Length; k++)
        {
            var (z, y, x) = placed.Cells[background[k]].Position;
            (centres[3 * k], centres[3 * k + 1], centres[3 * k + 2]) = (z, y, x);
        }
        return output.Give(new LightGroup(blurs, new TraceEmission(lights)))
            .Publish("background_cells_centers_um", ["background_cell", "axis"], [background.Length, 3], "µm", centres, "centres (z, y, x) of the cells that are background only")
            .Publish("background_cells_sigma_px", ["background_cell"], [background.Length], "px", blurs.Blurs.Select(b => b.SigmaPx).ToArray(), "Gaussian sigma of each of them in the image")
            .Publish(Truth.TruthArray.CellByCell<double>(Activity.OfBackground, ["background_cell", "frame"], (background.Length, inputs.Get<Timeline>().Frames), Truth.TruthElement.Float64, traces.Fill, "clean trace of each of them"))
            .Publish(new("background_cells_mean", ["height", "width"], [grid.FovHeight, grid.FovWidth], null, Truth.TruthElement.Float32,
                () => MeanOf(blurs, lights, grid), "mean over the recording of the light of all of them")
            { Role = FieldRole.TissueOffset });
    }

    /// <summary>The cells that are background only, as they reach the canvas.</summary>
    internal static BackgroundShapes BlursOf(PlacedCells placed, CellOptics[]? optics, Grid grid) =>
        new(Array.ConvertAll(placed.Background, i => BlurOf(placed.Cells[i], optics?[i], grid)), grid);

    private static float[] MeanOf(BackgroundShapes blurs, ITraces lights, Grid grid)
    {
        const int band = 32;
        var levels = new double[blurs.Count];
        Parallel.For(0, levels.Length, k =>
        {
            foreach (var light in lights.Row(k)) levels[k] += light / lights.Frames;
        });
        var mean = new float[grid.FovHeight * grid.FovWidth];
        // By bands of rows: in each the cells are added in their order, whatever the threads.
        Parallel.For(0, (grid.FovHeight + band - 1) / band, b =>
        {
            int first = b * band, end = Math.Min(first + band, grid.FovHeight);
            var sum = new double[(end - first) * grid.FovWidth];
            var values = new float[sum.Length];
            for (var k = 0; k < blurs.Count; k++)
            {
                var bounds = blurs.Bounds(k);
                int top = Math.Max(bounds.Row, first + grid.Margin), bottom = Math.Min(bounds.Row + bounds.Height, end + grid.Margin);
                int left = Math.Max(bounds.Col, grid.Margin), right = Math.Min(bounds.Col + bounds.Width, grid.Margin + grid.FovWidth);
                if (bottom <= top || right <= left) continue;
                blurs.Sample(k, new Patch(top, left, bottom - top, right - left), 1, values);
                for (var row = top; row < bottom; row++)
                    for (var col = left; col < right; col++)
                        sum[(row - grid.Margin - first) * grid.FovWidth + col - grid.Margin] += levels[k] * values[(row - top) * (right - left) + col - left];
            }
            for (var i = 0; i < sum.Length; i++) mean[first * grid.FovWidth + i] = (float)sum[i];
        });
        return mean;
    }

    private static Blur BlurOf(Cell cell, CellOptics? optics, Grid grid)
    {
        var (row, col) = grid.ToFov(cell.Position.Y, cell.Position.X);
        double radius = cell.RadiusUm / grid.PixelSizeUm, sigma = optics?.SigmaPx ?? 0;
        return new Blur(row, col, Math.Sqrt(sigma * sigma + radius * radius / 4), (optics?.Gain ?? 1) * Math.PI * radius * radius * cell.Light, new(cell.Position.Y, cell.Position.X));
    }
}
