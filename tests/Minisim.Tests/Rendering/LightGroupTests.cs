using Minisim.Rendering;
using Minisim.Scenes;

namespace Minisim.Tests.Rendering;

/// <summary>The renderer knows groups of light, no cells.</summary>
public class LightGroupTests
{
    private static readonly Grid Canvas = new(30, 40, 4, 1);

    private static LightGroup Cells(params (int Row, int Col, double Light)[] cells) => new(
        new CellShapes([.. cells.Select((c, i) => new Cell(0, i, default, new Footprint(c.Row, c.Col, 2, 2, [1, 0.5f, 0.25f, 1])))], null, Canvas),
        new TraceEmission([.. cells.Select(c => new[] { c.Light, 2 * c.Light, 3 * c.Light, 4 * c.Light })]));

    private static LightGroup Field(float value) => new(new FieldShapes([[.. Enumerable.Repeat(value, Canvas.Height * Canvas.Width)]], Canvas), new EnvelopeEmission([[1, 1, 1, 1]]));

    private static Minisim.Scenes.Scene Scene(params LightGroup[] lights) => new(Canvas, new Timeline(4, 20))
    {
        Lights = [.. lights],
        Motion = Motion.Rigid([(0, 0), (1, 0), (0, -2), (0.5, 0.5)]),
    };

    private static float[] Render(Minisim.Scenes.Scene scene, int frame)
    {
        using var renderer = new FrameRenderer(scene, new ParallelOptions());
        using var workspace = renderer.CreateWorkspace();
        var pixels = new float[30 * 40];
        renderer.Render(workspace, frame, 1, System.Runtime.InteropServices.MemoryMarshal.AsBytes(pixels.AsSpan()));
        return pixels;
    }

    [Fact]
    public void Groups_add_up_whatever_they_are()
    {
        var (first, second, field) = (Cells((10, 10, 1), (20, 30, 2)), Cells((11, 10, 4)), Field(0.5f));
        for (var frame = 0; frame < 4; frame++)
        {
            float[] a = Render(Scene(first), frame), b = Render(Scene(second), frame), c = Render(Scene(field), frame), all = Render(Scene(first, field, second), frame);
            for (var i = 0; i < all.Length; i++) Assert.Equal(a[i] + b[i] + c[i], all[i], 1e-5);
        }
    }

    [Fact]
    public void Cells_in_two_groups_have_the_bytes_of_the_same_cells_in_one()
    {
        var one = Scene(Field(0.5f), Cells((10, 10, 1), (20, 30, 2), (11, 10, 4)));
        var two = Scene(Cells((10, 10, 1)), Field(0.5f), Cells((20, 30, 2), (11, 10, 4)));
        for (var frame = 0; frame < 4; frame++) Assert.Equal(Render(one, frame), Render(two, frame));
    }

    [Fact]
    public void A_delivered_frame_shows_the_simulated_frame_that_the_timeline_says()
    {
        var whole = Scene(Cells((10, 10, 1)), Field(0.5f));
        // Frame 1 was lost, frame 2 came twice.
        var edited = whole with { Timeline = new Timeline(3, 20) { Acquired = [0, 2, 2], TimesS = [0, 0.1, 0.15] } };
        Assert.Equal(Render(whole, 0), Render(edited, 0));
        Assert.Equal(Render(whole, 2), Render(edited, 1));
        Assert.Equal(Render(whole, 2), Render(edited, 2));
        Assert.Equal(0.15, edited.Timeline.TimeS(2));
        Assert.Equal(0.1, whole.Timeline.TimeS(2));
    }

    [Fact]
    public void A_field_of_view_without_reach_shows_the_canvas_in_its_middle()
    {
        var canvas = new Minisim.Scenes.Scene(Canvas, new Timeline(1, 20)) { Lights = [Cells((10, 10, 1))] };
        Assert.Equal((38, 48), (canvas.Height, canvas.Width));
        var view = canvas with { Motion = Motion.Rigid([(0, 0)]) };
        Assert.Equal((30, 40), (view.Height, view.Width));
        Assert.Equal(0, view.Motion.ReachPx);
        Assert.Equal(1, Render(view, 0)[6 * 40 + 6]);
    }
}
