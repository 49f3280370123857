namespace Minisim.Scenes;

/// <summary>Where an experimenter would focus.</summary>
public static class FocalPlane
{
    /// <summary>Candidate planes of the search.</summary>
    public const int Candidates = 96;

    /// <summary>Effective depth of a point, µm: <c>z + s(r)</c>, the on-axis focal depth that has it in focus.</summary>
    public static double EffectiveDepthUm(Acquisition acquisition, Position position) =>
        position.Z + acquisition.Optics.FocalCurvatureShiftUm(Math.Sqrt(position.Y * position.Y + position.X * position.X));

    /// <summary>Median of the effective depths, µm (mean of the middle two for an even count); 0 for no cell.</summary>
    public static double Median(Acquisition acquisition, IReadOnlyList<Position> cells)
    {
        if (cells.Count == 0) return 0;
        var depths = cells.Select(c => EffectiveDepthUm(acquisition, c)).Order().ToArray();
        return depths.Length % 2 == 1 ? depths[depths.Length / 2] : 0.5 * (depths[depths.Length / 2 - 1] + depths[depths.Length / 2]);
    }

    /// <summary>The plane, µm, of 96 evenly between the shallowest and deepest effective depth that makes most cells
    /// detectable; ties by the total detected signal, then the first.</summary>
    /// <param name="acquisition">Instrument and tissue.</param>
    /// <param name="cells">Cells whose centre lies in the FOV.</param>
    /// <param name="peakDeltaF">max(C) − min(C) per cell.</param>
    /// <param name="baseline">min(C) per cell.</param>
    /// <param name="falloff">Illumination × vignette at each cell.</param>
    /// <param name="budget">How light becomes electrons.</param>
    public static double MostDetectable(Acquisition acquisition, IReadOnlyList<Position> cells, ReadOnlySpan<double> peakDeltaF,
        ReadOnlySpan<double> baseline, ReadOnlySpan<double> falloff, LightBudget budget)
    {
        if (cells.Count == 0) return 0;
        var depths = cells.Select(c => EffectiveDepthUm(acquisition, c)).ToArray();
        var variance = cells.Select(c => acquisition.InFocusVarianceUm2(c.Z)).ToArray();
        var light = new double[cells.Count];
        for (var i = 0; i < light.Length; i++)
            light[i] = budget.Electrons(acquisition.FootprintGain(cells[i].Z) * falloff[i]);

        double min = depths.Min(), max = depths.Max();
        var best = (Count: -1, Signal: 0.0, Focal: 0.0);
        for (var k = 0; k < Candidates; k++)
        {
            var focal = k == Candidates - 1 ? max : min + k * ((max - min) / (Candidates - 1));
            int count = 0;
            double signal = 0;
            for (var i = 0; i < light.Length; i++)
            {
                var defocus = acquisition.Optics.Na * (depths[i] - focal);
                var gain = light[i] * variance[i] / (variance[i] + defocus * defocus);
                if (Detectability.Snr(peakDeltaF[i], baseline[i], gain, budget.Sensor.ReadNoiseE) < Detectability.Threshold) continue;
                count++;
                signal += peakDeltaF[i] * gain;
            }
            if (count > best.Count || count == best.Count && signal > best.Signal) best = (count, signal, focal);
        }
        return best.Focal;
    }
}
