using System.Collections.Immutable;
using LlmSim.Model.Architecture;
using LlmSim.Model.Catalog;
using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;
using LlmSim.Schedules.Training;
using LlmSim.Validation.Measurements.Kernels;

namespace LlmSim.Validation.Measurements.Training;

/// <summary>Tables of whole training steps.</summary>
public sealed class TrainingStepsReader : RowReader
{
    private const string Value = "value";

    /// <summary>No published step has nearly as many; a slip of the pen could ask for a replay without end.</summary>
    private const int MostPasses = 200_000;

    private const int MostTokens = 100_000_000;

    /// <inheritdoc/>
    public override string Name => "steps";

    /// <inheritdoc/>
    public override string Title => "one optimiser step of a training run with its parallel layout, in one of several metrics";

    /// <inheritdoc/>
    public override ImmutableArray<MeasuredColumn> Columns { get; } =
    [
        KernelColumns.Gpu,
        .. ModelColumns.Columns,
        KernelColumns.Size("seq", "tokens", "tokens of a sequence"),
        KernelColumns.Size("global_batch", "sequences", "sequences of a step over all replicas"),
        .. StepLayout.Columns,
        KernelColumns.Option("precision", string.Empty, "number format of the arithmetic; blank: bf16"),
        KernelColumns.Option(
            "cluster",
            string.Empty,
            "devices of a node and network, such as '8 GPUs/node, 4x200 Gb/s per node' or '400 Gb/s per GPU'; blank: the device's usual node"),
        KernelColumns.Option(
            "flops_convention",
            string.Empty,
            "what model_tflops_per_gpu counts: full, causal, 6n, or the paper's formula; blank: full"),
        KernelColumns.Option("attention", string.Empty, "flash or unfused; blank, as the six below: what is known of the source, else of the time"),
        KernelColumns.Option("dropout", "0 or 1", "whether layers drop out"),
        KernelColumns.Option("tensor_overlap", string.Empty, "where tensor-parallel exchanges are hidden: none, backward or both"),
        KernelColumns.Option("data_overlap", "0 or 1", "whether gradients are exchanged beside the backward pass"),
        KernelColumns.Option("pipeline_overlap", "0 or 1", "whether activations travel between stages beside work"),
        KernelColumns.Option("fused_loss", "0 or 1", "whether the loss is one kernel that writes the gradient of the logits"),
        KernelColumns.Option("padded_vocabulary", "0 or 1", "whether the vocabulary is padded so that rows of logits are aligned"),
        KernelColumns.Option(
            "selective_products", "0 or 1", "whether selective recomputation runs every second product of a layer again, with all element-wise work; blank: 0"),
        KernelColumns.Option("expert_overlap", "0 or 1", "whether tokens travel to their experts and back beside other work; blank: 0"),
        KernelColumns.Option("source", string.Empty, "where the row comes from; for grouping"),
        KernelColumns.Size("metric", string.Empty, "what was measured: " + StepMetrics.Legal),
        new(Value, string.Empty, true, "the measured value in the unit of its metric", true),
    ];

    /// <inheritdoc/>
    protected override MeasuredRow Read(MeasuredCells cells)
    {
        string metric = cells.Text("metric");
        if (!StepMetrics.IsKnown(metric))
        {
            cells.Skip(SkipReasons.BadValue, $"metric '{metric}'; legal are {StepMetrics.Legal}");
        }

        double measured = cells.Measured(Value);
        (TrainWork? work, ImmutableArray<string> assumed) = Work(cells);
        return cells.Row(metric, measured, work) with
        {
            Format = cells.Text("precision"),
            Variant = work?.Job.Schedule ?? string.Empty,
            Group = work is null ? string.Empty : GroupOf(work.Job),
            Assumed = assumed,
        };
    }

    private static (TrainWork? Work, ImmutableArray<string> Assumed) Work(MeasuredCells cells)
    {
        Node? usual = cells.Node("gpu");
        int sequence = cells.Count("seq");
        int globalBatch = cells.Count("global_batch");
        NumberFormat precision = cells.Text("precision").Length == 0 ? NumberFormat.Bf16 : cells.Formats("precision").Activations;
        TransformerArchitecture? architecture = ModelColumns.Read(cells, sequence);
        if (architecture is null)
        {
            return (null, []);
        }

        StepLayout layout = StepLayout.Read(cells, architecture, globalBatch);
        StackColumns stack = StackColumns.Read(cells, architecture);
        FlopsConvention convention = Convention(cells);
        if (usual is null || !cells.IsSound)
        {
            return (null, []);
        }

        Node node = ClusterColumn.Read(usual, cells.Text("cluster"), out bool isNetworkAssumed);
        var cluster = new Cluster { Node = node, Devices = cells.Count("gpus", layout.Layout.WorldSize) };
        var job = new TrainJob
        {
            Architecture = architecture,
            Cluster = cluster,
            Efficiency = EfficiencyCatalog.For(node.Accelerator),
            Layout = layout.Layout,
            MicroBatch = layout.MicroBatch,
            GlobalBatch = globalBatch,
            SequenceLength = sequence,
            Precision = precision,
            Schedule = layout.Schedule,
            Recompute = layout.Recompute,
            Attention = stack.Attention,
            Dropout = stack.Dropout,
            FlopsConvention = convention,
            TensorOverlap = stack.TensorOverlap,
            OverlapData = stack.DataOverlap,
            OverlapPipeline = stack.PipelineOverlap,
            FusedLoss = stack.FusedLoss,
            PaddedVocabulary = stack.PaddedVocabulary,
            SelectiveProducts = stack.SelectiveProducts,
            OverlapExperts = stack.ExpertOverlap,
            FirstLastLayers = layout.FirstLastLayers,
        };
        Check(cells, job);
        bool isNetworkUnknown = isNetworkAssumed && cluster.SpansNodes;
        ImmutableArray<string> network = isNetworkUnknown ? [$"network = {node.ScaleOut.Name}"] : [];
        return cells.IsSound ? (new TrainWork(job), [.. layout.Assumed, .. network, .. stack.Assumed]) : (null, []);
    }

    /// <summary>Skips a row whose layout cannot be.</summary>
    private static void Check(MeasuredCells cells, TrainJob job)
    {
        var batch = new BatchFacts { GlobalBatch = job.GlobalBatch, MicroBatch = job.MicroBatch, Sequence = job.SequenceLength };
        foreach (LayoutProblem problem in LayoutRules.Check(job.Layout, job.Architecture, job.Cluster, batch))
        {
            if (problem.Severity == LayoutSeverity.Error && !(problem.Rule == LayoutRule.PipelineLayers && HasLayersForChunks(job)))
            {
                cells.Skip(SkipReasons.BadValue, problem.Message);
            }
        }

        long passes = (long)job.MicroBatches * job.Layout.Pipeline * job.Layout.VirtualStages;
        if (cells.IsSound && (passes > MostPasses || job.SequenceLength > MostTokens))
        {
            string found = FormattableString.Invariant($"{passes} passes (micro-batches x stages x chunks) of {job.SequenceLength} tokens");
            cells.Skip(SkipReasons.BadValue, FormattableString.Invariant($"{found}; legal are at most {MostPasses} passes of {MostTokens} tokens"));
        }

        if (cells.IsSound && TrainPipeline.Problem(job) is string reason)
        {
            cells.Skip(SkipReasons.BadValue, reason);
        }
    }

    /// <summary>Whether every chunk but the first and last holds a layer: these may hold embedding and head alone (Zero Bubble, table 4).</summary>
    private static bool HasLayersForChunks(TrainJob job) =>
        (long)job.Layout.Pipeline * job.Layout.VirtualStages <= job.Architecture.Layers.Length - (2 * Math.Clamp(job.FirstLastLayers, -1, 0));

    /// <summary>Papers count either the whole score matrix, or what the causal mask leaves of it, or none.</summary>
    private static FlopsConvention Convention(MeasuredCells cells)
    {
        string text = cells.Text("flops_convention").ToUpperInvariant();
        return text switch
        {
            "" or "FULL" => FlopsConvention.FullAttention,
            "CAUSAL" => FlopsConvention.CausalAttention,
            "6N" or "6ND" => FlopsConvention.SixN,
            _ when text.StartsWith("6N", StringComparison.Ordinal) => FlopsConvention.CausalAttention,
            _ when text.StartsWith("72B", StringComparison.Ordinal) => FlopsConvention.FullAttention,
            _ when text.StartsWith("96B", StringComparison.Ordinal) => FlopsConvention.FullAttention,
            _ => Unknown(cells),
        };
    }

    private static FlopsConvention Unknown(MeasuredCells cells)
    {
        const string Legal = "full, causal, 6n, 72Bsl..., 96Bsl..., 6N + attention";
        cells.Skip(SkipReasons.BadValue, $"flops_convention '{cells.Text("flops_convention")}'; legal are {Legal}");
        return FlopsConvention.FullAttention;
    }

    /// <summary>Rows of one width and tensor split share their kernels, whatever their depth and batch.</summary>
    private static string GroupOf(TrainJob job) =>
        FormattableString.Invariant($"hidden={job.Architecture.HiddenSize},tp={job.Layout.Tensor},micro_batch={job.MicroBatch}");
}
