using System.Collections.Immutable;
using System.Globalization;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving.Admission;
using LlmSim.Schedules.Serving.Results;
using LlmSim.Schedules.Serving.Routing;

namespace LlmSim.Schedules.Serving;

/// <summary>A setting with an illegal value: its name, what was found and what is legal.</summary>
public sealed record SettingProblem(string Setting, string Found, string Legal)
{
    /// <summary>The problem in one line.</summary>
    public override string ToString() => $"{Setting}: found {Found}; legal is {Legal}";
}

/// <summary>How a serving system is set up: its replicas, how each batches, what it refuses and how long it is watched.</summary>
/// <remarks>
/// What an iteration costs, host work included, is the price's matter and not here. Lengths of batches and budgets are required: no default suits
/// every server.
/// </remarks>
public sealed record ServeSettings
{
    /// <summary>Equal replicas, at least one.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>Name of the router in <see cref="Routers"/>.</summary>
    public string Router { get; init; } = Routers.LeastOutstanding;

    /// <summary>Name of the batching policy in <see cref="BatchPolicies"/>.</summary>
    public string Policy { get; init; } = BatchPolicies.Continuous;

    /// <summary>Largest number of sequences that are active on a replica.</summary>
    public required int MaxBatch { get; init; }

    /// <summary>Token budget of an iteration: decoding sequences and prompt tokens together. At least <see cref="MaxBatch"/>.</summary>
    public required int MaxBatchedTokens { get; init; }

    /// <summary>The way of a request outside the engine.</summary>
    public RequestPath Path { get; init; } = RequestPath.None;

    /// <summary>Waiting for fuller prompt batches, which only in-flight batching knows; null where none is waited for.</summary>
    public BatchingWait? Wait { get; init; }

    /// <summary>Whether a prompt may be computed in parts. Without it a prompt waits until the budget holds all of it.</summary>
    public bool ChunkedPrefill { get; init; } = true;

    /// <summary>
    /// A smaller token budget for chunked prefill, decoding sequences included, as Sarathi-Serve defines its chunk size; null takes <see
    /// cref="MaxBatchedTokens"/>.
    /// </summary>
    public int? Chunk { get; init; }

    /// <summary>Largest sum of prompt and output tokens of a request; null for no limit.</summary>
    public int? MaxContext { get; init; }

    /// <summary>Tokens of a KV block.</summary>
    public int BlockSize { get; init; } = 16;

    /// <summary>Whether computed blocks of prompts stay in the KV cache for requests that begin alike, as long as their memory is not needed.</summary>
    public bool PrefixCache { get; init; }

    /// <summary>Tokens that the KV cache of one replica holds; a partial last block is not used.</summary>
    public required long KvCapacityTokens { get; init; }

    /// <summary>
    /// Requests that may wait on a replica at the moment of an arrival, those waiting for the iteration in flight included; null for no limit.
    /// </summary>
    public int? QueueLimit { get; init; }

    /// <summary>How long a client waits for its last token before it gives up; null for ever.</summary>
    public Seconds? Timeout { get; init; }

    /// <summary>Rate limits before the router; a request must pass all of them.</summary>
    public ImmutableArray<RateLimit> Limits { get; init; } = [];

    /// <summary>How clients send again what was refused; null where they do not.</summary>
    public RetryPolicy? Retry { get; init; }

    /// <summary>Classes of traffic, which requests name by their index; at least one.</summary>
    public ImmutableArray<RequestClass> Classes { get; init; } = [RequestClass.All];

    /// <summary>Seed of the draws of routers and retries.</summary>
    public long Seed { get; init; }

    /// <summary>When the run is cut off, measured from zero; null runs until all requests have ended.</summary>
    public Seconds? Duration { get; init; }

    /// <summary>Whether every decode step is an event of its own. The results are the same; it serves to check the leaps.</summary>
    public bool Stepping { get; init; }

    /// <summary>Token budget that the policy works with.</summary>
    public int TokenBudget => ChunkedPrefill && Chunk is int chunk ? Math.Min(chunk, MaxBatchedTokens) : MaxBatchedTokens;

    /// <summary>Every setting with an illegal value; empty where the settings can be run.</summary>
    public ImmutableArray<SettingProblem> Problems()
    {
        ImmutableArray<SettingProblem>.Builder problems = ImmutableArray.CreateBuilder<SettingProblem>();
        Require(Replicas >= 1, "replicas", Replicas, "at least 1");
        Require(Routers.Names.Contains(Router), "router", Router, $"one of {string.Join(", ", Routers.Names)}");
        Require(BatchPolicies.Names.Contains(Policy), "policy", Policy, $"one of {string.Join(", ", BatchPolicies.Names)}");
        Require(MaxBatch >= 1, "max_batch", MaxBatch, "at least 1");
        Require(MaxBatchedTokens >= Math.Max(1, MaxBatch), "max_batched_tokens", MaxBatchedTokens, Invariant($"at least max_batch, {MaxBatch}"));
        Require(Chunk is null || Chunk >= Math.Max(1, MaxBatch), "chunk", Chunk, Invariant($"at least max_batch, {MaxBatch}"));
        Require(MaxContext is null or >= 2, "max_context", MaxContext, "at least 2: a prompt token and an output token");
        Require(BlockSize is >= 1 and <= 65536, "block_size", BlockSize, "1 to 65536 tokens");
        Require(KvCapacityTokens >= Math.Max(1, BlockSize), "kv_capacity_tokens", KvCapacityTokens, Invariant($"at least one block, {BlockSize}"));
        Require(QueueLimit is null or >= 0, "queue_limit", QueueLimit, "at least 0");
        Require(IsPositive(Timeout), "timeout", Timeout, "a positive time");
        Require(IsPositive(Duration), "duration", Duration, "a positive time");
        Require(!Classes.IsEmpty, "classes", "none", "at least one");
        Require(
            Limits.All(static limit => limit.Limit >= 1 && IsPositive(limit.Window) && limit.Burst is null or >= 1),
            "limits", "a limit, window or burst of nothing", "positive ones");
        Require(
            Retry is null || (Retry.Retries >= 1 && IsPositive(Retry.Backoff) && Retry is { Factor: >= 1 and < 1e6, Jitter: >= 0 and <= 1 }),
            "retries", Retry, "at least one retry, a positive backoff, a factor of at least 1 and a jitter of at most 1");
        return problems.ToImmutable();

        void Require(bool holds, string setting, object? found, string legal)
        {
            if (!holds)
            {
                problems.Add(new SettingProblem(setting, Invariant($"{found}"), legal));
            }
        }
    }

    private static bool IsPositive(Seconds? time) => time is not Seconds set || (set.Value > 0 && double.IsFinite(set.Value));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
