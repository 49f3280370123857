namespace Minisim.Steps;

/// <summary>What follows the animal needs one.</summary>
internal static class BehaviorCoupling
{
    public static void Check(string path, double value, Spec spec, ProblemList problems)
    {
        if (value != 0 && spec.Find<Behavior>() is null)
            problems.Error(path, FormattableString.Invariant($"{value}"), "there is no animal to follow: the spec has no step \"behavior\".", "Add the step behavior, or set this to 0.");
    }
}
