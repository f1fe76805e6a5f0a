using LlmSim.Model.Memory;
using LlmSim.Schedules.Training;

namespace LlmSim.Validation.Measurements.Training;

/// <summary>One optimiser step of a training job.</summary>
/// <param name="Job">The step, with the efficiency that the catalog has for its device.</param>
/// <param name="InFlight">How many micro-batches a stage keeps under its schedule, which may be one that memory is known of but no replay.</param>
public sealed record TrainWork(TrainJob Job, InFlightRule InFlight) : MeasuredWork
{
    /// <summary>What decides the memory of the step.</summary>
    public TrainMemoryInput MemoryInput => Job.MemoryInput with { Schedule = InFlight };
}
