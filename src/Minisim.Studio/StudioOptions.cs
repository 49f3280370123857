namespace Minisim.Studio;

/// <summary>How a studio runs.</summary>
public sealed record StudioOptions
{
    /// <summary>Port that is taken if it is free and none is asked for: what the page keeps in the browser belongs to a port.</summary>
    public const int UsualPort = 8642;

    /// <summary>The only folder in which the studio reads and writes files.</summary>
    public string Root { get; init; } = ".";
    /// <summary>Port on 127.0.0.1; null: <see cref="UsualPort"/>, or any that is free.</summary>
    public int? Port { get; init; }
    /// <summary>Spec, recording, folder of a study or page (.html) that the page opens with, inside <see cref="Root"/>; null: what the browser had last.</summary>
    public string? Open { get; init; }
    /// <summary>Memory that one scene may take, bytes, by the estimate made before it is compiled; 0 = half of what this process may have.</summary>
    public long MemoryLimitBytes { get; init; }
    /// <summary>Pages and programs that may be connected at once.</summary>
    public int MaxSockets { get; init; } = 16;
    /// <summary>Largest file that may be uploaded, bytes.</summary>
    public long MaxUploadBytes { get; init; } = 2L << 30;

    internal long ResolvedMemoryLimit => MemoryLimitBytes > 0 ? MemoryLimitBytes : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
}
