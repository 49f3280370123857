using System.Text.Json.Nodes;
using Minisim.Steps;
using Minisim.Studio.Http;

namespace Minisim.Studio.Views;

/// <summary>What a page learns of a scene when it is compiled.</summary>
internal static class SceneReport
{
    public static JsonObject Of(View view, JsonObject request, int revision, TimeSpan compiled)
    {
        var work = WorkEstimate.Of(view.Spec);
        // Without the truth of a scene, which is made when it is first asked for: the first frame of an edit does not wait for it.
        var steps = view.Scene?.Steps;
        var grid = steps?.Grid ?? view.Truth.Grid;
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
            ["planted"] = view.Scene?.PlantedCells ?? view.Truth.NUnits,
            ["focalDepthUm"] = steps is null ? view.Truth.FocalDepthUm : steps.Find<FocusedCells>()?.FocalDepthUm,
            ["warnings"] = Replies.Problems(view.Warnings),
            ["compileMs"] = Math.Round(compiled.TotalMilliseconds, 1),
            ["steps"] = new JsonArray([.. (view.Scene?.CompileTimes ?? []).Select(t => (JsonNode)new JsonObject { ["step"] = t.Step, ["ms"] = Math.Round(t.Time.TotalMilliseconds, 1) })]),
            ["movieBytes"] = work.MovieBytes,
            ["memoryBytes"] = work.MemoryBytes,
        };
    }
}
