using System.Collections.Immutable;

namespace LlmSim.Schedules.Fleet;

/// <summary>The autoscalers by name.</summary>
public static class Autoscalers
{
    /// <summary>Name of <see cref="HorizontalAutoscaler"/>.</summary>
    public const string Horizontal = "hpa";

    /// <summary>Name of <see cref="EventDrivenAutoscaler"/>.</summary>
    public const string EventDriven = "keda";

    private static readonly ImmutableSortedDictionary<string, Func<AutoscalerPlan, IAutoscaler>> Factories =
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, new Dictionary<string, Func<AutoscalerPlan, IAutoscaler>>
        {
            [Horizontal] = static plan => new HorizontalAutoscaler(plan),
            [EventDriven] = static plan => new EventDrivenAutoscaler(plan),
        });

    /// <summary>Names that are known, in alphabetical order.</summary>
    public static ImmutableArray<string> Names { get; } = [.. Factories.Keys];

    /// <summary>A new autoscaler for one pool of one run.</summary>
    public static IAutoscaler Create(AutoscalerPlan plan) => Factories[plan.Kind](plan);
}
