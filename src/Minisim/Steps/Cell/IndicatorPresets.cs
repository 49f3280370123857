namespace Minisim.Steps;

/// <summary>What a culture screen measured of an indicator: peak ΔF/F after spikes at 83 Hz, and the half-decay after one.</summary>
/// <param name="Dff1Ap">After 1 spike.</param>
/// <param name="Dff3Ap">After 3.</param>
/// <param name="Dff10Ap">After 10.</param>
/// <param name="Dff160Ap">After 160.</param>
/// <param name="HalfDecayMs">Half-decay after one spike, ms.</param>
public sealed record CultureFigures(double Dff1Ap, double Dff3Ap, double Dff10Ap, double Dff160Ap, double HalfDecayMs);

/// <summary>An indicator that is known by name: its parameters and where they come from.</summary>
/// <param name="Name">Name.</param>
/// <param name="EmissionNm">Peak of its emission, nm (a secondary list).</param>
/// <param name="Evidence">Where the in-vivo numbers come from.</param>
/// <param name="InVivo">Parameters in the living brain.</param>
/// <param name="Culture">Parameters in culture, fitted to <paramref name="Measured"/>; null where not measured.</param>
/// <param name="Measured">What was measured in culture (the GENIE screen, rat neurons, field stimulation at 83 Hz; Zhang 2023 Fig. 1).</param>
public sealed record IndicatorPreset(IndicatorName Name, double EmissionNm, string Evidence, IndicatorParameters InVivo, IndicatorParameters? Culture, CultureFigures? Measured)
{
    /// <summary>Name as it is written.</summary>
    public string Text => ChoiceNames.Text(Name);
}

/// <summary>Every indicator that is known by name.</summary>
/// <remarks>Brightness at rest b is that of culture relative to GCaMP6s; of GCaMP6m and the red ones it is not known, and 1. A second screen of the same laboratory gives 0.4 to 0.8 of the culture
/// amplitudes at 1 to 10 spikes, and the amplitude after one spike varies by 20 to 70 % from well to well.</remarks>
public static class IndicatorPresets
{
    private static class Evidence
    {
        public const string A = "Chen 2013, visual cortex, cell-attached: amplitude, time to peak and half-decay after one spike; shape fitted to the in-vivo responses to 3 and 10 spikes (Wei 2020) and to the saturation in culture";
        public const string B = "Chen 2013, visual cortex, cell-attached: amplitude, time to peak and half-decay after one spike; shape assumed between GCaMP6s and GCaMP6f";
        public const string C = "fitted to the published spike-to-fluorescence model in visual cortex (Zhang 2023, Table S8): one spike exact, 3 and 10 within 10 %, saturation within 13 %";
        public const string D = "culture row, all times × 0.37 and amplitude × 1 (the mean ratio of the seven sensors known in both): ± 50 %";
        public const string E = "low confidence: affinities and dynamic range of Dana 2016; amplitude and half-decay from a secondary list, time to peak assumed";
    }

    // τ in ms, as the tables give them.
    private static IndicatorParameters P(double a1, double rise, double decay, double slowFraction, double slow, double n, double kappa, double offset, double brightness) =>
        new(rise / 1000, decay / 1000, (slowFraction > 0 ? slow : decay) / 1000, slowFraction, n, kappa, offset, a1) { RelativeF0 = brightness };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<IndicatorPreset> All { get; } =
    [
        new(IndicatorName.GCaMP6s, 512, Evidence.A,
            P(0.23, 64, 832, 0, 0, 1.57, 14.2, 0.585, 1),
            P(0.143, 64.1, 1782, 0, 0, 1.73, 15.5, 0.475, 1), new(0.14, 0.73, 3.15, 9.98, 949)),
        new(IndicatorName.GCaMP6m, 512, Evidence.B,
            P(0.13, 27.5, 417, 0, 0, 1.60, 12.0, 0.60, 1),
            null, null),
        new(IndicatorName.GCaMP6f, 512, Evidence.A,
            P(0.19, 16.6, 193, 0, 0, 1.39, 17.2, 1.01, 1.07),
            P(0.096, 39.4, 567, 0, 0, 1.75, 14.0, 0.348, 1.07), new(0.10, 0.59, 2.05, 6.36, 323)),
        new(IndicatorName.JGCaMP7f, 512, Evidence.C,
            P(0.213, 13.7, 102, 0.194, 398, 2.41, 10.4, 2.12, 1.16),
            P(0.202, 34.9, 591, 0, 0, 1.70, 9.64, 0.468, 1.16), new(0.20, 0.92, 2.91, 6.21, 339)),
        new(IndicatorName.JGCaMP7s, 512, Evidence.D,
            P(0.624, 19.4, 312, 0, 0, 1.85, 4.20, 0.65, 0.82),
            P(0.624, 52.3, 842, 0, 0, 1.85, 4.20, 0.650, 0.82), new(0.62, 1.93, 4.37, 5.16, 514)),
        new(IndicatorName.JGCaMP7c, 512, Evidence.D,
            P(0.231, 19.3, 276, 0, 0, 1.51, 29.3, 0.604, 0.53),
            P(0.231, 52.1, 746, 0, 0, 1.51, 29.3, 0.604, 0.53), new(0.23, 0.95, 4.20, 19.5, 444)),
        new(IndicatorName.JGCaMP7b, 512, Evidence.D,
            P(0.557, 27.5, 228, 0, 0, 1.87, 3.99, 0.862, 1.74),
            P(0.557, 74.4, 617, 0, 0, 1.87, 3.99, 0.862, 1.74), new(0.56, 1.63, 3.26, 3.80, 453)),
        new(IndicatorName.JGCaMP8f, 512, Evidence.C,
            P(0.48, 2.4, 36.8, 0.324, 264, 2.04, 5.24, 0.84, 1.73),
            P(0.365, 11.7, 111, 0, 0, 1.56, 6.53, 0.792, 1.73), new(0.37, 1.05, 2.43, 3.58, 74)),
        new(IndicatorName.JGCaMP8m, 512, Evidence.C,
            P(0.609, 3.1, 41.5, 0.219, 246, 1.96, 5.25, 1.22, 1.55),
            P(0.753, 10.0, 200, 0, 0, 1.78, 3.41, 0.641, 1.55), new(0.75, 1.90, 3.63, 4.37, 133)),
        new(IndicatorName.JGCaMP8s, 512, Evidence.C,
            P(0.599, 6.3, 85.9, 0.160, 465, 1.90, 5.17, 1.44, 1.71),
            P(1.099, 18.4, 438, 0, 0, 1.64, 2.61, 0.899, 1.71), new(1.10, 2.39, 3.86, 4.02, 330)),
        new(IndicatorName.XCaMPGf, 512, Evidence.C,
            P(0.122, 11.9, 106, 0.167, 313, 2.27, 7.95, 1.76, 2.41),
            P(0.233, 20.8, 322, 0, 0, 1.27, 18.1, 0.534, 2.41), new(0.23, 0.76, 2.21, 5.44, 219)),
        new(IndicatorName.XCaMPG, 512, Evidence.D,
            P(0.230, 10.9, 149, 0, 0, 1.46, 10.9, 0.426, 2.96),
            P(0.230, 29.4, 402, 0, 0, 1.46, 10.9, 0.426, 2.96), new(0.23, 0.90, 2.41, 5.32, 248)),
        new(IndicatorName.JRGECO1a, 590, Evidence.E,
            P(0.12, 32.5, 602, 0, 0, 1.90, 9.3, 0.60, 1),
            null, null),
        new(IndicatorName.JRCaMP1b, 590, Evidence.E,
            P(0.08, 33.6, 550, 0, 0, 1.60, 18, 0.60, 1),
            null, null),
    ];

    /// <summary>The indicator of that name.</summary>
    public static IndicatorPreset Of(IndicatorName name) => All.First(p => p.Name == name);
}
