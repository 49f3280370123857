using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Minisim.Formats;
using Minisim.Rendering;
using Minisim.Studio.Http;
using Minisim.Studio.Views;

namespace Minisim.Studio.Work;

/// <summary>Recordings that are made on request: one at a time, each with its progress.</summary>
internal sealed class Jobs(RootFolder root, long memoryLimit, CancellationToken stop)
{
    private const int MostKept = 50, MostWaiting = 8;

    private readonly Lock _lock = new();
    private readonly List<Job> _jobs = [];
    private readonly SemaphoreSlim _turn = new(1);
    private int _next;

    /// <summary>Starts one: <c>{"spec", "outputs": ["a.zarr", …], "spec_file", "overwrite"}</c>; or <c>{"again": id}</c>, as that one was asked for: a recording
    /// that was stopped goes on from its finished chunks.</summary>
    /// <exception cref="StudioError">A path leads outside, exists, or is named twice; too much memory or too many wait; there is none to do again.</exception>
    public JsonObject Start(JsonObject request)
    {
        if (request.Number("again") is { } again) request = Find(again.ToString(System.Globalization.CultureInfo.InvariantCulture)).Request();
        var spec = request.Spec();
        Slot.CheckCost(spec, memoryLimit);
        if (request["outputs"] is not JsonArray { Count: > 0 and <= 10 } names) throw new StudioError(StatusCodes.Status400BadRequest, "Name at least one file to write, and at most ten.");
        var outputs = names.Select(n => n is JsonValue v && v.TryGetValue(out string? text) ? text! : throw new StudioError(StatusCodes.Status400BadRequest, "Files are named by text.")).ToArray();
        var overwrite = request.Flag("overwrite");
        // The name as it is written decides on the format: a slash at the end is a session folder.
        var targets = outputs.Select(o => root.Resolve(o) + (o.EndsWith('/') ? "/" : "")).ToArray();
        if (targets.Select(t => t.TrimEnd('/')).Distinct().Count() < targets.Length) throw new StudioError(StatusCodes.Status400BadRequest, "A file is named twice.");
        foreach (var (output, target) in outputs.Zip(targets))
        {
            if (target.TrimEnd('/') == root.FullPath) throw new StudioError(StatusCodes.Status400BadRequest, "Name a file inside the folder, not the folder itself.");
            if (Path.Exists(target.TrimEnd('/')) && !overwrite) throw new StudioError(StatusCodes.Status409Conflict, $"{output} exists. Choose another name, or allow it to be replaced.");
            if (Path.GetDirectoryName(target.TrimEnd('/')) is { } folder && !Directory.Exists(folder)) throw new StudioError(StatusCodes.Status404NotFound, $"{output}: there is no folder of that name. Make it first, or choose one that exists.");
        }
        string? specFile = request.Text("spec_file"), specPath = specFile is null ? null : root.Resolve(specFile);
        if (specPath is not null && File.Exists(specPath) && !overwrite && !SameSpec(specPath, spec)) throw new StudioError(StatusCodes.Status409Conflict, $"{specFile} exists and holds another spec. Choose another name, or allow it to be replaced.");
        var options = new FormatOptions { Overwrite = overwrite };
        var sinks = targets.Select(t => RecordingFormats.CreateSink(t, options)).ToArray();
        var job = new Job(Interlocked.Increment(ref _next), spec, outputs, specFile, overwrite, CancellationTokenSource.CreateLinkedTokenSource(stop));
        lock (_lock)
        {
            if (_jobs.Count(j => j.State is "waiting" or "running") >= MostWaiting) throw new StudioError(StatusCodes.Status429TooManyRequests, "Too many recordings wait already.");
            if (_jobs.Count >= MostKept) _jobs.RemoveAt(_jobs.FindIndex(j => j.State is not ("waiting" or "running")));
            _jobs.Add(job);
        }
        if (specPath is not null) SpecJson.Save(spec, specPath);
        _ = Task.Run(() => Run(job, sinks, targets), CancellationToken.None);
        return job.Report();
    }

    /// <summary>All jobs, newest first.</summary>
    public JsonArray Report()
    {
        lock (_lock) return new JsonArray([.. Enumerable.Reverse(_jobs).Select(j => (JsonNode)j.Report())]);
    }

    /// <summary>Stops one.</summary>
    /// <exception cref="StudioError">There is none of that number.</exception>
    public JsonObject Cancel(string id)
    {
        var job = Find(id);
        job.Cancel();
        return job.Report();
    }

    private Job Find(string id)
    {
        lock (_lock) return _jobs.FirstOrDefault(j => j.Id.ToString(System.Globalization.CultureInfo.InvariantCulture) == id) ?? throw new StudioError(StatusCodes.Status404NotFound, "There is no such recording in the list.");
    }

    private static bool SameSpec(string path, Spec spec)
    {
        try
        {
            return SpecJson.Load(path) == spec;
        }
        catch (SpecException)
        {
            return false;
        }
    }

    private async Task Run(Job job, IRecordingSink[] sinks, string[] targets)
    {
        try
        {
            try
            {
                await _turn.WaitAsync(job.Cancellation);
                try
                {
                    job.Begin();
                    var options = new SimulateOptions { Progress = job };
                    using var scene = Simulator.Compile(job.Spec, options, cancellation: job.Cancellation);
                    scene.RenderTo(sinks, options, job.Cancellation);
                }
                finally
                {
                    _turn.Release();
                }
            }
            finally
            {
                // Before the page hears that it ended: who goes on at once finds the names free.
                foreach (var sink in sinks) sink.Dispose();
            }
            job.End("done", null, targets.Sum(t => BytesOf(t.TrimEnd('/'))));
        }
        catch (OperationCanceledException)
        {
            job.End("stopped", job.Outputs.Any(o => o.EndsWith(".zarr", StringComparison.OrdinalIgnoreCase)) ? "Stopped. What is finished of it stays, to go on from." : "Stopped.", 0);
        }
        catch (Exception e)
        {
            job.End("failed", (string)Replies.Of(e).Body["error"]!, 0);
        }
    }

    private static long BytesOf(string path) => File.Exists(path) ? new FileInfo(path).Length
        : Directory.Exists(path) ? new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length) : 0;

    /// <summary>One recording in the making.</summary>
    private sealed class Job(int id, Spec spec, string[] outputs, string? specFile, bool overwrite, CancellationTokenSource cancel) : IProgress<SimulationProgress>
    {
        private readonly Stopwatch _clock = new();
        private long _done, _total = spec.Acquisition.NFrames(), _bytes;
        private string? _message;

        public int Id => id;
        public Spec Spec => spec;
        public string[] Outputs => outputs;
        public CancellationToken Cancellation { get; } = cancel.Token;
        public string State { get; private set; } = "waiting";

        /// <summary>What asks for the same once more.</summary>
        public JsonObject Request() => new() { ["spec"] = JsonNode.Parse(SpecJson.Write(spec, indented: false)), ["outputs"] = new JsonArray([.. outputs.Select(o => (JsonNode)o)]), ["spec_file"] = specFile, ["overwrite"] = overwrite };

        public void Begin()
        {
            State = "running";
            _clock.Start();
        }

        public void Report(SimulationProgress value)
        {
            Volatile.Write(ref _total, value.FramesTotal);
            // Told from several threads, not always in order.
            long seen;
            while ((seen = Volatile.Read(ref _done)) < value.FramesDone && Interlocked.CompareExchange(ref _done, value.FramesDone, seen) != seen) { }
        }

        public void Cancel()
        {
            if (State is "waiting" or "running") cancel.Cancel();
        }

        public void End(string state, string? message, long bytes)
        {
            _clock.Stop();
            (_message, _bytes, State) = (message, bytes, state);
        }

        public JsonObject Report()
        {
            long done = Volatile.Read(ref _done), total = Volatile.Read(ref _total);
            var seconds = _clock.Elapsed.TotalSeconds;
            return new JsonObject
            {
                ["id"] = id,
                ["state"] = State,
                ["outputs"] = new JsonArray([.. outputs.Select(o => (JsonNode)o)]),
                ["spec_file"] = specFile,
                ["frames_done"] = done,
                ["frames_total"] = total,
                ["seconds"] = Math.Round(seconds, 2),
                ["seconds_left"] = State == "running" && done > 0 ? Math.Round(seconds * (total - done) / done, 1) : null,
                ["bytes"] = _bytes,
                ["message"] = _message,
                ["command"] = $"minisim simulate {Quote(specFile ?? "spec.json")}{string.Concat(outputs.Select(o => " -o " + Quote(o)))}{(overwrite ? " --overwrite" : "")}",
            };
        }

        private static string Quote(string text) => text.All(c => char.IsLetterOrDigit(c) || "._-/+=@%".Contains(c)) ? text : $"'{text.Replace("'", "'\\''")}'";
    }
}
