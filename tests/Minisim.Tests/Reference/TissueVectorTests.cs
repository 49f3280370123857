namespace Minisim.Tests.Reference;

public class TissueVectorTests
{
    [Fact]
    public void Every_measured_call_of_the_tissue_motion_and_leakage_steps_gives_the_same_numbers()
    {
        var failures = new List<string>();
        var seen = new HashSet<string>();
        foreach (var item in new[] { "vessels.json", "motion.json", "neuropil.json", "fields.json", "focus.json" }.SelectMany(ReferenceData.Cases))
        {
            if (!VectorRunners.Tissue.TryGetValue(item.Function, out var runner)) continue;
            seen.Add(item.Function);
            if (Record.Exception(() => runner(item)) is { } e) failures.Add($"{item.File} {item.Function}: {e.Message}");
        }
        Assert.Equal(VectorRunners.Tissue.Keys.Order(), seen.Order());
        Assert.True(failures.Count == 0, string.Join(Environment.NewLine, failures));
    }
}
