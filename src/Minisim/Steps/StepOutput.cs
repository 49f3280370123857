using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim.Steps;

/// <summary>What a step gives: products for other steps and for the scene (light groups, fields by role, motion, sensor), and truth.
/// Immutable once the step has returned it.</summary>
internal sealed class StepOutput
{
    private readonly List<object> _products = [];
    private readonly List<TruthArray> _truth = [];

    /// <summary>Nothing: the step has nothing to do.</summary>
    public static StepOutput Nothing { get; } = new();

    public IReadOnlyList<object> Products => _products;
    public IReadOnlyList<TruthArray> Truth => _truth;

    /// <summary>The product of a type, or null.</summary>
    public T? Find<T>() where T : class => _products.OfType<T>().FirstOrDefault();

    /// <summary>Gives a product, of a type that the catalogue line declares.</summary>
    public StepOutput Give(object product)
    {
        _products.Add(product);
        return this;
    }

    /// <summary>Publishes a truth array. One per cell has a row for every placed cell; those out of view are dropped when
    /// the truth is assembled.</summary>
    public StepOutput Publish(TruthArray array)
    {
        _truth.Add(array);
        return this;
    }

    /// <inheritdoc cref="Publish(TruthArray)"/>
    public StepOutput Publish(string name, string[] axes, int[] shape, string? units, Array values, string description, FieldRole? role = null) =>
        Publish(new TruthArray(name, axes, shape, units, values, description) { Role = role });

    /// <summary>Publishes traces (unit, frame), which must not change any more.</summary>
    public StepOutput PublishTraces(string name, ITraces traces, string description) =>
        Publish(TruthArray.CellByCell<double>(name, ["unit", "frame"], (traces.Count, traces.Frames), TruthElement.Float64, traces.Fill, description));

    /// <summary>The same output with products of <paramref name="earlier"/> in place of equal ones, so that who compares by reference sees
    /// that nothing changed.</summary>
    public StepOutput Settled(StepOutput? earlier)
    {
        if (earlier is null || earlier._products.Count != _products.Count) return this;
        for (var i = 0; i < _products.Count; i++)
            if (_products[i].Equals(earlier._products[i])) _products[i] = earlier._products[i];
        return this;
    }
}
