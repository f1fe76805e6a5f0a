using LlmSim.Model.Units;

namespace LlmSim.Schedules.Pipelines;

/// <summary>When a pass ran.</summary>
/// <param name="Stage">Its stage, from 0.</param>
/// <param name="Pass">The pass.</param>
/// <param name="Start">When it began.</param>
/// <param name="End">When it ended.</param>
public readonly record struct PassSpan(int Stage, Pass Pass, Instant Start, Instant End);
