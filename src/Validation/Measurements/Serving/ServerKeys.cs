using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using LlmSim.Schedules.Serving;

namespace LlmSim.Validation.Measurements.Serving;

/// <summary>A server as JSON describes it, under the columns of a table: engines' own option names and device names are understood.</summary>
/// <remarks>The first object that has a key tells it. What is wrong is said to the row that is being read.</remarks>
internal sealed class ServerKeys : MeasuredCells
{
    /// <summary>Name of the file beside a result that says what the result cannot.</summary>
    public const string Sidecar = "server.json";

    private static readonly FrozenDictionary<string, string[]> Keys = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["gpu"] = ["gpu", "accelerator", "device_name", "hardware"],
        ["model"] = ["model", "model_id", "backend_model", "model_name"],
        ["backend"] = ["engine", "server", "backend"],
        ["precision"] = ["precision", "quantization", "quant", "dtype"],
        ["tp"] = ["tp", "tensor_parallel_size", "tp_size"],
        ["pp"] = ["pp", "pipeline_parallel_size", "pp_size"],
        ["attention_dp"] = ["attention_dp", "data_parallel_size"],
        ["moe_tp"] = ["moe_tp"],
        ["moe_ep"] = ["moe_ep", "expert_parallel_size", "ep_size"],
        ["kv_dtype"] = ["kv_dtype", "kv_cache_dtype"],
        ["max_batched_tokens"] = ["max_batched_tokens", "max_num_batched_tokens"],
        ["max_num_seqs"] = ["max_num_seqs"],
        ["asynchronous"] = ["asynchronous", "async_scheduling"],
        ["memory_share"] = ["memory_share", "gpu_memory_utilization", "mem_fraction_static"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> OtherWords = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["awq"] = "int4",
        ["awq_marlin"] = "int4",
        ["gptq"] = "int4",
        ["gptq_marlin"] = "int4",
        ["modelopt"] = "fp8",
        ["modelopt_fp4"] = "fp4",
        ["none"] = string.Empty,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly Version AsynchronousFrom = new(0, 14);

    private readonly ImmutableArray<JsonElement> _objects;

    /// <summary>The server that these objects describe together.</summary>
    /// <param name="head">The file of the result.</param>
    /// <param name="line">Line of the row that is being read.</param>
    /// <param name="objects">Objects, of which earlier ones win; what is no object is left out.</param>
    public ServerKeys(TableHead head, int line, params ReadOnlySpan<JsonElement> objects)
        : base(head)
    {
        _objects = [.. objects.ToArray().Where(static part => part.ValueKind == JsonValueKind.Object)];
        Begin(line);
    }

    /// <inheritdoc/>
    public override string Text(string column)
    {
        foreach (string key in Keys.TryGetValue(column, out string[]? names) ? names : [column])
        {
            foreach (JsonElement part in _objects)
            {
                if (part.TryGetProperty(key, out JsonElement value) && Word(value) is { Length: > 0 } text)
                {
                    return text;
                }
            }
        }

        return column == "moe_ep" && Text("enable_expert_parallel") is "true" or "True" ? Text("tp") : string.Empty;
    }

    /// <summary>The server; null where something is wrong or missing, which is then said to <paramref name="row"/>.</summary>
    /// <param name="row">The row that is being read.</param>
    /// <param name="load">What the server has to be ready for.</param>
    public ServeJob? Read(MeasuredCells row, ServerLoad load)
    {
        string[] missing = [.. ((string[])["gpu", "model"]).Where(column => Text(column).Length == 0)];
        if (missing.Length > 0)
        {
            const string Example = "{\"gpu\": \"h100-sxm\", \"model\": \"llama-3.1-8b\"}";
            const string Where = "add it to the result itself or to " + Sidecar + " beside it, such as " + Example;
            row.Skip(SkipReasons.ServerUnknown, $"no {string.Join(" and no ", missing)}: {Where}");
            return null;
        }

        ServerPreset preset = ServerPresets.Of(string.Empty, Text("backend"), Text("model"));
        ServeJob? job = ServerColumns.Read(this, "precision", preset with { AsynchronousHost = IsAsynchronous(preset) }, load);
        foreach (RowProblem problem in Problems)
        {
            row.Skip(Skipped!, problem.Message);
        }

        if (Skipped is not null)
        {
            row.Pass(Skipped);
        }

        return job;
    }

    /// <summary>vLLM schedules asynchronously by default from 0.14 on (its release notes).</summary>
    private bool IsAsynchronous(ServerPreset preset)
    {
        string stated = Text("asynchronous");
        return stated.Length > 0 ? bool.TryParse(stated, out bool on) && on
            : Version.TryParse(Text("vllm_version"), out Version? version) ? version >= AsynchronousFrom : preset.AsynchronousHost;
    }

    private static string Word(JsonElement value)
    {
        string text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString() ?? string.Empty,
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            _ => string.Empty,
        };
        return OtherWords.GetValueOrDefault(text, text);
    }
}
