using System.Collections.Immutable;
using LlmSim.Planning.Scenarios;
using LlmSim.Schedules.Fleet;
using LlmSim.Schedules.Serving;

namespace LlmSim.Planning.Jobs;

/// <summary>Joins the fleet of a scenario to a job.</summary>
public static class FleetBinding
{
    /// <summary>The fleet of a scenario; null where it has none, and where there are problems.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="main">Its serving job.</param>
    /// <param name="problems">What is wrong; empty where nothing is.</param>
    public static FleetJob? Bind(ServeScenario scenario, ServeJob main, out ImmutableArray<Problem> problems)
    {
        problems = [];
        if (scenario.Fleet is not { } fleet)
        {
            return null;
        }

        var found = new ProblemList();
        ImmutableArray<FleetPool> pools = [Pool(fleet.Main, main), .. fleet.Pools.Select(pool => Pool(scenario, pool, found)).OfType<FleetPool>()];
        foreach (IGrouping<string, FleetPool> twice in pools.GroupBy(static pool => pool.Name).Where(static group => group.Count() > 1))
        {
            found.Add(scenario.ProblemAt("fleet.pools", $"two pools are called '{twice.Key}'; 'main' is that of the file"));
        }

        if (!main.Settings.Limits.IsEmpty || main.Settings.Retry is not null)
        {
            string key = main.Settings.Limits.IsEmpty ? "serving.retries" : "serving.limits";
            found.Add(scenario.ProblemAt(key, $"'{key}' stands beside 'fleet', whose gateway neither limits rates nor sees clients come back: leave one of both out"));
        }

        problems = found.Problems;
        return problems.IsEmpty
            ? new FleetJob { Pools = pools, Graph = fleet.Graph, Seed = scenario.Seed, GatewayQueue = fleet.GatewayQueue ?? int.MaxValue }
            : null;
    }

    private static FleetPool? Pool(ServeScenario scenario, PoolOptions pool, ProblemList found)
    {
        bool sameMachines = pool.Accelerator is null && pool.Node is null;
        ServeJob? job = ScenarioJobs.Bind(
            scenario with
            {
                Accelerator = sameMachines ? scenario.Accelerator : pool.Accelerator,
                Node = sameMachines ? scenario.Node : pool.Node,
                Efficiency = sameMachines ? scenario.Efficiency : null,
                Parallel = pool.Parallel ?? scenario.Parallel,
                Prices = new(pool.AcceleratorHour ?? scenario.Prices.AcceleratorHour),
            },
            out ImmutableArray<Problem> problems,
            out _);
        found.AddRange(problems);
        return job is null ? null : Pool(pool, job);
    }

    private static FleetPool Pool(PoolOptions pool, ServeJob job) => new()
    {
        Name = pool.Name,
        Job = pool.Replicas is int replicas ? job with { Settings = job.Settings with { Replicas = replicas } } : job,
        Autoscaler = pool.Autoscaler,
        ColdStart = pool.ColdStart,
        Nodes = pool.Nodes,
        Rollout = pool.Rollout,
        Faults = pool.Faults,
        Grace = pool.Grace,
    };
}
