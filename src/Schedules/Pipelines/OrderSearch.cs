using System.Collections.Immutable;

namespace LlmSim.Schedules.Pipelines;

/// <summary>Finds a good order of forwards and input gradients: tries given ones, then swaps neighbours of the best few as long as that helps.</summary>
/// <remarks>
/// Owns the best orders so far. The swaps end after a fixed number of passes was tried, so the same question has the same answer on any machine.
/// </remarks>
internal sealed class OrderSearch(PipelineShape shape, PassDurations durations, int limit)
{
    /// <summary>Passes that all given orders together may try: about a second.</summary>
    private const long MostTried = 7_000_000;

    /// <summary>Passes that all swaps together may try: some tenths of a second.</summary>
    private const long MostSwapped = 4_000_000;

    /// <summary>Orders from which the swaps start.</summary>
    private const int Starts = 6;

    private static readonly ShortGap[] Rules = [ShortGap.OnLongestWait, ShortGap.Wait, ShortGap.FromHalf, ShortGap.Always];

    private readonly List<Candidate> _best = [];
    private readonly long _least = LeastSpan(shape, durations);
    private long _tried;

    /// <summary>Whether any order kept to the limit.</summary>
    internal bool Found => _best.Count > 0;

    /// <summary>Whether further orders are worth making: none was found, or there is room for a shorter one and time to find it.</summary>
    internal bool GoesOn => !Found || (!IsPerfect && _tried <= MostTried);

    /// <summary>Whether no order can be shorter: the stage with most work never waits.</summary>
    private bool IsPerfect => Found && _best[0].Filled.Span == _least;

    private long Size => 3L * shape.RouteLength * shape.MicroBatches;

    /// <summary>Tries an order with each rule for short gaps; none is passed over.</summary>
    internal void Try(Pass[][]? orders)
    {
        _tried += Rules.Length * Size;
        if (orders is null)
        {
            return;
        }

        foreach (ShortGap rule in Rules)
        {
            if (WeightFiller.Fill(shape, durations, orders, limit, rule) is FilledOrder filled)
            {
                Keep(new(orders, rule, filled));
            }
        }
    }

    /// <summary>Tries an order that has its weight gradients, as it is and with them placed anew.</summary>
    internal void Try(FilledOrder filled)
    {
        Pass[][] orders = [.. filled.Passes.Select(static passes => Array.FindAll(passes, static pass => pass.Kind != PassKind.BackwardWeight))];
        Keep(new(orders, ShortGap.OnLongestWait, filled));
        Try(orders);
    }

    /// <summary>The best order, after swapping neighbours while that helps.</summary>
    internal ImmutableArray<ImmutableArray<Pass>> Finish()
    {
        Candidate best = _best[0];
        foreach (Candidate start in _best)
        {
            Candidate improved = IsPerfect ? start : Improve(start, MostSwapped / _best.Count);
            best = improved.Filled.IsBetterThan(best.Filled) ? improved : best;
        }

        return best.Filled.ToOrders();
    }

    private static long LeastSpan(PipelineShape shape, PassDurations durations) => Enumerable.Range(0, shape.Stages).Max(stage =>
        Enumerable.Range(0, shape.Chunks).Sum(chunk => shape.Position(stage, chunk) is var position
            ? shape.MicroBatches * (durations.At(position, PassKind.Forward) + durations.At(position, PassKind.BackwardInput) + durations.At(position, PassKind.BackwardWeight))
            : 0));

    private void Keep(Candidate candidate)
    {
        if (!_best.Exists(other => other.Filled.IsSame(candidate.Filled)))
        {
            _best.Add(candidate);
            _best.Sort(static (left, right) => left.Filled.IsBetterThan(right.Filled) ? -1 : right.Filled.IsBetterThan(left.Filled) ? 1 : 0);
            _best.RemoveRange(Math.Min(Starts, _best.Count), Math.Max(0, _best.Count - Starts));
        }
    }

    private Candidate Improve(Candidate start, long most)
    {
        Candidate best = start;
        FilledOrder? before = null;
        for (long tried = 0; before != best.Filled && tried < most;)
        {
            before = best.Filled;
            for (int stage = 0; stage < shape.Stages; stage++)
            {
                for (int place = 1; place < best.Orders[stage].Length && tried < most; place++)
                {
                    if (Swapped(best, stage, place) is Pass[][] orders)
                    {
                        tried += Size;
                        FilledOrder? filled = WeightFiller.Fill(shape, durations, orders, limit, best.Rule);
                        best = filled is not null && filled.IsBetterThan(best.Filled) ? new(orders, best.Rule, filled) : best;
                    }
                }
            }
        }

        return best;
    }

    /// <summary>The order with a pass before its neighbour; null where they must stay.</summary>
    private static Pass[][]? Swapped(Candidate candidate, int stage, int place)
    {
        (Pass first, Pass second) = (candidate.Orders[stage][place - 1], candidate.Orders[stage][place]);
        if ((first.Kind == second.Kind && first.Chunk == second.Chunk) || first.MicroBatch == second.MicroBatch)
        {
            return null;
        }

        Pass[][] changed = [.. candidate.Orders];
        changed[stage] = [.. candidate.Orders[stage]];
        (changed[stage][place - 1], changed[stage][place]) = (second, first);
        return changed;
    }

    /// <summary>An order and what became of it.</summary>
    private sealed record Candidate(Pass[][] Orders, ShortGap Rule, FilledOrder Filled);
}
