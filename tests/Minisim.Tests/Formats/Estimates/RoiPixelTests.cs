using System.Buffers.Binary;
using Minisim.Formats.Estimates;
using Minisim.Tests.Formats.Zarr;

namespace Minisim.Tests.Formats.Estimates;

/// <summary>Which pixels an ImageJ ROI holds, one by one: those whose centres lie in it.</summary>
public class RoiPixelTests : InTemporaryFolder
{
    private const int Size = 12;

    private string[] Read(byte[] roi)
    {
        File.WriteAllBytes(PathOf("a.roi"), roi);
        var footprints = EstimateFile.Read(PathOf("a.roi"), new EstimateHints { Height = Size, Width = Size, Frames = 10 }).Footprints;
        Assert.Equal(1, footprints.Count);
        var rows = Enumerable.Range(0, Size).Select(_ => new string('.', Size).ToCharArray()).ToArray();
        foreach (var pixel in footprints.Pixels(0)) rows[pixel / Size][pixel % Size] = '#';
        return [.. rows.Select(r => new string(r))];
    }

    private static byte[] Header(byte type, int top, int left, int bottom, int right, int points)
    {
        var roi = new byte[64 + 4 * points];
        "Iout"u8.CopyTo(roi);
        BinaryPrimitives.WriteInt16BigEndian(roi.AsSpan(4), 228);
        roi[6] = type;
        foreach (var (at, value) in ((int, int)[])[(8, top), (10, left), (12, bottom), (14, right), (16, points)]) BinaryPrimitives.WriteInt16BigEndian(roi.AsSpan(at), (short)value);
        return roi;
    }

    private static byte[] Polygon(params (int X, int Y)[] points)
    {
        int left = points.Min(p => p.X), top = points.Min(p => p.Y);
        var roi = Header(0, top, left, points.Max(p => p.Y), points.Max(p => p.X), points.Length);
        for (var i = 0; i < points.Length; i++)
        {
            BinaryPrimitives.WriteInt16BigEndian(roi.AsSpan(64 + 2 * i), (short)(points[i].X - left));
            BinaryPrimitives.WriteInt16BigEndian(roi.AsSpan(64 + 2 * points.Length + 2 * i), (short)(points[i].Y - top));
        }
        return roi;
    }

    [Fact]
    public void A_slanted_polygon_holds_the_pixels_whose_centres_lie_in_it() =>
        // No centre lies on an edge.
        Assert.Equal(
        [
            "............",
            "##..........",
            ".####.......",
            ".#######....",
            ".#########..",
            "..#######...",
            "..######....",
            "...####.....",
            "...###......",
            "...##.......",
            "............",
            "............",
        ], Read(Polygon((0, 1), (10, 4), (4, 11))));

    [Fact]
    public void An_oval_holds_the_pixels_whose_centres_lie_in_it() =>
        // Centre (6, 5), half axes 5 and 3.
        Assert.Equal(
        [
            "............",
            "............",
            "...######...",
            "..########..",
            ".##########.",
            ".##########.",
            "..########..",
            "...######...",
            "............",
            "............",
            "............",
            "............",
        ], Read(Header(2, 2, 1, 8, 11, 0)));
}
