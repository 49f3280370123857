using Minisim.Metrics;
using Minisim.Random;
using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim.Tests.Metrics;

/// <summary>A recording whose every number is chosen here: round cells off a lattice (which has no one offset) with free places between them, bouts of activity,
/// a still background and Gaussian noise.</summary>
internal sealed class HandBuilt
{
    public const int Height = 96, Width = 120, Frames = 300, Margin = 6;
    public const double PixelUm = 2;

    public Grid Grid { get; } = new(Height, Width, Margin, PixelUm);
    public GroundTruth Truth { get; }
    public MemoryMovie Movie { get; }
    public (double Row, double Col)[] Centres { get; }

    public HandBuilt(double noise = 0.05, (double Row, double Col)[]? centres = null, double[]? amplitude = null, bool motion = false)
    {
        Centres = centres ?? [.. Enumerable.Range(0, 12).Select(i => (16.0 + 30 * (i / 4) + i * 7 % 5 - 2, 14.0 + 30 * (i % 4) + i * 11 % 7 - 3))];
        var n = Centres.Length;
        amplitude ??= [.. Enumerable.Repeat(1.0, n)];
        var planted = Centres.Select(c => Disc(c.Row + Margin, c.Col + Margin, 5)).ToArray();
        var (c, s) = (new double[n * Frames], new double[n * Frames]);
        for (var i = 0; i < n; i++)
        {
            var draws = new Draws(1, RandomStream.Spikes, (uint)i);
            var calcium = 0.0;
            for (var t = 0; t < Frames; t++)
            {
                var spikes = draws.Uniform((uint)t) < 0.04 ? 2 : 0;
                calcium = 0.85 * calcium + spikes;
                c[i * Frames + t] = amplitude[i] * (0.5 + calcium);
                s[i * Frames + t] = spikes;
            }
        }
        var shifts = new double[2 * Frames];
        if (motion)
            for (var t = 0; t < Frames; t++) (shifts[2 * t], shifts[2 * t + 1]) = (2.3 * Math.Sin(0.21 * t), 1.7 * Math.Cos(0.13 * t) - 1.7);
        Truth = new GroundTruth(Grid, planted,
        [
            new("C", ["unit", "frame"], [n, Frames], null, c, ""), new("S", ["unit", "frame"], [n, Frames], null, s, ""),
            new("centers_um", ["unit", "axis"], [n, 3], "µm", Centres.SelectMany(p => (double[])[100, (p.Row - (Height - 1) / 2.0) * PixelUm, (p.Col - (Width - 1) / 2.0) * PixelUm]).ToArray(), ""),
            new("amplitude_per_cell", ["unit"], [n], null, amplitude, ""),
            new("detectable", ["unit"], [n], null, Enumerable.Repeat(true, n).ToArray(), ""),
            new("in_focus", ["unit"], [n], null, Enumerable.Repeat(true, n).ToArray(), ""),
            .. motion ? [new TruthArray("shifts", ["frame", "axis"], [Frames, 2], "px", shifts, "")] : Array.Empty<TruthArray>(),
        ], null);
        Movie = new MemoryMovie(Frames, Height, Width, PixelType.Float32);
        var canvas = new float[Grid.Height * Grid.Width];
        var frame = new float[Height * Width];
        for (var t = 0; t < Frames; t++)
        {
            Array.Fill(canvas, 3f);
            for (var i = 0; i < n; i++) (planted[i] with { Values = [.. planted[i].Values.Select(v => v * (float)c[i * Frames + t])] }).AddTo(canvas, Grid.Height, Grid.Width);
            var draws = new Draws(1, RandomStream.Sensor, (uint)t);
            for (var r = 0; r < Height; r++)
                for (var k = 0; k < Width; k++)
                    frame[r * Width + k] = (float)(Bilinear(canvas, r + Margin - shifts[2 * t], k + Margin - shifts[2 * t + 1]) + noise * draws.Normal((uint)(r * Width + k)));
            Movie.Write(t, 1, System.Runtime.InteropServices.MemoryMarshal.AsBytes(frame.AsSpan()));
        }
    }

    private double Bilinear(float[] canvas, double row, double col)
    {
        int r = (int)Math.Floor(row), c = (int)Math.Floor(col);
        double fr = row - r, fc = col - c;
        double At(int i, int j) => canvas[Math.Clamp(i, 0, Grid.Height - 1) * Grid.Width + Math.Clamp(j, 0, Grid.Width - 1)];
        return (1 - fr) * ((1 - fc) * At(r, c) + fc * At(r, c + 1)) + fr * ((1 - fc) * At(r + 1, c) + fc * At(r + 1, c + 1));
    }

    /// <summary>A bump that falls from 1 to 0.2 within a radius: no two pixels of a mask are equal by accident only.</summary>
    public static Footprint Disc(double row, double col, double radius)
    {
        int top = (int)(row - radius), left = (int)(col - radius), side = (int)(2 * radius) + 2;
        var values = new float[side * side];
        for (var r = 0; r < side; r++)
            for (var c = 0; c < side; c++)
            {
                var d2 = (top + r - row) * (top + r - row) + (left + c - col) * (left + c - col);
                if (d2 <= radius * radius) values[r * side + c] = (float)(1 - 0.8 * d2 / (radius * radius));
            }
        return new Footprint(top, left, side, side, values);
    }

    public Evaluator Evaluator(bool bounds = false) => new(Truth, null, bounds ? Movie : null);

    /// <summary>The truth itself, as an estimate.</summary>
    public Estimate Perfect()
    {
        var cells = TrueCells.From(Truth);
        return new Estimate(cells.Footprints, cells.C, cells.S);
    }

    /// <summary>The truth with other footprints and the traces of the given cells.</summary>
    public Estimate With(IEnumerable<Footprint> footprints, IReadOnlyList<int> traces)
    {
        var cells = TrueCells.From(Truth);
        return new Estimate(SparseFootprints.FromPatches(footprints, Height, Width), cells.C!.Take(traces), cells.S!.Take(traces));
    }

    public Footprint[] Patches() => [.. Enumerable.Range(0, Truth.NUnits).Select(Truth.ObservedInFov)];
}
