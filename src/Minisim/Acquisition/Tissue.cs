using Minisim.Numerics;

namespace Minisim;

/// <summary>Scattering of brain tissue.</summary>
/// <remarks>Ballistic mean free path ≈ 47 µm at 473 nm (Al-Juboori 2013) and ≈ 38 µm at 515 nm (Azimipour
/// 2014); excitation is diffuse fluence and reaches deeper (Ma 2020).</remarks>
public sealed record Tissue
{
    /// <summary>Mean free path of the excitation leg (diffuse fluence), µm.</summary>
    [Positive, Unit("µm")] public double ScatterMfpExcitationUm { get; init; } = 600;
    /// <summary>Mean free path of the emission leg (image-forming light), µm.</summary>
    [Positive, Unit("µm")] public double ScatterMfpEmissionUm { get; init; } = 100;
    /// <summary>µm of blur σ per µm of depth.</summary>
    [NonNegative] public double ScatterBlurPerUm { get; init; } = 0.05;

    /// <summary>Round-trip mean free path ℓ, µm: <c>1/ℓ = 1/ℓ_ex + 1/ℓ_em</c>.</summary>
    /// <remarks>With the defaults 85.7 µm.</remarks>
    public double ScatterMfpUm() => 1 / (1 / ScatterMfpExcitationUm + 1 / ScatterMfpEmissionUm);

    /// <summary>Share of light that survives from depth <paramref name="zUm"/>: <c>exp(−z/ℓ)</c>.</summary>
    public double Attenuation(double zUm) => PortableMath.Exp(-zUm / ScatterMfpUm());

    /// <summary>Scatter blur, Gaussian σ in µm: <c>scatter_blur_per_um·z</c>.</summary>
    public double ScatterSigmaUm(double zUm) => ScatterBlurPerUm * zUm;
}
