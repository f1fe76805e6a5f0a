using System.Collections.Immutable;

namespace LlmSim.Planning.Scenarios;

/// <summary>Names in scenario files that stand for something registered elsewhere.</summary>
public static class ScenarioVocabulary
{
    /// <summary>Pipeline schedules; the first is the default.</summary>
    public static ImmutableArray<string> Schedules { get; } = ["1f1b", "interleaved-1f1b"];

    /// <summary>Batching policies; the first is the default.</summary>
    public static ImmutableArray<string> Policies { get; } = ["continuous"];
}
