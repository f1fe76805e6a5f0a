using LlmSim.Model.Units;

namespace LlmSim.Schedules.Fleet;

/// <summary>A service around the model, such as an encoder, a retriever or a classifier: some servers and one queue, first come first served.</summary>
public sealed record GraphStage
{
    /// <summary>What reports call it.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it works on the answer; otherwise on the request.</summary>
    public bool AfterModel { get; init; }

    /// <summary>Requests that it serves at a time: its replicas times what each takes.</summary>
    public int Servers { get; init; } = 1;

    /// <summary>Time of a request without its tokens.</summary>
    public Seconds Base { get; init; }

    /// <summary>Time of each prompt token before the model, of each output token after it.</summary>
    public Seconds PerToken { get; init; }

    /// <summary>Whether times are exponential around these means; otherwise they are these.</summary>
    public bool Random { get; init; }

    /// <summary>Share of the requests that pass through it, 0 to 1.</summary>
    public double Share { get; init; } = 1;
}
