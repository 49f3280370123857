using Minisim.Formats.Pictures;
using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Tests.Invariance;
using Minisim.Truth;
using SkiaSharp;

namespace Minisim.Tests.Formats.Pictures;

public sealed class PictureModelTests
{
    [Fact]
    public void An_outline_at_half_the_peak_of_a_gaussian_is_a_circle_at_its_half_width()
    {
        const int size = 81, radius = 40;
        const double sigma = 8;
        var values = new float[size * size];
        for (var r = 0; r < size; r++)
            for (var c = 0; c < size; c++)
                values[r * size + c] = (float)Math.Exp(-((r - radius) * (r - radius) + (c - radius) * (c - radius)) / (2 * sigma * sigma));
        var contour = Assert.Single(Outline.Of(new Footprint(100, 200, size, size, values), 0.5));
        var expected = sigma * Math.Sqrt(2 * Math.Log(2));
        Assert.All(contour, p => Assert.Equal(expected, Math.Sqrt((p.X - 240) * (p.X - 240) + (p.Y - 140) * (p.Y - 140)), 0.05));
        // Every step goes to a neighbouring edge, the last one back to the first.
        for (var i = 0; i < contour.Length; i++) Assert.True(SKPoint.Distance(contour[i], contour[(i + 1) % contour.Length]) < 1.5);
    }

    [Fact]
    public void Outlines_of_two_islands_a_hole_and_a_cut_patch_are_closed_and_apart()
    {
        // Two islands that touch at a corner are joined; a ring has an inner and an outer line.
        Assert.Single(Outline.Of(new Footprint(0, 0, 2, 2, [1, 0, 0, 1]), 0.5));
        Assert.Equal(2, Outline.Of(new Footprint(0, 0, 1, 3, [1, 0, 1]), 0.5).Length);
        Assert.Equal(2, Outline.Of(new Footprint(0, 0, 3, 3, [1, 1, 1, 1, 0, 1, 1, 1, 1]), 0.5).Length);
        var pixel = Assert.Single(Outline.Of(new Footprint(5, 7, 1, 1, [2]), 0.5));
        Assert.Equal([(6.5f, 5f), (7f, 4.5f), (7f, 5.5f), (7.5f, 5f)], pixel.Select(p => (p.X, p.Y)).Order());
        Assert.Empty(Outline.Of(Footprint.Empty, 0.5));
        Assert.Empty(Outline.Of(new Footprint(0, 0, 1, 2, [0, 0]), 0.5));
    }

    private static MovieSample Sampled(Movie movie, int most, double[]? shifts)
    {
        var sample = new MovieSample(movie.Frames, movie.Height, movie.Width, most, shifts);
        var image = new float[movie.Height * movie.Width];
        foreach (var frame in sample.Frames)
        {
            movie.ReadFrame(frame, image);
            sample.Take(frame, image);
        }
        return sample.Finish();
    }

    [Theory, InlineData(10_000), InlineData(7)]
    public void The_picture_made_on_the_way_is_that_of_the_recording_read_back(int maxReads)
    {
        var folder = Directory.CreateTempSubdirectory("minisim-preview").FullName;
        string Picture(string name) => Path.Combine(folder, $"{name}.png");
        var spec = RenderingInvarianceTests.Everything(seconds: 4);
        var options = new PreviewOptions { Title = "Twice", MaxReads = maxReads };
        using var recording = Simulator.Run(spec);
        Preview.Save(recording, Picture("after"), options);
        using var scene = Simulator.Compile(spec);
        using (var sink = new PreviewSink(Picture("during"), options))
            scene.RenderTo([sink], new SimulateOptions { Threads = 3 });
        Assert.Equal(File.ReadAllBytes(Picture("after")), File.ReadAllBytes(Picture("during")));
        // Blocks of two threads come in any order.
        using (var sink = new PreviewSink(Picture("mixed"), options))
        {
            var type = scene.PixelType;
            sink.Begin(new RecordingHeader(spec, scene.Timeline, scene.Height, scene.Width, type, []), scene.Truth);
            var pixels = new byte[scene.Height * scene.Width * type.Bytes()];
            foreach (var frame in Enumerable.Range(0, scene.Frames).OrderBy(f => f % 7).ThenBy(f => -f))
            {
                scene.Render(frame, 1, pixels);
                sink.Write(null, frame, 1, pixels);
            }
            sink.Complete();
        }
        Assert.Equal(File.ReadAllBytes(Picture("after")), File.ReadAllBytes(Picture("mixed")));
        Directory.Delete(folder, true);
    }

    [Fact]
    public void Projections_are_those_of_the_frames()
    {
        var movie = Movie(5, 3, 4, (f, r, c) => f * f + 10 * r + c);
        var sample = Sampled(movie, 100, null);
        Assert.Equal([0, 1, 2, 3, 4], sample.Frames);
        Assert.Equal(16 + 12, sample.Max[1 * 4 + 2]);
        Assert.Equal(6 + 12, sample.Mean[1 * 4 + 2], 1e-4);
        Assert.Equal(Math.Sqrt((36 + 25 + 4 + 9 + 100) / 5.0), sample.Std[1 * 4 + 2], 1e-4);
        Assert.Equal(5 * 12, sample.Counts!.Sum());
        Assert.Equal(60, sample.Values.Length);
    }

    [Fact]
    public void True_motion_is_undone_before_projecting()
    {
        // A bright pixel at rest at (4, 5), moved about.
        double[] shifts = [0, 0, 1, -2, -1.6, 2.4];
        var movie = Movie(3, 9, 11, (f, r, c) => r == 4 + (int)Math.Round(shifts[2 * f]) && c == 5 + (int)Math.Round(shifts[2 * f + 1]) ? 100 : 1);
        var sample = Sampled(movie, 100, shifts);
        Assert.Equal(100, sample.Mean[4 * 11 + 5], 1e-4);
        Assert.Single(sample.Max, v => v == 100);
        Assert.Equal(3, Sampled(movie, 100, null).Max.Count(v => v == 100));
    }

    [Theory, InlineData(0), InlineData(1), InlineData(7), InlineData(240), InlineData(100_000)]
    public void Frames_are_sampled_evenly_and_no_more_than_asked_for(int frames)
    {
        var sampled = MovieSample.Evenly(frames, 240);
        Assert.Equal(Math.Min(frames, 240), sampled.Length);
        Assert.Equal(sampled.Distinct(), sampled);
        if (frames > 1) Assert.Equal((0, frames - 1), (sampled[0], sampled[^1]));
    }

    [Fact]
    public void Values_that_are_not_whole_are_no_counts()
    {
        Assert.Null(Sampled(Movie(2, 3, 3, (f, r, c) => f + 0.5f), 10, null).Counts);
        Assert.Null(Sampled(Movie(2, 3, 3, (f, r, c) => f - 1), 10, null).Counts);
    }

    [Fact]
    public void Every_cell_is_outlined_and_the_chosen_ones_are_detectable_distinct_and_from_the_top_down()
    {
        using var recording = Simulator.Run(RenderingInvarianceTests.Everything());
        var model = PictureModel.Of(recording, new PreviewOptions());
        var detectable = recording.Truth.Detectable.ToArray();
        Assert.Contains(true, detectable);
        Assert.Contains(false, detectable);
        using var surface = SKSurface.Create(new SKImageInfo(200, 200));
        Assert.Equal((detectable.Count(d => d), detectable.Count(d => !d)), ImagePanel.Outlines(surface.Canvas, 2, model));
        Assert.Equal(detectable, model.Cells.Select(c => c.Detectable));
        Assert.Equal(Math.Min(12, model.Detectable), model.Chosen.Length);
        Assert.Equal(model.Chosen.Distinct(), model.Chosen);
        Assert.All(model.Chosen, c => Assert.True(model.Cells[c].Detectable));
        Assert.Equal(model.Chosen.Select(c => model.Cells[c].Place.Y).Order(), model.Chosen.Select(c => model.Cells[c].Place.Y));
    }

    [Fact]
    public void An_outline_lies_around_the_observed_footprint_of_its_cell()
    {
        using var recording = Simulator.Run(RenderingInvarianceTests.Everything());
        var model = PictureModel.Of(recording, new PreviewOptions());
        foreach (var cell in model.Cells)
        {
            var observed = recording.Truth.ObservedInFov(cell.Unit);
            if (observed.Row <= 0 || observed.Col <= 0 || observed.Row + observed.Height >= 70 || observed.Col + observed.Width >= 101) continue;
            var peak = Array.IndexOf(observed.Values, observed.Values.Max());
            var (row, col) = (observed.Row + peak / observed.Width, observed.Col + peak % observed.Width);
            var points = cell.Contours.SelectMany(c => c).ToArray();
            Assert.InRange(row, points.Min(p => p.Y), points.Max(p => p.Y));
            Assert.InRange(col, points.Min(p => p.X), points.Max(p => p.X));
        }
    }

    [Fact]
    public void A_movie_of_the_whole_canvas_has_its_outlines_moved_by_the_margin()
    {
        var spec = RenderingInvarianceTests.Everything();
        using var whole = Simulator.Run(spec);
        using var canvas = Simulator.Run(spec, new SimulateOptions { Until = "composite" });
        var margin = whole.Truth.Grid.Margin;
        Assert.Equal(whole.Observed.Height + 2 * margin, canvas.Observed.Height);
        var (a, b) = (PictureModel.Of(whole, new()), PictureModel.Of(canvas, new()));
        Assert.Equal(a.Cells[0].Contours[0].Select(p => p.X + margin), b.Cells[0].Contours[0].Select(p => p.X));
        Assert.Equal("intensity", b.ValueName);
        Assert.Equal("counts", a.ValueName);
    }

    [Fact]
    public void A_long_recording_shows_a_window_of_its_traces_around_the_shown_frame()
    {
        var spec = new Spec
        {
            Acquisition = new() { Fps = 2, DurationS = 1000, ImageSensor = new() { NPxHeight = 16, NPxWidth = 16 } },
            Steps = [new PlaceNeurons { PositionsUm = [new(20, 0, 0)], SomaRadiusUm = 1 }, new CellActivity { TauDecayS = 2 }, new OpticsStep(), new Composite(), new Sensor()],
        };
        using var recording = Simulator.Run(spec);
        var model = PictureModel.Of(recording, new PreviewOptions { MaxReads = 50 });
        Assert.Equal(360, model.WindowFrames);
        Assert.InRange(model.ShownFrame, model.WindowFirst, model.WindowFirst + model.WindowFrames - 1);
        Assert.InRange(model.WindowFirst, 0, 2000 - 360);
        Assert.Equal(50, model.Sample.Frames.Length);
    }

    private static MemoryMovie Movie(int frames, int height, int width, Func<int, int, int, float> value)
    {
        var movie = new MemoryMovie(frames, height, width, PixelType.Float32);
        var pixels = new float[height * width];
        for (var f = 0; f < frames; f++)
        {
            for (var i = 0; i < pixels.Length; i++) pixels[i] = value(f, i / width, i % width);
            movie.Write(f, 1, System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(pixels));
        }
        return movie;
    }
}
