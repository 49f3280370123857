using System.Globalization;
using System.Text;
using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim.Formats.Writing;

/// <summary>The animal and what cells are tuned to as tables that any program reads.</summary>
internal static class BehaviorTables
{
    /// <summary>The path, a row a frame: t_s,x_m,y_m,heading_rad, which the step behavior reads again. Null without an animal.</summary>
    public static string? Path(GroundTruth truth, Timeline timeline)
    {
        if (truth.Find("behavior_position_m")?.ToDoubles() is not { } position || truth.Find("behavior_head_direction_rad")?.ToDoubles() is not { } heading) return null;
        var text = new StringBuilder("t_s,x_m,y_m,heading_rad\n");
        for (var t = 0; t < heading.Length; t++)
            text.Append(CultureInfo.InvariantCulture, $"{timeline.TimeS(t) + 0.5 / timeline.FramesPerSecond:R},{position[2 * t]:R},{position[2 * t + 1]:R},{heading[t]:R}\n");
        return text.ToString();
    }

    /// <summary>What the cells in view are tuned to, a row a cell and epoch; what a cell has not is empty. Null without tuning.</summary>
    public static string? Tuning(GroundTruth truth)
    {
        if (truth.Find("tuning_cell_class")?.ToDoubles() is not { } classes || truth.Find("tuning_place_peak_hz") is not { } peaks) return null;
        string[] names = ["none", "place", "speed", "head_direction"];
        double[] centre = truth.Find("tuning_place_center_m")!.ToDoubles(), sigma = truth.Find("tuning_place_sigma_m")!.ToDoubles(), direction = truth.Find("tuning_place_direction")!.ToDoubles(),
            preferred = truth.Find("tuning_head_direction_rad")!.ToDoubles(), peak = peaks.ToDoubles();
        static string N(double value) => double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);
        var text = new StringBuilder("unit,epoch,class,center_x_m,center_y_m,sigma_m,peak_hz,direction,head_direction_rad\n");
        var epochs = peaks.Shape[1];
        for (var i = 0; i < classes.Length; i++)
            for (var e = 0; e < epochs; e++)
            {
                var at = i * epochs + e;
                text.Append(CultureInfo.InvariantCulture, $"{i},{e},{names[(int)classes[i]]},{N(centre[2 * at])},{N(centre[2 * at + 1])},{N(sigma[i])},{N(peak[at])},{N(direction[at])},{N(preferred[i])}\n");
            }
        return text.ToString();
    }
}
