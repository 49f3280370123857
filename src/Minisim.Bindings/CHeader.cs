using System.Text;
using Minisim.Native;

namespace Minisim.Bindings;

/// <summary>The C header.</summary>
internal static class CHeader
{
    public static string Write()
    {
        var docs = XmlDocs.Of(typeof(Exports).Assembly);
        var text = new StringBuilder();
        text.Append($$"""
            /* The C interface of Minisim {{Engine.Version}}: synthetic recordings of one-photon miniscopes with exact ground truth.
             * Generated from src/Minisim.Native by `dotnet run --project src/Minisim.Bindings`; do not edit. BSD-3-Clause.
             *
             * Every call but minisim_abi_version and minisim_free returns a status. If it is not MINISIM_OK and `error` is not null, *error is a
             * JSON text {"status", "kind", "message", "problems": [{"path", "value", "reason", "remedy", "warning"}]}; else *error is null.
             * Texts are UTF-8 and end with a zero. What a call hands out in a char ** or void ** belongs to the caller: minisim_free.
             * Handles belong to the caller: minisim_close. A handle that was closed, made up or is of another kind is an error, never a crash.
             * All calls may be made from any thread, at once, on the same handles. Nothing thrown ever crosses this interface.
             * After fork() the child must not call a library that its parent has used: it loads its own copy, or is started anew.
             */
            #ifndef MINISIM_H
            #define MINISIM_H

            #include <stdint.h>

            #ifdef __cplusplus
            extern "C" {
            #endif

            /* Version of this header: compare with minisim_abi_version(), whose thousands must be the same. */
            #define MINISIM_ABI_VERSION {{Exports.AbiVersion}}

            /* An object of the library. 0 is none. */
            typedef uint64_t minisim_handle;

            typedef int32_t minisim_status;

            """.ReplaceLineEndings("\n"));
        text.Append("enum {\n");
        foreach (var status in Enum.GetValues<Status>())
            text.Append($"    MINISIM_{status.ToString().ToUpperInvariant()} = {(int)status}, /* {docs.Summary($"F:{typeof(Status).FullName}.{status}")} */\n");
        text.Append("};\n\n/* Number types of arrays. */\nenum {\n");
        for (var i = 0; i < NumberTypes.Names.Length; i++) text.Append($"    MINISIM_{NumberTypes.Names[i].ToUpperInvariant()} = {i},\n");
        text.Append("};\n\n");
        text.Append($$"""
            /* {{docs.Summary("T:" + typeof(NativeArray).FullName)}} */
            typedef struct minisim_array {
                void *data;         /* first element */
                int32_t type;       /* one of the number types */
                int32_t axes;       /* number of axes, at most 4 */
                int64_t shape[4];   /* length of every axis */
                int64_t strides[4]; /* bytes from one element to the next along every axis; may be negative */
            } minisim_array;

            /* Told how far a call is, from any thread, one call at a time; anything but 0 cancels. */
            typedef int32_t (*minisim_progress)(int64_t done, int64_t total, void *user);

            /* {{docs.Summary("T:" + typeof(RunOptions).FullName)}} */
            typedef struct minisim_run {
                int32_t threads;           /* 0 = one per processor; the bytes are the same for any number */
                int32_t reserved;          /* 0 */
                minisim_handle token;      /* of minisim_token_new; 0 = none */
                minisim_progress progress; /* null = nobody */
                void *user;                /* handed to progress */
            } minisim_run;


            """.ReplaceLineEndings("\n"));
        foreach (var function in ExportedFunction.All)
        {
            var lines = XmlDocs.Wrap(function.Documentation, 116).ToList();
            foreach (var p in function.Parameters.Where(p => p.Documentation.Length > 0))
                lines.AddRange(XmlDocs.Wrap($"{p.Name}: {p.Documentation}", 112).Select((line, i) => i == 0 ? "  " + line : "    " + line));
            text.Append("/* ").AppendJoin("\n * ", lines).Append(" */\n");
            var parameters = function.Parameters.Count == 0 ? "void" : string.Join(", ", function.Parameters.Select(p => p.C + p.Name));
            text.Append($"{function.ReturnC} {function.Name}({parameters});\n\n");
        }
        return text.Append("#ifdef __cplusplus\n}\n#endif\n\n#endif\n").ToString();
    }
}
