namespace LlmSim.Schedules.Fleet;

/// <summary>What an autoscaler looks at, summed over the replicas that are ready.</summary>
public enum ScalingMetric
{
    /// <summary>Requests that wait or are active.</summary>
    Concurrency,

    /// <summary>Requests that wait.</summary>
    Waiting,

    /// <summary>Share of the time with an iteration in flight; what a GPU's utilisation shows.</summary>
    Utilization,

    /// <summary>Share of the KV cache that is taken.</summary>
    KvUsage,

    /// <summary>Requests that arrive in a second.</summary>
    RequestRate,
}
