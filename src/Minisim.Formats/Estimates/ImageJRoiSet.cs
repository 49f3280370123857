using System.Buffers.Binary;
using System.IO.Compression;
using Minisim.Metrics;

namespace Minisim.Formats.Estimates;

/// <summary>ImageJ ROI sets: a zip of <c>.roi</c> files (polygons, ovals, rectangles, freehand), or one of them. Masks only, weight 1; a
/// pixel belongs to an area if its centre lies in it.</summary>
/// <remarks>Byte layout from ImageJ's published documentation of the format: big-endian, "Iout", type at 6, bounds at 8–15, number of
/// points at 16, options at 50, points from 64.</remarks>
internal sealed class ImageJRoiSet : EstimateFormat
{
    public override string Name => "ImageJ ROI set";

    public override bool Recognizes(EstimateSource source)
    {
        if (source.IsFolder) return false;
        if (source.Path.EndsWith(".roi", StringComparison.OrdinalIgnoreCase)) return true;
        if (!source.IsZip) return false;
        using var zip = ZipFile.OpenRead(source.Path);
        return zip.Entries.Any(IsRoi);
    }

    private static bool IsRoi(ZipArchiveEntry entry) => entry.FullName.EndsWith(".roi", StringComparison.OrdinalIgnoreCase);

    public override Estimate Read(EstimateSource source, EstimateHints hints)
    {
        if (hints.Height == 0) throw new EstimateFormatException(source.Path, "does not say the shape of its field.", "Score it with its recording.");
        var notes = new List<string>();
        var builder = new SparseFootprints.Builder(hints.Height, hints.Width);
        void Add(string name, byte[] bytes)
        {
            if (Pixels(bytes, hints.Height, hints.Width, $"{source.Path}/{name}") is { } pixels)
            {
                var ones = new double[pixels.Count];
                ones.AsSpan().Fill(1);
                builder.Add([.. pixels], ones);
            }
            else
            {
                notes.Add($"{name} is not an area and is left out");
            }
        }
        if (source.IsZip)
        {
            using var zip = ZipFile.OpenRead(source.Path);
            foreach (var entry in zip.Entries.Where(IsRoi))
            {
                using var stream = entry.Open();
                using var memory = new MemoryStream();
                stream.CopyTo(memory);
                Add(entry.FullName, memory.ToArray());
            }
        }
        else
        {
            Add(Path.GetFileName(source.Path), File.ReadAllBytes(source.Path));
        }
        return new Estimate(builder.Build()) { Notes = notes };
    }

    private static List<int>? Pixels(byte[] roi, int height, int width, string path)
    {
        if (roi.Length < 64 || !roi.AsSpan(0, 4).SequenceEqual("Iout"u8)) throw new EstimateFormatException(path, "is not an ImageJ ROI.");
        int Short(int at) => BinaryPrimitives.ReadInt16BigEndian(roi.AsSpan(at));
        var (type, top, left, bottom, right) = (roi[6], Short(8), Short(10), Short(12), Short(14));
        var n = BinaryPrimitives.ReadUInt16BigEndian(roi.AsSpan(16));
        var composite = BinaryPrimitives.ReadInt32BigEndian(roi.AsSpan(36)) > 0;
        var subPixel = (Short(50) & 128) != 0 && Short(4) >= 222;
        if (composite) throw new EstimateFormatException(path, "is a composite of several areas, which is not supported.", "Split it in ImageJ (More » Split).");
        var pixels = new List<int>();
        void Fill(Func<double, double, bool> inside)
        {
            for (var r = Math.Max(top, 0); r < Math.Min(bottom, height); r++)
                for (var c = Math.Max(left, 0); c < Math.Min(right, width); c++)
                    if (inside(r + 0.5, c + 0.5))
                        pixels.Add(r * width + c);
        }
        switch (type)
        {
            case 1:
                Fill(static (_, _) => true);
                return pixels;
            case 2:
                {
                    double cy = (top + bottom) / 2.0, cx = (left + right) / 2.0, ry = (bottom - top) / 2.0, rx = (right - left) / 2.0;
                    Fill((y, x) => (y - cy) * (y - cy) / (ry * ry) + (x - cx) * (x - cx) / (rx * rx) <= 1);
                    return pixels;
                }
            case 0 or 7 or 8:
                {
                    if (64 + (subPixel ? 12L : 4L) * n > roi.Length) throw new EstimateFormatException(path, $"claims {n} points and is too short for them.");
                    var (x, y) = (new double[n], new double[n]);
                    for (var i = 0; i < n; i++)
                    {
                        x[i] = subPixel ? BinaryPrimitives.ReadSingleBigEndian(roi.AsSpan(64 + 4 * n + 4 * i)) : left + Short(64 + 2 * i);
                        y[i] = subPixel ? BinaryPrimitives.ReadSingleBigEndian(roi.AsSpan(64 + 8 * n + 4 * i)) : top + Short(64 + 2 * n + 2 * i);
                    }
                    Fill((py, px) =>
                    {
                        var inside = false;
                        for (int i = 0, j = n - 1; i < n; j = i++)
                            if (y[i] > py != y[j] > py && px < (x[j] - x[i]) * (py - y[i]) / (y[j] - y[i]) + x[i])
                                inside = !inside;
                        return inside;
                    });
                    return pixels;
                }
            default:
                return null;
        }
    }
}
