using Minisim.Steps;

namespace Minisim;

/// <summary>Files that a spec names: where they are, and the spec that needs them no more.</summary>
internal static class InputFiles
{
    /// <summary>The spec with relative paths from the folder of its file; null = as they are.</summary>
    public static Spec From(string? folder, Spec spec)
    {
        if (folder is not null && spec.Find<Behavior>() is { Kept: null, Path: { Length: > 0 } track } behavior && !track.Contains('\0') && !Path.IsPathRooted(track))
            spec = spec.With(behavior with { Path = Path.Combine(folder, track) });
        if (folder is null || spec.Find<CellActivity>() is not { Spikes: { Kept: null, Path: { Length: > 0 } path } spikes } activity) return spec;
        return path.Contains('\0') || Path.IsPathRooted(path) ? spec : spec.With(activity with { Spikes = spikes with { Path = Path.Combine(folder, path) } });
    }

    /// <summary>The spec with what its files hold, or itself.</summary>
    /// <exception cref="SpecException">A file cannot be used.</exception>
    public static Spec Kept(Spec spec)
    {
        if (spec.Find<Behavior>() is { Arena: BehaviorArena.File, Path: { Length: > 0 } track, Kept: null } behavior)
            spec = spec.With(behavior with { Path = Path.GetFileName(track), Kept = BehaviorFile.ToText(BehaviorFile.Read(track, spec.Acquisition.NFrames() / spec.Acquisition.Fps)) });
        if (spec.Find<CellActivity>() is not { Process: SpikeProcess.File, Spikes: { Path: { } path, Kept: null } spikes } activity) return spec;
        try
        {
            var content = SpikeFileReader.Read(spikes, activity.Grid(spec.Acquisition), activity.MostUnits(spec));
            return spec.With(activity with { Spikes = spikes with { Path = Path.GetFileName(path), Sha256 = content.Sha256, KeptHz = activity.SpikeSimHz, Kept = content.Spikes.ToText() } });
        }
        catch (SpikeFileException e)
        {
            throw new SpecException([e.ToProblem(activity.PathIn(spec), spikes)]);
        }
    }
}
