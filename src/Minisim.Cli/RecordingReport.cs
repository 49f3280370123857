using Minisim.Steps;

namespace Minisim.Cli;

/// <summary>What a recording holds, in words.</summary>
internal static class RecordingReport
{
    public static Sheet Of(Recording recording)
    {
        var (spec, movie, truth) = (recording.Spec, recording.Observed, recording.Truth);
        if (recording.IsMovieOnly) return OfMovie(movie);
        var sheet = SpecReport.Of(spec);
        sheet.Section("Movie")
            .Row("observed", $"{movie.Frames} × {movie.Height} × {movie.Width} {movie.PixelType} (frame, height, width)");
        foreach (var (name, snapshot) in recording.Snapshots)
            sheet.Row(name, $"{snapshot.Frames} × {snapshot.Height} × {snapshot.Width} {snapshot.PixelType}");
        sheet.Section("Ground truth")
            .Row("cells in view", $"{truth.NUnits}, {Count(truth.Detectable)} detectable, {Count(truth.InFocus)} in focus");
        if (truth.FocalDepthUm is { } focal) sheet.Row("focal plane", $"{focal:0.##} µm");
        sheet.Row("planted footprints", $"{truth.Planted.Sum(p => (long)p.Values.Length)} px in {truth.NUnits} patches on a canvas of {truth.Grid.Height} × {truth.Grid.Width}");
        foreach (var array in truth.Arrays)
            sheet.Row(array.Name, $"({string.Join(", ", array.Axes.Zip(array.Shape, (axis, length) => $"{axis} {length}"))}){(array.Units is null ? "" : $", {array.Units}")}: {array.Description}");
        foreach (var (name, reason) in truth.LeftOut) sheet.Row(name, $"left out: {reason}");
        return sheet;
    }

    /// <summary>How many are true.</summary>
    public static int Count(ReadOnlySpan<bool> flags)
    {
        var count = 0;
        foreach (var flag in flags) count += flag ? 1 : 0;
        return count;
    }

    private static Sheet OfMovie(Truth.Movie movie)
    {
        var sheet = new Sheet();
        sheet.Section("Movie")
            .Row("frames", movie.Fps is { } fps ? $"{movie.Frames} ({movie.Frames / fps:0.###} s at {fps:0.###} fps)" : (FormattableString)$"{movie.Frames}, at a rate that the file does not say")
            .Row("frame", $"{movie.Height} × {movie.Width} px, {movie.PixelType}")
            .Row("ground truth", "none: this format keeps the movie alone");
        return sheet;
    }
}
