using Minisim.Formats.Estimates;
using Minisim.Metrics;
using Minisim.Tests.Formats.Zarr;

namespace Minisim.Tests.Interop;

/// <summary>Result files in every layout, written by Debian's python3-h5py, python3-numpy and python3-zarr as the pipelines write
/// them, on a field that is not square, so that exchanged axes show.</summary>
public class PythonEstimateTests : InTemporaryFolder
{
    private const int K = 3, T = 15, H = 20, W = 30;
    private static readonly EstimateHints Hints = new() { Height = H, Width = W, Frames = T };

    private static double ExpectedA(int k, int r, int c) => r >= 2 + 4 * k && r < 6 + 4 * k && c >= 3 + 7 * k && c < 8 + 7 * k ? 1 + 0.5 * r + 0.25 * c + k : 0;

    private void Write(string script) => EstimateScripts.Run(Folder, script);

    private Estimate Check(string file, bool c = true, bool s = true, bool shifts = true, EstimateHints? hints = null, bool masksOnly = false)
    {
        var e = EstimateFile.Read(PathOf(file), hints ?? Hints);
        Assert.Equal((K, H, W), (e.Count, e.Footprints.Height, e.Footprints.Width));
        for (var k = 0; k < K; k++)
        {
            var image = e.Footprints.Dense(k);
            for (var p = 0; p < image.Length; p++)
            {
                var expected = ExpectedA(k, p / W, p % W);
                if (masksOnly) expected = expected > 0 ? 1 : 0;
                Assert.True(Math.Abs(expected - image[p]) < 1e-5, $"unit {k} at ({p / W}, {p % W}): {image[p]}, expected {expected}");
            }
        }
        Assert.Equal((c, s, shifts), (e.C is not null, e.S is not null, e.Shifts is not null));
        for (var k = 0; k < K; k++)
            for (var t = 0; t < T; t++)
            {
                if (c) Assert.Equal(100 * k + t + 0.5, e.C![k, t], 4);
                if (s) Assert.Equal(t % 5 == k ? 1 : 0, e.S![k, t]);
            }
        for (var t = 0; t < T && shifts; t++) Assert.Equal((0.25 * t - 1, 2 - 0.5 * t), (e.Shifts![t, 0], e.Shifts[t, 1]));
        return e;
    }

    [Fact]
    public void Caiman()
    {
        Write(EstimateScripts.Caiman);
        Assert.Equal([true, false, true], Check("cnm.hdf5", shifts: false).Accepted);
        var e = Check("none.hdf5", s: false, shifts: false);
        Assert.Null(e.Accepted);
        Assert.Equal("CaImAn", e.Format);
        Assert.Contains(e.Notes, n => n.Contains("--shifts"));
        Assert.Equal(2, EstimateFile.Read(PathOf("cnm.hdf5")).TakeAccepted().Count);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Suite2p_in_every_protocol(int protocol)
    {
        Write(EstimateScripts.Suite2p(protocol));
        var e = Check("out");
        Assert.Equal("suite2p", e.Format);
        Assert.Equal([true, false, true], e.Accepted);
        Check("out/suite2p");
        Check("out/suite2p/plane0");
        Check("out/suite2p/plane0/stat.npy");
        Check("out", hints: new());
    }

    [Fact]
    public void Minian()
    {
        Write(EstimateScripts.Minian);
        Assert.Equal("minian", Check("m").Format);
    }

    [Fact]
    public void Matlab_files()
    {
        Write(EstimateScripts.Matlab);
        Assert.Equal("EXTRACT", Check("extract.mat", s: false, shifts: false).Format);
        foreach (var file in (string[])["top.mat", "results.mat", "neuron.mat", "dense.mat"]) Assert.Equal("CNMF-E", Check(file, shifts: false).Format);
        Check("results.mat", shifts: false, hints: new());
    }

    [Fact]
    public void Nwb()
    {
        Write(EstimateScripts.Nwb);
        foreach (var file in (string[])["xy.nwb", "yx.nwb", "px.nwb"]) Assert.Equal("NWB", Check(file).Format);
        Assert.Contains(Check("xy.nwb").Notes, n => n.Contains("(unit, width, height)"));
        var ambiguous = Assert.Throws<EstimateFormatException>(() => EstimateFile.Read(PathOf("square.nwb"), new() { Height = 20, Width = 20 }));
        Assert.Contains("--axes", ambiguous.Message);
        Assert.NotEqual(EstimateFile.Read(PathOf("square.nwb"), new() { Height = 20, Width = 20, Axes = MaskAxes.Xy }).Footprints.Dense(0),
            EstimateFile.Read(PathOf("square.nwb"), new() { Height = 20, Width = 20, Axes = MaskAxes.Yx }).Footprints.Dense(0));
    }

    [Fact]
    public void Plain_arrays()
    {
        Write(EstimateScripts.Plain);
        foreach (var file in (string[])["dense.npz", "float.npz", "sparse.npz", "rows.npz", "turned.npz", "xy.npz", "plain.h5", "sparse.h5"]) Assert.Equal("plain arrays", Check(file).Format);
        Check("columns.npz", hints: Hints with { Axes = MaskAxes.Xy });
        Assert.Contains(Check("turned.npz").Notes, n => n.Contains("(frame, unit)"));
        Assert.Contains(Check("xy.npz").Notes, n => n.Contains("(unit, width, height)"));
        foreach (var (file, reason) in new[] { ("other.npz", "does not fit a field of 20 × 30"), ("units.npz", "C has shape (2, 15)"), ("nothing.npz", "no result file of a known layout"),
            ("text.txt", "no result file"), ("empty.hdf5", "no result file"), ("cut.h5", ""), ("head.h5", ""), ("cut.npz", ""), ("absent.npz", "does not exist") })
        {
            var error = Assert.Throws<EstimateFormatException>(() => EstimateFile.Read(PathOf(file), Hints));
            Assert.Contains(reason, error.Message);
            Assert.Contains(file, error.Message);
        }
    }

    [Fact]
    public void ImageJ_roi_sets()
    {
        Write(EstimateScripts.ImageJ);
        var e = Check("rois.zip", false, false, false, masksOnly: true);
        Assert.Contains(e.Notes, n => n.Contains("line.roi"));
        // A circle of radius 5: within 5 % of its area.
        Assert.InRange(EstimateFile.Read(PathOf("oval.roi"), Hints).Footprints.Pixels(0).Length, 0.95 * Math.PI * 25, 1.05 * Math.PI * 25);
        Assert.Contains("not an ImageJ ROI", Assert.Throws<EstimateFormatException>(() => EstimateFile.Read(PathOf("short.roi"), Hints)).Message);
    }

    [Fact]
    public void Hdf5_of_every_type_layout_and_filter()
    {
        Write(EstimateScripts.Hdf5Types);
        string[] files = Directory.GetFiles(Folder), linked = Directory.GetFiles(PathOf("linked"));
        Assert.True(files.Length > 100);
        foreach (var file in linked) Assert.Contains("--follow-links", Assert.Throws<EstimateFormatException>(() => EstimateFile.Read(file, Hints)).Message);
        foreach (var file in (string[])[.. files, .. linked])
        {
            var e = EstimateFile.Read(file, Hints with { FollowLinks = linked.Contains(file) });
            Assert.Equal((K, H, W), (e.Count, e.Footprints.Height, e.Footprints.Width));
            for (var k = 0; k < K; k++)
            {
                var image = e.Footprints.Dense(k);
                for (var p = 0; p < image.Length; p++) Assert.True(image[p] == (ExpectedA(k, p / W, p % W) > 0 ? 1 : 0), $"{file}: unit {k} at ({p / W}, {p % W}) is {image[p]}");
                for (var t = 0; t < T; t++) Assert.True(e.C![k, t] == k * T + t, $"{file}: trace {k} at {t} is {e.C[k, t]}");
            }
        }
        foreach (var file in Directory.GetFiles(PathOf("unreadable"))) Assert.Throws<EstimateFormatException>(() => EstimateFile.Read(file, Hints));
    }
}
