using System.Runtime.InteropServices;
using Minisim.Formats;

namespace Minisim.Native;

/// <summary>The interface: every function that the library exports. No logic is here.</summary>
public static unsafe partial class Exports
{
    /// <summary>Version of this interface, <c>1000·major + minor</c>: a caller built for another major version must not go on; a larger minor
    /// version has more calls.</summary>
    public const int AbiVersion = 2000;

    /// <summary>The version of this interface: 1000 × major + minor. Another major version: do not go on.</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_abi_version")]
    public static int GetAbiVersion() => AbiVersion;

    /// <summary>Version of the engine as JSON: name, version, model_version, abi_version.</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_engine")]
    public static int GetEngine(byte** outJson, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outJson, "out_json");
        *outJson = Abi.Give(Json.Write(w =>
        {
            w.WriteStartObject();
            w.WriteString("name", Engine.Name);
            w.WriteString("version", Engine.Version);
            w.WriteNumber("model_version", Engine.ModelVersion);
            w.WriteNumber("abi_version", AbiVersion);
            w.WriteEndObject();
        }));
    });

    /// <summary>Names the folder in which the library that draws pictures (libSkiaSharp) lies, where it is not beside this one.</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_companions")]
    public static int NameCompanions(byte* folder, byte** error) => Abi.Call(error, () => Companions.Name(Abi.Required(folder, "folder")));

    /// <summary>Frees a text or buffer that a call handed out. Null is fine; each only once.</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_free")]
    public static void Free(void* memory) => Abi.Free(memory);

    /// <summary>Closes a handle of any kind. What it points to is freed when the last call that uses it has ended; closing it twice is an error.</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_close")]
    public static int Close(ulong handle, byte** error) => Abi.Call(error, () => Handles.Close(handle));

    /// <summary>Counts what is still in the caller's hands: open handles, and texts and buffers not yet freed. For leak tests.</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_live")]
    public static int Live(long* outHandles, long* outBlocks, byte** error) => Abi.Call(error, () =>
    {
        if (outHandles is not null) *outHandles = Handles.Count;
        if (outBlocks is not null) *outBlocks = Abi.Blocks;
    });

    /// <summary>A token by which another thread cancels a call and looks how far it is. Close it after the call.</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_token_new")]
    public static int NewToken(ulong* outToken, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outToken, "out_token");
        *outToken = Handles.Open(new TokenHandle());
    });

    /// <summary>Cancels the calls that were given the token; they end with MINISIM_CANCELLED.</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_token_cancel")]
    public static int CancelToken(ulong token, byte** error) => Abi.Call(error, () =>
    {
        using var use = Handles.Get<TokenHandle>(token, "token");
        use.Value.Cancel();
    });

    /// <summary>How far a call with this token is: frames done and frames to do, over all movies; 0 and 0 before it renders.</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_token_progress")]
    public static int TokenProgress(ulong token, long* outDone, long* outTotal, byte** error) => Abi.Call(error, () =>
    {
        using var use = Handles.Get<TokenHandle>(token, "token");
        var (done, total) = use.Value.Progress;
        if (outDone is not null) *outDone = done;
        if (outTotal is not null) *outTotal = total;
    });

    /// <summary>The file formats as a JSON list of name, extensions, description, contents and can_read.</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_formats")]
    public static int Formats(byte** outJson, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outJson, "out_json");
        *outJson = Abi.Give(Json.Write(w =>
        {
            w.WriteStartArray();
            foreach (var format in RecordingFormats.All)
            {
                w.WriteStartObject();
                w.WriteString("name", format.Name);
                Json.Strings(w, "extensions", format.Extensions);
                w.WriteString("description", format.Description);
                Json.Strings(w, "contents", Enum.GetValues<FormatContents>().Where(c => format.Contents.HasFlag(c)).Select(c => c.ToString().ToLowerInvariant()));
                w.WriteBoolean("can_read", format.CanRead);
                w.WriteEndObject();
            }
            w.WriteEndArray();
        }));
    });
}
