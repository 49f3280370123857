using Minisim.Rendering;
using Minisim.Steps;
using Minisim.Truth;

namespace Minisim.Scenes;

/// <summary>What the objective does to one cell.</summary>
/// <param name="SigmaPx">Blur, Gaussian σ in px.</param>
/// <param name="Gain">Light gain <c>a(z)·NA²</c>.</param>
/// <param name="Brightness">Point-source peak, used for detectability.</param>
/// <param name="InFocus">Within the depth of field.</param>
internal readonly record struct CellOptics(double SigmaPx, double Gain, double Brightness, bool InFocus);
