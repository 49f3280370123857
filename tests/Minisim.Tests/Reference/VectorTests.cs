namespace Minisim.Tests.Reference;

/// <summary>Walks every file of reference vectors, whatever it holds; a case that nothing here knows how to run is a failure.</summary>
public class VectorTests
{
    private static readonly Dictionary<string, Action<VectorCase>> Runners =
        new[] { VectorRunners.Core, VectorRunners.Cells, VectorRunners.Tissue, VectorRunners.Metrics }.SelectMany(r => r).ToDictionary();

    public static TheoryData<string> Files => [.. Directory.GetFiles(ReferenceData.Path("vectors"), "*.json").Select(p => Path.GetFileName(p)!).Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_measured_call_gives_the_reference_s_numbers(string file)
    {
        var failures = new List<string>();
        var run = 0;
        foreach (var item in ReferenceData.Cases(file))
        {
            run++;
            if (!Runners.TryGetValue(item.Function, out var runner))
            {
                failures.Add($"[{run - 1}] {item.Function}: nothing here knows how to run this function");
                continue;
            }
            try
            {
                runner(item);
            }
            catch (Exception e)
            {
                failures.Add($"[{run - 1}] {item.Function}: {e.Message}");
            }
        }
        Assert.True(run > 0, $"{file} holds no case");
        Assert.True(failures.Count == 0, $"{failures.Count} of {run} cases differ:{Environment.NewLine}{string.Join(Environment.NewLine, failures)}");
    }
}
