using System.Collections;
using System.Runtime.CompilerServices;
using Minisim.Steps;

namespace Minisim;

/// <summary>Checks specs, those built in code included: ranges of single fields by their attributes, then the rules that
/// involve several, then whether the recording is of a size that a machine can make.</summary>
public static class SpecValidator
{
    /// <summary>Most frames of a recording: 29 days at 20 fps.</summary>
    public const long MaxFrames = 50_000_000;
    /// <summary>Most canvas pixels.</summary>
    public const long MaxCanvasPixels = 16384L * 16384;
    /// <summary>Most cells on the canvas.</summary>
    public const long MaxCells = 5_000_000;
    /// <summary>Most trace values (cells × frames): what one array of the truth can hold, 1,000 cells for 29 hours at 20 fps.</summary>
    /// <remarks>What a recording takes in memory is less: traces of long ones are not kept (<see cref="WorkEstimate"/>).</remarks>
    public const long MaxTraceValues = 0x7FFFFFC7;

    // A spec is immutable: what was found once holds for ever.
    private static readonly ConditionalWeakTable<Spec, IReadOnlyList<Problem>> Checked = [];

    /// <summary>All problems of a spec, errors and warnings; empty if there are none. Never throws on a bad spec.</summary>
    public static IReadOnlyList<Problem> Check(Spec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return Checked.GetValue(spec, static s => Check(s, _ => false));
    }

    /// <summary>Remembers what a reader has found in a spec.</summary>
    internal static void Remember(Spec spec, IReadOnlyList<Problem> problems) => Checked.AddOrUpdate(spec, problems);

    /// <summary>The same for a spec of which parts could not be read.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="isSuspect">Tells for "acquisition" or a step's kind whether it holds defaults in place of what could not be
    /// read.</param>
    internal static IReadOnlyList<Problem> Check(Spec spec, Func<string, bool> isSuspect)
    {
        var problems = new ProblemList();
        CheckRecord(spec, "", problems);
        if (spec.Acquisition is null || spec.Steps is null) return problems.Items;
        foreach (var repeated in spec.Steps.GroupBy(s => s.GetType()).Where(g => g.Count() > 1))
            problems.Error("steps", $"\"{StepCatalog.Of(repeated.First()).Kind}\"", "each kind at most once.", "Remove one of them.");

        var acquisitionHolds = !isSuspect("acquisition") && !HasErrorUnder("acquisition", problems);
        if (acquisitionHolds) CheckFrames(spec, problems);
        for (var i = 0; i < spec.Steps.Count && acquisitionHolds; i++)
        {
            var kind = StepCatalog.Of(spec.Steps[i]).Kind;
            if (!isSuspect(kind) && !HasErrorUnder(StepPath(i, kind), problems)) spec.Steps[i].Check(spec, problems);
        }
        CheckInputs(spec, isSuspect, problems);
        // Each rule as soon as what it reads holds, so that one problem does not hide another until it is mended.
        if (Holds("place_neurons", "brain_motion")) CheckSize(spec, problems);
        if (Holds("place_neurons", "brain_motion", "cell_activity")) CheckTraces(spec, problems);
        if (Holds("place_neurons", "optics")) CheckFocus(spec, problems);
        return problems.Items;

        bool Holds(params ReadOnlySpan<string> kinds)
        {
            if (!acquisitionHolds) return false;
            foreach (var kind in kinds)
                if (isSuspect(kind) || spec.Steps.Select((s, i) => (StepCatalog.Of(s).Kind, Index: i)).Any(s => s.Kind == kind && HasErrorUnder(StepPath(s.Index, kind), problems)))
                    return false;
            return true;
        }
    }

    /// <summary>JSON path of a step: <c>steps[1] (cell_activity)</c>.</summary>
    internal static string StepPath(int index, string kind) => FormattableString.Invariant($"steps[{index}] ({kind})");

    /// <summary>The first number that is not finite, or null.</summary>
    internal static Problem? FirstNonFinite(Spec spec)
    {
        var problems = new ProblemList();
        CheckRecord(spec, "", problems, finiteOnly: true);
        return problems.Items.Count > 0 ? problems.Items[0] : null;
    }

    private static bool HasErrorUnder(string path, ProblemList problems) =>
        problems.Items.Any(p => !p.IsWarning && p.Path.StartsWith(path, StringComparison.Ordinal));

    private static void CheckRecord(object record, string path, ProblemList problems, bool finiteOnly = false)
    {
        foreach (var field in RecordShape.Of(record.GetType()).Fields)
            CheckValue(field.Get(record), field.Shape, field, path.Length == 0 ? field.Name : $"{path}.{field.Name}", problems, finiteOnly);
    }

    private static void CheckValue(object? value, ValueShape shape, SpecField field, string path, ProblemList problems, bool finiteOnly)
    {
        switch (shape.Kind)
        {
            case var _ when value is null:
                if (!shape.IsNullable && !finiteOnly) problems.Error(path, "null", $"must be {shape.Describe(auto: false)}.", field.DescribeDefault());
                break;
            case ValueKind.Number:
                CheckNumber((double)value, field, path, problems, finiteOnly);
                break;
            case ValueKind.Integer when !finiteOnly && field.Range is { } range && !range.Contains(Convert.ToDouble(value)):
                problems.Error(path, SpecWriter.Text(value, shape), $"{range.Describe()}.", field.DescribeDefault());
                break;
            case ValueKind.Choice when !finiteOnly && shape.Choices!.NameOf(value) is null:
                problems.Error(path, ChoiceNames.Text(value), $"must be {shape.Choices.Describe()}.", field.DescribeDefault());
                break;
            case ValueKind.Tuple:
                var numbers = shape.Tuples!.ToNumbers(value);
                for (var i = 0; i < numbers.Length; i++) CheckNumber(numbers[i], field, $"{path}[{i}]", problems, finiteOnly);
                if (!finiteOnly && value is Interval { Min: var min, Max: var max } && min > max)
                    problems.Error(path, SpecWriter.Text(value, shape), "min must be ≤ max.", "Swap them.");
                break;
            case ValueKind.List when shape.Element!.Kind == ValueKind.Tuple:
                CheckTuples(value, shape.Element, field, path, problems, finiteOnly);
                break;
            case ValueKind.List:
                var index = 0;
                foreach (var item in (IEnumerable)value)
                {
                    var itemPath = item is Step step ? StepPath(index, StepCatalog.Of(step).Kind) : $"{path}[{index}]";
                    CheckValue(item, shape.Element, field, itemPath, problems, finiteOnly);
                    index++;
                }
                break;
            case ValueKind.Record or ValueKind.Step:
                CheckRecord(value, path, problems, finiteOnly);
                break;
        }
    }

    private static void CheckTuples(object list, ValueShape element, SpecField field, string path, ProblemList problems, bool finiteOnly)
    {
        var numbers = element.Tuples!.ToNumbers(list);
        for (var i = 0; i < numbers.Length; i++)
            if (!(finiteOnly || field.Range is null ? double.IsFinite(numbers[i]) : field.Range.Contains(numbers[i])))
                CheckNumber(numbers[i], field, $"{path}[{i / element.Components.Count}][{i % element.Components.Count}]", problems, finiteOnly);
    }

    private static void CheckNumber(double number, SpecField field, string path, ProblemList problems, bool finiteOnly)
    {
        if (!double.IsFinite(number))
            problems.Error(path, SpecWriter.Number(number), "is not a finite number.", "Give a finite number.");
        else if (!finiteOnly && field.Range is { } range && !range.Contains(number))
            problems.Error(path, SpecWriter.Number(number), $"{range.Describe()}.", field.DescribeDefault());
    }

    private static void CheckFrames(Spec spec, ProblemList problems)
    {
        var (fps, duration) = (spec.Acquisition.Fps, spec.Acquisition.DurationS);
        var frames = Math.Round(duration * fps, MidpointRounding.ToEven);
        if (frames < 1)
            problems.Error("acquisition.duration_s", SpecWriter.Number(duration), FormattableString.Invariant($"at {fps} fps that is {duration * fps:g3} frames, less than one."), "Raise duration_s or fps.");
        else if (frames > MaxFrames)
            problems.Error("acquisition.duration_s", SpecWriter.Number(duration), FormattableString.Invariant($"at {fps} fps that is {frames:g3} frames, more than {MaxFrames}."), "Lower duration_s or fps, or simulate several sessions.");
    }

    private static void CheckSize(Spec spec, ProblemList problems)
    {
        var size = SpecSize.Of(spec);
        if (size.CanvasPixels > MaxCanvasPixels)
            problems.Error("acquisition.image_sensor", null,
                FormattableString.Invariant($"the canvas would have {size.CanvasHeight:g6} × {size.CanvasWidth:g6} pixels, {size.MarginPx:g6} of them margin for motion on every side; more than 16384 × 16384."),
                "Use fewer pixels, a lower magnification or a smaller max_shift_um.");
        else if (size.TotalCells > MaxCells)
            problems.Error("steps", null, FormattableString.Invariant($"about {size.TotalCells:g3} cells would be placed, more than {MaxCells}."),
                "Lower density_per_mm3, depth_range_um or the field of view.");
    }

    private static void CheckTraces(Spec spec, ProblemList problems)
    {
        var values = spec.Find<CellActivity>() is null ? 0 : SpecSize.Of(spec).TotalCells * spec.Acquisition.NFrames();
        if (values > MaxTraceValues)
            problems.Error("acquisition.duration_s", SpecWriter.Number(spec.Acquisition.DurationS),
                FormattableString.Invariant($"about {values:g3} trace values (cells × frames), {8e-9 * values:0} GB of each kind in a file, are more than one array holds ({MaxTraceValues})."),
                "Lower duration_s, or simulate several sessions; or place fewer cells.");
    }

    // Steps are kept in one order however they are listed, so a step can only come to nothing because another is missing.
    private static void CheckInputs(Spec spec, Func<string, bool> isSuspect, ProblemList problems)
    {
        // What could not be read, or must be mended first, may be just what seems to be missing.
        if (isSuspect("steps[") || problems.HasErrors) return;
        var kinds = spec.Steps.Select(StepCatalog.Of).ToArray();
        for (var i = 0; i < kinds.Length; i++)
            foreach (var need in kinds[i].Needs)
            {
                if (kinds.Any(k => k.Gives.Contains(need))) continue;
                var givers = string.Join(" or ", StepCatalog.Kinds.Where(k => k.Gives.Contains(need)).Select(k => $"\"{k.Kind}\""));
                problems.Warn(StepPath(i, kinds[i].Kind), null, $"has nothing to work on: the spec has no step {givers}.", $"Add {givers}, or leave this step out.");
            }
    }

    private static void CheckFocus(Spec spec, ProblemList problems)
    {
        if (spec.Acquisition.FocalDepthInTissueUm is not { } focal || spec.Find<PlaceNeurons>() is not { } place) return;
        var ranges = place.ResolvedPopulations().Where(p => p.PositionsUm is not { Count: 0 }).Select(SpecSize.DepthRange).ToArray();
        // Off the axis a curved field is in focus shallower: as far as the corners.
        var (height, width) = spec.Acquisition.FovUm();
        var corner = spec.Acquisition.Optics.FocalCurvatureShiftUm(Math.Sqrt(height * height + width * width) / 2);
        if (ranges.Length > 0 && ranges.All(r => focal < r.Min || focal - corner > r.Max))
            problems.Warn("acquisition.focal_depth_in_tissue_um", SpecWriter.Number(focal),
                $"no population lies {(corner > 0 ? "where that is in focus" : "at that depth")} ({string.Join(", ", ranges.Select(r => FormattableString.Invariant($"{r.Min:0.##}–{r.Max:0.##} µm")))}): every cell will be out of focus.",
                "Use \"auto\" or a depth among the cells.");
    }
}
