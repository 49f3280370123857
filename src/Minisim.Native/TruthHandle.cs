using System.Runtime.InteropServices;
using Minisim.Metrics;
using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim.Native;

/// <summary>A truth that a caller holds. Arrays are handed out where they are; they stay there until the handle is closed.</summary>
internal sealed unsafe class TruthHandle(GroundTruth truth) : IDisposable
{
    private readonly Dictionary<string, (nint Data, int Type, int[] Shape)> _given = [];
    private readonly List<GCHandle> _pins = [];
    private readonly Lock _lock = new();
    private bool _closed;

    public GroundTruth Truth => truth;

    /// <summary>Footprints in compressed columns (pixel, unit), and planted patches, beside the published arrays.</summary>
    public static readonly string[] Derived =
    [
        "A_planted.data", "A_planted.indices", "A_planted.indptr", "A_observed.data", "A_observed.indices", "A_observed.indptr",
        "planted.offsets", "planted.shapes", "planted.data",
    ];

    public void Find(string name, NativeArray* result)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (!_given.TryGetValue(name, out var given))
            {
                Make(name);
                if (!_given.TryGetValue(name, out given))
                    throw new ArgumentException($"the truth has no array \"{name}\"; it has {string.Join(", ", truth.Arrays.Select(a => a.Name).Concat(Derived))}");
            }
            Arrays.Describe(result, (void*)given.Data, given.Type, given.Shape);
        }
    }

    private void Make(string name)
    {
        if (truth.Find(name) is { } array)
        {
            Pin(name, array.Values, [.. array.Shape]);
            return;
        }
        if (!Derived.Contains(name)) return;
        if (name.StartsWith("planted.", StringComparison.Ordinal)) MakePatches();
        else MakeColumns(name[..name.IndexOf('.')]);
    }

    private void MakePatches()
    {
        var n = truth.NUnits;
        int[] offsets = new int[2 * n], shapes = new int[2 * n];
        for (var u = 0; u < n; u++)
        {
            var p = truth.Planted[u];
            (offsets[2 * u], offsets[2 * u + 1], shapes[2 * u], shapes[2 * u + 1]) = (p.Row, p.Col, p.Height, p.Width);
        }
        float[] data = [.. truth.Planted.SelectMany(p => p.Values)];
        Pin("planted.offsets", offsets, [n, 2]);
        Pin("planted.shapes", shapes, [n, 2]);
        Pin("planted.data", data, [data.Length]);
    }

    // The values and their order are those of the dense arrays: what is 0 there is left out here.
    private void MakeColumns(string kind)
    {
        var (n, width) = (truth.NUnits, truth.Grid.FovWidth);
        var patches = new Footprint[n];
        Parallel.For(0, n, u => patches[u] = Patch(kind, u));
        var starts = new int[n + 1];
        for (var u = 0; u < n; u++) starts[u + 1] = checked(starts[u] + patches[u].Values.Count(v => v != 0));
        var (data, indices) = (new float[starts[n]], new int[starts[n]]);
        Parallel.For(0, n, u =>
        {
            var (p, at) = (patches[u], starts[u]);
            for (var i = 0; i < p.Values.Length; i++)
            {
                if (p.Values[i] == 0) continue;
                (data[at], indices[at]) = (p.Values[i], (p.Row + i / p.Width) * width + p.Col + i % p.Width);
                at++;
            }
        });
        Pin(kind + ".data", data, [data.Length]);
        Pin(kind + ".indices", indices, [indices.Length]);
        Pin(kind + ".indptr", starts, [starts.Length]);
    }

    public Footprint Patch(string kind, int unit) => kind switch
    {
        "A_planted" => truth.PlantedInFov(unit),
        "A_observed" => truth.ObservedInFov(unit),
        _ => throw new ArgumentException($"\"{kind}\" is neither A_planted nor A_observed"),
    };

    private void Pin(string name, Array values, int[] shape)
    {
        var pin = GCHandle.Alloc(values, GCHandleType.Pinned);
        _pins.Add(pin);
        _given[name] = (pin.AddrOfPinnedObject(), NumberTypes.Of(values), shape);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            foreach (var pin in _pins) pin.Free();
            _pins.Clear();
        }
    }
}

/// <summary>Footprints that a caller holds.</summary>
internal sealed class FootprintsHandle(SparseFootprints footprints)
{
    public SparseFootprints Footprints => footprints;
}

/// <summary>An estimate that a caller holds.</summary>
internal sealed class EstimateHandle(Estimate estimate)
{
    public Estimate Estimate => estimate;
}

/// <summary>True cells that a caller holds, given as arrays.</summary>
internal sealed class CellsHandle(TrueCells cells)
{
    public TrueCells Cells => cells;
}

/// <summary>A recording's evaluator; keeps open what its movie is read from.</summary>
internal sealed class EvaluatorHandle(Evaluator evaluator, IDisposable? source) : IDisposable
{
    private readonly List<GCHandle> _pins = [];
    private readonly Lock _lock = new();

    public Evaluator Evaluator => evaluator;

    /// <summary>An array of ours that stays where it is until the handle is closed.</summary>
    public nint Pin(Array values)
    {
        lock (_lock)
        {
            var pin = GCHandle.Alloc(values, GCHandleType.Pinned);
            _pins.Add(pin);
            return pin.AddrOfPinnedObject();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var pin in _pins) pin.Free();
            _pins.Clear();
        }
        source?.Dispose();
    }
}

/// <summary>One evaluation that a caller holds.</summary>
internal sealed class EvaluationHandle(Evaluation evaluation)
{
    public Evaluation Evaluation => evaluation;
}
