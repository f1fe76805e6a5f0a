using LlmSim.Model.Architecture;
using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Model.Memory;

/// <summary>Accounts for the memory of one device while training.</summary>
public static class TrainMemory
{
    /// <summary>Name of the part that holds what is kept for the backward passes.</summary>
    public const string ActivationsName = "activations";

    private const string Korthikanti = "Korthikanti 2022, section 4";
    private const string Assumed = "assumed; see RuntimeMemory";

    /// <summary>Bytes per logit of a classic loss: fp16 logits, their fp32 copy and the fp32 softmax.</summary>
    private const double ClassicLossBytes = 10;

    /// <summary>Bytes per logit of a fused loss: 16-bit logits and one fp32 copy that becomes the gradient.</summary>
    private const double FusedLossBytes = 6;

    /// <summary>The account of the stage that needs most.</summary>
    public static MemoryAccount Peak(TrainMemoryInput input, Bytes capacity)
    {
        MemoryAccount worst = OfStage(input, 0, capacity);
        for (int stage = 1; stage < input.Layout.Pipeline; stage++)
        {
            MemoryAccount account = OfStage(input, stage, capacity);
            worst = account.Total > worst.Total ? account : worst;
        }

        return worst;
    }

    /// <summary>Optimizer state that does not fit and is paged out, on the device that pages most.</summary>
    public static Bytes PagedOut(TrainMemoryInput input, Bytes capacity) => Enumerable.Range(0, input.Layout.Pipeline)
        .Select(stage => OfStage(input with { OptimizerPlacement = OptimizerPlacement.Device }, stage, capacity).Total - OfStage(input, stage, capacity).Total)
        .Max();

    /// <summary>Activations that one layer keeps of one micro-batch in device memory.</summary>
    public static Bytes ActivationsOf(TrainMemoryInput input, int layer)
    {
        Bytes kept = CheckpointSegments.KeepsInput(input, layer)
            ? ActivationMemory.OfLayer(input.Architecture, input.Architecture.Layers[layer], input.ActivationsOf(layer))
            : Bytes.Zero;
        return input.ActivationOffload > 0 ? kept * (1 - input.ActivationOffload) : kept;
    }

    /// <summary>The account of a device on one stage.</summary>
    public static MemoryAccount OfStage(TrainMemoryInput input, int stage, Bytes capacity)
    {
        var parts = new MemoryParts();
        ShardedParameters parameters = ParameterSharding.OnStage(input.Architecture, input.Layout, input.EffectiveStages, stage);
        TrainStateMemory.Add(input, stage, parameters, parts);
        AddStash(input, stage, TrainedSharding.OnStage(input.Architecture, input.Layout, input.EffectiveStages, stage, input.Parts), parts);
        AddActivations(input, stage, parts);
        AddTransients(input, stage, parts);
        TeacherMemory.Add(input, stage, FusedLossBytes, parts);
        AddRuntime(input, parts);
        PageOut(input, capacity, parts);
        return new MemoryAccount
        {
            Stage = stage,
            Parts = parts.ToImmutable(),
            Capacity = capacity,
            RulesOfThumb = [Memory.RulesOfThumb.Training(ParameterSharding.Whole(input.Architecture))],
        };
    }

    /// <summary>Older versions of the weights that micro-batches in flight went forward with.</summary>
    private static void AddStash(TrainMemoryInput input, int stage, ShardedParameters parameters, MemoryParts parts)
    {
        double stashed = input.StashesWeights ? Math.Min(input.MicroBatches, input.Layout.Pipeline - stage) - 1 : 0;
        parts.Add(
            "stashed weights",
            input.WeightFormat.Size() * (stashed * parameters.Total),
            $"{stashed:0} older versions of {parameters.Total:0} parameters",
            "Harlap 2018 (PipeDream), section 3.3");
    }

    private static void AddActivations(TrainMemoryInput input, int stage, MemoryParts parts)
    {
        ActivationShape shape = input.Activations;
        StageLayers stages = input.EffectiveStages;
        Bytes kept = Bytes.Zero;
        double layersInFlight = 0;
        for (int chunk = 0; chunk < stages.VirtualStages; chunk++)
        {
            double inFlight = InFlightOf(input, stages, stage, chunk);
            int index = stages.Position(stage, chunk);
            int first = stages.FirstLayer(index);
            for (int layer = first; layer < first + stages.ByChunk[index]; layer++)
            {
                kept += ActivationsOf(input, layer) * inFlight;
                layersInFlight += inFlight;
            }
        }

        parts.Add(ActivationsName, kept, $"{layersInFlight:0.##} layers x micro-batches in flight, recompute {input.Recompute}", Korthikanti);
        if (stages.Holds(stage, 0) && input.Dropout)
        {
            double inFlight = InFlightOf(input, stages, stage, 0);
            Bytes mask = new(shape.Tokens * input.Architecture.HiddenSize / shape.SequenceSplit);
            parts.Add("embedding dropout", mask * inFlight, $"sbh x {inFlight:0.##} micro-batches in flight", Korthikanti);
        }
    }

    private static double InFlightOf(TrainMemoryInput input, StageLayers stages, int stage, int chunk) => input.MicroBatchesInFlight.IsDefaultOrEmpty
        ? InFlight.OfChunk(input.Schedule, stages, stage, chunk, input.MicroBatches)
        : input.MicroBatchesInFlight[stage];

    /// <summary>What lives for a moment at the peak: the loss, a recomputed layer, gathered weights, workspace.</summary>
    private static void AddTransients(TrainMemoryInput input, int stage, MemoryParts parts)
    {
        ActivationShape shape = input.Activations;
        TransformerArchitecture architecture = input.Architecture;
        LayerSpec[] layers = [.. input.EffectiveStages.LayersOn(stage).Select(index => architecture.Layers[index]).Distinct()];
        bool isClassic = input.Attention == AttentionImplementation.Unfused;
        if (input.EffectiveStages is var split && split.Holds(stage, split.ByChunk.Length - 1))
        {
            double each = isClassic ? ClassicLossBytes : FusedLossBytes;
            double logits = shape.Tokens * architecture.VocabularySize / input.Layout.Tensor * input.OutputRanks;
            parts.Add(
                "logits and loss",
                new Bytes(each * logits),
                $"{each} B x {logits:0} logits",
                "fitted on Zero Bubble 2024 and Megatron-Core rows");
            parts.Add(
                "final norm and head input",
                ActivationMemory.LayerInput(architecture, shape) * 2,
                $"4sbh/{shape.SequenceSplit}",
                "Korthikanti 2022, section 4.3");
        }

        AddRecomputed(input, stage, parts);
        if (input.Layout.ZeroStage == 3 && input.Layout.Data * input.Layout.Context > 1)
        {
            double widest = layers.Select(layer => ParameterSharding.OfLayer(architecture, layer, input.Layout).Total).DefaultIfEmpty().Max();
            double each = (2 * input.WeightFormat.BytesPerElement()) + (input.GradientFormat ?? input.WeightFormat).BytesPerElement();
            parts.Add(
                "gathered layers",
                new Bytes(each * widest),
                $"{each} B x {widest:0}: weights of the layer at work and the next, gradient of one",
                "Zhao 2023 (FSDP), section 3.3");
        }

        AddWorkspace(input, layers, isClassic, parts);
    }

    /// <summary>What the backward pass brings back of one layer, or of one segment of them, and buffers of copies to the host.</summary>
    private static void AddRecomputed(TrainMemoryInput input, int stage, MemoryParts parts)
    {
        TransformerArchitecture architecture = input.Architecture;
        (LayerSpec Layer, ActivationShape Shape)[] layers =
            [.. input.EffectiveStages.LayersOn(stage).Select(index => (architecture.Layers[index], input.ActivationsOf(index))).Distinct()];
        if (input.Recompute == RecomputeMode.Full && input.SegmentLayers > 1)
        {
            Bytes segment = CheckpointSegments.Recomputed(input, stage);
            parts.Add("recomputed segment", segment, $"what the backward pass of up to {input.SegmentLayers} layers brings back", "Chen 2016, section 4.1");
        }
        else
        {
            Bytes recomputed = layers.Aggregate(Bytes.Zero, (most, layer) => Bytes.Max(most, ActivationMemory.Recomputed(architecture, layer.Layer, layer.Shape)));
            parts.Add("recomputed layer", recomputed, $"what one layer's backward brings back under {input.Recompute}", "Korthikanti 2022, section 5");
        }

        Bytes copied = layers.Aggregate(Bytes.Zero, (most, layer) => Bytes.Max(most, ActivationMemory.OfLayer(architecture, layer.Layer, layer.Shape)));
        parts.Add("offload buffers", copied * (input.ActivationOffload > 0 ? 2 : 0), $"two layers on their way to or from the host", "Rhu 2016 (vDNN), section 3");
    }

    private static void AddWorkspace(TrainMemoryInput input, LayerSpec[] layers, bool isClassic, MemoryParts parts)
    {
        const string Source = "fitted on Zero Bubble 2024 table 4 (classic); estimate (modern)";
        if (isClassic)
        {
            parts.Add("workspace", input.Runtime.ClassicWorkspace, $"1 GB for matrix products and unfused kernels", Source);
            return;
        }

        double inner = layers.Select(layer => InnerWidth(layer, input.Layout)).DefaultIfEmpty().Max();
        Bytes gradient = new(8 * inner * input.Architecture.HiddenSize);
        parts.Add(
            "workspace",
            gradient + input.Runtime.ModernWorkspace,
            $"8fh/t = 8 x {inner:0} x {input.Architecture.HiddenSize}, and 0.3 GiB",
            Source);
    }

    private static double InnerWidth(LayerSpec layer, ParallelLayout layout) => layer.FeedForward switch
    {
        DenseFeedForward dense => (double)dense.IntermediateSize / layout.Tensor,
        MoeFeedForward moe => Math.Max(
            (double)moe.ExpertIntermediateSize / ExpertSplit.TensorDegree(layout),
            (double)moe.SharedIntermediateSize / layout.Tensor),
        _ => 0,
    };

    private static void AddRuntime(TrainMemoryInput input, MemoryParts parts)
    {
        Bytes allocated = parts.Total;
        int groups = RuntimeMemory.Groups(input.Layout);
        parts.Add(
            "fragmentation",
            allocated * input.Runtime.FragmentationShare,
            $"{input.Runtime.FragmentationShare:0.##} x {allocated.Value:0} B allocated",
            Assumed,
            true);
        parts.Add("CUDA context", input.Runtime.CudaContext, $"context and kernels", Assumed, true);
        parts.Add(
            "communication buffers",
            input.Runtime.NcclPerGroup * groups,
            $"{groups} groups x {input.Runtime.NcclPerGroup.Value:0} B",
            Assumed,
            true);
    }

    /// <summary>Takes off the optimizer state that does not fit, where it is paged.</summary>
    private static void PageOut(TrainMemoryInput input, Bytes capacity, MemoryParts parts)
    {
        if (input.OptimizerPlacement != OptimizerPlacement.Paged)
        {
            return;
        }

        foreach (string name in TrainStateMemory.OptimizerParts)
        {
            if (parts.Total > capacity)
            {
                parts.Take(name, parts.Total - capacity, "less what is paged out to the host");
            }
        }
    }
}
