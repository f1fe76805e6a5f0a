using System.Collections.Immutable;

namespace LlmSim.Schedules.Pipelines;

/// <summary>When a weight gradient is run where a stage would wait for less than it takes.</summary>
internal enum ShortGap
{
    /// <summary>Never: the stage waits.</summary>
    Wait,

    /// <summary>Where this stage would otherwise have waited longer than any other so far (Qi et al. 2023, section 3.1).</summary>
    OnLongestWait,

    /// <summary>Where the gap is at least half as long.</summary>
    FromHalf,

    /// <summary>Always: the next pass is late by the rest.</summary>
    Always,
}

/// <summary>Puts weight gradients into orders of forwards and input gradients: into the gaps, where memory runs out, and what is left at the end.</summary>
/// <remarks>
/// The orders of the other passes are fixed, so each stage runs ahead as in <see cref="PipelineReplay"/>, and every gap is known when it is reached.
/// Owns the times and the memory of one attempt. Memory counts half chunks: a forward takes two, each gradient gives back one.
/// </remarks>
internal sealed class WeightFiller
{
    private const long NotYet = -1;

    private readonly PipelineShape _shape;
    private readonly PassDurations _durations;
    private readonly PassLinks _links;
    private readonly Pass[][] _orders;
    private readonly int _limit;
    private readonly ShortGap _rule;
    private readonly long[] _made;
    private readonly Stage[] _stages;
    private long _longestWait;

    private WeightFiller(PipelineShape shape, PassDurations durations, Pass[][] orders, int limit, ShortGap rule)
    {
        (_shape, _durations, _orders, _limit, _rule) = (shape, durations, orders, limit, rule);
        _links = new(shape);
        _made = new long[_links.Products];
        Array.Fill(_made, NotYet);
        _stages = [.. Enumerable.Range(0, shape.Stages).Select(stage => new Stage(orders[stage].Length))];
    }

    /// <summary>Fills the orders.</summary>
    /// <param name="shape">The pipeline.</param>
    /// <param name="durations">Times of its passes.</param>
    /// <param name="orders">Forwards and input gradients of each stage in order.</param>
    /// <param name="limit">Most half chunks that a stage may hold.</param>
    /// <param name="rule">What to do with short gaps.</param>
    /// <returns>The filled orders; null where a stage is stuck or the limit is broken.</returns>
    internal static FilledOrder? Fill(PipelineShape shape, PassDurations durations, Pass[][] orders, int limit, ShortGap rule) =>
        new WeightFiller(shape, durations, orders, limit, rule).Run();

    private FilledOrder? Run()
    {
        var ready = new Stack<int>(Enumerable.Range(0, _shape.Stages).Reverse());
        while (ready.TryPop(out int stage))
        {
            if (!Advance(stage, ready))
            {
                return null;
            }
        }

        for (int stage = 0; stage < _stages.Length; stage++)
        {
            if (_stages[stage].Next < _orders[stage].Length)
            {
                return null;
            }

            while (_stages[stage].Pending.Count > 0)
            {
                RunWeight(stage);
            }
        }

        return new([.. _stages.Select(static stage => stage.Passes.ToArray())], _stages.Max(static stage => stage.Clock - stage.FirstStart), _stages.Sum(static stage => stage.Clock - stage.FirstStart));
    }

    /// <summary>Runs a stage until it waits for another; false where it breaks the limit.</summary>
    private bool Advance(int stage, Stack<int> ready)
    {
        Stage state = _stages[stage];
        for (state.IsWaiting = false; state.Next < _orders[stage].Length; state.Next++)
        {
            Pass pass = _orders[stage][state.Next];
            PassLinks.Need need = _links.Needs(stage, pass);
            long made = need.Product == PassLinks.Nothing ? 0 : _made[need.Product];
            if (made == NotYet)
            {
                state.IsWaiting = true;
                return true;
            }

            long arrival = made + (need.Hop ? _durations.Transfer : 0);
            FillGap(stage, state, arrival);
            if (pass.IsForward && !MakeRoom(stage, state))
            {
                return false;
            }

            RunPass(stage, state, pass, arrival);
            Wake(pass.IsForward ? _links.ForwardReceiver(stage, pass) : _links.BackwardReceiver(stage, pass), ready);
        }

        return true;
    }

    private void FillGap(int stage, Stage state, long arrival)
    {
        while (state.Pending.TryPeek(out Pass weight) && state.Clock < arrival)
        {
            long gap = arrival - state.Clock;
            long length = _durations.At(_shape.Position(stage, weight.Chunk), PassKind.BackwardWeight);
            bool isWorth = gap >= length || _rule switch
            {
                ShortGap.Always => true,
                ShortGap.FromHalf => 2 * gap >= length,
                ShortGap.OnLongestWait => state.Waited + gap > _longestWait,
                _ => false,
            };
            if (!isWorth)
            {
                return;
            }

            RunWeight(stage);
        }
    }

    private bool MakeRoom(int stage, Stage state)
    {
        while (state.Held + 2 > _limit && state.Pending.Count > 0)
        {
            RunWeight(stage);
        }

        return state.Held + 2 <= _limit;
    }

    private void RunPass(int stage, Stage state, Pass pass, long arrival)
    {
        long start = Math.Max(state.Clock, arrival);
        if (state.Passes.Count == 0)
        {
            state.FirstStart = start;
        }
        else
        {
            state.Waited += start - state.Clock;
            _longestWait = Math.Max(_longestWait, state.Waited);
        }

        state.Clock = start + _durations.At(_shape.Position(stage, pass.Chunk), pass.Kind);
        state.Passes.Add(pass);
        if (pass.IsForward)
        {
            state.Held += 2;
            _made[_links.Activations(stage, pass)] = state.Clock;
        }
        else
        {
            state.Held--;
            _made[_links.InputGradient(stage, pass)] = state.Clock;
            state.Pending.Enqueue(pass with { Kind = PassKind.BackwardWeight });
        }
    }

    private void RunWeight(int stage)
    {
        Stage state = _stages[stage];
        Pass weight = state.Pending.Dequeue();
        state.Clock += _durations.At(_shape.Position(stage, weight.Chunk), PassKind.BackwardWeight);
        state.Held--;
        state.Passes.Add(weight);
    }

    private void Wake(int stage, Stack<int> ready)
    {
        if (stage != PassLinks.Nothing && _stages[stage].IsWaiting)
        {
            _stages[stage].IsWaiting = false;
            ready.Push(stage);
        }
    }

    /// <summary>Where a stage stands.</summary>
    private sealed class Stage(int passes)
    {
        internal List<Pass> Passes { get; } = new(passes * 3 / 2);

        internal Queue<Pass> Pending { get; } = new();

        internal int Next { get; set; }

        internal long Clock { get; set; }

        internal long FirstStart { get; set; }

        internal long Waited { get; set; }

        internal int Held { get; set; }

        internal bool IsWaiting { get; set; }
    }
}

/// <summary>Orders with their weight gradients.</summary>
/// <param name="Passes">All passes of each stage.</param>
/// <param name="Span">The longest time of any stage from its first start to its last end, in nanoseconds.</param>
/// <param name="AllSpans">The sum of these times, by which equal spans are told apart.</param>
internal sealed record FilledOrder(Pass[][] Passes, long Span, long AllSpans)
{
    /// <summary>Whether this one is shorter.</summary>
    internal bool IsBetterThan(FilledOrder other) => Span < other.Span || (Span == other.Span && AllSpans < other.AllSpans);

    /// <summary>Whether both take equally long on all stages together; most likely they are one.</summary>
    internal bool IsSame(FilledOrder other) => Span == other.Span && AllSpans == other.AllSpans;

    /// <summary>The orders, for keeping.</summary>
    internal ImmutableArray<ImmutableArray<Pass>> ToOrders() => [.. Passes.Select(static stage => stage.ToImmutableArray())];
}
