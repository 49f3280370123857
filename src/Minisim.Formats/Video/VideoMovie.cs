using Minisim.Formats.Writing;
using Minisim.Truth;

namespace Minisim.Formats.Video;

/// <summary>A compressed grey video, decoded by ffmpeg from the first frame on. Reading forward is cheap; going back starts
/// again from the beginning.</summary>
internal sealed class VideoMovie : Movie
{
    private readonly Lock _gate = new();
    private readonly string _path;
    private Ffmpeg? _ffmpeg;
    private int _next;

    private VideoMovie(string path, int frames, int height, int width, PixelType type) =>
        (_path, Frames, Height, Width, PixelType) = (path, frames, height, width, type);

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
        try
        {
            list.Finish(path);
        }
        catch (IOException e)
        {
            throw new RecordingFormatException(path, $"is no video that ffmpeg reads: {e.Message}", "The file is damaged or something else.", e);
        }
        if (frames == 0 || width <= 0 || height <= 0) throw new RecordingFormatException(path, "has no video frames.", "It was not written to its end.");
        return new(path, frames, height, width, IsDeep(path) ? PixelType.UInt16 : PixelType.UInt8);
    }

    private static bool IsDeep(string path)
    {
        // The size of one decoded frame tells.
        using var ffmpeg = Ffmpeg.Start(path, "-i", "file:" + path, "-map", "0:v:0", "-frames:v", "1", "-f", "framecrc", "-c:v", "rawvideo", "-");
        using var reader = new StreamReader(ffmpeg.Output);
        long size = 0, pixels = 0;
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith("#dimensions 0:", StringComparison.Ordinal) && line["#dimensions 0:".Length..].Trim().Split('x') is [var w, var h])
                pixels = long.Parse(w, System.Globalization.CultureInfo.InvariantCulture) * long.Parse(h, System.Globalization.CultureInfo.InvariantCulture);
            else if (line.Length > 0 && line[0] != '#' && line.Split(',') is [_, _, _, _, var bytes, ..])
                size = long.Parse(bytes, System.Globalization.CultureInfo.InvariantCulture);
        }
        if (size == pixels) return false;
        if (size == 2 * pixels) return true;
        throw new RecordingFormatException(path, $"has {size} bytes for {pixels} pixels; grey movies of 8 or 16 bit are read here.", "Convert it to grey.");
    }

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
                _ffmpeg = Ffmpeg.Start(_path, "-i", "file:" + _path, "-map", "0:v:0", "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", PixelType == PixelType.UInt16 ? "gray16le" : "gray", "-");
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
