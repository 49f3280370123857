namespace Minisim.Steps;

/// <summary>What a step may read while it compiles: parts of the spec and products of other steps, as its catalogue line declares.</summary>
internal sealed class StepInputs
{
    private readonly StepKind _kind;
    private readonly IReadOnlyDictionary<Type, object[]> _values;
    private readonly IReadOnlyDictionary<object, object>? _kept;
    private readonly Dictionary<object, object> _keeps = [];

    /// <param name="kind">The step's catalogue line.</param>
    /// <param name="values">What there is of every declared input.</param>
    /// <param name="parallelism">Threads and cancellation.</param>
    /// <param name="kept">Parts that the same kind of step kept when it was compiled before, or null.</param>
    public StepInputs(StepKind kind, IReadOnlyDictionary<Type, object[]> values, ParallelOptions parallelism, IReadOnlyDictionary<object, object>? kept = null)
    {
        (_kind, _values, Parallelism, _kept) = (kind, values, parallelism, kept);
    }

    public ParallelOptions Parallelism { get; }

    /// <summary>Parts kept for the next time.</summary>
    public IReadOnlyDictionary<object, object> Kept => _keeps;

    /// <summary>All inputs of a type, in canonical order of the steps that gave them.</summary>
    /// <exception cref="InvalidOperationException">The catalogue line does not declare the type.</exception>
    public IReadOnlyList<T> All<T>() where T : class
    {
        if (!_kind.Reads.Contains(typeof(T)))
            throw new InvalidOperationException($"{_kind.Kind} reads {typeof(T).Name}, which its catalogue line does not declare");
        return _values.TryGetValue(typeof(T), out var values) ? Array.ConvertAll(values, v => (T)v) : [];
    }

    /// <summary>The input of a type, the last where there are several, or null.</summary>
    public T? Find<T>() where T : class => All<T>() is [.., var last] ? last : null;

    /// <summary>The input of a type that every spec has.</summary>
    public T Get<T>() where T : class => Find<T>() ?? throw new InvalidOperationException($"there is no {typeof(T).Name}");

    /// <summary>A part of the work that depends on less than the whole step does: made anew only if its key is another than the last
    /// time.</summary>
    /// <param name="key">Everything that the part depends on, compared by value.</param>
    /// <param name="make">Makes it; the result must not change any more.</param>
    public T Keep<T>(object key, Func<T> make) where T : class
    {
        var value = _kept is not null && _kept.TryGetValue(key, out var kept) ? (T)kept : make();
        lock (_keeps) _keeps[key] = value;
        return value;
    }

    /// <summary>A part of the work that is done every time, with what came of it the last time at hand: much of it may be the same.</summary>
    /// <param name="make">Makes it from the earlier one, or from null; the result must not change any more.</param>
    public T Renew<T>(Func<T?, T> make) where T : class
    {
        var value = make(_kept is not null && _kept.TryGetValue(typeof(T), out var kept) ? (T)kept : null);
        lock (_keeps) _keeps[typeof(T)] = value;
        return value;
    }
}
