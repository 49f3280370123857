using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Minisim.Studio.Http;

namespace Minisim.Studio.Views;

/// <summary>What light the whole picture is made of, and which noise limits it, for a page.</summary>
internal static class LightAnswer
{
    /// <summary>Places are taken on an even grid of so many by so many: a mean over the field needs no more.</summary>
    private const int PerSide = 16;
    private const int MostFrames = 32;

    public static JsonObject Of(View view, JsonObject request)
    {
        if (view.Scene is not { } scene) throw new StudioError(StatusCodes.Status409Conflict, "A recording in a file shows its counts; what light they are made of is known while its spec is shown. Build its spec to see it.");
        var first = request.Int("first", 0, view.Frames - 1, 0);
        var count = Math.Min(MostFrames, view.Frames - first);
        int rows = Math.Min(PerSide, view.Height), cols = Math.Min(PerSide, view.Width);
        var budgets = new PixelBudget[rows * cols];
        Parallel.For(0, budgets.Length, i => budgets[i] = scene.PixelBudget((2 * (i / cols) + 1) * view.Height / (2 * rows), (2 * (i % cols) + 1) * view.Width / (2 * cols), first, count));
        double[] expected = [.. budgets.Select(b => b.Expected.Average()).Order()];
        var hasSensor = scene.Spec.Find<Steps.Sensor>() is not null;
        var chip = scene.Spec.Acquisition.ImageSensor;
        return new JsonObject
        {
            ["op"] = "light",
            ["id"] = request.Number("id"),
            ["first"] = first,
            ["frames"] = count,
            ["unit"] = hasSensor ? "e⁻" : "intensity",
            ["cells"] = CellTable.Round(budgets.Average(b => b.Cells.Average()), 3),
            ["background"] = CellTable.Round(budgets.Average(b => b.Background.Average()), 3),
            ["leakage"] = CellTable.Round(budgets.Average(b => b.Leakage), 3),
            ["expected"] = CellTable.Round(expected.Average(), 3),
            ["dark"] = CellTable.Round(expected[(int)(0.05 * (expected.Length - 1))], 3),
            ["bright"] = CellTable.Round(expected[(int)(0.95 * (expected.Length - 1))], 3),
            ["readNoiseE"] = budgets[0].ReadNoiseE,
            ["electronsPerCount"] = hasSensor ? budgets[0].ElectronsPerCount : null,
            ["fullScaleE"] = hasSensor ? CellTable.Round(chip.MaxCount() * budgets[0].ElectronsPerCount, 1) : null,
        };
    }
}
