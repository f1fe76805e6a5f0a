using LlmSim.Model.Cost;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Schedules.Fleet;

/// <summary>From a fleet to its prediction: the replay, then energy and money.</summary>
public static class FleetRun
{
    /// <summary>Replays traffic on a fleet whose memory fits.</summary>
    /// <param name="job">The fleet.</param>
    /// <param name="source">Its requests.</param>
    /// <param name="observe">Takes each outcome as it comes; null for no one.</param>
    /// <param name="cancellation">Stops the run.</param>
    /// <exception cref="ArgumentException">The settings have problems, or no KV block fits; check <see cref="ServeRun.Memory"/> of each pool first.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static FleetPrediction Simulate(FleetJob job, IRequestSource source, Action<RequestOutcome>? observe, CancellationToken cancellation)
    {
        FleetResult result = FleetSimulation.Run(job, source, observe, cancellation);
        ServeJob main = job.Pools[0].Job;
        return new FleetPrediction
        {
            Job = job,
            Result = result,
            Serving = new ServePrediction
            {
                Job = main with { Settings = main.Settings with { Replicas = result.Serving.Replicas } },
                Result = result.Serving,
                Memory = ServeRun.Memory(main),
                MeanStep = ServeRun.MeanStep(result.Serving, main.StepPrice()),
                Energy = job.Pools.Zip(result.Pools).Aggregate(Joules.Zero, (sum, pool) => sum + Energy(pool.First.Job, pool.Second, result.Serving)),
            },
        };
    }

    /// <summary>How sure the figures of a fleet are: as those of a server, with the fleet replayed under the draws at both ends.</summary>
    public static ServeBands Bands(FleetPrediction prediction, Func<IRequestSource> open, int draws, CancellationToken cancellation) => ServeBands.Of(
        prediction.Serving, (drawn, source) => Simulate(Under(prediction.Job, drawn), source, observe: null, cancellation).Result.Serving, open, draws);

    /// <summary>The fleet with the efficiency and host of a drawn job wherever it has the machines of the first pool.</summary>
    private static FleetJob Under(FleetJob job, ServeJob drawn) => job with
    {
        Pools = [.. job.Pools.Select(pool => pool.Job.Node == job.Pools[0].Job.Node
            ? pool with { Job = pool.Job with { Efficiency = drawn.Efficiency, Host = drawn.Host } } : pool)],
    };

    private static Joules Energy(ServeJob job, PoolResult pool, ServeResult result)
    {
        CostBreakdown step = ServeRun.MeanStep(result, job.StepPrice());
        double scale = step.Total > Seconds.Zero ? pool.BusyTime / step.Total : 0;
        Joules working = PowerModel.Energy(job.Node.Accelerator, step * scale, pool.ReplicaTime) * job.Layout.WorldSize;
        Seconds spare = Seconds.Max(Seconds.Zero, pool.DeviceTime - (pool.ReplicaTime * job.Layout.WorldSize));
        Watts host = job.Node.HostPower * (1d / job.Node.Devices);
        return working + PowerModel.Energy(job.Node.Accelerator, default, spare) + (host * pool.DeviceTime);
    }
}
