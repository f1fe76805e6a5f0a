using LlmSim.Model.Draws;
using LlmSim.Model.Units;
using LlmSim.Schedules.Pipelines;

namespace LlmSim.Schedules.Training;

/// <summary>How far passes stray from their mean time, and a stage that is slow throughout in one replica.</summary>
/// <param name="Sigma">Standard deviation of the logarithm of a pass's time on one device, at least 0.</param>
/// <param name="Seed">Seed of the draws.</param>
/// <param name="Straggler">The slow stage, from 0; -1 for none.</param>
/// <param name="StragglerFactor">Time of its passes relative to the others', at least 1.</param>
public sealed record StepNoise(double Sigma, long Seed, int Straggler = -1, double StragglerFactor = 1)
{
    /// <summary>Replicas that are replayed; more are met by the distribution of their makespans.</summary>
    private const int MostReplayed = 16;

    /// <summary>The replica that holds the straggler, as it is replayed first.</summary>
    /// <param name="job">The step.</param>
    public PassJitter OfFirstReplica(TrainJob job) => Jitter(job, 0);

    /// <summary>When the slowest of all replicas is through with its passes: they wait for each other to exchange gradients.</summary>
    /// <remarks>
    /// Up to sixteen replicas are replayed. Of more the median of the largest of n normal makespans is taken, the quantile at 0.5^(1/n), with mean and deviation of those
    /// replayed: a thousand replicas cost no more than sixteen.
    /// </remarks>
    /// <param name="job">The step.</param>
    /// <param name="schedule">Its order.</param>
    /// <param name="costs">Mean costs.</param>
    /// <param name="first">Makespan of the first replica.</param>
    public Seconds Slowest(TrainJob job, PipelineSchedule schedule, StageCosts costs, Seconds first)
    {
        int replicas = job.Layout.Data;
        int replayed = Sigma > 0 ? Math.Min(replicas, MostReplayed) : 1;
        double[] others = [.. Enumerable.Range(1, replayed - 1).Select(replica => PipelineReplay.Run(schedule, costs with { Jitter = Jitter(job, replica) }).Makespan.Value)];
        if (others.Length == 0)
        {
            return first;
        }

        double slowest = Math.Max(first.Value, others.Max());
        if (replicas <= MostReplayed)
        {
            return new(slowest);
        }

        double mean = others.Average();
        double deviation = Math.Sqrt(others.Sum(other => (other - mean) * (other - mean)) / (others.Length - 1));
        return new(Math.Max(first.Value, mean + (deviation * NormalQuantile.At(Math.Pow(0.5, 1d / replicas)))));
    }

    private PassJitter Jitter(TrainJob job, int replica) => new((Seed * MostReplayed) + replica, Sigma)
    {
        Ranks = job.Layout.Tensor * job.Layout.Context,
        Straggler = replica == 0 ? Straggler : -1,
        StragglerFactor = StragglerFactor,
    };
}
