using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Minisim;

/// <summary>The bytes of a spec, made sure to be JSON: what follows meets no syntax error.</summary>
/// <param name="Utf8">Valid JSON.</param>
/// <param name="NonFinite">Literals that are not JSON but that other programs write (NaN, Infinity), by place in the bytes; there
/// they are replaced by numbers of the same length, so that they are reported with all other problems.</param>
internal sealed record SpecText(ReadOnlyMemory<byte> Utf8, IReadOnlyDictionary<long, string> NonFinite)
{
    /// <summary>Largest file that is read.</summary>
    public const int MaxBytes = 64 << 20;
    /// <summary>Deepest nesting that is read; a spec has 6 levels.</summary>
    public const int MaxDepth = 32;

    private static readonly SearchValues<byte> Delimiters = SearchValues.Create(" \t\r\n,:[]{}"u8);

    /// <summary>The bytes of a file.</summary>
    /// <exception cref="SpecException">The file is missing, unreadable, a folder, or larger than <see cref="MaxBytes"/>.</exception>
    public static byte[] ReadFile(string path)
    {
        if (Directory.Exists(path))
            throw Fail(path, "is a folder, not a spec.", "Name the JSON file.");
        try
        {
            using var file = Open(path);
            return ReadStream(file, path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Fail(path, "no such file.", "Write one with 'minisim new'.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw Fail(path, $"cannot be read: {e.Message}", "");
        }
    }

    /// <summary>How long a pipe is waited for that nobody has opened for writing.</summary>
    internal static TimeSpan PipeWait { get; set; } = TimeSpan.FromSeconds(10);

    // A shell's <(command) is a pipe that has its writer: it opens at once. Opening one without waits for ever, in a call that nothing ends.
    private static FileStream Open(string path)
    {
        FileStream Now() => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0);
        if (InputFile.KindOf(path) != PathKind.Special) return Now();
        var opening = Task.Factory.StartNew(Now, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            if (opening.Wait(PipeWait)) return opening.Result;
        }
        catch (AggregateException e) when (e.InnerException is not null)
        {
            throw e.InnerException;
        }
        // Whoever opens it after all finds nobody reading.
        _ = opening.ContinueWith(o => o.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        throw Fail(path, FormattableString.Invariant($"is a pipe into which nobody wrote for {PipeWait.TotalSeconds:0} s."), "Start its writer first, or save the spec as a file.");
    }

    /// <summary>The bytes of a stream, to its end.</summary>
    /// <exception cref="SpecException">There are more than <see cref="MaxBytes"/>, or they cannot be read.</exception>
    public static byte[] ReadStream(Stream stream, string source)
    {
        try
        {
            if (stream.CanSeek && stream.Length > MaxBytes) throw TooLarge(source, stream.Length);
            // A pipe or device tells no length: read up to the limit.
            var buffer = new byte[stream.CanSeek && stream.Length > 0 ? stream.Length + 1 : 1 << 16];
            var count = 0;
            while (true)
            {
                var read = stream.Read(buffer, count, buffer.Length - count);
                if (read == 0) break;
                count += read;
                if (count > MaxBytes) throw TooLarge(source, null);
                if (count == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            }
            return buffer.AsSpan(0, count).ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Fail(source, $"cannot be read: {e.Message}", "");
        }
    }

    /// <summary>Checks that bytes are JSON.</summary>
    /// <param name="bytes">The text; altered where it has NaN and Infinity.</param>
    /// <param name="source">File name, or "spec", for messages.</param>
    /// <exception cref="SpecException">They are not.</exception>
    public static SpecText Check(byte[] bytes, string source)
    {
        if (bytes is [0xEF, 0xBB, 0xBF, ..]) bytes = bytes[3..];
        if (bytes.Length > MaxBytes) throw TooLarge(source, bytes.Length);
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]) throw Fail(source, "is UTF-16 text.", "Save it as UTF-8.");
        if (bytes.AsSpan().Contains((byte)0)) throw Fail(source, "is a binary file, not JSON.", "A spec is a JSON text: see 'minisim new'.");
        if (!System.Text.Unicode.Utf8.IsValid(bytes)) throw Fail(source, "is not UTF-8 text.", "Save it as UTF-8.");
        if (bytes.AsSpan().IndexOfAnyExcept(" \t\r\n"u8) < 0) throw Fail(source, "is empty.", "A spec is a JSON object: see 'minisim new'.");

        var nonFinite = ReplaceNonFinite(bytes);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = MaxDepth * 2 });
        try
        {
            while (reader.Read())
                if (reader.CurrentDepth > MaxDepth)
                    throw Fail($"{source} ({Place(bytes, reader.TokenStartIndex)})", $"is nested more than {MaxDepth} levels deep.", "A spec needs 6.");
        }
        catch (JsonException e)
        {
            var message = e.Message;
            var cut = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            if (cut > 0) message = message[..cut];
            message = message.Replace(" Change the reader options.", "", StringComparison.Ordinal)
                .Replace(" Expected depth to be zero at the end of the JSON payload.", "", StringComparison.Ordinal);
            var start = LineStart(bytes, e.LineNumber ?? 0);
            var at = Math.Min(start + (e.BytePositionInLine ?? 0), bytes.Length);
            throw Fail($"{source} ({Place(bytes, at)})", $"is not JSON: {ProblemSafe(message)}", "");
        }
        if (bytes[bytes.AsSpan().IndexOfAnyExcept(" \t\r\n"u8)] != '{')
            throw Fail(source, "is not a JSON object.", "A spec is { \"acquisition\": …, \"seed\": …, \"steps\": […] }.");
        return new SpecText(bytes, nonFinite);
    }

    public static SpecException Fail(string path, string reason, string remedy) => new([new Problem(path, null, reason, remedy)]);

    private static SpecException TooLarge(string path, long? length) =>
        Fail(path, $"is too large for a spec: {(length is { } n ? $"{n / 1048576.0:0.#} MB" : "more")}, at most {MaxBytes >> 20} MB.",
            "Specs are JSON texts of a few kB; lists of positions may make them longer.");

    // STJ quotes what it found; a long or unprintable piece of the file must not reach the terminal.
    private static string ProblemSafe(string message) =>
        string.Concat(message.Take(300).Select(c => char.IsControl(c) ? ' ' : c));

    private static Dictionary<long, string> ReplaceNonFinite(byte[] bytes)
    {
        var found = new Dictionary<long, string>();
        if (bytes.AsSpan().IndexOf("NaN"u8) < 0 && bytes.AsSpan().IndexOf("Infinity"u8) < 0) return found;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '"')
            {
                for (i++; i < bytes.Length && bytes[i] != '"'; i++)
                    if (bytes[i] == '\\')
                        i++;
                continue;
            }
            if (bytes[i] is not ((byte)'N' or (byte)'I')) continue;
            var rest = bytes.AsSpan(i);
            var literal = rest.StartsWith("NaN"u8) ? "NaN" : rest.StartsWith("Infinity"u8) ? "Infinity" : null;
            if (literal is null) continue;
            var start = i > 0 && bytes[i - 1] == '-' ? i - 1 : i;
            var end = i + literal.Length;
            // Only a whole token: in 1NaN2 the digits would make it another number.
            if ((start > 0 && !Delimiters.Contains(bytes[start - 1])) || (end < bytes.Length && !Delimiters.Contains(bytes[end]))) continue;
            found[start] = Encoding.ASCII.GetString(bytes, start, end - start);
            bytes.AsSpan(i, literal.Length).Fill((byte)'0');
            bytes[i + 1] = (byte)'e';
            i = end - 1;
        }
        return found;
    }

    private static int LineStart(byte[] bytes, long line)
    {
        var at = 0;
        for (; line > 0; line--)
        {
            var next = bytes.AsSpan(at).IndexOf((byte)'\n');
            if (next < 0) break;
            at += next + 1;
        }
        return at;
    }

    private static string Place(byte[] bytes, long at)
    {
        var before = bytes.AsSpan(0, (int)at);
        var line = before.Count((byte)'\n') + 1;
        var column = Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1;
        return FormattableString.Invariant($"line {line}, column {column}");
    }
}
