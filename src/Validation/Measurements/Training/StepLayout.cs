using System.Collections.Immutable;
using LlmSim.Model.Architecture;
using LlmSim.Model.Parallelism;
using LlmSim.Schedules.Pipelines;
using LlmSim.Validation.Measurements.Kernels;

namespace LlmSim.Validation.Measurements.Training;

/// <summary>How a row's step is spread and cut; columns that a source did not publish are assumed by a rule, and named.</summary>
/// <param name="Layout">The parallel layout.</param>
/// <param name="MicroBatch">Sequences in a micro-batch.</param>
/// <param name="Schedule">Name of the pipeline schedule.</param>
/// <param name="Recompute">What is computed again.</param>
/// <param name="FirstLastLayers">By how many layers the first and last chunk differ.</param>
/// <param name="Assumed">What was assumed.</param>
internal sealed record StepLayout(
    ParallelLayout Layout, int MicroBatch, string Schedule, RecomputeMode Recompute, int FirstLastLayers, ImmutableArray<string> Assumed)
{
    /// <summary>Most chunks of a stage that are assumed where their number was not published: Megatron's large runs have up to seven.</summary>
    private const int MostChunks = 7;

    private const int MostOffset = 100;

    /// <summary>Without a pipeline large micro-batches cost only memory.</summary>
    private static readonly ImmutableArray<int> MicroBatches = [4, 2, 1];

    /// <summary>The columns.</summary>
    public static ImmutableArray<MeasuredColumn> Columns { get; } =
    [
        KernelColumns.Option("gpus", "devices", "devices of the run; blank: tp x pp x dp x cp"),
        KernelColumns.Option("tp", "devices", "tensor-parallel degree; blank: 1"),
        KernelColumns.Option("pp", "stages", "pipeline stages; blank: 1"),
        KernelColumns.Option("dp", "replicas", "data-parallel degree; blank: what the other degrees leave of gpus"),
        KernelColumns.Option("cp", "devices", "context-parallel degree; blank: 1"),
        KernelColumns.Option("ep", "devices", "expert-parallel degree; blank: 1"),
        KernelColumns.Option(
            "vpp",
            "chunks",
            "chunks of a stage; blank: 1, but under an interleaved or unpublished schedule the most up to 7 that cut its layers evenly (assumed)"),
        KernelColumns.Option("micro_batch", "sequences", "sequences of a micro-batch; blank: without a pipeline 4, 2 or 1, whichever divides a replica's share first, else 1 (assumed)"),
        KernelColumns.Option("schedule", string.Empty, "pipeline schedule; blank: interleaved where stages have several chunks, else 1f1b (assumed)"),
        KernelColumns.Option("recompute", string.Empty, "none, selective or full; blank: none (assumed)"),
        KernelColumns.Option("sequence_parallel", "0 or 1", "whether norms are split along the sequence; blank: where tp is above 1 (assumed)"),
        KernelColumns.Option("zero", string.Empty, "ZeRO stage 0 to 3; blank: 0 (assumed)"),
        KernelColumns.Option("first_last_layers", "layers", "by how many layers the first and last stage differ; blank: 0"),
    ];

    /// <summary>The layout; where something is wrong with it, the row is skipped.</summary>
    public static StepLayout Read(MeasuredCells cells, TransformerArchitecture architecture, int globalBatch)
    {
        var assumed = ImmutableArray.CreateBuilder<string>();
        int tensor = cells.Count("tp", 1);
        int pipeline = cells.Count("pp", 1);
        int context = cells.Count("cp", 1);
        int data = cells.Count("dp", DataDegree(cells, (double)tensor * pipeline * context));
        int firstLast = Offset(cells);
        (string schedule, int chunks) = ScheduleOf(cells, pipeline, LayersOnStage(architecture, pipeline, firstLast), assumed);
        int usual = pipeline > 1 ? 1 : MicroBatches.First(size => globalBatch / data % size == 0);
        return new StepLayout(
            new ParallelLayout
            {
                Tensor = tensor,
                Pipeline = pipeline,
                VirtualStages = chunks,
                Data = data,
                Context = context,
                Expert = cells.Count("ep", 1),
                SequenceParallel = Assume(cells, assumed, "sequence_parallel", tensor > 1 ? 1 : 0, 0) != 0,
                ZeroStage = Assume(cells, assumed, "zero", 0, 0),
            },
            Assume(cells, assumed, "micro_batch", usual, 1),
            schedule,
            Recomputation(cells, assumed),
            firstLast,
            assumed.ToImmutable());
    }

    /// <summary>What the other degrees leave of the devices; 1 where these are blank.</summary>
    private static int DataDegree(MeasuredCells cells, double others) => Math.Max(1, (int)(cells.Count("gpus", 1) / others));

    private static int LayersOnStage(TransformerArchitecture architecture, int pipeline, int firstLast) =>
        (int)((architecture.Layers.Length - (pipeline > 1 ? 2 * firstLast : 0) + pipeline - 1L) / pipeline);

    private static (string Name, int Chunks) ScheduleOf(MeasuredCells cells, int pipeline, int layersOnStage, ImmutableArray<string>.Builder assumed)
    {
        string stated = cells.Text("schedule");
        string name = StepSchedules.Resolve(stated, out bool isStandIn);
        if (stated.Length > 0 && !StepSchedules.IsKnown(name))
        {
            cells.Skip(SkipReasons.BadValue, $"schedule '{stated}'; legal are {StepSchedules.Legal}");
        }

        bool mayInterleave = pipeline > 1 && (stated.Length == 0 || name == PipelineSchedules.InterleavedOneForwardOneBackward);
        int chunks = mayInterleave ? Assume(cells, assumed, "vpp", StepSchedules.EvenChunks(layersOnStage, MostChunks), 1) : cells.Count("vpp", 1);
        if (stated.Length == 0 || isStandIn)
        {
            name = chunks > 1 ? PipelineSchedules.InterleavedOneForwardOneBackward : PipelineSchedules.OneForwardOneBackward;
            assumed.Add($"schedule = {name}");
        }

        return (name, chunks);
    }

    private static RecomputeMode Recomputation(MeasuredCells cells, ImmutableArray<string>.Builder assumed)
    {
        switch (cells.Text("recompute").ToUpperInvariant())
        {
            case "":
                assumed.Add("recompute = none");
                return RecomputeMode.None;
            case "NONE":
                return RecomputeMode.None;
            case "SELECTIVE":
                return RecomputeMode.Selective;
            case "FULL":
                return RecomputeMode.Full;
            default:
                cells.Skip(SkipReasons.BadValue, $"recompute '{cells.Text("recompute")}'; legal are full, none, selective");
                return RecomputeMode.None;
        }
    }

    /// <summary>The first and last stage may hold fewer layers than the others, so this one may be negative.</summary>
    private static int Offset(MeasuredCells cells)
    {
        double offset = cells.Number("first_last_layers", 0, -MostOffset);
        if (offset == Math.Floor(offset) && offset <= MostOffset)
        {
            return (int)offset;
        }

        cells.Skip(SkipReasons.BadValue, $"first_last_layers '{cells.Text("first_last_layers")}'; legal is a whole number of layers");
        return 0;
    }

    private static int Assume(MeasuredCells cells, ImmutableArray<string>.Builder assumed, string column, int value, int least)
    {
        if (cells.Text(column).Length == 0)
        {
            assumed.Add(FormattableString.Invariant($"{column} = {value}"));
        }

        return cells.Count(column, value, least);
    }
}
