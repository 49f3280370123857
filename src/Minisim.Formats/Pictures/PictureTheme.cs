namespace Minisim.Formats.Pictures;

/// <summary>Colours of a picture.</summary>
public enum PictureTheme
{
    /// <summary>For screens.</summary>
    Dark,
    /// <summary>For paper and bright slides; images stay dark.</summary>
    Light,
}
