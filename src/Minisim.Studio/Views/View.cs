using Minisim.Truth;

namespace Minisim.Studio.Views;

/// <summary>A movie with its truth that a page looks at: rendered when asked for, or read from a file.</summary>
internal abstract class View : IDisposable
{
    private readonly Lock _lock = new(), _cellsLock = new();
    private int _users = 1;
    private CellTable? _cells;

    public abstract Spec Spec { get; }
    public abstract GroundTruth Truth { get; }
    public abstract int Frames { get; }
    public abstract int Height { get; }
    public abstract int Width { get; }
    public abstract PixelType PixelType { get; }
    /// <summary>The compiled scene behind it; null for a file.</summary>
    public virtual CompiledScene? Scene => null;
    public virtual IReadOnlyList<Problem> Warnings => [];
    public int FrameBytes => Height * Width * PixelType.Bytes();

    /// <summary>Its cells, looked at once.</summary>
    public CellTable Cells(CancellationToken cancellation)
    {
        lock (_cellsLock) return _cells ??= new(this, cancellation);
    }

    /// <summary>Consecutive frames, in the movie's own type.</summary>
    public abstract void Read(int first, int count, Span<byte> pixels);

    /// <summary>Keeps it alive until disposed once more; false if it is gone already.</summary>
    public bool TryHold()
    {
        lock (_lock)
        {
            if (_users == 0) return false;
            _users++;
            return true;
        }
    }

    /// <summary>Lets go; the last one frees it.</summary>
    public void Dispose()
    {
        lock (_lock)
            if (_users == 0 || --_users > 0)
                return;
        Free();
    }

    protected abstract void Free();
}

/// <summary>A scene whose frames the renderer makes.</summary>
internal sealed class SceneView(CompiledScene scene) : View
{
    public override Spec Spec => scene.Spec;
    public override GroundTruth Truth => scene.Truth;
    public override int Frames => scene.Frames;
    public override int Height => scene.Height;
    public override int Width => scene.Width;
    public override PixelType PixelType => scene.PixelType;
    public override CompiledScene Scene => scene;
    public override IReadOnlyList<Problem> Warnings => scene.Warnings;

    public override void Read(int first, int count, Span<byte> pixels) => scene.Render(first, count, pixels);

    protected override void Free() => scene.Dispose();
}

/// <summary>A recording in a file.</summary>
internal sealed class FileView(Recording recording) : View
{
    public override Spec Spec => recording.Spec;
    public override GroundTruth Truth => recording.Truth;
    public override int Frames => recording.Observed.Frames;
    public override int Height => recording.Observed.Height;
    public override int Width => recording.Observed.Width;
    public override PixelType PixelType => recording.Observed.PixelType;
    public override IReadOnlyList<Problem> Warnings => recording.Warnings;

    public override void Read(int first, int count, Span<byte> pixels) => recording.Observed.Read(first, count, pixels);

    protected override void Free() => recording.Dispose();
}
