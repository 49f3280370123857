using Minisim.Metrics;
using Minisim.Steps;

namespace Minisim;

/// <summary>Scores pipelines on a recording.</summary>
public static class RecordingEvaluation
{
    /// <summary>An evaluator of estimates of this recording: <c>recording.Evaluator().Evaluate(estimate)</c>.</summary>
    public static Evaluator Evaluator(this Recording recording) => new(recording.Truth, Facts(recording.Spec), recording.Observed);

    /// <summary>What metrics need of a spec: acquisition and, with a sensor, photons per unit.</summary>
    public static RecordingFacts Facts(Spec spec) => new(spec.Acquisition, spec.Find<Sensor>()?.PhotonsPerUnit) { Snr = SnrOfSpec.Conditions(spec), LocomotionThresholdMS = spec.Find<Behavior>()?.LocomotionThresholdM_S ?? 0.02 };
}
