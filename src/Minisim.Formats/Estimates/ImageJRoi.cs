using System.Buffers.Binary;

namespace Minisim.Formats.Estimates;

/// <summary>One ROI of ImageJ.</summary>
/// <remarks>Byte layout from ImageJ's published documentation of the format: big-endian, "Iout", type at 6, bounds at 8–15, number of
/// points at 16, options at 50, points from 64. A composite has the number of its path's floats at 36 and the path from 64: 0 move, 1 line,
/// 2 and 3 curves, 4 close.</remarks>
internal static class ImageJRoi
{
    /// <summary>Pixels of an area; null for a line or points.</summary>
    /// <exception cref="InvalidDataException">Damaged.</exception>
    public static List<int>? Pixels(byte[] roi, RoiFill fill)
    {
        if (roi.Length < 64 || !roi.AsSpan(0, 4).SequenceEqual("Iout"u8)) throw new InvalidDataException("it is not an ImageJ ROI");
        int Short(int at) => BinaryPrimitives.ReadInt16BigEndian(roi.AsSpan(at));
        float Single(int at) => BinaryPrimitives.ReadSingleBigEndian(roi.AsSpan(at));
        var (type, top, left, bottom, right) = (roi[6], Short(8), Short(10), Short(12), Short(14));
        var n = BinaryPrimitives.ReadUInt16BigEndian(roi.AsSpan(16));
        var floats = BinaryPrimitives.ReadInt32BigEndian(roi.AsSpan(36));
        if (floats > 0)
        {
            if (64 + 4L * floats > roi.Length) throw new InvalidDataException($"it claims a path of {floats} numbers and is too short for them");
            return fill.Paths(Composite(floats, Single));
        }
        var subPixel = (Short(50) & 128) != 0 && Short(4) >= 222;
        switch (type)
        {
            case 1:
                return fill.Box(top, left, bottom, right, static (_, _) => true);
            case 2:
                {
                    double cy = (top + bottom) / 2.0, cx = (left + right) / 2.0, ry = (bottom - top) / 2.0, rx = (right - left) / 2.0;
                    return fill.Box(top, left, bottom, right, (y, x) => (y - cy) * (y - cy) / (ry * ry) + (x - cx) * (x - cx) / (rx * rx) <= 1);
                }
            case 0 or 7 or 8:
                {
                    if (64 + (subPixel ? 12L : 4L) * n > roi.Length) throw new InvalidDataException($"it claims {n} points and is too short for them");
                    var path = new (double Y, double X)[n];
                    for (var i = 0; i < n; i++)
                        path[i] = subPixel ? (Single(64 + 8 * n + 4 * i), Single(64 + 4 * n + 4 * i)) : (top + Short(64 + 2 * n + 2 * i), left + Short(64 + 2 * i));
                    return fill.Paths([path], top, bottom, left, right);
                }
            default:
                return null;
        }
    }

    private static List<(double Y, double X)[]> Composite(int floats, Func<int, float> single)
    {
        const int curveSteps = 12;
        var paths = new List<(double, double)[]>();
        var path = new List<(double Y, double X)>();
        for (var i = 0; i < floats;)
        {
            var kind = single(64 + 4 * i++);
            var coordinates = kind switch { 0 or 1 => 2, 2 => 4, 3 => 6, 4 => 0, _ => throw new InvalidDataException($"its path has a step of kind {kind}") };
            if (i + coordinates > floats) throw new InvalidDataException("its path is cut off");
            (double Y, double X) Point(int k) => (single(64 + 4 * (i + 2 * k + 1)), single(64 + 4 * (i + 2 * k)));
            if (kind is 0 && path.Count > 0)
            {
                paths.Add([.. path]);
                path.Clear();
            }
            if (kind is 0 or 1) path.Add(Point(0));
            if (kind is 2 or 3)
            {
                if (path.Count == 0) throw new InvalidDataException("its path begins with a curve");
                var from = path[^1];
                for (var step = 1; step <= curveSteps; step++)
                {
                    var (t, s) = ((double)step / curveSteps, 1 - (double)step / curveSteps);
                    var (p, q) = (Point(0), Point(1));
                    if (kind == 2) path.Add((s * s * from.Y + 2 * s * t * p.Y + t * t * q.Y, s * s * from.X + 2 * s * t * p.X + t * t * q.X));
                    else
                    {
                        var r = Point(2);
                        path.Add((s * s * s * from.Y + 3 * s * s * t * p.Y + 3 * s * t * t * q.Y + t * t * t * r.Y, s * s * s * from.X + 3 * s * s * t * p.X + 3 * s * t * t * q.X + t * t * t * r.X));
                    }
                }
            }
            i += coordinates;
        }
        if (path.Count > 0) paths.Add([.. path]);
        return paths;
    }
}

/// <summary>Fills areas on a field.</summary>
/// <param name="height">Rows of the field.</param>
/// <param name="width">Columns of the field.</param>
internal sealed class RoiFill(int height, int width)
{
    /// <summary>Edges times rows that all areas of a set may take: a second of work, and far beyond what people draw.</summary>
    private const long MostCrossings = 20_000_000;

    private long _crossings;

    /// <summary>Whether a set has taken all the work that it may.</summary>
    public bool IsExhausted => _crossings > MostCrossings;

    /// <summary>The pixels of a box whose centres satisfy a condition.</summary>
    public List<int> Box(int top, int left, int bottom, int right, Func<double, double, bool> inside)
    {
        var pixels = new List<int>();
        for (var r = Math.Max(top, 0); r < Math.Min(bottom, height); r++)
            for (var c = Math.Max(left, 0); c < Math.Min(right, width); c++)
                if (inside(r + 0.5, c + 0.5))
                    pixels.Add(r * width + c);
        return pixels;
    }

    /// <summary>The pixels whose centres lie inside of paths by the even–odd rule: holes are holes.</summary>
    public List<int> Paths(List<(double Y, double X)[]> paths, int top = int.MinValue, int bottom = int.MaxValue, int left = int.MinValue, int right = int.MaxValue)
    {
        var crossings = new List<double>[height];
        foreach (var path in paths)
            for (int i = 0, j = path.Length - 1; i < path.Length; j = i++)
            {
                var ((y0, x0), (y1, x1)) = (path[i], path[j]);
                if (!(double.IsFinite(y0) && double.IsFinite(x0) && double.IsFinite(y1) && double.IsFinite(x1))) throw new InvalidDataException("it has a point that is no number");
                // Rows whose middle lies between the ends; an end that lies on one belongs to it once.
                var (low, high) = (Math.Min(y0, y1), Math.Max(y0, y1));
                var from = (int)Math.Clamp(Math.Ceiling(low - 0.5), Math.Max(0, top), height);
                for (var r = from; r < height && r < bottom && r + 0.5 < high; r++)
                {
                    if (++_crossings > MostCrossings) throw new InvalidDataException("it has too many points");
                    (crossings[r] ??= []).Add((x1 - x0) * (r + 0.5 - y0) / (y1 - y0) + x0);
                }
            }
        var pixels = new List<int>();
        for (var r = 0; r < height; r++)
        {
            if (crossings[r] is not { } row) continue;
            row.Sort();
            for (var k = 0; k + 1 < row.Count; k += 2)
                for (var c = (int)Math.Clamp(Math.Ceiling(row[k] - 0.5), Math.Max(0, left), width); c < width && c < right && c + 0.5 < row[k + 1]; c++)
                    pixels.Add(r * width + c);
        }
        return pixels;
    }
}
