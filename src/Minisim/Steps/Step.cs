namespace Minisim.Steps;

/// <summary>One physical or biological step of the forward chain: its parameters and what it adds to the scene. The chain is closed: its
/// steps are those of <see cref="StepCatalog"/>.</summary>
public abstract record Step
{
    private protected Step() { }

    /// <summary>The step's work: a pure function of its parameters and of the inputs that its catalogue line declares.</summary>
    internal abstract StepOutput Compile(StepInputs inputs);

    /// <summary>Rules that involve several fields or the rest of the spec; single ranges are attributes of the fields.
    /// Never throws: reports.</summary>
    internal virtual void Check(Spec spec, ProblemList problems) { }

    /// <summary>The step with the relative paths of its files from a folder, or itself.</summary>
    internal virtual Step FilesFrom(string folder) => this;

    /// <summary>The step with what its files hold, so that it needs them no more, or itself.</summary>
    /// <exception cref="SpecException">A file cannot be used.</exception>
    internal virtual Step FilesKept(Spec spec) => this;

    /// <summary>JSON path of this step in a spec, for problems: <c>steps[1] (cell_activity)</c>.</summary>
    internal string PathIn(Spec spec)
    {
        var index = 0;
        while (index < spec.Steps.Count && !ReferenceEquals(spec.Steps[index], this)) index++;
        return FormattableString.Invariant($"steps[{index}] ({StepCatalog.Of(this).Kind})");
    }
}
