using Minisim.Formats;
using Minisim.Formats.Pictures;
using Minisim.Formats.Reports;
using Minisim.Steps;
using Minisim.Tests.Formats.Zarr;
using Minisim.Tests.Interop;
using Minisim.Tests.Invariance;
using SkiaSharp;

namespace Minisim.Tests.Formats.Pictures;

public sealed class PictureTests : InTemporaryFolder
{
    public static TheoryData<string, Figure> Drawn()
    {
        var all = new TheoryData<string, Figure>();
        foreach (var scene in Scenes.Keys)
            foreach (var figure in Enum.GetValues<Figure>())
                all.Add(scene, figure);
        return all;
    }

    private static Spec Small { get; } = RenderingInvarianceTests.Everything(seconds: 0.6);

    private static readonly Dictionary<string, (Spec Spec, string? Until)> Scenes = new()
    {
        ["everything"] = (Small, null),
        ["no steps"] = (Small with { Steps = [] }, null),
        ["no activity"] = (Small.Without<CellActivity>(), null),
        ["no motion"] = (Small.Without<BrainMotion>(), null),
        ["no cells"] = (Small.Without<PlaceNeurons>(), null),
        ["no optics"] = (Small.Without<OpticsStep>(), null),
        ["no sensor"] = (Small.Without<Sensor>(), null),
        ["no vessels"] = (Small.Without<Vasculature>(), null),
        ["a flat field"] = (Small with { Acquisition = new() { DurationS = 1, ImageSensor = new() { NPxHeight = 40, NPxWidth = 40 } } }, null),
        ["one frame"] = (RenderingInvarianceTests.Everything(seconds: 0.05), null),
        ["two frames"] = (RenderingInvarianceTests.Everything(seconds: 0.1), null),
        ["until composite"] = (Small, "composite"),
        ["until place_neurons"] = (Small, "place_neurons"),
        ["nothing detectable"] = (Small.With(new Sensor { PhotonsPerUnit = 0.01 }), null),
        ["dark baseline"] = (Small.With(new CellActivity { F0 = 0 }), null),
        ["very wide"] = (RenderingInvarianceTests.Everything(20, 300, 0.6), null),
        ["very tall"] = (RenderingInvarianceTests.Everything(300, 20, 0.6), null),
    };

    [Theory, MemberData(nameof(Drawn))]
    public void Every_figure_of_every_recording_is_drawn(string scene, Figure figure)
    {
        using var recording = Simulator.Run(Scenes[scene].Spec, new SimulateOptions { Until = Scenes[scene].Until });
        using var picture = Draw(recording, figure, new PreviewOptions { Scale = 0.25 });
        AssertNotBlank(picture);
    }

    [Fact]
    public void The_overview_has_the_stated_size_and_every_panel_has_something_in_it()
    {
        using var recording = Simulator.Run(RenderingInvarianceTests.Everything(101, 101));
        using var picture = Draw(recording, Figure.Overview, new PreviewOptions { Title = "Everything" });
        Assert.Equal((1600, 1384), (picture.Width, picture.Height));
        Assert.True(Colours(picture, new SKRectI(40, 170, 650, 760)) > 500, "projection");
        Assert.True(Colours(picture, new SKRectI(700, 170, 1100, 560)) > 200, "frame");
        Assert.True(Colours(picture, new SKRectI(750, 630, 1100, 740)) > 20, "histogram");
        Assert.True(Colours(picture, new SKRectI(1180, 170, 1560, 740)) > 100, "traces");
        Assert.True(Colours(picture, new SKRectI(90, 860, 540, 1010)) > 50, "side view");
        Assert.True(Colours(picture, new SKRectI(760, 860, 1300, 1010)) > 50, "motion");
        Assert.True(Colours(picture, new SKRectI(90, 1150, 640, 1300)) > 10, "path of the animal");
        Assert.True(Colours(picture, new SKRectI(760, 1150, 1500, 1300)) > 10, "place cells");
        Assert.True(Colours(picture, new SKRectI(20, 20, 300, 50)) > 10, "title");
    }

    [Fact]
    public void Text_is_drawn_with_the_fonts_that_the_library_brings()
    {
        // Glyphs that every picture uses; a machine without fonts must draw them all.
        const string used = "abcxyz ABC 0123456789 µΔ×·−–°⁰¹²³⁴⁵⁶⁷⁸⁹⁻%/().,<>=\u2009éü";
        foreach (var name in (string[])["Inter-Regular.otf", "Inter-SemiBold.otf"])
        {
            using var stream = typeof(Preview).Assembly.GetManifestResourceStream($"Minisim.Formats.Pictures.{name}");
            using var data = SKData.Create(stream);
            using var typeface = SKTypeface.FromData(data);
            Assert.Equal("Inter", typeface.FamilyName.Split(' ')[0]);
            Assert.DoesNotContain(used, c => typeface.GetGlyph(c) == 0);
        }
        Assert.NotNull(typeof(Preview).Assembly.GetManifestResourceInfo("Minisim.Formats.Pictures.OFL.txt"));
    }

    [Fact]
    public void The_same_recording_gives_the_same_picture_from_memory_and_from_disk()
    {
        var spec = RenderingInvarianceTests.Everything();
        using var memory = Simulator.Run(spec);
        var folder = PathOf("a.zarr");
        using (var sink = new Minisim.Formats.Zarr.ZarrRecordingSink(folder)) Simulator.Run(spec, [sink]);
        using var disk = Minisim.Formats.Zarr.ZarrRecording.Open(folder);
        foreach (var figure in Enum.GetValues<Figure>())
        {
            Figures.Save(memory, figure, PathOf("memory.png"), new() { Overwrite = true });
            Figures.Save(disk, figure, PathOf("disk.png"), new() { Overwrite = true });
            Assert.Equal(File.ReadAllBytes(PathOf("memory.png")), File.ReadAllBytes(PathOf("disk.png")));
        }
        Assert.Empty(Directory.GetFiles(Folder, "*.partial"));
    }

    [Fact]
    public void ImageMagick_finds_the_same_pixels_in_pictures()
    {
        Python.NeedProgram("identify");
        using var recording = Simulator.Run(Small);
        using (var picture = Draw(recording, Figure.Overview, new PreviewOptions { Scale = 0.5 }))
        {
            Assert.Equal($"PNG {picture.Width}x{picture.Height} 8", Python.Run("identify", "-format", "%m %wx%h %z", PathOf("Overview.png")));
            Python.Run("convert", PathOf("Overview.png"), "-depth", "8", "rgb:" + PathOf("pixels"));
            Assert.Equal(picture.Pixels.SelectMany(p => (byte[])[p.Red, p.Green, p.Blue]), File.ReadAllBytes(PathOf("pixels")));
        }
        // The small images of a score page.
        File.WriteAllBytes(PathOf("grey.png"), GrayPng.Encode([.. Enumerable.Range(0, 37 * 53).Select(i => i * 31 % 256 + 0.5)], 37, 53, 0, 255));
        Python.Run("convert", PathOf("grey.png"), "-depth", "8", "gray:" + PathOf("pixels"));
        Assert.Equal(Enumerable.Range(0, 37 * 53).Select(i => (byte)(i * 31 % 256)), File.ReadAllBytes(PathOf("pixels")));
    }

    [Fact]
    public void Another_format_and_options_out_of_range_are_refused_and_leave_nothing()
    {
        using var recording = Simulator.Run(RenderingInvarianceTests.Everything(seconds: 0.1));
        Assert.Contains("PNG, SVG or PDF", Assert.Throws<ArgumentException>(() => Preview.Save(recording, PathOf("a.jpg"))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Preview.Save(recording, PathOf("a.png"), new() { Cells = [recording.Truth.NUnits] }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Preview.Save(recording, PathOf("a.png"), new() { Frame = recording.Observed.Frames }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Preview.Save(recording, PathOf("a.png"), new() { Scale = double.NaN }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Preview.Save(recording, PathOf("a.png"), new() { MaxReads = 0 }));
        Assert.Empty(Directory.GetFileSystemEntries(Folder));
    }

    [Fact]
    public void A_picture_that_exists_is_replaced_only_when_asked()
    {
        using var recording = Simulator.Run(RenderingInvarianceTests.Everything(seconds: 0.1));
        File.WriteAllText(PathOf("a.png"), "mine");
        foreach (var figure in Enum.GetValues<Figure>())
        {
            var e = Assert.Throws<RecordingFormatException>(() => Figures.Save(recording, figure, PathOf("a.png")));
            Assert.Contains("--overwrite", e.Message);
            Assert.Equal("mine", File.ReadAllText(PathOf("a.png")));
        }
        Preview.Save(recording, PathOf("a.png"), new() { Overwrite = true });
        Assert.NotEqual("mine", File.ReadAllText(PathOf("a.png")));
        Assert.Single(Directory.GetFileSystemEntries(Folder));
    }

    [Fact]
    public void Every_figure_is_drawn_as_SVG_and_PDF_too_with_letters_that_need_no_typeface()
    {
        using var recording = Simulator.Run(RenderingInvarianceTests.Everything(seconds: 1));
        foreach (var figure in Enum.GetValues<Figure>())
        {
            Figures.Save(recording, figure, PathOf("new/folder/a.svg"), new() { Theme = PictureTheme.Light, Overwrite = true });
            var svg = System.Xml.Linq.XDocument.Load(PathOf("new/folder/a.svg"));
            Assert.Equal("svg", svg.Root!.Name.LocalName);
            Assert.DoesNotContain(svg.Descendants(), e => e.Name.LocalName == "text");
            Assert.True(svg.Descendants().Count(e => e.Name.LocalName == "path") > 20);
            Figures.Save(recording, figure, PathOf("a.pdf"), new() { Overwrite = true });
            Assert.StartsWith("%PDF-", File.ReadAllText(PathOf("a.pdf"), System.Text.Encoding.Latin1));
        }
        Assert.Equal(2, Directory.GetFileSystemEntries(Folder).Length);
    }

    [Fact]
    public void The_light_theme_is_for_paper_and_leaves_images_dark()
    {
        using var recording = Simulator.Run(RenderingInvarianceTests.Everything(seconds: 0.5));
        using var dark = Draw(recording, Figure.Overview, new());
        using var light = Draw(recording, Figure.Overview, new() { Theme = PictureTheme.Light });
        Assert.Equal(new SKColor(0xFFFFFFFF), light.GetPixel(2, 2));
        Assert.Equal(Palette.Dark.Page, dark.GetPixel(2, 2));
        // In the middle of the large image.
        Assert.Equal(dark.GetPixel(348, 430), light.GetPixel(348, 430));
    }

    private SKBitmap Draw(Recording recording, Figure figure, PreviewOptions options)
    {
        var path = PathOf($"{figure}.png");
        Figures.Save(recording, figure, path, options with { Overwrite = true });
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(path)[..4]);
        return SKBitmap.Decode(path);
    }

    private static void AssertNotBlank(SKBitmap picture)
    {
        Assert.True(picture.Width >= 200 && picture.Height >= 60, $"{picture.Width} × {picture.Height}");
        Assert.True(Colours(picture, picture.Info.Rect) > 20);
    }

    private static int Colours(SKBitmap picture, SKRectI area)
    {
        var colours = new HashSet<SKColor>();
        for (var y = area.Top; y < area.Bottom; y++)
            for (var x = area.Left; x < area.Right; x++)
                colours.Add(picture.GetPixel(x, y));
        return colours.Count;
    }
}
