namespace Minisim.Bindings;

/// <summary>The files that are generated from the C# code, by path in the repository.</summary>
internal static class Generated
{
    public static IEnumerable<(string Path, string Text)> Files() =>
    [
        ("src/Minisim.Native/minisim.h", CHeader.Write()),
        ("python/pyminisim/_calls.py", PythonCalls.Write()),
        ("python/pyminisim/_generated.py", PythonClasses.Write()),
        ("python/pyminisim/_generated.pyi", PythonClasses.WriteStubs()),
    ];
}
