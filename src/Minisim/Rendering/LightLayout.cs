using Minisim.Scenes;

namespace Minisim.Rendering;

/// <summary>The sources of all groups in one numbering, and how finely each is rendered.</summary>
/// <remarks>Fields of the whole canvas come first, then the others in order of their groups, which fixes the order of the sums. A source blurred by
/// many pixels is summed on a coarse grid of a sixth of its blur, in powers of 2.</remarks>
internal sealed class LightLayout
{
    /// <summary>Blur, px, from which a grid of step 2 tells all of a source.</summary>
    private const double MiddlingPx = 12;

    private readonly (LightGroup Group, int First)[] _groups;
    private readonly byte[] _steps;
    private readonly Grid _grid;

    /// <param name="scene">The scene.</param>
    /// <param name="isCrowded">Whether sources of middling blur are many enough for a grid of their own; null to find out.</param>
    public LightLayout(Scene scene, bool? isCrowded = null)
    {
        _grid = scene.Grid;
        var ordered = scene.Lights.Where(g => g.Shapes is FieldShapes).Concat(scene.Lights.Where(g => g.Shapes is not FieldShapes)).ToArray();
        _groups = new (LightGroup, int)[ordered.Length];
        for (var g = 0; g < ordered.Length; g++)
        {
            _groups[g] = (ordered[g], Count);
            Count += ordered[g].Shapes.Count;
            if (ordered[g].Shapes is FieldShapes) DenseCount = Count;
        }
        _steps = new byte[Count];
        var crowded = isCrowded ?? IsCrowded();
        foreach (var (group, first) in _groups)
            for (var i = 0; i < group.Shapes.Count; i++)
                // A source without a place on the canvas needs no grid, and those that are background say how fine theirs has to be.
                _steps[first + i] = group.Shapes is BackgroundShapes background ? (byte)background.Step
                    : group.Shapes.Bounds(i).IsEmpty ? (byte)1
                    : (byte)(group.Shapes.SigmaPx(i) switch { >= 96 => 16, >= 48 => 8, >= 24 => 4, >= MiddlingPx when crowded => 2, _ => 1 });
    }

    /// <summary>Sources of all groups.</summary>
    public int Count { get; }
    /// <summary>Fields of the whole canvas; they have the first numbers.</summary>
    public int DenseCount { get; }

    /// <summary>Pixels from node to node of the coarsest grid that a source can be sampled on; 1 if it needs every pixel.</summary>
    public int Step(int source) => _steps[source];

    /// <summary>The steps of all coarse grids, ascending.</summary>
    public IReadOnlyList<int> CoarseSteps => [.. _steps.Where(s => s > 1).Distinct().Order().Select(s => (int)s)];

    /// <summary>A row of a field.</summary>
    public ReadOnlySpan<float> DenseRow(int source, int row)
    {
        var (group, first) = Of(source);
        return ((FieldShapes)group.Shapes).Row(source - first, row);
    }

    /// <summary>Where a source lies among the pixels of the canvas; empty if it is not rendered there.</summary>
    public Patch OnCanvas(int source)
    {
        if (source < DenseCount || _steps[source] != 1) return default;
        var (group, first) = Of(source);
        return group.Shapes.Bounds(source - first);
    }

    /// <summary>Where a source lies among the nodes of a grid; empty if it is not rendered there.</summary>
    public Patch OnNodes(int source, CoarseGrid grid)
    {
        if (_steps[source] != grid.Step) return default;
        var (group, first) = Of(source);
        var bounds = group.Shapes.Bounds(source - first);
        return bounds.IsEmpty ? default : grid.Around(bounds);
    }

    /// <summary>Writes the pixels of <see cref="OnCanvas"/>.</summary>
    public void Fill(int source, Span<float> values)
    {
        var (group, first) = Of(source);
        group.Shapes.Fill(source - first, values);
    }

    /// <summary>Writes the nodes of <see cref="OnNodes"/>.</summary>
    public void Fill(int source, CoarseGrid grid, Span<float> values)
    {
        var nodes = OnNodes(source, grid);
        values = values[..(nodes.Height * nodes.Width)];
        values.Clear();
        var (group, first) = Of(source);
        group.Shapes.Sample(source - first, nodes with { Row = grid.FirstRow + nodes.Row * grid.Step, Col = grid.FirstColumn + nodes.Col * grid.Step }, grid.Step, values);
    }

    /// <summary>Light of all sources, in groups of <see cref="CompositeKernel.Group"/> frames.</summary>
    /// <param name="timeline">Which simulated frame each delivered frame shows.</param>
    /// <param name="firstFrame">First delivered frame.</param>
    /// <param name="count">Frames.</param>
    /// <param name="emission">(group of frames, source, frame); what lies beyond <paramref name="count"/> is 0.</param>
    public unsafe void Gather(Timeline timeline, int firstFrame, int count, float* emission)
    {
        const int group = CompositeKernel.Group;
        for (var done = 0; done < count; done += group)
        {
            var n = Math.Min(group, count - done);
            foreach (var (lights, _) in _groups)
                for (var i = 0; i < lights.Shapes.Count; i++, emission += group)
                {
                    var light = new Span<float>(emission, group);
                    if (timeline.Acquired is null) lights.Light.Fill(i, firstFrame + done, light[..n]);
                    else
                        for (var f = 0; f < n; f++) lights.Light.Fill(i, timeline.AcquiredFrame(firstFrame + done + f), light.Slice(f, 1));
                    light[n..].Clear();
                }
        }
    }

    /// <summary>Whether the same shapes are rendered in the same way, so that their tiles can be shared.</summary>
    public bool HasSameShapes(LightLayout other) => _grid == other._grid && _groups.Length == other._groups.Length
        && _groups.Zip(other._groups, (a, b) => ReferenceEquals(a.Group.Shapes, b.Group.Shapes)).All(same => same)
        && _steps.AsSpan().SequenceEqual(other._steps);

    private (LightGroup Group, int First) Of(int source)
    {
        for (var g = _groups.Length - 1; ; g--)
            if (source >= _groups[g].First) return _groups[g];
    }

    // A grid costs every pixel a few nanoseconds, a cell 0.05 ns at each of its pixels: measured with 5000 cells on 256 × 256. Sources
    // outside of the FOV do not count, so that the margin decides nothing.
    private bool IsCrowded()
    {
        const double enough = 64;
        double covered = 0;
        foreach (var (group, _) in _groups)
            for (var i = 0; i < group.Shapes.Count; i++)
            {
                if (group.Shapes is BackgroundShapes || group.Shapes.SigmaPx(i) is not (>= MiddlingPx and < 24) || group.Shapes.Bounds(i).IsEmpty) continue;
                var (y, x) = group.Shapes.CentreUm(i);
                if (!_grid.InFov(y, x)) continue;
                double side = 2 * FootprintOptics.GaussianRadius(group.Shapes.SigmaPx(i)) + 1;
                covered += side * side;
            }
        return covered > enough * _grid.FovHeight * _grid.FovWidth;
    }
}
