using Minisim.Scenes;
using Minisim.Steps;

namespace Minisim.Tests.Steps.Sensor;

public class HotPixelTests
{
    private static Spec Dark(double fraction, int side = 300) => new()
    {
        Seed = 3,
        Acquisition = new() { Fps = 20, DurationS = 1, ImageSensor = new() { NPxHeight = side, NPxWidth = side, QuantumEfficiency = 0.5, ReadNoiseE = 0 } },
        Steps = [new HotPixels { Fraction = fraction, MeanEPerS = 1000 }, new Minisim.Steps.Sensor { PhotonsPerUnit = 200 }],
    };

    [Fact]
    public void Their_number_is_binomial_and_their_dark_current_exponential()
    {
        // 90,000 pixels, 1 % hot; mean and share above the mean within 4.4 standard errors (α = 1e-5 each).
        const double fraction = 0.01, mean = 1000.0 / 20 / (200 * 0.5);
        using var scene = Simulator.Compile(Dark(fraction));
        var field = scene.Truth.Find("hot_pixels")!;
        double[] hot = [.. field.ToDoubles().Where(v => v > 0)];
        Assert.Equal(90_000 * fraction, hot.Length, 4.4 * Math.Sqrt(90_000 * fraction * (1 - fraction)));
        Assert.Equal(mean, hot.Average(), 4.4 * mean / Math.Sqrt(hot.Length));
        var share = hot.Count(v => v > mean) / (double)hot.Length;
        Assert.Equal(Math.Exp(-1), share, 4.4 * Math.Sqrt(Math.Exp(-1) * (1 - Math.Exp(-1)) / hot.Length));
        Assert.Equal(FieldRole.SensorOffset, field.Role);
    }

    [Fact]
    public void A_dark_movie_shows_them_where_the_truth_says_and_nowhere_else()
    {
        using var recording = Simulator.Run(Dark(0.01, 120));
        var field = recording.Truth.Find("hot_pixels")!.ToDoubles();
        var frame = new float[120 * 120];
        recording.Observed.ReadFrame(7, frame);
        for (var i = 0; i < frame.Length; i++)
            if (field[i] == 0) Assert.Equal(0, frame[i]);
        Assert.True(Enumerable.Range(0, frame.Length).Count(i => field[i] * 100 > 20 && frame[i] > 0) > 50);
    }

    [Fact]
    public void A_larger_chip_keeps_those_of_the_smaller()
    {
        double[] small = Simulator.Compile(Dark(0.01, 100)).Truth.Find("hot_pixels")!.ToDoubles(), large = Simulator.Compile(Dark(0.01, 140)).Truth.Find("hot_pixels")!.ToDoubles();
        for (var r = 0; r < 100; r++)
            Assert.True(small.AsSpan(r * 100, 100).SequenceEqual(large.AsSpan((r + 20) * 140 + 20, 100)));
    }

    /// <summary>What a step costs whoever adds it: this one is an example of docs/architecture.md.</summary>
    [Fact]
    public void A_step_is_named_in_its_file_and_in_the_catalogue_alone()
    {
        var root = ArchitectureTests.Root();
        var places = Directory.EnumerateFiles(Path.Combine(root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"))
            .Where(f => File.ReadAllText(f) is var text && (text.Contains("HotPixels") || text.Contains("hot_pixels")))
            .Select(f => Path.GetRelativePath(root, f).Replace('\\', '/')).Order();
        Assert.Equal(["src/Minisim/Steps/Sensor/HotPixels.cs", "src/Minisim/Steps/StepCatalog.cs"], places);
    }
}
