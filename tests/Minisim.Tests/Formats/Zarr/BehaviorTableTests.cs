using Minisim.Formats;
using Minisim.Steps;

namespace Minisim.Tests.Formats.Zarr;

public class BehaviorTableTests : InTemporaryFolder
{
    [Fact]
    public void The_path_beside_the_arrays_is_one_that_the_animal_can_follow_again()
    {
        var spec = new Spec
        {
            Acquisition = new() { ImageSensor = new() { NPxHeight = 40, NPxWidth = 50 }, DurationS = 10 },
            Steps = [new Minisim.Steps.Behavior { Arena = BehaviorArena.OpenField }, new Neuropil(), new Sensor()],
        };
        using (var sink = RecordingFormats.CreateSink(PathOf("rec.zarr"), new())) Simulator.Run(spec, [sink]);
        var csv = Path.Combine(PathOf("rec.zarr"), "behavior.csv");
        var lines = File.ReadAllLines(csv);
        Assert.Equal("t_s,x_m,y_m,heading_rad", lines[0]);
        Assert.Equal(201, lines.Length);
        Assert.False(File.Exists(Path.Combine(PathOf("rec.zarr"), "tuning.csv")));
        double[] Position(Spec s) => Simulator.Compile(s).Truth.Find("behavior_position_m")!.ToDoubles();
        var again = spec.With(new Minisim.Steps.Behavior { Arena = BehaviorArena.File, Path = csv });
        var (first, second) = (Position(spec), Position(again));
        // Rows are 50 ms apart, steps 20 ms: straight pieces between the rows.
        for (var i = 0; i < first.Length; i++) Assert.Equal(first[i], second[i], 0.005);
        using var recording = RecordingFormats.OpenRecording(PathOf("rec.zarr"));
        Assert.Equal(first, recording.Truth.Find("behavior_position_m")!.ToDoubles());
    }
}
