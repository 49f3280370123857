using System.Diagnostics;
using Minisim.Rendering;
using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Truth;

namespace Minisim;

/// <summary>How far a simulation is.</summary>
/// <param name="FramesDone">Frames rendered and stored, over all movies.</param>
/// <param name="FramesTotal">Frames to render, over all movies.</param>
public readonly record struct SimulationProgress(long FramesDone, long FramesTotal);
