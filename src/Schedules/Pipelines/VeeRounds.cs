namespace LlmSim.Schedules.Pipelines;

/// <summary>Orders of ZB-V in rounds: after filling, every stage runs one input gradient and one forward a round.</summary>
/// <remarks>
/// The heuristic of Qi et al. 2023, section 6 and appendix. A micro-batch has four legs: forward down, forward up, back down, back up. Owns times, counts and
/// memory of one attempt.
/// </remarks>
internal sealed class VeeRounds
{
    private const int Legs = 4;
    private const long Unknown = -1;

    /// <summary>Shares of the longest wait of a first attempt that stages are allowed from the start.</summary>
    private static readonly double[] Approvals = [0, 1, 0.5];

    private readonly PipelineShape _shape;
    private readonly PassDurations _durations;
    private readonly int _limit;
    private readonly (bool ForForward, bool ForBackward) _fills;
    private readonly long[] _ends;
    private readonly int[][] _counts;
    private readonly long[] _clock;
    private readonly long[] _waited;
    private readonly int[] _held;
    private readonly Queue<Pass>[] _pending;
    private readonly List<Pass>[] _passes;

    private readonly long[] _firstStart;
    private readonly long _approved;
    private long _longestWait;

    private VeeRounds(PipelineShape shape, PassDurations durations, int limit, (bool ForForward, bool ForBackward) fills, long approved)
    {
        (_approved, _firstStart) = (approved, new long[shape.Stages]);
        (_shape, _durations, _limit, _fills) = (shape, durations, limit, fills);
        _ends = new long[Legs * shape.Stages * shape.MicroBatches];
        Array.Fill(_ends, Unknown);
        _counts = [.. Enumerable.Range(0, shape.Stages).Select(static _ => new int[Legs])];
        (_clock, _waited, _held) = (new long[shape.Stages], new long[shape.Stages], new int[shape.Stages]);
        _pending = [.. Enumerable.Range(0, shape.Stages).Select(static _ => new Queue<Pass>())];
        _passes = [.. Enumerable.Range(0, shape.Stages).Select(static _ => new List<Pass>())];
    }

    /// <summary>Orders with their weight gradients: each way to fill short gaps, and each once more with the wait that the first attempt ended with approved.</summary>
    /// <param name="shape">A pipeline down and up again with two chunks a stage.</param>
    /// <param name="durations">Times of its passes.</param>
    /// <param name="limit">Most half chunks that a stage may hold; where it leaves no room for the rounds there is no order.</param>
    internal static IEnumerable<FilledOrder> Orders(PipelineShape shape, PassDurations durations, int limit)
    {
        foreach ((bool ForForward, bool ForBackward) fills in (IEnumerable<(bool, bool)>)[(true, true), (true, false), (false, true), (false, false)])
        {
            long approved = 0;
            foreach (double share in Approvals)
            {
                var rounds = new VeeRounds(shape, durations, limit, fills, (long)(share * approved));
                if (!rounds.Fill() || !rounds.Run())
                {
                    break;
                }

                approved = share == 0 ? rounds._longestWait : approved;
                yield return rounds.Result();
            }
        }
    }

    private FilledOrder Result()
    {
        long[] spans = [.. Enumerable.Range(0, _shape.Stages).Select(stage => _clock[stage] - _firstStart[stage])];
        return new([.. _passes.Select(static passes => passes.ToArray())], spans.Max(), spans.Sum());
    }

    private bool Fill()
    {
        int stages = _shape.Stages;
        bool isRight = Enumerable.Range(0, stages).All(stage => Put(0, stage));
        for (int stage = stages - 1; stage >= 0 && isRight; stage--)
        {
            while (isRight && stage < stages - 1 && _counts[stage][0] < _shape.MicroBatches && _held[stage] + 4 + (4 * stage) <= _limit
                && _clock[stage] + Length(0, stage) <= Arrival(1, stage, 0))
            {
                isRight = Enumerable.Range(0, stage + 1).All(above => Put(0, above));
            }

            isRight = isRight && Put(1, stage);
        }

        for ((int stage, int leg) = (1, 0); stage < stages && isRight; stage++)
        {
            while (isRight && IsBehind(_counts[stage], _counts[stage - 1]))
            {
                for (int below = stages - 1; below >= stage && isRight; below--)
                {
                    isRight = Put(leg, below);
                }

                leg = 1 - leg;
            }
        }

        return isRight;
    }

    private bool IsBehind(int[] stage, int[] before) =>
        stage[0] + stage[1] < before[0] + before[1] || (stage[1] <= before[1] && before[1] < _shape.MicroBatches);

    private bool Run()
    {
        for (int round = 0; round < 2 * _shape.MicroBatches; round++)
        {
            if (!RunBackwards() || !RunForwards())
            {
                return false;
            }
        }

        for (int stage = 0; stage < _shape.Stages; stage++)
        {
            while (_pending[stage].Count > 0)
            {
                RunWeight(stage);
            }
        }

        return Array.TrueForAll(_counts, counts => Array.TrueForAll(counts, count => count == _shape.MicroBatches));
    }

    /// <summary>One input gradient on each stage: first those that go up, from the last stage, then those that go down.</summary>
    private bool RunBackwards()
    {
        List<int> down = [];
        List<int> up = [];
        for (int stage = 0; stage < _shape.Stages; stage++)
        {
            (int wentDown, int wentUp) = (_counts[stage][2], _counts[stage][3]);
            bool comesUp = wentUp < wentDown && (stage == _shape.Stages - 1 || wentDown == _shape.MicroBatches || End(3, stage + 1, wentUp) != Unknown);
            (comesUp ? up : down).Add(stage);
        }

        up.Reverse();
        return up.TrueForAll(stage => PutLate(3, stage, fills: true)) && down.TrueForAll(stage => PutLate(2, stage, _fills.ForBackward));
    }

    private bool RunForwards()
    {
        for (int stage = 0; stage < _shape.Stages; stage++)
        {
            (int wentDown, int wentUp) = (_counts[stage][0], _counts[stage][1]);
            if (wentUp == _shape.MicroBatches)
            {
                continue;
            }

            bool canGoUp = wentUp < wentDown && (stage == _shape.Stages - 1 || End(1, stage + 1, wentUp) != Unknown);
            bool canGoDown = wentDown < _shape.MicroBatches && (stage == 0 || End(0, stage - 1, wentDown) != Unknown);
            if ((canGoUp || canGoDown) && !PutLate(canGoUp ? 1 : 0, stage, _fills.ForForward))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Runs a pass after the weight gradients that fit before it, and one more where the stage has waited most.</summary>
    private bool PutLate(int leg, int stage, bool fills)
    {
        if (_counts[stage][leg] == _shape.MicroBatches)
        {
            return true;
        }

        long arrival = Arrival(leg, stage, _counts[stage][leg]);
        while (_pending[stage].TryPeek(out Pass weight) && _clock[stage] + WeightLength(stage, weight) <= arrival)
        {
            RunWeight(stage);
        }

        if (fills && _pending[stage].Count > 0 && _waited[stage] + arrival - _clock[stage] > Math.Max(_approved, _longestWait))
        {
            RunWeight(stage);
        }

        return Put(leg, stage);
    }

    /// <summary>Runs the next pass of a leg; false where it cannot be. A leg that is through changes nothing.</summary>
    private bool Put(int leg, int stage)
    {
        int microBatch = _counts[stage][leg];
        if (microBatch == _shape.MicroBatches)
        {
            return true;
        }

        bool isForward = leg < 2;
        while (isForward && _held[stage] + 2 > _limit && _pending[stage].Count > 0)
        {
            RunWeight(stage);
        }

        long arrival = Arrival(leg, stage, microBatch);
        if (arrival == Unknown || (isForward && _held[stage] + 2 > _limit))
        {
            return false;
        }

        _waited[stage] += _passes[stage].Count > 0 ? Math.Max(0, arrival - _clock[stage]) : 0;
        _longestWait = Math.Max(_longestWait, _waited[stage]);
        long start = Math.Max(arrival, _clock[stage]);
        _firstStart[stage] = _passes[stage].Count == 0 ? start : _firstStart[stage];
        _clock[stage] = start + Length(leg, stage);
        _ends[Slot(leg, stage, microBatch)] = _clock[stage];
        _counts[stage][leg]++;
        _held[stage] += isForward ? 2 : -1;
        _passes[stage].Add(new(isForward ? PassKind.Forward : PassKind.BackwardInput, microBatch, Chunk(leg)));
        if (!isForward)
        {
            _pending[stage].Enqueue(new(PassKind.BackwardWeight, microBatch, Chunk(leg)));
        }

        return true;
    }

    private void RunWeight(int stage)
    {
        Pass weight = _pending[stage].Dequeue();
        _clock[stage] += WeightLength(stage, weight);
        _held[stage]--;
        _passes[stage].Add(weight);
    }

    /// <summary>When what a pass needs is there: from the stage before it on its leg, at the turn from its own leg before.</summary>
    private long Arrival(int leg, int stage, int microBatch)
    {
        bool goesDown = leg % 2 == 0;
        int from = goesDown ? stage - 1 : stage + 1;
        if (from >= 0 && from < _shape.Stages)
        {
            long end = End(leg, from, microBatch);
            return end == Unknown || (leg > 0 && End(leg - 1, stage, microBatch) == Unknown) ? Unknown : end + _durations.Transfer;
        }

        return leg == 0 ? 0 : End(leg - 1, stage, microBatch);
    }

    private static int Chunk(int leg) => leg is 1 or 2 ? 1 : 0;

    private long Length(int leg, int stage) => _durations.At(_shape.Position(stage, Chunk(leg)), leg < 2 ? PassKind.Forward : PassKind.BackwardInput);

    private long WeightLength(int stage, Pass weight) => _durations.At(_shape.Position(stage, weight.Chunk), PassKind.BackwardWeight);

    private long End(int leg, int stage, int microBatch) => _ends[Slot(leg, stage, microBatch)];

    private int Slot(int leg, int stage, int microBatch) => (((leg * _shape.Stages) + stage) * _shape.MicroBatches) + microBatch;
}
