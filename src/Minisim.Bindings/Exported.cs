using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using Minisim.Native;

namespace Minisim.Bindings;

/// <summary>A parameter of an exported function.</summary>
/// <param name="Name">Name in C and Python.</param>
/// <param name="C">Its declaration in C, without the name.</param>
/// <param name="Python">Its ctypes type.</param>
/// <param name="Documentation">What it is; may be empty.</param>
internal sealed record ExportedParameter(string Name, string C, string Python, string Documentation);

/// <summary>A function that the native library exports.</summary>
/// <param name="Name">Name in C.</param>
/// <param name="ReturnsStatus">Whether it returns a status; else what <paramref name="ReturnC"/> says.</param>
/// <param name="ReturnC">Return type in C.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Documentation">What it does.</param>
internal sealed record ExportedFunction(string Name, bool ReturnsStatus, string ReturnC, IReadOnlyList<ExportedParameter> Parameters, string Documentation)
{
    /// <summary>All of them, in order of declaration.</summary>
    public static IReadOnlyList<ExportedFunction> All { get; } = Find();

    private static ExportedFunction[] Find()
    {
        var docs = XmlDocs.Of(typeof(Exports).Assembly);
        return [.. typeof(Exports).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(m => m.GetCustomAttribute<UnmanagedCallersOnlyAttribute>() is not null)
            .OrderBy(m => m.MetadataToken)
            .Select(m =>
            {
                var name = m.GetCustomAttribute<UnmanagedCallersOnlyAttribute>()!.EntryPoint!;
                var member = $"M:{typeof(Exports).FullName}.{m.Name}";
                var parameters = m.GetParameters().Select(p => Parameter(p, docs.Parameter(member, p.Name!))).ToArray();
                var isStatus = m.ReturnType == typeof(int) && parameters.Length > 0;
                return new ExportedFunction(name, isStatus, isStatus ? "minisim_status" : m.ReturnType == typeof(void) ? "void" : "int32_t", parameters, docs.Summary(member));
            })];
    }

    private static ExportedParameter Parameter(ParameterInfo parameter, string documentation)
    {
        var type = parameter.ParameterType;
        var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(parameter.Name!);
        var isOutput = name.StartsWith("out_", StringComparison.Ordinal) || name is "target" or "targets" or "similarity" or "error" or "memory";
        var input = isOutput ? "" : "const ";
        (string C, string Python) = type switch
        {
            _ when type == typeof(int) => ("int32_t ", "c_int32"),
            _ when type == typeof(long) => ("int64_t ", "c_int64"),
            _ when type == typeof(double) => ("double ", "c_double"),
            _ when type == typeof(ulong) => ("minisim_handle ", "c_uint64"),
            _ when type == typeof(byte*) => (name == "detectable" ? "const uint8_t *" : "const char *", "c_void_p" is var v && name == "detectable" ? v : "c_char_p"),
            _ when type == typeof(byte**) => isOutput ? ("char **", "POINTER(c_void_p)") : ("const char *const *", "POINTER(c_char_p)"),
            _ when type == typeof(void*) => ("void *", "c_void_p"),
            _ when type == typeof(void**) => name == "targets" ? ("void *const *", "POINTER(c_void_p)") : ("void **", "POINTER(c_void_p)"),
            _ when type == typeof(int*) => (input + "int32_t *", "c_void_p"),
            _ when type == typeof(long*) => (input + "int64_t *", "c_void_p"),
            _ when type == typeof(double*) => (input + "double *", "c_void_p"),
            _ when type == typeof(ulong*) => (input + "minisim_handle *", "POINTER(c_uint64)"),
            _ when type == typeof(NativeArray*) => (input + "minisim_array *", "POINTER(Array)"),
            _ when type == typeof(RunOptions*) => ("const minisim_run *", "POINTER(Run)"),
            _ => throw new NotSupportedException($"{parameter.Member.Name}: {type} has no name in C"),
        };
        return new ExportedParameter(name, C, Python, documentation);
    }
}
