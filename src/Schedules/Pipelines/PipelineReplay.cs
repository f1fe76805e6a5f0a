using System.Collections.Immutable;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Pipelines;

/// <summary>Replays a schedule with costs: each pass starts when its stage is free and what it needs has arrived.</summary>
/// <remarks>
/// The order on each stage is fixed, so the times are the longest paths through passes: they are found by walking every stage as far as its inputs allow, over and over,
/// without an event queue. Each pass is rounded once to a nanosecond.
/// </remarks>
public sealed class PipelineReplay
{
    private const long NotYet = long.MinValue;

    private readonly PipelineSchedule _schedule;
    private readonly StageCosts _costs;
    private readonly long[] _forwardEnds;
    private readonly long[] _backwardEnds;
    private readonly int[] _next;
    private readonly long[] _free;
    private readonly long[] _firstStarts;
    private readonly long[] _busy;
    private readonly int[] _live;
    private readonly int[] _peak;
    private readonly ImmutableArray<PassSpan>.Builder? _spans;

    private PipelineReplay(PipelineSchedule schedule, StageCosts costs, bool record)
    {
        (_schedule, _costs) = (schedule, costs);
        int passes = schedule.Stages * schedule.Chunks * schedule.MicroBatches;
        _forwardEnds = new long[passes];
        _backwardEnds = new long[passes];
        Array.Fill(_forwardEnds, NotYet);
        Array.Fill(_backwardEnds, NotYet);
        _next = new int[schedule.Stages];
        _free = new long[schedule.Stages];
        _firstStarts = new long[schedule.Stages];
        Array.Fill(_firstStarts, NotYet);
        _busy = new long[schedule.Stages];
        _live = new int[schedule.Stages];
        _peak = new int[schedule.Stages];
        _spans = record ? ImmutableArray.CreateBuilder<PassSpan>() : null;
    }

    /// <summary>Replays a schedule.</summary>
    /// <param name="schedule">The order of passes.</param>
    /// <param name="costs">What they cost; for as many stages and chunks as the schedule has.</param>
    /// <param name="record">Whether to keep the span of each pass.</param>
    /// <exception cref="ArgumentException">Costs and schedule are of different sizes.</exception>
    /// <exception cref="InvalidOperationException">The schedule can never end: stages wait for each other.</exception>
    public static PipelineReplayResult Run(PipelineSchedule schedule, StageCosts costs, bool record = false)
    {
        if (costs.Stages != schedule.Stages || costs.Forward.Length != schedule.Stages * schedule.Chunks)
        {
            throw new ArgumentException($"Costs are of {costs.Stages} stages and {costs.Forward.Length} chunks, the schedule of {schedule.Stages} and {schedule.Stages * schedule.Chunks}.", nameof(costs));
        }

        return new PipelineReplay(schedule, costs, record).Run();
    }

    private PipelineReplayResult Run()
    {
        bool progress = true;
        while (progress)
        {
            progress = false;
            for (int stage = 0; stage < _schedule.Stages; stage++)
            {
                progress |= Walk(stage);
            }
        }

        for (int stage = 0; stage < _schedule.Stages; stage++)
        {
            if (_next[stage] < _schedule.ByStage[stage].Length)
            {
                throw new InvalidOperationException($"Stage {stage} waits for ever before {_schedule.ByStage[stage][_next[stage]]}.");
            }
        }

        return Result();
    }

    /// <summary>Runs the passes of a stage until one has to wait for another stage.</summary>
    private bool Walk(int stage)
    {
        ImmutableArray<Pass> passes = _schedule.ByStage[stage];
        int from = _next[stage];
        while (_next[stage] < passes.Length)
        {
            Pass pass = passes[_next[stage]];
            long ready = Ready(stage, pass);
            if (ready == NotYet)
            {
                break;
            }

            long start = Math.Max(ready, _free[stage]);
            long length = Nanoseconds(_costs.Of(pass.Kind, Number(stage, pass.Chunk)));
            End(stage, pass, start, start + length);
            _next[stage]++;
        }

        return _next[stage] > from;
    }

    private void End(int stage, Pass pass, long start, long end)
    {
        _firstStarts[stage] = _firstStarts[stage] == NotYet ? start : _firstStarts[stage];
        _free[stage] = end;
        _busy[stage] += end - start;
        int index = Index(Number(stage, pass.Chunk), pass.MicroBatch);
        if (pass.Kind == PassKind.Forward)
        {
            _forwardEnds[index] = end;
            _peak[stage] = Math.Max(_peak[stage], ++_live[stage]);
        }
        else if (pass.Kind != PassKind.BackwardWeight)
        {
            _backwardEnds[index] = end;
        }

        if (pass.Kind is PassKind.Backward or PassKind.BackwardWeight)
        {
            _live[stage]--;
        }

        _spans?.Add(new(stage, pass, new Instant(start), new Instant(end)));
    }

    /// <summary>When what a pass needs is there; <see cref="NotYet"/> where another stage has not produced it.</summary>
    private long Ready(int stage, Pass pass)
    {
        int number = Number(stage, pass.Chunk);
        int last = (_schedule.Stages * _schedule.Chunks) - 1;
        return pass.Kind switch
        {
            PassKind.Forward => number == 0 ? 0 : Arrived(_forwardEnds[Index(number - 1, pass.MicroBatch)]),
            PassKind.BackwardWeight => _backwardEnds[Index(number, pass.MicroBatch)],
            _ when number == last => _forwardEnds[Index(number, pass.MicroBatch)],
            _ => _forwardEnds[Index(number, pass.MicroBatch)] == NotYet ? NotYet : Arrived(_backwardEnds[Index(number + 1, pass.MicroBatch)]),
        };
    }

    private long Arrived(long end) => end == NotYet ? NotYet : end + (_schedule.Stages > 1 ? Nanoseconds(_costs.Transfer) : 0);

    private int Number(int stage, int chunk) => (chunk * _schedule.Stages) + stage;

    private int Index(int number, int microBatch) => (number * _schedule.MicroBatches) + microBatch;

    private static long Nanoseconds(Seconds length) => (Instant.Zero + length).Nanoseconds;

    private PipelineReplayResult Result()
    {
        long span = 0;
        for (int stage = 0; stage < _schedule.Stages; stage++)
        {
            span = Math.Max(span, _free[stage] - _firstStarts[stage]);
        }

        return new PipelineReplayResult
        {
            Makespan = new Instant(_free.Max()).SinceStart,
            Span = new Instant(span).SinceStart,
            BusyByStage = [.. _busy.Select(static busy => new Instant(busy).SinceStart)],
            PeakLiveMicroBatchesByStage = [.. _peak.Select(peak => (double)peak / _schedule.Chunks)],
            Spans = _spans?.ToImmutable() ?? [],
        };
    }
}
