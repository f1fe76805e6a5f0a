using LlmSim.Model.Units;

namespace LlmSim.Schedules.Fleet;

/// <summary>A rolling update: every replica is replaced by one of the new version.</summary>
/// <param name="At">When it begins.</param>
/// <param name="Surge">Replicas that there may be more than asked for.</param>
/// <param name="Unavailable">Ready replicas that there may be fewer than asked for; not zero together with <paramref name="Surge"/>.</param>
public sealed record RolloutPlan(Seconds At, int Surge, int Unavailable);
