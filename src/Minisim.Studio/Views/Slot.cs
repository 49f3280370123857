using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Minisim.Steps;
using Minisim.Studio.Http;

namespace Minisim.Studio.Views;

/// <summary>One of the movies of a page (A or B): the newest spec that the page sent, compiled.</summary>
/// <remarks>While a slider is dragged specs come faster than they compile: only the newest of those that wait is compiled next, and what
/// is shown stays until it is done.</remarks>
internal sealed class Slot(long memoryLimit, CancellationToken closed) : IDisposable
{
    private const long CollectFromBytes = 32 << 20;
    // A page that has been at rest so long is looked at.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, View> _stages = [];
    private View? _view;
    private (Spec Spec, Action<View, TimeSpan> Done, Action<Exception> Failed)? _next;
    private bool _isBusy, _isClosed;
    private long _collected;
    private double _rehearsedBytes;
    private CancellationTokenSource _unchanged = CancellationTokenSource.CreateLinkedTokenSource(closed);

    /// <summary>Cancelled by the next spec: what takes long to say about a movie is not worth going on with when another one comes.</summary>
    public CancellationToken Unchanged
    {
        get
        {
            lock (_lock) return _unchanged.Token;
        }
    }

    /// <summary>Compiles a spec, or a newer one that comes before its turn.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="done">Told when the slot shows it.</param>
    /// <param name="failed">Told what was wrong.</param>
    /// <exception cref="StudioError">It would take more memory than a scene may.</exception>
    public void Show(Spec spec, Action<View, TimeSpan> done, Action<Exception> failed)
    {
        CheckCost(spec, memoryLimit);
        CancellationTokenSource changed;
        bool isBusy;
        lock (_lock)
        {
            (changed, _unchanged) = (_unchanged, CancellationTokenSource.CreateLinkedTokenSource(closed));
            _next = (spec, done, failed);
            (isBusy, _isBusy) = (_isBusy, true);
        }
        changed.Cancel();
        changed.Dispose();
        if (isBusy) return;
        _ = Task.Run(CompileNewest, CancellationToken.None);
    }

    /// <summary>Shows a recording from a file.</summary>
    public void Show(View view) => Replace(view);

    /// <summary>What the slot shows, to be disposed; null before the first.</summary>
    public View? Take()
    {
        lock (_lock) return _view is { } view && view.TryHold() ? view : null;
    }

    /// <summary>The movie after a stage, to be disposed; after what comes before it in a chain that has not the stage itself, so that a movie with a
    /// step and one without it can be compared there.</summary>
    /// <exception cref="StudioError">There is no movie, or no such stage.</exception>
    public View Take(string? stage)
    {
        var whole = Take() ?? throw new StudioError(StatusCodes.Status409Conflict, "Nothing is shown yet.");
        if (stage is null || whole.Scene is not { } scene) return whole;
        using (whole)
        {
            stage = UpTo(scene, stage);
            if (scene.Stages is [.., var last] && last == stage && whole.TryHold()) return whole;
            lock (_lock)
                if (_view == whole && _stages.TryGetValue(stage, out var known) && known.TryHold())
                    return known;
            var made = new SceneView(Simulator.Compile(scene.Spec, new SimulateOptions { Until = stage }, scene, closed));
            lock (_lock)
            {
                if (_view != whole || _isClosed || !made.TryHold()) return made;
                if (_stages.Remove(stage, out var old)) old.Dispose();
                _stages[stage] = made;
                return made;
            }
        }
    }

    private static string UpTo(CompiledScene scene, string stage)
    {
        var chain = StepCatalog.Kinds.Select(k => k.Stage).OfType<string>().Distinct().ToList();
        var at = chain.IndexOf(stage);
        var known = at < 0 ? null : scene.Stages.LastOrDefault(s => chain.IndexOf(s) <= at);
        return known ?? throw new StudioError(StatusCodes.Status400BadRequest, $"There is no movie after \"{(stage.Length > 40 ? stage[..40] : stage)}\": the stages of this chain are {string.Join(", ", scene.Stages)}.");
    }

    /// <summary>Refuses a spec whose scene would take more memory than there should be for it.</summary>
    /// <exception cref="StudioError">With the estimate.</exception>
    public static void CheckCost(Spec spec, long memoryLimit)
    {
        var bytes = WorkEstimate.Of(spec).MemoryBytes;
        if (bytes > memoryLimit)
            throw new StudioError(StatusCodes.Status413PayloadTooLarge, FormattableString.Invariant(
                $"This recording would need about {bytes / 1e9:0.0} GB of memory, more than the {memoryLimit / 1e9:0.0} GB that the studio may use here. Lower duration_s, the number of pixels or the density of cells."));
    }

    private void CompileNewest()
    {
        while (true)
        {
            (Spec Spec, Action<View, TimeSpan> Done, Action<Exception> Failed) work;
            lock (_lock)
            {
                if (_next is not { } next || _isClosed)
                {
                    _isBusy = false;
                    return;
                }
                (work, _next) = (next, null);
            }
            try
            {
                var clock = Stopwatch.StartNew();
                View view;
                // What the edit leaves as it was is taken over.
                using (var previous = Take()) view = new SceneView(Simulator.Compile(work.Spec, null, previous?.Scene, closed));
                Replace(view);
                work.Done(view, clock.Elapsed);
                CollectIfMuch();
                _ = Rehearse(work.Spec);
            }
            catch (Exception e)
            {
                work.Failed(e);
            }
        }
    }

    /// <summary>Scenes that were made only to have made them.</summary>
    internal int Rehearsals { get; private set; }

    // An edit that changes everything, as of the magnification, needs as much memory again as the scene has, and most of what it takes is the system's handing it out. While the
    // page rests another animal is made and let go of: what it leaves behind is there for the edits that come. Once, and again for scenes that are much larger.
    private async Task Rehearse(Spec spec)
    {
        try
        {
            var bytes = WorkEstimate.Of(spec).MemoryBytes;
            if (bytes <= 1.25 * _rehearsedBytes || bytes > memoryLimit / 2) return;
            var changed = Unchanged;
            await Task.Delay(Rest, changed).ConfigureAwait(false);
            using var shown = Take();
            if (shown?.Scene is not { } scene) return;
            using (var other = Simulator.Compile(spec with { Seed = spec.Seed ^ 1 }, null, scene, changed)) other.Frame(0);
            (_rehearsedBytes, Rehearsals) = (bytes, Rehearsals + 1);
            CollectIfMuch();
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or OutOfMemoryException)
        {
            // The edit that came, if any, makes what it needs itself.
        }
    }

    // Fields of scenes that are gone are used again by the next edit: memory that the system has to give anew takes several times as long as they do.
    private void CollectIfMuch()
    {
        var allocated = GC.GetTotalAllocatedBytes();
        if (allocated - _collected < CollectFromBytes) return;
        _collected = allocated;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
    }

    private void Replace(View? view)
    {
        List<View> old;
        lock (_lock)
        {
            old = [.. _stages.Values];
            if (_view is not null) old.Add(_view);
            _stages.Clear();
            _view = view;
            if (_isClosed && view is not null)
            {
                old.Add(view);
                _view = null;
            }
        }
        foreach (var gone in old) gone.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            _unchanged.Cancel();
            _unchanged.Dispose();
        }
        Replace(null);
    }
}
