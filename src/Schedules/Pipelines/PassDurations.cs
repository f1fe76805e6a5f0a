using LlmSim.Model.Units;

namespace LlmSim.Schedules.Pipelines;

/// <summary>The costs of a pipeline in whole nanoseconds.</summary>
internal readonly struct PassDurations
{
    private const int Kinds = 5;

    private readonly PipelineShape _shape;
    private readonly long[] _byPositionAndKind;

    private readonly PassJitter? _jitter;

    private PassDurations(PipelineShape shape, long[] byPositionAndKind, long transfer, PassJitter? jitter)
    {
        (_shape, _byPositionAndKind, Transfer, _jitter) = (shape, byPositionAndKind, transfer, jitter);
    }

    /// <summary>Time of a hop between stages.</summary>
    internal long Transfer { get; }

    /// <summary>Rounds the costs of a schedule.</summary>
    /// <exception cref="ArgumentException">The costs are for another number of chunks.</exception>
    internal static PassDurations Of(PipelineSchedule schedule, StageCosts costs) => Of(schedule.Name, schedule.Shape, costs);

    /// <inheritdoc cref="Of(PipelineSchedule, StageCosts)"/>
    internal static PassDurations Of(string name, PipelineShape shape, StageCosts costs)
    {
        int positions = shape.RouteLength;
        if (costs.ByChunk.Length != positions || (costs.PairByChunk.Length != positions && !costs.PairByChunk.IsEmpty))
        {
            throw new ArgumentException($"{name} has {positions} chunks over all stages, the costs have {costs.ByChunk.Length}", nameof(costs));
        }

        long[] rounded = new long[positions * Kinds];
        for (int position = 0; position < positions; position++)
        {
            PassTimes times = costs.ByChunk[position];
            Span<long> kinds = rounded.AsSpan(position * Kinds, Kinds);
            kinds[(int)PassKind.Forward] = Round(times.Forward);
            kinds[(int)PassKind.BackwardInput] = Round(times.BackwardInput);
            kinds[(int)PassKind.BackwardWeight] = Round(times.BackwardWeight);
            kinds[(int)PassKind.Backward] = Round(times.Backward);
            kinds[(int)PassKind.Overlapped] = Round(Pair(shape, costs, position));
        }

        return new(shape, rounded, Round(costs.Transfer), costs.Jitter);
    }

    /// <summary>Nothing takes any time: for questions about the order alone.</summary>
    internal static PassDurations None(PipelineSchedule schedule) => new(schedule.Shape, new long[schedule.Shape.RouteLength * Kinds], 0, null);

    /// <summary>Time of a pass at its place in the order of its stage.</summary>
    internal long Of(int stage, int place, Pass pass)
    {
        long mean = At(_shape.Position(stage, pass.Chunk), pass.Kind);
        return _jitter is null ? mean : (long)Math.Round(mean * _jitter.Factor(stage, place));
    }

    /// <summary>Time of a kind of pass at a position of the forward pass.</summary>
    internal long At(int position, PassKind kind) => _byPositionAndKind[(position * Kinds) + (int)kind];

    private static Seconds Pair(PipelineShape shape, StageCosts costs, int position)
    {
        if (!costs.PairByChunk.IsEmpty)
        {
            return costs.PairByChunk[position];
        }

        int partner = shape.RouteLength - 1 - position;
        return costs.ByChunk[position].Forward + costs.ByChunk[partner].Backward;
    }

    private static long Round(Seconds time) => Instant.At(time).Nanoseconds;
}
