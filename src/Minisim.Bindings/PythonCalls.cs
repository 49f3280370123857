using System.Text;
using Minisim.Native;

namespace Minisim.Bindings;

/// <summary>The table of calls for ctypes.</summary>
internal static class PythonCalls
{
    public static string Write()
    {
        var text = new StringBuilder($"""
            # Generated from src/Minisim.Native by `dotnet run --project src/Minisim.Bindings`; do not edit.
            from ctypes import POINTER, Structure, c_char_p, c_double, c_int32, c_int64, c_uint64, c_void_p

            ABI_VERSION = {Exports.AbiVersion}
            STATUS = ({string.Join(", ", Enum.GetValues<Status>().Select(s => $"\"{s.ToString().ToLowerInvariant()}\""))})
            TYPES = ({string.Join(", ", NumberTypes.Names.Select(n => $"\"{n}\""))})


            class Array(Structure):
                _fields_ = [("data", c_void_p), ("type", c_int32), ("axes", c_int32), ("shape", c_int64 * 4), ("strides", c_int64 * 4)]


            class Run(Structure):
                _fields_ = [("threads", c_int32), ("reserved", c_int32), ("token", c_uint64), ("progress", c_void_p), ("user", c_void_p)]


            # Name: types of the arguments. All return a status.
            CALLS = (

            """.ReplaceLineEndings("\n"));
        foreach (var function in ExportedFunction.All.Where(f => f.ReturnsStatus))
            text.Append($"    (\"{function.Name}\", ({string.Join(", ", function.Parameters.Select(p => p.Python))})),\n");
        return text.Append(")\n").ToString();
    }
}
