using Minisim.Tests.Reference;

namespace Minisim.Tests.Metrics;

public class MetricsVectorTests
{
    public static TheoryData<int> Indices => [.. Enumerable.Range(0, ReferenceData.Cases("metrics.json").Count())];

    [Theory]
    [MemberData(nameof(Indices))]
    public void Metrics_give_the_reference_numbers(int index)
    {
        var item = ReferenceData.Cases("metrics.json").ElementAt(index);
        VectorRunners.Metrics[item.Function](item);
    }
}
