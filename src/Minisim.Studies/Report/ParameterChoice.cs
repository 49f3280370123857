using System.Collections;
using Minisim.Metrics;

namespace Minisim.Studies;

/// <summary>A choice of parameters, and what it costs not to have made the best one.</summary>
/// <param name="Entrant">The pipeline with these parameters.</param>
/// <param name="Mean">Mean F1.</param>
/// <param name="Loss">F1 of the best choice minus this one's, on the same recordings; 0 for the best.</param>
/// <param name="BestOn">Recordings on which it is the best (or among them).</param>
/// <param name="Recordings">Recordings compared.</param>
/// <param name="WorstLoss">Largest mean loss at any value of any axis.</param>
/// <param name="WorstAt">Where that is.</param>
public sealed record ParameterChoice(string Entrant, double Mean, Bounded Loss, int BestOn, int Recordings, double WorstLoss, string WorstAt);
