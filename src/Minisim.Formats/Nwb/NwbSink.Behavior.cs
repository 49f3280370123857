using Minisim.Truth;
using PureHDF;

namespace Minisim.Formats.Nwb;

internal sealed partial class NwbSink
{
    private const string BehaviorPrefix = "behavior_";

    /// <summary>Container of an array of the animal within <c>processing/behavior</c>: place, direction, and everything else.</summary>
    internal static string BehaviorContainer(string name) => name switch
    {
        "behavior_position_m" => "Position",
        "behavior_head_direction_rad" => "CompassDirection",
        _ => "BehavioralTimeSeries",
    };

    /// <summary>The animal where NWB has it: a <c>Position</c> and a <c>CompassDirection</c> of spatial series, and behavioural time series.</summary>
    private H5Group? Behavior()
    {
        TruthArray[] arrays = [.. _truth.Arrays.Where(a => Place(a) == Home.Behavior)];
        if (arrays.Length == 0) return null;
        var module = _tree.Group("ProcessingModule", NwbTree.Core, ("description", "What the simulated animal did: ground truth, in the middle of every frame."));
        foreach (var type in arrays.Select(a => BehaviorContainer(a.Name)).Distinct())
        {
            var container = _tree.Group(type, NwbTree.Core);
            foreach (var array in arrays.Where(a => BehaviorContainer(a.Name) == type)) container[array.Name] = BehaviorSeries(array, type != "BehavioralTimeSeries");
            module[type] = container;
        }
        return module;
    }

    private H5Group BehaviorSeries(TruthArray array, bool isSpatial)
    {
        var values = array.ToDoubles();
        var data = array.Shape.Length == 1 ? new H5Dataset(values)
            : Streamed<double>(array.Shape[0], array.Shape[1], (first, target) => values.AsSpan(first * array.Shape[1], target.Length).CopyTo(target));
        var series = _tree.Group(isSpatial ? "SpatialSeries" : "TimeSeries", NwbTree.Core, ("description", array.Description), ("comments", "Ground truth."));
        Describe(data, array.Units switch { "m" => "meters", "rad" => "radians", null => "a.u.", var unit => unit });
        series["data"] = data;
        if (isSpatial) series["reference_frame"] = new H5Dataset("x along the length of the arena, y along its width, from its corner; directions counter-clockwise from +x.");
        var timeline = _header.Timeline;
        // A frame's values hold in the middle of its exposure.
        if (timeline.IsRegular) series["starting_time"] = NwbTree.Plain(0.5 / Fps, ("rate", (float)Fps), ("unit", "seconds"));
        else series["timestamps"] = NwbTree.Plain(timeline.TimesS!.Select(t => t + 0.5 / Fps).ToArray(), ("interval", 1), ("unit", "seconds"));
        return series;
    }
}
