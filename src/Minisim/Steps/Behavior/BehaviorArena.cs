namespace Minisim.Steps;

/// <summary>Where the animal moves.</summary>
public enum BehaviorArena
{
    /// <summary>A track along which it runs from end to end, with a pause at either.</summary>
    Linear,
    /// <summary>A rectangle that it explores.</summary>
    OpenField,
    /// <summary>A recorded path.</summary>
    File,
}
