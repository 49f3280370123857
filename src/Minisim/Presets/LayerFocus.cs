using System.Runtime.InteropServices;
using Minisim.Scenes;
using Minisim.Steps;

namespace Minisim.Presets;

/// <summary>Where an experimenter who knows the layer, the field and the lens would focus: a plane that follows from geometry alone.</summary>
/// <remarks><c>focal_depth_in_tissue_um: "auto"</c> asks the cells that were drawn and how brightly they flared, so it moves with the
/// seed, the duration and even the decay of the indicator: whoever compares two specs that differ in one of them compares two
/// focal planes, too. This plane depends on depths of the populations, field of view, field curvature and depth of field, and on
/// nothing else.</remarks>
public static class LayerFocus
{
    /// <summary>Width and height of the grid over which the field is averaged, points.</summary>
    private const int FieldPoints = 64;
    /// <summary>Planes whose share is within this of the best are as good as it.</summary>
    private const double Tolerance = 0.005;
    private const double StepUm = 0.1;
    /// <summary>Most planes times parts of the layer that are looked at: the step grows for absurd ones.</summary>
    private const double MostWork = 1e8;

    /// <summary>The focal depth on the axis, µm to 0.1, that keeps most of the populations in focus: the middle of the depths at
    /// which <see cref="ShareInFocus"/> is within 0.5 % of its largest.</summary>
    /// <param name="acquisition">Optics and field of view; its own focal depth is not read.</param>
    /// <param name="populations">Cells fill their depth range evenly, in proportion to their density; cells with given positions
    /// count as they are, as far as they lie in the field. None gives 0.</param>
    public static double DepthUm(Acquisition acquisition, IReadOnlyList<Population> populations)
    {
        var parts = Parts(acquisition, populations);
        if (parts.Count == 0) return 0;
        var dof = acquisition.Optics.ResolvedDepthOfFieldUm();
        double low = parts.Min(p => p.Low) - dof, high = parts.Max(p => p.High) + dof;
        var step = Math.Max(StepUm, (high - low) * parts.Count / MostWork);
        var first = Math.Floor(low / step);
        var shares = new double[(int)(Math.Ceiling(high / step) - first) + 1];
        Parallel.For(0, shares.Length, i => shares[i] = Share(parts, (first + i) * step, dof));
        // Where two layers are as good as each other the shallower one is taken.
        var best = Array.IndexOf(shares, shares.Max());
        var enough = shares[best] * (1 - Tolerance);
        int from = best, to = best;
        while (from > 0 && shares[from - 1] >= enough) from--;
        while (to < shares.Length - 1 && shares[to + 1] >= enough) to++;
        return Math.Round(Math.Max((first + 0.5 * (from + to)) * step, 0), 1);
    }

    /// <summary>Share of the populations' cells in the field of view that lie within the depth of field of a plane, in [0, 1]:
    /// <c>P(|z + s(r) − f| ≤ dof)</c> with the sagitta s of the field curvature.</summary>
    /// <param name="acquisition">Optics and field of view.</param>
    /// <param name="populations">The cells; see <see cref="DepthUm"/>.</param>
    /// <param name="focalUm">Focal depth on the axis, µm.</param>
    public static double ShareInFocus(Acquisition acquisition, IReadOnlyList<Population> populations, double focalUm) =>
        Share(Parts(acquisition, populations), focalUm, acquisition.Optics.ResolvedDepthOfFieldUm());

    /// <summary>A spec whose focal plane is <see cref="DepthUm"/> where it was "auto": comparisons of it have one focus. Others are
    /// returned as they are.</summary>
    public static Spec Fixed(Spec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (!IsAuto(spec)) return spec;
        return spec with { Acquisition = spec.Acquisition with { FocalDepthInTissueUm = DepthUm(spec.Acquisition, spec.Find<PlaceNeurons>()!.ResolvedPopulations()) } };
    }

    /// <summary>Whether a spec's focus depends on the cells that are drawn: it is "auto", and there are cells and optics.</summary>
    public static bool IsAuto(Spec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return spec.Acquisition.FocalDepthInTissueUm is null && spec.Find<OpticsStep>() is not null && spec.Find<PlaceNeurons>() is not null;
    }

    /// <summary>Cells that fill effective depths from Low to High evenly.</summary>
    private readonly record struct Part(double Low, double High, double Weight);

    private static List<Part> Parts(Acquisition acquisition, IReadOnlyList<Population> populations)
    {
        var (height, width) = acquisition.FovUm();
        var parts = new List<Part>();
        foreach (var population in populations)
        {
            if (population.PositionsUm is { } given)
            {
                foreach (var p in given)
                    if (Math.Abs(p.Y) <= height / 2 && Math.Abs(p.X) <= width / 2)
                        parts.Add(At(FocalPlane.EffectiveDepthUm(acquisition, p), 0, 1));
                continue;
            }
            var range = population.DepthRangeUm;
            // As many cells as are placed; a quarter of the field stands for all of it.
            var cells = population.DensityPerMm3 * Math.Max(range.Length, 2 * population.SomaRadiusUm) / 1000 * (height * width / 1e6);
            if (acquisition.Optics.FieldCurvatureRadiusUm is null) parts.Add(At(range.Min, range.Length, cells));
            else
                for (var i = 0; i < FieldPoints; i++)
                    for (var j = 0; j < FieldPoints; j++)
                        parts.Add(At(FocalPlane.EffectiveDepthUm(acquisition, new Position(range.Min, (i + 0.5) / FieldPoints * height / 2, (j + 0.5) / FieldPoints * width / 2)),
                            range.Length, cells / (FieldPoints * FieldPoints)));
        }
        return parts;

        // A sheet without thickness has a share like any other layer.
        static Part At(double low, double length, double weight) => length > 0 ? new(low, low + length, weight) : new(low - 1e-6, low + 1e-6, weight);
    }

    private static double Share(List<Part> parts, double focal, double dof)
    {
        double inFocus = 0, all = 0;
        foreach (ref readonly var part in CollectionsMarshal.AsSpan(parts))
        {
            all += part.Weight;
            var overlap = Math.Min(part.High, focal + dof) - Math.Max(part.Low, focal - dof);
            if (overlap > 0) inFocus += part.Weight * Math.Min(overlap / (part.High - part.Low), 1);
        }
        return all > 0 ? inFocus / all : 0;
    }
}
