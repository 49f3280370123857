namespace Minisim.Scenes;

/// <summary>A factor on the light of the tissue that changes from frame to frame: vessels that widen and narrow, and blood that fills the tissue
/// between them.</summary>
/// <remarks>In frame t a canvas pixel is multiplied by <c>R_A(ε_A(t))·R_V(ε_V(t))·(1 − a(t)·P)</c>; each R is a table of fields, linear between two of
/// them.</remarks>
/// <param name="Arteries">Factor per canvas pixel for every tabulated dilation of the arteries; empty without vessels.</param>
/// <param name="Veins">The same of the veins.</param>
/// <param name="Perfusion">P per canvas pixel.</param>
/// <param name="Frames">What every simulated frame takes of them.</param>
internal sealed record TissuePulse(float[][] Arteries, float[][] Veins, float[] Perfusion, TissuePulse.Moment[] Frames)
{
    /// <summary>A frame.</summary>
    /// <param name="Artery">Field of the arteries below its dilation.</param>
    /// <param name="ArteryWeight">Weight of the next one.</param>
    /// <param name="Vein">The same of the veins.</param>
    /// <param name="VeinWeight">Weight of the next one.</param>
    /// <param name="Loss">a.</param>
    internal readonly record struct Moment(int Artery, float ArteryWeight, int Vein, float VeinWeight, float Loss);
}
