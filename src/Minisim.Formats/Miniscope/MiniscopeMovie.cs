using Minisim.Formats.Avi;
using Minisim.Truth;

namespace Minisim.Formats.Miniscope;

/// <summary>The numbered videos of a session folder, one after another.</summary>
internal sealed class MiniscopeMovie : Movie
{
    private readonly List<AviMovie> _videos = [];
    private readonly List<int> _firsts = [];

    private MiniscopeMovie() { }

    /// <summary>Opens a session folder, a device's folder in it, or one with the older names.</summary>
    /// <exception cref="RecordingFormatException">No such folder, no videos, one of them missing, or damaged.</exception>
    public static MiniscopeMovie Open(string path)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (!Directory.Exists(path)) throw new RecordingFormatException(path, "is no folder.", "Name the session folder.");
        Func<int, string>[] kinds =
        [
            i => Path.Combine(path, SessionLayout.Video(false, i)),
            i => Path.Combine(path, $"{i}.avi"),
            i => Path.Combine(path, SessionLayout.Video(true, i)),
        ];
        var name = kinds.FirstOrDefault(k => File.Exists(k(0))) ?? throw new RecordingFormatException(path, "is no recording: it has no Miniscope/0.avi, 0.avi or msCam1.avi, as sessions have, and no .zattrs, as Zarr recordings have.", "Name the session folder, or NAME.zarr.");
        var movie = new MiniscopeMovie();
        try
        {
            for (var i = 0; File.Exists(name(i)); i++) movie.Add(AviMovie.Open(name(i)));
            var folder = Path.GetDirectoryName(name(0))!;
            var others = Directory.EnumerateFiles(folder, "*.avi").Count(f => Path.GetFileName(f).TrimStart('m', 's', 'C', 'a')[..^4].All(char.IsAsciiDigit));
            if (others > movie._videos.Count) throw new RecordingFormatException(name(movie._videos.Count), "is missing between the others.", "Copy the folder again.");
            return movie;
        }
        catch
        {
            movie.Dispose();
            throw;
        }
    }

    private void Add(AviMovie video)
    {
        _firsts.Add(Frames);
        _videos.Add(video);
        if ((video.Height, video.Width) != (Height, Width)) throw new RecordingFormatException(video.Path, $"has frames of {video.Height} x {video.Width}, the first video of {Height} x {Width}.", "They are not of one session.");
    }

    public override int Frames => _videos.Count == 0 ? 0 : _firsts[^1] + (_videos.Count == _firsts.Count ? _videos[^1].Frames : 0);
    public override int Height => _videos[0].Height;
    public override int Width => _videos[0].Width;
    public override PixelType PixelType => PixelType.UInt8;
    public override double? Fps => _videos[0].Fps;

    public override void Read(int first, int count, Span<byte> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)first + count, Frames, nameof(count));
        var size = Height * Width;
        for (var done = 0; done < count;)
        {
            var video = _firsts.BinarySearch(first + done);
            if (video < 0) video = ~video - 1;
            var from = first + done - _firsts[video];
            var n = Math.Min(count - done, _videos[video].Frames - from);
            _videos[video].Read(from, n, pixels.Slice(done * size, n * size));
            done += n;
        }
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var video in _videos) video.Dispose();
    }
}
