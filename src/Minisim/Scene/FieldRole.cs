namespace Minisim.Scenes;

/// <summary>What a field does to the light: who reads fields asks for the role, never for the step that made them.</summary>
public enum FieldRole
{
    /// <summary>Multiplies the light of the tissue; moves with the brain.</summary>
    TissueFactor,
    /// <summary>Multiplies what the camera sees; never moves.</summary>
    SensorFactor,
    /// <summary>Added to what the camera sees; never moves.</summary>
    SensorOffset,
    /// <summary>Light of the tissue that is no cell: (component, height, width).</summary>
    Background,
    /// <summary>Light of the tissue that is no cell of the truth, as its mean over the recording: (height, width). It moves with the brain, under the tissue's factors.</summary>
    TissueOffset,
}
