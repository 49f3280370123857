using System.Runtime.InteropServices;
using System.Text.Json;
using Minisim.Cli;
using Minisim.Formats;
using Minisim.Formats.Numpy;
using Minisim.Formats.Pictures;
using Minisim.Random;
using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Tests.Formats.Zarr;
using Minisim.Truth;

namespace Minisim.Tests.Formats.Pictures;

/// <summary>The statistics of a movie against signals whose answers are known.</summary>
public sealed class MovieStatisticsTests : InTemporaryFolder
{
    private const double PixelUm = 1.25, Fps = 20;

    private static float[] Noise(int n, uint stream)
    {
        var draws = new Draws(7, new RandomStream(200 + stream), 0);
        return [.. Enumerable.Range(0, n).Select(i => (float)draws.Normal((uint)i))];
    }

    private static double Value(IEnumerable<MovieStatistic> all, string key, string label = "") =>
        all.Single(s => s.Key == key) is var s ? StatisticsJson.Of(s, label) : double.NaN;

    [Fact]
    public void Steps_radii_and_bands_of_a_known_motion()
    {
        // 0.5 Hz and less for one axis, 3 Hz of half the amplitude for the other: a fifth of the power.
        const int frames = 400;
        var shifts = Enumerable.Range(0, frames).Select(t => (4 * Math.Sin(2 * Math.PI * 0.25 * t / Fps), 2 * Math.Cos(2 * Math.PI * 3 * t / Fps))).ToArray();
        var all = MotionStatistics.Of(shifts, PixelUm, Fps).ToArray();
        Assert.Equal(4 * PixelUm / Math.Sqrt(2), Value(all, "motion_sd_um", "y"), 1e-6);
        Assert.Equal(2 * PixelUm / Math.Sqrt(2), Value(all, "motion_sd_um", "x"), 1e-6);
        Assert.Equal(0.8, Value(all, "motion_power", "< 0.5 Hz"), 1e-6);
        Assert.Equal(0, Value(all, "motion_power", "0.5–2 Hz"), 1e-6);
        Assert.Equal(0.2, Value(all, "motion_power", "> 2 Hz"), 1e-6);

        // Three frames of four at rest: steps of 0 and of 3-4-5.
        var jumps = Enumerable.Range(0, 401).Select(t => t % 4 < 2 ? (0.0, 0.0) : (3 / PixelUm, 4 / PixelUm)).ToArray();
        all = [.. MotionStatistics.Of(jumps, PixelUm, Fps)];
        Assert.Equal(0.5, Value(all, "motion_steps_below_1_um"), 1e-12);
        Assert.Equal(5, Value(all, "motion_radius_um", "p99"), 1e-9);
        Assert.All(MotionStatistics.Of(((double, double)[]?)null, PixelUm, Fps), s => Assert.Equal("nothing moves", s.Missing));
    }

    [Theory, InlineData(0.4), InlineData(1.6)]
    public void Half_decay_of_an_exponential_is_tau_ln_2_and_half_rise_of_a_ramp_is_half_of_it(double tauS)
    {
        var trace = new float[400];
        for (var t = 0; t < trace.Length; t++) trace[t] = t < 80 ? 0 : t <= 100 ? (t - 80) / 20f : (float)Math.Exp(-(t - 100) / Fps / tauS);
        // Between frames the curve is taken as straight.
        Assert.Equal(tauS * Math.Log(2), SeedSignals.HalfTime(trace, forward: true) / Fps, 1 / Fps / Fps / tauS);
        Assert.Equal(10, SeedSignals.HalfTime(trace, forward: false), 1e-5);
        Assert.Equal(double.NaN, SeedSignals.HalfTime(trace[..105], forward: true));
    }

    [Fact]
    public void Noise_is_the_standard_deviation_of_white_noise_whatever_transients_ride_on_it()
    {
        // 20,000 steps: the median absolute deviation of their differences has a standard error below 1.2 %; 4 of them.
        var noise = Array.ConvertAll(Noise(20_000, 0), v => 3 * v);
        for (var t = 0; t < noise.Length; t++) noise[t] += t % 1000 < 30 ? 100 * MathF.Exp(-(t % 1000) / 8f) : 0;
        Assert.Equal(3, SeedSignals.NoiseOf(noise, new float[noise.Length]), 0.05 * 3);
    }

    [Fact]
    public void Width_of_a_Gaussian_is_2_355_sigma_and_skewness_of_an_exponential_law_is_2()
    {
        const int side = 61;
        var image = new float[side * side];
        for (var r = 0; r < side; r++)
            for (var c = 0; c < side; c++) image[r * side + c] = MathF.Exp(-((r - 30) * (r - 30) + (c - 30) * (c - 30)) / (2 * 36f)) + (c > 55 ? 2 : 0);
        // What is bright but does not hang together with it does not count.
        Assert.Equal(2.355 * 6, SeedSignals.WidthAt(image, side, side, 30, 30, 28), 0.03 * 14.1);
        var exponential = Enumerable.Range(0, 20_000).Select(i => (float)-Math.Log((i + 0.5) / 20_000)).ToArray();
        Assert.Equal(2, SeedSignals.Skewness(exponential), 0.01);
        Assert.Equal(3, SeedSignals.Crossings([0, 6, 7, 1, 5, 0, 4, 5], 5));
    }

    [Fact]
    public void Slopes_of_an_image_with_power_f_to_the_minus_4_are_minus_4()
    {
        // White noise through a pole in either direction of each axis: 1/f² in amplitude far above the corner; two-sided it falls as the law (f² + f0²)⁻².
        const int side = 256;
        double[] re = [.. Noise(side * side, 1).Select(v => (double)v)], im = new double[side * side];
        Minisim.Metrics.Fourier.Forward2D(re, im, side, side);
        for (var r = 0; r < side; r++)
            for (var c = 0; c < side; c++)
            {
                double y = Math.Min(r, side - r), x = Math.Min(c, side - c), f2 = Math.Max(1, y * y + x * x);
                (re[r * side + c], im[r * side + c]) = (re[r * side + c] / f2, -im[r * side + c] / f2);
            }
        Minisim.Metrics.Fourier.Forward2D(re, im, side, side);
        var slopes = ImageStatistics.Slopes(re, side, side, 1, (0.02, 0.06), (0.06, 0.15));
        // Twelve rings of at least thirty lines: the standard error of the slope is near 0.15.
        Assert.Equal(-4, slopes[0], 0.5);
        Assert.Equal(-4, slopes[1], 0.3);
    }

    [Fact]
    public void What_is_narrower_than_the_disk_stays_and_what_is_wider_goes()
    {
        const int side = 80;
        var image = new float[side * side];
        for (var r = 0; r < side; r++)
            for (var c = 0; c < side; c++) image[r * side + c] = 100 + r + (Math.Abs(r - 20) <= 2 && Math.Abs(c - 20) <= 2 ? 7 : 0) + ((r - 50) * (r - 50) + (c - 50) * (c - 50) <= 20 * 20 ? 50 : 0);
        FrameFilters.TopHat(image, side, side, 9);
        Assert.InRange(image[20 * side + 20], 7 - 1e-3, 7 + 10);
        Assert.Equal(0, image[50 * side + 50], 1e-3);
        var flat = Enumerable.Repeat(3f, side * side).ToArray();
        flat[40 * side + 40] = 1000;
        var median = new float[side * side];
        FrameFilters.Median(flat, side, side, 5, median);
        Assert.All(median, v => Assert.Equal(3, v));
    }

    // Cells of σ 5 µm on a lattice that answer alternately with jumps and exponential decays, in noise.
    private static float[][] Cells(int side, int frames, double tauS, out (int Row, int Col)[] places)
    {
        places = [.. from r in Enumerable.Range(0, 3) from c in Enumerable.Range(0, 3) select (32 + 28 * r, 32 + 28 * c)];
        var all = new float[frames][];
        // What rests, by which the frames are registered.
        var texture = new float[side * side];
        FrameFilters.Blur(Noise(side * side, 3), side, side, GaussianBlur.Kernel(3), texture);
        for (var t = 0; t < frames; t++)
        {
            var frame = all[t] = Noise(side * side, (uint)(10 + t));
            for (var i = 0; i < frame.Length; i++) frame[i] += 50 + 200 * texture[i];
            for (var k = 0; k < places.Length; k++)
            {
                var since = (t - 7 * k + 200) % 100 / Fps;
                var light = 8 * (float)Math.Exp(-since / tauS);
                for (var r = places[k].Row - 14; r <= places[k].Row + 14; r++)
                    for (var c = places[k].Col - 14; c <= places[k].Col + 14; c++)
                        frame[r * side + c] += light * (float)Math.Exp(-((r - places[k].Row) * (r - places[k].Row) + (c - places[k].Col) * (c - places[k].Col)) * PixelUm * PixelUm / 50);
            }
        }
        return all;
    }

    private static Recording MovieAlone(float[][] frames, int side)
    {
        var movie = new MemoryMovie(frames.Length, side, side, PixelType.Float32);
        for (var t = 0; t < frames.Length; t++) movie.Write(t, 1, MemoryMarshal.AsBytes<float>(frames[t]));
        var spec = new Spec { Acquisition = new() { Optics = new() { Magnification = 1 }, Fps = Fps, DurationS = frames.Length / Fps, ImageSensor = new() { NPxHeight = side, NPxWidth = side, PixelPitchUm = PixelUm } } };
        return new Recording(spec, movie, Simulator.Compile(spec).Truth, new Dictionary<string, Movie>()) { IsMovieOnly = true };
    }

    [Fact]
    public void Planted_cells_are_the_seeds_with_their_width_their_events_and_their_decay()
    {
        const int side = 120, frames = 1000;
        const double tau = 0.7;
        var statistics = MovieStatistics.Of(MovieAlone(Cells(side, frames, tau, out var places), side), "planted", new StatisticsOptions { IsBackgroundRemoved = true });
        Assert.Equal("estimated", statistics.Registration);
        Assert.Equal(places.Length, statistics.Seeds.Count);
        Assert.All(places, p => Assert.Contains(statistics.Seeds, s => Math.Abs(s.Row - p.Row) <= 1 && Math.Abs(s.Col - p.Col) <= 1));
        double Of(string key, string label = "") => Value(statistics.Statistics, key, label);
        // An event every 5 s, 50 s; the first of a cell may lie before the movie.
        Assert.InRange(Of("events_per_minute", "p50"), 9 * 60 / 50.0, 10 * 60 / 50.0);
        // Smoothing over 1/15 s lowers the peak of the jump, so that half of it comes later.
        Assert.InRange(Of("half_decay_s", "p50"), tau * Math.Log(2) * 0.95, tau * Math.Log(2) * 1.35);
        Assert.InRange(Of("half_rise_s", "p90"), 0, 0.15);
        Assert.Equal(2.355 * 5, Of("width_um", "p50"), 0.8);
        // A movie without motion: the estimate stays within a twentieth of a pixel.
        Assert.InRange(Of("motion_sd_um", "y"), 0, 0.05 * PixelUm);
        Assert.Equal("a movie alone: no ground truth", statistics.Find("peak_dff")!.Missing);
        Assert.False(statistics.HasTruth);
    }

    [Fact]
    public void Estimated_motion_is_the_motion_that_was_put_in()
    {
        const int side = 120, frames = 60;
        // A fixed texture of σ 4 px under a moving window.
        float[] white = Noise(160 * 160, 3), texture = new float[160 * 160];
        FrameFilters.Blur(white, 160, 160, GaussianBlur.Kernel(4), texture);
        var put = Enumerable.Range(0, frames).Select(t => (Dy: 3 * Math.Sin(t * 0.4), Dx: 2 * Math.Cos(t * 0.7))).ToArray();
        var movie = put.Select((s, t) =>
        {
            var moved = new float[160 * 160];
            FrameFilters.Shift(texture, 160, 160, -s.Dy, -s.Dx, moved);
            return (float[])[.. from r in Enumerable.Range(20, side) from c in Enumerable.Range(20, side) select 100 * moved[r * 160 + c]];
        }).ToArray();
        var found = MotionEstimate.Of(movie, side, side, PixelUm, default);
        double y = put.Zip(found, (p, f) => p.Dy - f.Dy).Average(), x = put.Zip(found, (p, f) => p.Dx - f.Dx).Average();
        Assert.All(put.Zip(found), p => Assert.True(Math.Abs(p.First.Dy - p.Second.Dy - y) < 0.2 && Math.Abs(p.First.Dx - p.Second.Dx - x) < 0.2, $"{p}"));
        // And registration brings every frame back to the same image.
        float[] back = new float[side * side], first = new float[side * side];
        FrameFilters.Shift(movie[0], side, side, put[0].Dy, put[0].Dx, first);
        FrameFilters.Shift(movie[17], side, side, put[17].Dy, put[17].Dx, back);
        Assert.InRange(TruthStatistics.Correlation([.. first.Where((_, i) => i / side is > 5 and < 114 && i % side is > 5 and < 114)], [.. back.Where((_, i) => i / side is > 5 and < 114 && i % side is > 5 and < 114)]), 0.99, 1);
    }

    private static async Task<(int Code, string Out, string Error)> Run(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        return (await CommandLine.RunAsync(args, output, error), output.ToString(), error.ToString());
    }

    [Fact]
    public async Task A_recording_is_laid_beside_its_own_movie_alone_and_beside_numbers()
    {
        var spec = Minisim.Presets.Preset.Create(Minisim.Presets.Scopes.MiniscopeV4, Minisim.Presets.ReferenceRegions.Ca1, new() { DurationS = 4, SizePx = (120, 120), Extra = [new BrainMotion()] });
        SpecJson.Save(spec, PathOf("a.json"));
        Assert.Equal(0, (await Run("simulate", PathOf("a.json"), "-o", PathOf("a.zarr"), "-o", PathOf("a.npy"), "--quiet")).Code);
        var (code, json, error) = await Run("figure", PathOf("a.zarr"), "--kind", "statistics", "--against", PathOf("a.npy"), "--pixel-size", "1.655172", "--fps", "20", "--json", "-o", PathOf("a.png"));
        Assert.True(code == 0, error);
        var all = JsonDocument.Parse(json).RootElement;
        Assert.Equal("true", all.GetProperty("registration").GetString());
        Assert.Equal("estimated", all.GetProperty("against").GetProperty("registration").GetString());
        Assert.False(all.GetProperty("against").GetProperty("has_truth").GetBoolean());
        Assert.Equal(1, all.GetProperty("statistics").GetProperty("mean_light").GetProperty("ratio").GetProperty("value").GetDouble(), 0.03);
        Assert.True(File.Exists(PathOf("a.png")));

        File.WriteAllText(PathOf("numbers.json"), (await Run("figure", PathOf("a.zarr"), "--kind", "statistics", "--json")).Out);
        all = JsonDocument.Parse((await Run("figure", PathOf("a.zarr"), "--kind", "statistics", "--against", PathOf("numbers.json"), "--json")).Out).RootElement;
        Assert.Equal(1, all.GetProperty("statistics").GetProperty("pnr").GetProperty("ratio").GetProperty("p50").GetDouble(), 1e-3);
        Assert.Contains("belong to --kind statistics", (await Run("figure", PathOf("a.zarr"), "--kind", "tuning", "--json")).Error);
        Assert.Contains("--pixel-size -1: must be in (0, 1000)", (await Run("figure", PathOf("a.npy"), "--kind", "statistics", "--pixel-size", "-1")).Error);
        Assert.Contains("belong to a movie alone", (await Run("figure", PathOf("a.zarr"), "--kind", "statistics", "--fps", "30", "--json")).Error);
        File.WriteAllText(PathOf("broken.json"), "{\"statistics\": {\"pnr\": 3}}");
        Assert.Contains("are not the statistics of a movie", (await Run("figure", PathOf("a.zarr"), "--kind", "statistics", "--against", PathOf("broken.json"), "--json")).Error);
    }
}
