using LlmSim.Model.Architecture;
using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Operators;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using LlmSim.Schedules.Training;

namespace LlmSim.Planning.Scenarios;

/// <summary>How a model is trained.</summary>
public sealed record TrainingOptions
{
    /// <summary>Sequences in one microbatch on one data-parallel rank.</summary>
    public required int MicroBatch { get; init; }

    /// <summary>Sequences in one optimizer step, over all ranks.</summary>
    public required int GlobalBatch { get; init; }

    /// <summary>Tokens in one sequence.</summary>
    public required int SequenceLength { get; init; }

    /// <summary>The format in which matrices are multiplied.</summary>
    public required NumberFormat Precision { get; init; }

    /// <summary>The pipeline schedule by name, such as <c>1f1b</c>.</summary>
    public required string Schedule { get; init; }

    /// <summary>Which activations are computed again in the backward pass.</summary>
    public required RecomputeMode Recompute { get; init; }

    /// <summary>Whether attention scores are written to memory.</summary>
    public required AttentionImplementation Attention { get; init; }

    /// <summary>How kernels are launched.</summary>
    public required ExecutionMode Execution { get; init; }

    /// <summary>The optimizer, which decides the state kept for each parameter.</summary>
    public required OptimizerKind Optimizer { get; init; }

    /// <summary>Where moments and master weights lie.</summary>
    public OptimizerPlacement OptimizerPlacement { get; init; }

    /// <summary>Layers between two checkpoints of activations under full recomputation.</summary>
    public required int RecomputeLayers { get; init; }

    /// <summary>Single operators that the backward pass computes again.</summary>
    public required RecomputedOperators RecomputedOperators { get; init; }

    /// <summary>Format in which inputs of matrix products are kept for the backward pass; null for that of the activations.</summary>
    public required NumberFormat? KeptInputs { get; init; }

    /// <summary>Share of kept activations that lies in host memory between its passes.</summary>
    public required double OffloadActivations { get; init; }

    /// <summary>How replicas of data parallelism run.</summary>
    public required DataKind DataKind { get; init; }

    /// <summary>How uneven the loads of experts are; null for even ones.</summary>
    public ExpertTraffic? Experts { get; init; }

    /// <summary>What structured pruning leaves of the model; null for all of it.</summary>
    public Pruning? Pruned { get; init; }

    /// <summary>Matrices that are products of two of a rank; null where all are whole.</summary>
    public LowRankFactors? LowRank { get; init; }

    /// <summary>Which passes multiply 2:4 sparse weights.</summary>
    public required SparseWeights Sparsity { get; init; }

    /// <summary>How the loss is scaled; null where it is not.</summary>
    public LossScaling? LossScaling { get; init; }

    /// <summary>The format in which gradients are kept and reduced; null for what is usual with the precision.</summary>
    public NumberFormat? GradientFormat { get; init; }

    /// <summary>Whether dropout is on, which keeps masks in memory.</summary>
    public required bool Dropout { get; init; }

    /// <summary>How the FLOPs of a step are counted when utilization is reported.</summary>
    public required FlopsConvention FlopsConvention { get; init; }

    /// <summary>Which communication runs behind computation.</summary>
    public required OverlapOptions Overlap { get; init; }

    /// <summary>Adapters that are trained in place of the model; null where the model itself is.</summary>
    public LoraAdapters? Lora { get; init; }

    /// <summary>Parts that are not trained.</summary>
    public required FrozenOptions Frozen { get; init; }

    /// <summary>A model whose logits the trained one learns from; null where there is none.</summary>
    public RecordReference? Teacher { get; init; }

    /// <summary>What the training framework does on its own.</summary>
    public required FrameworkOptions Framework { get; init; }

    /// <summary>How far passes stray from their mean time; null where all devices are alike.</summary>
    public StepNoise? Noise { get; init; }

    /// <summary>Tokens of the whole run, or null where only a step is asked about.</summary>
    public long? Tokens { get; init; }

    /// <summary>Optimizer steps of the whole run, or null where only a step is asked about.</summary>
    public long? Steps { get; init; }
}

/// <summary>Which communication runs behind computation.</summary>
/// <param name="Tensor">In which passes tensor-parallel collectives run behind matrix products.</param>
/// <param name="Data">Gradient reduction and parameter gathering behind the backward and forward pass.</param>
/// <param name="Pipeline">Activations sent between stages behind the next pass.</param>
/// <param name="Experts">Tokens that travel to experts and back behind the work of another micro-batch.</param>
/// <param name="Bucket">Gradients that are reduced together; null for those of a layer.</param>
public sealed record OverlapOptions(TensorOverlap Tensor, bool Data, bool Pipeline, bool Experts, Bytes? Bucket = null);

/// <summary>Parts that are not trained.</summary>
/// <param name="Layers">Layers from the first on.</param>
/// <param name="Embedding">Whether the embedding is among them.</param>
public sealed record FrozenOptions(int Layers, bool Embedding)
{
    /// <summary>Everything is trained.</summary>
    public static readonly FrozenOptions Nothing = new(0, Embedding: false);
}
