using System.Text.Json;
using Minisim.Formats;
using Minisim.Formats.Estimates;
using Minisim.Studies;

namespace Minisim.Native;

/// <summary>What a call came to; the numbers are part of the interface.</summary>
public enum Status
{
    /// <summary>Done.</summary>
    Ok = 0,
    /// <summary>A spec or a study breaks its rules; the error lists every problem.</summary>
    Spec = 1,
    /// <summary>A file or folder cannot be read, or must not be written to.</summary>
    File = 2,
    /// <summary>The file system refused a write.</summary>
    Write = 3,
    /// <summary>An argument is wrong: null, out of range, of a shape that does not fit.</summary>
    Argument = 4,
    /// <summary>A handle that is not open, or of another kind.</summary>
    Handle = 5,
    /// <summary>The run was cancelled.</summary>
    Cancelled = 6,
    /// <summary>Memory does not suffice.</summary>
    Memory = 7,
    /// <summary>A fault of the library.</summary>
    Internal = 8,
}

/// <summary>Errors as JSON: <c>{"status", "kind", "message", "problems": [{"path", "value", "reason", "remedy", "warning"}]}</c>.</summary>
internal static class Errors
{
    public static Status StatusOf(Exception e) => e switch
    {
        SpecException or StudyException => Status.Spec,
        RecordingFormatException or EstimateFormatException => Status.File,
        RecordingWriteException or IOException or UnauthorizedAccessException => Status.Write,
        BadHandleException or ObjectDisposedException => Status.Handle,
        ArgumentException or InvalidDataException or JsonException or NotSupportedException or FormatException => Status.Argument,
        OperationCanceledException => Status.Cancelled,
        OutOfMemoryException or InsufficientMemoryException or OverflowException => Status.Memory,
        AggregateException { InnerExceptions: [var only] } => StatusOf(only),
        _ => Status.Internal,
    };

    public static string ToJson(Exception e)
    {
        while (e is AggregateException { InnerExceptions: [var only] }) e = only;
        var status = StatusOf(e);
        return Json.Write(w =>
        {
            w.WriteStartObject();
            w.WriteNumber("status", (int)status);
            w.WriteString("kind", status.ToString().ToLowerInvariant());
            w.WriteString("message", Message(e, status));
            w.WriteStartArray("problems");
            switch (e)
            {
                case SpecException spec:
                    foreach (var problem in spec.Problems) Json.Problem(w, problem);
                    break;
                case StudyException study:
                    foreach (var problem in study.Problems) Json.Problem(w, problem);
                    break;
                case RecordingFormatException file:
                    Json.Problem(w, new Problem(file.Path, null, file.Reason, file.Remedy));
                    break;
                case EstimateFormatException file:
                    Json.Problem(w, new Problem(file.Path, null, file.Reason, file.Remedy));
                    break;
            }
            w.WriteEndArray();
            w.WriteEndObject();
        });
    }

    private static string Message(Exception e, Status status) => status switch
    {
        Status.Cancelled => "cancelled",
        Status.Memory => "memory does not suffice, or a size is beyond what can be held",
        _ when e is ArgumentOutOfRangeException range => OutOfRange(range),
        _ when e is IOException or UnauthorizedAccessException && e is not RecordingWriteException => $"{e.Message.TrimEnd('.')}. Choose another place or give access.",
        // An argument's name is written into the message behind a line break by the framework.
        _ when e is ArgumentException { ParamName: { } name } => e.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal),
        Status.Internal => $"{e.Message} ({e.GetType().Name})",
        _ => e.Message,
    };

    /// <summary>"name = value: must be …", whatever the framework makes of it.</summary>
    private static string OutOfRange(ArgumentOutOfRangeException e)
    {
        var reason = e.Message.Split('\n')[0].TrimEnd('\r');
        if (e.ParamName is not { } name) return reason;
        reason = reason.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal);
        if (e.ActualValue is not { } value) return reason;
        var text = Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture);
        if (reason.StartsWith($"{name} ('", StringComparison.Ordinal) && reason.IndexOf("') ", StringComparison.Ordinal) is > 0 and var end) reason = reason[(end + 3)..];
        reason = reason.Replace("must be a non-negative and non-zero value", "must be more than 0", StringComparison.Ordinal).Replace("must be a non-negative value", "must not be negative", StringComparison.Ordinal);
        return $"{JsonNamingPolicy.SnakeCaseLower.ConvertName(name)} = {text}: {reason}";
    }
}
