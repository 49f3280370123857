using Minisim.Formats.Zarr;
using Minisim.Random;
using Minisim.Rendering;
using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim.Tests.Formats.Zarr;

/// <summary>A small recording made of draws instead of physics: files must carry whatever numbers they get.</summary>
internal sealed class SampleRecording
{
    public required RecordingHeader Header { get; init; }
    public required GroundTruth Truth { get; init; }

    public static SampleRecording Make(int frames = 21, int height = 37, int width = 53, PixelType type = PixelType.UInt8, StoreDtype store = StoreDtype.Auto, long seed = 1,
        int units = 5, int margin = 3, bool optional = true, params SnapshotInfo[] snapshots)
    {
        var spec = new Spec
        {
            Seed = seed,
            Acquisition = new() { DurationS = frames / 20.0, ImageSensor = new() { NPxHeight = height, NPxWidth = width } },
            Output = new() { StoreDtype = store, SaveIntermediates = snapshots.Length > 0 },
        };
        var grid = new Grid(height, width, margin, spec.Acquisition.PixelSizeUm());
        var draws = new Draws((ulong)seed, RandomStream.Placement);
        var planted = Enumerable.Range(0, units).Select(i => new Footprint(2 * i, i, 3 + i % 2, 4, [.. Enumerable.Range(0, (3 + i % 2) * 4).Select(p => (float)draws.Uniform((uint)(100 * i + p)))])).ToArray();
        var arrays = new List<TruthArray>
        {
            Array("C", ["unit", "frame"], [units, frames], null),
            Array("S", ["unit", "frame"], [units, frames], "spikes"),
            Array("centers_um", ["unit", "axis"], [units, 3], "µm"),
            Array("amplitude_per_cell", ["unit"], [units], null),
            new("in_focus", ["unit"], [units], null, Enumerable.Range(0, units).Select(i => i % 2 == 0).ToArray(), "Within the depth of field."),
            new("detectable", ["unit"], [units], null, Enumerable.Range(0, units).Select(i => i % 3 == 0).ToArray(), "SNR reaches the threshold."),
        };
        if (optional)
        {
            arrays.Add(Array("vasculature_mask", ["height", "width"], [height, width], null));
            arrays.Add(Array("shifts", ["frame", "yx"], [frames, 2], "px"));
            arrays.Add(new("something_new", ["unit", "thing"], [units, 2], "bananas", Enumerable.Range(0, 2 * units).ToArray(), "An array of a later step."));
            arrays.Add(new("something_float", ["component", "height", "width"], [2, height, width], null, Enumerable.Range(0, 2 * height * width).Select(i => (float)draws.Uniform((uint)i)).ToArray(), "An array kept as float."));
        }
        return new() { Header = new RecordingHeader(spec, new Timeline(frames, spec.Acquisition.Fps), height, width, type, [.. snapshots]), Truth = new GroundTruth(grid, planted, arrays, optional ? 151.25 : null) };

        TruthArray Array(string name, string[] axes, int[] shape, string? unit) =>
            new(name, axes, shape, unit, Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(i => draws.Normal((uint)(i + 7919 * name.Length))).ToArray(), $"Test values of {name}.");
    }

    /// <summary>Frames in the movie's type.</summary>
    public byte[] Frames(string? snapshot, int first, int count)
    {
        var (height, width, type) = snapshot is null
            ? (Header.Height, Header.Width, Header.PixelType)
            : Header.Snapshots.Where(s => s.Name == snapshot).Select(s => (s.Height, s.Width, PixelType.Float32)).Single();
        var pixels = height * width;
        var bytes = new byte[count * pixels * type.Bytes()];
        for (var f = 0; f < count; f++)
        {
            var random = new System.Random((int)Header.Spec.Seed * 100_003 + (snapshot?.Length ?? 0) * 1009 + first + f);
            for (var p = 0; p < pixels; p++)
            {
                var value = Math.Clamp(60 + 8 * (random.NextDouble() + random.NextDouble() + random.NextDouble() + random.NextDouble() - 2) * 1.73, 0, 255);
                var at = (f * pixels + p) * type.Bytes();
                switch (type)
                {
                    case PixelType.UInt8: bytes[at] = (byte)value; break;
                    case PixelType.UInt16: BitConverter.TryWriteBytes(bytes.AsSpan(at), (ushort)(value * 7)); break;
                    case PixelType.Float32: BitConverter.TryWriteBytes(bytes.AsSpan(at), (float)value); break;
                    default: BitConverter.TryWriteBytes(bytes.AsSpan(at), value); break;
                }
            }
        }
        return bytes;
    }

    /// <summary>Blocks (snapshot, first, count) that a renderer would hand over.</summary>
    public IEnumerable<(string? Snapshot, int First, int Count)> Blocks(int blockFrames)
    {
        foreach (var name in Header.Snapshots.Select(s => s.Name).Append(null))
            for (var first = 0; first < Header.Frames; first += blockFrames)
                yield return (name, first, Math.Min(blockFrames, Header.Frames - first));
    }

    /// <summary>Frames of a chunk of a recording that was written.</summary>
    public int BlockFramesOf(string path)
    {
        using var metadata = System.Text.Json.JsonDocument.Parse(File.ReadAllText(Path.Combine(path, "observed", ".zarray")));
        return metadata.RootElement.GetProperty("chunks")[0].GetInt32();
    }

    public void WriteTo(string path, ZarrWriteOptions? options = null)
    {
        using var sink = new ZarrRecordingSink(path, options);
        sink.Begin(Header, Truth);
        foreach (var (snapshot, first, count) in Blocks(sink.BlockFrames)) sink.Write(snapshot, first, count, Frames(snapshot, first, count));
        sink.Complete();
    }

    /// <summary>Fails unless the recording holds exactly this.</summary>
    public void AssertIn(string path)
    {
        using var recording = ZarrRecording.Open(path);
        Assert.Empty(recording.Warnings);
        Assert.Equal(Header.Spec, recording.Spec);
        Assert.Equal(Truth.Grid, recording.Truth.Grid);
        Assert.Equal(Truth.FocalDepthUm, recording.Truth.FocalDepthUm);
        Assert.Equal(Truth.Arrays.Select(a => a.Name), recording.Truth.Arrays.Select(a => a.Name));
        foreach (var (expected, actual) in Truth.Arrays.Zip(recording.Truth.Arrays))
        {
            Assert.Equal((expected.Name, expected.Units, expected.Description), (actual.Name, actual.Units, actual.Description));
            Assert.Equal(expected.Axes, actual.Axes);
            Assert.Equal(expected.Shape, actual.Shape);
            Assert.Equal(expected.Values, actual.Values);
        }
        Assert.Equal(Truth.NUnits, recording.Truth.NUnits);
        foreach (var (expected, actual) in Truth.Planted.Zip(recording.Truth.Planted))
        {
            Assert.Equal((expected.Row, expected.Col, expected.Height, expected.Width), (actual.Row, actual.Col, actual.Height, actual.Width));
            Assert.Equal(expected.Values, actual.Values);
        }
        AssertMovie(null, Header.PixelType, recording.Observed);
        Assert.Equal(Header.Snapshots.Select(s => s.Name), recording.Snapshots.Keys);
        foreach (var (name, movie) in recording.Snapshots) AssertMovie(name, PixelType.Float32, movie);
    }

    private void AssertMovie(string? snapshot, PixelType source, Movie movie)
    {
        Assert.Equal(Header.Frames, movie.Frames);
        var stored = Header.Spec.Output.StoreDtype switch { StoreDtype.Float32 => PixelType.Float32, StoreDtype.Float64 => PixelType.Float64, _ => source };
        Assert.Equal(stored, movie.PixelType);
        var expected = Frames(snapshot, 0, Header.Frames);
        var converted = new byte[expected.Length / source.Bytes() * stored.Bytes()];
        PixelTypes.Convert(expected, source, converted, stored);
        var actual = new byte[converted.Length];
        movie.Read(0, movie.Frames, actual);
        Assert.True(converted.AsSpan().SequenceEqual(actual), $"movie {snapshot ?? "observed"} differs");
        if (movie.Frames < 3) return;
        // From the middle of a block across its end.
        var size = movie.Height * movie.Width * stored.Bytes();
        var part = new byte[(movie.Frames - 2) * size];
        movie.Read(1, movie.Frames - 2, part);
        Assert.True(converted.AsSpan(size, part.Length).SequenceEqual(part), "a part of the movie differs");
    }
}

/// <summary>A folder of its own for each test.</summary>
public abstract class InTemporaryFolder : IDisposable
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("minisim-test-").FullName;

    protected string PathOf(string name) => Path.Combine(Folder, name);

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
