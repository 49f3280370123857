using System.Text;
using Minisim.Steps;

namespace Minisim;

/// <summary>The recipe of a recording: instrument and tissue, seed, steps, output. Immutable; the same spec always gives
/// the same bytes.</summary>
/// <remarks>The order in which steps are listed does not matter: they are kept in canonical order, and two specs that
/// differ only in listing order are equal.</remarks>
public sealed record Spec
{
    private readonly ValueList<Step> _steps = [];

    /// <summary>Instrument, tissue and sampling.</summary>
    public Acquisition Acquisition { get; init; } = new();
    /// <summary>Seed of every random draw.</summary>
    [NonNegative] public long Seed { get; init; } = 42;
    /// <summary>The steps, in canonical order; each kind at most once.</summary>
    public ValueList<Step> Steps
    {
        get => _steps;
        init => _steps = new ValueList<Step>([.. value.OrderBy(StepCatalog.Order)]);
    }
    /// <summary>What is kept.</summary>
    public Output Output { get; init; } = new();

    /// <summary>The step of that type, or null.</summary>
    public T? Find<T>() where T : Step
    {
        foreach (var step in Steps)
            if (step is T found)
                return found;
        return null;
    }

    /// <summary>A copy in which <paramref name="step"/> is added, or replaces the step of its kind.</summary>
    public Spec With(Step step) => this with { Steps = new ValueList<Step>([.. Steps.Where(s => s.GetType() != step.GetType()), step]) };

    /// <summary>A copy without the step of that type.</summary>
    public Spec Without<T>() where T : Step => this with { Steps = new ValueList<Step>([.. Steps.Where(s => s is not T)]) };

    /// <summary>The spec itself, checked.</summary>
    /// <exception cref="SpecException">With every problem, if one of them is an error; warnings alone pass, see
    /// <see cref="SpecValidator.Check(Spec)"/>.</exception>
    public Spec Validated()
    {
        var problems = SpecValidator.Check(this);
        return problems.Any(p => !p.IsWarning) ? throw new SpecException(problems) : this;
    }

    /// <summary>A stable hash (16 hex digits) of the canonical JSON and the engine's model version: equal keys mean equal
    /// recordings.</summary>
    public string CacheKey()
    {
        var text = $"{Engine.Name}/{Engine.ModelVersion}\n{SpecJson.Write(this, indented: false)}";
        return Convert.ToHexStringLower(Numerics.Sha256.Hash(Encoding.UTF8.GetBytes(text)))[..16];
    }
}
