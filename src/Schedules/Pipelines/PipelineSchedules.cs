using System.Collections.Immutable;

namespace LlmSim.Schedules.Pipelines;

/// <summary>Every pipeline schedule by name. A new one is a file with its generator, and a line here.</summary>
public static class PipelineSchedules
{
    private delegate string? Generator(int stages, int microBatches, int chunks, out PipelineSchedule? schedule);

    private static readonly ImmutableSortedDictionary<string, Generator> Generators = ImmutableSortedDictionary.CreateRange<string, Generator>(StringComparer.Ordinal,
    [
        new("1f1b", OneForwardOneBackward.Generate),
        new("interleaved-1f1b", InterleavedOneForwardOneBackward.Generate),
    ]);

    /// <summary>Other names by which schedules are known.</summary>
    public static ImmutableSortedDictionary<string, string> Aliases { get; } =
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [new KeyValuePair<string, string>("1f1b-i", "interleaved-1f1b")]);

    /// <summary>Names of the schedules, in order.</summary>
    public static ImmutableArray<string> Names { get; } = [.. Generators.Keys];

    /// <summary>Generates a schedule; false where it is not legal, with what is.</summary>
    /// <param name="name">Name or alias.</param>
    /// <param name="stages">Stages p, at least one.</param>
    /// <param name="microBatches">Micro-batches m, at least one.</param>
    /// <param name="chunks">Chunks v on each stage, at least one.</param>
    /// <param name="schedule">The schedule; null where it is not legal.</param>
    /// <param name="problem">What is wrong and what is legal; empty where nothing is.</param>
    public static bool TryGenerate(string name, int stages, int microBatches, int chunks, out PipelineSchedule? schedule, out string problem)
    {
        schedule = null;
        if (stages < 1 || microBatches < 1 || chunks < 1)
        {
            problem = $"a schedule needs at least one stage, one micro-batch and one chunk, found {stages}, {microBatches} and {chunks}";
            return false;
        }

        if (!Generators.TryGetValue(Aliases.GetValueOrDefault(name, name), out Generator? generator))
        {
            problem = $"unknown schedule '{name}': legal are {string.Join(", ", Names)}";
            return false;
        }

        problem = generator(stages, microBatches, chunks, out schedule) ?? string.Empty;
        return schedule is not null;
    }
}
