using System.Globalization;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using Minisim.Formats;
using Minisim.Formats.Zarr;
using Minisim.Rendering;
using Minisim.Scenes;
using Minisim.Steps;

namespace Minisim.Bench;

/// <summary>Writes a movie like S4 that is already rendered from one thread to the temporary folder, in every format and packing; from
/// opening the sink to the file under its name. A few cells only: their truth costs the same however long the movie is.</summary>
public class FileBenchmarks
{
    private const int Side = 608, Frames = 64;
    private static readonly Dictionary<string, long> Sizes = [];
    private CompiledScene _scene = null!;
    private RecordingHeader _header = null!;
    private byte[] _movie = [];
    private string _folder = "";

    internal static IColumn[] Columns { get; } =
    [
        new CaseColumn("MB/s", "8-bit movie / Min", (_, _, min) => string.Create(CultureInfo.InvariantCulture, $"{1000 / min:0}")),
        new CaseColumn("× copy", "Min / memory copy of the 8-bit movie", (_, _, min) => string.Create(CultureInfo.InvariantCulture, $"{min / Suite.Ceilings.CopyNsPerByte:0.0}")),
        new CaseColumn("Bytes a pixel", "Size on disk / pixels and frames", (_, c, _) =>
            Sizes.TryGetValue((string)c.Parameters[nameof(Format)], out var size) ? string.Create(CultureInfo.InvariantCulture, $"{size / ((double)Frames * Side * Side):0.00}") : ""),
    ];

    private static readonly Dictionary<string, (StoreDtype Type, ZarrCompression Compression)> Zarr = new()
    {
        ["zarr, sensor's type, lz4"] = (StoreDtype.Auto, ZarrCompression.Lz4),
        ["zarr, sensor's type, zstd"] = (StoreDtype.Auto, ZarrCompression.Zstd),
        ["zarr, sensor's type, plain"] = (StoreDtype.Auto, ZarrCompression.None),
        ["zarr, float32, lz4"] = (StoreDtype.Float32, ZarrCompression.Lz4),
    };

    public static IEnumerable<string> Formats => [.. Zarr.Keys, .. RecordingFormats.All.Where(f => f is not ZarrFormat).Select(f => f.Name)];

    [ParamsSource(nameof(Formats))]
    public string Format { get; set; } = "";

    [GlobalSetup]
    public void Render()
    {
        var spec = SpecJson.Load(Places.SpecPath("S4"));
        spec = spec with
        {
            Acquisition = spec.Acquisition with { DurationS = Frames / spec.Acquisition.Fps },
            Output = spec.Output with { StoreDtype = Zarr.TryGetValue(Format, out var zarr) ? zarr.Type : StoreDtype.Auto },
        };
        var place = spec.Find<PlaceNeurons>()!;
        spec = spec.With(place with { Populations = [.. place.ResolvedPopulations().Select(p => p with { DensityPerMm3 = p.DensityPerMm3 / 100 })] });
        _scene = Simulator.Compile(spec);
        _movie = new byte[Frames * _scene.FrameBytes];
        _scene.Render(0, Frames, _movie);
        _header = new RecordingHeader(spec, new Timeline(Frames, spec.Acquisition.Fps), Side, Side, _scene.PixelType, []);
        _folder = Directory.CreateTempSubdirectory("minisim-bench").FullName;
    }

    [Benchmark(Description = "write", OperationsPerInvoke = Frames * Side * Side)]
    public void Write()
    {
        using var sink = Zarr.TryGetValue(Format, out var zarr) ? new ZarrRecordingSink(Target, new ZarrWriteOptions { Overwrite = true, Compression = zarr.Compression })
            : RecordingFormats.CreateSink(Target, new FormatOptions { Overwrite = true }, Format);
        sink.Begin(_header, _scene.Truth);
        for (var first = 0; first < Frames; first += sink.BlockFrames)
        {
            var count = Math.Min(sink.BlockFrames, Frames - first);
            sink.Write(null, first, count, _movie.AsSpan(first * _header.FrameBytes, count * _header.FrameBytes));
        }
        sink.Complete();
    }

    // A file is written anew every time.
    [IterationCleanup]
    public void Delete()
    {
        Sizes[Format] = new DirectoryInfo(_folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);
        Directory.Delete(_folder, recursive: true);
        Directory.CreateDirectory(_folder);
    }

    [GlobalCleanup]
    public void Free()
    {
        Directory.Delete(_folder, recursive: true);
        _scene.Dispose();
    }

    private string Target => Path.Combine(_folder, "movie" + (Zarr.ContainsKey(Format) ? ".zarr" : RecordingFormats.Find("", Format).Extensions.FirstOrDefault() ?? ""));
}
