using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Minisim.Presets;
using Minisim.Steps;
using Minisim.Studio.Lessons;
using Minisim.Studio.Stream;
using Minisim.Studio.Views;
using Minisim.Studio.Work;

namespace Minisim.Studio.Http;

/// <summary>Every address of the server, and who answers there.</summary>
internal sealed class Requests
{
    private readonly StudioOptions _options;
    private readonly RootFolder _root;
    private readonly Access _access;
    private readonly CancellationToken _stop;
    private readonly Dictionary<(string Method, string Path), Func<HttpContext, Task>> _routes;
    private readonly Jobs _jobs;
    private readonly Scores _scores;
    private readonly Reports _reports;
    private readonly LessonFiles _lessons;
    private readonly LiveStage _live;
    private int _sockets;

    public Requests(StudioOptions options, RootFolder root, Access access, LiveStage live, CancellationToken stop)
    {
        (_options, _root, _access, _live, _stop) = (options, root, access, live, stop);
        _jobs = new(root, options.ResolvedMemoryLimit, stop);
        _reports = new(root);
        _scores = new(root, _reports);
        _lessons = new(root);
        _routes = new()
        {
            [("GET", "/api/start")] = c => Replies.Json(c, Start()),
            [("GET", "/api/schema")] = c => Replies.Json(c, JsonNode.Parse(SpecSchema.Write())!),
            [("POST", "/api/preset")] = PresetSpec,
            [("POST", "/api/check")] = Check,
            [("GET", "/api/files")] = c => Replies.Json(c, Files(c)),
            [("GET", "/api/socket")] = Socket,
            [("GET", "/api/jobs")] = c => Replies.Json(c, new JsonObject { ["jobs"] = _jobs.Report() }),
            [("POST", "/api/jobs")] = async c => await Replies.Json(c, _jobs.Start(await Replies.Body(c))),
            [("DELETE", "/api/jobs")] = c => Replies.Json(c, _jobs.Cancel(c.Request.Query["id"].ToString())),
            [("POST", "/api/score")] = async c => await Replies.Json(c, await _scores.Score(await Replies.Body(c), c.RequestAborted)),
            [("POST", "/api/report")] = async c => await Replies.Json(c, await _reports.Open(await Replies.Body(c), c.RequestAborted)),
            [("PUT", "/api/upload")] = async c => await Replies.Json(c, new JsonObject { ["bytes"] = await Uploads.Take(c, _root, _options.MaxUploadBytes) }),
            [("GET", "/api/lessons")] = c => Replies.Json(c, _lessons.Report()),
            [("GET", "/api/lesson")] = c => Replies.Json(c, _lessons.Find(c.Request.Query["id"].ToString()).Report()),
            [("GET", "/api/stream")] = c => Replies.Json(c, _live.Report(_access)),
            [("POST", "/api/stream")] = async c => await Replies.Json(c, await _live.Begin(await Replies.Body(c), _options.ResolvedMemoryLimit, _access)),
            [("DELETE", "/api/stream")] = c => Replies.Json(c, _live.End(_access)),
            [("GET", "/stream/mjpeg")] = c => _live.Send(c, LiveFormats.JpegType, LiveFormats.WriteJpegAsync),
            [("GET", "/stream/raw")] = c => _live.Send(c, "application/octet-stream", (source, to, stop) => LiveFormats.WriteRawAsync(source, to, true, false, null, stop)),
            [("GET", "/stream/truth")] = c => _live.Send(c, "application/jsonl; charset=utf-8", LiveFormats.WriteTruthAsync),
        };
    }

    public async Task Handle(HttpContext context)
    {
        try
        {
            var path = context.Request.Path.Value ?? "/";
            var isReport = HttpMethods.IsGet(context.Request.Method) && path.StartsWith(Reports.Place, StringComparison.Ordinal);
            // Who has a report's address needs no token.
            if (!_access.Admit(context, isReport && _reports.Knows(context.Request.Path))) return;
            if (isReport) await _reports.Send(context);
            else if (_routes.TryGetValue((context.Request.Method, path), out var route)) await route(context);
            else if (_routes.Keys.Any(k => k.Path == path)) throw new StudioError(StatusCodes.Status405MethodNotAllowed, "That is not done this way.");
            else if (HttpMethods.IsGet(context.Request.Method)) await FrontEnd.Send(context, path);
            else throw new StudioError(StatusCodes.Status404NotFound, "There is nothing at this address.");
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested || e is OperationCanceledException)
        {
            // Nobody waits for an answer.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            var (status, body) = Replies.Of(e);
            if (context.Request.Path.StartsWithSegments("/api")) await Replies.Json(context, body, status);
            else
            {
                context.Response.StatusCode = status;
                context.Response.ContentType = "text/plain; charset=utf-8";
                await context.Response.WriteAsync(body["error"]!.GetValue<string>() + "\n", context.RequestAborted);
            }
        }
    }

    private JsonObject Start()
    {
        var kind = _options.Open is { } open ? KindOf(_root, open) : null;
        var spec = kind == "spec" ? JsonNode.Parse(SpecJson.Write(SpecJson.Load(_root.Resolve(_options.Open)), indented: false)) : null;
        return new JsonObject
        {
            ["version"] = Engine.Version,
            ["model"] = Engine.ModelVersion,
            ["root"] = _root.FullPath,
            ["openSpec"] = spec,
            ["openRecording"] = kind == "recording" ? _options.Open : null,
            ["openReport"] = kind is "study" or "page" ? _options.Open : null,
            ["scopes"] = new JsonArray([.. Scopes.All.Select(s => (JsonNode)new JsonObject { ["name"] = s.Name, ["description"] = s.Description })]),
            ["regions"] = new JsonArray([.. Regions.All.Select(r => (JsonNode)new JsonObject { ["name"] = r.Name, ["description"] = r.Description })]),
            ["indicators"] = new JsonArray([.. IndicatorPresets.All.Select(i => (JsonNode)new JsonObject { ["name"] = i.Text, ["description"] = Words(i), ["evidence"] = $"{char.ToUpperInvariant(i.Evidence[0])}{i.Evidence[1..]}." })]),
            ["formats"] = new JsonArray([.. Formats.RecordingFormats.All.Select(f => (JsonNode)new JsonObject
            {
                ["name"] = f.Name,
                ["description"] = f.Description,
                ["extension"] = f.Extensions.Count > 0 ? f.Extensions[0] : "/",
                ["hasTruth"] = f.Contents.HasFlag(Formats.FormatContents.Truth),
            })]),
            ["stages"] = new JsonArray([.. StepCatalog.Kinds.Select(k => (JsonNode)new JsonObject { ["step"] = k.Kind, ["stage"] = k.Stage })]),
        };
    }

    private static string Words(IndicatorPreset indicator)
    {
        var p = indicator.InVivo;
        return FormattableString.Invariant($"A spike: {100 * p.Dff1Ap:0.#} % ΔF/F, peak after {1000 * p.TimeToPeakS():0} ms; at rest {p.RelativeF0:0.##} times as bright as GCaMP6s.");
    }

    /// <summary>What a path names, by its name and by what lies in it: recording, study, folder, spec, page or file.</summary>
    public static string KindOf(RootFolder root, string path)
    {
        var full = root.Resolve(path);
        bool Ends(string extension) => full.EndsWith(extension, StringComparison.OrdinalIgnoreCase);
        if (Directory.Exists(full)) return Ends(".zarr") || File.Exists(Path.Combine(full, ".zgroup")) ? "recording" : Reports.IsStudy(full) ? "study" : "folder";
        return Ends(".zarr") ? "recording" : Ends(".json") ? "spec" : Ends(".html") ? "page" : "file";
    }

    private async Task PresetSpec(HttpContext context)
    {
        var body = await Replies.Body(context);
        var scope = Scopes.Find(body.Text("scope") ?? "") ?? throw new StudioError(StatusCodes.Status400BadRequest, $"\"scope\" must be one of {string.Join(", ", Scopes.All.Select(s => s.Name))}.");
        var region = Regions.Find(body.Text("region") ?? "") ?? throw new StudioError(StatusCodes.Status400BadRequest, $"\"region\" must be one of {string.Join(", ", Regions.All.Select(r => r.Name))}.");
        List<Step> extra = [];
        if (body.Flag("motion")) extra.Add(new BrainMotion());
        if (body.Flag("bleaching")) extra.Add(new Bleaching());
        var spec = Preset.Create(scope, region, new PresetOptions { DurationS = body.Number("duration_s") ?? 30, Fps = body.Number("fps") ?? 20, Seed = body.Int("seed", 0, int.MaxValue, 0), Extra = [.. extra] });
        if (body["indicator"] is not null)
        {
            var indicator = IndicatorPresets.All.FirstOrDefault(i => i.Text == body.Text("indicator")) ?? throw new StudioError(StatusCodes.Status400BadRequest, $"\"indicator\" must be one of {string.Join(", ", IndicatorPresets.All.Select(i => i.Text))}.");
            spec = spec.With((spec.Find<CellActivity>() ?? new CellActivity()) with { Indicator = new Indicator { Name = indicator.Name } }).Validated();
        }
        await Replies.Json(context, JsonNode.Parse(SpecJson.Write(spec, indented: false))!);
    }

    /// <summary>Every problem of a spec, and the spec as the library writes it if it is sound.</summary>
    private static async Task Check(HttpContext context)
    {
        var body = await Replies.Body(context);
        try
        {
            var spec = body.Spec();
            await Replies.Json(context, new JsonObject
            {
                ["spec"] = JsonNode.Parse(SpecJson.Write(spec, indented: false)),
                ["problems"] = Replies.Problems(SpecValidator.Check(spec)),
            });
        }
        catch (SpecException e)
        {
            await Replies.Json(context, new JsonObject { ["spec"] = null, ["problems"] = Replies.Problems(e.Problems) });
        }
    }

    private JsonObject Files(HttpContext context)
    {
        var folder = context.Request.Query["folder"].ToString();
        return new JsonObject
        {
            ["folder"] = folder,
            ["entries"] = new JsonArray([.. _root.List(folder).Select(e => (JsonNode)new JsonObject
            {
                ["name"] = e.Name,
                ["kind"] = KindOf(_root, folder.Length == 0 ? e.Name : $"{folder}/{e.Name}"),
                ["bytes"] = e.Bytes,
            })]),
        };
    }

    private async Task Socket(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest) throw new StudioError(StatusCodes.Status426UpgradeRequired, "This address is for the page's socket.");
        if (Interlocked.Increment(ref _sockets) > _options.MaxSockets)
        {
            Interlocked.Decrement(ref _sockets);
            throw new StudioError(StatusCodes.Status503ServiceUnavailable, $"{_options.MaxSockets} pages are connected already: close one.");
        }
        try
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            using var page = new StudioSocket(socket, _root, _options.ResolvedMemoryLimit, _stop);
            await page.RunAsync();
        }
        finally
        {
            Interlocked.Decrement(ref _sockets);
        }
    }
}
