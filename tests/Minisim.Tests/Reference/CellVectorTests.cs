namespace Minisim.Tests.Reference;

public class CellVectorTests
{
    public static TheoryData<string> Files => ["activity.json", "bleaching.json", "footprint.json", "spec.json", "fields.json"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_measured_call_of_the_cell_steps_gives_the_same_numbers(string file)
    {
        var failures = new List<string>();
        var run = 0;
        foreach (var (item, i) in ReferenceData.Cases(file).Select((c, i) => (c, i)))
        {
            if (!VectorRunners.Cells.TryGetValue(item.Function, out var runner)) continue;
            run++;
            try
            {
                runner(item);
            }
            catch (Exception e)
            {
                failures.Add($"[{i}] {item.Function}: {e.Message}");
            }
        }
        Assert.True(run > 0, $"no case of {file} was run");
        Assert.True(failures.Count == 0, string.Join(Environment.NewLine, failures));
    }
}
