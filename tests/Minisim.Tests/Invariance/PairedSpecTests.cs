using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Truth;

namespace Minisim.Tests.Invariance;

/// <summary>Two specs that differ in one thing differ in that thing only.</summary>
public class PairedSpecTests
{
    private static readonly Spec Full = RenderingInvarianceTests.Everything();

    // Without these nothing shines that could be compared.
    private static readonly string[] Needed = ["place_neurons", "cell_activity", "optics", "composite"];

    // What a step changes by its physics, beside its own arrays; a kind that is not here may change nothing at all.
    private static readonly Dictionary<string, string[]> Physics = new()
    {
        ["bleaching"] = ["neuropil_temporal"],
        // Illumination bleaches, and bleached cells dim the neuropil with them.
        ["illumination_profile"] = ["bleaching", "neuropil_temporal", "autofluorescence_envelope", "autofluorescence_mean", "detectable"],
        ["vignette"] = ["detectable"],
        ["vasculature"] = ["detectable", "hemodynamic_transmission"],
        ["sensor"] = ["detectable"],
        // Blood follows the animal, and what it lets through is that of the vessels.
        ["behavior"] = ["hemodynamics_signals", "hemodynamic_transmission"],
        // Without a margin light that leaves the view is lost.
        ["brain_motion"] = ["vessel_overlap_fraction", "hemodynamic_transmission"],
    };

    // The noise of all light at a cell, from whatever step it comes.
    private static readonly string[] OfAllLight = ["detection_snr", "peak_snr_local"];

    /// <summary>Every kind of the catalogue: a new one is compared too, and is named above only if it changes what others publish.</summary>
    public static TheoryData<string> Effects => [.. StepCatalog.Kinds.Select(k => k.Kind).Except(Needed)];

    [Fact]
    public void The_recording_that_is_compared_has_every_kind_of_step() =>
        Assert.Equal(StepCatalog.Kinds.Select(k => k.Type), Full.Steps.Select(s => s.GetType()));

    [Theory]
    [MemberData(nameof(Effects))]
    public void Leaving_out_one_effect_changes_no_cell_no_other_field_and_no_trajectory(string kind)
    {
        var without = Full with { Steps = [.. Full.Steps.Where(s => StepCatalog.Of(s).Kind != kind)] };
        // The focal plane follows the light, so it is held for the comparison of what lies behind it.
        var focal = Full.Acquisition with { FocalDepthInTissueUm = 100 };
        GroundTruth a = Simulator.Compile(Full with { Acquisition = focal }).Truth, b = Simulator.Compile(without with { Acquisition = focal }).Truth;
        var cells = InViewOfBoth(a, b);
        Assert.True(cells.Count > 25, $"only {cells.Count} cells");
        foreach (var (i, j) in cells) Assert.True(Same(a.PlantedInFov(i), b.PlantedInFov(j)), $"planted footprint of cell {i}");
        var compared = 0;
        foreach (var kept in b.Arrays.Where(k => !Physics.GetValueOrDefault(kind, []).Concat(OfAllLight).Contains(k.Name)))
        {
            var full = a.Find(kept.Name);
            Assert.True(full is not null, $"{kept.Name} is there only without {kind}");
            if (kept.IsPerCell)
                foreach (var (i, j) in cells) Assert.True(Row(a, kept.Name, i).SequenceEqual(Row(b, kept.Name, j)), Changes($"{kept.Name} of cell {i}"));
            else
                Assert.True(full.ToDoubles().AsSpan().SequenceEqual(kept.ToDoubles()), Changes(kept.Name));
            compared++;
        }
        Assert.True(compared > 12, $"only {compared} arrays");

        string Changes(string what) => $"{kind} changes {what}: if it does by its physics, name the array in {nameof(Physics)}";
    }

    [Fact]
    public void A_further_population_leaves_the_cells_before_it()
    {
        var place = Full.Find<PlaceNeurons>()!;
        var fewer = Full.With(place with { Populations = [place.Populations![0]] });
        GroundTruth a = Simulator.Compile(Full).Truth, b = Simulator.Compile(fewer).Truth;
        Assert.True(a.NUnits > b.NUnits);
        for (var i = 0; i < b.NUnits; i++)
        {
            Assert.True(Same(a.Planted[i], b.Planted[i]), $"planted footprint of cell {i}");
            foreach (var name in new[] { "C", "S", "centers_um", "amplitude_per_cell", "bleaching" })
                Assert.True(Row(a, name, i).SequenceEqual(Row(b, name, i)), $"{name} of cell {i}");
        }
    }

    [Fact]
    public void Another_seed_changes_everything_random()
    {
        GroundTruth a = Simulator.Compile(Full).Truth, b = Simulator.Compile(Full with { Seed = 8 }).Truth;
        foreach (var name in new[] { "shifts", "vasculature_mask", "neuropil_spatial" })
            Assert.False(a.Find(name)!.ToDoubles().AsSpan().SequenceEqual(b.Find(name)!.ToDoubles()), name);
        Assert.False(Row(a, "C", 0).SequenceEqual(Row(b, "C", 0)));
    }

    // With a margin more cells are in view; those of the FOV are the same. Cells are recognised by their centre.
    private static List<(int, int)> InViewOfBoth(GroundTruth a, GroundTruth b)
    {
        var index = Enumerable.Range(0, b.NUnits).ToDictionary(j => (Row(b, "centers_um", j)[0], Row(b, "centers_um", j)[1], Row(b, "centers_um", j)[2]));
        var pairs = new List<(int, int)>();
        for (var i = 0; i < a.NUnits; i++)
        {
            var c = Row(a, "centers_um", i);
            if (index.TryGetValue((c[0], c[1], c[2]), out var j)) pairs.Add((i, j));
            else Assert.False(a.Grid.InFov(c[1], c[2]), $"a cell centred in the FOV at ({c[0]}, {c[1]}, {c[2]}) is gone");
        }
        return pairs;
    }

    // Pixel by pixel: a margin may leave dark columns in a cropped patch.
    private static bool Same(Footprint a, Footprint b)
    {
        for (var r = Math.Min(a.Row, b.Row); r < Math.Max(a.Row + a.Height, b.Row + b.Height); r++)
            for (var c = Math.Min(a.Col, b.Col); c < Math.Max(a.Col + a.Width, b.Col + b.Width); c++)
                if (a[r, c] != b[r, c])
                    return false;
        return true;
    }

    private static double[] Row(GroundTruth truth, string name, int unit)
    {
        var array = truth.Find(name)!;
        var length = array.Values.Length / array.Shape[0];
        return array.ToDoubles().AsSpan(unit * length, length).ToArray();
    }
}
