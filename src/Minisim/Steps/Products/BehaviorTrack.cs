using Minisim.Numerics;

namespace Minisim.Steps;

/// <summary>Where the animal is and what it does, every 20 ms from the start of the recording, whatever the frame rate.</summary>
/// <param name="x">Place along the arena's length, m.</param>
/// <param name="y">Place along its width, m; 0 on a track.</param>
/// <param name="speed">Speed, m/s.</param>
/// <param name="heading">Head direction, rad in (−π, π], 0 along +x.</param>
/// <param name="lap">Number of the lap, or null where there are none.</param>
/// <param name="arena">Where it can be, visited or not.</param>
/// <param name="usual">The animal for so long that its mean speed does not hang on the length of the recording; null = this track.</param>
internal sealed class BehaviorTrack(double[] x, double[] y, double[] speed, double[] heading, int[]? lap, BehaviorTrack.Extent arena, Func<BehaviorTrack>? usual = null)
{
    private readonly Lazy<double> _meanSpeed = new(() => (usual?.Invoke().Speed ?? speed).Average());

    /// <summary>A rectangle, m.</summary>
    public readonly record struct Extent(double Left, double Bottom, double Right, double Top);

    /// <summary>Steps per second.</summary>
    public const double Hz = 50;
    /// <summary>Speed from which on the animal counts as fully in locomotion, m/s.</summary>
    public const double FullLocomotionMS = 0.1;
    private const double LocomotionTauS = 0.2;

    public int Steps => x.Length;
    public double[] X => x;
    public double[] Y => y;
    public double[] Speed => speed;
    public double[] Heading => heading;
    public int[]? Lap => lap;
    public Extent Arena => arena;
    /// <summary>Its usual speed, m/s.</summary>
    public double MeanSpeed => _meanSpeed.Value;
    /// <summary>How far it is in locomotion, 0–1: <c>min(v/0.1 m/s, 1)</c>, low-passed with 0.2 s.</summary>
    public double[] Locomotion { get; } = LocomotionOf(speed);

    /// <summary>Steps that a recording of some length needs.</summary>
    public static int StepsFor(double seconds) => checked((int)Math.Ceiling(seconds * Hz) + 2);

    /// <summary>A value at any time, linearly between the steps; before and after the track as at its ends.</summary>
    public static double At(double[] values, double timeS)
    {
        var place = timeS * Hz;
        if (!(place > 0)) return values[0];
        if (place >= values.Length - 1) return values[^1];
        var below = (int)place;
        return values[below] + (place - below) * (values[below + 1] - values[below]);
    }

    /// <summary>The head direction at any time, along the shorter way between the steps.</summary>
    public double HeadingAt(double timeS)
    {
        var place = Math.Clamp(timeS * Hz, 0, Steps - 1);
        var below = Math.Min((int)place, Steps - 2);
        return Wrapped(heading[below] + (place - below) * Wrapped(heading[below + 1] - heading[below]));
    }

    /// <summary>The lap at a time.</summary>
    public int LapAt(double timeS) => lap is null ? 0 : lap[(int)Math.Clamp(timeS * Hz, 0, Steps - 1)];

    /// <summary>Locomotion in the middle of every frame.</summary>
    public double[] LocomotionPerFrame(int frames, double fps)
    {
        var perFrame = new double[frames];
        for (var t = 0; t < frames; t++) perFrame[t] = At(Locomotion, (t + 0.5) / fps);
        return perFrame;
    }

    /// <summary>An angle in (−π, π].</summary>
    public static double Wrapped(double angle) => angle - 2 * Math.PI * Math.Ceiling((angle - Math.PI) / (2 * Math.PI));

    private static double[] LocomotionOf(double[] speed)
    {
        var locomotion = new double[speed.Length];
        var alpha = -PortableMath.ExpM1(-1 / (LocomotionTauS * Hz));
        for (var i = 0; i < locomotion.Length; i++)
        {
            var now = Math.Min(speed[i] / FullLocomotionMS, 1);
            locomotion[i] = i == 0 ? now : locomotion[i - 1] + alpha * (now - locomotion[i - 1]);
        }
        return locomotion;
    }
}
