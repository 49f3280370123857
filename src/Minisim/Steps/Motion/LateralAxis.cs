namespace Minisim.Steps;

/// <summary>An axis of the image.</summary>
public enum LateralAxis
{
    /// <summary>Down the rows.</summary>
    Y,
    /// <summary>Along the columns.</summary>
    X,
}
