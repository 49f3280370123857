namespace Minisim.Steps;

/// <summary>Where a brightness of the background counts.</summary>
public enum BrightnessPlace
{
    /// <summary>In the image: light that arrives, in units of intensity, whatever the aperture and the indicator.</summary>
    Image,
    /// <summary>In the tissue: light that is sent out. Of it NA² arrives, as of that of cells.</summary>
    Tissue,
}
