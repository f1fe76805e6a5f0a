using System.Collections.Immutable;
using LlmSim.Validation.Measurements.Kernels;

namespace LlmSim.Validation.Measurements.Serving;

/// <summary>Files that describe the server of a measurement beside them and measure nothing themselves.</summary>
public sealed class CompanionReader : IMeasurementReader
{
    private static readonly ImmutableArray<string> Names = ["meta.json", "config.json", ServerKeys.Sidecar];

    /// <inheritdoc/>
    public string Name => "server";

    /// <inheritdoc/>
    public string Title => "meta.json, config.json, server.json or NAME.server.json beside a result: settings of its server, no measurement";

    /// <inheritdoc/>
    public TableFormat Format => TableFormat.Json;

    /// <inheritdoc/>
    public ImmutableArray<MeasuredColumn> Columns { get; } =
    [
        KernelColumns.Option("gpu", string.Empty, "device, by catalog key or alias; also accelerator, device_name or hardware"),
        KernelColumns.Option("model", string.Empty, "model, by catalog key, repository or alias; also model_id"),
        KernelColumns.Option("engine", string.Empty, "vllm, sglang or trtllm; absent: vllm"),
        KernelColumns.Option("dtype", string.Empty, "number format; quantization goes before it"),
        KernelColumns.Option("quantization", string.Empty, "number format of the weights where it is another"),
        KernelColumns.Option("tensor_parallel_size", "devices", "also tp"),
        KernelColumns.Option("pipeline_parallel_size", "stages", "also pp"),
        KernelColumns.Option("data_parallel_size", "replicas", "attention replicas inside a replica; also attention_dp"),
        KernelColumns.Option(
            "enable_expert_parallel",
            string.Empty,
            "true: experts are spread over all tensor-parallel devices; also moe_tp and moe_ep as numbers"),
        KernelColumns.Option("kv_cache_dtype", string.Empty, "number format of the key-value cache; also kv_dtype"),
        KernelColumns.Option("max_num_batched_tokens", "tokens", "token budget of an iteration"),
        KernelColumns.Option("max_num_seqs", "requests", "most requests that run at once"),
        KernelColumns.Option("gpu_memory_utilization", string.Empty, "share of the memory that the server may fill; also memory_share"),
    ];

    /// <inheritdoc/>
    public bool Reads(TableHead head) =>
        head.Format == Format
        && (Names.Contains(Path.GetFileName(head.Path), StringComparer.OrdinalIgnoreCase)
            || head.Path.EndsWith("." + ServerKeys.Sidecar, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public IEnumerable<MeasuredRow> Read(MeasurementInput input) => [];
}
