using Minisim.Random;
using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>Places neurons in tissue: one population on the step itself, or several in
/// <see cref="Populations"/>.</summary>
public sealed partial record PlaceNeurons : Step
{
    /// <inheritdoc cref="Population.DensityPerMm3"/>
    [Positive, Unit("1/mm³")] public double DensityPerMm3 { get; init; } = 25000;
    /// <inheritdoc cref="Population.SomaRadiusUm"/>
    [Positive, Unit("µm")] public double SomaRadiusUm { get; init; } = 7;
    /// <inheritdoc cref="Population.Irregularity"/>
    [Range(0, 1)] public double Irregularity { get; init; } = 0.3;
    /// <inheritdoc cref="Population.Morphology"/>
    public Morphology Morphology { get; init; } = Morphology.Soma;
    /// <inheritdoc cref="Population.DendriteLengthUm"/>
    [Positive, Unit("µm")] public double DendriteLengthUm { get; init; } = 24;
    /// <inheritdoc cref="Population.DendriteWidthUm"/>
    [Positive, Unit("µm")] public double DendriteWidthUm { get; init; } = 3;
    /// <inheritdoc cref="Population.DepthRangeUm"/>
    [NonNegative(20_000), Unit("µm")] public Interval DepthRangeUm { get; init; } = new(0, 200);
    /// <inheritdoc cref="Population.MinDistanceUm"/>
    [NonNegative, Unit("µm")] public double MinDistanceUm { get; init; }
    /// <inheritdoc cref="Population.SomaRadiusCv"/>
    [Extension, Range(0, 0.5)] public double SomaRadiusCv { get; init; }
    /// <inheritdoc cref="Population.NucleusRadiusFraction"/>
    [Extension, Range(0, 0.95)] public double NucleusRadiusFraction { get; init; }
    /// <inheritdoc cref="Population.NucleusBrightness"/>
    [Extension, Range(0, 1)] public double NucleusBrightness { get; init; }
    /// <inheritdoc cref="Population.FilledNucleusFraction"/>
    [Extension, Range(0, 1)] public double FilledNucleusFraction { get; init; }
    /// <inheritdoc cref="Population.PositionsUm"/>
    [Unit("µm")] public ValueList<Position>? PositionsUm { get; init; }
    /// <summary>Several populations; null = the one described by the step's own fields.</summary>
    public ValueList<Population>? Populations { get; init; }

    /// <summary>The populations to place: <see cref="Populations"/>, or the step's own fields as one.</summary>
    public ValueList<Population> ResolvedPopulations() => Populations ?? [OwnPopulation()];

    internal Population OwnPopulation() => new()
    {
        DensityPerMm3 = DensityPerMm3,
        SomaRadiusUm = SomaRadiusUm,
        Irregularity = Irregularity,
        Morphology = Morphology,
        DendriteLengthUm = DendriteLengthUm,
        DendriteWidthUm = DendriteWidthUm,
        DepthRangeUm = DepthRangeUm,
        MinDistanceUm = MinDistanceUm,
        SomaRadiusCv = SomaRadiusCv,
        NucleusRadiusFraction = NucleusRadiusFraction,
        NucleusBrightness = NucleusBrightness,
        FilledNucleusFraction = FilledNucleusFraction,
        PositionsUm = PositionsUm,
    };

    /// <summary>What makes a cell differ from its population: entity = cell, sub = population; 0 = the normal of its radius, 1 = whether its nucleus is filled.</summary>
    internal static readonly RandomStream TraitsStream = new(22);

    // The population as this cell is of it.
    private static (Population Own, bool IsFilled) Traits(Population population, Draws draws)
    {
        var filled = population.FilledNucleusFraction > 0 && draws.Uniform(1) < population.FilledNucleusFraction;
        if (filled) population = population with { NucleusBrightness = 1 };
        if (population.SomaRadiusCv == 0) return (population, filled);
        var variance = Numerics.PortableMath.Log(1 + population.SomaRadiusCv * population.SomaRadiusCv);
        return (population with { SomaRadiusUm = population.SomaRadiusUm * Numerics.PortableMath.Exp(Math.Sqrt(variance) * draws.Normal(0) - variance / 2) }, filled);
    }

    /// <summary>Number of cells of a population in a slab of tissue:
    /// <c>round(density·area·max(depth range, 2·soma radius))</c>, ties to even.</summary>
    /// <remarks>A layer thinner than a soma counts as one soma thick. 25000 /mm³ over 400 × 300 µm and 200 µm of depth: 600.</remarks>
    /// <param name="population">Density, depth range and soma radius.</param>
    /// <param name="heightUm">Height of the area, µm.</param>
    /// <param name="widthUm">Width of the area, µm.</param>
    public static int PopulationCount(Population population, double heightUm, double widthUm)
    {
        var thicknessUm = Math.Max(population.DepthRangeUm.Length, 2 * population.SomaRadiusUm);
        return (int)Math.Round(population.DensityPerMm3 * (heightUm / 1000 * (widthUm / 1000)) * (thicknessUm / 1000), MidpointRounding.ToEven);
    }

    internal override StepOutput Compile(StepInputs inputs)
    {
        var (grid, seed) = (inputs.Get<Grid>(), inputs.Get<Seed>().Value);
        var populations = ResolvedPopulations();
        var placed = new List<(int Population, int Index, Position Position)>();
        for (var p = 0; p < populations.Count; p++)
        {
            var positions = CellPlacement.Place(populations[p], p, grid, seed);
            for (var i = 0; i < positions.Count; i++) placed.Add((p, i, positions[i]));
        }

        var cells = inputs.Renew<Drawn>(earlier => Draw(placed, populations, grid, seed, earlier, inputs.Parallelism)).Cells;
        var centers = new double[3 * placed.Count];
        for (var i = 0; i < cells.Length; i++) (centers[3 * i], centers[3 * i + 1], centers[3 * i + 2]) = cells[i].Position;

        var all = new PlacedCells(cells);
        var output = new StepOutput().Give(all).Give(all.Roster)
            .Publish("centers_um", ["unit", "axis"], [cells.Length, 3], "µm", centers, "Cell centres (z, y, x): depth, then lateral from the optical axis.")
            .Publish("population", ["unit"], [cells.Length], null, Array.ConvertAll(cells, c => c.Population), "population of each cell; with index_in_population its identity in every recording of these populations and seed")
            .Publish("index_in_population", ["unit"], [cells.Length], null, Array.ConvertAll(cells, c => c.Index), "number of the cell within its population: those of the FOV first, then those of the margin");
        if (populations.Any(p => p.SomaRadiusCv > 0)) output.Publish("soma_radius_um", ["unit"], [cells.Length], "µm", Array.ConvertAll(cells, c => c.RadiusUm), "radius of each soma");
        if (populations.Any(p => p.FilledNucleusFraction > 0))
            output.Publish("filled_nucleus", ["unit"], [cells.Length], null, Array.ConvertAll(cells, c => c.IsFilled), "cells whose nucleus is filled with indicator");
        return output;
    }

    // Cells with their shapes, and what those were drawn from.
    private sealed record Drawn(Cell[] Cells, IReadOnlyList<Population> Shapes, Grid Grid, ulong Seed);

    // Shapes of an earlier compilation are taken over where the same cell is at the same place, however deep.
    private static Drawn Draw(List<(int Population, int Index, Position Position)> placed, IReadOnlyList<Population> populations, Grid grid, ulong seed, Drawn? earlier, ParallelOptions parallelism)
    {
        Population[] shapes = [.. populations.Select(p => p with { DensityPerMm3 = 1, DepthRangeUm = default, MinDistanceUm = 0, PositionsUm = null })];
        var known = new Dictionary<(int, int), Cell>();
        if (earlier is not null && earlier.Grid == grid && earlier.Seed == seed)
            foreach (var cell in earlier.Cells)
                if (cell.Population < shapes.Length && shapes[cell.Population] == earlier.Shapes[cell.Population]) known[(cell.Population, cell.Index)] = cell;
        var cells = new Cell[placed.Count];
        Parallel.For(0, cells.Length, parallelism, () => new FootprintWindow(), (i, _, window) =>
        {
            var (population, index, position) = placed[i];
            if (known.TryGetValue((population, index), out var same) && (same.Position.Y, same.Position.X) == (position.Y, position.X))
            {
                cells[i] = same with { Position = position };
                return window;
            }
            var soma = new Draws(seed, RandomStream.SomaShape, (uint)index, (uint)population);
            var dendrites = new Draws(seed, RandomStream.Dendrites, (uint)index, (uint)population);
            var (own, filled) = Traits(populations[population], new Draws(seed, TraitsStream, (uint)index, (uint)population));
            var isBackground = own.Role == PopulationRole.Background;
            var planted = isBackground ? Footprint.Empty : NeuronShape.Draw(own, position.Y, position.X, grid, soma, dendrites, window);
            cells[i] = new Cell(population, index, position, planted) { IsFilled = filled, IsBackground = isBackground, RadiusUm = own.SomaRadiusUm, Light = SomaShape.Light(own.NucleusRadiusFraction, own.NucleusBrightness) };
            return window;
        }, _ => { });
        return new Drawn(cells, shapes, grid, seed);
    }

    internal override void Check(Spec spec, ProblemList problems)
    {
        var path = PathIn(spec);
        if (Populations is null)
        {
            Check(OwnPopulation(), path, spec, problems);
            return;
        }
        Population own = OwnPopulation(), unset = new();
        void NotBoth<T>(string field, T value, T unsetValue, Func<T, string?> text)
        {
            if (!EqualityComparer<T>.Default.Equals(value, unsetValue))
                problems.Error($"{path}.{field}", text(value), "it would be ignored, because populations is given too.",
                    "Move it into a population, or leave populations out.");
        }
        NotBoth("density_per_mm3", own.DensityPerMm3, unset.DensityPerMm3, JsonNumber);
        NotBoth("soma_radius_um", own.SomaRadiusUm, unset.SomaRadiusUm, JsonNumber);
        NotBoth("irregularity", own.Irregularity, unset.Irregularity, JsonNumber);
        NotBoth("morphology", own.Morphology, unset.Morphology, m => $"\"{ChoiceNames.Text(m)}\"");
        NotBoth("dendrite_length_um", own.DendriteLengthUm, unset.DendriteLengthUm, JsonNumber);
        NotBoth("dendrite_width_um", own.DendriteWidthUm, unset.DendriteWidthUm, JsonNumber);
        NotBoth("depth_range_um", own.DepthRangeUm, unset.DepthRangeUm, JsonInterval);
        NotBoth("min_distance_um", own.MinDistanceUm, unset.MinDistanceUm, JsonNumber);
        NotBoth("soma_radius_cv", own.SomaRadiusCv, unset.SomaRadiusCv, JsonNumber);
        NotBoth("nucleus_radius_fraction", own.NucleusRadiusFraction, unset.NucleusRadiusFraction, JsonNumber);
        NotBoth("nucleus_brightness", own.NucleusBrightness, unset.NucleusBrightness, JsonNumber);
        NotBoth("filled_nucleus_fraction", own.FilledNucleusFraction, unset.FilledNucleusFraction, JsonNumber);
        NotBoth("positions_um", own.PositionsUm, unset.PositionsUm, _ => null);
        for (var i = 0; i < Populations.Count; i++)
            Check(Populations[i], FormattableString.Invariant($"{path}.populations[{i}]"), spec, problems);
    }

    private static void Check(Population population, string path, Spec spec, ProblemList problems)
    {
        var (height, width) = spec.Acquisition.FovUm();
        if (2 * population.SomaRadiusUm > Math.Min(height, width))
            problems.Error($"{path}.soma_radius_um", JsonNumber(population.SomaRadiusUm),
                FormattableString.Invariant($"a soma of {2 * population.SomaRadiusUm} µm does not fit into the field of view, {height:0.##} × {width:0.##} µm."),
                "Lower soma_radius_um, or enlarge the sensor.");
        if (population.NucleusRadiusFraction > 0 && !(1 - population.NucleusBrightness > population.NucleusRadiusFraction))
            problems.Error($"{path}.nucleus_brightness", JsonNumber(population.NucleusBrightness),
                FormattableString.Invariant($"1 − nucleus_brightness = {1 - population.NucleusBrightness:0.###} must exceed nucleus_radius_fraction = {population.NucleusRadiusFraction}, else the rim of the nucleus is not the brightest place."),
                "Lower nucleus_brightness or nucleus_radius_fraction.");
        if (population.NucleusRadiusFraction == 0 && population.NucleusBrightness > 0)
            problems.Warn($"{path}.nucleus_brightness", JsonNumber(population.NucleusBrightness), "there is no nucleus to be bright.", "Give nucleus_radius_fraction, e.g. 0.6.");
        if (population.DepthRangeUm.Min > population.DepthRangeUm.Max)
            problems.Error($"{path}.depth_range_um", JsonInterval(population.DepthRangeUm), "min is greater than max.", "Give [min, max] with min ≤ max.");
        if (population.PositionsUm is { } positions)
            for (var i = 0; i < positions.Count; i++)
                if (!double.IsFinite(positions[i].Z + positions[i].Y + positions[i].X))
                    problems.Error(FormattableString.Invariant($"{path}.positions_um[{i}]"), null, "z, y and x must be finite numbers.");
                else if (positions[i].Z is < 0 or > 20_000 || Math.Max(Math.Abs(positions[i].Y), Math.Abs(positions[i].X)) > 1e6)
                    problems.Error(FormattableString.Invariant($"{path}.positions_um[{i}]"), FormattableString.Invariant($"[{positions[i].Z}, {positions[i].Y}, {positions[i].X}]"),
                        "z is the depth below the surface, in [0, 20000] µm; y and x are within 1 m.", "Positions are [z, y, x] in µm.");
        // A branch is walked pixel by pixel and stamped with its width.
        var pixel = spec.Acquisition.PixelSizeUm();
        if (population.Morphology != Morphology.Cytosolic) return;
        if (population.DendriteLengthUm > 5000 * pixel)
            problems.Error($"{path}.dendrite_length_um", JsonNumber(population.DendriteLengthUm), FormattableString.Invariant($"longer than 5000 px ({5000 * pixel:0} µm)."), "Lower dendrite_length_um.");
        if (population.DendriteWidthUm > 500 * pixel)
            problems.Error($"{path}.dendrite_width_um", JsonNumber(population.DendriteWidthUm), FormattableString.Invariant($"wider than 500 px ({500 * pixel:0} µm)."), "Lower dendrite_width_um.");
    }

    private static string JsonNumber(double value) => FormattableString.Invariant($"{value}");

    private static string JsonInterval(Interval value) => FormattableString.Invariant($"[{value.Min}, {value.Max}]");
}
