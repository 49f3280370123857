using System.Globalization;
using System.Text.RegularExpressions;
using BitMiracle.LibTiff.Classic;
using Minisim.Formats.Writing;
using Minisim.Truth;
using LibTiff = BitMiracle.LibTiff.Classic.Tiff;

namespace Minisim.Formats.Tiff;

/// <summary>A multi-page TIFF: grey, 8 or 16-bit counts or floats, all pages alike. Uncompressed pages are read by place, from
/// several threads; others through the library, one at a time.</summary>
internal sealed class TiffMovie : FileMovie
{
    private readonly Lock _gate = new();
    /// <summary>Where each page's directory is.</summary>
    private readonly List<long> _pages = [];
    /// <summary>Where each page's pixels are, if they lie uncompressed in one piece.</summary>
    private readonly List<long>? _places = [];
    private readonly bool _isSwapped;
    private Stream? _stream;
    private LibTiff? _tiff;

    private TiffMovie(string path) : base(path)
    {
        try
        {
            var directories = new TiffDirectories((at, bytes) => ReadAt(at, bytes), Length, Path);
            TiffPage? first = null;
            var pageBytes = 0L;
            foreach (var page in directories.Pages())
            {
                if (first is null)
                {
                    first = page;
                    (Height, Width, PixelType) = (page.Height, page.Width, TypeOf(page));
                    pageBytes = (long)Height * Width * PixelType.Bytes();
                }
                if ((page.Height, page.Width) != (Height, Width) || TypeOf(page) != PixelType)
                    throw new RecordingFormatException(Path, $"page {_pages.Count} is not of the size or type of the first.", "A movie's frames are all alike.");
                if (_places is not null && Place(page, pageBytes) is { } place) _places.Add(place);
                else _places = null;
                _pages.Add(page.Directory);
            }
            RequireFramesAlone(first!.Description);
            if (_pages.Count == 1) AddUnlisted(first!.Description, pageBytes);
            Fps = Rate(first!.Description);
            if (_places is not null && _places.Max() + pageBytes > Length) throw Truncated();
            _isSwapped = directories.IsBigEndian == BitConverter.IsLittleEndian;
        }
        catch
        {
            Dispose(true);
            throw;
        }
    }

    public static TiffMovie Open(string path) => new(path);

    public override int Frames => _places?.Count ?? _pages.Count;
    public override int Height { get; }
    public override int Width { get; }
    public override PixelType PixelType { get; }
    public override double? Fps { get; }

    // As ImageJ writes it: a line fps=20, or the interval of a frame in s.
    private static double? Rate(string? description)
    {
        foreach (var (key, isInterval) in ((string, bool)[])[("fps=", false), ("finterval=", true)])
            foreach (var line in (description ?? "").Split('\n'))
                if (line.StartsWith(key, StringComparison.Ordinal) && double.TryParse(line.AsSpan(key.Length), CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) && value > 0)
                    return isInterval ? 1 / value : value;
        return null;
    }

    /// <summary>Pages along two axes are no frames one after another.</summary>
    private void RequireFramesAlone(string? description)
    {
        if (description is null) return;
        var isImageJ = description.StartsWith("ImageJ=", StringComparison.Ordinal);
        int Of(string imageJ, string ome)
        {
            var match = isImageJ ? Regex.Match(description, $"^{imageJ}=([0-9]{{1,9}})\\s*$", RegexOptions.Multiline) : Regex.Match(description, $"<Pixels[^>]*\\s{ome}=\"([0-9]{{1,9}})\"");
            return match.Success ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 1;
        }
        // One long axis is time, whatever it is called: ImageJ calls the frames of a movie slices, tifffile channels.
        (int Length, string Name)[] axes = [(Of("channels", "SizeC"), "channels"), (Of("slices", "SizeZ"), "depths"), (Of("frames", "SizeT"), "times")];
        var longer = axes.Where(a => a.Length > 1).ToArray();
        if (longer.Length > 1)
            throw new RecordingFormatException(Path, $"holds {string.Join(" of ", longer.Select(a => $"{a.Length} {a.Name}"))}, page by page.", "Save one of them as a movie of its own (ImageJ: Image > Duplicate, or Split Channels).");
    }

    // The corner of the first pixel, and for 5 to 8 the rows stand upright.
    private static readonly string[] Corners = ["", "top left", "top right", "bottom right", "bottom left", "top left, column by column,", "top right, column by column,", "bottom right, column by column,", "bottom left, column by column,"];

    private static readonly Dictionary<int, string> Packings = new()
    {
        [2] = "fax",
        [3] = "fax",
        [4] = "fax",
        [6] = "JPEG of old",
        [33003] = "JPEG 2000",
        [33005] = "JPEG 2000",
        [34712] = "JPEG 2000",
        [34887] = "LERC",
        [34925] = "LZMA",
        [50000] = "Zstandard",
        [50001] = "WebP",
        [50002] = "JPEG XL",
        [52546] = "JPEG XL",
    };

    private PixelType TypeOf(TiffPage page)
    {
        if (page.Width <= 0 || page.Height <= 0 || (long)page.Width * page.Height > 1 << 28) throw new RecordingFormatException(Path, $"has a page of {page.Height} x {page.Width}.", "The file is damaged.");
        if (page.Photometric == 0) throw new RecordingFormatException(Path, "counts from white to black (its photometric interpretation is 0).", "Save it with 0 as black (ImageJ: Edit > Invert, or Image > Lookup Tables > Grays).");
        if (page.Photometric == 3) throw new RecordingFormatException(Path, "holds numbers of colours in a palette; grey movies are read here.", "Convert it to grey (ImageJ: Image > Lookup Tables > Grays).");
        if (page.Compression is not (1 or 5 or 7 or 8 or 32773 or 32946))
            throw new RecordingFormatException(Path, $"is packed with the compression {page.Compression}{(Packings.TryGetValue(page.Compression, out var packing) ? $" ({packing})" : "")}, which is not read here.", "Save it without compression, or with LZW, deflate or PackBits.");
        if (page.IsTiled) throw new RecordingFormatException(Path, "is tiled.", "Tiled TIFF movies are not read here; save it as strips.");
        if (page.Orientation is >= 2 and <= 8)
            throw new RecordingFormatException(Path, $"begins at the {Corners[page.Orientation]} (its orientation is {page.Orientation}), where others begin at the top left: read row by row it would be mirrored or turned.", "Save it with the orientation applied, e.g. convert IN.tif -auto-orient OUT.tif.");
        if (page.Samples != 1) throw new RecordingFormatException(Path, "is in colour; grey movies are read here.", "Convert it to grey.");
        return (page.Format, page.Bits) switch
        {
            (1 or 4, 8) => PixelType.UInt8,
            (1 or 4, 16) => PixelType.UInt16,
            (3, 32) => PixelType.Float32,
            (3, 64) => PixelType.Float64,
            _ => throw new RecordingFormatException(Path, $"has {page.Bits}-bit pixels of format {page.Format}.", "Unsigned 8 and 16 bit and floats are read here."),
        };
    }

    private static long? Place(TiffPage page, long pageBytes)
    {
        // Bits from the lowest on are turned round by the library.
        if (page.Compression != 1 || page.IsTiled || page.IsBitReversed || page.Strips.Length == 0 || page.StripBytes.Length < page.Strips.Length) return null;
        long sum = 0;
        for (var i = 0; i < page.Strips.Length; i++)
        {
            if (page.Strips[i] != page.Strips[0] + sum) return null;
            sum += page.StripBytes[i];
        }
        return sum >= pageBytes ? page.Strips[0] : null;
    }

    /// <summary>Past 4 GB ImageJ writes one page, and the other frames behind it.</summary>
    private void AddUnlisted(string? description, long pageBytes)
    {
        if (_places is null || description?.StartsWith("ImageJ=", StringComparison.Ordinal) != true) return;
        var line = description.Split('\n').FirstOrDefault(l => l.StartsWith("images=", StringComparison.Ordinal));
        if (line is null || !int.TryParse(line["images=".Length..], out var images)) return;
        if (images > Length / pageBytes) throw Truncated();
        for (var i = 1; i < images; i++) _places.Add(_places[0] + i * pageBytes);
    }

    public override void Read(int first, int count, Span<byte> pixels)
    {
        CheckRange(first, count, pixels.Length);
        var size = Height * Width * PixelType.Bytes();
        for (var i = 0; i < count; i++)
        {
            var frame = pixels.Slice(i * size, size);
            if (_places is null)
            {
                ReadPage(first + i, frame);
                continue;
            }
            ReadAt(_places[first + i], frame);
            if (_isSwapped) ByteOrder.Turn(frame, PixelType.Bytes());
        }
    }

    private void ReadPage(int page, Span<byte> frame)
    {
        lock (_gate)
        {
            try
            {
                _stream ??= new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
                _tiff ??= TiffErrors.Open(Path, () => LibTiff.ClientOpen(Path, "r", _stream, new TiffStream()));
                TiffErrors.Check(Path, _tiff.SetSubDirectory(_pages[page]));
                var strips = _tiff.NumberOfStrips();
                MemoryBudget.Check(Path, _tiff.StripSize(), $"a strip of page {page}");
                var buffer = new byte[_tiff.StripSize()];
                var at = 0;
                for (var s = 0; s < strips; s++)
                {
                    var n = _tiff.ReadEncodedStrip(s, buffer, 0, buffer.Length);
                    TiffErrors.Check(Path, n >= 0);
                    n = Math.Min(n, frame.Length - at);
                    buffer.AsSpan(0, n).CopyTo(frame[at..]);
                    at += n;
                }
                if (at < frame.Length) throw Truncated();
            }
            catch (Exception e) when (e is not RecordingFormatException)
            {
                throw new RecordingFormatException(Path, $"page {page} cannot be unpacked.", "The file is damaged.", e);
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        _tiff?.Dispose();
        _stream?.Dispose();
        base.Dispose(disposing);
    }
}
