using System.Collections.Immutable;

namespace LlmSim.Planning.Scenarios;

/// <summary>Several kinds of traffic at once.</summary>
/// <param name="Classes">The kinds, each with a name of its own.</param>
public sealed record ClassedTraffic(ImmutableArray<TrafficClass> Classes) : TrafficSource;

/// <summary>One kind of traffic among several.</summary>
/// <param name="Name">What reports call it.</param>
/// <param name="Priority">How urgent it is: larger comes first where a policy looks at it.</param>
/// <param name="Objectives">What it is promised, or null for what <c>serving.slo</c> promises.</param>
/// <param name="Source">Who asks for what, and when.</param>
public sealed record TrafficClass(string Name, int Priority, LatencyObjectives? Objectives, TrafficSource Source);
