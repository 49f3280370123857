namespace Minisim;

/// <summary>Instrument, tissue and sampling. The one place that converts between µm and pixels, seconds
/// and frames.</summary>
public sealed record Acquisition
{
    /// <summary>The objective.</summary>
    public Optics Optics { get; init; } = new();
    /// <summary>The camera chip.</summary>
    public ImageSensor ImageSensor { get; init; } = new();
    /// <summary>The scattering tissue.</summary>
    public Tissue Tissue { get; init; } = new();
    /// <summary>Frames per second.</summary>
    [Positive, Unit("Hz")] public double Fps { get; init; } = 20;
    /// <summary>Length of the recording, s.</summary>
    [Positive, Unit("s")] public double DurationS { get; init; } = 150;
    /// <summary>Depth of the focal plane in tissue on the axis, µm; null ("auto") = chosen from the cells.</summary>
    [NonNegative(20_000), Auto, Unit("µm")] public double? FocalDepthInTissueUm { get; init; }
    /// <summary>Working distance of the objective, µm. Recorded only; no effect.</summary>
    [Positive, Unit("µm")] public double? FrontWorkingDistanceUm { get; init; }

    /// <summary>Object-space pixel size, µm: <c>pixel_pitch_um / magnification</c>.</summary>
    public double PixelSizeUm() => ImageSensor.PixelPitchUm / Optics.Magnification;

    /// <summary>Field of view, µm: (height, width).</summary>
    public (double Height, double Width) FovUm() => (ImageSensor.NPxHeight * PixelSizeUm(), ImageSensor.NPxWidth * PixelSizeUm());

    /// <summary>Number of frames: <c>round(duration_s·fps)</c>, ties to even.</summary>
    public int NFrames() => (int)Math.Round(DurationS * Fps, MidpointRounding.ToEven);

    /// <summary>Lengths in µm to pixels.</summary>
    public double UmToPx(double um) => um / PixelSizeUm();

    /// <summary>Times in s to frames.</summary>
    public double SToFrame(double s) => s * Fps;

    /// <summary>Lateral place in µm to array index (row, column), sub-pixel, on a grid of the given shape centred
    /// on the optical axis: <c>(n − 1)/2 + µm/p</c>.</summary>
    public (double Row, double Col) UmToIndex(double yUm, double xUm, int height, int width) =>
        ((height - 1) / 2.0 + yUm / PixelSizeUm(), (width - 1) / 2.0 + xUm / PixelSizeUm());

    /// <summary>Squared blur σ without defocus, µm²: <c>σ_diff² + σ_sc(z)²</c>.</summary>
    public double InFocusVarianceUm2(double zUm)
    {
        var diffraction = Optics.DiffractionSigmaUm();
        var scatter = Tissue.ScatterSigmaUm(zUm);
        return diffraction * diffraction + scatter * scatter;
    }

    /// <summary>Blur (Gaussian σ, px) and point-source peak brightness <c>(σ0²/σ_tot²)·a(z)·NA²</c> of a cell at
    /// depth <paramref name="zUm"/> with the focus at <paramref name="focalUm"/>.</summary>
    /// <remarks><c>sigma_px²·brightness</c> does not depend on the focal depth: defocus conserves light.</remarks>
    public (double SigmaPx, double Brightness) CellOptics(double zUm, double focalUm)
    {
        var inFocus = InFocusVarianceUm2(zUm);
        var defocus = Optics.DefocusSigmaUm(zUm, focalUm);
        var total = inFocus + defocus * defocus;
        return (Math.Sqrt(total) / PixelSizeUm(), inFocus / total * FootprintGain(zUm));
    }

    /// <summary>Light that reaches the sensor from a cell at depth <paramref name="zUm"/>: <c>a(z)·NA²</c>.</summary>
    public double FootprintGain(double zUm) => Tissue.Attenuation(zUm) * Optics.CollectionEfficiency();

    /// <summary>Focal depth under an off-axis point, µm: <c>f − s(r)</c>.</summary>
    public double EffectiveFocalUm(double focalUm, double yUm, double xUm) =>
        focalUm - Optics.FocalCurvatureShiftUm(Math.Sqrt(yUm * yUm + xUm * xUm));
}
