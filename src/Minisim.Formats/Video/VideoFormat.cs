using Minisim.Rendering;
using Minisim.Truth;

namespace Minisim.Formats.Video;

/// <summary>A codec of ffmpeg's in a container.</summary>
internal sealed class VideoFormat : IRecordingFormat
{
    /// <summary>Lossless, 8 or 16 bit.</summary>
    public static VideoFormat Ffv1 { get; } = new("ffv1", [".mkv"], "FFV1, lossless, in Matroska (or AVI, with a name that ends in .avi), through ffmpeg: exact 8 or 16-bit counts in half the space.", isPreview: false,
        ["-c:v", "ffv1", "-level", "3", "-g", "1", "-slicecrc", "1"]);
    /// <summary>For slides and browsers.</summary>
    public static VideoFormat Mp4 { get; } = new("mp4", [".mp4"], "H.264 preview through ffmpeg, for slides and browsers: lossy, 8 bit.", isPreview: true,
        ["-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-movflags", "+faststart"]);
    /// <summary>For browsers.</summary>
    public static VideoFormat WebM { get; } = new("webm", [".webm"], "VP9 preview through ffmpeg, for browsers: lossy, 8 bit.", isPreview: true,
        ["-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p", "-c:v", "libvpx-vp9", "-crf", "24", "-b:v", "0", "-deadline", "realtime", "-cpu-used", "6", "-row-mt", "1"]);

    /// <summary>For slides.</summary>
    public static VideoFormat Gif { get; } = new("gif", [".gif"], "Animated GIF through ffmpeg, for slides: at most 480 px wide and 25 frames per second, grey.", isPreview: true,
        ["-vf", "fps=min(25\\,source_fps),scale=min(480\\,iw):-1:flags=area", "-pix_fmt", "gray", "-c:v", "gif", "-loop", "0"]);

    private VideoFormat(string name, string[] extensions, string description, bool isPreview, string[] codec) =>
        (Name, Extensions, Description, IsPreview, Codec) = (name, extensions, description, isPreview, codec);

    public string Name { get; }
    public IReadOnlyList<string> Extensions { get; }
    public string Description { get; }
    /// <summary>Lossy: for looking at.</summary>
    public bool IsPreview { get; }
    public IReadOnlyList<string> Codec { get; }
    /// <summary>Nothing random, and nothing of the machine: Matroska's identifiers and the names of libraries would differ on every run.</summary>
    public static readonly string[] Reproducible = ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact"];
    public FormatContents Contents => FormatContents.Movie;
    public bool CanRead => !IsPreview;

    /// <summary>ffmpeg's name of the container: the file being written has another ending.</summary>
    public string ContainerOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch { ".avi" => "avi", ".mp4" => "mp4", ".webm" => "webm", _ => IsPreview ? Name : "matroska" };

    public FormatOptions Options => IsPreview ? new VideoOptions() : new EightBitOptions();
    public IRecordingSink CreateSink(string path, FormatOptions options) => new VideoSink(path, EightBitOptions.Of(options), this);

    /// <summary>What ffmpeg is told of pictures beside each other: sides of a size for a screen, and no more bits than playing them needs (noise
    /// does not pack: at the codec's own quality a minute of 608² takes hundreds of megabytes).</summary>
    public IEnumerable<string> SideBySide(int height, int width)
    {
        var (h, w) = ScreenSize(height, width);
        // Whole pixels become larger squares; nothing is smoothed that is not made smaller.
        var scale = $"scale={w}:{h}:flags={(h > height ? "neighbor" : "area")}";
        return Name switch
        {
            "mp4" => ["-vf", scale, "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-maxrate", "8M", "-bufsize", "16M", "-movflags", "+faststart"],
            "webm" => ["-vf", scale, "-pix_fmt", "yuv420p", "-c:v", "libvpx-vp9", "-crf", "32", "-b:v", "8M", "-deadline", "realtime", "-cpu-used", "6", "-row-mt", "1"],
            _ => ["-vf", $"fps=min(25\\,source_fps),scale=min(960\\,iw):-1:flags=area", "-pix_fmt", "gray", "-c:v", "gif", "-loop", "0"],
        };
    }

    /// <summary>Even sides: at most 1920 × 1080; small ones enlarged by a whole number towards 480 rows.</summary>
    internal static (int Height, int Width) ScreenSize(int height, int width)
    {
        var scale = Math.Min(1, Math.Min(1080.0 / height, 1920.0 / width));
        if (scale == 1) scale = Math.Max(1, Math.Min(480 / height, 1920 / width));
        return (Even(height * scale), Even(width * scale));

        static int Even(double side) => Math.Max(2, (int)Math.Round(side / 2) * 2);
    }

    public Movie? OpenMovie(string path) => CanRead ? VideoMovie.Open(path) : null;
}
