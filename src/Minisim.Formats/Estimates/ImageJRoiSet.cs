using System.IO.Compression;
using Minisim.Formats.Hdf5.Reading;
using Minisim.Formats.Numpy;
using Minisim.Formats.Reading;
using Minisim.Metrics;

namespace Minisim.Formats.Estimates;

/// <summary>ImageJ ROI sets: a zip of <c>.roi</c> files (polygons, ovals, rectangles, freehand, composites of these), or one of them. Masks
/// only, weight 1; a pixel belongs to an area if its centre lies in it. A ROI that cannot be read is left out; the others count.</summary>
internal sealed class ImageJRoiSet : EstimateFormat
{
    /// <summary>How often all areas together may cover the field: beyond it no recording needs them, and a small file can claim any number.</summary>
    private const long MostCovers = 100;

    public override string Name => "ImageJ ROI set";

    public override bool Recognizes(EstimateSource source)
    {
        if (source.IsFolder) return false;
        if (source.Path.EndsWith(".roi", StringComparison.OrdinalIgnoreCase)) return true;
        if (!source.IsZip) return false;
        using var zip = ZipFile.OpenRead(source.Path);
        return zip.Entries.Any(IsRoi);
    }

    // What macOS puts beside the files of an archive (__MACOSX/._1.roi) has their names and is none.
    private static bool IsRoi(ZipArchiveEntry entry) => entry.FullName.EndsWith(".roi", StringComparison.OrdinalIgnoreCase) && !entry.Name.StartsWith('.') && !entry.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal);

    public override Estimate Read(EstimateSource source, EstimateReading reading)
    {
        var hints = reading.Hints;
        if (hints.Height == 0) throw new EstimateFormatException(source.Path, "does not say the shape of its field.", "Score it with its recording.");
        var builder = new SparseFootprints.Builder(hints.Height, hints.Width);
        var fill = new RoiFill(hints.Height, hints.Width);
        var (read, covered) = (0, 0L);
        void Add(string name, byte[] bytes)
        {
            var pixels = reading.Optional("ROI", Hdf5File.Clean(name), () => ImageJRoi.Pixels(bytes, fill) ?? throw new NotReadException("it is not an area", "Only areas are cells."));
            if (fill.IsExhausted) throw new EstimateFormatException(source.Path, "has areas of more points than can be filled in reasonable time.", "Draw them with fewer points.");
            if (pixels is null) return;
            covered += pixels.Count;
            if (covered > MostCovers * hints.Height * hints.Width) throw new EstimateFormatException(source.Path, $"has areas that cover the field more than {MostCovers} times.", "No recording has as many cells; the file is damaged.");
            var ones = new double[pixels.Count];
            ones.AsSpan().Fill(1);
            builder.Add([.. pixels], ones);
            read++;
        }
        byte[] Bytes(ZipArchiveEntry entry) => entry.Length < 1 << 24 ? CheckedZip.Read(source.Path, entry) : throw new InvalidDataException($"it declares {ReadLimits.Text(entry.Length)}");
        if (source.IsZip)
        {
            using var zip = CheckedZip.Open(source.Path);
            MaskArrays.RequirePossible(zip.Entries.Count, hints.Height, hints.Width, source.Path);
            foreach (var entry in zip.Entries.Where(IsRoi))
            {
                var bytes = reading.Optional("ROI", Hdf5File.Clean(entry.FullName), () => Bytes(entry));
                if (bytes is null) continue;
                Add(entry.FullName, bytes);
            }
        }
        else
        {
            if (new FileInfo(source.Path).Length > 1 << 24) throw new EstimateFormatException(source.Path, "is not an ImageJ ROI.");
            var pixels = ImageJRoi.Pixels(File.ReadAllBytes(source.Path), fill) ?? throw new EstimateFormatException(source.Path, "is not an area.", "Only areas are cells.");
            builder.Add([.. pixels], [.. pixels.Select(_ => 1.0)]);
            read = 1;
        }
        if (read == 0 && reading.Has("ROI")) throw new EstimateFormatException(source.Path, "holds no ROI that is an area.", "Only areas are cells.");
        return reading.Finish(Name, builder.Build(), $"{read} ROIs");
    }
}
