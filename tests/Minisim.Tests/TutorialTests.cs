using System.Text.RegularExpressions;
using Minisim.Cli;
using Minisim.Formats;
using Minisim.Tests.Interop;
using Minisim.Tests.Invariance;

namespace Minisim.Tests;

/// <summary>What the documentation tells a user to type, typed.</summary>
public sealed partial class TutorialTests : IDisposable
{
    private const string Python3 = "/usr/bin/python3";
    private readonly string _folder = Directory.CreateTempSubdirectory("minisim tutorial").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Document(string name) => File.ReadAllText(Path.Combine(ArchitectureTests.Root(), "docs", name)).ReplaceLineEndings("\n");

    [Fact]
    public async Task Commands_of_the_tutorial_run_in_order_and_their_scores_say_what_the_text_says()
    {
        Python.Need("numpy", "scipy");
        var said = new Dictionary<string, string>();
        foreach (var line in Block("sh").Matches(Document("tutorial.md")).SelectMany(m => m.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)))
        {
            // Files are named relative to where the user is.
            string[] args = [.. line.Split(' ').Select(a => Path.GetExtension(a) is ".json" or ".zarr" or ".png" or ".npy" or ".npz" or ".html" ? Path.Combine(_folder, a) : a)];
            if (args[0] == "python3")
            {
                said[line] = Python.Run(Python3, [Path.Combine(ArchitectureTests.Root(), "samples", "pipeline", args[1]), .. args[2..]]);
                continue;
            }
            StringWriter output = new(), error = new();
            Assert.True(await CommandLine.RunAsync(args[1..], output, error) == 0, $"{line}: {error}");
            Assert.DoesNotContain("warning", error.ToString());
            said[line] = output.ToString();
        }
        Assert.True(said.Count >= 11);
        Assert.True(File.Exists(Path.Combine(_folder, "strict.html")));
        // The table at the end: name, units, found, recall, precision, …, motion.
        var table = said[said.Keys.Single(k => k.Contains("still.npz --metric"))].Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(l => l.Length >= 7 && l[0].EndsWith(".npz", StringComparison.Ordinal)).ToDictionary(l => l[0], l => l);
        double Number(string row, int column) => double.Parse(table[row][column], System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(Number("loose.npz", 3) >= Number("strict.npz", 3), "a lower bar finds more");
        Assert.True(Number("loose.npz", 4) < Number("strict.npz", 4), "and more that are none");
        Assert.True(double.Parse(table["strict.npz"][^1], System.Globalization.CultureInfo.InvariantCulture) < 0.6 * double.Parse(table["still.npz"][^1], System.Globalization.CultureInfo.InvariantCulture), "registration registers");
    }

    [Fact]
    public void Observed_footprints_read_from_Zarr_as_documented_are_those_of_the_recording()
    {
        Python.Need("numpy", "scipy", "zarr", "h5py");
        var sinks = new[] { "ca1.zarr", "ca1.h5" }.Select(n => RecordingFormats.CreateSink(Path.Combine(_folder, n))).ToArray();
        Simulator.Run(RenderingInvarianceTests.Everything(seconds: 0.2) with { Output = new() { SaveObservedFootprints = true } }, sinks);
        foreach (var sink in sinks) sink.Dispose();
        var snippet = Block("python").Matches(Document("formats.md")).Select(m => m.Groups[1].Value).Single(s => s.Contains("def footprint("));
        var script = Path.Combine(_folder, "check.py");
        File.WriteAllText(script, $"""
            import os
            os.chdir({System.Text.Json.JsonSerializer.Serialize(_folder)})
            {snippet}
            import h5py, scipy.sparse
            with h5py.File("ca1.h5") as f:
                A = scipy.sparse.csc_matrix((f["A/data"][:], f["A/indices"][:], f["A/indptr"][:]), shape=f["A/shape"][:])
            worst = 0
            for i in range(A.shape[1]):
                truth = A[:, i].toarray().reshape((h, w), order="F")
                worst = max(worst, np.abs(footprint(i) - truth).max() / max(truth.max(), 1e-12))
            ready = gt["observed_footprints"]
            assert dict(ready.attrs) == dict(planted.attrs)
            patch = np.split(ready["data"][:], np.cumsum(ready["shapes"][:].prod(1))[:-1])
            for i in range(A.shape[1]):
                canvas = np.zeros((H, W))
                (r, c), (m, n) = ready["offsets"][i], ready["shapes"][i]
                canvas[r:r + m, c:c + n] = patch[i].reshape(m, n)
                truth = A[:, i].toarray().reshape((h, w), order="F")
                assert np.array_equal(canvas[top:top + h, left:left + w].astype("f4"), truth.astype("f4"))
            print(A.shape[1], worst)
            """);
        var words = Python.Run(Python3, script).Split(' ', StringSplitOptions.TrimEntries);
        Assert.True(int.Parse(words[0], System.Globalization.CultureInfo.InvariantCulture) > 5);
        Assert.InRange(double.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture), 0, 0.01);
    }

    private static Regex Block(string language) => language == "sh" ? ShellBlock() : PythonBlock();

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();

    [GeneratedRegex("```python\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex PythonBlock();
}
