namespace Minisim;

/// <summary>The objective: what is sharp, how much light is collected.</summary>
public sealed record Optics
{
    /// <summary>Refractive index of the immersion medium (water), for the depth of field.</summary>
    public const double ImmersionIndex = 1.33;

    /// <summary>Numerical aperture.</summary>
    [Positive] public double Na { get; init; } = 0.45;
    /// <summary>Sensor side over object side.</summary>
    [Positive] public double Magnification { get; init; } = 8;
    /// <summary>Emission wavelength, nm; 525 is the emission of GCaMP.</summary>
    [Positive, Unit("nm")] public double EmissionNm { get; init; } = 525;
    /// <summary>± half-depth counted as in focus, µm; null ("auto") = <c>1.33·λ/NA²</c>.</summary>
    [Positive, Auto, Unit("µm")] public double? DepthOfFieldUm { get; init; }
    /// <summary>Petzval radius of field curvature, µm; null = flat field.</summary>
    [Positive, Unit("µm")] public double? FieldCurvatureRadiusUm { get; init; }

    /// <summary>Diffraction-limited blur, Gaussian σ in µm: <c>0.21·λ/NA</c>.</summary>
    /// <remarks>FWHM ≈ 0.51·λ/NA and σ = FWHM/2.355. At NA 0.45, λ = 525 nm: 0.245 µm, below
    /// the 1–2 µm object-space pixel of a miniscope, so sampling limits resolution.</remarks>
    public double DiffractionSigmaUm() => 0.21 * (EmissionNm / 1000) / Na;

    /// <summary>Share of the emitted light that is collected, in units of the NA = 1 cone: <c>NA²</c>.</summary>
    public double CollectionEfficiency() => Na * Na;

    /// <summary>Half-depth counted as in focus, µm: the given one, or <c>n·λ/NA²</c> with n = 1.33.</summary>
    /// <remarks>NA 0.45, 525 nm: 3.45 µm.</remarks>
    public double ResolvedDepthOfFieldUm() => DepthOfFieldUm ?? ImmersionIndex * (EmissionNm / 1000) / (Na * Na);

    /// <summary>Defocus blur, Gaussian σ in µm: <c>NA·|z − f|</c>.</summary>
    public double DefocusSigmaUm(double zUm, double focalUm) => Na * Math.Abs(zUm - focalUm);

    /// <summary>How much shallower an off-axis point focuses, µm: the sagitta <c>R − √(R² − r²)</c>, r clamped
    /// to R; 0 for a flat field.</summary>
    public double FocalCurvatureShiftUm(double radialUm)
    {
        if (FieldCurvatureRadiusUm is not { } radius) return 0;
        var r = Math.Min(Math.Abs(radialUm), radius);
        return radius - Math.Sqrt(radius * radius - r * r);
    }
}
