using LlmSim.Model.Units;

namespace LlmSim.Schedules.Serving;

/// <summary>The way of a request outside the engine: a serial front end, a constant latency, and a worker that sends tokens to clients.</summary>
/// <param name="FrontEnd">Time of each request in the one worker that parses and tokenises.</param>
/// <param name="Latency">From there to the engine's queue, the client's own turnaround included.</param>
/// <param name="PerChunk">Time of each streamed chunk in the one worker that sends them.</param>
/// <param name="StreamInterval">Tokens of a sequence that leave as one chunk; the first token always leaves at once.</param>
public sealed record RequestPath(Seconds FrontEnd, Seconds Latency, Seconds PerChunk, int StreamInterval = 1)
{
    /// <summary>A client inside the engine, as offline benchmarks are and as engines record their own times.</summary>
    public static RequestPath None { get; } = new(Seconds.Zero, Seconds.Zero, Seconds.Zero);
}

/// <summary>Waiting for fuller prompt batches: TensorRT-LLM's batch_wait_max_tokens_ratio and batch_wait_timeout_iters.</summary>
/// <param name="Share">Share of the token budget that is waited for, above 0 and at most 1.</param>
/// <param name="Iterations">Iterations that are waited at most.</param>
public sealed record BatchingWait(double Share, int Iterations);
