namespace Minisim.Scene;

/// <summary>What depth and defocus do to a footprint.</summary>
public static class FootprintOptics
{
    /// <summary>The observed footprint <c>gain·(G_σ * planted)</c>, zero outside a canvas of the given shape.</summary>
    public static Footprint Degrade(Footprint planted, double sigmaPx, double gain, int canvasHeight, int canvasWidth) =>
        throw new NotImplementedException();
}
