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
    /// <exception cref="ArgumentException">The schedule is illegal for the layout; <see cref="TrainPipeline.Problem"/> says so beforehand.</exception>
    public static TrainResult Simulate(TrainJob job) => Simulate(job, null, record: false);

    /// <summary>Simulates one step in a given order of passes.</summary>
    /// <param name="job">The step.</param>
    /// <param name="given">The order, for draws of the same job; null to plan it.</param>
    /// <param name="record">Whether the result keeps the span of each pass.</param>
    /// <exception cref="ArgumentException">The schedule is illegal for the layout; <see cref="TrainPipeline.Problem"/> says so beforehand.</exception>
    public static TrainResult Simulate(TrainJob job, PipelineSchedule? given, bool record)
    {
        var model = new CostModel(job.Cluster.Node, job.Efficiency, job.Layout, CollectiveBackend.Library);
        Seconds hop = StageHop(job, model);
        bool isBlocking = IsBlocking(job);
        var work = new StageWork(job, model);
        ImmutableArray<ChunkCost> layers = work.Chunks();
        ImmutableArray<ChunkCost> chunks = ChunkWaits.Of(job, model, layers);
        chunks = isBlocking ? [.. chunks.Select(chunk => chunk.Waiting(hop, hop))] : chunks;
        StageCosts costs = Costs(chunks, isBlocking || job.OverlapPipeline ? Seconds.Zero : hop) with { PairByChunk = OverlappedPairs.Times(job, work, chunks) };
        PipelineSchedule schedule = given ?? TrainPipeline.Schedule(job, costs);
        StageCosts first = costs with { Jitter = job.Noise?.OfFirstReplica(job) };
        PipelineReplayResult replay = SharedLinks.Apply(job)
            ? PipelineSimulation.Run(schedule, first with { End = SharedLinks.Of(job, model) }, record, CancellationToken.None)
            : PipelineReplay.Run(schedule, first, record);
        Seconds makespan = job.Noise?.Slowest(job, schedule, costs, replay.Makespan) ?? replay.Makespan;
        double slowdown = 1 + (job.Cluster.SpansNodes ? job.Efficiency.Training.Constants.MultiNodeSlowdown : 0);
        Seconds pipeline = (schedule.Flushless ? replay.BusyByStage.Max() : makespan) * slowdown;
        (Seconds sync, Seconds optimizer) = EndOfStep(job, model, layers, replay);
        CostBreakdown passes = MeanWork(job, chunks, replay) * slowdown;
        Seconds bubble = Seconds.Max(Seconds.Zero, pipeline - passes.Total);
        var breakdown = new StepBreakdown(passes with { Network = passes.Network + sync }, bubble, optimizer);
        return new TrainResult
        {
            Job = job,
            Step = breakdown.Total,
            Breakdown = breakdown,
            BubbleFraction = bubble / pipeline,
            ClosedForm = StepClosedForm.Makespan(schedule, costs),
            Pipeline = replay.Makespan,
            Schedule = schedule,
            Replay = replay,
            ModelFlops = ModelFlops.PerStep(job),
            HardwareFlops = ModelFlops.OnHardware(job),
            Memory = TrainMemory.Peak(job.MemoryInput, job.Cluster.Accelerator.Memory),
            Chunks = chunks,
            StageHop = hop,
            Energy = Energy(job, breakdown),
        };
    }

    /// <summary>Whether each pass waits for a message: interleaved stages without overlap send the last result and receive the next operand in one call and wait for both.</summary>
    /// <remarks>T then grows by 2c(vm + p - 1) for messages of c seconds (Megatron-LM's schedules; Narayanan 2021, section 4.1).</remarks>
    internal static bool IsBlocking(TrainJob job) =>
        job.Layout.VirtualStages > 1 && !job.OverlapPipeline && job.Schedule == PipelineSchedules.InterleavedOneForwardOneBackward;

    private static StageCosts Costs(ImmutableArray<ChunkCost> chunks, Seconds transfer) => new()
    {
        ByChunk = [.. chunks.Select(static c => new PassTimes(c.Forward.Total, c.BackwardInput.Total, c.BackwardWeight.Total))],
        Transfer = transfer,
    };

    /// <summary>Activations of a micro-batch from one stage to the next; split over tensor ranks under sequence parallelism, and where they are gathered again.</summary>
    internal static Seconds StageHop(TrainJob job, CostModel model)
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

    /// <summary>The passes of the mean stage by what bounds them; what overlapped pairs save is taken off the network first.</summary>
    private static CostBreakdown MeanWork(TrainJob job, ImmutableArray<ChunkCost> chunks, PipelineReplayResult replay)
    {
        CostBreakdown sum = default;
        foreach (ChunkCost chunk in chunks)
        {
            sum += chunk.Whole.Parts;
        }

        sum *= (double)job.MicroBatches / job.Layout.Pipeline;
        Seconds busy = replay.BusyByStage.Aggregate(Seconds.Zero, static (total, stage) => total + stage) / replay.BusyByStage.Length;
        Seconds saved = Seconds.Min(Seconds.Max(Seconds.Zero, sum.Total - busy), sum.Network);
        return sum with { Network = sum.Network - saved };
    }

    /// <summary>What follows the passes: each stage exchanges its gradients when it is through, and when all have, parameters are updated.</summary>
    /// <remarks>Stages that are through early exchange while others still drain: only what ends after the last pass shows.</remarks>
    private static (Seconds Sync, Seconds Optimizer) EndOfStep(TrainJob job, CostModel model, ImmutableArray<ChunkCost> chunks, PipelineReplayResult replay)
    {
        StageLayers stages = job.Stages;
        Seconds end = replay.Makespan;
        Seconds optimizer = Seconds.Zero;
        for (int stage = 0; stage < job.Layout.Pipeline; stage++)
        {
            ShardedParameters parameters = TrainedSharding.OnStage(job.Architecture, job.Layout, stages, stage, job.Parts);
            ChunkCost work = Enumerable.Range(0, stages.VirtualStages).Aggregate(default(ChunkCost), (sum, chunk) => sum + chunks[stages.Position(stage, chunk)]);
            Seconds exchanges = SharedLinks.Apply(job)
                ? GradientSync.Gathering(job, model, parameters, work, stages.OnStage(stage))
                : GradientSync.Exposed(job, model, parameters, work, stages.OnStage(stage));
            end = Seconds.Max(end, replay.EndByStage[stage] + exchanges);
            optimizer = Seconds.Max(optimizer, OptimizerUpdate.Time(job, model, parameters, work));
        }

        return (end - replay.Makespan + TiedEmbeddings(job, model), optimizer);
    }

    /// <summary>First and last stage each hold a copy of a tied embedding and add up its gradient (Narayanan 2021, section 2).</summary>
    private static Seconds TiedEmbeddings(TrainJob job, CostModel model)
    {
        if (!job.Architecture.TiedEmbeddings || job.Layout.Pipeline == 1 || !job.Parts.TrainsEmbedding)
        {
            return Seconds.Zero;
        }

        double parameters = (double)job.Architecture.VocabularySize * job.Architecture.HiddenSize / job.Layout.Tensor;
        return model.StageHop(job.EffectiveGradientFormat.Size() * parameters).Total * 2;
    }

    private static Joules Energy(TrainJob job, in StepBreakdown breakdown)
    {
        Accelerator accelerator = job.Cluster.Accelerator;
        CostBreakdown busy = breakdown.Work with { Memory = breakdown.Work.Memory + breakdown.Optimizer };
        Joules devices = PowerModel.Energy(accelerator, busy, breakdown.Total) * job.Cluster.Devices;
        return devices + (job.Cluster.Node.HostPower * ((double)job.Cluster.Devices / job.Cluster.Node.Devices) * breakdown.Total);
    }
}
