namespace Minisim;

/// <summary>Collects all problems of a spec, so that they are reported together.</summary>
internal sealed class ProblemList
{
    /// <summary>Problems kept; a list of a million bad positions must not become a million texts.</summary>
    public const int Capacity = 1000;
    /// <summary>Longest value shown in a message.</summary>
    public const int ValueLength = 60;

    private readonly List<Problem> _items = [];

    public IReadOnlyList<Problem> Items => _items;
    public bool IsFull => _items.Count >= Capacity;
    public bool HasErrors => _items.Exists(p => !p.IsWarning);
    public void Error(string path, string? value, string reason, string remedy = "") => Add(new(path, Shorten(value), reason, remedy));
    public void Warn(string path, string? value, string reason, string remedy = "") => Add(new(path, Shorten(value), reason, remedy, true));

    public void Add(Problem problem)
    {
        if (!IsFull) _items.Add(problem);
    }

    /// <summary>Text that fits into a message: on one line, without control characters, cut at <see cref="ValueLength"/>.</summary>
    public static string? Shorten(string? text)
    {
        if (text is null) return null;
        var cut = text.Length > ValueLength ? text[..(ValueLength - 1)] : text;
        if (cut.AsSpan().ContainsAnyInRange('\0', '\x1f') || cut.AsSpan().ContainsAnyInRange('\x7f', '\x9f'))
            cut = string.Concat(cut.Select(c => char.IsControl(c) ? ' ' : c));
        if (cut.Length > 0 && char.IsHighSurrogate(cut[^1])) cut = cut[..^1];
        return text.Length > ValueLength ? cut + "…" : cut;
    }
}
