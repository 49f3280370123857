using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Minisim.Formats.Avi;
using Minisim.Formats.Writing;
using Minisim.Formats.Zarr;
using Minisim.Rendering;
using Minisim.Truth;

namespace Minisim.Formats.Miniscope;

/// <summary>Writes a session folder: videos of 1000 frames by every thread, time stamps, metadata. Built beside
/// under a name that nobody can foresee, renamed when complete.</summary>
internal sealed class MiniscopeSink : IRecordingSink
{
    private readonly string _target, _partial;
    private readonly MiniscopeOptions _options;
    private RecordingHeader? _header;
    private FrameCount? _count;
    private AviFile[] _videos = [];
    private WriterLock? _lock;

    public MiniscopeSink(string path, MiniscopeOptions options)
    {
        _target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        _partial = StagedName.Beside(_target, StagedName.Partial);
        _options = options;
    }

    public int BlockFrames => 1;

    public void Begin(RecordingHeader header, GroundTruth truth)
    {
        var convert = EightBit.For(header, _options.Range, _target, isPreview: false);
        CheckTarget();
        ZarrFiles.CreateDirectory(Path.GetDirectoryName(_target)!);
        _lock = WriterLock.Take(_target);
        _lock.Announce(_partial);
        _header = header;
        _count = new FrameCount(header.Frames);
        ZarrFiles.CreateDirectory(_options.MsCamNames ? _partial : Path.Combine(_partial, SessionLayout.Device));
        _videos = new AviFile[SessionLayout.Videos(header.Frames)];
        for (var i = 0; i < _videos.Length; i++)
        {
            var frames = Math.Min(SessionLayout.FramesPerFile, header.Frames - i * SessionLayout.FramesPerFile);
            var layout = new AviLayout(frames, header.Height, header.Width, header.Timeline.FramesPerSecond, $"{Engine.Name} {Engine.Version}");
            _videos[i] = new AviFile(Path.Combine(_partial, SessionLayout.Video(_options.MsCamNames, i)), _options with { Overwrite = false }, layout, convert, header.PixelType.Bytes());
        }
    }

    private void CheckTarget()
    {
        OutputTarget.CheckSurroundings(_target);
        if (InputFile.KindOf(_target) is PathKind.File or PathKind.Special) throw new RecordingFormatException(_target, "exists and is a file.", "Name a folder.");
        if (!Directory.Exists(_target) || !Directory.EnumerateFileSystemEntries(_target).Any()) return;
        if (!_options.Overwrite) throw new RecordingFormatException(_target, "exists already.", "Write to another name, or ask to overwrite (--overwrite).");
        // A mistyped path must not cost somebody a real recording.
        if (!File.Exists(Path.Combine(_target, SessionLayout.Mark)))
            throw new RecordingFormatException(_target, "exists and was not simulated; it is not overwritten.", "Write to another name.");
    }

    public void Write(string? snapshot, int firstFrame, int count, ReadOnlySpan<byte> pixels)
    {
        if (snapshot is not null) return;
        var frameBytes = pixels.Length / count;
        for (var done = 0; done < count;)
        {
            var video = (firstFrame + done) / SessionLayout.FramesPerFile;
            var first = firstFrame + done - video * SessionLayout.FramesPerFile;
            var n = Math.Min(count - done, SessionLayout.FramesPerFile - first);
            _videos[video].Write(first, n, pixels.Slice(done * frameBytes, n * frameBytes));
            done += n;
        }
        _count!.Add(count);
    }

    public void Complete()
    {
        _count!.Finish();
        foreach (var video in _videos) video.Complete();
        var device = _options.MsCamNames ? _partial : Path.Combine(_partial, SessionLayout.Device);
        if (_options.MsCamNames) Text(Path.Combine(device, SessionLayout.OldTimeStamps), OldTimeStamps());
        Text(Path.Combine(device, SessionLayout.TimeStamps), TimeStamps());
        if (!_options.MsCamNames) Json(Path.Combine(device, SessionLayout.MetaData), DeviceMetaData());
        Json(Path.Combine(_partial, SessionLayout.MetaData), SessionMetaData());
        Json(Path.Combine(_partial, SessionLayout.Mark), new JsonObject
        {
            ["note"] = "Simulated. The folder imitates that of the Miniscope acquisition software; no animal was recorded.",
            ["engine"] = $"{Engine.Name} {Engine.Version}",
            ["spec_cache_key"] = _header!.Spec.CacheKey(_header.Until),
            ["spec"] = JsonNode.Parse(SpecJson.Write(_header.Spec)),
        });
        try
        {
            CheckTarget();
            var old = Directory.Exists(_target) ? StagedName.Beside(_target, StagedName.Replaced) : null;
            if (old is not null) Directory.Move(_target, old);
            Directory.Move(_partial, _target);
            if (old is not null) StagedName.Discard(old);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.Refused(_target, 0, e);
        }
        _lock?.Dispose();
        _lock = null;
    }

    private void Text(string path, string text) => ZarrFiles.Write(path, Encoding.UTF8.GetBytes(text), _options.Flush);

    private void Json(string path, JsonObject json) => ZarrFiles.Write(path, ZarrFiles.ToBytes(json), _options.Flush);

    private long Milliseconds(int frame) => (long)Math.Round(1000 * _header!.Timeline.TimeS(frame));

    /// <summary>Whole milliseconds, as the software has them.</summary>
    private string TimeStamps()
    {
        var text = new StringBuilder("Frame Number,Time Stamp (ms),Buffer Index\n");
        for (var f = 0; f < _header!.Frames; f++) text.Append(CultureInfo.InvariantCulture, $"{f},{Milliseconds(f)},0\n");
        return text.ToString();
    }

    private string OldTimeStamps()
    {
        var text = new StringBuilder("camNum\tframeNum\tsysClock\tbuffer\n");
        for (var f = 0; f < _header!.Frames; f++) text.Append(CultureInfo.InvariantCulture, $"0\t{f + 1}\t{Milliseconds(f)}\t1\n");
        return text.ToString();
    }

    private JsonObject DeviceMetaData()
    {
        var acquisition = _header!.Spec.Acquisition;
        return new JsonObject
        {
            ["ROI"] = new JsonObject { ["height"] = _header.Height, ["leftEdge"] = 0, ["topEdge"] = 0, ["width"] = _header.Width },
            ["compression"] = "GREY",
            ["deviceDirectory"] = Path.Combine(_target, SessionLayout.Device),
            ["deviceID"] = 0,
            ["deviceName"] = SessionLayout.Device,
            ["deviceType"] = "Miniscope_V4",
            ["ewl"] = 0,
            ["frameRate"] = string.Create(CultureInfo.InvariantCulture, $"{acquisition.Fps:0.###}FPS"),
            ["framesPerFile"] = SessionLayout.FramesPerFile,
            ["gain"] = "Low",
            ["led0"] = 0,
        };
    }

    private JsonObject SessionMetaData()
    {
        var json = new JsonObject
        {
            ["animalName"] = "simulated",
            ["baseDirectory"] = _target,
            ["cameras"] = new JsonArray(),
            ["experimentName"] = Path.GetFileName(_target),
            ["miniscopes"] = new JsonArray(SessionLayout.Device),
            ["researcherName"] = Engine.Name,
        };
        // Newer versions of the software have the moment in an object of its own.
        var start = new JsonObject();
        AddStart(json);
        AddStart(start);
        json["recordingStartTime"] = start;
        return json;
    }

    /// <summary>A fixed moment: the same spec gives the same files.</summary>
    private static void AddStart(JsonObject json)
    {
        var start = DateTime.UnixEpoch;
        foreach (var (name, value) in (ReadOnlySpan<(string, int)>)[("year", start.Year), ("month", start.Month), ("day", start.Day), ("hour", start.Hour), ("minute", start.Minute), ("second", start.Second), ("msec", 0), ("msecSinceEpoch", 0)])
            json[name] = value;
    }

    public void Dispose()
    {
        if (_lock is null) return;
        foreach (var video in _videos) video?.Dispose();
        StagedName.Discard(_partial);
        _lock.Dispose();
        _lock = null;
    }
}
