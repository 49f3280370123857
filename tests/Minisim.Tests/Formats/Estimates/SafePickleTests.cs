using System.Text;
using Minisim.Formats.Estimates;
using Minisim.Formats.Numpy;
using Minisim.Formats.Reading;
using Minisim.Random;
using Minisim.Tests.Formats.Zarr;
using Minisim.Tests.Reference;

namespace Minisim.Tests.Formats.Estimates;

public class SafePickleTests : InTemporaryFolder
{
    private static byte[] Bytes(params object[] parts)
    {
        using var stream = new MemoryStream();
        foreach (var part in parts)
            stream.Write(part switch
            {
                string s => Encoding.UTF8.GetBytes(s),
                byte[] b => b,
                int i => [(byte)i],
                _ => throw new ArgumentException(part.ToString()),
            });
        return stream.ToArray();
    }

    private static object Short(string text) => Bytes(0x8c, text.Length, text);

    // What pickle.dumps gives for an object whose __reduce__ returns (os.system, ("touch pwned",)), protocols 0 and 4, and relatives.
    public static TheoryData<string, byte[]> Hostile => new()
    {
        { "posix.system", Bytes("cposix\nsystem\np0\n(Vtouch pwned\np1\ntp2\nRp3\n.") },
        { "posix.system", Bytes(0x80, 4, 0x95, new byte[8], Short("posix"), 0x94, Short("system"), 0x94, 0x93, 0x94, Short("touch pwned"), 0x94, 0x85, 0x94, "R", 0x94, ".") },
        { "builtins.eval", Bytes(0x80, 4, Short("builtins"), Short("eval"), 0x93, Short("1+1"), 0x85, "R.") },
        { "subprocess.Popen", Bytes(0x80, 4, Short("subprocess"), Short("Popen"), 0x93, ")", 0x81, ".") },
        { "numpy.f2py.compile", Bytes("cnumpy.f2py\ncompile\n)R.") },
        { "numpy.load", Bytes("cnumpy\nload\n)R.") },
        { "os.system", Bytes("(cos\nsystem\nVtouch pwned\no.") },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_pickle_that_would_run_code_is_refused_by_name(string name, byte[] pickle) =>
        Assert.Contains($"\"{name}\"", Assert.Throws<NotReadException>(() => SafePickle.Read(pickle)).Message);

    [Theory]
    [MemberData(nameof(Hostile))]
    public void So_is_a_result_that_holds_one(string name, byte[] pickle)
    {
        var header = "{'descr': '|O', 'fortran_order': False, 'shape': (3,), }\n";
        File.WriteAllBytes(PathOf("stat.npy"), Bytes(new byte[] { 0x93 }, "NUMPY", 1, 0, header.Length, 0, header, pickle));
        var error = Assert.Throws<EstimateFormatException>(() => EstimateFile.Read(Folder, new() { Height = 20, Width = 30 }));
        Assert.Contains(name, error.Message);
        Assert.Contains("stat.npy", error.Message);
    }

    public static TheoryData<string, byte[]> Broken => new()
    {
        { "ends early", Bytes(0x8e, new byte[] { 0, 0, 0, 0, 0, 0, 0, 64 }, "x.") },                // 2^62 bytes
        { "ends early", Bytes("B", new byte[] { 255, 255, 255, 255 }, ".") },
        { "ends early", Bytes("X", new byte[] { 255, 255, 255, 127 }, ".") },
        { "ends early", Bytes(0x8d, new byte[] { 255, 255, 255, 255, 255, 255, 255, 255 }, ".") },  // −1
        { "ends early", Bytes("K") },
        { "ends early", Bytes() },
        { "empty stack", Bytes(".") },
        { "mark", Bytes("((((((((.") },
        { "damaged", Bytes("h", 7, ".") },                                                          // memo that was never set
        { "damaged", Bytes("K", 1, "K", 2, "a.") },                                                  // append to a number
        { "damaged", Bytes("2.") },
        { "not known", Bytes("P1\n.") },                                                             // persistent id
        { "not known", Bytes(0x82, 1, ".") },                                                        // extension registry
        { "without a value", Bytes("}(K", 1, "u.") },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void Damage_is_an_error_before_anything_is_allocated(string reason, byte[] pickle)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => SafePickle.Read(pickle)).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_list_that_holds_itself_is_only_a_list()
    {
        var list = Assert.IsType<List<object?>>(SafePickle.Read(Bytes("]q", 0, "h", 0, "a.")));
        Assert.Same(list, list[0]);
    }

    [Fact]
    public void Nesting_as_deep_as_the_file_needs_no_stack()
    {
        var deep = new byte[2_000_002];
        deep[0] = (byte)']';
        for (var i = 1; i < deep.Length - 1; i++) deep[i] = 0x85;
        deep[^1] = (byte)'.';
        Assert.IsType<object[]>(SafePickle.Read(deep));
    }

    [Fact]
    public void Plain_values_of_every_kind_are_read()
    {
        var d = Assert.IsType<Dictionary<string, object?>>(SafePickle.Read(Bytes("}(", Short("a"), "K", 7, Short("b"), "G", new byte[] { 0x3f, 0xf8, 0, 0, 0, 0, 0, 0 },
            Short("c"), 0x88, Short("d"), "N", Short("e"), 0x8a, 2, new byte[] { 0xfe, 0xff }, Short("f"), "C", 2, "xy", Short("g"), "J", new byte[] { 0xff, 0xff, 0xff, 0xff }, "u.")));
        Assert.Equal([7L, 1.5, true, null, -2L, -1L], [d["a"], d["b"], d["c"], d["d"], d["e"], d["g"]]);
        Assert.Equal("xy"u8.ToArray(), d["f"]);
    }

    [Fact]
    public void Dates_are_passed_over()
    {
        var d = Assert.IsType<Dictionary<string, object?>>(SafePickle.Read(Bytes("}", Short("when"), Short("datetime"), Short("datetime"), 0x93, "C", 1, "x", 0x85, "Rs.")));
        Assert.IsType<PickledUnknown>(d["when"]);
    }

    // Every byte changed somewhere, and every length cut: an error of ours or a value, never anything else, never long.
    [Fact]
    public void Damaged_real_files_give_errors_and_nothing_worse()
    {
        var file = File.ReadAllBytes(EstimateData.Path("suite2p_0.14", "plane0", "stat.npy")!);
        var draws = new Draws(9, RandomStream.Placement);
        for (var i = 0; i < 150; i++)
        {
            var damaged = i % 3 == 0 ? file[..(int)(draws.Uniform((uint)i) * file.Length)] : file.ToArray();
            for (var k = 0; k < 20 && i % 3 != 0; k++) damaged[(int)(draws.Uniform((uint)(1000 + 20 * i + k)) * (i % 3 == 1 ? 4000 : file.Length))] = (byte)(draws.Uniform((uint)(9000 + 20 * i + k)) * 256);
            try
            {
                NpyFile.Parse(damaged);
            }
            catch (Exception e) when (e is InvalidDataException or NotReadException or OverflowException)
            {
            }
        }
    }

    [Theory]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999,), }")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (-3,), }")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999,), }")]
    [InlineData("{'descr': '<f8'")]
    public void Npy_files_that_claim_more_than_they_hold_are_refused(string header) =>
        Assert.Throws<InvalidDataException>(() => NpyFile.Parse(Bytes(new byte[] { 0x93 }, "NUMPY", 1, 0, header.Length, 0, header, new byte[64])));
}
