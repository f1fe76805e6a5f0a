using System.Collections.Immutable;
using LlmSim.Model.Hardware;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving.Admission;
using LlmSim.Schedules.Serving.Routing;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>The keys of serving.</summary>
internal static class ServingKeys
{
    private static readonly ValueShape<NumberFormat> AnyFormat = Shapes.Formats([.. Enum.GetValues<NumberFormat>()]);

    private static readonly ScenarioKey<int> Replicas = Key.Default("replicas", Shapes.Count, "1", "Copies of the model behind one router.");
    private static readonly ScenarioKey<string> Router =
        Key.Default("router", Shapes.Names(ScenarioVocabulary.Routing), Routers.LeastOutstanding, "How the router chooses a replica for a request.");
    private static readonly ScenarioKey<NumberFormat> Weights = Key.Default("weights", AnyFormat, "bf16", "The format in which weights are stored.");
    private static readonly ScenarioKey<NumberFormat> Activations =
        Key.Default("activations", AnyFormat, "bf16", "The format in which activations are multiplied.");
    private static readonly ScenarioKey<NumberFormat> KvCache =
        Key.Default("kv_cache", AnyFormat, "bf16", "The format in which keys and values are stored.");

    private static readonly ScenarioKey<string> Server =
        Key.Default("server", Shapes.Names(ScenarioVocabulary.Servers), "vllm", "The kind of server: its scheduler, division of memory and host work.");

    private static readonly ScenarioKey<string> Policy =
        Key.Optional("policy", Shapes.Names(ScenarioVocabulary.Policies), "How a replica picks the batch of a step; without it the server's own.");

    private static readonly ScenarioKey<bool> StaticScales =
        Key.Default("static_scales", Shapes.Flag, "false", "Whether scales of quantised activations are stated, so that no kernel of its own finds them.");

    private static readonly ScenarioKey<int> StreamInterval =
        Key.Default("stream_interval", Shapes.Count, "1", "Tokens of a sequence that leave as one chunk; the first leaves at once.");

    private static readonly ScenarioKey<double> BatchingWaitShare =
        Key.Optional("batching_wait_share", Shapes.Share(Sign.Positive, "90 %"),
            "Share of the token budget that waiting prompts fill before a step takes them, under in-flight batching; without it none waits.");

    private static readonly ScenarioKey<int> BatchingWaitSteps =
        Key.Default("batching_wait_steps", Shapes.Count, "20", "Steps for which prompts are held back at most.");

    private static readonly ScenarioKey<int> MaxBatch = Key.Default("max_batch", Shapes.Count, "256", "Sequences that may run at once on a replica.");
    private static readonly ScenarioKey<int> MaxBatchedTokens =
        Key.Default("max_batched_tokens", Shapes.Count, "8192", "Tokens that one step may process on a replica.");
    private static readonly ScenarioKey<bool> ChunkedPrefill =
        Key.Default("chunked_prefill", Shapes.Flag, "true", "Whether a prompt may be split over several steps.");

    private static readonly ScenarioKey<int> Chunk =
        Key.Optional("chunk", Shapes.Count, "Prompt tokens in one chunk at most; without it as many as the step has room for.");

    private static readonly ScenarioKey<int> MaxContext =
        Key.Optional("max_context", Shapes.Count, "Tokens of one sequence, prompt and output, at most; without it the model's own limit.");

    private static readonly ScenarioKey<int> BlockSize = Key.Default("block_size", Shapes.Count, "16", "Tokens in one block of the KV cache.");

    private static readonly ScenarioKey<bool> PrefixCache = Key.Default(
        "prefix_cache", Shapes.Flag, "false", "Whether computed blocks of prompts stay for requests that begin alike, as long as their memory is not needed.");

    private static readonly ScenarioKey<double> MemoryUtilization =
        Key.Optional("memory_utilization", Shapes.Share(Sign.Positive, "90 %"),
            "Share of the accelerator's memory that the server may use; without it the server's own: 90 %, and 80 % for sglang.");

    private static readonly ScenarioKey<double> MemoryMargin =
        Key.Optional("memory_margin", Shapes.Share(Sign.ZeroOrMore, "10 %"),
            "Share of the accelerator's memory that the server leaves free: 10 % is a utilization of 90 %.");

    private static readonly ScenarioKey<int> QueueLimit =
        Key.Optional("queue_limit", Shapes.Count, "Requests that may wait at a replica before more are turned away; without it any number.");

    private static readonly ScenarioKey<Seconds> Timeout =
        Key.Optional("timeout", Shapes.Time(example: "30 s"), "Time after which a waiting request is given up; without it never.");

    private static readonly ScenarioKey<Seconds> PerStep =
        Key.Optional("per_step", Shapes.Time(Sign.ZeroOrMore, "1 ms"), "Host time for each step; without it what the kind of server needs.");

    private static readonly ScenarioKey<Seconds> PerSequence =
        Key.Optional("per_sequence", Shapes.Time(Sign.ZeroOrMore, "10 us"),
            "Host time for each sequence in a step; without it what the kind of server needs.");

    private static readonly ScenarioKey<Seconds> PerPrefill =
        Key.Optional("per_prefill", Shapes.Time(Sign.ZeroOrMore, "1 ms"),
            "Host time for each step that holds a prompt; without it what the kind of server needs.");

    private static readonly ScenarioKey<bool> Asynchronous =
        Key.Optional("asynchronous", Shapes.Flag,
            "Whether the host prepares a step while the one before it runs; without it it waits.");

    private static readonly ScenarioKey<HostOptions> Host = Key.Default(
        "host",
        new SectionShape<HostOptions>(
            new Section("What the host adds to a step.", [PerStep, PerSequence, PerPrefill, Asynchronous]),
            static v => new HostOptions(v.MaybeValue(PerStep), v.MaybeValue(PerSequence), v.MaybeValue(PerPrefill), v.MaybeValue(Asynchronous))),
        "{}", "What the host adds to a step.");

    private static readonly ScenarioKey<Seconds> TimeToFirstToken =
        Key.Optional("ttft", Shapes.Time(example: "500 ms"), "Time from arrival to the first token.");
    private static readonly ScenarioKey<Seconds> TimePerOutputToken =
        Key.Optional("tpot", Shapes.Time(example: "50 ms"), "Mean time between two tokens after the first.");
    private static readonly ScenarioKey<Seconds> EndToEnd = Key.Optional("e2e", Shapes.Time(example: "10 s"), "Time from arrival to the last token.");

    /// <summary>Latencies that a request must keep.</summary>
    public static readonly SectionShape<LatencyObjectives> ObjectivesShape = new(
        new Section("Latencies that a request must keep to be counted as good.", [TimeToFirstToken, TimePerOutputToken, EndToEnd])
        {
            Heading = "objectives",
        },
        static v => new LatencyObjectives(v.MaybeValue(TimeToFirstToken), v.MaybeValue(TimePerOutputToken), v.MaybeValue(EndToEnd)));

    private static readonly ScenarioKey<LatencyObjectives> Objectives =
        Key.Default("slo", ObjectivesShape, "{}", "Latencies that a request must keep to be counted as good.");

    private static readonly ImmutableArray<ScenarioKey> Keys =
    [
        Replicas, Server, Router, Weights, Activations, KvCache, StaticScales, Policy, MaxBatch, MaxBatchedTokens, ChunkedPrefill, Chunk, MaxContext, BlockSize,
        PrefixCache, MemoryUtilization, MemoryMargin, QueueLimit, Timeout, AdmissionKeys.Limits, AdmissionKeys.Retries, StreamInterval, BatchingWaitShare,
        BatchingWaitSteps, ExecutionKey.ServingExecution, Host, Objectives,
    ];

    /// <summary>How the model is served.</summary>
    public static readonly SectionShape<ServingOptions> Serving = new(
        new Section("How the model is served.", Keys)
        {
            Groups = [new KeyGroup([MemoryUtilization, MemoryMargin], AtLeastOne: false, AtMostOne: true)],
            Check = CheckTogether,
        },
        Build);

    private static void CheckTogether(SectionValues values, Binding binding)
    {
        if (values.TryGet(MemoryMargin, out double margin) && margin >= 1)
        {
            string path = ValueShape.Join(values.Path, MemoryMargin.Name);
            binding.Refuse(values.NodeOf(MemoryMargin), path,
                $"'{path}' is {QuantityText.PrintShare(margin)}, which leaves no memory to the server: expected less than 100 %");
        }

        if (!values.TryGet(Chunk, out int chunk))
        {
            return;
        }

        string chunkPath = ValueShape.Join(values.Path, Chunk.Name);
        if (values.TryGet(ChunkedPrefill, out bool chunked) && !chunked)
        {
            binding.Refuse(values.NodeOf(Chunk), chunkPath,
                $"'{chunkPath}' is {chunk}, but chunked_prefill is false: expected chunked_prefill: true, or no chunk");
        }

        if (values.TryGet(MaxBatchedTokens, out int budget) && chunk > budget)
        {
            binding.Refuse(values.NodeOf(Chunk), chunkPath,
                $"'{chunkPath}' is {chunk}, more than one step may process: expected at most max_batched_tokens = {budget}");
        }
    }

    private static ServingOptions Build(SectionValues v) => new()
    {
        Replicas = v.Of(Replicas),
        Router = v.Of(Router),
        Weights = v.Of(Weights),
        Activations = v.Of(Activations),
        KvCache = v.Of(KvCache),
        Server = v.Of(Server),
        StaticScales = v.Of(StaticScales),
        StreamInterval = v.Of(StreamInterval),
        BatchingWaitShare = v.MaybeValue(BatchingWaitShare),
        BatchingWaitSteps = v.Of(BatchingWaitSteps),
        Policy = v.MaybeObject(Policy),
        MaxBatch = v.Of(MaxBatch),
        MaxBatchedTokens = v.Of(MaxBatchedTokens),
        ChunkedPrefill = v.Of(ChunkedPrefill),
        Chunk = v.MaybeValue(Chunk),
        MaxContext = v.MaybeValue(MaxContext),
        BlockSize = v.Of(BlockSize),
        PrefixCache = v.Of(PrefixCache),
        MemoryUtilization = v.MaybeValue(MemoryMargin) is { } margin ? 1 - margin : v.MaybeValue(MemoryUtilization),
        QueueLimit = v.MaybeValue(QueueLimit),
        Timeout = v.MaybeValue(Timeout),
        Limits = v.TryGet(AdmissionKeys.Limits, out ImmutableArray<RateLimit> limits) ? limits : [],
        Retry = v.MaybeObject(AdmissionKeys.Retries),
        Execution = v.Of(ExecutionKey.ServingExecution),
        Host = v.Of(Host),
        Objectives = v.Of(Objectives),
    };
}
