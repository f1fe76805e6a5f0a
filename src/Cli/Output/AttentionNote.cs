using System.Collections.Immutable;
using LlmSim.Model.Architecture;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Model.Units;

namespace LlmSim.Cli.Output;

/// <summary>Says how much one attention head moves by algorithm, which no single operator of the table shows.</summary>
internal static class AttentionNote
{
    /// <summary>The traffic of one head over a sequence; nothing for models without attention heads or devices of unknown on-chip memory.</summary>
    public static ImmutableArray<string> Of(TransformerArchitecture architecture, Accelerator device, int sequence)
    {
        AttentionSpec? spec = architecture.Layers.Select(static layer => layer.Mixer).OfType<AttentionSpec>().FirstOrDefault();
        if (spec is null || device.SharedMemoryPerBlock <= Bytes.Zero)
        {
            return [];
        }

        Bytes element = NumberFormat.Bf16.Size();
        (int rows, int columns) = FlashAttentionTraffic.FirstPaperTiles(device.SharedMemoryPerBlock, spec.HeadSize, element);
        Bytes unfused = FlashAttentionTraffic.Unfused(sequence, spec.HeadSize, element);
        Bytes first = FlashAttentionTraffic.FirstPaper(sequence, spec.HeadSize, device.SharedMemoryPerBlock, element);
        Bytes second = FlashAttentionTraffic.SecondPaper(sequence, spec.HeadSize, element);
        return
        [
            Words.Invariant($"one attention head over {sequence} tokens moves {unfused} unfused, {first} by FlashAttention with tiles of {rows} x {columns} ")
                + Words.Invariant($"in {device.SharedMemoryPerBlock} of on-chip memory, and {second} by FlashAttention-2"),
        ];
    }
}
