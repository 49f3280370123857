namespace Minisim.Truth;

/// <summary>Number type of a truth array's values.</summary>
public enum TruthElement
{
    /// <summary>64-bit floats.</summary>
    Float64,
    /// <summary>32-bit floats.</summary>
    Float32,
    /// <summary>Signed 32-bit integers.</summary>
    Int32,
    /// <summary>Truth values, a byte each: 0 or 1.</summary>
    Bool,
}
