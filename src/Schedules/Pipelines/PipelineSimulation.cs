using LlmSim.Model.Units;
using LlmSim.Schedules.Engine;

namespace LlmSim.Schedules.Pipelines;

/// <summary>Replays a schedule on the event engine: the same numbers as <see cref="PipelineReplay"/>, and links that messages and exchanges share.</summary>
/// <remarks>Slower by the price of the queue. It is the second method that checks the first, and the one for shared links.</remarks>
public static class PipelineSimulation
{
    /// <summary>Replays a schedule.</summary>
    /// <param name="schedule">A schedule without problems in <see cref="ScheduleRules"/>.</param>
    /// <param name="costs">Times of each of its chunks.</param>
    /// <param name="record">Whether to keep the span of each pass.</param>
    /// <param name="cancellation">Stops the replay.</param>
    /// <exception cref="ArgumentException">The costs are for another number of chunks, or the schedule is stuck.</exception>
    public static PipelineReplayResult Run(PipelineSchedule schedule, StageCosts costs, bool record, CancellationToken cancellation)
    {
        var simulator = new Simulator();
        var run = new SimulatedPipeline(simulator, schedule, costs, new ReplayTally(schedule, record));
        simulator.Run(cancellation);
        return run.Result() ?? throw new ArgumentException($"{schedule.Name} is stuck", nameof(schedule));
    }
}
