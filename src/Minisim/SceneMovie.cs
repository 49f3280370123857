using Minisim.Truth;

namespace Minisim;

/// <summary>The movie of a scene, rendered frame by frame when it is read.</summary>
internal sealed class SceneMovie(CompiledScene scene) : Movie
{
    public override int Frames => scene.Frames;
    public override int Height => scene.Height;
    public override int Width => scene.Width;
    public override PixelType PixelType => scene.PixelType;

    public override void Read(int first, int count, Span<byte> pixels) => scene.Render(first, count, pixels);

    protected override void Dispose(bool disposing) => scene.Dispose();
}
