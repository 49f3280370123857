using System.Runtime.InteropServices;

namespace Minisim.Truth;

/// <summary>Number type of a pixel.</summary>
public enum PixelType
{
    /// <summary>Unsigned 8-bit counts.</summary>
    UInt8,
    /// <summary>Unsigned 16-bit counts, little-endian in files.</summary>
    UInt16,
    /// <summary>32-bit floats.</summary>
    Float32,
    /// <summary>64-bit floats.</summary>
    Float64,
}
