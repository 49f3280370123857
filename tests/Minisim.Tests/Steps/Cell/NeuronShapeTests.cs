using Minisim.Random;
using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Tests.Reference;
using Minisim.Tests.Statistics;

namespace Minisim.Tests.Steps.Cell;

public class NeuronShapeTests
{
    private const int CellsPerShape = 1500;

    [Fact]
    public void Shapes_have_the_reference_s_distributions()
    {
        var comparisons = new Comparisons(significance: 1e-3);
        using var json = ReferenceData.Json("stats", "shapes.json");
        foreach (var entry in json.RootElement.EnumerateObject())
        {
            if (entry.Name == "how") continue;
            var pixelSize = double.Parse(entry.Name.Split("@px")[1]) is var px && px > 1.5 ? 4.8 / 2.9 : px;
            var name = entry.Name.Split('@')[0].Split('_');
            var population = new Population
            {
                SomaRadiusUm = double.Parse(name[1][1..]),
                Morphology = name[0] == "cyto" ? Morphology.Cytosolic : Morphology.Soma,
                Irregularity = name.Length > 2 ? double.Parse(name[2][3..]) : 0.3,
            };
            var columns = entry.Value.GetProperty("columns").EnumerateArray().Select(c => c.GetString()!).ToArray();
            var raw = ReferenceData.Npy("stats", entry.Value.GetProperty("raw").GetString()!);
            var (ours, profile) = Measure(population, pixelSize);
            for (var k = 0; k < columns.Length; k++)
            {
                double[] reference = [.. Enumerable.Range(0, raw.Shape[0]).Select(i => raw[i, k])];
                comparisons.Same($"{entry.Name} {columns[k]}", reference, [.. ours.Select(o => o[k])]);
            }
            // The reference's profile is a mean over 300 cells: its error is that of our cells, scaled.
            var expected = entry.Value.GetProperty("radial_mean_weight(1um bins)").EnumerateArray().Select(v => v.GetDouble()).ToArray();
            for (var bin = 0; bin < 28; bin++)
            {
                double[] perCell = [.. profile.Select(p => p[bin]).Where(double.IsFinite)];
                var mean = perCell.Average();
                var error = Math.Sqrt(perCell.Sum(v => (v - mean) * (v - mean)) / perCell.Length * (1.0 / 300 + 1.0 / CellsPerShape));
                if (error > 1e-4) comparisons.Z($"{entry.Name} radial weight at {bin} µm", (mean - expected[bin]) / error, $"{mean:0.####} against {expected[bin]:0.####}");
            }
        }
        comparisons.Assert();
    }

    private static (double[][] Values, double[][] Profile) Measure(Population population, double pixelSize)
    {
        const int Side = 161;
        var grid = new Grid(Side, Side, 0, pixelSize);
        var values = new double[CellsPerShape][];
        var profile = new double[CellsPerShape][];
        var window = new FootprintWindow();
        for (uint i = 0; i < CellsPerShape; i++)
        {
            var place = new Draws(1, RandomStream.Placement, i);
            double y = place.Uniform(0, -0.5, 0.5) * pixelSize, x = place.Uniform(1, -0.5, 0.5) * pixelSize;
            var f = NeuronShape.Draw(population, y, x, grid, new Draws(1, RandomStream.SomaShape, i), new Draws(1, RandomStream.Dendrites, i), window);
            var (row, col) = grid.ToFov(y, x);
            double area = 0, sum = 0, farthest = 0, soma = 0, dendrite = 0, sumY = 0, sumX = 0;
            var bins = new double[60];
            for (var r = 0; r < f.Height; r++)
                for (var c = 0; c < f.Width; c++)
                {
                    double w = f.Values[r * f.Width + c];
                    if (w == 0) continue;
                    double dy = (f.Row + r - row) * pixelSize, dx = (f.Col + c - col) * pixelSize, distance = Math.Sqrt(dy * dy + dx * dx);
                    area++;
                    sum += w;
                    farthest = Math.Max(farthest, distance);
                    if (w == 1) soma++;
                    else dendrite += w;
                    sumY += w * dy;
                    sumX += w * dx;
                    bins[(int)distance] += w;
                }
            values[i] = [area, sum, f.Height, f.Width, farthest, soma, area > soma ? dendrite / (area - soma) : 0, Math.Sqrt(sumY * sumY + sumX * sumX) / sum];
            var pixels = new double[60];
            for (var r = (int)row - 45; r <= row + 46; r++)
                for (var c = (int)col - 45; c <= col + 46; c++)
                {
                    var distance = Math.Sqrt((r - row) * (r - row) + (c - col) * (c - col)) * pixelSize;
                    if (distance < 60) pixels[(int)distance]++;
                }
            profile[i] = [.. bins.Zip(pixels, (b, n) => b / n)];
        }
        return (values, profile);
    }
}
