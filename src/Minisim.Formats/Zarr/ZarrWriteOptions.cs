namespace Minisim.Formats.Zarr;

/// <summary>How the chunks of a recording are packed.</summary>
public enum ZarrCompression
{
    /// <summary>What measurement chose: <see cref="Lz4"/>, which stores noise at the speed of copying and packs the empty
    /// bytes of counts kept as floats.</summary>
    Auto,
    /// <summary>Plain bytes, that any program can map.</summary>
    None,
    /// <summary>Blosc with LZ4 and byte shuffle.</summary>
    Lz4,
    /// <summary>Blosc with Zstandard (level 1) and byte shuffle: about two thirds of the size for noisy counts, several times
    /// the time.</summary>
    Zstd,
}

/// <summary>What is flushed to the device before a recording takes its name. A killed process loses nothing in any case; this is
/// about power cuts.</summary>
public enum ZarrFlush
{
    /// <summary>Nothing: the system writes when it likes.</summary>
    None,
    /// <summary>Metadata, truth and checksums, by which a chunk lost in a power cut is noticed.</summary>
    Metadata,
    /// <summary>Every chunk too: as slow as the device.</summary>
    Everything,
}

/// <summary>How a recording is written.</summary>
public sealed record ZarrWriteOptions
{
    /// <summary>Replace an existing recording, and an unfinished one of another spec.</summary>
    public bool Overwrite { get; init; }
    /// <summary>Packing of chunks.</summary>
    public ZarrCompression Compression { get; init; } = ZarrCompression.Auto;
    /// <summary>What is flushed to the device.</summary>
    public ZarrFlush Flush { get; init; } = ZarrFlush.Metadata;
}
