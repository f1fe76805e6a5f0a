using LlmSim.Model.Units;

namespace LlmSim.Schedules.Pipelines;

/// <summary>The costs of a pipeline in whole nanoseconds.</summary>
internal readonly struct PassDurations
{
    private static readonly PassKind[] Kinds = Enum.GetValues<PassKind>();

    private readonly int _stages;
    private readonly long[] _byChunkAndKind;

    private PassDurations(int stages, long[] byChunkAndKind, long transfer)
    {
        (_stages, _byChunkAndKind, Transfer) = (stages, byChunkAndKind, transfer);
    }

    /// <summary>Time of a hop between stages.</summary>
    internal long Transfer { get; }

    /// <summary>Rounds the costs of a schedule.</summary>
    /// <exception cref="ArgumentException">The costs are for another number of chunks.</exception>
    internal static PassDurations Of(PipelineSchedule schedule, StageCosts costs)
    {
        int chunks = schedule.Shape.GlobalChunks;
        if (costs.ByChunk.Length != chunks)
        {
            throw new ArgumentException($"{schedule.Name} has {chunks} chunks over all stages, the costs have {costs.ByChunk.Length}", nameof(costs));
        }

        long[] rounded = [.. costs.ByChunk.SelectMany(static times => Kinds.Select(kind => Instant.At(times.Of(kind)).Nanoseconds))];
        return new(schedule.Stages, rounded, Instant.At(costs.Transfer).Nanoseconds);
    }

    /// <summary>Nothing takes any time: for questions about the order alone.</summary>
    internal static PassDurations None(PipelineSchedule schedule) => new(schedule.Stages, new long[schedule.Shape.GlobalChunks * Kinds.Length], 0);

    /// <summary>Time of a pass.</summary>
    internal long Of(int stage, Pass pass) => _byChunkAndKind[(((pass.Chunk * _stages) + stage) * Kinds.Length) + (int)pass.Kind];
}
