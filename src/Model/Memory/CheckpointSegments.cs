using LlmSim.Model.Architecture;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Model.Memory;

/// <summary>Activation checkpoints every k layers: only the input of a segment is kept, and its backward pass computes the whole segment again (Chen 2016, arXiv 1604.06174, section 4.1).</summary>
internal static class CheckpointSegments
{
    /// <summary>Whether a layer keeps its input: the first of its segment; segments start anew with each chunk and with the lowest trained layer.</summary>
    public static bool KeepsInput(TrainMemoryInput input, int layer) =>
        input.Recompute != RecomputeMode.Full || input.SegmentLayers == 1 || (layer - Start(input, layer)) % input.SegmentLayers == 0;

    /// <summary>What the backward pass of the largest segment of a stage brings back beyond its input: every tensor of its layers.</summary>
    public static Bytes Recomputed(TrainMemoryInput input, int stage)
    {
        Bytes most = Bytes.Zero;
        Bytes segment = Bytes.Zero;
        int last = int.MinValue;
        foreach (int layer in input.EffectiveStages.LayersOn(stage))
        {
            LayerSpec spec = input.Architecture.Layers[layer];
            ActivationShape shape = input.ActivationsOf(layer);
            Bytes whole = ActivationMemory.OfLayer(input.Architecture, spec, shape with { Recompute = RecomputeMode.None });
            bool isNew = layer != last + 1 || KeepsInput(input, layer);
            segment = isNew ? whole - ActivationMemory.OfLayer(input.Architecture, spec, shape) : segment + whole;
            most = Bytes.Max(most, segment);
            last = layer;
        }

        return most;
    }

    private static int Start(TrainMemoryInput input, int layer)
    {
        int first = 0;
        foreach (int count in input.EffectiveStages.ByChunk)
        {
            if (layer < first + count)
            {
                break;
            }

            first += count;
        }

        return input.Parts.TrainsEmbedding ? first : Math.Max(first, Math.Min(input.Parts.FrozenLayers, layer));
    }
}
