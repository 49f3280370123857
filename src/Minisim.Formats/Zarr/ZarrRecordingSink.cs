using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Minisim.Formats.Writing;
using Minisim.Rendering;
using Minisim.Truth;

namespace Minisim.Formats.Zarr;

/// <summary>Writes a recording as a folder <c>NAME.zarr</c>: Zarr version 2, chunk by chunk while it is rendered. Chunks are
/// packed and written in the threads that call <see cref="Write"/>.</summary>
/// <remarks>
/// <para>Built beside as <c>NAME.zarr.partial</c> and renamed by <see cref="Complete"/>. Disposed or killed before that, the
/// partial folder stays, and a sink for the same spec goes on from its finished chunks (<see cref="Has"/>). One of
/// another spec is refused, or replaced with <see cref="ZarrWriteOptions.Overwrite"/>.</para>
/// <para>Movies are stored as <c>output.store_dtype</c> says: "float32", "float64", or "auto" for the type of the
/// pixels handed over. Cut into blocks of <see cref="BlockFrames"/> frames, tiled in space, near 2 MiB a chunk.</para>
/// </remarks>
public sealed partial class ZarrRecordingSink : IRecordingSink
{
    private readonly string _target, _partial;
    private readonly ZarrWriteOptions _options;
    private readonly ConcurrentDictionary<string, uint> _checksums = new();
    private readonly List<StoredMovie> _movies = [];
    private RecordingHeader? _header;
    private WriterLock? _lock;
    private IReadOnlyDictionary<string, string> _leftOut = new Dictionary<string, string>();
    private ChunkJournal? _journal;
    private bool _resumed, _isPartialOurs;

    /// <summary>A sink that writes to a folder, by custom named <c>NAME.zarr</c>.</summary>
    /// <param name="path">The folder, which must not exist unless it is to be overwritten.</param>
    /// <param name="options">How; null for the defaults.</param>
    public ZarrRecordingSink(string path, ZarrWriteOptions? options = null)
    {
        _target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        _partial = _target + RecordingLayout.Partial;
        _options = options ?? new();
    }

    /// <summary>Frames of a chunk; known from <see cref="Begin"/> on, 1 before.</summary>
    public int BlockFrames { get; private set; } = 1;

    /// <summary>Whether <see cref="Begin"/> found an unfinished recording of the same spec to go on with.</summary>
    public bool IsResumed => _resumed;

    /// <summary>Chunks of the unfinished recording that had to be read to be trusted.</summary>
    internal int ChunksRead => _chunksRead;
    private int _chunksRead;

    private bool FlushMetadata => _options.Flush != ZarrFlush.None;
    private bool FlushChunks => _options.Flush == ZarrFlush.Everything;

    /// <summary>One movie on its way to disk.</summary>
    private sealed record StoredMovie(string? Name, ZarrArray Array, string Prefix, int Frames, int Height, int Width, PixelType Source, PixelType Stored)
    {
        public int ChunkFrames => Array.Chunks[0];
        public int TileHeight => Array.Chunks[1];
        public int TileWidth => Array.Chunks[2];
        public long Blocks => Array.Metadata.ChunkCount(0);
        public long Down => Array.Metadata.ChunkCount(1);
        public long Across => Array.Metadata.ChunkCount(2);
        public string Key(ReadOnlySpan<long> index) => Prefix + Array.Metadata.ChunkName(index);
    }

    /// <inheritdoc/>
    /// <exception cref="RecordingFormatException">The target exists, is being written, or has an unfinished recording of another
    /// spec.</exception>
    /// <exception cref="RecordingWriteException">The file system refuses.</exception>
    public void Begin(RecordingHeader header, GroundTruth truth)
    {
        if (_header is not null) throw new InvalidOperationException("a sink begins once");
        OutputTarget.CheckSurroundings(_target);
        ZarrFiles.CreateDirectory(Path.GetDirectoryName(_target)!);
        _lock = WriterLock.Take(_target);
        _header = header;
        _leftOut = truth.LeftOut;
        Replacement.Recover(_target, _partial);
        CheckTarget();

        var stored = StoredType(header.Spec, header.PixelType);
        BlockFrames = RecordingLayout.BlockFrames(header.Frames, (long)header.Height * header.Width * Math.Max(stored.Bytes(), header.PixelType.Bytes()));
        OpenPartial(header, stored);

        AddMovie(null, RecordingLayout.Observed, header.Height, header.Width, header.PixelType, stored);
        if (header.Snapshots.Count > 0) ZarrFiles.CreateDirectory(Path.Combine(_partial, RecordingLayout.Snapshots));
        foreach (var snapshot in header.Snapshots)
            AddMovie(snapshot.Name, $"{RecordingLayout.Snapshots}/{snapshot.Name}", snapshot.Height, snapshot.Width, PixelType.Float32, StoredType(header.Spec, PixelType.Float32));
        WriteTruth(truth);
    }

    private static PixelType StoredType(Spec spec, PixelType source) => spec.Output.StoreDtype switch
    {
        StoreDtype.Float64 => PixelType.Float64,
        StoreDtype.Float32 => PixelType.Float32,
        _ => source,
    };

    private ChunkCodec? Codec => _options.Compression switch
    {
        ZarrCompression.None => null,
        ZarrCompression.Zstd => new BloscCodec(BloscFrame.Inner.Zstd),
        _ => new BloscCodec(BloscFrame.Inner.Lz4),
    };

    private void CheckTarget()
    {
        if (File.Exists(_target)) throw new RecordingFormatException(_target, "exists and is a file.", "Write to another name.");
        if (!Directory.Exists(_target)) return;
        if (!_options.Overwrite) throw new RecordingFormatException(_target, "exists already.", "Write to another name, or ask to overwrite (--overwrite).");
        // A mistyped path must not cost somebody a folder of other things.
        if (!File.Exists(Path.Combine(_target, ".zgroup")) && Directory.EnumerateFileSystemEntries(_target).Any())
            throw new RecordingFormatException(_target, "exists and is not a recording; it is not overwritten.", "Write to another name.");
    }

    /// <summary>Makes or takes over the partial folder. What identifies it is written first, so that whatever else is there
    /// belongs to it.</summary>
    private void OpenPartial(RecordingHeader header, PixelType stored)
    {
        var identity = new JsonObject
        {
            ["note"] = $"This recording is unfinished and cannot be opened. Simulating the same spec to {Path.GetFileName(_target)} again goes on from the chunks that are here; delete this folder to start afresh.",
            ["engine"] = Engine.Name,
            ["model_version"] = Engine.ModelVersion,
            ["spec_cache_key"] = header.Spec.CacheKey(header.Until),
            ["until"] = header.Until,
            ["shape"] = new JsonArray(header.Frames, header.Height, header.Width),
            ["pixels"] = header.PixelType.ToString(),
            ["stored"] = stored.ToString(),
            ["block_frames"] = BlockFrames,
            ["compression"] = (_options.Compression == ZarrCompression.Auto ? ZarrCompression.Lz4 : _options.Compression).ToString(),
            ["snapshots"] = new JsonArray([.. header.Snapshots.Select(s => JsonValue.Create($"{s.Name} {s.Height} {s.Width}"))]),
        };
        var bytes = ZarrFiles.ToBytes(identity);
        var file = Path.Combine(_partial, RecordingLayout.Unfinished);
        if (InputFile.KindOf(_partial, follow: false) != PathKind.Missing)
        {
            CheckPartial(file);
            if (File.Exists(file) && ZarrFiles.ReadSmall(file).AsSpan().SequenceEqual(bytes)) _resumed = true;
            else if (_options.Overwrite) Directory.Delete(_partial, recursive: true);
            else if (File.Exists(file))
                throw new RecordingFormatException(_partial, "is an unfinished recording of another spec, version or layout.", "Finish it with the spec it was begun with, delete it, or ask to overwrite (--overwrite).");
        }
        ZarrFiles.CreateDirectory(_partial);
        _isPartialOurs = true;
        if (!_resumed) ZarrFiles.Write(file, bytes, flush: false);
        _journal = ChunkJournal.Open(Path.Combine(_partial, RecordingLayout.Journal), isNew: !_resumed);
        WriteMetadata(RecordingLayout.Spec, Encoding.UTF8.GetBytes(SpecJson.Write(header.Spec)));
    }

    /// <summary>The name is known to all. What lies there is taken only if it is ours: a folder, with our mark, and without links that
    /// would lead what is written elsewhere.</summary>
    private void CheckPartial(string file)
    {
        if (InputFile.KindOf(_partial, follow: false) != PathKind.Folder)
            throw new RecordingFormatException(_partial, "is no folder, and its name is needed for the unfinished recording.", "Move it away, or write to another name.");
        // Its maker may have been killed before it was marked.
        if (Directory.EnumerateFileSystemEntries(_partial).All(e => e.EndsWith(ZarrFiles.StagingSuffix, StringComparison.Ordinal))) return;
        var mark = File.Exists(file) ? ZarrFiles.ReadJson(file) : default;
        if (mark.ValueKind != JsonValueKind.Object || !mark.TryGetProperty("engine", out var engine) || engine.ValueKind != JsonValueKind.String || engine.GetString() != Engine.Name)
            throw new RecordingFormatException(_partial, "exists and is no unfinished recording of this program, which needs the name for one.", "Move it away, or write to another name.");
        if (new DirectoryInfo(_partial).EnumerateFileSystemInfos("*", SearchOption.AllDirectories).FirstOrDefault(e => e.LinkTarget is not null) is { } link)
            throw new RecordingFormatException(link.FullName, "is a link, in a folder that is written to.", $"Nobody but this program should write there; delete {_partial}, or write to another name.");
    }

    private void AddMovie(string? name, string folder, int height, int width, PixelType source, PixelType stored)
    {
        var header = _header!;
        var (tileHeight, tileWidth) = RecordingLayout.Tile(BlockFrames, height, width, stored.Bytes());
        var isFov = height == header.Height && width == header.Width;
        var metadata = new ZarrMetadata
        {
            Shape = [header.Frames, height, width],
            Chunks = [BlockFrames, tileHeight, tileWidth],
            DataType = RecordingLayout.TypeOf(stored),
            Compressor = Codec,
        };
        var attributes = new JsonObject { ["_ARRAY_DIMENSIONS"] = isFov ? new JsonArray("frame", "height", "width") : new JsonArray("frame", "canvas_height", "canvas_width") };
        attributes["units"] = source is PixelType.UInt8 or PixelType.UInt16 ? ZarrMovie.Count : "intensity";
        var array = ZarrArray.Create(Path.Combine(_partial, folder), metadata, attributes, FlushMetadata, (file, crc) => _checksums[$"{folder}/{file}"] = crc);
        _movies.Add(new StoredMovie(name, array, folder + "/", header.Frames, height, width, source, stored));
    }

    private StoredMovie Movie(string? snapshot) =>
        _movies.Find(m => m.Name == snapshot) ?? throw new ArgumentException($"no movie {snapshot ?? "(final)"} was announced", nameof(snapshot));

    /// <inheritdoc/>
    public bool Has(string? snapshot, int firstFrame, int count)
    {
        if (!_resumed) return false;
        var movie = Movie(snapshot);
        CheckBlock(movie, firstFrame, count);
        for (var block = firstFrame / movie.ChunkFrames; block * movie.ChunkFrames < firstFrame + count; block++)
            for (var i = 0; i < movie.Down; i++)
                for (var j = 0; j < movie.Across; j++)
                    if (!IsFinished(movie, [block, i, j]))
                        return false;
        return true;
    }

    private bool IsFinished(StoredMovie movie, ReadOnlySpan<long> index)
    {
        var key = movie.Key(index);
        if (_checksums.ContainsKey(key)) return true;
        if (!_resumed) return false;
        var file = Path.Combine(_partial, key);
        if (_journal!.Find(key, file) is { } written)
        {
            _checksums[key] = written;
            return true;
        }
        // A chunk that has its name was whole when it got it; after a power cut it may still be empty.
        if (!File.Exists(file)) return false;
        Interlocked.Increment(ref _chunksRead);
        if (movie.Array.Verify(index) is not { } crc) return false;
        _checksums[key] = crc;
        _journal.Add(key, file, crc);
        return true;
    }

    private static void CheckBlock(StoredMovie movie, int firstFrame, int count)
    {
        var end = firstFrame + count;
        if (firstFrame < 0 || count <= 0 || end > movie.Frames || firstFrame % movie.ChunkFrames != 0 || (end % movie.ChunkFrames != 0 && end != movie.Frames))
            throw new ArgumentException($"frames {firstFrame} to {end} of {movie.Frames} are no whole blocks of {movie.ChunkFrames}");
    }

    /// <inheritdoc/>
    /// <exception cref="RecordingWriteException">The file system refuses, for instance a full disk.</exception>
    public void Write(string? snapshot, int firstFrame, int count, ReadOnlySpan<byte> pixels)
    {
        // No frame more where the truth could not be written.
        if (_truth.IsFaulted) _truth.GetAwaiter().GetResult();
        var movie = Movie(snapshot);
        CheckBlock(movie, firstFrame, count);
        var frameBytes = movie.Height * movie.Width * movie.Source.Bytes();
        if (pixels.Length != (long)count * frameBytes) throw new ArgumentException($"{pixels.Length} bytes for {count} frames of {frameBytes}", nameof(pixels));
        for (var done = 0; done < count; done += movie.ChunkFrames)
        {
            var frames = Math.Min(movie.ChunkFrames, count - done);
            var block = pixels.Slice(done * frameBytes, frames * frameBytes);
            for (var i = 0; i < movie.Down; i++)
                for (var j = 0; j < movie.Across; j++)
                    WriteTile(movie, (firstFrame + done) / movie.ChunkFrames, i, j, frames, block);
        }
    }

    private void WriteTile(StoredMovie movie, long block, long i, long j, int frames, ReadOnlySpan<byte> pixels)
    {
        var pixel = movie.Source.Bytes();
        var tilePixels = movie.ChunkFrames * movie.TileHeight * movie.TileWidth;
        if (frames == movie.ChunkFrames && movie.Down == 1 && movie.Across == 1)
        {
            Store(movie, [block, i, j], pixels);
            return;
        }
        var rented = ArrayPool<byte>.Shared.Rent(tilePixels * pixel);
        var tile = rented.AsSpan(0, tilePixels * pixel);
        int top = (int)i * movie.TileHeight, left = (int)j * movie.TileWidth;
        int height = Math.Min(movie.TileHeight, movie.Height - top), width = Math.Min(movie.TileWidth, movie.Width - left);
        if (frames < movie.ChunkFrames || height < movie.TileHeight || width < movie.TileWidth) tile.Clear();
        for (var f = 0; f < frames; f++)
            for (var r = 0; r < height; r++)
                pixels.Slice(((f * movie.Height + top + r) * movie.Width + left) * pixel, width * pixel)
                    .CopyTo(tile[((f * movie.TileHeight + r) * movie.TileWidth * pixel)..]);
        Store(movie, [block, i, j], tile);
        ArrayPool<byte>.Shared.Return(rented);
    }

    private void Store(StoredMovie movie, ReadOnlySpan<long> index, ReadOnlySpan<byte> tile)
    {
        uint crc;
        if (movie.Source == movie.Stored)
        {
            crc = movie.Array.WriteChunk(index, tile, FlushChunks);
        }
        else if (movie is { Source: PixelType.UInt8, Stored: PixelType.Float32 } && movie.Array.Metadata.Compressor is BloscCodec)
        {
            crc = movie.Array.WriteCountsAsFloat32(index, tile, FlushChunks);
        }
        else
        {
            var bytes = tile.Length / movie.Source.Bytes() * movie.Stored.Bytes();
            var rented = ArrayPool<byte>.Shared.Rent(bytes);
            PixelTypes.Convert(tile, movie.Source, rented.AsSpan(0, bytes), movie.Stored);
            crc = movie.Array.WriteChunk(index, rented.AsSpan(0, bytes), FlushChunks);
            ArrayPool<byte>.Shared.Return(rented);
        }
        var key = movie.Key(index);
        _checksums[key] = crc;
        _journal!.Add(key, Path.Combine(_partial, key), crc);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Frames are missing.</exception>
    /// <exception cref="RecordingWriteException">The file system refuses.</exception>
    public void Complete()
    {
        if (_header is null || _lock is null) throw new InvalidOperationException("the sink has not begun, or is closed");
        _truth.GetAwaiter().GetResult();
        var missing = 0L;
        foreach (var movie in _movies)
            for (var block = 0; block < movie.Blocks; block++)
                for (var i = 0; i < movie.Down; i++)
                    for (var j = 0; j < movie.Across; j++)
                        if (!IsFinished(movie, [block, i, j]))
                            missing++;
        if (missing > 0) throw new InvalidOperationException($"{missing} chunks were not written; the recording stays unfinished: {_partial}");

        foreach (var stale in Directory.EnumerateFiles(_partial, "*" + ZarrFiles.StagingSuffix, SearchOption.AllDirectories)) File.Delete(stale);
        _journal?.Dispose();
        File.Delete(Path.Combine(_partial, RecordingLayout.Journal));
        WriteRoot();
        if (FlushMetadata)
            foreach (var folder in Directory.EnumerateDirectories(_partial, "*", SearchOption.AllDirectories).Append(_partial))
                ZarrFiles.FlushDirectory(folder);
        TakeName();
        _lock.Dispose();
        _lock = null;
    }

    private void WriteRoot()
    {
        var groups = new List<string> { RecordingLayout.GroundTruth, RecordingLayout.Planted, "" };
        if (_hasObserved) groups.Insert(0, RecordingLayout.ObservedFootprints);
        if (_movies.Count > 1) groups.Insert(0, RecordingLayout.Snapshots);
        foreach (var group in groups) WriteMetadata(group.Length == 0 ? ".zgroup" : group + "/.zgroup", new JsonObject { ["zarr_format"] = 2 });
        var attributes = new JsonObject
        {
            ["format_version"] = RecordingLayout.FormatVersion,
            ["spec_cache_key"] = _header!.Spec.CacheKey(_header.Until),
            ["gt_present"] = new JsonArray([.. _truthNames.Except(RecordingLayout.Always).Where(RecordingLayout.IsKnownToReference).Select(n => JsonValue.Create(n))]),
            ["snapshot_names"] = new JsonArray([.. _header.Snapshots.Select(s => JsonValue.Create(s.Name))]),
            ["minisim_engine"] = new JsonObject { ["name"] = Engine.Name, ["version"] = Engine.Version, ["model_version"] = Engine.ModelVersion },
            ["minisim_until"] = _header.Until,
            ["minisim_truth"] = new JsonArray([.. _truthNames.Select(n => JsonValue.Create(n))]),
            ["created"] = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            ["n_frames_written"] = _header.Frames,
            ["minisim_timeline"] = TimelineJson.Write(_header.Timeline),
        };
        if (_leftOut.Count > 0) attributes[RecordingLayout.LeftOut] = new JsonObject(_leftOut.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)JsonValue.Create(l.Value))));
        WriteMetadata(".zattrs", attributes);
        // Last, for it covers all the others.
        var files = new JsonObject();
        foreach (var (key, crc) in _checksums.OrderBy(c => c.Key, StringComparer.Ordinal)) files[key] = crc.ToString("x8", CultureInfo.InvariantCulture);
        ZarrFiles.Write(Path.Combine(_partial, RecordingLayout.Checksums), ZarrFiles.ToBytes(new JsonObject { ["algorithm"] = "crc32c", ["files"] = files }), FlushMetadata);
    }

    private void WriteMetadata(string name, JsonObject json) => WriteMetadata(name, ZarrFiles.ToBytes(json));

    private void WriteMetadata(string name, byte[] bytes)
    {
        ZarrFiles.Write(Path.Combine(_partial, name), bytes, FlushMetadata);
        _checksums[name] = ZarrFiles.Crc32C(bytes);
    }

    private void TakeName()
    {
        try
        {
            var old = Directory.Exists(_target) ? StagedName.Beside(_target, StagedName.Replaced) : null;
            if (old is not null)
            {
                CheckTarget();
                Replacement.Announce(_partial, old);
                Directory.Move(_target, old);
            }
            Directory.Move(_partial, _target);
            File.Delete(Path.Combine(_target, RecordingLayout.Unfinished));
            if (old is not null) Replacement.Finish(_target, old);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RecordingWriteException(_target, 0, $"the finished folder could not take this name: {e.Message.TrimEnd('.')}.", $"It is complete as {_partial}; free the name and run the same again.", e);
        }
        if (FlushMetadata) ZarrFiles.FlushDirectory(Path.GetDirectoryName(_target)!);
    }

    /// <summary>Lets go of the target. Without <see cref="Complete"/> the partial folder stays, to go on from; one without a single chunk, as after
    /// another sink of the run refused to begin, has nothing to go on from and goes.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        // Its error was told by what came before, or the run was stopped.
        Task.WaitAny(_truth);
        _journal?.Dispose();
        if (_lock is not null && _isPartialOurs && !_resumed && !_movies.Exists(m => _checksums.Keys.Any(k => IsChunk(m, k)))) StagedName.Discard(_partial);
        _lock?.Dispose();
        _lock = null;
    }

    // Beside its chunks an array has files of metadata, whose names begin with a point.
    private static bool IsChunk(StoredMovie movie, string key) => key.StartsWith(movie.Prefix, StringComparison.Ordinal) && key[movie.Prefix.Length] != '.';
}
