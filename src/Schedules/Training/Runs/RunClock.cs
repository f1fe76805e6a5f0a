using LlmSim.Model.Draws;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training.Runs;

/// <summary>Runs through phases under one draw of failures. Owns the time, the next failure and the nodes under repair.</summary>
/// <remarks>
/// Between failures nothing happens by chance, so each stretch is one sum: simulated time leaps from failure to failure. Failures come at the same
/// times whatever the interval is (common random numbers), so that intervals can be compared with few draws.
/// </remarks>
internal sealed class RunClock
{
    private readonly Seconds _mtbf;
    private readonly FailurePlan? _plan;
    private readonly Queue<Seconds> _repairs = new();
    private readonly CounterRandom _draws;
    private Seconds _now;
    private Seconds _failure;
    private long _failures;

    /// <summary>A run that has not begun.</summary>
    /// <param name="mtbf">Mean time between failures of the cluster; infinite where nothing fails.</param>
    /// <param name="plan">What follows a failure.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="draw">Number of the draw.</param>
    public RunClock(Seconds mtbf, FailurePlan? plan, long seed, int draw)
    {
        (_mtbf, _plan, _draws) = (mtbf, plan, new CounterRandom(seed, draw));
        _failure = NextFailure(Seconds.Zero);
    }

    /// <summary>Runs a phase to its end.</summary>
    public PhaseTally Run(in PhasePace pace)
    {
        RunTime time = default;
        long done = 0;
        long saved = 0;
        long failuresBefore = _failures;
        while (true)
        {
            Seconds rest = Rest(pace, done);
            if (_failure >= _now + rest)
            {
                _now += rest;
                long checkpoints = (pace.Steps - done + pace.IntervalSteps - 1) / pace.IntervalSteps;
                return new(time + Kept(pace, pace.Steps - done, rest), _failures - failuresBefore, saved + checkpoints);
            }

            Seconds run = _failure - _now;
            long cycles = Durable(pace, done, run);
            Seconds kept = pace.Cycle * cycles;
            time += Kept(pace, cycles * pace.IntervalSteps, kept) with { Lost = run - kept };
            done += cycles * pace.IntervalSteps;
            saved += cycles;
            Seconds failed = _failure;
            GoOn(pace.Checkpoint.Load);
            time += default(RunTime) with { Restart = _now - failed };
        }
    }

    /// <summary>Time from here to the end of the phase, where its last checkpoint is durable.</summary>
    private static Seconds Rest(in PhasePace pace, long done)
    {
        long left = pace.Steps - done;
        long full = (left - 1) / pace.IntervalSteps;
        Seconds last = (pace.Step + pace.Stall) * (left - (full * pace.IntervalSteps));
        Seconds wait = full > 0 ? Seconds.Max(last, pace.Checkpoint.Write) : last;
        return (pace.Cycle * full) + wait + pace.Checkpoint.Blocking + pace.Checkpoint.Write;
    }

    /// <summary>Checkpoints that are durable after a time.</summary>
    private static long Durable(in PhasePace pace, long done, Seconds run)
    {
        long full = (pace.Steps - done - 1) / pace.IntervalSteps;
        return Math.Clamp((long)Math.Floor((run - pace.Checkpoint.Write) / pace.Cycle), 0, full);
    }

    /// <summary>Steps whose result lasts, with what their checkpoints took of the time.</summary>
    private static RunTime Kept(in PhasePace pace, long steps, Seconds whole) => new(
        pace.Step * steps, pace.Stall * steps, whole - ((pace.Step + pace.Stall) * steps), Seconds.Zero, Seconds.Zero);

    /// <summary>From the failure that is due until work goes on; further failures on the way begin the restart again.</summary>
    private void GoOn(Seconds load)
    {
        do
        {
            _failures++;
            Seconds start = WaitForNode(_failure);
            _now = start + (_plan?.Detection ?? Seconds.Zero) + (_plan?.Restart ?? Seconds.Zero) + load;
            _failure = NextFailure(_failure);
        }
        while (_failure < _now);
    }

    /// <summary>When a node stands ready in place of the one that failed.</summary>
    private Seconds WaitForNode(Seconds failed)
    {
        if (_plan?.SpareNodes is not { } spares)
        {
            return failed;
        }

        while (_repairs.TryPeek(out Seconds back) && back <= failed)
        {
            _ = _repairs.Dequeue();
        }

        _repairs.Enqueue(failed + _plan.Repair);
        int missing = _repairs.Count - spares;
        return missing > 0 ? _repairs.ElementAt(missing - 1) : failed;
    }

    /// <summary>The exponential distribution's inverse at the next number.</summary>
    private Seconds NextFailure(Seconds after) =>
        double.IsInfinity(_mtbf.Value) ? new Seconds(double.PositiveInfinity) : after + (_mtbf * -Math.Log(_draws.Uniform(_failures)));
}
