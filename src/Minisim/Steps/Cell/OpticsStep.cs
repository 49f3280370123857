using Minisim.Scene;

namespace Minisim.Steps;

/// <summary>Resolves the focal plane and blurs and dims every cell by its depth.</summary>
public sealed partial record OpticsStep : Step
{
    internal override void Compile(SceneBuilder scene) => throw new NotImplementedException();
}
