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
    private readonly PassSpan[]? _spans;
    private readonly int[] _firstSpan;

    internal ReplayTally(PipelineSchedule schedule, bool record)
    {
        _schedule = schedule;
        _firstStart = new long[schedule.Stages];
        _lastEnd = new long[schedule.Stages];
        _busy = new long[schedule.Stages];
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
        if (_spans is not null)
        {
            _spans[_firstSpan[stage] + position] = new(stage, _schedule.ByStage[stage][position], new(start), new(end));
        }
    }

    internal PipelineReplayResult Result()
    {
        long span = _lastEnd.Zip(_firstStart, static (end, start) => end - start).Max();
        return new()
        {
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
