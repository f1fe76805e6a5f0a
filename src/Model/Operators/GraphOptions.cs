using LlmSim.Model.Architecture;
using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;

namespace LlmSim.Model.Operators;

/// <summary>How a model is run: formats, split over devices, and kernels.</summary>
public sealed record GraphOptions
{
    /// <summary>The split over devices; the graph is of one of them.</summary>
    public ParallelLayout Layout { get; init; } = ParallelLayout.Single;

    /// <summary>Format of activations and arithmetic of the matrix products.</summary>
    public NumberFormat Activations { get; init; } = NumberFormat.Bf16;

    /// <summary>Format of the weights of attention, feed-forward and experts in memory.</summary>
    public NumberFormat Weights { get; init; } = NumberFormat.Bf16;

    /// <summary>Format of the KV cache.</summary>
    public NumberFormat Cache { get; init; } = NumberFormat.Bf16;

    /// <summary>Whether attention writes its scores or not.</summary>
    public AttentionImplementation Attention { get; init; } = AttentionImplementation.Flash;

    /// <summary>Whether residual branches (and unfused attention) drop out values, as in training of the GPT-3 generation.</summary>
    public bool Dropout { get; init; }

    /// <summary>Whether the loss of training is one kernel.</summary>
    public bool FusedLoss { get; init; } = true;

    /// <summary>How the framework runs the graph.</summary>
    public ExecutionMode Execution { get; init; } = ExecutionMode.Eager;

    /// <summary>Whether scales of quantised activations are known beforehand and applied by the neighbouring kernels.</summary>
    public bool StaticScales { get; init; }

    /// <summary>Whether the graph is of a training step: latent attention then keeps its projections as operators of their own, since each has a gradient.</summary>
    public bool Training { get; init; }

    /// <summary>What is trained of the layer.</summary>
    public LayerTraining Trained { get; init; }

    /// <summary>Which passes multiply 2:4 sparse weights in the layers.</summary>
    public SparseWeights Sparsity { get; init; }

    /// <summary>Adapters beside the matrices, and how frozen matrices are stored; null where the parameters themselves are trained.</summary>
    public LoraAdapters? Adapters { get; init; }

    /// <summary>How tokens choose experts.</summary>
    public ExpertRouting Routing { get; init; } = ExpertRouting.Uniform;

    /// <summary>How uneven the loads of experts are while training; null for even ones.</summary>
    public ExpertTraffic? ExpertTraffic { get; init; }

    /// <summary>Which implementation runs the experts; null for the one that is usual on the device.</summary>
    public ExpertsKernel? ExpertsKernel { get; init; }

    /// <summary>Bytes of one element of the residual stream and of activations between kernels.</summary>
    public double StreamBytes => Activations is NumberFormat.Fp32 or NumberFormat.Tf32 ? 4 : 2;

    /// <summary>Format of matrices that stay unquantised: router and LM head.</summary>
    public NumberFormat Unquantised => Activations is NumberFormat.Fp32 or NumberFormat.Tf32 or NumberFormat.Fp16 ? Activations : NumberFormat.Bf16;
}
