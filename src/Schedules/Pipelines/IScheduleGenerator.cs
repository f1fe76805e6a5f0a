namespace LlmSim.Schedules.Pipelines;

/// <summary>Writes down a pipeline schedule for any size that it can serve.</summary>
public interface IScheduleGenerator
{
    /// <summary>Why the schedule does not exist for this size; empty where it does.</summary>
    string Problem(PipelineShape shape);

    /// <summary>The passes of one stage in their order.</summary>
    /// <param name="shape">A size without problem.</param>
    /// <param name="stage">The stage, from 0.</param>
    IEnumerable<Pass> Order(PipelineShape shape, int stage);
}
