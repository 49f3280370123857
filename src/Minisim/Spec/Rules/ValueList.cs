using System.Collections;
using System.Runtime.CompilerServices;

namespace Minisim;

/// <summary>An immutable list that compares by its elements, so that specs compare by value.</summary>
[CollectionBuilder(typeof(ValueList), nameof(ValueList.Create))]
public sealed class ValueList<T>(params T[] items) : IReadOnlyList<T>, IEquatable<ValueList<T>>
{
    private readonly T[] _items = items;

    /// <summary>The list without elements.</summary>
    public static ValueList<T> Empty { get; } = new();
    /// <inheritdoc/>
    public T this[int index] => _items[index];
    /// <inheritdoc/>
    public int Count => _items.Length;
    /// <summary>The elements as a span.</summary>
    public ReadOnlySpan<T> AsSpan() => _items;
    /// <inheritdoc/>
    public bool Equals(ValueList<T>? other) => other is not null && _items.AsSpan().SequenceEqual(other._items);
    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ValueList<T>);
    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var item in _items) hash.Add(item);
        return hash.ToHashCode();
    }
    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_items).GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();
}

/// <summary>Builds <see cref="ValueList{T}"/> from collection expressions.</summary>
public static class ValueList
{
    /// <summary>A list of a copy of <paramref name="items"/>.</summary>
    public static ValueList<T> Create<T>(ReadOnlySpan<T> items) => new(items.ToArray());
}
