using System.Reflection;
using System.Xml.Linq;
using PureHDF;

namespace Minisim.Tests.Native;

/// <summary>PureHDF.rd.xml tells the compiler of native code what PureHDF makes by reflection.</summary>
public class DirectivesTests
{
    private static readonly Type[] Numbers = [typeof(sbyte), typeof(byte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong), typeof(float), typeof(double)];

    private static readonly XElement[] Types = [.. XDocument.Load(Path.Combine(ArchitectureTests.Root(), "src", "Minisim.Formats", "Hdf5", "PureHDF.rd.xml")).Descendants("Type")];

    [Fact]
    public void Directives_name_all_generic_methods_that_PureHDF_calls_by_reflection_for_all_numbers()
    {
        const BindingFlags all = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        var methods = typeof(H5File).Assembly.GetTypes().Where(t => !t.IsGenericTypeDefinition).SelectMany(t => t.GetFields(all))
            .Where(f => f.FieldType == typeof(MethodInfo)).Select(f => (MethodInfo)f.GetValue(null)!).ToArray();
        Assert.Equal(14, methods.Length);
        foreach (var method in methods)
        {
            Assert.True(method.IsGenericMethodDefinition);
            var named = Types.Where(t => (string?)t.Attribute("Name") == method.DeclaringType!.FullName).Elements("Method").Where(m => (string?)m.Attribute("Name") == method.Name)
                .Select(m => m.Elements().Select(g => (string?)g.Attribute("Name")).Last()).ToHashSet();
            // Over references one code does for all.
            if (method.Name == "DecodeReferenceArray") Assert.NotEmpty(named);
            else Assert.Empty(Numbers.Select(n => n.FullName).Except(named).Select(n => $"{method.Name}<{n}>"));
        }
    }

    [Fact]
    public void Directives_name_all_generic_types_that_PureHDF_makes_by_reflection_for_all_numbers()
    {
        var readers = typeof(H5File).Assembly.GetTypes().Where(t => t.Name == "ReaderDelegate`1").ToArray();
        Assert.Equal(2, readers.Length);
        var named = Types.Select(t => (string?)t.Attribute("Name")).ToHashSet();
        foreach (var reader in readers) Assert.Empty(Numbers.Select(n => $"{reader.FullName}[[{n.FullName}]]").Except(named));
    }
}
