using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace LlmSim.Schedules.Pipelines;

/// <summary>The pipeline schedules by name. A new schedule is one file and one line here.</summary>
public static class PipelineSchedules
{
    /// <summary>Name of <see cref="OneForwardOneBackward"/>.</summary>
    public const string OneForwardOneBackward = "1f1b";

    /// <summary>Name of <see cref="InterleavedOneForwardOneBackward"/>.</summary>
    public const string InterleavedOneForwardOneBackward = "interleaved-1f1b";

    private static readonly ImmutableSortedDictionary<string, IScheduleGenerator> Generators =
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, new Dictionary<string, IScheduleGenerator>
        {
            [OneForwardOneBackward] = new OneForwardOneBackward(),
            [InterleavedOneForwardOneBackward] = new InterleavedOneForwardOneBackward(),
        });

    /// <summary>Other spellings and the name that each stands for.</summary>
    public static ImmutableSortedDictionary<string, string> Aliases { get; } =
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, new Dictionary<string, string>
        {
            ["1f1b-i"] = InterleavedOneForwardOneBackward,
        });

    /// <summary>Names that are known, in alphabetical order, without aliases.</summary>
    public static ImmutableArray<string> Names { get; } = [.. Generators.Keys];

    /// <summary>The name that a spelling stands for; itself where it is no alias.</summary>
    public static string Resolve(string name) => Aliases.GetValueOrDefault(name, name);

    /// <summary>Writes down a schedule, or says why there is none.</summary>
    /// <param name="name">Name or alias.</param>
    /// <param name="stages">Stages p.</param>
    /// <param name="microBatches">Micro-batches m.</param>
    /// <param name="chunks">Chunks of layers v on each stage.</param>
    /// <param name="schedule">The schedule; null where there is a problem.</param>
    /// <param name="problem">Why there is none; empty otherwise.</param>
    public static bool TryGenerate(
        string name, int stages, int microBatches, int chunks, [NotNullWhen(true)] out PipelineSchedule? schedule, out string problem)
    {
        schedule = null;
        string resolved = Resolve(name);
        var shape = new PipelineShape(stages, microBatches, chunks);
        if (!Generators.TryGetValue(resolved, out IScheduleGenerator? generator))
        {
            problem = $"no pipeline schedule is called '{name}'; there are {string.Join(", ", Names)}";
            return false;
        }

        problem = stages < 1 || microBatches < 1 || chunks < 1
            ? $"a pipeline has at least 1 stage, 1 micro-batch and 1 chunk, not {stages}, {microBatches} and {chunks}"
            : generator.Problem(shape);
        if (problem.Length > 0)
        {
            return false;
        }

        ImmutableArray<ImmutableArray<Pass>> byStage = [.. Enumerable.Range(0, stages).Select(stage => generator.Order(shape, stage).ToImmutableArray())];
        schedule = new(resolved, stages, microBatches, chunks, byStage);
        return true;
    }
}
