using Minisim.Scenes;

namespace Minisim.Rendering;

/// <summary>The sources of all groups in one numbering, and how finely each is rendered.</summary>
/// <remarks>Fields of the whole canvas come first, then the others in order of their groups, which fixes the order of the sums. A source blurred by
/// many pixels is summed on a coarse grid of a sixth of its blur, in powers of 2; sources that are background only have a ladder of grids of their own, the
/// next finer one twice as fine, each of which is passed on to the next.</remarks>
internal sealed class LightLayout
{
    /// <summary>Blur, px, from which a grid of step 2 tells all of a source.</summary>
    private const double MiddlingPx = 12;

    private readonly (LightGroup Group, int First)[] _groups;
    // Index among the grids, or −1 for the canvas.
    private readonly sbyte[] _gridOf;
    private readonly (int Step, bool IsBackground)[] _grids;
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
        var crowded = isCrowded ?? IsCrowded();
        var needs = new (int Step, bool IsBackground)[Count];
        var finest = BackgroundShapes.CoarsestStep + 1;
        foreach (var (group, first) in _groups)
        {
            var background = group.Shapes as BackgroundShapes;
            if (background is { Count: > 0 }) finest = Math.Min(finest, background.FinestStep);
            for (var i = 0; i < group.Shapes.Count; i++)
                needs[first + i] = background is not null ? (background.Step(i), background.Step(i) > 1)
                    // A source without a place on the canvas needs no grid.
                    : group.Shapes.Bounds(i).IsEmpty ? (1, false)
                    : (group.Shapes.SigmaPx(i) switch { >= 96 => 16, >= 48 => 8, >= 24 => 4, >= MiddlingPx when crowded => 2, _ => 1 }, false);
        }
        // The whole ladder, whichever of its grids have sources: those in the margin decide nothing.
        var ladder = new List<(int, bool)>();
        for (var step = finest; step <= BackgroundShapes.CoarsestStep; step *= 2) ladder.Add((step, true));
        _grids = [.. needs.Where(n => n is ( > 1, false)).Distinct().Order(), .. ladder];
        _gridOf = Array.ConvertAll(needs, n => (sbyte)Array.IndexOf(_grids, n));
    }

    /// <summary>Sources of all groups.</summary>
    public int Count { get; }
    /// <summary>Fields of the whole canvas; they have the first numbers.</summary>
    public int DenseCount { get; }

    /// <summary>The grids coarser than the canvas: pixels from node to node, ascending, first those of which each adds to the canvas, then the ladder
    /// of those for the background, of which each but the first adds to the one before it.</summary>
    public IReadOnlyList<(int Step, bool IsBackground)> Grids => _grids;

    /// <summary>Pixels from node to node where a source is sampled; 1 if it needs every pixel.</summary>
    public int Step(int source) => _gridOf[source] < 0 ? 1 : _grids[_gridOf[source]].Step;

    /// <summary>A row of a field.</summary>
    public ReadOnlySpan<float> DenseRow(int source, int row)
    {
        var (group, first) = Of(source);
        return ((FieldShapes)group.Shapes).Row(source - first, row);
    }

    /// <summary>Where a source lies among the pixels of the canvas; empty if it is not rendered there.</summary>
    public Patch OnCanvas(int source)
    {
        if (source < DenseCount || _gridOf[source] >= 0) return default;
        var (group, first) = Of(source);
        return group.Shapes.Bounds(source - first);
    }

    /// <summary>Where a source lies among the nodes of the grid with an index in <see cref="Grids"/>; empty if it is not rendered there.</summary>
    public Patch OnNodes(int source, int index, CoarseGrid grid)
    {
        if (_gridOf[source] != index) return default;
        var (group, first) = Of(source);
        if (group.Shapes is BackgroundShapes background) return grid.Within(background.Reach(source - first));
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
    public void Fill(int source, int index, CoarseGrid grid, Span<float> values)
    {
        var nodes = OnNodes(source, index, grid);
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
        && _gridOf.AsSpan().SequenceEqual(other._gridOf) && _grids.AsSpan().SequenceEqual(other._grids);

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
