using System.Collections.Immutable;

namespace LlmSim.Schedules.Traffic;

/// <summary>The kinds of trace that are known, told apart by their first line.</summary>
public enum TraceFormat
{
    /// <summary>Azure LLM inference trace: CSV with <c>TIMESTAMP,ContextTokens,GeneratedTokens</c>.</summary>
    Azure,

    /// <summary>CSV with <c>arrived_at,num_prefill_tokens,num_decode_tokens</c>, the first in seconds.</summary>
    Csv,

    /// <summary>
    /// Mooncake: a JSON object a line with <c>timestamp</c> (ms), <c>input_length</c>, <c>output_length</c> and optionally <c>hash_ids</c>.
    /// </summary>
    Mooncake,

    /// <summary>A JSON object a line with the names of <see cref="Csv"/>, and optionally <c>hash_ids</c>.</summary>
    JsonLines,
}

/// <summary>One row of a trace: when it was sent after the trace's own origin, in nanoseconds, and its lengths in tokens.</summary>
internal readonly record struct TraceRow(long Nanoseconds, int PromptTokens, int OutputTokens, ImmutableArray<long> PrefixBlocks);
