using System.Collections.Immutable;
using System.Text.Json.Serialization;
using LlmSim.Model.Memory;
using LlmSim.Schedules.Serving;

namespace LlmSim.Validation.Measurements.Serving;

/// <summary>How a benchmark sets up and drives a kind of server, where the table does not say.</summary>
/// <param name="Benchmark">Harness; null for any.</param>
/// <param name="Backend">Kind of server; null for any.</param>
/// <param name="Model">Part of the model's name; null for any.</param>
/// <param name="TokenBudget">Tokens of an iteration; null for about one prompt: isl + clients + 16.</param>
/// <param name="BatchCap">Most sequences at once; null for as many as there are clients.</param>
/// <param name="ChunkedPrefill">Whether prompts are computed in parts.</param>
/// <param name="Server">Kind of server whose constants, policy and rule of memory hold: vllm, tensorrt-llm or sglang.</param>
/// <param name="StreamInterval">Tokens of a sequence that leave as one chunk; null for each token alone.</param>
/// <param name="ExtraClients">Clients beyond the concurrency that the table states, all on one server; null for none.</param>
/// <param name="Wait">Waiting for fuller prompt batches; null where none is waited for.</param>
/// <param name="MemoryShare">Share of the memory that the server may fill; null for its usual one.</param>
/// <param name="AsynchronousHost">Whether the host prepares an iteration while the device runs the one before.</param>
/// <param name="QuantisedCache">Whether quantised models keep their cache in fp8.</param>
/// <param name="LengthShare">Lengths are uniform from this share of the nominal ones up to them; 1 for fixed lengths.</param>
/// <param name="RequestsPerClient">Requests in all, divided by the clients.</param>
/// <param name="TurnaroundMs">Time from the end of a request to its client's next beyond the latency of the kind of server, in milliseconds.</param>
/// <param name="Reason">Where this comes from.</param>
internal sealed record ServerPreset(
    string? Benchmark,
    string? Backend,
    string? Model,
    int? TokenBudget,
    int? BatchCap,
    bool ChunkedPrefill,
    string Server,
    int? StreamInterval,
    int? ExtraClients,
    PresetWait? Wait,
    double? MemoryShare,
    bool AsynchronousHost,
    bool QuantisedCache,
    double LengthShare,
    int RequestsPerClient,
    double TurnaroundMs,
    string Reason)
{
    /// <summary>Whether the protocol of the benchmark is known; otherwise the server's defaults are assumed.</summary>
    public bool IsKnown => Benchmark is not null;

    /// <summary>How the server divides memory.</summary>
    public EngineMemory Engine
    {
        get => MemoryShare is double share ? Kind.Memory with { Share = share } : Kind.Memory;
    }

    /// <summary>The kind of server.</summary>
    public ServerKind Kind => ServerKinds.Find(Server) ?? throw new InvalidDataException($"servers.json: no kind of server '{Server}'");
}

/// <summary>Waiting for fuller prompt batches, under the lengths and devices for which a recipe sets it.</summary>
/// <param name="Share">Share of the token budget that is waited for.</param>
/// <param name="Iterations">Iterations that are waited at most.</param>
/// <param name="Prompt">Nominal prompt tokens.</param>
/// <param name="Output">Nominal output tokens.</param>
/// <param name="BelowTp">Tensor-parallel degree below which it is set.</param>
internal sealed record PresetWait(double Share, int Iterations, int Prompt, int Output, int BelowTp);

/// <summary>Requests of an offline benchmark by their lengths.</summary>
/// <param name="Isl">Prompt tokens.</param>
/// <param name="Osl">Output tokens.</param>
/// <param name="Requests">Requests in all.</param>
internal sealed record OfflineCount(int Isl, int Osl, int Requests);

/// <summary>How the maximum throughput of a server is measured: all requests at once.</summary>
/// <param name="Source">Where this comes from.</param>
/// <param name="TokenBudget">Tokens of an iteration.</param>
/// <param name="BatchCap">Most sequences at once.</param>
/// <param name="MemoryShare">Share of the free memory that the cache takes.</param>
/// <param name="AsynchronousHost">Whether the host prepares an iteration while the device runs the one before.</param>
/// <param name="Otherwise">Requests for lengths that are not listed.</param>
/// <param name="Requests">Requests by lengths.</param>
internal sealed record OfflinePreset(
    string Source,
    int TokenBudget,
    int BatchCap,
    double MemoryShare,
    bool AsynchronousHost,
    int Otherwise,
    ImmutableArray<OfflineCount> Requests);

/// <summary>What is known of servers and benchmarks, from <c>servers.json</c>.</summary>
/// <param name="Turnaround">Where the clients' turnaround comes from.</param>
/// <param name="Servers">Set-ups; the first that fits holds.</param>
/// <param name="BlockScaledPublishers">Owners of repositories whose fp8 checkpoints have scales for blocks of a matrix.</param>
/// <param name="Offline">The offline benchmark.</param>
internal sealed record ServerPresets(
    string Turnaround, ImmutableArray<ServerPreset> Servers, ImmutableArray<string> BlockScaledPublishers, OfflinePreset Offline)
{
    /// <summary>The file.</summary>
    public static ServerPresets Known { get; } = EmbeddedJson.Read("servers.json", ServerPresetsJson.Default.ServerPresets);

    /// <summary>The set-up of a row.</summary>
    public static ServerPreset Of(string benchmark, string backend, string model) => Known.Servers.First(preset =>
        (preset.Benchmark is null || string.Equals(preset.Benchmark, benchmark, StringComparison.OrdinalIgnoreCase))
        && (preset.Backend is null || string.Equals(preset.Backend, backend, StringComparison.OrdinalIgnoreCase))
        && (preset.Model is null || model.Contains(preset.Model, StringComparison.OrdinalIgnoreCase)));
}

/// <summary>Reads the file without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ServerPresets))]
internal sealed partial class ServerPresetsJson : JsonSerializerContext;
