using Minisim.Steps;

namespace Minisim.Tests.Steps.Sensor;

public class RadialFalloffTests
{
    [Fact]
    public void Vignette_is_one_at_the_centre_and_falloff_at_the_farthest_corner()
    {
        var acquisition = new Acquisition { ImageSensor = new() { NPxHeight = 31, NPxWidth = 41 } };
        var p = acquisition.PixelSizeUm();
        var field = new Vignette { Falloff = 0.3, Exponent = 2.5, CenterOffsetUm = new(3 * p, -4 * p) }.FieldFor(acquisition);
        Assert.Equal(1, field[18 * 41 + 16]);
        Assert.Equal(0.3, field[0 * 41 + 40], 1e-12);
        Assert.Equal(0.3, field.Min(), 1e-12);
        Assert.Equal(1, field.Max());
    }

    [Theory]
    [InlineData(12, 15)]
    [InlineData(12, 25)]
    [InlineData(18, 15)]
    [InlineData(18, 25)]
    [InlineData(-3, 20)]
    [InlineData(15, 44)]
    public void The_farthest_corner_has_the_falloff_wherever_the_centre_lies(double row, double col)
    {
        var field = RadialFalloff.Field(31, 41, row, col, 0.3, 2.5);
        Assert.Equal(0.3, field[(row < 15 ? 30 : 0) * 41 + (col < 20 ? 40 : 0)], 1e-12);
        Assert.Equal(0.3, field.Min(), 1e-12);
    }

    [Fact]
    public void A_single_pixel_is_fully_lit() => Assert.Equal([1.0], RadialFalloff.Field(1, 1, 0, 0, 0.2, 2));
}
