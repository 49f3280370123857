using System.Text.RegularExpressions;
using Minisim.Steps;

namespace Minisim.Tests.Json;

public partial class SpecDocsTests
{
    [GeneratedRegex("`([^`]*)`")]
    private static partial Regex Code();

    [GeneratedRegex("^[a-z0-9]+(_[a-z0-9]+)+$")]
    private static partial Regex SnakeCase();

    [Fact]
    public void Fields_that_are_named_in_texts_go_by_their_names_in_JSON()
    {
        var names = SpecTopic.All.Where(t => t.Field is not null).Select(t => t.Field!.Name).Concat(StepCatalog.Kinds.Select(k => k.Kind)).ToHashSet();
        var named = SpecTopic.All.SelectMany(t => Code().Matches($"{t.Summary} {t.Remarks}")).Select(m => m.Groups[1].Value).ToArray();
        Assert.Contains("max_shift_um", SpecDocs.Of(typeof(BrainMotion), nameof(BrainMotion.MarginPx)).Summary);
        Assert.Contains("populations", named);
        Assert.All(named.Where(n => SnakeCase().IsMatch(n)), n => Assert.Contains(n, names));
        // Names in code, as a cref would have them, have no meaning to who writes JSON.
        Assert.All(SpecTopic.All.Where(t => t.Field is not null), t => Assert.DoesNotMatch("[A-Z][a-z]+(Um|Px|Hz|Nm)\\b", t.Summary));
    }

    [Fact]
    public void A_comment_that_points_to_another_has_its_text() =>
        Assert.Equal(("Cells per mm³.", ""), SpecDocs.Of(typeof(PlaceNeurons), nameof(PlaceNeurons.DensityPerMm3)));

    [Fact]
    public void The_maths_of_a_step_and_its_sources_are_there_too()
    {
        Assert.StartsWith("Murray's law", SpecDocs.Of(typeof(Vasculature), "MurrayChildren").Summary);
        Assert.Contains("Murray 1926", SpecDocs.Of(typeof(Vasculature), "MurrayChildren").Remarks);
        Assert.Contains("Al-Juboori", SpecDocs.Of(typeof(Tissue)).Remarks);
    }

    [Fact]
    public void Every_step_is_described_by_a_sentence() =>
        Assert.All(StepCatalog.Kinds, k => Assert.EndsWith(".", SpecDocs.Of(k.Type).Summary));
}
