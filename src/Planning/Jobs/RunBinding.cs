using System.Collections.Immutable;
using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;
using LlmSim.Planning.Scenarios;
using LlmSim.Schedules.Training;
using LlmSim.Schedules.Training.Runs;

namespace LlmSim.Planning.Jobs;

/// <summary>From the run section of a scenario to the run that the simulator plays through.</summary>
public static class RunBinding
{
    /// <summary>The run of a scenario whose step is bound already; null where there are problems, or where no run is asked for.</summary>
    public static RunJob? Bind(TrainScenario scenario, TrainJob job, out ImmutableArray<Problem> problems, out ImmutableArray<string> notes)
    {
        var found = new ProblemList();
        var remarks = ImmutableArray.CreateBuilder<string>();
        RunJob? run = scenario.Run is { } options ? Run(scenario, options, job, found, remarks) : null;
        (problems, notes) = (found.Problems, remarks.ToImmutable());
        return problems.IsEmpty ? run : null;
    }

    private static RunJob Run(TrainScenario scenario, RunOptions options, TrainJob job, ProblemList found, ImmutableArray<string>.Builder remarks)
    {
        ImmutableArray<RunPhase> phases = options.Phases.IsEmpty
            ? [new RunPhase { Name = "training", Job = job, Tokens = job.RunTokens }]
            : [.. options.Phases.Select(phase => Phase(phase, job))];
        foreach ((PhaseOptions option, RunPhase phase) in options.Phases.Zip(phases))
        {
            Check(scenario, option, phase, found, remarks);
        }

        return new RunJob
        {
            Phases = phases,
            Loading = options.Loading,
            Checkpoints = options.Checkpoint is { } checkpoint ? Checkpoints(checkpoint, found) : null,
            Failures = options.Failures,
            Trials = options.Trials ?? TrialPlan.None,
            Site = options.Site ?? SitePlan.Neutral,
            Seed = scenario.Seed,
        };
    }

    private static RunPhase Phase(PhaseOptions phase, TrainJob job)
    {
        TrainJob own = job with
        {
            SequenceLength = phase.SequenceLength ?? job.SequenceLength,
            GlobalBatch = phase.GlobalBatch ?? job.GlobalBatch,
            MicroBatch = phase.MicroBatch ?? job.MicroBatch,
            Layout = phase.Parallel ?? job.Layout,
        };
        return new RunPhase { Name = phase.Name, Job = own, Tokens = phase.Tokens ?? (phase.Steps * own.TokensPerStep) ?? 0 };
    }

    private static CheckpointPlan Checkpoints(CheckpointOptions options, ProblemList found)
    {
        MemoryKind? drive = options.Drive is { } reference ? RecordLookup.Storage(reference, found) : null;
        return drive is null ? options.Plan : options.Plan with { Node = drive.Bandwidth * options.Drives };
    }

    private static void Check(TrainScenario scenario, PhaseOptions option, RunPhase phase, ProblemList found, ImmutableArray<string>.Builder remarks)
    {
        TrainJob job = phase.Job;
        var batch = new BatchFacts { GlobalBatch = job.GlobalBatch, MicroBatch = job.MicroBatch, Sequence = job.SequenceLength };
        foreach (LayoutProblem problem in LayoutRules.Check(job.Layout, job.Architecture, job.Cluster, batch))
        {
            if (problem.Severity == LayoutSeverity.Error)
            {
                found.Add(scenario.ProblemAt(option.Path, $"'{option.Path}': {problem.Message}"));
            }
            else if (option.Parallel is not null)
            {
                remarks.Add($"{option.Name}: {problem.Message}");
            }
        }

        if (TrainPipeline.Problem(job) is { } illegal)
        {
            found.Add(scenario.ProblemAt(option.Path, $"'{option.Path}': {illegal}"));
        }
        else if (option.Parallel is not null)
        {
            ModeRules.Check(scenario, job, found);
        }
    }
}
