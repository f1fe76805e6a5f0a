using LlmSim.Model.Calibration;
using LlmSim.Model.Cost;
using LlmSim.Schedules.Pipelines;

namespace LlmSim.Schedules.Training;

/// <summary>How sure a predicted step is.</summary>
public static class TrainBands
{
    /// <summary>The band of the step's time in seconds, from draws of constants, of operators' residuals and of what whole steps add to both.</summary>
    /// <param name="job">The step.</param>
    /// <param name="draws">Draws, each of which is a simulation.</param>
    public static PredictionBand Step(TrainJob job, int draws = PredictionBand.Draws)
    {
        // Planned once: software fixes its order by the times that it knows, not by those of a draw.
        PipelineSchedule schedule = TrainStep.Simulate(job).Schedule;
        double[] steps = new double[draws];
        Parallel.For(0, draws, seed =>
        {
            Efficiency drawn = job.Efficiency.Draw(seed);
            double step = TrainStep.Simulate(job with { Efficiency = drawn }, schedule, record: false).Step.Value;
            steps[seed] = step * drawn.WholeRunFactor(drawn.Training.Spread, step);
        });
        return PredictionBand.Of(steps);
    }
}
