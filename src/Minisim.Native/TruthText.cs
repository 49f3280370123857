using Minisim.Metrics;
using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim.Native;

/// <summary>Truths as JSON, dense arrays and footprints.</summary>
internal static unsafe class TruthText
{
    public static string Info(GroundTruth truth) => Json.Write(w =>
    {
        var grid = truth.Grid;
        w.WriteStartObject();
        w.WriteNumber("n_units", truth.NUnits);
        if (truth.Arrays.FirstOrDefault(a => a.Axes.Contains("frame")) is { } timed) w.WriteNumber("n_frames", timed.Shape[timed.Axes.IndexOf("frame")]);
        else w.WriteNull("n_frames");
        Json.Integers(w, "canvas_shape", [grid.Height, grid.Width]);
        Json.Integers(w, "fov_offset", [grid.Margin, grid.Margin]);
        Json.Integers(w, "fov_shape", [grid.FovHeight, grid.FovWidth]);
        Json.Number(w, "pixel_size_um", grid.PixelSizeUm);
        Json.Number(w, "focal_depth_um", truth.FocalDepthUm ?? double.NaN);
        w.WriteStartArray("arrays");
        foreach (var array in truth.Arrays)
        {
            w.WriteStartObject();
            w.WriteString("name", array.Name);
            Json.Strings(w, "axes", array.Axes);
            Json.Integers(w, "shape", array.Shape);
            w.WriteString("unit", array.Units);
            w.WriteString("description", array.Description);
            w.WriteEndObject();
        }
        w.WriteEndArray();
        w.WriteEndObject();
    });

    public static void Dense(TruthHandle truth, string kind, float* target, long bytes)
    {
        var grid = truth.Truth.Grid;
        var pixels = grid.FovHeight * grid.FovWidth;
        var needed = 4L * truth.Truth.NUnits * pixels;
        if (bytes != needed) throw new ArgumentException($"{kind} of {truth.Truth.NUnits} units needs {needed} bytes, not {bytes}");
        if (truth.Truth.NUnits == 0)
        {
            _ = kind is "A_planted" or "A_observed" ? 0 : throw new ArgumentException($"\"{kind}\" is neither A_planted nor A_observed");
            return;
        }
        Abi.Need(target, "target");
        Parallel.For(0, truth.Truth.NUnits, u =>
        {
            var image = new Span<float>(target + (long)u * pixels, pixels);
            image.Clear();
            truth.Patch(kind, u).AddTo(image, grid.FovHeight, grid.FovWidth);
        });
    }

    public static SparseFootprints Footprints(TruthHandle truth, string kind)
    {
        var patches = new Footprint[truth.Truth.NUnits];
        Parallel.For(0, patches.Length, u => patches[u] = truth.Patch(kind, u));
        return SparseFootprints.FromPatches(patches, truth.Truth.Grid.FovHeight, truth.Truth.Grid.FovWidth);
    }
}
