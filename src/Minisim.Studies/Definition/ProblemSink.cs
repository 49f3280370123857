namespace Minisim.Studies;

/// <summary>Collects all problems of a study, so that they are reported together.</summary>
internal sealed class ProblemSink
{
    private const int Capacity = 1000;
    private readonly List<Problem> _items = [];

    public IReadOnlyList<Problem> Items => _items;
    public bool HasErrors => _items.Exists(p => !p.IsWarning);
    public bool IsFull => _items.Count >= Capacity;

    public void Error(string path, string? value, string reason, string remedy = "") => Add(new(path, ProblemList.Shorten(value), reason, remedy));

    public void Warn(string path, string? value, string reason, string remedy = "") => Add(new(path, ProblemList.Shorten(value), reason, remedy, true));

    public void Add(Problem problem)
    {
        if (!IsFull) _items.Add(problem);
    }

    public void ThrowIfErrors()
    {
        if (HasErrors) throw new StudyException(_items);
    }
}
