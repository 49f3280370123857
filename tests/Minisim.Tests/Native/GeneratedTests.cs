using Minisim.Bindings;

namespace Minisim.Tests.Native;

/// <summary>The C header and the Python classes say what the C# code says.</summary>
public class GeneratedTests
{
    public static TheoryData<string> Paths => [.. Generated.Files().Select(f => f.Path)];

    [Theory]
    [MemberData(nameof(Paths))]
    public void Generated_files_are_those_of_the_code(string path)
    {
        var expected = Generated.Files().Single(f => f.Path == path).Text;
        var file = Path.Combine(ArchitectureTests.Root(), path);
        Assert.True(File.Exists(file) && File.ReadAllText(file) == expected,
            $"{path} is older than the records or exports that it is made of. Write it anew: dotnet run --project src/Minisim.Bindings -c Release");
    }

    [Fact]
    public void Every_function_of_the_interface_is_documented()
    {
        foreach (var function in ExportedFunction.All)
        {
            Assert.True(function.Documentation.Length > 20, function.Name);
            Assert.StartsWith("minisim_", function.Name);
            if (function.ReturnsStatus) Assert.Equal("error", function.Parameters[^1].Name);
        }
    }

    [Fact]
    public void Every_field_of_a_spec_is_documented_for_Python()
    {
        var text = PythonClasses.Write();
        foreach (var type in PythonClasses.Records())
            foreach (var field in RecordShape.Of(type).Fields)
                Assert.Matches($@"    {field.Name} : [^\n]+\n        \S", text);
    }
}
