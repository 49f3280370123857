namespace Minisim.Steps;

/// <summary>The acquisition as far as it decides where light goes: optics, tissue and pixels. Time, electronics and focus are at their
/// defaults, so that they change nothing that depends on this alone.</summary>
internal sealed record ImagingPath(Acquisition Acquisition)
{
    public static ImagingPath Of(Acquisition acquisition) => new(new Acquisition
    {
        Optics = acquisition.Optics,
        Tissue = acquisition.Tissue,
        ImageSensor = new ImageSensor
        {
            NPxHeight = acquisition.ImageSensor.NPxHeight,
            NPxWidth = acquisition.ImageSensor.NPxWidth,
            PixelPitchUm = acquisition.ImageSensor.PixelPitchUm,
        },
    });
}
