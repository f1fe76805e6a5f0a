using LlmSim.Model.Units;
using LlmSim.Schedules.Fleet;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>The keys of an autoscaler.</summary>
internal static class AutoscalerKeys
{
    private static readonly ScenarioKey<string> Kind = Key.Default(
        "kind", Shapes.Names(Autoscalers.Names), Autoscalers.Horizontal, "The autoscaler: `hpa` of Kubernetes, or `keda`, which alone goes to and starts from none.");

    private static readonly ScenarioKey<ScalingMetric> Metric = Key.Default(
        "metric",
        Shapes.Words(
            ("concurrency", ScalingMetric.Concurrency), ("waiting", ScalingMetric.Waiting), ("utilization", ScalingMetric.Utilization),
            ("kv-usage", ScalingMetric.KvUsage), ("request-rate", ScalingMetric.RequestRate)),
        "concurrency", "What is measured on each replica: requests under way or waiting, waiting ones, share of busy time, of the KV cache, or requests a second.");

    private static readonly ScenarioKey<double> Target = Key.Required("target", Shapes.Ratio, "What one replica should have of the metric.");
    private static readonly ScenarioKey<int> Min = Key.Default("min", Shapes.Integer(0, 100_000), "1", "Fewest replicas; 0 only with `keda`.");
    private static readonly ScenarioKey<int> Max = Key.Required("max", Shapes.Integer(1, 100_000), "Most replicas.");
    private static readonly ScenarioKey<Seconds> Period = Key.Default("period", Shapes.Time(example: "15 s"), "15 s", "Time between two looks.");

    private static readonly ScenarioKey<double> Tolerance =
        Key.Default("tolerance", Shapes.Share(Sign.ZeroOrMore, "10 %"), "10 %", "By how much the metric may be off its target before anything changes.");

    private static readonly ScenarioKey<Seconds> Up = Key.Default(
        "stabilization_up", Shapes.Time(Sign.ZeroOrMore, "60 s"), "0 s", "For how long every look must have wanted more before there are more.");

    private static readonly ScenarioKey<Seconds> Down = Key.Default(
        "stabilization_down", Shapes.Time(Sign.ZeroOrMore, "300 s"), "300 s", "For how long every look must have wanted fewer before there are fewer.");

    private static readonly ScenarioKey<Seconds> Scrape = Key.Default("scrape", Shapes.Time(example: "15 s"), "15 s", "Time between two readings of the metric.");

    private static readonly ScenarioKey<Seconds> Lag =
        Key.Default("lag", Shapes.Time(Sign.ZeroOrMore, "30 s"), "0 s", "Age of a reading when the autoscaler sees it.");

    private static readonly ScenarioKey<Seconds> Window =
        Key.Default("window", Shapes.Time(Sign.ZeroOrMore, "60 s"), "0 s", "Time over which readings are averaged.");

    private static readonly ScenarioKey<double> Activation =
        Key.Default("activation", new RatioShape(0), "0", "Metric above which `keda` starts from none.");

    private static readonly ScenarioKey<Seconds> Cooldown = Key.Default(
        "cooldown", Shapes.Time(Sign.ZeroOrMore, "300 s"), "300 s", "For how long the metric must not exceed the activation before `keda` goes to the minimum.");

    /// <summary>An autoscaler.</summary>
    public static readonly SectionShape<AutoscalerPlan> Autoscaler = new(
        new Section(
            "How the number of replicas follows the load; defaults are those of Kubernetes.",
            [Kind, Metric, Target, Min, Max, Period, Tolerance, Up, Down, Scrape, Lag, Window, Activation, Cooldown])
        {
            Check = Check,
        },
        static v => new AutoscalerPlan
        {
            Kind = v.Of(Kind),
            Metric = v.Of(Metric),
            Target = v.Of(Target),
            Min = v.Of(Min),
            Max = v.Of(Max),
            Period = v.Of(Period),
            Tolerance = v.Of(Tolerance),
            StabilizationUp = v.Of(Up),
            StabilizationDown = v.Of(Down),
            Scrape = v.Of(Scrape),
            Lag = v.Of(Lag),
            Window = v.Of(Window),
            Activation = v.Of(Activation),
            Cooldown = v.Of(Cooldown),
        });

    private static void Check(SectionValues values, Binding binding)
    {
        if (!values.TryGet(Min, out int min) || !values.TryGet(Max, out int max) || !values.TryGet(Kind, out string? kind))
        {
            return;
        }

        string path = ValueShape.Join(values.Path, Min.Name);
        if (min > max)
        {
            binding.Refuse(values.NodeOf(Min), path, $"'{path}' is {min}, more than max = {max}");
        }
        else if (min == 0 && kind == Autoscalers.Horizontal)
        {
            binding.Refuse(values.NodeOf(Min), path, $"'{path}' is 0, but '{kind}' can neither go to none nor start from it: expected at least 1, or kind: {Autoscalers.EventDriven}");
        }
    }
}
