using System.Runtime.InteropServices;

namespace Minisim.Native;

public static unsafe partial class Exports
{
    /// <summary>Compiles a spec: the truth is complete, and frames are rendered when asked for.</summary>
    /// <param name="spec">A spec.</param>
    /// <param name="until">Step or stage after which the chain stops; null = the whole chain.</param>
    /// <param name="run">Threads, token, progress; null = the defaults.</param>
    /// <param name="outScene">Receives a scene handle.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_compile")]
    public static int Compile(ulong spec, byte* until, RunOptions* run, ulong* outScene, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outScene, "out_scene");
        using var use = Handles.Get<Spec>(spec, "spec");
        using var running = new Run(run);
        var stop = Abi.Text(until, "until");
        *outScene = Handles.Open(new SceneHandle(Simulator.Compile(use.Value, running.Options(stop), cancellation: running.Cancellation), stop));
    });

    /// <summary>A scene as JSON: frames, height, width, dtype, stages (name, height, width, dtype float32), until, cells placed,
    /// warnings.</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_scene_info")]
    public static int SceneInfo(ulong scene, byte** outJson, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outJson, "out_json");
        using var use = Handles.Get<SceneHandle>(scene, "scene");
        *outJson = Abi.Give(SceneText.Info(use.Value.Scene));
    });

    /// <summary>Renders the whole movie, and the snapshots that the spec keeps, into the caller's memory.</summary>
    /// <param name="scene">A scene.</param>
    /// <param name="count">How many of the following there are.</param>
    /// <param name="stages">Names of snapshots; null for the movie itself.</param>
    /// <param name="targets">Memory for each, (frame, height, width), row-major.</param>
    /// <param name="bytes">Its size, which must be exact.</param>
    /// <param name="run">Threads, token, progress; null = the defaults.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_scene_render")]
    public static int RenderScene(ulong scene, int count, byte** stages, void** targets, long* bytes, RunOptions* run, byte** error) => Abi.Call(error, () =>
    {
        if (count < 0) throw new ArgumentException($"count = {count}: must not be negative");
        if (count > 0)
        {
            Abi.Need(stages, "stages");
            Abi.Need(targets, "targets");
            Abi.Need(bytes, "bytes");
        }
        using var use = Handles.Get<SceneHandle>(scene, "scene");
        using var running = new Run(run);
        var memory = new Dictionary<string, (nint, long)>();
        for (var i = 0; i < count; i++)
        {
            Abi.Need(targets[i], "a target");
            memory[Abi.Text(stages[i], "stages") ?? ""] = ((nint)targets[i], bytes[i]);
        }
        using var sink = new CallerMemorySink(memory);
        use.Value.Scene.RenderTo([sink], running.Options(), running.Cancellation);
    });

    /// <summary>Renders some frames of the movie or of any stage into the caller's memory. Any order, any thread; the bytes are those of the
    /// whole movie.</summary>
    /// <param name="scene">A scene.</param>
    /// <param name="stage">Name of a stage; null = the movie. A stage is compiled when it is first asked for.</param>
    /// <param name="first">First frame.</param>
    /// <param name="count">How many.</param>
    /// <param name="target">Memory (frame, height, width), row-major, in the movie's type; float32 for a stage before the sensor.</param>
    /// <param name="bytes">Its size, which must be exact.</param>
    /// <param name="run">Threads, token, progress; null = the defaults.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_scene_frames")]
    public static int SceneFrames(ulong scene, byte* stage, long first, long count, void* target, long bytes, RunOptions* run, byte** error) => Abi.Call(error, () =>
    {
        using var use = Handles.Get<SceneHandle>(scene, "scene");
        using var running = new Run(run);
        FrameRange.Render(use.Value.Stage(Abi.Text(stage, "stage"), running), first, count, (byte*)target, bytes, running);
    });

    /// <summary>The truth of a scene.</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_scene_truth")]
    public static int SceneTruth(ulong scene, ulong* outTruth, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outTruth, "out_truth");
        using var use = Handles.Get<SceneHandle>(scene, "scene");
        *outTruth = Handles.Open(new TruthHandle(use.Value.Scene.Truth));
    });

    /// <summary>Renders a scene into files, all fed by one rendering, in memory that does not grow with the number of frames.</summary>
    /// <param name="scene">A scene.</param>
    /// <param name="outputs">JSON list of objects: path; and where the defaults will not do format, overwrite, range ([low, high]), mscam.</param>
    /// <param name="run">Threads, token, progress; null = the defaults.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_scene_write")]
    public static int WriteScene(ulong scene, byte* outputs, RunOptions* run, byte** error) => Abi.Call(error, () =>
    {
        using var use = Handles.Get<SceneHandle>(scene, "scene");
        using var running = new Run(run);
        using var sinks = Outputs.Parse(Abi.Required(outputs, "outputs"));
        use.Value.Scene.RenderTo(sinks.All, running.Options(), running.Cancellation);
    });

    /// <summary>Opens a recording: Zarr, of this product or of the reference package, HDF5 and NWB with their truth, and the movies of the other formats
    /// that are read back. Counts come in the sensor's type, whatever type the file keeps them in.</summary>
    /// <param name="path">Path, UTF-8.</param>
    /// <param name="options">JSON object or null: format (a name in minisim_formats, where the name of the file does not say it), max_memory (bytes that
    /// the file may claim).</param>
    /// <param name="outRecording">Receives a recording handle.</param>
    /// <param name="outWarnings">Receives a JSON list of what is odd about it; may be null.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_recording_open")]
    public static int OpenRecording(byte* path, byte* options, ulong* outRecording, byte** outWarnings, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outRecording, "out_recording");
        var how = JsonOptions.Parse(Abi.Text(options, "options"), "format", "max_memory");
        using var budget = how.Budget();
        var recording = Minisim.Formats.SensorCounts.Of(Minisim.Formats.RecordingFormats.OpenRecording(Abi.Required(path, "path"), how.Text("format")));
        if (outWarnings is not null) *outWarnings = Abi.Give(Json.Problems(recording.Warnings));
        *outRecording = Handles.Open(new RecordingHandle(recording));
    });

    /// <summary>A recording as JSON: frames, height, width, dtype, stages (the snapshots in it), cells in view, until (where its chain was
    /// stopped), movie_only (nothing else is known, and the spec says no more than size and rate).</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_recording_info")]
    public static int RecordingInfo(ulong recording, byte** outJson, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outJson, "out_json");
        using var use = Handles.Get<RecordingHandle>(recording, "recording");
        *outJson = Abi.Give(SceneText.Info(use.Value.Recording));
    });

    /// <summary>The spec of a recording.</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_recording_spec")]
    public static int RecordingSpec(ulong recording, ulong* outSpec, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outSpec, "out_spec");
        using var use = Handles.Get<RecordingHandle>(recording, "recording");
        *outSpec = Handles.Open(use.Value.Recording.Spec);
    });

    /// <summary>The truth of a recording.</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_recording_truth")]
    public static int RecordingTruth(ulong recording, ulong* outTruth, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outTruth, "out_truth");
        using var use = Handles.Get<RecordingHandle>(recording, "recording");
        *outTruth = Handles.Open(new TruthHandle(use.Value.Recording.Truth));
    });

    /// <summary>Reads some frames of a recording's movie or of a snapshot into the caller's memory.</summary>
    /// <param name="recording">A recording.</param>
    /// <param name="stage">Name of a snapshot; null = the movie.</param>
    /// <param name="first">First frame.</param>
    /// <param name="count">How many.</param>
    /// <param name="target">Memory (frame, height, width), row-major, in the movie's type.</param>
    /// <param name="bytes">Its size, which must be exact.</param>
    /// <param name="run">Threads, token, progress; null = the defaults.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_recording_frames")]
    public static int RecordingFrames(ulong recording, byte* stage, long first, long count, void* target, long bytes, RunOptions* run, byte** error) => Abi.Call(error, () =>
    {
        using var use = Handles.Get<RecordingHandle>(recording, "recording");
        using var running = new Run(run);
        var name = Abi.Text(stage, "stage");
        var all = use.Value.Recording;
        var movie = string.IsNullOrEmpty(name) ? all.Observed
            : all.Snapshots.TryGetValue(name, out var snapshot) ? snapshot
            : throw new ArgumentException($"the recording has no snapshot \"{name}\"{(all.Snapshots.Count == 0 ? "" : $"; it has {string.Join(", ", all.Snapshots.Keys)}")}");
        FrameRange.Read(movie, first, count, (byte*)target, bytes, running);
    });

    /// <summary>Copies a recording into files, all fed by one reading. Outputs as in minisim_scene_write.</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_recording_export")]
    public static int ExportRecording(ulong recording, byte* outputs, RunOptions* run, byte** error) => Abi.Call(error, () =>
    {
        using var use = Handles.Get<RecordingHandle>(recording, "recording");
        using var running = new Run(run);
        using var sinks = Outputs.Parse(Abi.Required(outputs, "outputs"));
        Minisim.Formats.RecordingExport.Run(use.Value.Recording, sinks.All, running.Options(), running.Cancellation);
    });

    /// <summary>A picture of a scene or a recording as PNG.</summary>
    /// <param name="source">A scene or a recording.</param>
    /// <param name="options">JSON object or null: figure (overview, contact, projection, footprints, traces), title, scale (0.25 to 8),
    /// traces (0 to 48), max_reads.</param>
    /// <param name="outPng">Receives the bytes of the file; minisim_free.</param>
    /// <param name="outLength">Receives how many there are.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_preview")]
    public static int Preview(ulong source, byte* options, void** outPng, long* outLength, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outPng, "out_png");
        Abi.Need(outLength, "out_length");
        using var use = Handles.Get<object>(source, "source");
        var png = SceneText.Preview(Sources.Recording(use.Value), JsonOptions.Parse(Abi.Text(options, "options"), "figure", "title", "scale", "traces", "max_reads"));
        *outLength = png.Length;
        *outPng = Abi.Give(png);
    });
}
