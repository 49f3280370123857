using System.Diagnostics;
using Minisim.Formats.Estimates;
using Minisim.Metrics;
using Minisim.Tests.Formats.Zarr;

namespace Minisim.Tests.Interop;

/// <summary>Result files beside the common way: other versions, other names, parts that do not fit. Each is read right, or what is left out is
/// said.</summary>
public class OddEstimateTests : InTemporaryFolder
{
    private const int K = 3, T = 15, H = 20, W = 30;
    private static readonly EstimateHints Hints = new() { Height = H, Width = W, Frames = T };

    private static double ExpectedA(int k, int r, int c) => r >= 2 + 4 * k && r < 6 + 4 * k && c >= 3 + 7 * k && c < 8 + 7 * k ? 1 + 0.5 * r + 0.25 * c + k : 0;

    private void Write(string script) => EstimateScripts.Run(Folder, script);

    private Estimate Read(string file, EstimateHints? hints = null) => EstimateFile.Read(PathOf(file), hints ?? Hints);

    private string Refusal(string file, EstimateHints? hints = null) => Assert.Throws<EstimateFormatException>(() => Read(file, hints)).Message;

    private static string Part(Estimate e, string name) => string.Join(" | ", e.Report.Parts.Where(p => p.Name == name).Select(p => $"{p.Use}: {p.Text}"));

    private static void CheckFootprints(Estimate e, double tolerance = 1e-4)
    {
        Assert.Equal((K, H, W), (e.Count, e.Footprints.Height, e.Footprints.Width));
        for (var k = 0; k < K; k++)
        {
            var image = e.Footprints.Dense(k);
            for (var p = 0; p < image.Length; p++) Assert.True(Math.Abs(ExpectedA(k, p / W, p % W) - image[p]) < tolerance, $"unit {k} at ({p / W}, {p % W}): {image[p]}");
        }
    }

    private static void CheckTraces(Matrix? c, int from = 0, int step = 1, double tolerance = 1e-4)
    {
        Assert.NotNull(c);
        Assert.Equal((K, T), (c.Rows, c.Columns));
        for (var k = 0; k < K; k++)
            for (var t = 0; t < T; t++)
            {
                if (t < from || (t - from) % step != 0) Assert.True(double.IsNaN(c[k, t]), $"frame {t} was not there and is {c[k, t]}");
                else Assert.Equal(100 * k + t + 0.5, c[k, t], tolerance);
            }
    }

    private static void CheckActivity(Matrix? s)
    {
        Assert.NotNull(s);
        for (var k = 0; k < K; k++)
            for (var t = 0; t < T; t++) Assert.Equal(t % 5 == k ? 1 : 0, s[k, t]);
    }

    private static void CheckShifts(Matrix? shifts)
    {
        Assert.NotNull(shifts);
        for (var t = 0; t < T; t++) Assert.Equal((0.25 * t - 1, 2 - 0.5 * t), (shifts[t, 0], shifts[t, 1]));
    }

    [Fact]
    public void Matlab_files_of_version_5_and_7_3_with_structs_of_any_name()
    {
        Write(OddEstimateScripts.Matlab);
        foreach (var name in (string[])["cnmfe struct", "cnmfe other", "cnmfe top", "cnmfe dense", "cnmfe images", "extract", "extract other", "extract legacy", "ciatah", "Fall"])
            foreach (var packed in (string[])["", "_packed"])
                Check($"{name}{packed}.mat", name.StartsWith("extract", StringComparison.Ordinal));
        foreach (var name in (string[])["73 neuron_results", "73 mine", "73 ciatah", "73 cells"]) Check($"{name}.mat", false);
        Check("73 legacy.mat", true);
        Assert.Equal([true, false, true], Read("Fall.mat").Accepted);
        CheckShifts(Read("Fall.mat").Shifts);
        Assert.Equal("suite2p", Read("Fall.mat").Format);
        Assert.Equal("neuron_results.A", Read("73 neuron_results.mat").Report.Parts[0].Text.Split("from ")[1]);

        var one = Read("73 one.mat");
        Assert.Equal((1, ExpectedA(1, 7, 11)), (one.Count, one.Footprints.Dense(0)[7 * W + 11]));
        Assert.Equal(104.5, one.C![0, 4]);

        void Check(string file, bool tracesOnly)
        {
            var e = Read(file);
            CheckFootprints(e);
            if (file.StartsWith("Fall", StringComparison.Ordinal)) Assert.Equal(100.5, e.C![1, 0], 1e-9);
            else CheckTraces(e.C);
            if (!tracesOnly) CheckActivity(e.S);
        }
    }

    [Fact]
    public void Files_of_no_known_layout_list_what_is_in_them()
    {
        Write(OddEstimateScripts.Matlab);
        Assert.Contains("It holds something (3 × 3), other (struct with a, b).", Refusal("unknown.mat"));
        Assert.Contains("It holds something (3 × 3), other (struct with a, b).", Refusal("unknown_packed.mat"));
        Assert.Contains("object of class Sources2D", Refusal("73 object.mat"));
    }

    [Fact]
    public void Matlab_files_by_octave()
    {
        Write(OddEstimateScripts.Matlab);
        try
        {
            using var octave = Process.Start(new ProcessStartInfo("octave-cli") { ArgumentList = { "--quiet", "--no-gui", "--eval", OddEstimateScripts.Octave }, WorkingDirectory = Folder, RedirectStandardError = true })!;
            octave.StandardError.ReadToEnd();
            octave.WaitForExit();
            Assert.Equal(0, octave.ExitCode);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            MissingPackages.Absent(e.Message, "octave");
        }
        foreach (var file in (string[])["octave6.mat", "octave7.mat", "octave extract.mat"])
        {
            CheckFootprints(Read(file));
            CheckTraces(Read(file).C);
        }
        CheckFootprints(Read("octave Fall.mat"));
        CheckActivity(Read("octave Fall.mat").S);
        Assert.Equal([true, false, true], Read("octave Fall.mat").Accepted);
    }

    [Fact]
    public void Nwb_series_belong_to_the_rows_that_their_references_name()
    {
        Write(OddEstimateScripts.Nwb);
        Assert.Contains("it names ROI 1 twice", Part(Read("twice.nwb"), "traces"));
        foreach (var file in (string[])["background rows.nwb", "two tables.nwb"])
        {
            var e = Read(file);
            CheckFootprints(e);
            CheckTraces(e.C);
            CheckActivity(e.S);
        }
        Assert.Contains("2 rows of PlaneSegmentation are background", Part(Read("background rows.nwb"), "rows"));
        Assert.Equal([true, false, true], Read("background rows.nwb").Accepted);
        Assert.Contains("refers to another table", Part(Read("two tables.nwb"), "series"));

        Assert.Contains("hold the cells: Dendrite, Soma. Name one with --table", Refusal("two cells.nwb"));
        CheckTraces(Read("two cells.nwb", Hints with { Table = "Soma" }).C);
        Assert.Equal(2, Read("two cells.nwb", Hints with { Table = "Dendrite" }).Count);
        Assert.Contains("It has ophys/ImageSegmentation/", Refusal("two cells.nwb", Hints with { Table = "Axon" }));

        var one = Read("one.nwb");
        Assert.Equal((1, 104.5), (one.Count, one.C![0, 4]));
        var some = Read("some.nwb");
        Assert.Equal((K, 204.5), (some.Count, some.C![2, 4]));
        Assert.True(double.IsNaN(some.C[1, 4]));
        Assert.Contains("1 of 3 units have none", Part(some, "traces"));
        Assert.Equal([true, false, true], some.Accepted);
        CheckFootprints(Read("circle.nwb"));
    }

    [Fact]
    public void Axes_of_pixel_and_voxel_masks_are_known_decided_or_asked()
    {
        Write(OddEstimateScripts.Nwb);
        foreach (var file in (string[])["schema.nwb", "suite2p.nwb", "big endian.nwb", "voxels.nwb"]) CheckFootprints(Read(file));
        CheckFootprints(Read("suite2p.nwb", Hints with { Axes = MaskAxes.Yx }));
        CheckFootprints(Read("schema.nwb", Hints with { Axes = MaskAxes.Xy }));
        Assert.Contains("x is the row", Refusal("schema.nwb", Hints with { Axes = MaskAxes.Yx }));
        var square = Hints with { Width = 20 };
        foreach (var (file, axes) in new[] { ("square schema.nwb", MaskAxes.Xy), ("square suite2p.nwb", MaskAxes.Yx) })
        {
            Assert.Contains("--axes xy (x is the column) or --axes yx (x is the row)", Refusal(file, square));
            Assert.Equal(ExpectedA(1, 7, 11), Read(file, square with { Axes = axes }).Footprints.Dense(1)[7 * 20 + 11]);
        }
        Assert.Equal(ExpectedA(1, 7, 11), Read("square said.nwb", square).Footprints.Dense(1)[7 * 20 + 11]);
    }

    [Fact]
    public void Minian_of_versions_2_and_3_places_pixels_frames_and_units_by_their_coordinates()
    {
        Write(OddEstimateScripts.Minian);
        foreach (var home in (string[])["objects", "v3 zstd", "v3 gzip", "v3 blosc", "v3 plain", "v3 crc", "v3 big", "v3 transpose", "v3 shard", "fortran", "packed", "big", "nonrigid", "backwards"])
        {
            var e = Read(home);
            CheckFootprints(e, home == "packed" ? 0.126 : 1e-9);
            CheckTraces(e.C);
            CheckActivity(e.S);
            CheckShifts(e.Shifts);
        }
        Assert.Contains("mean over the grid", string.Join(" ", Read("nonrigid").Notes));

        CheckTraces(Read("late").C, from: 5);
        Assert.Contains("from 5 to 14, and only these are scored", Part(Read("late"), "traces"));
        CheckTraces(Read("half").C, step: 2);
        Assert.Null(Read("half").S);
        Assert.Contains("one frame in 2 only", Part(Read("half"), "activity"));

        foreach (var home in (string[])["small", "mean"])
        {
            var e = Read(home);
            for (var k = 0; k < K; k++)
                for (var p = 0; p < H * W; p++) Assert.Equal(ExpectedA(k, p / W / 2 * 2, p % W / 2 * 2), e.Footprints.Dense(k)[p]);
            Assert.Null(e.Shifts);
            Assert.StartsWith("LeftOut", Part(e, "motion"));
        }
        Assert.Null(Read("same ids").C);
        Assert.Contains("the same unit_id stands at several units", Part(Read("same ids"), "traces"));
        var broken = Read("broken");
        CheckFootprints(broken);
        CheckTraces(broken.C);
        Assert.Equal((null, null), (broken.S, broken.Shifts));
        Assert.StartsWith("LeftOut", Part(broken, "motion"));
        Assert.StartsWith("LeftOut", Part(broken, "activity"));
    }

    [Fact]
    public void What_ops_and_flags_of_suite2p_hold_costs_no_footprint()
    {
        Write(OddEstimateScripts.Suite2p);
        foreach (var home in (string[])["default", "path", "date", "unknown", "flags", "table", "wrong flags", "fewer", "broken ops"])
        {
            var e = Read(home);
            CheckFootprints(e);
            CheckActivity(e.S);
            if (home != "broken ops") CheckShifts(e.Shifts);
            if (home != "fewer") CheckTraces(e.C);
        }
        Assert.Equal([true, false, true], Read("flags").Accepted);
        Assert.Equal([true, false, true], Read("table").Accepted);
        Assert.Null(Read("wrong flags").Accepted);
        Assert.StartsWith("LeftOut: iscell: it has 2 values", Part(Read("wrong flags"), "acceptance"));
        Assert.StartsWith("LeftOut: F (2, 15): it has 2 rows and there are 3 footprints", Part(Read("fewer"), "traces"));
        Assert.StartsWith("LeftOut: ops.npy cannot be read", Part(Read("broken ops"), "ops"));
        Assert.Contains("1 of them empty", Read("empty").Report.Parts[0].Text);
        Assert.Contains("NaN or infinite in 4 of 15 frames of 1 units", Part(Read("nan"), "traces"));
    }

    [Fact]
    public void Accepted_units_are_only_taken_where_the_file_names_them()
    {
        Write(OddEstimateScripts.Suite2p);
        var asked = Hints with { AcceptedOnly = true };
        Assert.Empty(Read("flags", asked).Report.Warnings);
        Assert.Contains("only these are scored", Part(Read("flags", asked), "acceptance"));
        Assert.Contains("--accepted has no effect", Assert.Single(Read("path", asked).Report.Warnings));
        Assert.Contains("all are scored without --accepted", Part(Read("flags"), "acceptance"));
    }

    [Fact]
    public void What_a_mac_puts_into_an_archive_is_no_roi()
    {
        Write(OddEstimateScripts.ImageJ);
        var e = Read("mac.zip");
        Assert.Equal(1, e.Count);
        Assert.DoesNotContain(e.Report.Parts, p => p.Name == "ROI");
    }

    [Fact]
    public void Archives_that_hold_a_name_twice_or_are_packed_otherwise_are_called_that()
    {
        Write(OddEstimateScripts.Plain);
        CheckFootprints(Read("good.npz"));
        Assert.Contains("it holds A.npy twice", Refusal("twice.npz"));
        foreach (var file in (string[])["LZMA.npz", "BZIP2.npz"])
        {
            Assert.Contains("A.npy is packed in a way that is not read here", Refusal(file));
            Assert.DoesNotContain("damaged", Refusal(file));
        }
    }

    /// <summary>Their squares are infinite or nothing: an outline would match no cell, without a word.</summary>
    [Fact]
    public void Weights_and_traces_beyond_any_measurement_are_refused_and_left_out()
    {
        Write(OddEstimateScripts.Plain);
        Assert.Contains("a footprint whose largest weight is", Refusal("large.npz"));
        Assert.Contains("nothing", Refusal("small.npz"));
        var loud = Read("loud.npz");
        CheckFootprints(loud);
        Assert.Null(loud.C);
        Assert.Contains("which are no trace", Part(loud, "traces"));
    }

    [Fact]
    public void Series_that_lie_in_another_file_are_said_and_read_when_allowed()
    {
        Write(OddEstimateScripts.Nwb);
        Assert.Contains("ophys/Fluorescence/RoiResponseSeries lies in another file, one table.nwb: allow reading that file with --follow-links", Part(Read("elsewhere.nwb"), "series"));
        Assert.Null(Read("elsewhere.nwb").C);
        CheckTraces(Read("elsewhere.nwb", Hints with { FollowLinks = true }).C);
    }

    [Fact]
    public void Composite_rois_are_filled_even_odd_and_broken_ones_are_left_out_alone()
    {
        Write(OddEstimateScripts.ImageJ);
        var e = Read("set.zip");
        Assert.Equal(2, e.Count);
        Assert.Equal(20, e.Footprints.Pixels(0).Length);
        var donut = e.Footprints.Dense(1);
        for (var p = 0; p < donut.Length; p++)
        {
            var (r, c) = (p / W, p % W);
            var inside = r is >= 4 and < 14 && c is >= 10 and < 24 && !(r is >= 7 and < 10 && c is >= 13 and < 18);
            Assert.Equal(inside ? 1 : 0, donut[p]);
        }
        Assert.Contains("broken.roi", Part(e, "ROI"));
        Assert.Contains("odd.roi", Part(e, "ROI"));
    }
}
