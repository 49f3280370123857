using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>The vessels behind a mask, for who has to draw them again.</summary>
/// <param name="layers">Every layer with its number, its blur in px and its mask on the canvas.</param>
internal sealed class VesselBed(IReadOnlyList<(VesselLayer Layer, int Index, double SigmaPx, float[] Mask)> layers)
{
    public IReadOnlyList<(VesselLayer Layer, int Index, double SigmaPx, float[] Mask)> Layers => layers;
}
