using System.Text.Json.Nodes;
using Minisim.Steps;
using Minisim.Studio.Http;

namespace Minisim.Studio.Views;

/// <summary>What a page learns of a scene when it is compiled.</summary>
internal static class SceneReport
{
    public static JsonObject Of(View view, JsonObject request, int revision, TimeSpan compiled)
    {
        var truth = view.Truth;
        var detectable = 0;
        foreach (var d in truth.Detectable) detectable += d ? 1 : 0;
        var work = WorkEstimate.Of(view.Spec);
        var grid = truth.Grid;
        return new JsonObject
        {
            ["op"] = "shown",
            ["id"] = request.Number("id"),
            ["slot"] = request.Text("slot") ?? "a",
            ["revision"] = revision,
            ["isFile"] = view.Scene is null,
            ["spec"] = view.Scene is null ? JsonNode.Parse(SpecJson.Write(view.Spec, indented: false)) : null,
            ["frames"] = view.Frames,
            ["fps"] = view.Spec.Acquisition.Fps,
            ["height"] = view.Height,
            ["width"] = view.Width,
            ["margin"] = grid.Margin,
            ["pixelSizeUm"] = grid.PixelSizeUm,
            ["pixelType"] = (int)view.PixelType,
            ["maxCount"] = view.Spec.Find<Sensor>() is null ? null : view.Spec.Acquisition.ImageSensor.MaxCount(),
            ["stages"] = new JsonArray([.. (view.Scene?.Stages ?? []).Select(s => (JsonNode)new JsonObject { ["stage"] = s, ["step"] = StepCatalog.Find(s)?.Kind ?? s })]),
            ["planted"] = view.Scene?.PlantedCells ?? truth.NUnits,
            ["inView"] = truth.NUnits,
            ["detectable"] = detectable,
            ["focalDepthUm"] = truth.FocalDepthUm,
            ["warnings"] = Replies.Problems(view.Warnings),
            ["compileMs"] = Math.Round(compiled.TotalMilliseconds, 1),
            ["steps"] = new JsonArray([.. (view.Scene?.CompileTimes ?? []).Select(t => (JsonNode)new JsonObject { ["step"] = t.Step, ["ms"] = Math.Round(t.Time.TotalMilliseconds, 1) })]),
            ["movieBytes"] = work.MovieBytes,
            ["memoryBytes"] = work.MemoryBytes,
        };
    }
}
