using System.Text.Json;
using Minisim.Formats;
using Minisim.Formats.Miniscope;
using Minisim.Formats.Pictures;
using Minisim.Rendering;
using Minisim.Truth;

namespace Minisim.Native;

/// <summary>Some frames into the caller's memory, by all threads.</summary>
internal static unsafe class FrameRange
{
    // Small enough to be cancelled soon, large enough that footprints are read for many frames at once.
    private const int Block = 32;

    public static void Render(CompiledScene scene, long first, long count, byte* target, long bytes, Run run) =>
        InBlocks(scene.Frames, scene.FrameBytes, first, count, target, bytes, run, scene.Render);

    public static void Read(Movie movie, long first, long count, byte* target, long bytes, Run run) =>
        InBlocks(movie.Frames, movie.Height * movie.Width * movie.PixelType.Bytes(), first, count, target, bytes, run, movie.Read);

    private delegate void Reader(int first, int count, Span<byte> pixels);

    private static void InBlocks(int frames, int frameBytes, long first, long count, byte* target, long bytes, Run run, Reader read)
    {
        if (first < 0 || count < 0 || first > frames || count > frames - first)
            throw new ArgumentException($"frames {first} to {first + count - 1} are not all in a movie of {frames}");
        if (bytes != count * frameBytes) throw new ArgumentException($"{count} frames need {count * frameBytes} bytes, not {bytes}");
        if (count == 0) return;
        Abi.Need(target, "target");
        var block = (int)Math.Clamp((256L << 20) / frameBytes, 1, Block);
        var blocks = (int)((count + block - 1) / block);
        var done = 0L;
        var options = new ParallelOptions { MaxDegreeOfParallelism = run.Threads > 0 ? run.Threads : Environment.ProcessorCount, CancellationToken = run.Cancellation };
        Parallel.For(0, blocks, options, b =>
        {
            run.Cancellation.ThrowIfCancellationRequested();
            var n = (int)Math.Min(block, count - (long)b * block);
            read((int)(first + (long)b * block), n, new Span<byte>(target + (long)b * block * frameBytes, n * frameBytes));
            run.Report(new SimulationProgress(Interlocked.Add(ref done, n), count));
        });
    }
}

/// <summary>What a handle that has a movie and a truth holds.</summary>
internal static class Sources
{
    public static Recording Recording(object source) => source switch
    {
        SceneHandle scene => scene.Recording,
        RecordingHandle recording => recording.Recording,
        _ => throw new BadHandleException("source is neither a scene nor a recording"),
    };
}

/// <summary>Files to write, from a caller's JSON.</summary>
internal sealed class Outputs : IDisposable
{
    private Outputs(IReadOnlyList<IRecordingSink> all) => All = all;

    public IReadOnlyList<IRecordingSink> All { get; }

    public static Outputs Parse(string json)
    {
        using var document = Json.Document(json, "outputs");
        if (document.RootElement.ValueKind != JsonValueKind.Array || document.RootElement.GetArrayLength() == 0) throw new ArgumentException("outputs must be a JSON list with at least one object");
        var seen = new HashSet<string>();
        var sinks = new List<IRecordingSink>();
        bool isRangeGiven = false, isRangeTaken = false;
        try
        {
            foreach (var item in document.RootElement.EnumerateArray())
            {
                var output = JsonOptions.Of(item, "path", "format", "overwrite", "range", "mscam");
                var path = output.Text("path") is { Length: > 0 } p ? p : throw new ArgumentException("an output has no path");
                if (!seen.Add(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)))) throw new ArgumentException($"{path} is named twice");
                var format = RecordingFormats.Find(path, output.Text("format"));
                var range = Range(output);
                isRangeGiven |= range is not null;
                isRangeTaken |= range is not null && format.Options is EightBitOptions;
                sinks.Add(format.CreateSink(path, (format.Options with { Overwrite = output.Flag("overwrite") }) switch
                {
                    MiniscopeOptions o => o with { Range = range, MsCamNames = output.Flag("mscam") },
                    EightBitOptions o => o with { Range = range },
                    var o => o,
                }));
            }
            // An option that nothing takes would be lost without a word.
            if (isRangeGiven && !isRangeTaken) throw new ArgumentException("option \"range\" is for formats with 8-bit pixels, and none of the outputs is one");
            return new Outputs(sinks);
        }
        catch
        {
            foreach (var sink in sinks) sink.Dispose();
            throw;
        }
    }

    private static DisplayRange? Range(JsonOptions output)
    {
        if (output.Find("range") is not { } range) return null;
        if (range.ValueKind == JsonValueKind.Array && range.GetArrayLength() == 2 && range[0].ValueKind == JsonValueKind.Number && range[1].ValueKind == JsonValueKind.Number
            && range[0].GetDouble() is var low && range[1].GetDouble() is var high && low < high && double.IsFinite(high - low))
            return new DisplayRange(low, high);
        throw new ArgumentException($"option \"range\" = {range.GetRawText()}: must be [low, high] with low below high");
    }

    public void Dispose()
    {
        foreach (var sink in All) sink.Dispose();
    }
}

/// <summary>Scenes and recordings as JSON and as pictures.</summary>
internal static class SceneText
{
    public static string Info(CompiledScene scene) => Json.Write(w =>
    {
        w.WriteStartObject();
        Shape(w, scene.Frames, scene.Height, scene.Width, scene.PixelType);
        w.WriteStartArray("stages");
        foreach (var stage in scene.StageInfos)
            Stage(w, stage.Name, stage.Height, stage.Width, stage.Name == "sensor" ? scene.PixelType : PixelType.Float32);
        w.WriteEndArray();
        w.WriteString("until", scene.Until);
        w.WriteNumber("planted_cells", scene.PlantedCells);
        w.WritePropertyName("warnings");
        w.WriteRawValue(Json.Problems(scene.Warnings));
        w.WriteEndObject();
    });

    public static string Info(Recording recording) => Json.Write(w =>
    {
        w.WriteStartObject();
        Shape(w, recording.Observed.Frames, recording.Observed.Height, recording.Observed.Width, recording.Observed.PixelType);
        w.WriteStartArray("stages");
        foreach (var (name, movie) in recording.Snapshots) Stage(w, name, movie.Height, movie.Width, movie.PixelType);
        w.WriteEndArray();
        w.WriteNumber("n_units", recording.Truth.NUnits);
        w.WriteString("until", recording.Until);
        w.WriteBoolean("movie_only", recording.IsMovieOnly);
        w.WriteEndObject();
    });

    private static void Shape(Utf8JsonWriter w, int frames, int height, int width, PixelType type)
    {
        w.WriteNumber("frames", frames);
        w.WriteNumber("height", height);
        w.WriteNumber("width", width);
        w.WriteString("dtype", NumberTypes.Names[NumberTypes.Of(type)]);
    }

    private static void Stage(Utf8JsonWriter w, string name, int height, int width, PixelType type)
    {
        w.WriteStartObject();
        w.WriteString("name", name);
        w.WriteNumber("height", height);
        w.WriteNumber("width", width);
        w.WriteString("dtype", NumberTypes.Names[NumberTypes.Of(type)]);
        w.WriteEndObject();
    }

    public static byte[] Preview(Recording recording, JsonOptions options)
    {
        Companions.Find();
        var name = options.Text("figure") ?? "overview";
        if (!Enum.TryParse<Figure>(name, ignoreCase: true, out var figure) || !Enum.IsDefined(figure))
            throw new ArgumentException($"no figure is called \"{name}\"; there are {string.Join(", ", Enum.GetNames<Figure>().Select(n => n.ToLowerInvariant()))}");
        var defaults = new PreviewOptions();
        var path = Path.Combine(Path.GetTempPath(), $"minisim-{Environment.ProcessId}-{Guid.NewGuid():N}.png");
        try
        {
            Figures.Save(recording, figure, path, new PreviewOptions
            {
                Title = options.Text("title"),
                Scale = options.Number("scale") ?? defaults.Scale,
                Traces = (int?)options.Integer("traces") ?? (figure == Figure.Traces ? 24 : defaults.Traces),
                MaxReads = (int?)options.Integer("max_reads") ?? defaults.MaxReads,
            });
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
