using System.Collections.Immutable;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving.Admission;
using LlmSim.Schedules.Serving.Routing;

namespace LlmSim.Planning.Scenarios;

/// <summary>How a model is served.</summary>
public sealed record ServingOptions
{
    /// <summary>Copies of the model behind one router.</summary>
    public required int Replicas { get; init; }

    /// <summary>The router before the replicas by name.</summary>
    public string Router { get; init; } = Routers.LeastOutstanding;

    /// <summary>The format in which weights are stored.</summary>
    public required NumberFormat Weights { get; init; }

    /// <summary>The format in which activations are multiplied.</summary>
    public required NumberFormat Activations { get; init; }

    /// <summary>The format in which keys and values are stored.</summary>
    public required NumberFormat KvCache { get; init; }

    /// <summary>The kind of server by name, such as <c>vllm</c>.</summary>
    public required string Server { get; init; }

    /// <summary>Whether scales of quantised activations are stated by the checkpoint.</summary>
    public required bool StaticScales { get; init; }

    /// <summary>The batching policy by name, such as <c>continuous</c>, or null for the server's own.</summary>
    public string? Policy { get; init; }

    /// <summary>Tokens of a sequence that leave as one chunk.</summary>
    public required int StreamInterval { get; init; }

    /// <summary>Share of the token budget that prompts wait to fill, or null where none waits.</summary>
    public double? BatchingWaitShare { get; init; }

    /// <summary>Steps for which prompts wait at most.</summary>
    public required int BatchingWaitSteps { get; init; }

    /// <summary>Sequences that may run at once on a replica.</summary>
    public required int MaxBatch { get; init; }

    /// <summary>Tokens that one step may process on a replica.</summary>
    public required int MaxBatchedTokens { get; init; }

    /// <summary>Whether a prompt may be split over several steps.</summary>
    public required bool ChunkedPrefill { get; init; }

    /// <summary>Prompt tokens in one chunk at most, or null for what the step has room for.</summary>
    public int? Chunk { get; init; }

    /// <summary>Tokens of one sequence, prompt and output, at most; null for the model's own limit.</summary>
    public int? MaxContext { get; init; }

    /// <summary>Tokens in one block of the KV cache.</summary>
    public required int BlockSize { get; init; }

    /// <summary>Whether computed blocks of prompts stay for requests that begin alike.</summary>
    public bool PrefixCache { get; init; }

    /// <summary>Share of the accelerator's memory that the server may use, as a fraction of one; null for the server's own.</summary>
    public double? MemoryUtilization { get; init; }

    /// <summary>Requests that may wait at a replica, or null for any number.</summary>
    public int? QueueLimit { get; init; }

    /// <summary>Time after which a waiting request is given up, or null for never.</summary>
    public Seconds? Timeout { get; init; }

    /// <summary>Rate limits before the router.</summary>
    public ImmutableArray<RateLimit> Limits { get; init; } = [];

    /// <summary>How clients send again what was refused, or null where they do not.</summary>
    public RetryPolicy? Retry { get; init; }

    /// <summary>How kernels are launched.</summary>
    public required ExecutionMode Execution { get; init; }

    /// <summary>What the host adds to a step, where it is not left to the kind of server.</summary>
    public required HostOptions Host { get; init; }

    /// <summary>What latencies are promised.</summary>
    public required LatencyObjectives Objectives { get; init; }
}

/// <summary>What the host adds to a step; null is what the kind of server needs.</summary>
/// <param name="PerStep">Time for each step.</param>
/// <param name="PerSequence">Time for each sequence in a step.</param>
/// <param name="PerPrefill">Time for each step that holds a prompt.</param>
/// <param name="Asynchronous">Whether the host prepares a step while the one before it runs.</param>
public sealed record HostOptions(Seconds? PerStep, Seconds? PerSequence, Seconds? PerPrefill, bool? Asynchronous);

/// <summary>Latencies that a request should keep to be counted as good; null where none is asked for.</summary>
/// <param name="TimeToFirstToken">Time from arrival to the first token.</param>
/// <param name="TimePerOutputToken">Mean time between two tokens after the first.</param>
/// <param name="EndToEnd">Time from arrival to the last token.</param>
public sealed record LatencyObjectives(Seconds? TimeToFirstToken, Seconds? TimePerOutputToken, Seconds? EndToEnd);
