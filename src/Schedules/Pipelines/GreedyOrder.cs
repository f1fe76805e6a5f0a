namespace LlmSim.Schedules.Pipelines;

/// <summary>How a stage chooses its next pass.</summary>
/// <param name="Patience">How long a stage waits for the pass that it would rather run, as a share of its own forward's time, at least 0.</param>
/// <param name="InTurn">Whether a stage that has just run an input gradient runs a forward next where one is there.</param>
/// <param name="Caps">Most micro-batches of each chunk that a stage may have under way, by stage and chunk.</param>
/// <param name="WaitsForForward">Whether it is that patient with forwards too.</param>
/// <param name="Reserve">
/// Chunks for which a stage keeps room before it takes up another micro-batch once its first input gradient is done, instead of the caps; null to keep to the caps.
/// </param>
internal sealed record GreedyRule(double Patience, bool InTurn, int[][] Caps, bool WaitsForForward = true, int? Reserve = null);

/// <summary>Orders passes as they come: an input gradient if one is there, else a forward, else a weight gradient, else the stage waits.</summary>
/// <remarks>
/// A list schedule in order of time (Graham 1966), with memory as a resource. What a neighbour has begun is known to arrive. Owns times, counts and memory of
/// one attempt; only the order of forwards and input gradients is kept, weight gradients are placed anew by <see cref="WeightFiller"/>.
/// </remarks>
internal sealed class GreedyOrder
{
    private const long Unknown = long.MaxValue;

    private readonly PipelineShape _shape;
    private readonly PassDurations _durations;
    private readonly PassLinks _links;
    private readonly GreedyRule _rule;
    private readonly int _limit;
    private readonly long[] _made;
    private readonly Stage[] _stages;
    private readonly PriorityQueue<int, (long Time, int Stage)> _wakes = new();

    private GreedyOrder(PipelineShape shape, PassDurations durations, int limit, GreedyRule rule)
    {
        (_shape, _durations, _limit, _rule) = (shape, durations, limit, rule);
        _links = new(shape);
        _made = new long[_links.Products];
        Array.Fill(_made, Unknown);
        _stages = [.. Enumerable.Range(0, shape.Stages).Select(_ => new Stage(shape.Chunks))];
    }

    /// <summary>The order of forwards and input gradients; null where stages wait for ever under these caps.</summary>
    internal static Pass[][]? Of(PipelineShape shape, PassDurations durations, int limit, GreedyRule rule)
    {
        var order = new GreedyOrder(shape, durations, limit, rule);
        order.Run();
        int passes = 2 * shape.MicroBatches * shape.Chunks;
        return Array.TrueForAll(order._stages, stage => stage.Passes.Count == passes) ? [.. order._stages.Select(static stage => stage.Passes.ToArray())] : null;
    }

    private void Run()
    {
        for (int stage = 0; stage < _stages.Length; stage++)
        {
            _wakes.Enqueue(stage, (0, stage));
        }

        while (_wakes.TryDequeue(out int stage, out (long Time, int Stage) wake))
        {
            if (wake.Time >= _stages[stage].Clock)
            {
                Act(stage, _stages[stage], wake.Time);
            }
        }
    }

    private void Act(int stage, Stage state, long now)
    {
        long soon = now + (long)(_rule.Patience * _durations.At(_shape.Position(stage, 0), PassKind.Forward));
        (int Chunk, long Arrival) back = Earliest(stage, state, isForward: false, soon);
        long soonAhead = _rule.WaitsForForward ? soon : now;
        (int Chunk, long Arrival) ahead = Earliest(stage, state, isForward: true, soonAhead);
        bool canForward = ahead.Arrival <= soonAhead && state.Held + 2 <= _limit;
        bool isForwardsTurn = _rule.InTurn && canForward && state.Passes.Count > 0 && !state.Passes[^1].IsForward;
        if (!isForwardsTurn && back.Arrival <= soon)
        {
            Start(stage, state, PassKind.BackwardInput, back.Chunk, Math.Max(now, back.Arrival));
        }
        else if (canForward)
        {
            Start(stage, state, PassKind.Forward, ahead.Chunk, Math.Max(now, ahead.Arrival));
        }
        else if (state.Pending.TryPeek(out Pass weight) && IsWorth(stage, state, weight, Math.Min(back.Arrival, ahead.Arrival), now))
        {
            state.Pending.Dequeue();
            state.Held--;
            Occupy(stage, state, now + _durations.At(_shape.Position(stage, weight.Chunk), PassKind.BackwardWeight));
        }
        else if (Math.Min(back.Arrival, ahead.Arrival) is var next && next > now && next != Unknown)
        {
            _wakes.Enqueue(stage, (next, stage));
        }
    }

    private bool IsWorth(int stage, Stage state, Pass weight, long next, long now) =>
        next <= now || next - now >= _durations.At(_shape.Position(stage, weight.Chunk), PassKind.BackwardWeight) || state.Held + 2 > _limit;

    /// <summary>The chunk whose next pass of a kind arrives first; of several that are there soon the one that is further on its way.</summary>
    private (int Chunk, long Arrival) Earliest(int stage, Stage state, bool isForward, long soon)
    {
        (int best, long arrival) = (-1, Unknown);
        for (int i = 0; i < _shape.Chunks; i++)
        {
            int chunk = isForward ? _shape.Chunks - 1 - i : i;
            int microBatch = isForward ? state.Forwards[chunk] : state.Backwards[chunk];
            if (!(isForward ? MayStart(stage, state, chunk) : microBatch < state.Forwards[chunk]))
            {
                continue;
            }

            PassLinks.Need need = _links.Needs(stage, new(isForward ? PassKind.Forward : PassKind.BackwardInput, microBatch, chunk));
            long made = need.Product == PassLinks.Nothing ? 0 : _made[need.Product];
            long comes = made == Unknown ? Unknown : made + (need.Hop ? _durations.Transfer : 0);
            if (comes < arrival && !(best >= 0 && arrival <= soon))
            {
                (best, arrival) = (chunk, comes);
            }
        }

        return (best, arrival);
    }

    private bool MayStart(int stage, Stage state, int chunk)
    {
        if (state.Forwards[chunk] == _shape.MicroBatches)
        {
            return false;
        }

        if (_rule.Reserve is not { } reserve || Array.TrueForAll(state.Backwards, static backwards => backwards == 0))
        {
            return state.Forwards[chunk] - state.Backwards[chunk] < _rule.Caps[stage][chunk];
        }

        // Weight gradients that wait could give their memory back at any time, so they do not count against the reserve.
        return chunk == _shape.Chunks - 1 || state.Held - state.Pending.Count + 2 + (2 * reserve) <= _limit;
    }

    private void Start(int stage, Stage state, PassKind kind, int chunk, long start)
    {
        bool isForward = kind == PassKind.Forward;
        var pass = new Pass(kind, (isForward ? state.Forwards : state.Backwards)[chunk]++, chunk);
        long end = start + _durations.At(_shape.Position(stage, chunk), kind);
        state.Passes.Add(pass);
        state.Held += isForward ? 2 : -1;
        int receiver = isForward ? _links.ForwardReceiver(stage, pass) : _links.BackwardReceiver(stage, pass);
        _made[isForward ? _links.Activations(stage, pass) : _links.InputGradient(stage, pass)] = end;
        if (!isForward)
        {
            state.Pending.Enqueue(pass with { Kind = PassKind.BackwardWeight });
        }

        Occupy(stage, state, end);
        if (receiver != PassLinks.Nothing && receiver != stage)
        {
            _wakes.Enqueue(receiver, (Math.Max(start, _stages[receiver].Clock), receiver));
        }
    }

    private void Occupy(int stage, Stage state, long end)
    {
        state.Clock = end;
        _wakes.Enqueue(stage, (end, stage));
    }

    /// <summary>Where a stage stands.</summary>
    private sealed class Stage(int chunks)
    {
        internal List<Pass> Passes { get; } = [];

        internal Queue<Pass> Pending { get; } = new();

        internal int[] Forwards { get; } = new int[chunks];

        internal int[] Backwards { get; } = new int[chunks];

        internal long Clock { get; set; }

        internal int Held { get; set; }
    }
}
