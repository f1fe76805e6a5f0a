using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Pipelines;

/// <summary>The pipeline schedules by name. A new schedule is one file and one line here.</summary>
public static class PipelineSchedules
{
    /// <summary>Name of <see cref="Pipelines.OneForwardOneBackward"/>.</summary>
    public const string OneForwardOneBackward = "1f1b";

    /// <summary>Name of <see cref="Pipelines.InterleavedOneForwardOneBackward"/>.</summary>
    public const string InterleavedOneForwardOneBackward = "interleaved-1f1b";

    private static readonly ImmutableSortedDictionary<string, IScheduleGenerator> Generators =
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, new Dictionary<string, IScheduleGenerator>
        {
            ["naive"] = new NaivePipeline(),
            ["gpipe"] = new GPipe(),
            ["pipedream"] = new PipeDream(),
            [OneForwardOneBackward] = new Pipelines.OneForwardOneBackward(),
            [InterleavedOneForwardOneBackward] = new Pipelines.InterleavedOneForwardOneBackward(),
            ["zb-h1"] = new ZeroBubbleHandmade(isDoubleMemory: false),
            ["zb-h2"] = new ZeroBubbleHandmade(isDoubleMemory: true),
            ["zb-1p"] = new ZeroBubbleAutomatic(memories: 1),
            ["zb-2p"] = new ZeroBubbleAutomatic(memories: 2),
            ["zb-v"] = ZeroBubbleVee.Full(),
            ["v-half"] = ZeroBubbleVee.Half(),
            ["v-min"] = ZeroBubbleVee.Least(),
            ["chimera"] = new Chimera(),
            ["dualpipe"] = new DualPipe(),
            ["dualpipe-v"] = new DualPipeV(),
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

    /// <summary>The generator of a schedule by name or alias.</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out IScheduleGenerator? generator) => Generators.TryGetValue(Resolve(name), out generator);

    /// <summary>The size that a schedule gives a pipeline, or why there is none.</summary>
    /// <param name="name">Name or alias.</param>
    /// <param name="stages">Stages p.</param>
    /// <param name="microBatches">Micro-batches m.</param>
    /// <param name="chunks">Chunks of layers v asked for on each stage; 1 stands for as many as the schedule has.</param>
    /// <param name="shape">The size.</param>
    /// <param name="problem">Why there is none; empty otherwise.</param>
    public static bool TryShape(string name, int stages, int microBatches, int chunks, out PipelineShape shape, out string problem)
    {
        shape = default;
        if (!TryFind(name, out IScheduleGenerator? generator))
        {
            problem = $"no pipeline schedule is called '{name}'; there are {string.Join(", ", Names)}";
            return false;
        }

        if (stages < 1 || microBatches < 1 || chunks < 1)
        {
            problem = $"a pipeline has at least 1 stage, 1 micro-batch and 1 chunk, not {stages}, {microBatches} and {chunks}";
            return false;
        }

        int own = generator.Chunks(chunks);
        if (chunks != 1 && chunks != own)
        {
            problem = own == 1
                ? $"{Resolve(name)} keeps one chunk of layers on each stage, not {chunks}: take interleaved-1f1b, or 1 virtual stage"
                : $"{Resolve(name)} keeps {own} chunks of layers on each stage, not {chunks}: give {own}, or 1 for its own number";
            return false;
        }

        shape = new(stages, microBatches, own, generator.Placement);
        problem = generator.Problem(shape);
        return problem.Length == 0;
    }

    /// <summary>Writes down a schedule, or says why there is none.</summary>
    /// <param name="name">Name or alias.</param>
    /// <param name="stages">Stages p.</param>
    /// <param name="microBatches">Micro-batches m.</param>
    /// <param name="chunks">Chunks of layers v asked for on each stage; 1 stands for as many as the schedule has.</param>
    /// <param name="schedule">The schedule; null where there is a problem.</param>
    /// <param name="problem">Why there is none; empty otherwise.</param>
    public static bool TryGenerate(
        string name, int stages, int microBatches, int chunks, [NotNullWhen(true)] out PipelineSchedule? schedule, out string problem)
    {
        schedule = null;
        return TryShape(name, stages, microBatches, chunks, out PipelineShape shape, out problem)
            && TryGenerate(name, shape, EqualTimes(shape), null, out schedule, out problem);
    }

    /// <summary>Writes down a schedule that is good for given costs, or says why there is none.</summary>
    /// <param name="name">Name or alias.</param>
    /// <param name="shape">A size from <see cref="TryShape"/>.</param>
    /// <param name="costs">Times that an automatic scheduler plans with.</param>
    /// <param name="memoryLimit">Most micro-batches whose activations a stage may hold, a whole stage counting 1; null for the schedule's own.</param>
    /// <param name="schedule">The schedule; null where there is a problem.</param>
    /// <param name="problem">Why there is none; empty otherwise.</param>
    public static bool TryGenerate(
        string name, PipelineShape shape, StageCosts costs, double? memoryLimit, [NotNullWhen(true)] out PipelineSchedule? schedule, out string problem)
    {
        string resolved = Resolve(name);
        IScheduleGenerator generator = Generators[resolved];
        schedule = new(resolved, shape, generator.Order(new(shape, costs, memoryLimit)))
        {
            ParameterCopies = generator.ParameterCopies(shape),
            Flushless = generator.Flushless,
        };
        problem = memoryLimit is { } limit ? ScheduleRules.MemoryProblem(schedule, limit) : string.Empty;
        return problem.Length == 0;
    }

    private static StageCosts EqualTimes(PipelineShape shape)
    {
        var unit = Seconds.Microseconds(shape.StageParts);
        return StageCosts.Uniform(shape, new(unit, unit, unit));
    }
}
