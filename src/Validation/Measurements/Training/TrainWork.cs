using LlmSim.Schedules.Training;

namespace LlmSim.Validation.Measurements.Training;

/// <summary>One optimiser step of a training job.</summary>
/// <param name="Job">The step, with the efficiency that the catalog has for its device.</param>
public sealed record TrainWork(TrainJob Job) : MeasuredWork;
