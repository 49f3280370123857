using Minisim.Random;
using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Tests.Statistics;

namespace Minisim.Tests.Steps.Cell;

/// <summary>Calcium indicators: the published responses, the map before the average, cells that differ, and what is refused.</summary>
public class IndicatorTests
{
    private static IndicatorParameters InVivo(IndicatorName name) => IndicatorPresets.Of(name).InVivo;

    private static StepRun Compile(CellActivity step, int cells, double durationS, double fps = 20, params object[] given)
    {
        var spec = new Spec { Seed = 1, Acquisition = new() { Fps = fps, DurationS = durationS }, Steps = [step] };
        return new(spec, step, 2, given.Length > 0 ? given : [new PlacedCells([.. Enumerable.Range(0, cells).Select(i => new Minisim.Scenes.Cell(0, i, default, Footprint.Empty))])]);
    }

    private static readonly CellActivity Equal = new() { Indicator = new() { Name = IndicatorName.GCaMP6f }, IndicatorAmplitudeCv = 0, IndicatorDecayCv = 0, IndicatorRiseCv = 0 };

    /// <summary>One spike from rest on a grid of 0.1 ms: amplitude ± 0.1 %, time to peak ± 0.2 ms, half-decay, 3 and 10 spikes at 83 Hz and saturation ± 1 %.</summary>
    [Theory]
    [InlineData(IndicatorName.GCaMP6s, 0.23, 177.8, 550, 0.912, 3.55, 9.38)]
    [InlineData(IndicatorName.GCaMP6m, 0.13, 80.0, 270, 0.512, 1.84, 4.29)]
    [InlineData(IndicatorName.GCaMP6f, 0.19, 44.6, 141.7, 0.628, 1.92, 6.41)]
    [InlineData(IndicatorName.JGCaMP7f, 0.213, 34.0, 92.2, 0.880, 3.20, 6.75)]
    [InlineData(IndicatorName.JGCaMP7s, 0.624, 57.5, 201.8, 2.09, 4.16, 5.04)]
    [InlineData(IndicatorName.JGCaMP7c, 0.231, 55.2, 182.3, 0.911, 3.84, 24.4)]
    [InlineData(IndicatorName.JGCaMP7b, 0.557, 66.1, 169.9, 1.70, 3.17, 3.77)]
    [InlineData(IndicatorName.JGCaMP8f, 0.48, 7.8, 37.4, 1.58, 3.33, 5.69)]
    [InlineData(IndicatorName.JGCaMP8m, 0.609, 9.4, 38.9, 1.75, 3.27, 5.65)]
    [InlineData(IndicatorName.JGCaMP8s, 0.599, 18.6, 76.3, 1.75, 3.40, 4.89)]
    [InlineData(IndicatorName.XCaMPGf, 0.122, 30.7, 87.2, 0.471, 1.36, 2.30)]
    [InlineData(IndicatorName.XCaMPG, 0.230, 30.8, 99.7, 0.818, 2.30, 5.69)]
    [InlineData(IndicatorName.JRGECO1a, 0.12, 100.3, 349, 0.568, 2.28, 4.17)]
    [InlineData(IndicatorName.JRCaMP1b, 0.08, 100.0, 350, 0.330, 1.43, 4.96)]
    public void In_vivo_indicators_respond_as_published(IndicatorName name, double dff1, double peakMs, double halfMs, double dff3, double dff10, double saturation)
    {
        var p = InVivo(name);
        var one = p.Response(1, 83, 1e-4, 50_000);
        var top = one.Max();
        var at = Array.IndexOf(one, top);
        var half = Enumerable.Range(at, one.Length - at).First(i => one[i] <= top / 2);
        Assert.Equal(dff1, top, 0.001 * dff1);
        Assert.Equal(peakMs, at / 10.0, 0.2);
        Assert.Equal(peakMs / 1000, p.TimeToPeakS(), 2e-4);
        Assert.Equal(halfMs, (half - at) / 10.0, 0.01 * halfMs);
        Assert.Equal(dff3, p.Response(3, 83, 1e-4, 20_000).Max(), 0.01 * dff3);
        Assert.Equal(dff10, p.Response(10, 83, 1e-4, 20_000).Max(), 0.01 * dff10);
        Assert.Equal(saturation, p.Saturation(), 0.01 * saturation);
    }

    [Theory]
    [InlineData(IndicatorName.JGCaMP8f, 1.7)]
    [InlineData(IndicatorName.JGCaMP8m, 1.9)]
    [InlineData(IndicatorName.JGCaMP8s, 3.7)]
    public void The_eighth_generation_rises_in_about_2_ms(IndicatorName name, double halfRiseMs)
    {
        var p = InVivo(name);
        var one = p.Response(1, 83, 1e-5, 5000);
        Assert.Equal(halfRiseMs, Array.FindIndex(one, v => v >= p.Dff1Ap / 2) / 100.0, 0.06);
    }

    /// <summary>Within 20 % of what was measured after 1, 3, 10 and 160 spikes at 83 Hz.</summary>
    [Fact]
    public void Culture_indicators_respond_as_measured()
    {
        var rows = IndicatorPresets.All.Where(p => p.Culture is not null).ToArray();
        Assert.Equal(11, rows.Length);
        Assert.Equal(14, IndicatorPresets.All.Count);
        foreach (var row in rows)
            foreach (var (n, measured) in new[] { (1, row.Measured!.Dff1Ap), (3, row.Measured.Dff3Ap), (10, row.Measured.Dff10Ap), (160, row.Measured.Dff160Ap) })
                Assert.True(Math.Abs(row.Culture!.Response(n, 83, 1e-3, 3000).Max() / measured - 1) < 0.2, $"{row.Text}, {n} spikes: {row.Culture.Response(n, 83, 1e-3, 3000).Max():0.###} against {measured}");
    }

    [Theory]
    [InlineData(0.19, 0.0446, 0.142, 1.39, 1.01, 17.2, 0.0166, 0.1934, 6.532)]
    [InlineData(0.23, 0.178, 0.55, 1.57, 0.585, 14.2, 0.0641, 0.832, 9.446)]
    public void Figures_of_a_paper_give_the_time_constants(double dff1, double peak, double half, double n, double offset, double kappa, double rise, double decay, double scale)
    {
        var p = new Indicator { Dff1Ap = dff1, TimeToPeakS = peak, HalfDecayS = half, HillN = n, OffsetAp = offset, HalfSaturationAp = kappa }.Resolve();
        Assert.Equal(rise, p.TauRiseS, 0.005 * rise);
        Assert.Equal(decay, p.TauDecayS, 0.005 * decay);
        Assert.Equal(scale, p.Scale(), 0.005 * scale);
        Assert.Equal(peak, p.TimeToPeakS(), 1e-9);
        Assert.Equal(dff1 / 2, p.Map(p.Calcium([0], peak + half)), 1e-9);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(1.9)]
    [InlineData(2.6)]
    public void Ten_spikes_at_50_hz_give_the_half_saturation(double dff10)
    {
        var p = new Indicator { Dff1Ap = 0.19, TimeToPeakS = 0.045, HalfDecayS = 0.142, Dff10Ap = dff10 }.Resolve();
        Assert.Equal(dff10, p.Response(10, 50, 1e-4, 5000).Max(), 1e-3 * dff10);
        Assert.Equal(0.19, p.Response(1, 50, 1e-4, 5000).Max(), 1e-4);
        Assert.Equal(0.045, p.TimeToPeakS(), 1e-9);
    }

    [Theory]
    [InlineData(IndicatorName.GCaMP6s, 1.030)]
    [InlineData(IndicatorName.GCaMP6f, 0.243)]
    [InlineData(IndicatorName.JGCaMP8m, 0.106)]
    public void Mean_calcium_is_the_rate_times_the_integral_of_a_spike(IndicatorName name, double integral)
    {
        var p = InVivo(name);
        Assert.Equal(integral, p.IntegralS(), 6e-4);
        const double rate = 3;
        var grid = new FineGrid(300, 15, 20 * 200, 20 * 20);
        var means = new double[400];
        for (uint cell = 0; cell < means.Length; cell++)
        {
            var (buffer, bins) = (new SpikeBuffer(), new BinIntegrator(grid));
            new SpikeTrains().Poisson(new(5, RandomStream.Spikes, cell), new(5, CellActivity.ThinningStream, cell), new ConstantRate(rate), grid, 0, buffer);
            bins.Set(p.Kernel(), 0.5);
            var x = new double[grid.Frames];
            var state = default(CalciumState);
            bins.Run(buffer.Bins, null, 0, ref state, x, new ushort[grid.Frames]);
            means[cell] = x.Average();
        }
        var error = Math.Sqrt(means.Sum(m => (m - means.Average()) * (m - means.Average())) / means.Length / (means.Length - 1));
        // 3 standard errors: significance 0.0027 each of three. The midpoint rule on bins of 3.3 ms errs by 4e-4 of 8m's 3.1 ms rise, below that.
        Assert.InRange(means.Average() - rate * p.IntegralS(), -3 * error, 3 * error);
    }

    /// <summary>One spike at 20 fps, in the first bin of a frame and on average over its bins: ± 1 % at 300 Hz.</summary>
    [Theory]
    [InlineData(IndicatorName.GCaMP6f, 0.173, 0.178)]
    [InlineData(IndicatorName.JGCaMP8f, 0.338, 0.283)]
    [InlineData(IndicatorName.GCaMP6s, 0.229, 0.229)]
    public void The_brightest_frame_averages_the_response_over_the_exposure(IndicatorName name, double atStart, double onAverage)
    {
        var p = InVivo(name);
        var grid = new FineGrid(300, 15, 40, 0);
        var bins = new BinIntegrator(grid);
        var table = new HillTable(p.HillN, p.HalfSaturationAp, p.OffsetAp);
        bins.Set(p.Kernel(), 0.5);
        var brightest = new double[15];
        for (var phase = 0; phase < 15; phase++)
        {
            var means = new double[40];
            var state = default(CalciumState);
            bins.Run([15 + phase], table, 0, ref state, means, new ushort[40]);
            brightest[phase] = p.Scale() * means.Max();
        }
        Assert.Equal(atStart, brightest[0], 0.01 * atStart);
        Assert.Equal(onAverage, brightest.Average(), 0.01 * onAverage);
    }

    /// <summary>A burst within a frame: the map of the mean would be another number.</summary>
    [Fact]
    public void A_sum_of_responses_is_that_of_each_in_its_order_to_the_last_bit_also_beyond_the_table()
    {
        var p = InVivo(IndicatorName.GCaMP6f);
        var table = new HillTable(p.HillN, p.HalfSaturationAp, p.OffsetAp);
        foreach (var most in new[] { 1.0, 60, 200 })
            for (var n = 0; n < 70; n++)
            {
                double[] calcium = [.. Enumerable.Range(0, n).Select(i => i * 37 % 101 / 101.0 * most * p.HalfSaturationAp - 0.05)];
                var sum = 0.0;
                foreach (var x in calcium) sum += table.Value(x);
                Assert.Equal(BitConverter.DoubleToInt64Bits(sum), BitConverter.DoubleToInt64Bits(table.Sum([.. calcium, .. new double[8]], n, new long[n + 8])));
            }
    }

    [Fact]
    public void The_map_acts_before_the_average_of_the_exposure()
    {
        var p = InVivo(IndicatorName.JGCaMP8f);
        var grid = new FineGrid(300, 30, 10, 0);
        var bins = new BinIntegrator(grid);
        bins.Set(p.Kernel(), 0.5);
        double[] mapped = new double[10], plain = new double[10];
        int[] spikes = [31];
        CalciumState one = default, other = default;
        bins.Run(spikes, new HillTable(p.HillN, p.HalfSaturationAp, p.OffsetAp), 0, ref one, mapped, new ushort[10]);
        bins.Run(spikes, null, 0, ref other, plain, new ushort[10]);
        var expected = 0.0;
        for (var k = 30; k < 60; k++) expected += p.Map(p.Calcium([.. spikes.Select(s => s / 300.0)], (k + 0.5) / 300)) / 30;
        Assert.Equal(expected, p.Scale() * mapped[1], 3e-6 * p.Scale());
        Assert.True(Math.Abs(p.Map(plain[1]) / expected - 1) > 0.02);
    }

    [Fact]
    public void The_table_of_the_map_errs_by_less_than_2e_6_of_its_scale()
    {
        foreach (var p in IndicatorPresets.All.SelectMany(i => (IEnumerable<IndicatorParameters?>)[i.InVivo, i.Culture]).OfType<IndicatorParameters>())
        {
            var table = new HillTable(p.HillN, p.HalfSaturationAp, p.OffsetAp);
            for (var k = 0; k < 20_000; k++)
            {
                var x = 80 * p.HalfSaturationAp * Math.Pow(k / 20_000.0, 3);
                Assert.InRange(table.Value(x) - table.Exact(x), -2e-6, 2e-6);
            }
            Assert.Equal(0, table.Value(0));
            Assert.Equal(0, table.Value(-1e-18));
        }
    }

    [Fact]
    public void Without_variation_every_cell_has_the_same_dff_from_one_train_whatever_its_brightness()
    {
        // One identity, placed three times: one train of spikes.
        StepRun run = Compile(Equal with { BrightnessCv = 0.5 }, 0, 60, 20, new PlacedCells([.. Enumerable.Repeat(new Minisim.Scenes.Cell(0, 3, default, Footprint.Empty), 3)])),
            brighter = Compile(Equal with { BrightnessCv = 0.5, RestingBrightness = 7, F0 = 3 }, 0, 60, 20, new PlacedCells([new Minisim.Scenes.Cell(0, 3, default, Footprint.Empty)]));
        var dff = run.Array("dff");
        Assert.True(dff.Row<double>(0).ToArray().Max() > 1);
        for (var t = 0; t < run.Frames; t++)
        {
            Assert.Equal(dff.Row<double>(0)[t], dff.Row<double>(1)[t]);
            Assert.Equal(dff.Row<double>(0)[t], brighter.Array("dff").Row<double>(0)[t], 1e-12);
            Assert.Equal(run.C[0][t], run.Array("resting_f0").ToDoubles()[0] * (1 + dff.Row<double>(0)[t]), 1e-12 * run.C[0][t]);
        }
        Assert.Equal(1.07 * run.Amplitude[0], run.Array("resting_f0").ToDoubles()[0], 1e-12);
        Assert.Equal(21 * brighter.Amplitude[0], brighter.Array("resting_f0").ToDoubles()[0], 1e-12);
    }

    [Fact]
    public void An_indicator_changes_no_spike_and_noise_on_the_trace_no_dff()
    {
        StepRun plain = Compile(new CellActivity(), 50, 30), with = Compile(Equal, 50, 30), noisy = Compile(Equal with { TraceNoise = 0.2 }, 50, 30);
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(plain.S[i], with.S[i]);
            Assert.Equal(plain.Amplitude[i], with.Amplitude[i]);
            for (var t = 0; t < with.Frames; t++) Assert.Equal(with.Array("dff").Row<double>(i)[t], noisy.Array("dff").Row<double>(i)[t], 1e-9);
        }
    }

    [Fact]
    public void Cells_differ_in_amplitude_and_pace_as_asked_with_the_mean_kept()
    {
        const int n = 10_000;
        var run = Compile(Equal with { IndicatorAmplitudeCv = 0.3, IndicatorDecayCv = 0.25, IndicatorRiseCv = 0.2 }, n, 0.1);
        var table = run.Array("indicator_params").ToDoubles();
        var p = InVivo(IndicatorName.GCaMP6f);
        var comparisons = new Comparisons(significance: 1e-3);
        foreach (var (what, column, mean, cv) in new[] { ("rise", 0, p.TauRiseS, 0.2), ("decay", 1, p.TauDecayS, 0.25), ("amplitude", 7, p.Dff1Ap, 0.3) })
        {
            double[] values = [.. Enumerable.Range(0, n).Select(i => table[8 * i + column] / mean)];
            comparisons.Z($"{what}, mean", (values.Average() - 1) / (cv / Math.Sqrt(n)));
            var found = Math.Sqrt(values.Sum(v => (v - values.Average()) * (v - values.Average())) / n);
            // The fourth moment of a lognormal: about (1/2 + 4·cv²) for the relative variance of a standard deviation.
            comparisons.Z($"{what}, variation", (found / cv - 1) / Math.Sqrt((0.5 + 4 * cv * cv) / n));
        }
        comparisons.Assert();
    }

    [Fact]
    public void Another_rise_or_decay_keeps_the_peak_of_one_spike()
    {
        var p = InVivo(IndicatorName.JGCaMP8m);
        foreach (var (decay, rise) in new[] { (0.5, 2.0), (2, 0.5), (1, 40) })
            Assert.Equal(p.Dff1Ap, p.In(decay, rise).Response(1, 83, 1e-5, 200_000).Max(), 1e-4 * p.Dff1Ap);
    }

    [Theory]
    [InlineData("\"GCaMP6f\"", null, null)]
    [InlineData("\"gcamp6f\"", "indicator", "Did you mean \"GCaMP6f\"?")]
    [InlineData("\"GCaMP9\"", "indicator", "must be")]
    [InlineData("7", "indicator", "a name or an object or null")]
    [InlineData("{}", "indicator", "are missing")]
    [InlineData("{\"name\":\"GCaMP6f\",\"hill_n\":2}", "indicator", "would change GCaMP6f")]
    [InlineData("{\"dff_1ap\":0.2,\"time_to_peak_s\":0.045,\"tau_rise_s\":0.01}", "indicator", "only one of both")]
    [InlineData("{\"dff_1ap\":0.2,\"time_to_peak_s\":0.045}", "indicator", "half_decay_s is missing")]
    [InlineData("{\"dff_1ap\":0.2,\"time_to_peak_s\":0.045,\"half_decay_s\":0.02}", "half_decay_s", "half-decay too short for this time to peak")]
    [InlineData("{\"dff_1ap\":0.2,\"time_to_peak_s\":0.045,\"half_decay_s\":0.14,\"dff_10ap\":200}", "dff_10ap", "lies between")]
    [InlineData("{\"dff_1ap\":0.2,\"time_to_peak_s\":0.045,\"half_decay_s\":0.14,\"dff_10ap\":2,\"half_saturation_ap\":5}", "dff_10ap", "follows from it")]
    [InlineData("{\"tau_rise_s\":0.5,\"tau_decay_s\":0.2,\"hill_n\":2,\"half_saturation_ap\":10,\"offset_ap\":0.6,\"dff_1ap\":0.2}", "tau_rise_s", "faster than the decay")]
    [InlineData("{\"tau_rise_s\":0.05,\"tau_decay_s\":0.2,\"slow_fraction\":0.2,\"hill_n\":2,\"half_saturation_ap\":10,\"offset_ap\":0.6,\"dff_1ap\":0.2}", "tau_slow_s", "no time constant")]
    [InlineData("{\"dff_1ap\":-0.2,\"time_to_peak_s\":0.045,\"half_decay_s\":0.14}", "dff_1ap", "must be")]
    public void Indicators_that_no_numbers_can_give_are_refused_with_place_and_remedy(string indicator, string? field, string? reason)
    {
        var json = $$"""{"steps":[{"kind":"place_neurons"},{"kind":"cell_activity","indicator":{{indicator}}}]}""";
        if (field is null)
        {
            Assert.Equal(IndicatorName.GCaMP6f, SpecJson.Parse(json).Find<CellActivity>()!.Indicator!.Name);
            return;
        }
        var problem = Assert.Single(Assert.Throws<SpecException>(() => SpecJson.Parse(json)).Problems, p => !p.IsWarning);
        Assert.EndsWith(field, problem.Path);
        Assert.Contains(reason!, problem.Reason + " " + problem.Remedy);
        Assert.NotEqual("", problem.Remedy);
    }

    [Theory]
    [InlineData("\"indicator\":\"GCaMP6m\",\"indicator_preparation\":\"culture\"", "indicator", "not measured in culture")]
    [InlineData("\"indicator\":\"GCaMP6f\",\"tau_decay_s\":0.4", "tau_decay_s", "time constants of its own")]
    [InlineData("\"indicator\":\"GCaMP6f\",\"f0\":0", "f0", "would be 0")]
    [InlineData("\"indicator_decay_cv\":0.1", "indicator_decay_cv", "no indicator")]
    [InlineData("\"resting_brightness\":2", "resting_brightness", "no indicator")]
    public void Fields_that_contradict_the_indicator_are_errors(string fields, string field, string reason)
    {
        var problem = Assert.Single(Assert.Throws<SpecException>(() => SpecJson.Parse($$"""{"steps":[{"kind":"place_neurons"},{"kind":"cell_activity",{{fields}}}]}""")).Problems, p => !p.IsWarning);
        Assert.EndsWith(field, problem.Path);
        Assert.Contains(reason, problem.Reason);
    }

    [Fact]
    public void Odd_but_legal_indicators_are_warnings()
    {
        var spec = new Spec { Steps = [new PlaceNeurons(), new CellActivity { Indicator = new() { Name = IndicatorName.JRGECO1a } }] };
        Assert.Contains(SpecValidator.Check(spec), p => p.IsWarning && p.Path == "acquisition.optics.emission_nm" && p.Reason.Contains("590"));
        spec = new Spec { Steps = [new PlaceNeurons(), new CellActivity { Indicator = new() { Name = IndicatorName.JGCaMP8f }, SpikeSimHz = 100 }] };
        Assert.Contains(SpecValidator.Check(spec), p => p.IsWarning && p.Path.EndsWith("spike_sim_hz", StringComparison.Ordinal));
        spec = new Spec { Steps = [new PlaceNeurons(), new CellActivity { Indicator = new() { Name = IndicatorName.JGCaMP8f } }] };
        Assert.DoesNotContain(SpecValidator.Check(spec), p => p.Path.Contains("cell_activity"));
    }

    [Fact]
    public void A_name_is_written_as_a_text_and_numbers_as_an_object()
    {
        var named = new Spec { Steps = [new CellActivity { Indicator = new() { Name = IndicatorName.XCaMPGf }, IndicatorDecayCv = 0 }] };
        Assert.Contains("\"indicator\": \"XCaMP-Gf\"", SpecJson.Write(named));
        Assert.Equal(named, SpecJson.Parse(SpecJson.Write(named)));
        var own = new Spec { Steps = [new CellActivity { Indicator = new() { Dff1Ap = 0.2, TimeToPeakS = 0.05, HalfDecayS = 0.2 } }] };
        Assert.Equal(own, SpecJson.Parse(SpecJson.Write(own)));
        Assert.Contains("\"dff_1ap\": 0.2", SpecJson.Write(own));
        Assert.Equal(named.CacheKey(), SpecJson.Parse("""{"steps":[{"kind":"cell_activity","indicator":{"name":"XCaMP-Gf"},"indicator_decay_cv":0}]}""").CacheKey());
        Assert.DoesNotContain("indicator", SpecJson.Write(new Spec { Steps = [new CellActivity()] }));
    }

    [Fact]
    public void The_event_filter_of_a_recording_is_one_spike_of_its_indicator()
    {
        var spec = new Spec { Acquisition = new() { Fps = 200 }, Steps = [new PlaceNeurons(), new CellActivity { Indicator = new() { Name = IndicatorName.JGCaMP8s } }, new Minisim.Steps.Sensor()] };
        var filter = new Minisim.Truth.EventFilter(SnrOfSpec.Conditions(spec)!, 4000);
        var p = InVivo(IndicatorName.JGCaMP8s);
        var peak = Enumerable.Range(0, filter.Length).Max(k => p.Calcium([0], (k + 0.5) / 200));
        for (var k = 0; k < filter.Length; k++) Assert.Equal(p.Calcium([0], (k + 0.5) / 200) / peak, filter.Kernel[k], 1e-9);
        // The running sums are those of the filter, term by term.
        var random = new System.Random(2);
        double[] u = [.. Enumerable.Range(0, 2500).Select(_ => random.NextDouble())];
        var y = filter.Apply(u);
        foreach (var t in new[] { 0, y.Length / 2, y.Length - 1 })
            Assert.Equal(Enumerable.Range(0, filter.Length).Sum(d => (filter.Kernel[d] - filter.Mean) * u[t + d]), y[t], 1e-8);
    }
}
