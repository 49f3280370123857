namespace Minisim.Steps;

/// <summary>How the motion of the brain is made.</summary>
public enum MotionModel
{
    /// <summary>A driven, damped oscillator: locomotion and posture shake the brain in the skull.</summary>
    Physical,
    /// <summary>A random walk that stays inside the disk of the largest shift.</summary>
    Walk,
}
