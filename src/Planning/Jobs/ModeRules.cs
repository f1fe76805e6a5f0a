using LlmSim.Model.Architecture;
using LlmSim.Model.Parallelism;
using LlmSim.Planning.Scenarios;
using LlmSim.Schedules.Training;

namespace LlmSim.Planning.Jobs;

/// <summary>Refuses modes of training that a model or a layout does not allow, and says what is legal.</summary>
internal static class ModeRules
{
    /// <summary>Checks a job.</summary>
    public static void Check(TrainScenario scenario, TrainJob job, ProblemList problems)
    {
        CheckTargets(scenario, job, problems);
        CheckBase(scenario, job, problems);
        CheckFrozen(scenario, job, problems);
        CheckTeacher(scenario, job, problems);
        MemorySavingRules.Check(scenario, job, problems);
        ReplicaRules.Check(scenario, job, problems);
        Compression.CheckSparsity(scenario, job, problems);
    }

    private static void CheckTargets(TrainScenario scenario, TrainJob job, ProblemList problems)
    {
        if (job.Parts.Adapters is not { } adapters)
        {
            return;
        }

        AdapterTargets there = job.Architecture.Layers.Distinct()
            .SelectMany(layer => AdapterSite.Of(layer, job.Architecture.HiddenSize, AdapterTargets.All))
            .Aggregate(AdapterTargets.None, static (all, site) => all | site.Target);
        AdapterTargets missing = adapters.Targets == AdapterTargets.All ? AdapterTargets.None : adapters.Targets & ~there;
        if (missing != AdapterTargets.None || (adapters.Targets & there) == AdapterTargets.None)
        {
            const string path = "training.lora.targets";
            string legal = there == AdapterTargets.None ? "none, as it has neither attention nor dense feed-forward layers" : Names(there);
            problems.Add(scenario.ProblemAt(path, $"'{path}' names {Names(adapters.Targets & ~there)}, which no layer of {job.Architecture.Name} has as a matrix: legal are {legal}"));
        }
    }

    /// <summary>Quantised matrices are expanded whole, which common software does for unsplit ones.</summary>
    private static void CheckBase(TrainScenario scenario, TrainJob job, ProblemList problems)
    {
        if (job.Parts.Adapters is { Dequantises: true } && job.Layout.Tensor > 1)
        {
            const string path = "training.lora.base";
            problems.Add(scenario.ProblemAt(path, $"'{path}' is nf4 under tensor parallelism of {job.Layout.Tensor}: its blocks of 64 values are not split; legal are precision, or 'parallel.tensor' of 1"));
        }
    }

    private static void CheckFrozen(TrainScenario scenario, TrainJob job, ProblemList problems)
    {
        int most = job.Architecture.Layers.Length - (job.Parts.Adapters is null ? 0 : 1);
        if (job.Parts.FrozenLayers > most)
        {
            const string path = "training.frozen.layers";
            string beside = job.Parts.Adapters is null ? string.Empty : ", of which adapters need one";
            problems.Add(scenario.ProblemAt(path, $"'{path}' is {job.Parts.FrozenLayers}, but {job.Architecture.Name} has {job.Architecture.Layers.Length} layers{beside}: legal are 0 to {most}"));
        }
    }

    /// <summary>A teacher has the student's vocabulary, and its layers can be split as the student's are.</summary>
    private static void CheckTeacher(TrainScenario scenario, TrainJob job, ProblemList problems)
    {
        if (job.Teacher is not { } teacher)
        {
            return;
        }

        const string path = "training.teacher";
        if (teacher.VocabularySize != job.Architecture.VocabularySize)
        {
            problems.Add(scenario.ProblemAt(
                path, $"'{path}' {teacher.Name} has {teacher.VocabularySize} tokens in its vocabulary: legal are models with the {job.Architecture.VocabularySize} of {job.Architecture.Name}"));
        }

        var batch = new BatchFacts { GlobalBatch = job.GlobalBatch, MicroBatch = job.MicroBatch, Sequence = job.SequenceLength };
        foreach (LayoutProblem problem in LayoutRules.Check(job.Layout, teacher, job.Cluster, batch).Where(static problem => problem.Severity == LayoutSeverity.Error))
        {
            problems.Add(scenario.ProblemAt(path, $"'{path}' {teacher.Name} cannot be split as the student is: {problem.Message}"));
        }

        if (job.Stages.ByChunk.Length > teacher.Layers.Length)
        {
            problems.Add(scenario.ProblemAt(path, $"'{path}' {teacher.Name} has {teacher.Layers.Length} layers for the student's {job.Stages.ByChunk.Length} chunks: legal are models with a layer for each"));
        }
    }

    private static string Names(AdapterTargets targets) => string.Join(
        ", ", Enum.GetValues<AdapterTargets>().Where(t => t is not (AdapterTargets.None or AdapterTargets.All) && targets.HasFlag(t)).Select(static t => t.ToString().ToLowerInvariant()));
}
