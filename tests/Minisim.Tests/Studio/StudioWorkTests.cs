using System.Net;
using System.Text.Json.Nodes;
using Minisim.Formats.Numpy;
using Minisim.Formats.Zarr;
using Minisim.Studies;

namespace Minisim.Tests.Studio;

public class StudioWorkTests
{
    private static async Task<JsonNode> Finish(TestStudio studio, int id)
    {
        for (var i = 0; i < 600; i++)
        {
            var job = JsonNode.Parse(await studio.Http.GetStringAsync("api/jobs"))!["jobs"]!.AsArray().First(j => (int)j!["id"]! == id)!;
            if ((string?)job["state"] is not ("waiting" or "running")) return job;
            await Task.Delay(100);
        }
        throw new TimeoutException("the recording did not end");
    }

    private static JsonObject Request(params string[] outputs) => new()
    {
        ["spec"] = TestStudio.Json(TestStudio.SmallSpec),
        ["outputs"] = new JsonArray([.. outputs.Select(o => (JsonNode)o)]),
    };

    [Fact]
    public async Task A_recording_is_written_as_the_command_writes_it_with_its_spec_and_the_command_line()
    {
        await using var studio = await TestStudio.Start();
        var request = Request("a.zarr", "a.avi");
        request["spec_file"] = "a.json";
        var (status, job) = await studio.Post("api/jobs", request);
        Assert.Equal(200, status);
        job = await Finish(studio, (int)job["id"]!);
        Assert.Equal("done", (string?)job["state"]);
        Assert.Equal("minisim simulate a.json -o a.zarr -o a.avi", (string?)job["command"]);
        using var recording = ZarrRecording.Open(studio.InRoot("a.zarr"));
        Assert.Equal(TestStudio.SmallSpec, recording.Spec);
        Assert.Equal(TestStudio.SmallSpec, SpecJson.Load(studio.InRoot("a.json")));
        using var expected = Simulator.Run(TestStudio.SmallSpec);
        float[] a = new float[96 * 128], b = new float[96 * 128];
        recording.Observed.ReadFrame(17, a);
        expected.Observed.ReadFrame(17, b);
        Assert.Equal(b, a);
        Assert.True(File.Exists(studio.InRoot("a.avi")));
    }

    [Fact]
    public async Task Nothing_is_replaced_unasked_and_nothing_is_written_outside()
    {
        await using var studio = await TestStudio.Start();
        File.WriteAllText(studio.InRoot("a.avi"), "mine");
        var (status, body) = await studio.Post("api/jobs", Request("a.avi"));
        Assert.Equal(409, status);
        Assert.Contains("a.avi exists", (string)body["error"]!);
        Assert.Equal("mine", File.ReadAllText(studio.InRoot("a.avi")));
        foreach (var path in new[] { "../b.avi", "/tmp/b.avi", ".", "x/../../b.avi" })
        {
            (status, _) = await studio.Post("api/jobs", Request(path));
            Assert.InRange(status, 400, 403);
        }
        (status, body) = await studio.Post("api/jobs", Request("nowhere/b.avi"));
        Assert.Equal(404, status);
        (status, _) = await studio.Post("api/jobs", Request("b.avi", "b.avi"));
        Assert.Equal(400, status);
        (status, body) = await studio.Post("api/jobs", Request("b.nothing"));
        Assert.Equal(422, status);
        Assert.Equal(["a.avi"], Directory.EnumerateFileSystemEntries(studio.InRoot("")).Select(Path.GetFileName));
        Assert.Equal(["root"], Directory.EnumerateFileSystemEntries(studio.Folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_cancelled_recording_leaves_nothing_a_reader_trusts_and_goes_on_when_asked_again()
    {
        await using var studio = await TestStudio.Start();
        var spec = TestStudio.SmallSpec with { Acquisition = TestStudio.SmallSpec.Acquisition with { DurationS = 2000 } };
        JsonObject Long() => new() { ["spec"] = TestStudio.Json(spec), ["outputs"] = new JsonArray("long.zarr") };
        var (_, job) = await studio.Post("api/jobs", Long());
        var id = (int)job["id"]!;
        for (var i = 0; i < 600; i++)
        {
            job = JsonNode.Parse(await studio.Http.GetStringAsync("api/jobs"))!["jobs"]![0]!;
            if ((long)job["frames_done"]! > 0 || (string?)job["state"] == "done") break;
            await Task.Delay(20);
        }
        (await studio.Http.DeleteAsync($"api/jobs?id={id}")).Dispose();
        job = await Finish(studio, id);
        Assert.Equal("stopped", (string?)job["state"]);
        Assert.False(Path.Exists(studio.InRoot("long.zarr")));
        (_, job) = await studio.Post("api/jobs", Long());
        job = await Finish(studio, (int)job["id"]!);
        Assert.Equal("done", (string?)job["state"]);
        using var recording = ZarrRecording.Open(studio.InRoot("long.zarr"));
        Assert.Equal(40_000, recording.Observed.Frames);
    }

    [Fact]
    public async Task Results_are_sent_scored_and_shown_as_the_command_does()
    {
        await using var studio = await TestStudio.Start();
        var (_, job) = await studio.Post("api/jobs", Request("a.zarr"));
        await Finish(studio, (int)job["id"]!);
        using var recording = ZarrRecording.Open(studio.InRoot("a.zarr"));
        var truth = recording.Truth.DetectableSubset();
        var file = Path.Combine(studio.Folder, "A.npz");
        using (var zip = System.IO.Compression.ZipFile.Open(file, System.IO.Compression.ZipArchiveMode.Create))
        using (var entry = zip.CreateEntry("A.npy").Open())
        {
            entry.Write(NpyHeader.Write("<f4", truth.NUnits, 96, 128));
            entry.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(truth.AObserved().AsSpan()));
        }
        using var body = new ByteArrayContent(File.ReadAllBytes(file));
        using (var sent = await studio.Http.PutAsync("api/upload?path=A.npz", body)) Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
        Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(studio.InRoot("A.npz")));
        using (var again = await studio.Http.PutAsync("api/upload?path=A.npz", new ByteArrayContent([1])))
            Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);

        var (status, result) = await studio.Post("api/score", new JsonObject { ["recording"] = "a.zarr", ["estimates"] = new JsonArray("A.npz") });
        Assert.Equal(200, status);
        Assert.Equal(1.0, (double)result["evaluations"]![0]!["recall"]!);
        Assert.Empty(result["evaluations"]![0]!["missed"]!.AsArray());
        // The numbers are those of the report below them, not the reference's.
        var headline = new Minisim.Metrics.Evaluator(recording.Truth, RecordingEvaluation.Facts(recording.Spec)).Evaluate(Minisim.Formats.Estimates.EstimateFile.Read(studio.InRoot("A.npz"), Minisim.Formats.Estimates.EstimateHints.For(recording)), new Minisim.Metrics.ScoreOptions()).Headline;
        Assert.Equal(headline.NTrue, (int)result["evaluations"]![0]!["n_true"]!);
        Assert.Equal(headline.NFound, (int)result["evaluations"]![0]!["n_found"]!);
        Assert.NotEqual(truth.NUnits, headline.NTrue);
        Assert.Equal(headline.Threshold, (double)result["evaluations"]![0]!["found_from"]!, 4);
        Assert.Equal(1.0, (double)result["evaluations"]![0]!["reference"]!["recall"]!);
        using var page = await studio.Http.GetAsync($"report/{(string)result["report"]!}/");
        Assert.Contains("<!doctype html>", await page.Content.ReadAsStringAsync());
        Assert.Contains("sandbox allow-scripts", page.Headers.GetValues("Content-Security-Policy").Single());

        (status, result) = await studio.Post("api/score", new JsonObject { ["recording"] = "a.zarr", ["estimates"] = new JsonArray("../A.npz") });
        Assert.Equal(403, status);
        (status, result) = await studio.Post("api/score", new JsonObject { ["recording"] = "A.npz", ["estimates"] = new JsonArray("A.npz") });
        Assert.Equal(422, status);
        Assert.DoesNotMatch("Exception|   at ", (string)result["error"]!);
    }

    [Fact]
    public async Task An_upload_that_is_too_large_or_breaks_off_leaves_nothing()
    {
        await using var studio = await TestStudio.Start(o => o with { MaxUploadBytes = 100_000 });
        using (var request = new HttpRequestMessage(HttpMethod.Put, "api/upload?path=x.npy") { Content = new ByteArrayContent(new byte[200_000]), Headers = { ExpectContinue = true } })
        using (var reply = await studio.Http.SendAsync(request))
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, reply.StatusCode);
        foreach (var path in new[] { "../x.npy", "/tmp/x.npy", "" })
            using (var reply = await studio.Http.PutAsync("api/upload?path=" + Uri.EscapeDataString(path), new ByteArrayContent([1, 2, 3])))
                Assert.InRange((int)reply.StatusCode, 400, 403);
        Assert.Empty(Directory.EnumerateFileSystemEntries(studio.InRoot("")));
        Assert.Equal(["root"], Directory.EnumerateFileSystemEntries(studio.Folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_page_in_the_folder_opens_without_any_right()
    {
        await using var studio = await TestStudio.Start();
        File.WriteAllText(studio.InRoot("report.html"), "<p>a study</p>");
        var (status, opened) = await studio.Post("api/report", new JsonObject { ["path"] = "report.html" });
        Assert.Equal(200, status);
        using var reply = await studio.Http.GetAsync($"report/{(string)opened["report"]!}/");
        Assert.Equal("<p>a study</p>", await reply.Content.ReadAsStringAsync());
        var policy = reply.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy);
        Assert.Contains("sandbox", policy);
        foreach (var path in new[] { "../report.html", "a.json", "none.html", "" })
        {
            (status, _) = await studio.Post("api/report", new JsonObject { ["path"] = path });
            Assert.InRange(status, 400, 404);
        }
    }

    [Fact]
    public async Task The_folder_of_a_study_opens_as_its_report_with_the_pages_of_its_scores()
    {
        await using var studio = await TestStudio.Start();
        SpecJson.Save(TestStudio.SmallSpec, studio.InRoot("spec.json"));
        File.WriteAllText(studio.InRoot("study.json"), """{ "base": "spec.json", "pipelines": { "right": { "builtin": "oracle" } }, "pages": true }""");
        StudyRunner.Run(Study.Load(studio.InRoot("study.json")), studio.InRoot("results"), new StudyRunOptions { CacheFolder = Path.Combine(studio.Folder, "cache") });
        var list = JsonNode.Parse(await studio.Http.GetStringAsync("api/files"))!["entries"]!.AsArray();
        Assert.Equal("study", (string?)list.Single(e => (string?)e!["name"] == "results")!["kind"]);
        var (status, opened) = await studio.Post("api/report", new JsonObject { ["path"] = "results" });
        Assert.True(status == 200, opened.ToString());
        var page = await studio.Http.GetStringAsync($"report/{(string)opened["report"]!}/");
        Assert.Contains("<h1>study</h1>", page);
        Assert.Contains("right", page);
        var pages = JsonNode.Parse(page.Split("type=\"application/json\">")[1].Split("</script>")[0])!;
        var one = Directory.EnumerateFiles(studio.InRoot("results"), "*.html", SearchOption.AllDirectories).First();
        Assert.StartsWith((string)pages["pages"]!, Path.GetRelativePath(studio.InRoot("results"), one).Replace('\\', '/'));
        Assert.Equal(File.ReadAllText(one), await studio.Http.GetStringAsync($"report/{(string)opened["report"]!}/{Path.GetRelativePath(studio.InRoot("results"), one)}"));
        // Nothing was written for it.
        Assert.False(File.Exists(studio.InRoot("results/report.html")));

        File.WriteAllText(studio.InRoot("results/study.json"), "{");
        (status, opened) = await studio.Post("api/report", new JsonObject { ["path"] = "results" });
        Assert.Equal(422, status);
        Assert.DoesNotMatch("Exception|   at ", (string)opened["error"]!);
    }

    [Theory]
    [InlineData("spec.json", "openSpec")]
    [InlineData("movie.zarr", "openRecording")]
    [InlineData("page.html", "openReport")]
    [InlineData("results", "openReport")]
    public async Task The_studio_opens_with_a_spec_a_recording_a_page_or_the_folder_of_a_study(string name, string what)
    {
        await using var studio = await TestStudio.Start(o =>
        {
            SpecJson.Save(TestStudio.SmallSpec, Path.Combine(o.Root, "spec.json"));
            Directory.CreateDirectory(Path.Combine(o.Root, "movie.zarr"));
            Directory.CreateDirectory(Path.Combine(o.Root, "results"));
            foreach (var part in new[] { "study.json", "plan.jsonl" }) File.WriteAllText(Path.Combine(o.Root, "results", part), "{}");
            File.WriteAllText(Path.Combine(o.Root, "page.html"), "");
            return o with { Open = name };
        });
        var start = JsonNode.Parse(await studio.Http.GetStringAsync("api/start"))!;
        foreach (var key in new[] { "openSpec", "openRecording", "openReport" }) Assert.Equal(key == what, start[key] is not null);
    }

    [Theory]
    [InlineData("none.json", "none.json: there is no such file or folder.")]
    [InlineData("notes.txt", "notes.txt is neither a spec (.json), a recording (.zarr), the folder of a study's results nor a page (.html).")]
    [InlineData("folder", "folder is neither")]
    [InlineData("../x.zarr", "../x.zarr lies outside")]
    public async Task What_the_studio_cannot_open_with_is_said_when_it_starts(string name, string message)
    {
        var error = await Assert.ThrowsAnyAsync<IOException>(() => TestStudio.Start(o =>
        {
            File.WriteAllText(Path.Combine(o.Root, "notes.txt"), "");
            Directory.CreateDirectory(Path.Combine(o.Root, "folder"));
            return o with { Open = name };
        }));
        Assert.StartsWith(message, error.Message);
    }

    [Fact]
    public async Task A_recording_in_a_file_is_seen_frame_by_frame()
    {
        await using var studio = await TestStudio.Start();
        var (_, job) = await studio.Post("api/jobs", Request("a.zarr"));
        await Finish(studio, (int)job["id"]!);
        await using var page = await studio.Connect();
        var shown = await page.Ask(new JsonObject { ["op"] = "open", ["id"] = 1, ["path"] = "a.zarr" });
        Assert.Equal("shown", (string?)shown["op"]);
        Assert.True((bool)shown["isFile"]!);
        using var recording = ZarrRecording.Open(studio.InRoot("a.zarr"));
        var expected = new byte[recording.Observed.Height * recording.Observed.Width * Minisim.Truth.PixelTypes.Bytes(recording.Observed.PixelType)];
        recording.Observed.Read(9, 1, expected);
        var message = await page.AskPixels(new JsonObject { ["op"] = "frames", ["id"] = 2, ["first"] = 9 });
        Assert.Equal(expected, message[32..]);
    }
}
