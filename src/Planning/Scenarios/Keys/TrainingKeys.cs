using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using LlmSim.Schedules.Training;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>The keys of training.</summary>
internal static class TrainingKeys
{
    private static readonly ScenarioKey<int> MicroBatch =
        Key.Required("micro_batch", Shapes.Count, "Sequences in one microbatch on one data-parallel rank.");
    private static readonly ScenarioKey<int> GlobalBatch =
        Key.Required("global_batch", Shapes.Count, "Sequences in one optimizer step, over all ranks.");
    private static readonly ScenarioKey<int> SequenceLength = Key.Required("sequence_length", Shapes.Count, "Tokens in one sequence.");

    private static readonly ScenarioKey<NumberFormat> Precision = Key.Default(
        "precision", Shapes.Formats(NumberFormat.Fp32, NumberFormat.Tf32, NumberFormat.Fp16, NumberFormat.Bf16, NumberFormat.Fp8), "bf16",
        "The format in which matrices are multiplied.");

    private static readonly ScenarioKey<string> Schedule =
        Key.Default("schedule", Shapes.Names(ScenarioVocabulary.Schedules), ScenarioVocabulary.Schedules[0],
            "The order in which pipeline stages run their passes.");

    private static readonly ScenarioKey<RecomputeMode> Recompute = Key.Default(
        "recompute", Shapes.Words(("none", RecomputeMode.None), ("selective", RecomputeMode.Selective), ("full", RecomputeMode.Full)), "none",
        "Which activations the backward pass computes again: none, those of the attention core, or all but each layer's input.");

    private static readonly ScenarioKey<AttentionImplementation> Attention = Key.Default(
        "attention", Shapes.Words(("flash", AttentionImplementation.Flash), ("unfused", AttentionImplementation.Unfused)), "flash",
        "Whether attention is one fused kernel or writes its scores to memory.");

    private static readonly ScenarioKey<OptimizerKind> Optimizer = Key.Default(
        "optimizer",
        Shapes.Words(("adam", OptimizerKind.Adam), ("adamw", OptimizerKind.Adam), ("sgd", OptimizerKind.Sgd), ("adafactor", OptimizerKind.Adafactor)),
        "adamw", "The optimizer, which decides the state kept for each parameter.");

    private static readonly ScenarioKey<NumberFormat> GradientFormat = Key.Optional(
        "gradient_format", Shapes.Formats(NumberFormat.Fp32, NumberFormat.Bf16, NumberFormat.Fp16),
        "The format in which gradients are kept and reduced; without it fp32 for bf16 and fp8, and the precision itself for fp16 and fp32.");

    private static readonly ScenarioKey<bool> Dropout =
        Key.Default("dropout", Shapes.Flag, "false", "Whether dropout is on, which keeps its masks in memory.");

    private static readonly ScenarioKey<FlopsConvention> CountedFlops = Key.Default(
        "flops_convention",
        Shapes.Words(
            ("full-attention", FlopsConvention.FullAttention), ("causal-attention", FlopsConvention.CausalAttention), ("six-n", FlopsConvention.SixN)),
        "full-attention", "How the FLOPs of a step are counted when utilization is reported.");

    private static readonly ScenarioKey<TensorOverlap> OverlapTensor = Key.Default(
        "tensor", Shapes.Words(("none", TensorOverlap.None), ("backward", TensorOverlap.Backward), ("both", TensorOverlap.Both)), "none",
        "In which passes tensor-parallel collectives run behind matrix products.");

    private static readonly ScenarioKey<bool> OverlapData =
        Key.Default("data", Shapes.Flag, "true", "Whether gradients are reduced, and parameters gathered, behind the passes.");

    private static readonly ScenarioKey<bool> OverlapPipeline =
        Key.Default("pipeline", Shapes.Flag, "false", "Whether activations are sent between stages behind the next pass.");

    private static readonly ScenarioKey<bool> OverlapExperts = Key.Default(
        "experts", Shapes.Flag, "false", "Whether tokens travel to experts and back behind the work of another microbatch, as under DualPipe.");

    private static readonly ScenarioKey<Bytes> Bucket = Key.Optional(
        "bucket", Shapes.Size("25 MB"), "Gradients that are reduced together, as DDP's 25 MB; without it those of a layer.");

    private static readonly ScenarioKey<OverlapOptions> Overlap = Key.Default(
        "overlap",
        new SectionShape<OverlapOptions>(
            new Section("Which communication runs behind computation.", [OverlapTensor, OverlapData, OverlapPipeline, OverlapExperts, Bucket]),
            static v => new OverlapOptions(v.Of(OverlapTensor), v.Of(OverlapData), v.Of(OverlapPipeline), v.Of(OverlapExperts), v.MaybeValue(Bucket))),
        "{}", "Which communication runs behind computation.");

    private static readonly ScenarioKey<long> Tokens =
        Key.Optional("tokens", Shapes.LongCount, "Tokens of the whole run, such as `15e12`; with it the run's time and cost are reported.");

    private static readonly ScenarioKey<long> Steps =
        Key.Optional("steps", Shapes.LongCount, "Optimizer steps of the whole run, in place of tokens.");

    /// <summary>How the model is trained.</summary>
    public static readonly SectionShape<TrainingOptions> Training = new(
        new Section(
            "How the model is trained.",
            [MicroBatch, GlobalBatch, SequenceLength, Precision, Schedule, Recompute, Attention, ExecutionKey.Execution, Optimizer, GradientFormat, Dropout, CountedFlops,
             TrainedPartsKeys.Lora, TrainedPartsKeys.Frozen, TrainedPartsKeys.Teacher, CompressionKeys.Pruned, CompressionKeys.LowRank, CompressionKeys.Sparsity,
             MemorySavingKeys.OptimizerState, MemorySavingKeys.RecomputeLayers, MemorySavingKeys.Operators, MemorySavingKeys.KeptInputs, MemorySavingKeys.OffloadActivations, MemorySavingKeys.Scaling,
             ReplicaKeys.Replicas, ReplicaKeys.Experts, Overlap, FrameworkKeys.Framework, NoiseKeys.Noise, Tokens, Steps])
        {
            Groups = [new KeyGroup([Tokens, Steps], AtLeastOne: false, AtMostOne: true)],
        },
        Build);

    /// <summary>Refuses a global batch that data-parallel ranks cannot share out in whole microbatches.</summary>
    public static void CheckBatch(TrainingOptions training, ParallelLayout layout, ScenarioNode root, Binding binding)
    {
        long perRound = (long)training.MicroBatch * layout.Data;
        if (training.GlobalBatch % perRound != 0)
        {
            const string path = "training.global_batch";
            binding.Refuse(root.Find(path), path,
                $"'{path}' is {training.GlobalBatch}, which is no multiple of micro_batch x data = {training.MicroBatch} x {layout.Data} = {perRound}"
                + Nearest(training.GlobalBatch, perRound));
        }
    }

    private static string Nearest(long batch, long perRound)
    {
        long above = ((batch / perRound) + 1) * perRound;
        return batch > perRound ? $": {above - perRound} and {above} are the nearest" : $": {above} is the nearest";
    }

    private static TrainingOptions Build(SectionValues v) => new()
    {
        MicroBatch = v.Of(MicroBatch),
        GlobalBatch = v.Of(GlobalBatch),
        SequenceLength = v.Of(SequenceLength),
        Precision = v.Of(Precision),
        Schedule = v.Of(Schedule),
        Recompute = v.Of(Recompute),
        Attention = v.Of(Attention),
        Execution = v.Of(ExecutionKey.Execution),
        Optimizer = v.Of(Optimizer),
        OptimizerPlacement = v.Of(MemorySavingKeys.OptimizerState),
        RecomputeLayers = v.Of(MemorySavingKeys.RecomputeLayers),
        RecomputedOperators = v.MaybeValue(MemorySavingKeys.Operators) ?? RecomputedOperators.None,
        KeptInputs = v.MaybeValue(MemorySavingKeys.KeptInputs),
        OffloadActivations = v.Of(MemorySavingKeys.OffloadActivations),
        DataKind = v.Of(ReplicaKeys.Replicas),
        Experts = v.MaybeObject(ReplicaKeys.Experts),
        Pruned = v.MaybeObject(CompressionKeys.Pruned),
        LowRank = v.MaybeObject(CompressionKeys.LowRank),
        Sparsity = v.Of(CompressionKeys.Sparsity),
        LossScaling = v.MaybeObject(MemorySavingKeys.Scaling),
        GradientFormat = v.MaybeValue(GradientFormat),
        Dropout = v.Of(Dropout),
        FlopsConvention = v.Of(CountedFlops),
        Lora = v.MaybeObject(TrainedPartsKeys.Lora),
        Frozen = v.MaybeObject(TrainedPartsKeys.Frozen) ?? FrozenOptions.Nothing,
        Teacher = v.MaybeObject(TrainedPartsKeys.Teacher),
        Overlap = v.Of(Overlap),
        Framework = v.Of(FrameworkKeys.Framework),
        Noise = v.MaybeObject(NoiseKeys.Noise),
        Tokens = v.MaybeValue(Tokens),
        Steps = v.MaybeValue(Steps),
    };
}
