using System.Collections.Immutable;
using LlmSim.Schedules.Pipelines;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Serving.Routing;

namespace LlmSim.Planning.Scenarios;

/// <summary>Names in scenario files that stand for something registered elsewhere.</summary>
public static class ScenarioVocabulary
{
    /// <summary>Pipeline schedules; the first is the default.</summary>
    public static ImmutableArray<string> Schedules { get; } = PipelineSchedules.Names;

    /// <summary>Kinds of servers.</summary>
    public static ImmutableArray<string> Servers { get; } = ServerKinds.Names;

    /// <summary>Routers.</summary>
    public static ImmutableArray<string> Routing { get; } = Routers.Names;

    /// <summary>Batching policies.</summary>
    public static ImmutableArray<string> Policies { get; } = BatchPolicies.Names;
}
