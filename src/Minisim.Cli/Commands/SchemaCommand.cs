using System.CommandLine;

namespace Minisim.Cli.Commands;

/// <summary><c>minisim schema</c>: the form of our JSON files, for editors and other programs.</summary>
internal static class SchemaCommand
{
    /// <summary>What has a schema.</summary>
    private static readonly (string Name, Func<string> Write)[] Schemas = [("spec", SpecSchema.Write), ("score", () => Minisim.Metrics.ScoreJson.Schema)];

    public static Command Create()
    {
        var names = string.Join(", ", Schemas.Select(s => s.Name));
        var what = new Argument<string>("WHAT") { Description = $"Which: {names}.", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => Schemas[0].Name };
        var command = new ExampleCommand("schema", "Print the JSON Schema of a spec or of a score file: every field with its meaning. Editors complete and check by it.",
            "minisim schema",
            "minisim schema score")
        {
            what,
        };
        command.SetAction(result =>
        {
            var asked = result.GetRequiredValue(what);
            var found = Array.Find(Schemas, s => s.Name == asked);
            if (found.Write is null) throw new UsageException($"there is no schema '{asked}'{(NearMiss.Find(asked, Schemas.Select(s => s.Name)) is { } near ? $", did you mean '{near}'?" : $": write one of {names}.")}");
            result.InvocationConfiguration.Output.WriteLine(found.Write());
            return ExitCode.Ok;
        });
        return command;
    }
}
