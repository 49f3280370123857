using System.Text.RegularExpressions;
using Minisim.Formats.Writing;
using Minisim.Truth;

namespace Minisim.Formats.Video;

/// <summary>A compressed grey video, decoded by ffmpeg from the first frame on. Reading forward is cheap; going back starts
/// again from the beginning.</summary>
internal sealed partial class VideoMovie : Movie
{
    private readonly Lock _gate = new();
    private readonly string _path;
    private Ffmpeg? _ffmpeg;
    private int _next;
    private readonly string _format;

    private VideoMovie(string path, int frames, int height, int width, string format) =>
        (_path, Frames, Height, Width, PixelType, _format) = (path, frames, height, width, Depths[format], format);

    public override int Frames { get; }
    public override int Height { get; }
    public override int Width { get; }
    public override PixelType PixelType { get; }

    /// <summary>Opens a file: one pass counts its frames, since containers may not know.</summary>
    /// <exception cref="RecordingFormatException">Missing, foreign, in colour, or there is no ffmpeg.</exception>
    public static VideoMovie Open(string path)
    {
        path = Path.GetFullPath(path);
        FileMovie.OpenHandle(path).Dispose();
        // A list of checksums of the packets, undecoded: a line for each frame.
        using var list = Ffmpeg.Start(path, "-i", "file:" + path, "-map", "0:v:0", "-c", "copy", "-f", "framecrc", "-");
        int frames = 0, width = 0, height = 0;
        using (var reader = new StreamReader(list.Output))
        {
            while (reader.ReadLine() is { } line)
            {
                if (line.StartsWith("#dimensions 0:", StringComparison.Ordinal) && line["#dimensions 0:".Length..].Trim().Split('x') is [var w, var h])
                    (width, height) = (int.Parse(w, System.Globalization.CultureInfo.InvariantCulture), int.Parse(h, System.Globalization.CultureInfo.InvariantCulture));
                else if (line.Length > 0 && line[0] != '#')
                    frames++;
            }
        }
        if (!list.EndedWell()) throw new RecordingFormatException(path, $"is no video that ffmpeg reads: {list.Said().TrimEnd('.')}.", "The file is damaged or something else.");
        // What it read it counts and ends well, also where the file was cut.
        if (list.Said() is { Length: > 0 } said)
            throw new RecordingFormatException(path, $"is not whole: {frames:N0} frames are there ({said.TrimEnd('.')}).", "It was not written to its end, or cut: copy or write it again, or keep what is there with ffmpeg -i IN.mkv -c copy OUT.mkv.");
        if (frames == 0 || width <= 0 || height <= 0) throw new RecordingFormatException(path, "has no video frames.", "It was not written to its end.");
        return new(path, frames, height, width, FormatOf(path));
    }

    /// <summary>ffmpeg's name of the pixels, of which the first frame is asked.</summary>
    private static string FormatOf(string path)
    {
        using var ffmpeg = Ffmpeg.Start(path, "-v", "info", "-nostats", "-i", "file:" + path, "-map", "0:v:0", "-frames:v", "1", "-vf", "showinfo", "-f", "null", "-");
        var format = Shown().Match(ffmpeg.All()) is { Success: true } match ? match.Groups[1].Value : "unknown to ffmpeg";
        return Depths.ContainsKey(format) ? format : throw new RecordingFormatException(path, $"holds pixels that are {format}; grey movies of 8 to 16 bit are read here.", "Convert it to grey: ffmpeg -i IN -pix_fmt gray -c:v ffv1 OUT.mkv.");
    }

    // Counts stay what they are: ffmpeg would stretch those of 10 bits to 16.
    private static readonly Dictionary<string, PixelType> Depths = new()
    {
        ["gray"] = PixelType.UInt8,
        ["gray9le"] = PixelType.UInt16,
        ["gray10le"] = PixelType.UInt16,
        ["gray12le"] = PixelType.UInt16,
        ["gray14le"] = PixelType.UInt16,
        ["gray16le"] = PixelType.UInt16,
    };

    [GeneratedRegex(@"Parsed_showinfo.* fmt:(\w+) ")]
    private static partial Regex Shown();

    public override void Read(int first, int count, Span<byte> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)first + count, Frames, nameof(count));
        var size = Height * Width * PixelType.Bytes();
        lock (_gate)
        {
            if (first < _next || _ffmpeg is null)
            {
                _ffmpeg?.Dispose();
                _ffmpeg = Ffmpeg.Start(_path, "-i", "file:" + _path, "-map", "0:v:0", "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", _format, "-");
                _next = 0;
            }
            var skipped = new byte[_next < first ? size : 0];
            try
            {
                for (; _next < first; _next++) _ffmpeg.Output.ReadExactly(skipped);
                for (var i = 0; i < count; i++, _next++) _ffmpeg.Output.ReadExactly(pixels.Slice(i * size, size));
            }
            catch (EndOfStreamException e)
            {
                throw new RecordingFormatException(_path, $"ends at frame {_next} of {Frames}.", "The file is damaged.", e);
            }
        }
    }

    protected override void Dispose(bool disposing) => _ffmpeg?.Dispose();
}
