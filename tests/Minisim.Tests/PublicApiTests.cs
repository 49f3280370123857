using System.Reflection;
using System.Text;

namespace Minisim.Tests;

/// <summary>What users can call, pinned: a change here is seen, and then pinned anew with MINISIM_PIN=api.</summary>
public class PublicApiTests
{
    [Theory]
    [InlineData("Minisim")]
    [InlineData("Minisim.Formats")]
    [InlineData("Minisim.Studies")]
    public void The_public_surface_is_what_the_snapshot_says(string name)
    {
        var file = Path.Combine(ArchitectureTests.Root(), "tests", "Minisim.Tests", "PublicApi", $"{name}.txt");
        var actual = Describe(Assembly.Load(name));
        if (Environment.GetEnvironmentVariable("MINISIM_PIN") == "api") File.WriteAllText(file, actual);
        string[] pinned = File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n").Split('\n') : [], found = actual.Split('\n');
        string[] gone = [.. pinned.Except(found).Select(l => "- " + l.Trim())], added = [.. found.Except(pinned).Select(l => "+ " + l.Trim())];
        Assert.True(pinned.SequenceEqual(found), $"the public API of {name} is another; if that is meant, say so in the CHANGELOG and pin it: MINISIM_PIN=api{Environment.NewLine}{string.Join(Environment.NewLine, gone.Concat(added))}");
    }

    private static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        // Where the compiler keeps extension blocks is its own affair.
        foreach (var type in assembly.GetExportedTypes().Where(t => !t.FullName!.Contains('<')).OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            text.Append(type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct" : "class").Append(' ').Append(Name(type)).Append('\n');
            var members = type.IsEnum
                ? Enum.GetNames(type).Select(n => $"  {n} = {Convert.ToInt64(Enum.Parse(type, n))}")
                : type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly).Select(Member).OfType<string>().Distinct().Order(StringComparer.Ordinal);
            foreach (var member in members) text.Append(member).Append('\n');
        }
        return text.ToString().TrimEnd('\n');
    }

    private static string? Member(MemberInfo member) => member switch
    {
        // What every record has says nothing.
        MethodInfo { Name: "Equals" or "GetHashCode" or "ToString" or "Deconstruct" or "<Clone>$" or "PrintMembers" } => null,
        MethodInfo { IsSpecialName: true } method when !method.Name.StartsWith("op_", StringComparison.Ordinal) => null,
        MethodInfo { Name: "op_Equality" or "op_Inequality" } => null,
        MethodInfo method => $"  {(method.IsStatic ? "static " : "")}{Name(method.ReturnType)} {method.Name}({Parameters(method)})",
        ConstructorInfo constructor => $"  new({Parameters(constructor)})",
        PropertyInfo property => $"  {(property.GetMethod?.IsStatic == true ? "static " : "")}{Name(property.PropertyType)} {property.Name} {{ {(property.CanRead ? "get; " : "")}{(property.SetMethod is { IsPublic: true } ? "set; " : "")}}}",
        FieldInfo field => $"  {(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{Name(field.FieldType)} {field.Name}",
        EventInfo e => $"  event {Name(e.EventHandlerType!)} {e.Name}",
        _ => null,
    };

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(p => $"{Name(p.ParameterType)} {p.Name}{(p.HasDefaultValue ? " = …" : "")}"));

    private static string Name(Type type)
    {
        if (type.IsByRef) return "ref " + Name(type.GetElementType()!);
        if (type.IsArray) return Name(type.GetElementType()!) + "[]";
        if (!type.IsGenericType) return type.IsGenericParameter ? type.Name : (type.FullName ?? type.Name).Replace("System.", "", StringComparison.Ordinal).Replace('+', '.');
        var name = type.GetGenericTypeDefinition().FullName!.Replace("System.", "", StringComparison.Ordinal).Replace('+', '.');
        return $"{name[..name.IndexOf('`')]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }
}
