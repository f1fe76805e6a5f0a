using LlmSim.Model.Memory;

namespace LlmSim.Cli.Output.Json;

/// <summary>A memory account for programs.</summary>
internal static class MemoryJson
{
    /// <summary>Writes the account, and what is in the way where it does not fit.</summary>
    public static JsonAnswer Memory(this JsonAnswer json, MemoryAnswer answer)
    {
        _ = answer.Infeasible is { } infeasible ? json.NotFeasible(answer.Kind, infeasible) : json.Text("kind", answer.Kind).Flag("feasible", true);
        json.Object("memory", o => o.Account(answer.Fullest));
        json.List("stages", answer.Stages, static (o, stage) => o
            .Count("stage", stage.Stage).Number("peak_bytes_per_device", stage.Total.Value).Number("headroom_bytes_per_device", stage.Headroom.Value));
        if (answer.Kv is KvCapacity kv)
        {
            json.Object("kv", o => o
                .Number("pool_bytes_per_device", kv.Pool.Value)
                .Number("bytes_per_token_per_device", kv.PerToken.Value)
                .Count("capacity_tokens", kv.Tokens)
                .Count("blocks", kv.Blocks)
                .Count("longest_sequences", kv.Sequences));
        }

        return json.Texts("notes", answer.Notes);
    }
}
