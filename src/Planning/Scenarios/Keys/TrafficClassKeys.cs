using System.Collections.Immutable;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>The keys of traffic of several kinds.</summary>
internal static class TrafficClassKeys
{
    private static readonly ScenarioKey<string> Name = Key.Required("name", Shapes.Text, "What reports call the class, unlike any other.");

    private static readonly ScenarioKey<int> Priority =
        Key.Default("priority", Shapes.Integer(int.MinValue, int.MaxValue), "0", "How urgent the class is: larger comes first where the policy looks at it.");

    private static readonly ScenarioKey<LatencyObjectives> Objectives = Key.Optional(
        "slo", ServingKeys.ObjectivesShape, "Latencies that its requests must keep to be counted as good; without it those of `serving.slo`.");

    /// <summary>The key <c>classes</c>, given the sources of a single class.</summary>
    public static ScenarioKey<TrafficSource> Create(ImmutableArray<ScenarioKey> sources)
    {
        KeyGroup group = new(sources, AtLeastOne: true, AtMostOne: true);
        SectionShape<TrafficClass> one = new(
            new Section("One kind of traffic: its name and exactly one source.", [Name, Priority, Objectives, .. sources]) { Groups = [group] },
            v => new TrafficClass(v.Of(Name), v.Of(Priority), v.MaybeObject(Objectives), v.Chosen<TrafficSource>(group)));
        return Key.Optional(
            "classes",
            new MappedShape<ImmutableArray<TrafficClass>, TrafficSource>(new ListShape<TrafficClass>(one), static classes => new ClassedTraffic(classes)),
            "Several kinds of traffic at once.");
    }

    /// <summary>Whether some source never ends by itself.</summary>
    public static bool IsEndless(TrafficSource traffic) => traffic switch
    {
        SyntheticTraffic synthetic => synthetic.Requests is null,
        ClassedTraffic classed => classed.Classes.Any(static one => IsEndless(one.Source)),
        _ => false,
    };

    /// <summary>A name that two classes share, or null.</summary>
    public static string? Repeated(TrafficSource traffic) => traffic is ClassedTraffic classed
        ? classed.Classes.GroupBy(static one => one.Name, StringComparer.Ordinal).FirstOrDefault(static group => group.Count() > 1)?.Key
        : null;
}
