using System.Collections.Immutable;
using LlmSim.Model.Architecture;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Model.Parallelism;

namespace LlmSim.Model.Memory;

/// <summary>What decides the memory of a training step.</summary>
public sealed record TrainMemoryInput
{
    /// <summary>The model.</summary>
    public required TransformerArchitecture Architecture { get; init; }

    /// <summary>How it is spread.</summary>
    public ParallelLayout Layout { get; init; } = ParallelLayout.Single;

    /// <summary>Sequences in a micro-batch.</summary>
    public required int MicroBatch { get; init; }

    /// <summary>Tokens in a sequence.</summary>
    public required int Sequence { get; init; }

    /// <summary>Micro-batches of one replica in a step.</summary>
    public int MicroBatches { get; init; } = 1;

    /// <summary>Format of the weights in the forward and backward pass; with 16 bit or less an fp32 master copy is kept.</summary>
    public NumberFormat WeightFormat { get; init; } = NumberFormat.Bf16;

    /// <summary>Format in which gradients are accumulated; null for <see cref="OptimizerMemory.UsualGradientFormat"/>.</summary>
    public NumberFormat? GradientFormat { get; init; }

    /// <summary>Format of the activations.</summary>
    public NumberFormat ActivationFormat { get; init; } = NumberFormat.Bf16;

    /// <summary>What is trained.</summary>
    public TrainedParts Parts { get; init; } = TrainedParts.All;

    /// <summary>A model whose logits the step learns from; null without distillation.</summary>
    public TransformerArchitecture? Teacher { get; init; }

    /// <summary>How weights are updated.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Adam;

    /// <summary>Where moments and master weights lie.</summary>
    public OptimizerPlacement OptimizerPlacement { get; init; }

    /// <summary>What is recomputed.</summary>
    public RecomputeMode Recompute { get; init; }

    /// <summary>Single operators that are computed again.</summary>
    public RecomputedOperators RecomputedOperators { get; init; }

    /// <summary>Whether results of experts are kept.</summary>
    public bool KeepsExpertResults { get; init; } = true;

    /// <summary>Format in which inputs of matrix products are kept; null for that of the activations.</summary>
    public NumberFormat? KeptInputs { get; init; }

    /// <summary>Layers between two checkpoints under full recomputation.</summary>
    public int SegmentLayers { get; init; } = 1;

    /// <summary>Share of kept activations that lies in host memory.</summary>
    public double ActivationOffload { get; init; }

    /// <summary>Whether scores are kept. Unfused also selects the workspace and the loss of classic stacks.</summary>
    public AttentionImplementation Attention { get; init; } = AttentionImplementation.Flash;

    /// <summary>Whether layers drop out.</summary>
    public bool Dropout { get; init; }

    /// <summary>How many micro-batches a stage keeps; ignored where <see cref="MicroBatchesInFlight"/> is given.</summary>
    public InFlightRule Schedule { get; init; } = InFlightRule.OneForwardOneBackward;

    /// <summary>Micro-batches in flight by stage as a replay found them; empty to follow <see cref="Schedule"/>.</summary>
    public ImmutableArray<double> MicroBatchesInFlight { get; init; } = [];

    /// <summary>Whether each micro-batch in flight keeps the version of the weights that it went forward with (PipeDream).</summary>
    public bool StashesWeights { get; init; }

    /// <summary>How uneven the loads of experts are; null for even ones.</summary>
    public ExpertTraffic? ExpertTraffic { get; init; }

    /// <summary>Which passes multiply 2:4 sparse weights in the layers.</summary>
    public SparseWeights Sparsity { get; init; }

    /// <summary>Ranks whose outputs meet on the device that computes the loss: all of a single process's.</summary>
    public int OutputRanks { get; init; } = 1;

    /// <summary>Layers of each chunk; null for the even split of the layout.</summary>
    public StageLayers? Stages { get; init; }

    /// <summary>What neither model nor batch explains.</summary>
    public RuntimeMemory Runtime { get; init; } = new();

    /// <summary>Layers of each chunk, stated or even.</summary>
    public StageLayers EffectiveStages => Stages ?? StageLayers.Of(Architecture.Layers.Length, Layout);

    /// <summary>How activations are kept.</summary>
    internal ActivationShape Activations => new()
    {
        MicroBatch = MicroBatch,
        Sequence = Sequence,
        Layout = Layout,
        Recompute = Recompute,
        Operators = RecomputedOperators,
        KeptInputs = KeptInputs,
        KeepsExpertResults = KeepsExpertResults,
        Attention = Attention,
        Dropout = Dropout,
        ExpertTraffic = ExpertTraffic,
        Format = ActivationFormat,
    };

    /// <summary>How activations of a layer are kept.</summary>
    internal ActivationShape ActivationsOf(int layer) => Parts.IsWhole ? Activations : Activations with { Trained = Parts.OfLayer(layer), Adapters = Parts.Adapters };
}
