namespace Minisim.Steps;

/// <summary>Which part of a cell carries the indicator.</summary>
public enum Morphology
{
    /// <summary>The soma alone: a nuclear or somatic indicator.</summary>
    Soma,
    /// <summary>Soma and proximal dendrites: an indicator in the cytosol.</summary>
    Cytosolic,
}
