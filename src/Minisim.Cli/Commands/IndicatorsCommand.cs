using System.CommandLine;
using System.Text;
using System.Text.Json;
using Minisim.Formats.Pictures;
using Minisim.Steps;

namespace Minisim.Cli.Commands;

/// <summary><c>minisim indicators</c>: the indicators that are known by name, with numbers, evidence and a picture.</summary>
internal static class IndicatorsCommand
{
    public static Command Create()
    {
        var culture = new Option<bool>("--culture") { Description = "As measured in culture, instead of in vivo." };
        var json = new Option<bool>("--json") { Description = "Print every number as JSON." };
        var output = new Option<string?>("--output", "-o") { Description = $"Draw the responses to 1, 3 and 10 spikes; {string.Join(", ", PictureFile.Extensions)} by the ending.", HelpName = "PICTURE" };
        var theme = new Option<string>("--theme") { Description = "dark, or light for paper.", HelpName = "name", DefaultValueFactory = _ => "dark" };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace the file if it exists." };
        var command = new ExampleCommand("indicators", "List the calcium indicators: responses, evidence, a picture of 1, 3 and 10 spikes.",
            "minisim indicators",
            "minisim indicators --culture --json",
            "minisim indicators -o indicators.png")
        {
            culture, json, output, theme, overwrite,
        };
        command.SetAction(result =>
        {
            var preparation = result.GetValue(culture) ? IndicatorPreparation.Culture : IndicatorPreparation.InVivo;
            var writer = result.InvocationConfiguration.Output;
            var colors = Names.Find("--theme", result.GetRequiredValue(theme), Enum.GetValues<PictureTheme>(), t => t.ToString().ToLowerInvariant());
            if (result.GetValue(output) is { } target)
            {
                IndicatorFigure.Save(preparation, PictureTarget.Checked(target, result.GetValue(overwrite)), new PreviewOptions { Theme = colors, Overwrite = result.GetValue(overwrite) });
            }
            if (result.GetValue(json)) writer.WriteLine(Json());
            else Table(writer, preparation);
            if (result.GetValue(output) is { } written && !result.GetValue(json)) writer.WriteLine($"\nWrote {written}.");
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Table(TextWriter writer, IndicatorPreparation preparation)
    {
        static string P(double v) => FormattableString.Invariant($"{100 * v:0.#}");
        static string Ms(double v) => FormattableString.Invariant($"{1000 * v:0.#}");
        var rows = new List<string[]> { new[] { "indicator", "1 spike %", "3 %", "10 %", "saturation %", "peak ms", "half-decay ms", "F0", "emission nm" } };
        foreach (var preset in IndicatorPresets.All)
        {
            if ((preparation == IndicatorPreparation.InVivo ? preset.InVivo : preset.Culture) is not { } p) continue;
            rows.Add([preset.Text, P(p.Dff1Ap), P(Peak(p, 3)), P(Peak(p, 10)), P(p.Saturation()), Ms(p.TimeToPeakS()), Ms(HalfDecayS(p)), FormattableString.Invariant($"{p.RelativeF0}"), FormattableString.Invariant($"{preset.EmissionNm}")]);
        }
        var widths = Enumerable.Range(0, rows[0].Length).Select(c => rows.Max(r => r[c].Length)).ToArray();
        foreach (var row in rows) writer.WriteLine(string.Join("  ", row.Select((cell, c) => c == 0 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]))));
        writer.WriteLine();
        writer.WriteLine($"ΔF/F of a cell {(preparation == IndicatorPreparation.InVivo ? "in vivo" : "in culture, at about room temperature")}; 3 and 10 spikes at 83 Hz; F0: brightness at rest, relative to GCaMP6s.");
        writer.WriteLine("What an outline in one-photon data shows is several times less: most of the light under it is background.");
        writer.WriteLine();
        if (preparation == IndicatorPreparation.Culture)
        {
            writer.WriteLine("Evidence: the GENIE culture screen (Zhang 2023, Fig. 1), rat neurons, field stimulation at 83 Hz; fitted here within 20 %.");
            return;
        }
        foreach (var group in IndicatorPresets.All.GroupBy(p => p.Evidence)) writer.WriteLine($"{string.Join(", ", group.Select(p => p.Text))}: {group.Key}.");
    }

    private static double Peak(IndicatorParameters p, int spikes) => p.Response(spikes, 83, 1e-4, (int)((spikes / 83.0 + 3 * p.TimeToPeakS()) * 1e4) + 1).Max();

    private static double HalfDecayS(IndicatorParameters p)
    {
        double peak = p.TimeToPeakS(), low = peak, high = peak + 10 * Math.Max(p.TauDecayS, p.TauSlowS);
        for (var i = 0; i < 60; i++)
        {
            var middle = (low + high) / 2;
            if (p.Map(p.Calcium([0], middle)) > p.Dff1Ap / 2) low = middle;
            else high = middle;
        }
        return low - peak;
    }

    private static string Json()
    {
        using var buffer = new MemoryStream();
        using (var w = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            w.WriteStartArray();
            foreach (var preset in IndicatorPresets.All)
            {
                w.WriteStartObject();
                w.WriteString("name", preset.Text);
                w.WriteNumber("emission_nm", preset.EmissionNm);
                w.WriteNumber("relative_f0", preset.InVivo.RelativeF0);
                w.WriteString("evidence", preset.Evidence);
                Write(w, "in_vivo", preset.InVivo);
                Write(w, "culture", preset.Culture);
                w.WritePropertyName("measured_in_culture");
                if (preset.Measured is { } m)
                {
                    w.WriteStartObject();
                    w.WriteNumber("dff_1ap", m.Dff1Ap);
                    w.WriteNumber("dff_3ap", m.Dff3Ap);
                    w.WriteNumber("dff_10ap", m.Dff10Ap);
                    w.WriteNumber("dff_160ap", m.Dff160Ap);
                    w.WriteNumber("half_decay_s", m.HalfDecayMs / 1000);
                    w.WriteEndObject();
                }
                else w.WriteNullValue();
                w.WriteEndObject();
            }
            w.WriteEndArray();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Write(Utf8JsonWriter w, string name, IndicatorParameters? p)
    {
        w.WritePropertyName(name);
        if (p is null)
        {
            w.WriteNullValue();
            return;
        }
        w.WriteStartObject();
        w.WriteNumber("tau_rise_s", p.TauRiseS);
        w.WriteNumber("tau_decay_s", p.TauDecayS);
        if (p.SlowFraction > 0)
        {
            w.WriteNumber("tau_slow_s", p.TauSlowS);
            w.WriteNumber("slow_fraction", p.SlowFraction);
        }
        w.WriteNumber("hill_n", p.HillN);
        w.WriteNumber("half_saturation_ap", p.HalfSaturationAp);
        w.WriteNumber("offset_ap", p.OffsetAp);
        w.WriteNumber("dff_1ap", p.Dff1Ap);
        void Rounded(string key, double value, int digits) => w.WriteNumber(key, Math.Round(value, digits));
        Rounded("dff_3ap", Peak(p, 3), 4);
        Rounded("dff_10ap", Peak(p, 10), 4);
        Rounded("saturation", p.Saturation(), 4);
        Rounded("time_to_peak_s", p.TimeToPeakS(), 5);
        Rounded("half_decay_s", HalfDecayS(p), 5);
        w.WriteEndObject();
    }
}
