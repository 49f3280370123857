using System.Text;
using Minisim.Formats;
using Minisim.Steps;
using Minisim.Tests.Formats.Zarr;
using Minisim.Truth;

namespace Minisim.Tests.Formats;

/// <summary>Recordings, movies, spike times, paths and specs with bytes, numbers and parts changed: each is read, or refused by its own error.</summary>
public class InputFuzzTests : InTemporaryFolder
{
    /// <summary>All but what another program reads.</summary>
    public static TheoryData<string> Readable => [.. RecordingFormats.All.Where(f => f.CanRead && f.Name != "ffv1").Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(Readable))]
    public void Changed_recordings_and_movies_are_read_or_refused_clearly_in_little_memory_and_time(string format)
    {
        var ending = RecordingFormats.All.Single(f => f.Name == format).Extensions.FirstOrDefault() ?? "";
        var seeds = new List<string>();
        foreach (var type in (PixelType[])[PixelType.UInt8, PixelType.UInt16, PixelType.Float32])
        {
            var path = PathOf($"{type}{ending}");
            try
            {
                SampleRecording.Make(frames: 9, height: 13, width: 17, type: type).Save(path, format: format);
                seeds.Add(path);
            }
            catch (RecordingFormatException)
            {
                // Not every format holds every type.
            }
            // Without checksums a changed recording is not told by them alone.
            if (format != "zarr") continue;
            var open = PathOf($"unchecked {type}.zarr");
            SampleRecording.Make(frames: 9, height: 13, width: 17, type: type).Save(open, format: format);
            File.Delete(Path.Combine(open, "checksums.json"));
            seeds.Add(open);
        }
        Assert.All(seeds, s => Assert.Null(Read(s, format)));
        var refusals = FileFuzz.Run([.. seeds], Folder, roundsOfCi: format is "zarr" or "nwb" or "hdf5" ? 15 : 50, path => Read(path, format));
        Assert.True(refusals > 0, "nothing is changed");
    }

    private static string? Read(string path, string format) => FileFuzz.Outcome(path, () =>
    {
        try
        {
            using (var recording = RecordingFormats.OpenRecording(path, format))
            {
                ReadFrames(recording.Observed);
                foreach (var array in recording.Truth.Arrays) _ = array.ToDoubles().Length;
            }
            using var movie = RecordingFormats.OpenMovie(path, format);
            ReadFrames(movie);
            return null;
        }
        catch (RecordingFormatException e)
        {
            return e.Message;
        }
    });

    // All of what is small, else the ends.
    private static void ReadFrames(Movie movie)
    {
        var bytes = (double)movie.Height * movie.Width * movie.PixelType.Bytes();
        if (bytes > 1 << 28 || movie.Frames == 0) return;
        var frame = new byte[(int)bytes];
        for (var f = 0; f < Math.Min(movie.Frames, 30); f++) movie.Read(f, 1, frame);
        movie.Read(movie.Frames - 1, 1, frame);
    }

    [Theory]
    [InlineData("spikes.csv")]
    [InlineData("spikes.npy")]
    [InlineData("spikes.npz")]
    [InlineData("path.csv")]
    [InlineData("spec.json")]
    public void Changed_spike_times_paths_and_specs_are_read_or_refused_clearly_in_little_memory_and_time(string name)
    {
        var seed = PathOf(name);
        File.WriteAllBytes(seed, name switch
        {
            "spikes.csv" => Encoding.UTF8.GetBytes("unit,time_s\n0,0.1\n0,0.5\n2,0.75\n1,1.25\n2,1.5\n"),
            "spikes.npy" => Npy("(5, 2)", [0, 0.1, 0, 0.5, 2, 0.75, 1, 1.25, 2, 1.5]),
            "spikes.npz" => Npz(("spike_times", Npy("(5,)", [0.1, 0.5, 1.25, 0.75, 1.5])), ("spike_times_index", Npy("(3,)", [2, 3, 5]))),
            "path.csv" => Encoding.UTF8.GetBytes("t_s,x_m,y_m,heading_rad\n0,0.1,0.2,0\n1,0.3,0.2,1\n2,0.3,0.6,-3\n"),
            _ => Encoding.UTF8.GetBytes(SpecJson.Write(Cells(null))),
        });
        string? Outcome(string path) => FileFuzz.Outcome(path, () =>
        {
            try
            {
                if (name == "spec.json") _ = SpecJson.Load(path);
                else Simulator.Compile(name == "path.csv" ? new Spec { Acquisition = Small, Steps = [new Minisim.Steps.Behavior { Arena = BehaviorArena.File, Path = path }] } : Cells(path));
                return null;
            }
            catch (SpecException e)
            {
                return e.Message;
            }
        });
        Assert.Null(Outcome(seed));
        Assert.True(FileFuzz.Run([seed], Folder, roundsOfCi: 300, Outcome) > 20, "nothing is changed");
    }

    private static readonly Acquisition Small = new() { DurationS = 2, ImageSensor = new ImageSensor { NPxHeight = 20, NPxWidth = 20, PixelPitchUm = 10 } };

    private static Spec Cells(string? spikes) => new()
    {
        Acquisition = Small,
        Steps =
        [
            new PlaceNeurons { Populations = [new Population { PositionsUm = new([new Position(50, 0, 0), new Position(50, 3, 5), new Position(60, -4, 2)]) }] },
            spikes is null ? new CellActivity() : new CellActivity { Process = SpikeProcess.File, Spikes = new SpikeFile { Path = spikes } },
            new Composite(), new Sensor(),
        ],
    };

    private static byte[] Npy(string shape, double[] values)
    {
        var header = $"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan())];
    }

    private static byte[] Npz(params (string Name, byte[] Bytes)[] entries)
    {
        using var memory = new MemoryStream();
        using (var archive = new System.IO.Compression.ZipArchive(memory, System.IO.Compression.ZipArchiveMode.Create))
            foreach (var (name, bytes) in entries)
            {
                using var entry = archive.CreateEntry(name + ".npy").Open();
                entry.Write(bytes);
            }
        return memory.ToArray();
    }
}
