using Minisim.Rendering;
using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim.Tests.Rendering;

/// <summary>Cells far out of focus are summed on a coarse grid; the pixels must not show it.</summary>
public class WideLightTests
{
    private static readonly Footprint Soma = new(40, 57, 9, 9, [.. Enumerable.Range(0, 81).Select(k => Math.Pow(k / 9 - 4, 2) + Math.Pow(k % 9 - 4, 2) < 18 ? 1f : 0f)]);

    private static Minisim.Scenes.Scene Model(double sigma, int margin, float[]? mask = null)
    {
        var grid = new Grid(151, 170, margin, 1);
        var soma = Soma with { Row = Soma.Row + margin, Col = Soma.Col + margin };
        return new Minisim.Scenes.Scene(grid, new Timeline(1, 20))
        {
            Lights = [new LightGroup(new CellShapes([new Cell(0, 0, default, soma)], [new CellOptics(sigma, 0.7, 0, true)], grid), new TraceEmission([[3.0]]))],
            TissueFactor = mask,
            Motion = Motion.Rigid([(0, 0)]),
        };
    }

    private static float[] Render(Minisim.Scenes.Scene model, SimdWidth? width = null, bool? isCrowded = null)
    {
        using var renderer = new FrameRenderer(model, new ParallelOptions(), default, width, isCrowded: isCrowded);
        using var workspace = renderer.CreateWorkspace();
        var bytes = new byte[renderer.FrameBytes];
        renderer.Render(workspace, 0, 1, bytes);
        var pixels = new float[bytes.Length / 4];
        Buffer.BlockCopy(bytes, 0, pixels, 0, bytes.Length);
        return pixels;
    }

    [Theory]
    [InlineData(12.0, 2)]
    [InlineData(23.9, 2)]
    [InlineData(24.0, 4)]
    [InlineData(35.0, 4)]
    [InlineData(48.0, 8)]
    [InlineData(61.6, 8)]
    [InlineData(96.0, 16)]
    public void Interpolated_light_is_the_blurred_footprint_within_a_part_in_a_hundred_thousand(double sigma, int step)
    {
        var model = Model(sigma, 0);
        Assert.Equal(step, new LightLayout(model, isCrowded: step == 2).Step(0));
        var exact = new float[151 * 170];
        FootprintOptics.Degrade(Soma, sigma, 0.7, 151, 170).AddTo(exact, 151, 170);
        var peak = 3 * exact.Max();
        var pixels = Render(model, isCrowded: step == 2);
        for (var i = 0; i < exact.Length; i++) Assert.Equal(3 * exact[i], pixels[i], Tolerance(i / 170, i % 170));

        // The blur ends at 4 σ, with a step of 3.4e-4 of its profile there; interpolation rounds that step off.
        double Tolerance(int row, int col) => Near(row, Soma.Row, Soma.Height) || Near(col, Soma.Col, Soma.Width) ? 3.4e-4 * peak : 1e-5 * peak;
        bool Near(int x, int first, int length)
        {
            var radius = FootprintOptics.GaussianRadius(sigma);
            return Math.Abs(x - (first - radius)) <= 4 * step + length || Math.Abs(x - (first + length + radius)) <= 4 * step + length;
        }
    }

    [Fact]
    public void Cells_of_middling_blur_share_a_grid_only_where_they_are_many()
    {
        var grid = new Grid(40, 40, 3, 1);
        Assert.Equal(1, Crowd(2).Step(0));
        Assert.Equal(2, Crowd(12).Step(0));
        // Those that only motion brings into view do not count.
        Assert.Equal(1, Crowd(12, y: 21).Step(0));

        // One covers 97 × 97 px, six times the view.
        LightLayout Crowd(int count, double y = 0) => new(new Minisim.Scenes.Scene(grid, new Timeline(1, 20))
        {
            Lights = [new LightGroup(new CellShapes([.. Enumerable.Range(0, count).Select(i => new Cell(0, i, new Position(0, y, 0), new Footprint(20, 20, 1, 1, [1])))],
                [.. Enumerable.Repeat(new CellOptics(12, 1, 0, false), count)], grid), new TraceEmission([]))],
        });
    }

    [Fact]
    public void A_wider_canvas_changes_no_pixel_of_wide_light()
    {
        var narrow = Render(Model(30, 1));
        foreach (var margin in new[] { 2, 3, 4, 13 }) Assert.Equal(narrow, Render(Model(30, margin)));
    }

    [Fact]
    public void Wide_light_has_the_same_bits_at_every_register_width()
    {
        float[] mask = [.. Enumerable.Range(0, 157 * 176).Select(i => 1 - i % 7 / 10f)];
        var scalar = Render(Model(50, 3, mask), SimdWidth.Scalar);
        Assert.True(scalar.Distinct().Count() > 1000);
        foreach (var width in new[] { SimdWidth.V128, SimdWidth.V256, SimdWidth.V512 })
        {
            Assert.Equal(scalar, Render(Model(50, 3, mask), width));
            foreach (var (sigma, isCrowded) in new[] { (13.0, true), (30.0, false), (100.0, false) })
                Assert.Equal(Render(Model(sigma, 3, mask), SimdWidth.Scalar, isCrowded), Render(Model(sigma, 3, mask), width, isCrowded));
        }
    }

    [Fact]
    public void Vessels_shade_wide_light_pixel_by_pixel()
    {
        float[] mask = [.. Enumerable.Range(0, 151 * 170).Select(i => i % 3 / 2f)];
        float[] clear = Render(Model(30, 0)), shaded = Render(Model(30, 0, mask));
        for (var i = 0; i < clear.Length; i++) Assert.Equal(clear[i] * mask[i], shaded[i]);
    }
}
