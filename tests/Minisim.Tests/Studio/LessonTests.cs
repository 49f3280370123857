using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Minisim.Steps;
using Minisim.Studio.Http;
using Minisim.Studio.Lessons;

namespace Minisim.Tests.Studio;

public class LessonTests
{
    public static TheoryData<string> Ids => [.. new LessonFiles(null).All().Select(l => l.Id)];

    private static Lesson Lesson(string id) => new LessonFiles(null).Find(id);

    [Fact]
    public void There_are_six_in_order() =>
        Assert.Equal(["anatomy", "roi", "score", "focus", "noise", "motion"], new LessonFiles(null).All().Select(l => l.Id));

    [Theory, MemberData(nameof(Ids))]
    public void Every_live_view_has_a_sound_spec_and_controls_that_are_in_it(string id)
    {
        var views = Lesson(id).Views();
        Assert.NotEmpty(views);
        foreach (var view in views)
        {
            Assert.DoesNotContain(SpecValidator.Check(view.A), p => !p.IsWarning);
            var json = JsonNode.Parse(SpecJson.Write(view.B ?? view.A))!;
            foreach (var control in view.Controls)
                // Setting a parameter to what it is finds out whether there is one.
                Assert.Equal(view.B ?? view.A, SpecJson.With(view.B ?? view.A, control, At(json, control)));
            if (view.Stage is { } stage) Assert.Contains(view.A.Steps.Concat(view.B?.Steps ?? []), s => StepCatalog.Of(s).Stage == stage);
        }
    }

    [Theory, MemberData(nameof(Ids))]
    public void Every_number_that_a_lesson_states_is_what_the_library_gives(string id)
    {
        var lesson = Lesson(id);
        var views = lesson.Views();
        List<string> wrong = [];
        foreach (var group in lesson.Claims().GroupBy(c => (c.View, IsB: c.Measure.StartsWith("b.", StringComparison.Ordinal))))
        {
            var view = views[group.Key.View];
            using var measures = new LessonMeasures(group.Key.IsB ? view.B! : view.A);
            foreach (var claim in group)
            {
                var value = measures.Of(group.Key.IsB ? claim.Measure[2..] : claim.Measure);
                if (!(Math.Abs(value - claim.Value) <= claim.Tolerance)) wrong.Add(FormattableString.Invariant($"{id}, view {claim.View + 1}, {claim.Measure}: the lesson says {claim.Value} ± {claim.Tolerance:g3}, it is {value:g5}"));
            }
        }
        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    [Theory, MemberData(nameof(Ids))]
    public void No_number_stands_in_a_lesson_without_being_asserted(string id)
    {
        var prose = Regex.Replace(Lesson(id).Unclaimed(), @"Miniscope V4|CA1", "");
        Assert.DoesNotMatch(@"\d", prose);
    }

    [Fact]
    public async Task A_teacher_s_lesson_in_the_folder_is_served_and_a_broken_one_says_where()
    {
        await using var studio = await TestStudio.Start();
        Directory.CreateDirectory(studio.InRoot("lessons"));
        File.WriteAllText(studio.InRoot("lessons/mine.md"), "---\ntitle: Mine\nquestion: Why?\norder: 0\n---\nLook:\n\n```view\n{ \"set\": { \"acquisition.optics.na\": 0.4 }, \"controls\": [\"acquisition.optics.na\"] }\n```\n\n```answer\nThus.\n```\n");
        var list = JsonNode.Parse(await studio.Http.GetStringAsync("api/lessons"))!;
        Assert.Equal("mine", (string?)list["lessons"]![0]!["id"]);
        var mine = JsonNode.Parse(await studio.Http.GetStringAsync("api/lesson?id=mine"))!;
        Assert.Equal(0.4, (double)mine["parts"]![1]!["view"]!["a"]!["acquisition"]!["optics"]!["na"]!);
        Assert.True((bool)mine["parts"]![2]!["answer"]!);

        File.WriteAllText(studio.InRoot("lessons/mine.md"), "---\ntitle: Mine\nquestion: Why?\n---\nLook:\n```view\n{}\n");
        using var broken = await studio.Http.GetAsync("api/lesson?id=mine");
        Assert.Equal(422, (int)broken.StatusCode);
        Assert.Equal("lessons/mine.md, line 6: the block ```view does not end.", (string?)JsonNode.Parse(await broken.Content.ReadAsStringAsync())!["error"]);
    }

    [Theory]
    [InlineData("\"frame\": 200", "lessons/mine.md: mine, view 1: \"frame\" must be a whole number from 0 to 199.")]
    [InlineData("\"frame\": \"last\"", "lessons/mine.md: mine, view 1: \"frame\" must be a whole number from 0 to 199.")]
    [InlineData("\"limits\": \"mine\"", "lessons/mine.md: mine, view 1: \"limits\" must be \"same\" or \"own\".")]
    [InlineData("\"frame\": 199, \"limits\": \"own\"", null)]
    public async Task A_view_begins_with_a_frame_that_there_is_and_has_limits_that_there_are(string words, string? error)
    {
        await using var studio = await TestStudio.Start();
        Directory.CreateDirectory(studio.InRoot("lessons"));
        File.WriteAllText(studio.InRoot("lessons/mine.md"), $"---\ntitle: t\nquestion: q\n---\n```view\n{{ {words} }}\n```\n");
        var mine = JsonNode.Parse(await studio.Http.GetStringAsync("api/lessons"))!["lessons"]!.AsArray().Single(l => (string?)l!["id"] == "mine")!;
        Assert.Equal(error?.Replace("lessons/mine.md: ", ""), (string?)mine["error"]);
    }

    [Fact]
    public void The_lesson_to_begin_with_is_that_of_the_docs_and_opens()
    {
        var text = File.ReadAllText(Path.Combine(ArchitectureTests.Root(), "studio", "lesson.md"));
        Assert.Contains("````text\n" + text + "````", File.ReadAllText(Path.Combine(ArchitectureTests.Root(), "docs", "studio.md")));
        var lesson = Minisim.Studio.Lessons.Lesson.Parse("lesson", text);
        Assert.NotEmpty(lesson.Title);
        Assert.Equal(["text", "view", "answer"], lesson.Parts.Select(p => p.Kind));
        var view = Assert.Single(lesson.Views());
        Assert.DoesNotContain(SpecValidator.Check(view.A).Concat(SpecValidator.Check(view.B!)), p => !p.IsWarning);
    }

    [Fact]
    public async Task One_broken_lesson_leaves_the_others_usable_and_stands_in_the_list_with_what_is_wrong()
    {
        await using var studio = await TestStudio.Start();
        Directory.CreateDirectory(studio.InRoot("lessons"));
        File.WriteAllText(studio.InRoot("lessons/draft.md"), "no head");
        File.WriteAllText(studio.InRoot("lessons/typo.md"), "---\ntitle: t\nquestion: q\n---\n```view\n{ \"set\": { \"acquisition.optics.nna\": 0.4 } }\n```\n");
        var list = JsonNode.Parse(await studio.Http.GetStringAsync("api/lessons"))!["lessons"]!.AsArray();
        Assert.Equal(8, list.Count);
        Assert.Equal(2, list.Count(l => l!["error"] is not null));
        Assert.Contains("lessons/draft.md, line 1", (string?)list.Single(l => (string?)l!["id"] == "draft")!["error"]);
        Assert.Contains("nna", (string?)list.Single(l => (string?)l!["id"] == "typo")!["error"]);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await studio.Http.GetAsync("api/lesson?id=focus")).StatusCode);
    }

    [Fact]
    public void A_claim_is_held_to_half_a_unit_of_its_last_digit()
    {
        var lesson = Studio_Lesson("{{a = 0.30}} {{b.c = 12}} {{d = 5 ± 2}}");
        Assert.Equal([("a", 0.3, 0.005), ("b.c", 12, 0.5), ("d", 5, 2)], lesson.Claims().Select(c => (c.Measure, c.Value, Math.Round(c.Tolerance, 6))));
        Assert.Throws<StudioError>(() => Minisim.Studio.Lessons.Lesson.Parse("x", "no head"));
    }

    private static Lesson Studio_Lesson(string text) => Minisim.Studio.Lessons.Lesson.Parse("x", $"---\ntitle: t\nquestion: q\n---\n{text}\n");

    private static string At(JsonNode spec, string path)
    {
        var at = spec;
        foreach (var part in Regex.Split(path, @"\.|(?=\[)"))
            at = part.StartsWith('[') ? at![int.Parse(part.Trim('[', ']'))]
                : at is JsonArray steps ? steps.First(s => (string?)s!["kind"] == part)
                : at![part];
        return at?.ToJsonString() ?? "null";
    }
}
