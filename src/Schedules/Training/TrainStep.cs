using System.Collections.Immutable;
using LlmSim.Model.Collectives;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using LlmSim.Schedules.Pipelines;

namespace LlmSim.Schedules.Training;

/// <summary>From a training job to its prediction: passes are priced, the pipeline is replayed, gradients exchanged, parameters updated.</summary>
public static class TrainStep
{
    /// <summary>Simulates one step.</summary>
    /// <exception cref="ArgumentException">The schedule is illegal for the layout; <see cref="ScheduleProblem"/> says so beforehand.</exception>
    public static TrainResult Simulate(TrainJob job)
    {
        var model = new CostModel(job.Cluster.Node, job.Efficiency, job.Layout, CollectiveBackend.Library);
        Seconds hop = StageHop(job, model);
        bool isBlocking = IsBlocking(job);
        ImmutableArray<ChunkCost> layers = new StageWork(job, model).Chunks();
        ImmutableArray<ChunkCost> chunks = FullyShardedStep.WithWaits(job, model, layers);
        chunks = isBlocking ? [.. chunks.Select(chunk => chunk.Waiting(hop, hop))] : chunks;
        Seconds transfer = isBlocking || job.OverlapPipeline ? Seconds.Zero : hop;
        PipelineReplayResult replay = PipelineReplay.Run(Schedule(job), Costs(chunks, transfer));
        double slowdown = 1 + (job.Cluster.SpansNodes ? job.Efficiency.Training.Constants.MultiNodeSlowdown : 0);
        Seconds pipeline = replay.Makespan * slowdown;
        CostBreakdown work = MeanWork(job, chunks) * slowdown;
        (Seconds sync, Seconds optimizer) = EndOfStep(job, model, layers);
        Seconds bubble = Seconds.Max(Seconds.Zero, pipeline - work.Total);
        var breakdown = new StepBreakdown(work with { Network = work.Network + sync }, bubble, optimizer);
        return new TrainResult
        {
            Job = job,
            Step = breakdown.Total,
            Breakdown = breakdown,
            BubbleFraction = bubble / pipeline,
            ClosedForm = StepClosedForm.Makespan(chunks, job.Layout.Pipeline, job.MicroBatches, transfer),
            Pipeline = replay.Makespan,
            ModelFlops = ModelFlops.PerStep(job),
            HardwareFlops = ModelFlops.OnHardware(job),
            Memory = TrainMemory.Peak(job.MemoryInput, job.Cluster.Accelerator.Memory),
            Chunks = chunks,
            StageHop = hop,
            Energy = Energy(job, breakdown),
        };
    }

    /// <summary>Why the schedule cannot run on the layout; null where it can.</summary>
    public static string? ScheduleProblem(TrainJob job) =>
        PipelineSchedules.TryGenerate(job.Schedule, job.Layout.Pipeline, job.MicroBatches, job.Layout.VirtualStages, out _, out string problem) ? null : problem;

    private static PipelineSchedule Schedule(TrainJob job) =>
        PipelineSchedules.TryGenerate(job.Schedule, job.Layout.Pipeline, job.MicroBatches, job.Layout.VirtualStages, out PipelineSchedule? schedule, out string problem)
            ? schedule
            : throw new ArgumentException(problem, nameof(job));

    /// <summary>Whether each pass waits for a message: interleaved stages without overlap send the last result and receive the next operand in one call and wait for both.</summary>
    /// <remarks>T then grows by 2c(vm + p - 1) for messages of c seconds (Megatron-LM's schedules; Narayanan 2021, section 4.1).</remarks>
    private static bool IsBlocking(TrainJob job) =>
        job.Layout.VirtualStages > 1 && !job.OverlapPipeline && job.Schedule == PipelineSchedules.InterleavedOneForwardOneBackward;

    private static StageCosts Costs(ImmutableArray<ChunkCost> chunks, Seconds transfer) => new()
    {
        ByChunk = [.. chunks.Select(static c => new PassTimes(c.Forward.Total, c.BackwardInput.Total, c.BackwardWeight.Total))],
        Transfer = transfer,
    };

    /// <summary>Activations of a micro-batch from one stage to the next; split over tensor ranks under sequence parallelism, and where they are gathered again.</summary>
    private static Seconds StageHop(TrainJob job, CostModel model)
    {
        if (job.Layout.Pipeline == 1)
        {
            return Seconds.Zero;
        }

        double elements = (double)job.MicroBatch * job.SequenceLength / job.Layout.Context * job.Architecture.HiddenSize;
        var whole = new Bytes(job.GraphOptions.StreamBytes * elements);
        if (job.Layout.Tensor == 1 || !(job.Layout.SequenceParallel || job.ScatterGather))
        {
            return model.StageHop(whole).Total;
        }

        Seconds share = model.StageHop(whole / job.Layout.Tensor).Total;
        return job.Layout.SequenceParallel ? share : share + model.Exchange(CollectiveKind.AllGather, GroupKind.Tensor, whole).Total;
    }

    private static CostBreakdown MeanWork(TrainJob job, ImmutableArray<ChunkCost> chunks)
    {
        CostBreakdown sum = default;
        foreach (ChunkCost chunk in chunks)
        {
            sum += chunk.Whole.Parts;
        }

        return sum * ((double)job.MicroBatches / job.Layout.Pipeline);
    }

    /// <summary>What the slowest stage does once all micro-batches are through: gradients, then parameters.</summary>
    private static (Seconds Sync, Seconds Optimizer) EndOfStep(TrainJob job, CostModel model, ImmutableArray<ChunkCost> chunks)
    {
        Seconds sync = Seconds.Zero;
        Seconds optimizer = Seconds.Zero;
        for (int stage = 0; stage < job.Layout.Pipeline; stage++)
        {
            ShardedParameters parameters = ParameterSharding.OnStage(job.Architecture, job.Layout, job.Stages, stage);
            ChunkCost work = Enumerable.Range(0, job.Layout.VirtualStages).Aggregate(default(ChunkCost), (sum, chunk) => sum + chunks[stage + (chunk * job.Layout.Pipeline)]);
            sync = Seconds.Max(sync, GradientSync.Exposed(job, model, parameters, work, job.Stages.OnStage(stage)));
            optimizer = Seconds.Max(optimizer, Optimizer(job, model, parameters));
        }

        return (sync + TiedEmbeddings(job, model), optimizer);
    }

    /// <summary>First and last stage each hold a copy of a tied embedding and add up its gradient (Narayanan 2021, section 2).</summary>
    private static Seconds TiedEmbeddings(TrainJob job, CostModel model)
    {
        if (!job.Architecture.TiedEmbeddings || job.Layout.Pipeline == 1)
        {
            return Seconds.Zero;
        }

        double parameters = (double)job.Architecture.VocabularySize * job.Architecture.HiddenSize / job.Layout.Tensor;
        return model.StageHop(job.EffectiveGradientFormat.Size() * parameters).Total * 2;
    }

    /// <summary>An unfused Adam step streams each local parameter's state; ZeRO spreads it over data-parallel ranks.</summary>
    private static Seconds Optimizer(TrainJob job, CostModel model, in ShardedParameters parameters)
    {
        double local = job.Layout.ZeroStage >= 1
            ? (parameters.Replicated / job.Layout.StateShards) + (parameters.Experts / ExpertSplit.Copies(job.Layout))
            : parameters.Total;
        return new Bytes(job.Efficiency.Training.Constants.OptimizerBytes * local) / (model.Device.MemoryBandwidth * job.Efficiency.Stream.Constants.MemoryShare);
    }

    private static Joules Energy(TrainJob job, in StepBreakdown breakdown)
    {
        Accelerator accelerator = job.Cluster.Accelerator;
        CostBreakdown busy = breakdown.Work with { Memory = breakdown.Work.Memory + breakdown.Optimizer };
        Joules devices = PowerModel.Energy(accelerator, busy, breakdown.Total) * job.Cluster.Devices;
        return devices + (job.Cluster.Node.HostPower * ((double)job.Cluster.Devices / job.Cluster.Node.Devices) * breakdown.Total);
    }
}
