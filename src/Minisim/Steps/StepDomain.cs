using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>What a step may touch.</summary>
public enum StepDomain
{
    /// <summary>Per-cell records.</summary>
    Cell,
    /// <summary>Canvas pixels; rides with the brain.</summary>
    Tissue,
    /// <summary>Crosses from the canvas to the FOV.</summary>
    Motion,
    /// <summary>FOV pixels; never moves.</summary>
    Sensor,
}
