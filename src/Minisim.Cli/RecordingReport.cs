using Minisim.Steps;

namespace Minisim.Cli;

/// <summary>What a recording holds, in words.</summary>
internal static class RecordingReport
{
    public static Sheet Of(Recording recording)
    {
        var (spec, movie, truth) = (recording.Spec, recording.Observed, recording.Truth);
        var sheet = SpecReport.Of(spec);
        sheet.Section("Movie")
            .Row("observed", $"{movie.Frames} × {movie.Height} × {movie.Width} {movie.PixelType} (frame, height, width)");
        foreach (var (name, snapshot) in recording.Snapshots)
            sheet.Row(name, $"{snapshot.Frames} × {snapshot.Height} × {snapshot.Width} {snapshot.PixelType}");
        var detectable = 0;
        foreach (var d in truth.Detectable) detectable += d ? 1 : 0;
        var inFocus = 0;
        foreach (var f in truth.InFocus) inFocus += f ? 1 : 0;
        sheet.Section("Ground truth")
            .Row("cells in view", $"{truth.NUnits}, {detectable} detectable, {inFocus} in focus");
        if (truth.FocalDepthUm is { } focal) sheet.Row("focal plane", $"{focal:0.##} µm");
        sheet.Row("planted footprints", $"{truth.Planted.Sum(p => (long)p.Values.Length)} px in {truth.NUnits} patches on a canvas of {truth.Grid.Height} × {truth.Grid.Width}");
        foreach (var array in truth.Arrays)
            sheet.Row(array.Name, $"({string.Join(", ", array.Axes.Zip(array.Shape, (axis, length) => $"{axis} {length}"))}){(array.Units is null ? "" : $", {array.Units}")}: {array.Description}");
        return sheet;
    }
}
