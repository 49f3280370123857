using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Minisim.Scenes;
using Minisim.Studio.Http;

namespace Minisim.Studio.Views;

/// <summary>What a pixel is made of, for a page.</summary>
internal static class PixelAnswer
{
    /// <summary>Frames of a trace that are rendered at once.</summary>
    private const int MostFrames = 1200;

    public static JsonObject Of(View view, JsonObject request)
    {
        var row = request.Int("row", 0, view.Height - 1);
        var col = request.Int("col", 0, view.Width - 1);
        var first = request.Int("first", 0, view.Frames - 1, 0);
        var count = Math.Min(MostFrames, view.Frames - first);
        var answer = new JsonObject { ["op"] = "pixel", ["id"] = request.Number("id"), ["row"] = row, ["col"] = col, ["first"] = first };
        if (view.Scene is not { } scene) throw new StudioError(StatusCodes.Status409Conflict, "A recording in a file shows its counts; what light they are made of is known while its spec is shown. Build its spec to see it.");
        var budget = scene.PixelBudget(row, col, first, count);
        answer["unit"] = scene.Spec.Find<Steps.Sensor>() is null ? "intensity" : "e⁻";
        answer["cells"] = Numbers(budget.Cells);
        answer["background"] = Numbers(budget.Background);
        answer["leakage"] = CellTable.Round(budget.Leakage, 3);
        answer["observed"] = new JsonArray([.. budget.Counts.Select(c => CellTable.Round((c + 0.5) * budget.ElectronsPerCount, 2))]);
        answer["counts"] = new JsonArray([.. budget.Counts.Select(c => (JsonNode)c)]);
        answer["readNoiseE"] = budget.ReadNoiseE;
        // The cells under it, by what they weigh there.
        var truth = view.Truth;
        var under = Enumerable.Range(0, truth.NUnits)
            .Where(u => Near(truth.Planted[u], truth.Grid, row, col))
            .Select(u => (Unit: u, Weight: truth.ObservedInFov(u)[row, col])).Where(u => u.Weight > 0).OrderByDescending(u => u.Weight).Take(8);
        answer["under"] = new JsonArray([.. under.Select(u => (JsonNode)new JsonObject { ["unit"] = u.Unit, ["weight"] = CellTable.Round(u.Weight, 5) })]);
        return answer;
    }

    // Blur carries light far beyond the planted patch; what is farther than this is a faint veil of many.
    private static bool Near(Footprint planted, Grid grid, int row, int col)
    {
        const int reach = 40;
        int r = row + grid.Margin, c = col + grid.Margin;
        return r >= planted.Row - reach && r < planted.Row + planted.Height + reach && c >= planted.Col - reach && c < planted.Col + planted.Width + reach;
    }

    private static JsonArray Numbers(double[] values) => [.. values.Select(v => CellTable.Round(v, 2))];
}
