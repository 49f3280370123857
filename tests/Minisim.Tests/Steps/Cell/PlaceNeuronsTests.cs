using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Tests.Reference;
using Minisim.Tests.Statistics;

namespace Minisim.Tests.Steps.Cell;

public class PlaceNeuronsTests
{
    private static StepRun Compile(PlaceNeurons step, bool withMargin = false, int side = 200, int threads = 2, double pitch = 4.8)
    {
        var spec = new Spec
        {
            Seed = 4,
            Acquisition = new() { ImageSensor = new() { NPxHeight = side, NPxWidth = side, PixelPitchUm = pitch }, Optics = new() { Magnification = 2.9 }, DurationS = 1 },
            Steps = withMargin ? [step, new BrainMotion()] : [step],
        };
        return new StepRun(spec, step, threads);
    }

    private static readonly PlaceNeurons Ca1 = new() { DensityPerMm3 = 45000, SomaRadiusUm = 5, Morphology = Morphology.Cytosolic, DepthRangeUm = new(140, 160) };

    [Fact]
    public void Cells_of_the_fov_do_not_depend_on_the_margin()
    {
        foreach (var distance in new[] { 0.0, 12 })
        {
            StepRun without = Compile(Ca1 with { MinDistanceUm = distance }), with = Compile(Ca1 with { MinDistanceUm = distance }, withMargin: true);
            int fov = without.Cells.Count, margin = with.Grid.Margin;
            Assert.True(with.Cells.Count > fov);
            for (var i = 0; i < fov; i++)
            {
                Assert.Equal(without.Cells[i].Position, with.Cells[i].Position);
                Assert.Equal(without.Cells[i].Index, with.Cells[i].Index);
                Footprint a = without.Cells[i].Planted, b = with.Cells[i].Planted.Crop(margin, margin, 200, 200);
                for (var r = a.Row; r < a.Row + a.Height; r++)
                    for (var c = a.Col; c < a.Col + a.Width; c++)
                        Assert.Equal(a[r, c], b[r, c]);
                Assert.Equal(a.Values.Sum(), b.Values.Sum(), 1e-3);
            }
            Assert.All(with.Cells.Take(fov), c => Assert.True(with.Grid.InFov(c.Position.Y, c.Position.X)));
            Assert.All(with.Cells.Skip(fov), c => Assert.False(with.Grid.InFov(c.Position.Y, c.Position.X)));
            double half = with.Grid.Height * with.Grid.PixelSizeUm / 2;
            Assert.All(with.Cells, c => Assert.True(Math.Abs(c.Position.Y) <= half && Math.Abs(c.Position.X) <= half));
        }
    }

    [Fact]
    public void The_ring_around_the_fov_is_as_dense_as_the_fov()
    {
        var scene = Compile(new() { DensityPerMm3 = 8e7, SomaRadiusUm = 0.5, Irregularity = 0, DepthRangeUm = new(0, 20) }, withMargin: true);
        int fov = PlaceNeurons.PopulationCount(scene.Spec.Find<PlaceNeurons>()!.OwnPopulation(), 200 * 4.8 / 2.9, 200 * 4.8 / 2.9);
        var ring = scene.Cells.Skip(fov).Select(c => c.Position).ToArray();
        double inner = 100 * 4.8 / 2.9, outer = scene.Grid.Height / 2.0 * 4.8 / 2.9;
        double corner = (outer - inner) * (outer - inner), side = 2 * inner * (outer - inner), total = 4 * (corner + side);
        var comparisons = new Comparisons(significance: 1e-3);
        for (var region = 0; region < 8; region++)
        {
            double area = region < 4 ? corner : side;
            var count = ring.Count(p => region switch
            {
                0 => p.Y < -inner && p.X < -inner,
                1 => p.Y < -inner && p.X > inner,
                2 => p.Y > inner && p.X < -inner,
                3 => p.Y > inner && p.X > inner,
                4 => p.Y < -inner && Math.Abs(p.X) <= inner,
                5 => p.Y > inner && Math.Abs(p.X) <= inner,
                6 => p.X < -inner && Math.Abs(p.Y) <= inner,
                _ => p.X > inner && Math.Abs(p.Y) <= inner,
            });
            var share = area / total;
            comparisons.Z($"region {region}", (count - ring.Length * share) / Math.Sqrt(ring.Length * share * (1 - share)));
        }
        comparisons.Assert();
        Assert.InRange(scene.Cells.Count, fov * outer * outer / (inner * inner) - 1, fov * outer * outer / (inner * inner) + 1);
    }

    [Fact]
    public void Places_are_uniform_as_in_the_reference()
    {
        // 99 cells as in cells.json, a hundred times as many; the reference's depths are raw, its lateral spread a summary.
        var scene = Compile(Ca1 with { DensityPerMm3 = 4.5e6 });
        var comparisons = new Comparisons(significance: 1e-3);
        comparisons.Same("depth", ReferenceData.Npy("stats", "npy", "cells_depth.npy").Values, [.. scene.Cells.Select(c => c.Position.Z)]);
        var uniform = Enumerable.Range(0, 100_000).Select(i => (i + 0.5) / 100_000 * 331.0344827586207 - 165.51724137931035).ToArray();
        comparisons.Same("y", uniform, [.. scene.Cells.Select(c => c.Position.Y)]);
        comparisons.Same("x", uniform, [.. scene.Cells.Select(c => c.Position.X)]);
        comparisons.Assert();
        Assert.Equal(99, Compile(Ca1).Cells.Count);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(15)]
    [InlineData(60)]
    public void Centres_of_a_population_keep_their_distance(double distanceUm)
    {
        var cells = Compile(Ca1 with { DensityPerMm3 = 200_000, MinDistanceUm = distanceUm }, withMargin: true).Cells;
        Assert.True(cells.Count > 30);
        for (var i = 0; i < cells.Count; i++)
            for (var j = 0; j < i; j++)
            {
                Position a = cells[i].Position, b = cells[j].Position;
                Assert.True((a.Z - b.Z) * (a.Z - b.Z) + (a.Y - b.Y) * (a.Y - b.Y) + (a.X - b.X) * (a.X - b.X) >= distanceUm * distanceUm);
            }
    }

    [Fact]
    public void A_further_population_leaves_the_cells_before_it()
    {
        Population first = new() { DensityPerMm3 = 20000 }, second = new() { DensityPerMm3 = 9000, Morphology = Morphology.Cytosolic, SomaRadiusUm = 4 };
        StepRun one = Compile(new() { Populations = [first] }), two = Compile(new() { Populations = [first, second] });
        Assert.True(two.Cells.Count > one.Cells.Count);
        for (var i = 0; i < one.Cells.Count; i++)
        {
            Assert.Equal(one.Cells[i].Position, two.Cells[i].Position);
            Assert.Equal(one.Cells[i].Planted.Values, two.Cells[i].Planted.Values);
        }
        Assert.All(two.Cells.Skip(one.Cells.Count), c => Assert.Equal(1, c.Population));
    }

    [Fact]
    public void The_number_of_threads_changes_nothing()
    {
        StepRun one = Compile(Ca1, threads: 1), seven = Compile(Ca1, threads: 7);
        for (var i = 0; i < one.Cells.Count; i++)
        {
            Assert.Equal(one.Cells[i].Position, seven.Cells[i].Position);
            Assert.Equal(one.Cells[i].Planted.Values, seven.Cells[i].Planted.Values);
        }
    }

    [Theory]
    [InlineData("A_nomotion", 96, 80, 4.8 / 2.9, 0, 5)]
    [InlineData("C_two_populations", 48, 120, 1.0, 6, 4)]
    public void Given_positions_are_planted_where_the_reference_plants_them(string recording, int height, int width, double pixelSize, int margin, double radius)
    {
        var centers = ReferenceData.Npy("deterministic", recording, "centers_um.npy");
        NpyArray offsets = ReferenceData.Npy("deterministic", recording, "planted_offsets.npy"), shapes = ReferenceData.Npy("deterministic", recording, "planted_shapes.npy");
        var data = ReferenceData.Npy("deterministic", recording, "planted_data.npy").Floats;
        var grid = new Grid(height, width, margin, pixelSize);
        var at = 0;
        for (var i = 0; i < centers.Shape[0]; i++)
        {
            // The second population of C has somas of 7 µm.
            var population = new Population { SomaRadiusUm = recording[0] == 'C' && i >= 4 ? 7 : radius, Irregularity = 0 };
            var planted = NeuronShape.Draw(population, centers[i, 1], centers[i, 2], grid, default, default, new FootprintWindow());
            Assert.Equal((offsets[i, 0], offsets[i, 1], shapes[i, 0], shapes[i, 1]), (planted.Row, planted.Col, planted.Height, planted.Width));
            Assert.Equal(data[at..(at + planted.Values.Length)], planted.Values);
            at += planted.Values.Length;
        }
    }

    [Fact]
    public void Given_positions_are_used_exactly_and_a_cell_off_the_canvas_has_no_pixel()
    {
        Position[] given = [new(100, 0, 0), new(50, 400, 0), new(10, -165, 165.5)];
        var scene = Compile(new() { PositionsUm = new(given), SomaRadiusUm = 3 });
        Assert.Equal(given, scene.Cells.Select(c => c.Position));
        Assert.True(scene.Cells[1].Planted.IsEmpty);
        Assert.False(scene.Cells[2].Planted.IsEmpty);
        Assert.Equal([100.0, 0, 0, 50, 400, 0, 10, -165, 165.5], scene.Array("centers_um").ToDoubles());
    }

    [Fact]
    public void A_soma_smaller_than_a_pixel_lights_one_pixel()
    {
        var scene = Compile(new() { SomaRadiusUm = 0.1, DensityPerMm3 = 1e5, Irregularity = 1, DepthRangeUm = new(0, 50) });
        Assert.All(scene.Cells, c => Assert.Equal([1f], c.Planted.Values));
    }

    [Fact]
    public void Footprints_peak_at_one_and_are_trimmed_to_what_is_lit()
    {
        var scene = Compile(Ca1 with { DensityPerMm3 = 200_000 });
        foreach (var f in scene.Cells.Select(c => c.Planted))
        {
            Assert.Equal(1, f.Values.Max());
            var again = Footprint.FromDense(Array.ConvertAll(f.Values, v => (double)v), f.Height, f.Width);
            Assert.Equal((f.Height, f.Width), (again.Height, again.Width));
            Assert.True(f.Row >= 0 && f.Col >= 0 && f.Row + f.Height <= 200 && f.Col + f.Width <= 200);
        }
    }

    [Fact]
    public void Rules_across_fields_are_reported_with_their_path()
    {
        var step = new PlaceNeurons
        {
            DensityPerMm3 = 30000,
            Populations = [new(), new() { SomaRadiusUm = 50, DepthRangeUm = new(200, 100) }],
        };
        var spec = new Spec { Steps = [new CellActivity(), step] };
        var problems = new ProblemList();
        step.Check(spec, problems);
        Assert.Equal(
            [
                "steps[0] (place_neurons).density_per_mm3 = 30000: it would be ignored, because populations is given too. Move it into a population, or leave populations out.",
                "steps[0] (place_neurons).populations[1].soma_radius_um = 50: a soma of 100 µm does not fit into the field of view, 96 × 96 µm. Lower soma_radius_um, or enlarge the sensor.",
                "steps[0] (place_neurons).populations[1].depth_range_um = [200, 100]: min is greater than max. Give [min, max] with min ≤ max.",
            ],
            problems.Items.Select(p => p.ToString()));
    }
}
