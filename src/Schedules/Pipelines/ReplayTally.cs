using System.Collections.Immutable;
using System.Runtime.InteropServices;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Pipelines;

/// <summary>Collects the spans of a replay and sums them up. Owns first start, last end and busy time of each stage.</summary>
internal sealed class ReplayTally
{
    private readonly PipelineSchedule _schedule;
    private readonly long[] _firstStart;
    private readonly long[] _lastEnd;
    private readonly long[] _busy;
    private readonly PassTime[] _lastWeight;
    private readonly PassSpan[]? _spans;
    private readonly int[] _firstSpan;

    internal ReplayTally(PipelineSchedule schedule, bool record)
    {
        _schedule = schedule;
        _firstStart = new long[schedule.Stages];
        _lastEnd = new long[schedule.Stages];
        _busy = new long[schedule.Stages];
        _lastWeight = new PassTime[schedule.Stages * schedule.Chunks];
        _firstSpan = new int[schedule.Stages];
        for (int stage = 1; stage < schedule.Stages; stage++)
        {
            _firstSpan[stage] = _firstSpan[stage - 1] + schedule.ByStage[stage - 1].Length;
        }

        _spans = record ? new PassSpan[schedule.ByStage.Sum(static passes => passes.Length)] : null;
    }

    /// <summary>Notes a pass; the passes of a stage are noted in their order.</summary>
    internal void Note(int stage, int position, long start, long end)
    {
        if (position == 0)
        {
            _firstStart[stage] = start;
        }

        _lastEnd[stage] = end;
        _busy[stage] += end - start;
        Pass pass = _schedule.ByStage[stage][position];
        if (pass.IsWeight)
        {
            _lastWeight[(stage * _schedule.Chunks) + pass.BackwardPart.Chunk] = new(start, end);
        }

        if (_spans is not null)
        {
            _spans[_firstSpan[stage] + position] = new(stage, pass, new(start), new(end));
        }
    }

    /// <summary>When the stage was through with its passes.</summary>
    internal long LastEnd(int stage) => _lastEnd[stage];

    /// <summary>The last pass with a weight gradient of each chunk of a stage, the earliest first.</summary>
    internal IEnumerable<(int Chunk, PassTime Last)> LastWeights(int stage) => Enumerable.Range(0, _schedule.Chunks)
        .Select(chunk => (chunk, _lastWeight[(stage * _schedule.Chunks) + chunk]))
        .OrderBy(static last => last.Item2.End);

    /// <summary>The sum of what was noted.</summary>
    /// <param name="exchangeEnds">When each stage is through with its exchanges; empty where there are none.</param>
    internal PipelineReplayResult Result(long[] exchangeEnds)
    {
        long span = _lastEnd.Zip(_firstStart, static (end, start) => end - start).Max();
        return new()
        {
            EndByStage = [.. exchangeEnds.Length == 0 ? _lastEnd.Select(Length) : exchangeEnds.Select(Length)],
            Makespan = new Instant(_lastEnd.Max()) - new Instant(_firstStart.Min()),
            Span = Length(span),
            BusyByStage = [.. _busy.Select(Length)],
            IdleByStage = [.. _busy.Select(busy => Length(span - busy))],
            PeakLiveMicroBatchesByStage = ScheduleRules.PeakLiveMicroBatches(_schedule),
            Spans = _spans is null ? [] : ImmutableCollectionsMarshal.AsImmutableArray(_spans),
        };
    }

    private static Seconds Length(long nanoseconds) => new Instant(nanoseconds).SinceStart;
}
