using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Minisim.Formats;
using Minisim.Steps;

namespace Minisim.Tests.Steps.Cell;

/// <summary>Spikes from files: what is read, what is refused and how, and what a recording keeps.</summary>
public sealed class SpikeFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("minisim-spikes").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private string Csv(string text, string name = "spikes.csv") => Write(name, Encoding.UTF8.GetBytes(text));

    private static byte[] Npy(string shape, double[] values, string type = "<f8", bool fortran = false)
    {
        var header = $"{{'descr': '{type}', 'fortran_order': {(fortran ? "True" : "False")}, 'shape': {shape}, }}".PadRight(117) + "\n";
        var bytes = new List<byte>([0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.Latin1.GetBytes(header)]);
        Span<byte> eight = stackalloc byte[8];
        foreach (var value in values)
            switch (type)
            {
                case "<f8":
                    BinaryPrimitives.WriteDoubleLittleEndian(eight, value);
                    bytes.AddRange(eight);
                    break;
                case ">f8":
                    BinaryPrimitives.WriteDoubleBigEndian(eight, value);
                    bytes.AddRange(eight);
                    break;
                case "<f4":
                    BinaryPrimitives.WriteSingleLittleEndian(eight, (float)value);
                    bytes.AddRange(eight[..4]);
                    break;
                case "<i8":
                    BinaryPrimitives.WriteInt64LittleEndian(eight, (long)value);
                    bytes.AddRange(eight);
                    break;
            }
        return [.. bytes];
    }

    private byte[] Npz(params (string Name, byte[] Bytes)[] arrays)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, bytes) in arrays)
            {
                using var entry = zip.CreateEntry(name + ".npy").Open();
                entry.Write(bytes);
            }
        return stream.ToArray();
    }

    private static Spec Spec(string? path, SpikeFormat? format = null, int cells = 3, double seconds = 4, double fps = 20) => new()
    {
        Acquisition = new Acquisition { DurationS = seconds, Fps = fps, ImageSensor = new ImageSensor { NPxHeight = 40, NPxWidth = 40 } },
        Steps =
        [
            new PlaceNeurons { PositionsUm = [.. Enumerable.Range(0, cells).Select(i => new Position(20, 2 * i - 2, 0))], SomaRadiusUm = 3 },
            new CellActivity { Process = SpikeProcess.File, Spikes = new SpikeFile { Path = path, Format = format }, BrightnessCv = 0 },
            new Composite(),
        ],
    };

    private static Problem Refused(Spec spec) => Assert.Single(Assert.Throws<SpecException>(() => Simulator.Compile(spec)).Problems, p => !p.IsWarning);

    private static double[][] Times(CompiledScene scene)
    {
        double[] times = scene.Truth.Find("spike_times_s")!.ToDoubles(), ends = scene.Truth.Find("spike_times_index")!.ToDoubles();
        return [.. ends.Select((e, i) => times[(int)(i == 0 ? 0 : ends[i - 1])..(int)e])];
    }

    private static readonly double[] Expected0 = [0, 0.5, 3.99], Expected1 = [1.25];

    private static void Same(Spec spec)
    {
        using var scene = Simulator.Compile(spec);
        var times = Times(scene);
        Assert.Equal(3, times.Length);
        // To the bin of 1/300 s in which they lie.
        Assert.Equal(Expected0.Select(t => Math.Floor(t * 300 + 1e-6) / 300), times[0]);
        Assert.Equal(Expected1.Select(t => Math.Floor(t * 300 + 1e-6) / 300), times[1]);
        Assert.Empty(times[2]);
        Assert.Equal([false, false, true], (bool[])scene.Truth.Find("silent")!.Values);
        Assert.Equal([0.75, 0.25, 0], scene.Truth.Find("rate_hz")!.ToDoubles());
        Assert.Equal(4, scene.Truth.S!.ToDoubles().Sum());
    }

    [Theory]
    [InlineData("unit,time_s\n0,0\n0,0.5\n1,1.25\n0,3.99\n")]
    [InlineData("unit,time_s\r\n0,0\r\n0,0.5\r\n1,1.25\r\n0,3.99\r\n")]
    [InlineData("\uFEFFunit,time_s\n0,0\n0,0.5\n1,1.25\n0,3.99")]
    [InlineData("Unit , Time_s\n\n 0 , 0\n0,5e-1\n1,1.25\n\n0,3.99\n\n")]
    [InlineData("\"unit\",\"time_s\"\n0,\"0\"\n0,0.5\n1.0,1.25\n0,3.99\n")]
    public void Texts_are_read_with_any_line_ends_a_byte_order_mark_and_blank_lines(string text) => Same(Spec(Csv(text)));

    [Theory]
    [InlineData("<f8")]
    [InlineData(">f8")]
    [InlineData("<f4")]
    public void NumPy_arrays_are_read(string type) => Same(Spec(Write("s.npy", Npy("(4, 2)", [0, 0, 0, 0.5, 1, 1.25, 0, 3.99], type))));

    [Fact]
    public void The_two_arrays_of_an_NWB_units_table_are_read() =>
        Same(Spec(Write("s.npz", Npz(("spike_times", Npy("(4,)", [0, 0.5, 3.99, 1.25])), ("spike_times_index", Npy("(3,)", [3, 4, 4], "<i8"))))));

    [Theory]
    [InlineData("", null, "is empty")]
    [InlineData("unit;time_s\n0;0,5\n", "line 1", "separated by commas")]
    [InlineData("0,0.5\n0,0.7\n", "line 1", "no header")]
    [InlineData("cell,time\n0,0.5\n", "line 1", "not \"unit,time_s\"")]
    [InlineData("unit,time_s,amplitude\n0,0.5,1\n", "line 1", "not \"unit,time_s\"")]
    [InlineData("unit,time_s\n0,0.5\n0,0,7\n", "line 3", "more than two columns")]
    [InlineData("unit,time_s\n0\n", "line 2", "one column")]
    [InlineData("unit,time_s\n0,\n", "line 2", "no number")]
    [InlineData("unit,time_s\n0,abc\n", "line 2", "\"abc\", which is no number")]
    [InlineData("unit,time_s\nx,0.5\n", "line 2", "the unit is \"x\"")]
    [InlineData("unit,time_s\n0,NaN\n", "line 2", "no number of seconds")]
    [InlineData("unit,time_s\n0,inf\n", "line 2", "no number of seconds")]
    [InlineData("unit,time_s\n0,1e12\n", "line 2", "30 years")]
    [InlineData("unit,time_s\n-1,0.5\n", "line 2", "whole numbers from 0")]
    [InlineData("unit,time_s\n0.5,0.5\n", "line 2", "whole numbers from 0")]
    [InlineData("unit,time_s\n0,0.5\n3,0.5\n", "line 3", "there are 3 cells")]
    [InlineData("unit,time_s\n0,0.5\n1,0.1\n0,0.4\n", "line 4", "0.4 s after one at 0.5 s")]
    public void A_bad_text_is_one_message_with_the_line_the_value_and_the_remedy(string text, string? line, string reason)
    {
        var problem = Refused(Spec(Csv(text)));
        Assert.Equal("steps[1] (cell_activity).spikes.path", problem.Path);
        if (line is not null) Assert.StartsWith(line + ":", problem.Reason);
        Assert.Contains(reason, problem.Reason);
        Assert.True(problem.Remedy.Length > 10);
    }

    [Fact]
    public void Other_bad_files_are_one_message_each()
    {
        void Is(Spec spec, string reason, string field = "path")
        {
            var problem = Refused(spec);
            Assert.EndsWith("spikes." + field, problem.Path);
            Assert.Contains(reason, problem.Reason);
            Assert.NotEqual("", problem.Remedy);
        }
        Is(Spec(Path.Combine(_folder, "none.csv")), "no such file");
        Is(Spec(_folder, SpikeFormat.Csv), "folder");
        Is(Spec(Csv("unit,time_s\n", "spikes.dat")), "does not tell it", "format");
        Is(Spec(Csv("unit,time_s\n0,0\n", "text.npy")), "no NumPy array");
        Is(Spec(Csv("unit,time_s\n0,0\n", "text.npz")), "no .npz archive");
        Is(Spec(Write("u16.csv", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("unit,time_s\n")])), "UTF-16");
        Is(Spec(Write("zip.csv", Npz(("a", Npy("(1,)", [0]))))), "no text");
        Is(Spec(Write("h5.npz", [0x89, .. "HDF\r\n\u001a\n"u8])), "HDF5");
        Is(Spec(Write("h5.csv", [0x89, .. "HDF\r\n\u001a\n"u8])), "no text");
        Is(Spec(Write("long.csv", [.. "unit,time_s\n"u8, .. Enumerable.Repeat((byte)'1', 200_000)])), "line 2: is longer");
        Is(Spec(Write("cut.npy", Npy("(4, 2)", [0, 0, 0, 0.5, 1, 1.25, 0]))), "row 3: the file ends here");
        Is(Spec(Write("head.npy", Npy("(4, 2)", [])[..60])), "within its header");
        Is(Spec(Write("more.npy", Npy("(1, 2)", [0, 0, 0]))), "8 bytes more");
        Is(Spec(Write("flat.npy", Npy("(4,)", [0, 1, 2, 3]))), "shape (4)");
        Is(Spec(Write("wide.npy", Npy("(2, 3)", [0, 1, 2, 3, 4, 5]))), "shape (2, 3)");
        Is(Spec(Write("fortran.npy", Npy("(2, 2)", [0, 0, 0, 1], fortran: true))), "Fortran");
        Is(Spec(Write("object.npy", Npy("(2, 2)", [], "|O"))), "plain numbers");
        Is(Spec(Write("nan.npy", Npy("(2, 2)", [0, 0, 0, double.NaN]))), "row 1: the time is NaN");
        Is(Spec(Write("order.npy", Npy("(2, 2)", [0, 1, 0, 0.5]))), "row 1: unit 0 has a spike at 0.5 s after one at 1 s");
        Is(Spec(Write("missing.npz", Npz(("spike_times", Npy("(1,)", [0]))))), "no array spike_times_index");
        Is(Spec(Write("ends.npz", Npz(("spike_times", Npy("(2,)", [0, 1])), ("spike_times_index", Npy("(2,)", [2, 1], "<i8"))))), "spike_times_index[1]");
        Is(Spec(Write("short.npz", Npz(("spike_times", Npy("(2,)", [0, 1])), ("spike_times_index", Npy("(2,)", [1, 3], "<i8"))))), "there are 2 spike times");
        Is(Spec(Write("units.npz", Npz(("spike_times", Npy("(1,)", [0])), ("spike_times_index", Npy("(4,)", [1, 1, 1, 1], "<i8"))))), "4 units for 3 cells");
        Is(Spec(Write("broken.npz", Npz(("spike_times", Npy("(1,)", [0])))[..40])), "damaged archive");
        Is(Spec(null), "names no file");
        var other = Spec(Csv("unit,time_s\n0,0\n"));
        Is(other.With(other.Find<CellActivity>()! with { Spikes = new SpikeFile { Path = other.Find<CellActivity>()!.Spikes!.Path, Sha256 = new string('0', 64) } }), "another one than was meant", "sha256");
    }

    [Fact]
    public void Times_outside_are_left_out_with_their_number_and_two_in_a_bin_move_apart()
    {
        var spec = Spec(Csv("unit,time_s\n0,-50\n0,-1\n0,1.0000\n0,1.0010\n0,1.0011\n0,1.0034\n0,4\n0,1e6\n"));
        using var scene = Simulator.Compile(spec);
        Assert.Equal([1, 301 / 300.0, 302 / 300.0, 303 / 300.0], Times(scene)[0]);
        // 1.0034 s lies in the bin to which the second has moved.
        Assert.Contains(scene.Warnings, w => w.Reason.StartsWith("3 of 8 spikes lie outside", StringComparison.Ordinal));
        Assert.Contains(scene.Warnings, w => w.Reason.StartsWith("3 spikes share a bin", StringComparison.Ordinal));
        // The past still glows: the spike at −1 s is one of the kept ones.
        Assert.True(scene.Truth.C!.ToDoubles()[0] > 1.1);
    }

    [Fact]
    public void The_file_s_hash_enters_the_key_and_another_content_is_another_recording()
    {
        var text = "unit,time_s\n0,1\n";
        var spec = Spec(Csv(text));
        var (key, stage) = (spec.CacheKey(), spec.StageKey("cell_activity"));
        Assert.Equal(key, spec.CacheKey());
        using var first = Simulator.Compile(spec);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))), first.Spec.Find<CellActivity>()!.Spikes!.Sha256);
        Assert.Equal("spikes.csv", first.Spec.Find<CellActivity>()!.Spikes!.Path);
        Csv("unit,time_s\n0,1\n0,2\n");
        Assert.NotEqual(key, spec.CacheKey());
        Assert.NotEqual(stage, spec.StageKey("cell_activity"));
        using var second = Simulator.Compile(spec, previous: first);
        Assert.Equal(2, Times(second)[0].Length);
        // The same content elsewhere is the same recording.
        Assert.Equal(spec.CacheKey(), Spec(Csv("unit,time_s\n0,1\n0,2\n", "elsewhere/../spikes.csv")).CacheKey());
    }

    [Fact]
    public void A_recording_is_simulated_again_without_the_file()
    {
        var path = Csv("unit,time_s\n0,0\n0,0.5\n1,1.25\n0,3.99\n0,9\n");
        var folder = Path.Combine(_folder, "recording.zarr");
        using (var sink = RecordingFormats.CreateSink(folder)) Simulator.Run(Spec(path), [sink]);
        File.Delete(path);
        using var read = RecordingFormats.OpenRecording(folder);
        var spikes = read.Spec.Find<CellActivity>()!.Spikes!;
        Assert.Equal("spikes.csv", spikes.Path);
        Assert.Equal(64, spikes.Sha256!.Length);
        Assert.Empty(read.Warnings);
        using var again = Simulator.Run(read.Spec);
        Assert.Equal(read.Spec, again.Spec);
        Assert.Equal(read.Truth.C!.ToDoubles(), again.Truth.C!.ToDoubles());
        Assert.Equal(read.Truth.Find("spike_times_s")!.ToDoubles(), again.Truth.Find("spike_times_s")!.ToDoubles());
        // Ragged truth follows the choice of cells, also when it comes from a file.
        var some = read.Truth.Subset([1, 0]);
        Assert.Equal([1, 4], some.Find("spike_times_index")!.ToDoubles());
        Assert.Equal(1.25, some.Find("spike_times_s")!.ToDoubles()[0], 1e-9);
    }

    [Fact]
    public void A_relative_path_counts_from_the_folder_of_the_spec_file()
    {
        Csv("unit,time_s\n0,1\n");
        var file = Path.Combine(_folder, "spec.json");
        File.WriteAllText(file, """{"steps":[{"kind":"place_neurons"},{"kind":"cell_activity","process":"file","spikes":{"path":"spikes.csv"}}]}""");
        Assert.Equal(Path.Combine(_folder, "spikes.csv"), SpecJson.Load(file).Find<CellActivity>()!.Spikes!.Path);
    }

    [Theory]
    [InlineData("!!", "no base64")]
    [InlineData("", "ends in the middle")]
    [InlineData("AQE=", "ends in the middle")]
    [InlineData("AQIAAA==", "impossible time")]
    [InlineData("AAA=", "more bytes")]
    public void Damaged_kept_spikes_are_refused(string kept, string reason)
    {
        var spec = Spec("gone.csv");
        var problem = Refused(spec.With(spec.Find<CellActivity>()! with { Spikes = new SpikeFile { Path = "gone.csv", KeptHz = 300, Kept = kept } }));
        Assert.EndsWith("spikes.kept", problem.Path);
        Assert.Contains(reason, problem.Reason);
    }

    /// <summary>3 million rows, nearly all of them after the end: memory is that of a block, whatever the file. (10⁸ rows take the same memory, and a minute.)</summary>
    [Fact]
    public void Rows_that_are_not_used_are_not_kept_in_memory()
    {
        var path = Path.Combine(_folder, "many.csv");
        using (var writer = new StreamWriter(path))
        {
            writer.Write("unit,time_s\n");
            for (var i = 0; i < 3_000_000; i++) writer.Write(string.Create(CultureInfo.InvariantCulture, $"{i % 3},{i * 0.01:0.00}\n"));
        }
        var spec = Spec(path);
        var grid = spec.Find<CellActivity>()!.Grid(spec.Acquisition);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var content = SpikeFileReader.Read(spec.Find<CellActivity>()!.Spikes!, grid, 3);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(3_000_000, content.Rows);
        Assert.Equal(3_000_000 - 400, content.Dropped);
        Assert.True(allocated < 8L * 1024 * 1024, $"{allocated} bytes");
    }
}
