using System.Text;
using Minisim.Steps;

namespace Minisim;

/// <summary>The engine's name and versions.</summary>
public static class Engine
{
    /// <summary>Name written into files.</summary>
    public const string Name = "minisim.net";
    /// <summary>Version of the product.</summary>
    public const string Version = "0.1.0";
    /// <summary>Changes whenever the same spec would give other pixels.</summary>
    public const int ModelVersion = 4;
}
