using LlmSim.Model.Units;

namespace LlmSim.Schedules.Fleet;

/// <summary>How the number of replicas follows the load. Defaults are those of Kubernetes.</summary>
/// <remarks>Kubernetes, "Horizontal Pod Autoscaling" (algorithm, configurable scaling behaviour); KEDA, "Scaling Deployments" (polling, cooldown, activation).</remarks>
public sealed record AutoscalerPlan
{
    /// <summary>Name of the autoscaler in <see cref="Autoscalers"/>.</summary>
    public string Kind { get; init; } = Autoscalers.Horizontal;

    /// <summary>What it looks at.</summary>
    public ScalingMetric Metric { get; init; } = ScalingMetric.Concurrency;

    /// <summary>What one replica should have of it; above zero.</summary>
    public required double Target { get; init; }

    /// <summary>Fewest replicas; zero only where the autoscaler can start from none.</summary>
    public int Min { get; init; } = 1;

    /// <summary>Most replicas.</summary>
    public required int Max { get; init; }

    /// <summary>Time between two looks.</summary>
    public Seconds Period { get; init; } = new(15);

    /// <summary>By how much the metric may be off its target before anything changes, relative to it.</summary>
    public double Tolerance { get; init; } = 0.1;

    /// <summary>For how long every look must have wanted more before there are more.</summary>
    public Seconds StabilizationUp { get; init; }

    /// <summary>For how long every look must have wanted fewer before there are fewer.</summary>
    public Seconds StabilizationDown { get; init; } = new(300);

    /// <summary>Replicas that one look may always add.</summary>
    public int StepUp { get; init; } = 4;

    /// <summary>Largest growth at one look relative to what is there, where that is more than <see cref="StepUp"/>.</summary>
    public double GrowthUp { get; init; } = 1;

    /// <summary>Largest share of the replicas that one look may take away.</summary>
    public double ShareDown { get; init; } = 1;

    /// <summary>Time between two readings of the metric.</summary>
    public Seconds Scrape { get; init; } = new(15);

    /// <summary>Age of a reading when the autoscaler sees it: the way from exporter to adapter.</summary>
    public Seconds Lag { get; init; }

    /// <summary>Time over which readings are averaged; the last reading alone where zero.</summary>
    public Seconds Window { get; init; }

    /// <summary>Metric above which an event-driven autoscaler starts from none.</summary>
    public double Activation { get; init; }

    /// <summary>For how long the metric must not exceed <see cref="Activation"/> before an event-driven autoscaler goes to none.</summary>
    public Seconds Cooldown { get; init; } = new(300);
}
