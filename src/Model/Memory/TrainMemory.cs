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

    private const string Zero = "Rajbhandari 2020 (ZeRO), section 3";
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

    /// <summary>Activations that one layer keeps of one micro-batch.</summary>
    public static Bytes ActivationsOf(TrainMemoryInput input, int layer) =>
        ActivationMemory.OfLayer(input.Architecture, input.Architecture.Layers[layer], input.Activations);

    /// <summary>The account of a device on one stage.</summary>
    public static MemoryAccount OfStage(TrainMemoryInput input, int stage, Bytes capacity)
    {
        var parts = new MemoryParts();
        ShardedParameters parameters = ParameterSharding.OnStage(input.Architecture, input.Layout, input.EffectiveStages, stage);
        AddState(input, stage, parameters, parts);
        AddActivations(input, stage, parts);
        AddTransients(input, stage, parts);
        AddRuntime(input, parts);
        return new MemoryAccount
        {
            Stage = stage,
            Parts = parts.ToImmutable(),
            Capacity = capacity,
            RulesOfThumb = [Memory.RulesOfThumb.Training(ParameterSharding.Whole(input.Architecture))],
        };
    }

    /// <summary>Weights, gradients, moments and master copy, each divided over data-parallel ranks from its ZeRO stage on.</summary>
    private static void AddState(TrainMemoryInput input, int stage, ShardedParameters parameters, MemoryParts parts)
    {
        NumberFormat gradient = input.GradientFormat ?? OptimizerMemory.UsualGradientFormat(input.WeightFormat);
        (string Name, Bytes Each, int FromStage)[] states =
        [
            ("weights", input.WeightFormat.Size(), 3),
            ("gradients", gradient.Size(), 2),
            ("optimizer moments", OptimizerMemory.MomentsPerParameter(input.Optimizer, input.Architecture.HiddenSize), 1),
            ("fp32 master weights", OptimizerMemory.MasterPerParameter(input.WeightFormat), 1),
        ];
        foreach ((string name, Bytes each, int fromStage) in states)
        {
            bool isSharded = input.Layout.ZeroStage >= fromStage;
            double held = isSharded ? HeldUnderZero(parameters, input) : parameters.Total;
            string share = isSharded ? $", a share of {parameters.Total:0} under ZeRO {input.Layout.ZeroStage}" : string.Empty;
            parts.Add(name, each * held, $"{each.Value:0.###} B x {held:0} parameters{share}", Zero);
        }

        double stashed = input.StashesWeights ? Math.Min(input.MicroBatches, input.Layout.Pipeline - stage) - 1 : 0;
        parts.Add(
            "stashed weights",
            input.WeightFormat.Size() * (stashed * parameters.Total),
            $"{stashed:0} older versions of {parameters.Total:0} parameters",
            "Harlap 2018 (PipeDream), section 3.3");
    }

    /// <summary>Parameters of one rank after ZeRO: dense ones over all data- and context-parallel ranks, experts over their copies.</summary>
    private static double HeldUnderZero(ShardedParameters parameters, TrainMemoryInput input) =>
        ((parameters.Replicated / input.Layout.StateShards) + (parameters.Experts / ExpertSplit.Copies(input.Layout))) / input.EffectiveStages.Copies;

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
            double logits = shape.Tokens * architecture.VocabularySize / input.Layout.Tensor;
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

        Bytes recomputed = layers.Aggregate(Bytes.Zero, (most, layer) => Bytes.Max(most, ActivationMemory.Recomputed(architecture, layer, shape)));
        parts.Add("recomputed layer", recomputed, $"what one layer's backward brings back under {input.Recompute}", "Korthikanti 2022, section 5");
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
}
