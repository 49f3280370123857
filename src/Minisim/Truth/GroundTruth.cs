using Minisim.Scenes;

namespace Minisim.Truth;

/// <summary>Everything that was chosen on the way to the movie, for the cells in view: those whose planted
/// footprint touches the FOV at rest.</summary>
/// <remarks>Arrays that every recording has are properties; those of an effect are null without it. All are also
/// in <see cref="Arrays"/>, by which files are written.</remarks>
public sealed class GroundTruth
{
    private readonly Dictionary<string, TruthArray> _byName;

    /// <summary>Truth of the given cells and arrays.</summary>
    /// <param name="grid">Canvas and FOV.</param>
    /// <param name="planted">Sharp footprints in canvas coordinates, one per cell in view.</param>
    /// <param name="arrays">Published arrays; those per cell have one row for each of <paramref name="planted"/>.</param>
    /// <param name="focalDepthUm">Resolved focal depth on the axis, µm; null without optics.</param>
    public GroundTruth(Grid grid, IReadOnlyList<Footprint> planted, IEnumerable<TruthArray> arrays, double? focalDepthUm)
    {
        Grid = grid;
        Planted = planted;
        Arrays = TruthArray.Joined([.. arrays]);
        FocalDepthUm = focalDepthUm;
        _byName = Arrays.ToDictionary(a => a.Name);
        foreach (var array in Arrays)
            if (array.IsPerCell && array.Shape[0] != planted.Count)
                throw new ArgumentException($"truth array {array.Name} has {array.Shape[0]} rows for {planted.Count} cells", nameof(arrays));
    }

    /// <summary>Canvas and FOV.</summary>
    public Grid Grid { get; }
    /// <summary>Planted (sharp, peak 1) footprints in canvas coordinates.</summary>
    public IReadOnlyList<Footprint> Planted { get; }
    /// <summary>All published arrays, in order of publication.</summary>
    public IReadOnlyList<TruthArray> Arrays { get; }
    /// <summary>Resolved focal depth on the axis, µm; null without the optics step.</summary>
    public double? FocalDepthUm { get; }
    /// <summary>Number of cells in view.</summary>
    public int NUnits => Planted.Count;

    /// <summary>Frames and clock of the recording; null where unknown.</summary>
    public Timeline? Timeline { get; init; }

    /// <summary>Arrays that a recording like this usually has and this one does not, by name, with the reason.</summary>
    public IReadOnlyDictionary<string, string> LeftOut { get; init; } = System.Collections.Immutable.ImmutableDictionary<string, string>.Empty;

    /// <summary>The fields of a role, in the order in which they act.</summary>
    public IEnumerable<TruthArray> Fields(FieldRole role) => Arrays.Where(a => a.Role == role);

    /// <summary>The product of the factors of a role per FOV pixel (row, column), or null without any.</summary>
    public double[]? Factor(FieldRole role)
    {
        double[]? product = null;
        foreach (var field in Fields(role))
        {
            var values = field.ToDoubles();
            if (product is null) product = [.. values];
            else
                for (var i = 0; i < product.Length; i++) product[i] *= values[i];
        }
        return product;
    }

    /// <summary>The sum of the fields of a role per FOV pixel (row, column), or null without any.</summary>
    public double[]? Sum(FieldRole role)
    {
        double[]? sum = null;
        foreach (var field in Fields(role))
        {
            var values = field.ToDoubles();
            if (sum is null) sum = [.. values];
            else
                for (var i = 0; i < sum.Length; i++) sum[i] += values[i];
        }
        return sum;
    }

    /// <summary>The array of that name, or null.</summary>
    public TruthArray? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Clean fluorescence traces (unit, frame), or null without activity.</summary>
    public TruthArray? C => Find("C");
    /// <summary>Spikes per frame (unit, frame), or null without activity.</summary>
    public TruthArray? S => Find("S");
    /// <summary>Cell centres (unit, 3): z, y, x in µm.</summary>
    public TruthArray CentersUm => Find("centers_um")!;
    /// <summary>Brightness of each cell, mean 1 (unit).</summary>
    public TruthArray? AmplitudePerCell => Find("amplitude_per_cell");
    /// <summary>Blur of each cell, Gaussian σ in px (unit), or null without optics.</summary>
    public TruthArray? ObservedSigmaPx => Find("observed_sigma_px");
    /// <summary>Light gain of each cell (unit), or null without optics.</summary>
    public TruthArray? ObservedGain => Find("observed_gain");
    /// <summary>Whether each cell is within the depth of field (unit).</summary>
    public ReadOnlySpan<bool> InFocus => (bool[]?)Find("in_focus")?.Values ?? [];
    /// <summary>Whether each cell's SNR reaches the threshold (unit).</summary>
    public ReadOnlySpan<bool> Detectable => (bool[]?)Find("detectable")?.Values ?? [];
    /// <summary>Share of each cell's light that vessels take, at rest (unit), or null without vessels.</summary>
    public TruthArray? VesselOverlap => Find("vessel_overlap_fraction");
    /// <summary>Applied shifts (frame, 2), px, or null without motion.</summary>
    public TruthArray? Shifts => Find("shifts");

    /// <summary>Planted footprint of a cell in FOV coordinates.</summary>
    public Footprint PlantedInFov(int unit) => Planted[unit].Crop(Grid.Margin, Grid.Margin, Grid.FovHeight, Grid.FovWidth);

    /// <summary>Observed footprint of a cell on the canvas, <c>g·(G_σ * planted)</c>: exactly what was composited.
    /// Without optics, the planted one.</summary>
    public Footprint Observed(int unit) => ObservedSigmaPx is { } sigma && ObservedGain is { } gain
        ? FootprintOptics.Degrade(Planted[unit], sigma.ToDoubles()[unit], gain.ToDoubles()[unit], Grid.Height, Grid.Width)
        : Planted[unit];

    /// <summary>Observed footprint of a cell in FOV coordinates, sparse.</summary>
    public Footprint ObservedInFov(int unit) => ObservedSigmaPx is { } sigma && ObservedGain is { } gain
        ? FootprintOptics.Degrade(Planted[unit], sigma.ToDoubles()[unit], gain.ToDoubles()[unit], new Patch(Grid.Margin, Grid.Margin, Grid.FovHeight, Grid.FovWidth), Grid.Height, Grid.Width)
        : PlantedInFov(unit);

    /// <summary>Dense planted footprints (unit, height, width) in the FOV. units × pixels floats: for small recordings.</summary>
    public float[] APlanted() => Dense(PlantedInFov);

    /// <summary>Dense observed footprints (unit, height, width) in the FOV. units × pixels floats: for small recordings.</summary>
    public float[] AObserved() => Dense(ObservedInFov);

    private float[] Dense(Func<int, Footprint> footprint)
    {
        var pixels = Grid.FovHeight * Grid.FovWidth;
        var dense = new float[checked(NUnits * pixels)];
        for (var i = 0; i < NUnits; i++)
            footprint(i).AddTo(dense.AsSpan(i * pixels, pixels), Grid.FovHeight, Grid.FovWidth);
        return dense;
    }

    /// <summary>The truth of some cells only: every per-cell field is sliced, the rest kept.</summary>
    public GroundTruth Subset(IReadOnlyList<int> units) =>
        new(Grid, [.. units.Select(u => Planted[u])], Arrays.Select(a => a.FollowsCells ? a.Take(units) : a), FocalDepthUm) { Timeline = Timeline, LeftOut = LeftOut };

    /// <summary>The detectable cells: the fair denominator of recall.</summary>
    public GroundTruth DetectableSubset()
    {
        var detectable = Detectable.ToArray();
        return Subset([.. Enumerable.Range(0, NUnits).Where(i => detectable[i])]);
    }
}
