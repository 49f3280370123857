using Minisim.Scenes;
using Minisim.Steps;

namespace Minisim.Tests.Steps;

public class StepCatalogTests
{
    /// <summary>Truth and scores take what a pixel gets as factor · light + offset. A factor that acted on offsets too would be seen by the renderer alone.</summary>
    [Fact]
    public void No_factor_of_the_sensor_s_side_acts_after_an_offset()
    {
        var firstOffset = StepCatalog.Kinds.ToList().FindIndex(k => k.Gives.Contains(typeof(SensorOffset)));
        Assert.True(firstOffset >= 0);
        Assert.All(StepCatalog.Kinds.Skip(firstOffset), k => Assert.False(k.Gives.Contains(typeof(SensorFactor)), $"{k.Kind} gives a factor after an offset: truth is factor · light + offset"));
    }
}
