using System.Text.Json;
using Minisim.Truth;

namespace Minisim.Tests.Reference;

/// <summary>Whole recordings without randomness, pixel by pixel: every folder under deterministic/, and every array in it.</summary>
public class DeterministicRecordingTests
{
    public static TheoryData<string> Folders => [.. Directory.GetDirectories(ReferenceData.Path("deterministic")).Select(p => Path.GetFileName(p)!).Order()];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Movie_stages_and_truth_agree_with_the_reference(string folder)
    {
        var spec = SpecJson.Parse(File.ReadAllText(ReferenceData.Path("deterministic", folder, "spec.json")));
        using var recording = Simulator.Run(spec);
        var truth = recording.Truth;
        var checkedFiles = 0;
        foreach (var path in Directory.GetFiles(ReferenceData.Path("deterministic", folder), "*.npy").Order())
        {
            var name = Path.GetFileNameWithoutExtension(path);
            var expected = NpyArray.Load(path);
            double[]? actual = null;
            var tolerance = 1e-9;
            if (name == "A_planted") (actual, tolerance) = (ToDouble(truth.APlanted()), 1e-5);
            else if (name == "A_observed") (actual, tolerance) = (ToDouble(truth.AObserved()), 1e-5);
            else if (name == "planted_offsets") actual = [.. truth.Planted.SelectMany(p => new double[] { p.Row, p.Col })];
            else if (name == "planted_shapes") actual = [.. truth.Planted.SelectMany(p => new double[] { p.Height, p.Width })];
            else if (name == "planted_data") (actual, tolerance) = ([.. truth.Planted.SelectMany(p => p.Values).Select(v => (double)v)], 1e-5);
            // With motion the reference's own movie rounds shifts to 1/32 px; its float warp does not.
            else if (name is "observed" && File.Exists(ReferenceData.Path("deterministic", folder, "observed_floatwarp.npy"))) continue;
            else if (name is "observed" or "observed_floatwarp") (actual, tolerance) = (Movie(recording.Observed), 1e-4);
            else if (name.StartsWith("stage_", StringComparison.Ordinal))
            {
                // What the reference rounded to 1/32 px is compared through the float warp only.
                var stage = name["stage_".Length..];
                if (truth.Shifts is not null && stage is not ("cells_only" or "neuropil" or "vasculature")) continue;
                (actual, tolerance) = (Movie(recording.Snapshots[stage]), 1e-4);
            }
            else actual = truth.Find(name)?.ToDoubles();
            Assert.True(actual is not null, $"{folder}/{name}: nothing here knows what to compare with");
            Close.To(expected.Values, actual, tolerance, ofPeak: true, what: $"{folder}/{name}");
            checkedFiles++;
        }
        Assert.True(checkedFiles > 10, $"only {checkedFiles} arrays in {folder}");

        using var info = ReferenceData.Json("deterministic", folder, "info.json");
        Close.To(info.RootElement.GetProperty("focal_depth_um").GetDouble(), truth.FocalDepthUm!.Value, 1e-9, "focal depth");
    }

    private static double[] Movie(Movie movie)
    {
        var pixels = movie.Height * movie.Width;
        var all = new double[movie.Frames * pixels];
        var frame = new float[pixels];
        for (var t = 0; t < movie.Frames; t++)
        {
            movie.ReadFrame(t, frame);
            for (var i = 0; i < pixels; i++) all[t * pixels + i] = frame[i];
        }
        return all;
    }

    private static double[] ToDouble(float[] values) => Array.ConvertAll(values, v => (double)v);
}
