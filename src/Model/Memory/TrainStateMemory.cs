using System.Collections.Immutable;
using LlmSim.Model.Architecture;
using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Model.Memory;

/// <summary>Weights, gradients, moments and master copy of one device while training, each divided over data-parallel ranks from its ZeRO stage on.</summary>
internal static class TrainStateMemory
{
    private const string Moments = "optimizer moments";
    private const string Master = "fp32 master weights";
    private const string Zero = "Rajbhandari 2020 (ZeRO), section 3";

    /// <summary>Names of the parts that only the update reads.</summary>
    public static ImmutableArray<string> OptimizerParts { get; } = [Moments, Master];

    /// <summary>Adds the state of a stage.</summary>
    /// <param name="input">The step.</param>
    /// <param name="stage">Which stage.</param>
    /// <param name="held">Parameters that the device holds, adapters aside.</param>
    /// <param name="parts">The account.</param>
    public static void Add(TrainMemoryInput input, int stage, ShardedParameters held, MemoryParts parts)
    {
        ShardedParameters trained = TrainedSharding.OnStage(input.Architecture, input.Layout, input.EffectiveStages, stage, input.Parts);
        NumberFormat gradient = input.GradientFormat ?? OptimizerMemory.UsualGradientFormat(input.WeightFormat);
        AddWeights(input, stage, held, parts);
        if (input.OptimizerPlacement.UpdatesOnHost())
        {
            AddBuckets(input, stage, gradient, parts);
            return;
        }

        Add("gradients", gradient.Size(), 2, trained);
        Add(Moments, OptimizerMemory.MomentsPerParameter(input.Optimizer, input.Architecture.HiddenSize), 1, trained);
        Add(Master, OptimizerMemory.MasterPerParameter(input.WeightFormat), 1, trained);

        void Add(string name, Bytes each, int fromStage, in ShardedParameters parameters) => TrainStateMemory.Add(input, name, each, fromStage, parameters, parts);
    }

    /// <summary>Gradients that are on their way to the host: those of one layer.</summary>
    private static void AddBuckets(TrainMemoryInput input, int stage, NumberFormat gradient, MemoryParts parts)
    {
        double widest = input.EffectiveStages.LayersOn(stage).Select(layer => TrainedSharding.OfLayer(input.Architecture, layer, input.Layout, input.Parts).Total).DefaultIfEmpty().Max();
        parts.Add("gradient buckets", gradient.Size() * widest, $"{gradient.BytesPerElement()} B x {widest:0} parameters of one layer", "Ren 2021 (ZeRO-Offload), section 4");
    }

    /// <summary>Weights as they are stored: matrices of layers may be quantised beside adapters, embedding and head keep their precision.</summary>
    private static void AddWeights(TrainMemoryInput input, int stage, in ShardedParameters held, MemoryParts parts)
    {
        Bytes full = input.WeightFormat.Size();
        bool isQuantised = input.Parts.Adapters is { Dequantises: true };
        if (isQuantised)
        {
            Add(input, "weights", full, 3, new ShardedParameters(held.Embedding, held.Head, 0, 0), parts);
            Add(input, "quantised weights", new Bytes(LoraAdapters.Nf4Bytes), 3, new ShardedParameters(0, 0, held.Dense, held.Experts), parts);
        }
        else
        {
            Add(input, "weights", full, 3, held, parts);
        }

        double copies = input.Sparsity switch { SparseWeights.None => 0, SparseWeights.Forward => 1, _ => 2 };
        parts.Add(
            "sparse weights",
            new Bytes(copies * StructuredSparsity.Bytes(input.WeightFormat) * held.Dense),
            $"{copies:0} compressed copies of {held.Dense:0} parameters with their metadata beside the dense ones that are updated",
            "Mishra 2021, section 3.1");
        double adapters = TrainedSharding.AdaptersOnStage(input.Architecture, input.Layout, input.EffectiveStages, stage, input.Parts);
        Add(input, "adapters", full, 3, new ShardedParameters(0, 0, adapters, 0), parts);
    }

    private static void Add(TrainMemoryInput input, string name, Bytes each, int fromStage, in ShardedParameters parameters, MemoryParts parts)
    {
        bool isSharded = input.Layout.ZeroStage >= fromStage;
        double held = isSharded ? HeldUnderZero(parameters, input) : parameters.Total;
        string share = isSharded ? $", a share of {parameters.Total:0} under ZeRO {input.Layout.ZeroStage}" : string.Empty;
        parts.Add(name, each * held, $"{each.Value:0.###} B x {held:0} parameters{share}", Zero);
    }

    /// <summary>Parameters of one rank after ZeRO: dense ones over all data- and context-parallel ranks, experts over their copies.</summary>
    private static double HeldUnderZero(in ShardedParameters parameters, TrainMemoryInput input) =>
        ((parameters.Replicated / input.Layout.StateShards) + (parameters.Experts / ExpertSplit.Copies(input.Layout))) / input.EffectiveStages.Copies;
}
