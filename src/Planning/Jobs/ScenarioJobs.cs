using System.Collections.Immutable;
using LlmSim.Model.Architecture;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Parallelism;
using LlmSim.Planning.Scenarios;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Traffic;
using LlmSim.Schedules.Training;

namespace LlmSim.Planning.Jobs;

/// <summary>From a scenario to the job that the simulator runs: records are looked up, layouts checked, all problems reported at once.</summary>
public static class ScenarioJobs
{
    /// <summary>The training job of a scenario; null where there are problems.</summary>
    public static TrainJob? Bind(TrainScenario scenario, out ImmutableArray<Problem> problems, out ImmutableArray<string> notes)
    {
        var found = new ProblemList();
        var remarks = ImmutableArray.CreateBuilder<string>();
        TransformerArchitecture? architecture = RecordLookup.Model(scenario.Model, found);
        Node? node = HardwareBinding.Node(scenario, found);
        Efficiency? efficiency = node is null ? null : HardwareBinding.Efficiency(scenario, node, found);
        architecture = architecture is null ? null : Compression.Apply(scenario, architecture, found);
        TransformerArchitecture? teacher = scenario.Training.Teacher is { } reference ? RecordLookup.Model(reference, found) : null;
        TrainJob? job = architecture is null || node is null || efficiency is null ? null : Job(scenario, architecture, node, efficiency) with { Teacher = teacher };
        if (job is not null)
        {
            var batch = new BatchFacts { GlobalBatch = job.GlobalBatch, MicroBatch = job.MicroBatch, Sequence = job.SequenceLength };
            CheckLayout(scenario, job.Architecture, job.Cluster, batch, found, remarks);
            CheckSchedule(scenario, job, found);
            CheckNoise(scenario, job, found);
            ModeRules.Check(scenario, job, found);
            CheckFormat(scenario, "training.precision", job.Precision, node!.Accelerator, found);
            CheckContext(job, remarks);
            Remark(job.Architecture, job.Efficiency, remarks);
        }

        (problems, notes) = (found.Problems, remarks.ToImmutable());
        return problems.IsEmpty ? job : null;
    }

    /// <summary>The serving job of a scenario; null where there are problems.</summary>
    public static ServeJob? Bind(ServeScenario scenario, out ImmutableArray<Problem> problems, out ImmutableArray<string> notes)
    {
        var found = new ProblemList();
        var remarks = ImmutableArray.CreateBuilder<string>();
        TransformerArchitecture? architecture = RecordLookup.Model(scenario.Model, found);
        Node? node = HardwareBinding.Node(scenario, found);
        Efficiency? efficiency = node is null ? null : HardwareBinding.Efficiency(scenario, node, found);
        TrafficBinding.Check(scenario, found);
        ServeJob? job = architecture is null || node is null || efficiency is null ? null : Job(scenario, architecture, node, efficiency);
        if (job is not null)
        {
            var cluster = new Cluster { Node = job.Node, Devices = job.Layout.WorldSize };
            CheckLayout(scenario, job.Architecture, cluster, new BatchFacts { Training = false }, found, remarks);
            CheckServing(scenario, job, found, remarks);
            Remark(job.Architecture, job.Efficiency, remarks);
        }

        (problems, notes) = (found.Problems, remarks.ToImmutable());
        return problems.IsEmpty ? job : null;
    }

    /// <summary>A fresh stream of the scenario's requests. Disposing the result closes the trace file.</summary>
    public static OpenedTraffic OpenTraffic(ServeScenario scenario) => TrafficBinding.Open(scenario);

    private static TrainJob Job(TrainScenario scenario, TransformerArchitecture architecture, Node node, Efficiency efficiency) => new()
    {
        Architecture = architecture,
        Cluster = new Cluster { Node = node, Devices = scenario.Devices },
        Efficiency = efficiency,
        Layout = scenario.Parallel,
        MicroBatch = scenario.Training.MicroBatch,
        GlobalBatch = scenario.Training.GlobalBatch,
        SequenceLength = scenario.Training.SequenceLength,
        Precision = scenario.Training.Precision,
        Schedule = scenario.Training.Schedule,
        Recompute = scenario.Training.Recompute,
        Attention = scenario.Training.Attention,
        Execution = scenario.Training.Execution,
        Dropout = scenario.Training.Dropout,
        Optimizer = scenario.Training.Optimizer,
        OptimizerPlacement = scenario.Training.OptimizerPlacement,
        SegmentLayers = scenario.Training.RecomputeLayers,
        RecomputedOperators = scenario.Training.RecomputedOperators,
        KeptInputs = scenario.Training.KeptInputs,
        KeepsExpertResults = scenario.Training.Framework.KeepExpertResults,
        ActivationOffload = scenario.Training.OffloadActivations,
        DataKind = scenario.Training.DataKind,
        GradientBucket = scenario.Training.Overlap.Bucket,
        ExpertTraffic = scenario.Training.Experts,
        Sparsity = scenario.Training.Sparsity,
        LossScaling = scenario.Training.LossScaling,
        GradientFormat = scenario.Training.GradientFormat,
        FlopsConvention = scenario.Training.FlopsConvention,
        TensorOverlap = scenario.Training.Overlap.Tensor,
        OverlapData = scenario.Training.Overlap.Data,
        OverlapPipeline = scenario.Training.Overlap.Pipeline,
        OverlapExperts = scenario.Training.Overlap.Experts,
        Parts = new TrainedParts
        {
            Adapters = scenario.Training.Lora,
            FrozenLayers = scenario.Training.Frozen.Layers,
            FrozenEmbedding = scenario.Training.Frozen.Embedding,
        },
        FusedLoss = scenario.Training.Framework.FusedLoss,
        PaddedVocabulary = scenario.Training.Framework.PaddedVocabulary,
        ScatterGather = scenario.Training.Framework.ScatterGather,
        SelectiveProducts = scenario.Training.Framework.SelectiveProducts,
        ReshardAfterForward = scenario.Training.Framework.ReshardAfterForward,
        ScatterEachMicroBatch = scenario.Training.Framework.ScatterEachMicroBatch,
        SharedLinks = scenario.Training.Framework.SharedLinks,
        Noise = scenario.Training.Noise,
        RunTokens = scenario.Training.Tokens ?? (scenario.Training.Steps * (double)scenario.Training.GlobalBatch * scenario.Training.SequenceLength) ?? 0,
        AcceleratorPrice = scenario.Prices.AcceleratorHour,
    };

    private static ServeJob Job(ServeScenario scenario, TransformerArchitecture architecture, Node node, Efficiency efficiency)
    {
        ServingOptions serving = scenario.Serving;
        ServerKind kind = ServerKinds.Find(serving.Server)!;
        HostMode host = kind.Host(efficiency.ServingHost.Constants);
        return new()
        {
            Architecture = architecture,
            Node = node,
            Efficiency = efficiency,
            Layout = scenario.Parallel,
            Weights = serving.Weights,
            Activations = serving.Activations,
            Cache = serving.KvCache,
            Execution = serving.Execution,
            Server = kind,
            StaticScales = serving.StaticScales,
            Engine = kind.Memory with { Share = serving.MemoryUtilization ?? kind.Memory.Share },
            Host = host with
            {
                PerStep = serving.Host.PerStep ?? host.PerStep,
                PerSequence = serving.Host.PerSequence ?? host.PerSequence,
                PerPrefill = serving.Host.PerPrefill ?? host.PerPrefill,
                Asynchronous = serving.Host.Asynchronous ?? host.Asynchronous,
            },
            Settings = new ServeSettings
            {
                Replicas = serving.Replicas,
                Router = serving.Router,
                Policy = serving.Policy ?? kind.Policy,
                Path = kind.Path(serving.StreamInterval),
                Wait = serving.BatchingWaitShare is double share ? new BatchingWait(share, serving.BatchingWaitSteps) : null,
                MaxBatch = serving.MaxBatch,
                MaxBatchedTokens = serving.MaxBatchedTokens,
                ChunkedPrefill = serving.ChunkedPrefill,
                Chunk = serving.Chunk,
                MaxContext = serving.MaxContext ?? architecture.MaxContext,
                BlockSize = serving.BlockSize,
                PrefixCache = serving.PrefixCache,
                KvCapacityTokens = serving.BlockSize,
                QueueLimit = serving.QueueLimit,
                Timeout = serving.Timeout,
                Limits = serving.Limits,
                Retry = serving.Retry,
                Seed = scenario.Seed,
                Classes = TrafficBinding.Classes(scenario),
                Duration = scenario.Duration,
            },
            AcceleratorPrice = scenario.Prices.AcceleratorHour,
        };
    }

    private static void CheckLayout(
        Scenario scenario, TransformerArchitecture architecture, Cluster cluster, BatchFacts batch, ProblemList problems, ImmutableArray<string>.Builder notes)
    {
        foreach (LayoutProblem problem in LayoutRules.Check(scenario.Parallel, architecture, cluster, batch))
        {
            if (problem.Severity == LayoutSeverity.Error)
            {
                problems.Add(scenario.ProblemAt(PathOf(problem.Field), problem.Message));
            }
            else
            {
                notes.Add(problem.Message);
            }
        }
    }

    /// <summary>The scenario's key for a field of the layout or the batch.</summary>
    private static string PathOf(string field) => field switch
    {
        nameof(ParallelLayout.Tensor) => "parallel.tensor",
        nameof(ParallelLayout.Pipeline) => "parallel.pipeline",
        nameof(ParallelLayout.VirtualStages) => "parallel.virtual_stages",
        nameof(ParallelLayout.Data) => "parallel.data",
        nameof(ParallelLayout.Context) => "parallel.context",
        nameof(ParallelLayout.Expert) => "parallel.expert",
        nameof(ParallelLayout.SequenceParallel) => "parallel.sequence_parallel",
        nameof(ParallelLayout.ZeroStage) => "parallel.zero_stage",
        nameof(BatchFacts.GlobalBatch) => "training.global_batch",
        nameof(BatchFacts.MicroBatch) => "training.micro_batch",
        nameof(BatchFacts.Sequence) => "training.sequence_length",
        _ => "parallel",
    };

    /// <summary>Asks the schedule only where the layout itself is sound.</summary>
    private static void CheckSchedule(Scenario scenario, TrainJob job, ProblemList problems)
    {
        if (problems.Problems.IsEmpty && TrainPipeline.Problem(job) is string reason)
        {
            problems.Add(scenario.ProblemAt("training.schedule", $"'training.schedule' is {job.Schedule}: {reason}"));
        }
    }

    private static void CheckNoise(Scenario scenario, TrainJob job, ProblemList problems)
    {
        if (job.Noise is { } noise && noise.Straggler >= job.Layout.Pipeline)
        {
            const string path = "training.noise.straggler_stage";
            problems.Add(scenario.ProblemAt(path, $"'{path}' is {noise.Straggler}: expected a stage from 0 to {job.Layout.Pipeline - 1}"));
        }
    }

    private static void CheckFormat(Scenario scenario, string path, NumberFormat format, Accelerator accelerator, ProblemList problems)
    {
        if (!accelerator.Supports(format))
        {
            string legal = string.Join(", ", accelerator.MatrixPeak.Keys.Select(static f => f.Name()));
            problems.Add(scenario.ProblemAt(path, $"'{path}' is {format.Name()}, which {accelerator.Name} does not multiply: legal are {legal}"));
        }
    }

    private static void CheckContext(TrainJob job, ImmutableArray<string>.Builder notes)
    {
        if (job.SequenceLength > job.Architecture.MaxContext)
        {
            notes.Add($"sequences of {job.SequenceLength} tokens are longer than the {job.Architecture.MaxContext} that {job.Architecture.Name} was made for");
        }
    }

    private static void CheckServing(ServeScenario scenario, ServeJob job, ProblemList problems, ImmutableArray<string>.Builder notes)
    {
        foreach (SettingProblem problem in job.Settings.Problems())
        {
            problems.Add(scenario.ProblemAt("serving." + problem.Setting, $"'serving.{problem.Setting}' is {problem.Found}: expected {problem.Legal}"));
        }

        if (job.Settings.MaxContext > job.Architecture.MaxContext)
        {
            problems.Add(scenario.ProblemAt(
                "serving.max_context", $"'serving.max_context' is {job.Settings.MaxContext}: expected at most the {job.Architecture.MaxContext} tokens that {job.Architecture.Name} was made for"));
        }

        if (job.Settings.PrefixCache && TrafficBinding.HasTrace(scenario) && RequestTrace.HashedTokens % job.Settings.BlockSize != 0)
        {
            notes.Add($"blocks of {RequestTrace.HashedTokens} tokens, which traces hash, are no whole number of KV blocks of {job.Settings.BlockSize}: none is cached");
        }

        if (!job.Node.Accelerator.Supports(job.Activations))
        {
            notes.Add($"{job.Node.Accelerator.Name} does not multiply {job.Activations.Name()}: products run in the next wider format that it has");
        }
    }

    private static void Remark(TransformerArchitecture architecture, Efficiency efficiency, ImmutableArray<string>.Builder notes)
    {
        if (efficiency.CarriedFrom is { } relative)
        {
            notes.Add($"no efficiency was measured for this device; carried over from {relative}");
        }

        foreach ((string key, string assumed) in architecture.Uncertain)
        {
            notes.Add($"{architecture.Name}: {key} is not known for certain: {assumed}");
        }
    }
}
