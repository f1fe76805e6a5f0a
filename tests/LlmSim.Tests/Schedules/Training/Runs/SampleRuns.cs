using LlmSim.Model.Architecture;
using LlmSim.Model.Catalog;
using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using LlmSim.Schedules.Training;
using LlmSim.Schedules.Training.Runs;
using LlmSim.Tests.Model.Cost;
using Xunit;

namespace LlmSim.Tests.Schedules.Training.Runs;

/// <summary>Runs whose steps take a known time on 16 devices, so that failures and checkpoints alone decide.</summary>
internal static class SampleRuns
{
    /// <summary>A step of a small model on two nodes of eight.</summary>
    public static TrainJob Job { get; } = Sample();

    private static readonly TrainResult Priced = TrainStep.Simulate(Job);

    /// <summary>A run of one phase.</summary>
    public static RunJob Run(long steps, FailurePlan? failures, CheckpointPlan? checkpoints, int draws = 200) => new()
    {
        Phases = [new RunPhase { Name = "training", Job = Job, Tokens = steps * Job.TokensPerStep }],
        Failures = failures,
        Checkpoints = checkpoints,
        Seed = 5,
        Draws = draws,
    };

    /// <summary>Failures of the whole cluster at a mean distance.</summary>
    public static FailurePlan Failures(Seconds mtbf, Seconds restart) => new() { DeviceMtbf = mtbf * 16, Restart = restart };

    /// <summary>Shared storage on which a checkpoint takes a time to save, and next to none to load.</summary>
    public static CheckpointPlan Saving(Seconds save, Seconds? interval)
    {
        var plan = new CheckpointPlan { Interval = interval };
        double bytes = CheckpointCost.Stored(Job, plan).Value;
        return plan with { SharedWrite = new(bytes / save.Value), SharedRead = new(bytes * 1e9), Node = new(1e30) };
    }

    /// <summary>Simulates with steps of this time.</summary>
    public static RunResult Simulate(RunJob job, Seconds step) =>
        TrainingRun.Simulate(job, [.. job.Phases.Select(_ => Priced with { Step = step })]);

    private static TrainJob Sample()
    {
        Assert.True(ModelCatalog.TryFind("gpt-2-xl", out TransformerArchitecture? architecture));
        Node node = SamplePieces.Node("a100-sxm-80gb");
        return new TrainJob
        {
            Architecture = architecture,
            Cluster = new Cluster { Node = node, Devices = 16 },
            Efficiency = EfficiencyCatalog.For(node.Accelerator),
            Layout = new ParallelLayout { Data = 16 },
            MicroBatch = 1,
            GlobalBatch = 16,
            SequenceLength = 1024,
        };
    }
}
