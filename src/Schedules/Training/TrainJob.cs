using LlmSim.Model.Architecture;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Operators;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using LlmSim.Schedules.Pipelines;

namespace LlmSim.Schedules.Training;

/// <summary>A training step to simulate: the model, the machines, and how one is spread over the other.</summary>
public sealed record TrainJob
{
    /// <summary>The model.</summary>
    public required TransformerArchitecture Architecture { get; init; }

    /// <summary>The machines.</summary>
    public required Cluster Cluster { get; init; }

    /// <summary>What their kernels and links reach.</summary>
    public required Efficiency Efficiency { get; init; }

    /// <summary>How the model is spread.</summary>
    public ParallelLayout Layout { get; init; } = ParallelLayout.Single;

    /// <summary>Sequences in a micro-batch of one replica.</summary>
    public required int MicroBatch { get; init; }

    /// <summary>Sequences in a step over all replicas.</summary>
    public required int GlobalBatch { get; init; }

    /// <summary>Tokens in a sequence.</summary>
    public required int SequenceLength { get; init; }

    /// <summary>Format of activations and arithmetic.</summary>
    public NumberFormat Precision { get; init; } = NumberFormat.Bf16;

    /// <summary>Name of the pipeline schedule.</summary>
    public string Schedule { get; init; } = "1f1b";

    /// <summary>What is computed again in the backward pass.</summary>
    public RecomputeMode Recompute { get; init; }

    /// <summary>Single operators that the backward pass computes again.</summary>
    public RecomputedOperators RecomputedOperators { get; init; }

    /// <summary>Whether results of experts are kept, for the gradients of routing weights that multiply them.</summary>
    public bool KeepsExpertResults { get; init; } = true;

    /// <summary>Format in which inputs of matrix products and activation functions are kept for the backward pass; null for that of the activations.</summary>
    public NumberFormat? KeptInputs { get; init; }

    /// <summary>Whether selective recomputation runs every second product of a layer again, with all element-wise work, in place of the attention core (torchtitan).</summary>
    public bool SelectiveProducts { get; init; }

    /// <summary>Whether attention writes its scores.</summary>
    public AttentionImplementation Attention { get; init; } = AttentionImplementation.Flash;

    /// <summary>How the framework runs its operators.</summary>
    public ExecutionMode Execution { get; init; } = ExecutionMode.Eager;

    /// <summary>Whether layers drop out.</summary>
    public bool Dropout { get; init; }

    /// <summary>Whether the loss runs as one kernel that reads the logits twice and writes their gradient in their place.</summary>
    public bool FusedLoss { get; init; } = true;

    /// <summary>Whether the software pads the vocabulary so that rows of logits are aligned, as Megatron and most others do.</summary>
    public bool PaddedVocabulary { get; init; } = true;

    /// <summary>What is trained.</summary>
    public TrainedParts Parts { get; init; } = TrainedParts.All;

    /// <summary>A model whose logits the step learns from; null without distillation.</summary>
    public TransformerArchitecture? Teacher { get; init; }

    /// <summary>How weights are updated.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Adam;

    /// <summary>Where moments and master weights lie.</summary>
    public OptimizerPlacement OptimizerPlacement { get; init; }

    /// <summary>How the loss is scaled; null where it is not.</summary>
    public LossScaling? LossScaling { get; init; }

    /// <summary>Layers between two checkpoints of activations under full recomputation.</summary>
    public int SegmentLayers { get; init; } = 1;

    /// <summary>Share of kept activations that lies in host memory between its passes.</summary>
    public double ActivationOffload { get; init; }

    /// <summary>How replicas of data parallelism run.</summary>
    public DataKind DataKind { get; init; }

    /// <summary>Gradients that are exchanged together; null for those of a layer.</summary>
    public Bytes? GradientBucket { get; init; }

    /// <summary>How uneven the loads of experts are; null for even ones.</summary>
    public ExpertTraffic? ExpertTraffic { get; init; }

    /// <summary>Which passes multiply 2:4 sparse weights in the layers.</summary>
    public SparseWeights Sparsity { get; init; }

    /// <summary>Format in which gradients are accumulated and exchanged; null for what is usual with the precision.</summary>
    public NumberFormat? GradientFormat { get; init; }

    /// <summary>Which operations count for utilisation.</summary>
    public FlopsConvention FlopsConvention { get; init; }

    /// <summary>Where tensor-parallel exchanges are hidden.</summary>
    public TensorOverlap TensorOverlap { get; init; } = TensorOverlap.Backward;

    /// <summary>Whether gradients are exchanged beside the backward pass.</summary>
    public bool OverlapData { get; init; }

    /// <summary>Whether tokens travel to their experts and back beside the work of another micro-batch, as under DualPipe (DeepSeek-V3, arXiv 2412.19437, section 3.2.1).</summary>
    public bool OverlapExperts { get; init; }

    /// <summary>Whether full sharding frees gathered parameters after each pass; null for what is usual: not between the micro-batches of a pipeline.</summary>
    public bool? ReshardAfterForward { get; init; }

    /// <summary>Whether full sharding scatters gradients in every micro-batch; null for what is usual: in a pipeline once a step.</summary>
    public bool? ScatterEachMicroBatch { get; init; }

    /// <summary>Whether gathered parameters are freed after each pass.</summary>
    public bool Reshards => ReshardAfterForward ?? Layout.Pipeline == 1;

    /// <summary>Whether gradients are scattered in every micro-batch.</summary>
    public bool ScattersEachMicroBatch => ScatterEachMicroBatch ?? Layout.Pipeline == 1;

    /// <summary>Whether activations travel between stages beside work.</summary>
    public bool OverlapPipeline { get; init; }

    /// <summary>Whether tensor-parallel ranks each send their share of equal activations to the next stage and gather them there (Narayanan 2021, section 4.1).</summary>
    public bool ScatterGather { get; init; } = true;

    /// <summary>Whether messages between stages and exchanges of gradients share each device's link and slow each other; otherwise each has it to itself.</summary>
    public bool SharedLinks { get; init; }

    /// <summary>By how many layers the first and last stage differ from the others.</summary>
    public int FirstLastLayers { get; init; }

    /// <summary>How far passes stray from their mean time; null where all devices are alike.</summary>
    public StepNoise? Noise { get; init; }

    /// <summary>Tokens of the whole run; zero where only a step is asked for.</summary>
    public double RunTokens { get; init; }

    /// <summary>Rent of one accelerator; null where no price was given.</summary>
    public UsdPerHour? AcceleratorPrice { get; init; }

    /// <summary>Micro-batches m of one replica in a step.</summary>
    public int MicroBatches => GlobalBatch / (MicroBatch * Layout.Data);

    /// <summary>Tokens of one step.</summary>
    public double TokensPerStep => (double)GlobalBatch * SequenceLength;

    /// <summary>Share of steps whose work counts: those whose gradients did not overflow.</summary>
    public double KeptShare => 1 - (LossScaling?.SkippedShare ?? 0);

    /// <summary>Layers of each chunk.</summary>
    public StageLayers Stages => TrainPipeline.Layers(this);

    /// <summary>Format of gradients, stated or usual.</summary>
    public NumberFormat EffectiveGradientFormat => GradientFormat ?? OptimizerMemory.UsualGradientFormat(Precision);

    /// <summary>How the operator graphs are built.</summary>
    public GraphOptions GraphOptions => new()
    {
        Layout = Layout,
        Activations = Precision,
        Weights = Precision,
        Cache = Precision is NumberFormat.Fp8 ? NumberFormat.Bf16 : Precision,
        Attention = Attention,
        Dropout = Dropout,
        FusedLoss = FusedLoss,
        Execution = Execution,
        Training = true,
        ExpertTraffic = ExpertTraffic,
        Sparsity = Sparsity,
    };

    /// <summary>What decides the memory of the step.</summary>
    public TrainMemoryInput MemoryInput => new()
    {
        Architecture = Architecture,
        Layout = Layout,
        MicroBatch = MicroBatch,
        Sequence = SequenceLength,
        MicroBatches = MicroBatches,
        WeightFormat = Precision is NumberFormat.Fp8 or NumberFormat.Fp8Block ? NumberFormat.Bf16 : Precision,
        GradientFormat = EffectiveGradientFormat,
        ActivationFormat = Precision is NumberFormat.Fp8 or NumberFormat.Fp8Block ? NumberFormat.Bf16 : Precision,
        Parts = Parts,
        Teacher = Teacher,
        Optimizer = Optimizer,
        OptimizerPlacement = OptimizerPlacement,
        SegmentLayers = SegmentLayers,
        ActivationOffload = ActivationOffload,
        ExpertTraffic = ExpertTraffic,
        Sparsity = Sparsity,
        OutputRanks = DataKind == DataKind.SingleProcess ? Layout.Data : 1,
        Recompute = Recompute,
        RecomputedOperators = RecomputedOperators,
        KeptInputs = KeptInputs,
        KeepsExpertResults = KeepsExpertResults,
        Attention = Attention,
        Dropout = Dropout,
        Schedule = TrainPipeline.InFlight(this).Rule,
        MicroBatchesInFlight = TrainPipeline.InFlight(this).ByStage,
        StashesWeights = PipelineSchedules.TryFind(Schedule, out IScheduleGenerator? generator) && generator.Flushless,
        Stages = Stages,
    };
}
