using LlmSim.Schedules.Serving;
using LlmSim.Validation.Measurements.Serving;

namespace LlmSim.Validation.Comparison;

/// <summary>What the simulation of a measured run showed.</summary>
internal sealed record ServedRun
{
    /// <summary>The run; null where it was refused.</summary>
    public ServeResult? Result { get; init; }

    /// <summary>Each request of a recorded run in order of arrival; empty for other runs.</summary>
    public IReadOnlyList<ServedRequest> Requests { get; init; } = [];

    /// <summary>Why there is no run; null where there is one.</summary>
    public string? Refused { get; init; }
}

/// <summary>Latencies of one simulated request in seconds.</summary>
internal readonly record struct ServedRequest(double Ttft, double Tpot, double EndToEnd)
{
    /// <summary>The latencies of an outcome.</summary>
    public ServedRequest(in RequestOutcome outcome)
        : this(
            (outcome.FirstToken - outcome.Request.Arrival).Value,
            (outcome.Finished - outcome.FirstToken).Value / Math.Max(1, outcome.ProducedTokens - 1),
            (outcome.Finished - outcome.Request.Arrival).Value)
    {
    }

    /// <summary>The value of a metric of one request.</summary>
    public double Of(string metric) => metric switch
    {
        ServeMetrics.Ttft => Ttft,
        ServeMetrics.Tpot => Tpot,
        ServeMetrics.EndToEnd => EndToEnd,
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "No such metric of a request."),
    };
}
