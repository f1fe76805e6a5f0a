namespace LlmSim.Schedules.Training;

/// <summary>Dynamic scaling of the loss, which keeps small gradients in the range of fp16 (Micikevicius 2017, arXiv 1710.03740, section 3.2).</summary>
/// <param name="SkippedShare">Share of steps whose gradients overflow: their update is left out and their work lost.</param>
public sealed record LossScaling(double SkippedShare);
