using System.CommandLine;
using Minisim.Presets;

namespace Minisim.Cli;

/// <summary>The spec that a command works on: a file, or standard input as <c>-</c>, with whatever <c>--set</c> changes in it.</summary>
internal sealed class SpecInput
{
    /// <summary>The name that stands for standard input.</summary>
    public const string Standard = "-";
    private static readonly AsyncLocal<Stream?> Given = new();

    private readonly Option<string[]> _set = SetOption.Create();

    /// <param name="name">How usage calls it.</param>
    /// <param name="description">What may be named; standard input is added.</param>
    public SpecInput(string name = "SPEC.json", string description = "Spec file")
    {
        Path = new Argument<string>(name) { Description = $"{description}, or - for a spec from standard input." };
    }

    /// <summary>The argument.</summary>
    public Argument<string> Path { get; }

    /// <summary>Whether <c>--set</c> was given.</summary>
    public bool IsSet(ParseResult result) => result.GetValue(_set)!.Length > 0;

    /// <summary>Gives argument and option to a command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(Path);
        command.Options.Add(_set);
    }

    /// <summary>What the argument was, for messages.</summary>
    public string Name(ParseResult result) => result.GetRequiredValue(Path) is var path && path == Standard ? "standard input" : path;

    /// <summary>Reads, changes and checks the spec.</summary>
    /// <param name="result">The parsed command line.</param>
    /// <param name="warnings">What is odd about it: with the places of the file, or of the result where something was set.</param>
    /// <param name="seed">A seed instead of the spec's.</param>
    /// <exception cref="SpecException">With every problem.</exception>
    public Spec Load(ParseResult result, out IReadOnlyList<Problem> warnings, long? seed = null)
    {
        var path = result.GetRequiredValue(Path);
        if (RecordingInput.HasTruth(path))
            throw new UsageException($"{path} is a recording, not a spec: 'minisim export' writes it in other formats, and {System.IO.Path.Combine(path, "spec.json")} is what it was made from.");
        var spec = path == Standard ? SpecJson.Read(Given.Value ?? Console.OpenStandardInput(), "standard input", out warnings) : SpecJson.Load(path, out warnings);
        if (seed is null && !IsSet(result)) return spec;
        var changed = SetOption.Apply(seed is { } s ? spec with { Seed = s } : spec, result.GetValue(_set)!).Validated();
        // Those of the file have its places; what the options made of it is checked again.
        warnings = [.. SpecValidator.Check(changed), .. MovingFocus(spec, changed)];
        return changed;
    }

    /// <summary>Runs an action with something else as standard input.</summary>
    internal static async Task<T> WithInput<T>(Stream input, Func<Task<T>> action)
    {
        Given.Value = input;
        return await action();
    }

    // Who changes one thing to compare should know that the optics may change with it.
    private static IEnumerable<Problem> MovingFocus(Spec before, Spec after)
    {
        if (!LayerFocus.IsAuto(before) || !LayerFocus.IsAuto(after) || before == after) yield break;
        var depth = LayerFocus.Fixed(after).Acquisition.FocalDepthInTissueUm;
        yield return new("acquisition.focal_depth_in_tissue_um", "\"auto\"", "the focus is chosen anew from the cells that are drawn: it moves with seed, duration and activity, and a comparison with another run compares two focal planes.",
            FormattableString.Invariant($"To keep one, give --set acquisition.focal_depth_in_tissue_um={depth}, the best plane for the layer."), IsWarning: true);
    }
}
