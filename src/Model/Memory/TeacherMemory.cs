using LlmSim.Model.Architecture;
using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Model.Memory;

/// <summary>What a teacher adds to the memory of a device while a student is trained: its weights, and what lives during its forward pass.</summary>
internal static class TeacherMemory
{
    private const string Source = "Hinton 2015 (distillation); weights without gradients or state";

    /// <summary>Adds the teacher's parts of a stage.</summary>
    public static void Add(TrainMemoryInput input, int stage, double bytesPerLogit, MemoryParts parts)
    {
        if (input.Teacher is not { } teacher)
        {
            return;
        }

        StageLayers stages = StageLayers.Split(teacher.Layers.Length, input.EffectiveStages.Stages, ChunksOf(input), 0, input.EffectiveStages.Placement);
        ShardedParameters held = ParameterSharding.OnStage(teacher, input.Layout, stages, stage);
        double shards = input.Layout.ZeroStage >= 3 ? input.Layout.StateShards : 1;
        parts.Add("teacher weights", input.WeightFormat.Size() * (held.Total / shards), $"{held.Total:0} parameters over {shards:0} ranks", Source);
        ActivationShape shape = input.Activations with { Recompute = RecomputeMode.None };
        Bytes layer = stages.LayersOn(stage).Select(index => ActivationMemory.OfLayer(teacher, teacher.Layers[index], shape)).Aggregate(Bytes.Zero, Bytes.Max);
        parts.Add("teacher layer", layer, $"activations of the widest layer, one at a time", Source);
        if (stages.Holds(stage, stages.ByChunk.Length - 1))
        {
            double logits = shape.Tokens * teacher.VocabularySize / input.Layout.Tensor;
            parts.Add("teacher logits", new Bytes(bytesPerLogit * logits), $"{bytesPerLogit} B x {logits:0} logits", Source);
        }
    }

    private static int ChunksOf(TrainMemoryInput input) => input.EffectiveStages.Placement == ChunkPlacement.Bidirectional ? 1 : input.EffectiveStages.VirtualStages;
}
