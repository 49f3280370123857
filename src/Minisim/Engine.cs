using System.Text;
using Minisim.Steps;

namespace Minisim;

/// <summary>The engine's name and versions.</summary>
public static class Engine
{
    /// <summary>Name written into files.</summary>
    public const string Name = "minisim.net";
    /// <summary>Version of the product.</summary>
    public const string Version = "0.1.0";
    /// <summary>Changes whenever the same spec would give other pixels.</summary>
    public const int ModelVersion = 6;
    /// <summary>The earliest version whose keys and pixels this one can tell.</summary>
    internal const int OldestKnownModel = 3;

    /// <summary>Whether a spec has had the same pixels ever since a model version. Since 3 those of background cells have changed, and those of bursts
    /// on other bins than 1/300 s; since 4 those of cells that are tuned; since 5 all behind a sensor, and those of neuropil.</summary>
    internal static bool IsUnchangedSince(int version, Spec spec) => version == ModelVersion || version is >= OldestKnownModel and < ModelVersion
        && spec.Find<Sensor>() is null && spec.Find<Neuropil>() is null
        && (version >= 5 || spec.Find<CellActivity>()?.Tuning is null)
        && (version >= 4 || spec.Find<PlaceNeurons>()?.ResolvedPopulations().Any(p => p.Role == PopulationRole.Background) != true
            && spec.Find<CellActivity>() is not { Process: SpikeProcess.Bursty, SpikeSimHz: not 300 });
}
