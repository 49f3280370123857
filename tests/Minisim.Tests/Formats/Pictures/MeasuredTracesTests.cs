using System.Runtime.InteropServices;
using Minisim.Formats.Pictures;
using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim.Tests.Formats.Pictures;

/// <summary>What a movie shows in a footprint, in movies whose light is known.</summary>
public class MeasuredTracesTests
{
    private static readonly Footprint Cell = new(3, 4, 2, 2, [1, 2, 3, 4]);
    private static readonly double[] Trace = [0, 1, 4, 2, 0, 3];

    private static MemoryMovie Movie(Func<int, int, int, float> light)
    {
        var movie = new MemoryMovie(8, 10, 12, PixelType.Float32);
        for (var f = 0; f < 8; f++)
        {
            var image = new float[120];
            for (var r = 0; r < 10; r++)
                for (var c = 0; c < 12; c++)
                    image[r * 12 + c] = light(f, r, c);
            movie.Write(f, 1, MemoryMarshal.AsBytes(image.AsSpan()));
        }
        return movie;
    }

    private static double[]? Measured(Movie movie, Footprint cell, double[]? shifts)
    {
        var traces = new MeasuredTraces(movie.Height, movie.Width, [(cell, Trace)], 2, shifts);
        var image = new float[movie.Height * movie.Width];
        for (var f = 2; f < movie.Frames; f++)
        {
            movie.ReadFrame(f, image);
            traces.Take(f, image);
        }
        return traces.Finish()[0];
    }

    // The cell's light on a background, two frames into the movie.
    private static float Light(int frame, int row, int col, int dy = 0, int dx = 0) =>
        50 + (frame < 2 ? 0 : (float)Trace[frame - 2]) * 7 * Cell[row - dy, col - dx];

    [Fact]
    public void Without_noise_the_measured_trace_is_the_true_one_whatever_gain_and_background()
    {
        using var movie = Movie((f, r, c) => Light(f, r, c));
        var measured = Measured(movie, Cell, null)!;
        for (var t = 0; t < Trace.Length; t++) Assert.Equal(Trace[t], measured[t], 4);
    }

    [Fact]
    public void The_footprint_follows_the_motion_of_the_tissue()
    {
        double[] shifts = [.. Enumerable.Range(0, 8).SelectMany(f => new double[] { f % 3 - 1, f % 2 * 2 })];
        using var movie = Movie((f, r, c) => Light(f, r, c, (int)shifts[2 * f], (int)shifts[2 * f + 1]));
        var measured = Measured(movie, Cell, shifts)!;
        for (var t = 0; t < Trace.Length; t++) Assert.Equal(Trace[t], measured[t], 4);
        var still = Measured(movie, Cell, null);
        Assert.True(still is null || Trace.Zip(still, (a, b) => Math.Abs(a - b)).Max() > 0.5);
    }

    [Fact]
    public void Light_that_does_not_rise_with_the_cell_is_not_a_trace_of_it()
    {
        using var constant = Movie((_, _, _) => 9);
        using var opposite = Movie((f, r, c) => 200 - Light(f, r, c));
        foreach (var movie in (Movie[])[constant, opposite]) Assert.Null(Measured(movie, Cell, null));
        // A cell outside of the movie.
        Assert.Null(Measured(constant, Cell with { Row = 40 }, null));
    }

    [Fact]
    public void The_brighter_a_cell_flares_the_more_visible_it_is()
    {
        using var recording = Simulator.Run(Invariance.RenderingInvarianceTests.Everything(seconds: 2));
        var cells = PictureModel.Of(recording, new PreviewOptions()).Cells;
        var c = recording.Truth.C!;
        double Change(PictureCell cell) => cell.Peak * (PictureModel.Row(c, cell.Unit, 0, c.Shape[1]).Max() - PictureModel.Row(c, cell.Unit, 0, c.Shape[1]).Min());
        var byChange = cells.OrderBy(Change).ToArray();
        for (var i = 1; i < byChange.Length; i++) Assert.True(byChange[i].Visibility >= byChange[i - 1].Visibility);
        Assert.True(byChange[0].Visibility < 0.9f * byChange[^1].Visibility);
        Assert.Equal(1, byChange[^1].Visibility);
    }
}
