namespace Minisim;

/// <summary>Number type in which a movie is stored.</summary>
public enum StoreDtype
{
    /// <summary>32-bit floating point.</summary>
    Float32,
    /// <summary>64-bit floating point.</summary>
    Float64,
    /// <summary>The sensor's own unsigned integer; float32 without a sensor.</summary>
    Auto,
}
