using Minisim.Random;

namespace Minisim.Steps;

public sealed partial record BrainMotion
{
    private (double Dy, double Dx)[] Walk(ulong seed, int frames)
    {
        Draws y = new(seed, RandomStream.Walk, 0), x = new(seed, RandomStream.Walk, 1);
        var path = new (double Dy, double Dx)[frames];
        for (var t = 1; t < frames; t++)
            path[t] = ClampToDisk(path[t - 1].Dy + WalkStepUm * y.Normal((uint)t), path[t - 1].Dx + WalkStepUm * x.Normal((uint)t), MaxShiftUm);
        return path;
    }

    private static (double Dy, double Dx) ClampToDisk(double dy, double dx, double radius)
    {
        var r = Math.Sqrt(dy * dy + dx * dx);
        return r > radius ? (dy * (radius / r), dx * (radius / r)) : (dy, dx);
    }
}
