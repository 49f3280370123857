using System.Text;
using Minisim.Steps;

namespace Minisim.Tests.Steps.Animal;

public sealed class BehaviorFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("minisim-path-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string text, string name = "path.csv")
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, Encoding.UTF8.GetBytes(text));
        return path;
    }

    private static Spec SpecOf(string path, double seconds = 2) => new()
    {
        Acquisition = new() { ImageSensor = new() { NPxHeight = 40, NPxWidth = 50 }, DurationS = seconds },
        Steps = [new Minisim.Steps.Behavior { Arena = BehaviorArena.File, Path = path }],
    };

    [Theory]
    [InlineData("t_s,x_m,y_m\n0,0.1,0.2\n1,0.3,0.2\n2,0.3,0.6\n")]
    [InlineData("\uFEFFt_s, x_m, y_m\r\n0,0.1,0.2\r\n1,0.3,0.2\r\n\r\n2,0.3,0.6")]
    public void A_path_is_straight_between_its_rows_with_any_line_ends(string text)
    {
        var truth = Simulator.Compile(SpecOf(Write(text))).Truth;
        var position = truth.Find("behavior_position_m")!.ToDoubles();
        // Frame 4's middle is at 0.225 s, frame 30's at 1.525 s.
        Assert.Equal(0.1 + 0.2 * 0.225, position[8], 1e-7);
        Assert.Equal(0.2, position[9], 1e-7);
        Assert.Equal(0.2 + 0.4 * 0.525, position[61], 1e-7);
        Assert.Equal(0.2, truth.Find("behavior_speed_m_s")!.ToDoubles()[6], 1e-5);
        Assert.Equal(0.4, truth.Find("behavior_speed_m_s")!.ToDoubles()[30], 1e-5);
        var heading = truth.Find("behavior_head_direction_rad")!.ToDoubles();
        Assert.Equal(0, heading[5], 1e-6);
        Assert.Equal(Math.PI / 2, heading[35], 1e-6);
    }

    [Fact]
    public void A_given_heading_is_taken_along_the_shorter_way()
    {
        var heading = Simulator.Compile(SpecOf(Write("t_s,x_m,y_m,heading_rad\n0,0,0,3.0\n2,0,0,-3.0\n"))).Truth.Find("behavior_head_direction_rad")!.ToDoubles();
        Assert.Equal(3 + (2 * Math.PI - 6) * 0.025 / 2, heading[0], 1e-6);
        Assert.All(heading, h => Assert.True(Math.Abs(h) >= 2.999999));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("t_s,x_m,y_m\n", "no row")]
    [InlineData("t_s,x_m,y_m\n0,1,1\n", "single row")]
    [InlineData("0,1,1\n1,1,1\n2,1,1\n", "line 1")]
    [InlineData("t_s,x_m\n0,1\n2,1\n", "line 1")]
    [InlineData("t_s,x_m,y_m,z_m\n0,1,1,1\n2,1,1,1\n", "line 1")]
    [InlineData("t_s,x_m,y_m\n0,1,1\n1,1,1\n0.5,1,1\n2,1,1\n", "line 4: t_s = 0.5 does not come after 1")]
    [InlineData("t_s,x_m,y_m\n0,1,1\n1,NaN,1\n2,1,1\n", "line 3: \"NaN\"")]
    [InlineData("t_s,x_m,y_m\n0,1,1\n1,,1\n2,1,1\n", "line 3: \"\"")]
    [InlineData("t_s,x_m,y_m\n0,1,1\n1,1e999,1\n2,1,1\n", "line 3")]
    [InlineData("t_s,x_m,y_m\n-1,1,1\n1,1,1\n2,1,1\n", "line 2: t_s = -1")]
    [InlineData("t_s,x_m,y_m\n0,1,1\n1e12,1,1\n", "line 3: t_s = 1000000000000")]
    [InlineData("t_s,x_m,y_m\n0,1,1\n1,5e5,1\n2,1,1\n", "line 3: the place")]
    [InlineData("t_s,x_m,y_m\n0,1,1\n1,1,1\n2,1", "line 4: has 2 values for 3 columns")]
    [InlineData("t_s,x_m,y_m\n0,1,1,7\n2,1,1\n", "line 2: has 4 values for 3 columns")]
    [InlineData("t_s,x_m,y_m\n0,0,1,0,1,0\n2,0,1,0,1,0\n", "line 2: has 6 values for 3 columns")]
    [InlineData("t_s,x_m,y_m\n0;0,1;0,2\n2;1;1\n", "line 2")]
    [InlineData("t_s,x_m,y_m\n0,1,1\n1,1,1\n", "ends at 1 s")]
    [InlineData("t_s,x_m,y_m\n0.7,1,1\n2,1,1\n", "begins at 0.7 s")]
    public void A_bad_file_is_one_clear_message_with_its_line_before_any_work(string text, string says)
    {
        var problem = Assert.Single(SpecValidator.Check(SpecOf(Write(text))), p => !p.IsWarning);
        Assert.Contains("behavior).path", problem.Path);
        Assert.Contains(says, problem.Reason);
        Assert.False(string.IsNullOrEmpty(problem.Remedy));
    }

    [Fact]
    public void A_file_that_is_not_there_or_a_folder_is_said()
    {
        Assert.Contains("no such file", Assert.Single(SpecValidator.Check(SpecOf(Path.Combine(_folder, "nowhere.csv"))), p => !p.IsWarning).Reason);
        Assert.Contains("no regular file", Assert.Single(SpecValidator.Check(SpecOf(_folder)), p => !p.IsWarning).Reason);
        Assert.Contains("needs the path", Assert.Single(SpecValidator.Check(SpecOf("")), p => !p.IsWarning).Reason);
        var idle = new Minisim.Steps.Behavior { Path = "x.csv" };
        Assert.Contains("ignored", Assert.Single(SpecValidator.Check(SpecOf("") with { Steps = [idle] }), p => !p.IsWarning).Reason);
    }

    [Fact]
    public void The_content_of_the_file_is_part_of_the_key_and_its_name_is_read_back()
    {
        var path = Write("t_s,x_m,y_m\n0,0.1,0.2\n2,0.3,0.6\n");
        var spec = SpecOf(path);
        var (key, stage) = (spec.CacheKey(), spec.With(new Neuropil()).StageKey("neuropil"));
        Assert.Equal(key, SpecJson.Parse(SpecJson.Write(spec)).CacheKey());
        // What a recording keeps can be simulated again without the file.
        var kept = SpecJson.Parse(SpecJson.Write(spec.WithFilesKept()));
        Assert.Equal(key, kept.CacheKey());
        var expected = Simulator.Compile(spec).Truth.Find("behavior_position_m")!.ToDoubles();
        File.Delete(path);
        Assert.Equal(expected, Simulator.Compile(kept).Truth.Find("behavior_position_m")!.ToDoubles());
        Assert.Contains(SpecValidator.Check(kept with { Acquisition = kept.Acquisition with { DurationS = 5 } }), p => p.Path.EndsWith("kept", StringComparison.Ordinal));
        Write("t_s,x_m,y_m\n0,0.1,0.2\n2,0.3,0.7\n");
        Assert.NotEqual(key, spec.CacheKey());
        Assert.NotEqual(stage, spec.With(new Neuropil()).StageKey("neuropil"));
    }

    [Fact]
    public void A_long_file_is_read_in_flat_memory()
    {
        var path = Path.Combine(_folder, "long.csv");
        using (var writer = new StreamWriter(path))
        {
            writer.Write("t_s,x_m,y_m\n");
            for (var i = 0; i <= 400_000; i++) writer.Write(FormattableString.Invariant($"{i * 0.001:0.###},0.5,0.5\n"));
        }
        BehaviorFile.Find(path, 2);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(BehaviorFile.Find(path, 2));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }
}
