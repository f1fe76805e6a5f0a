using LlmSim.Model.Cost;
using LlmSim.Model.Operators;
using LlmSim.Model.Units;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Schedules.Serving;

/// <summary>One serving engine: a queue, a batch, a KV cache and the iteration in flight. Owns all of them and its own leaps.</summary>
/// <remarks>
/// A state machine without a clock of its own. At each moment the host first calls <see cref="AdvanceTo"/>, then <see cref="Offer"/> for every
/// arrival of that moment,
/// then <see cref="Start"/>. While only decodes run, many steps are one event: step k of such a run ends at its start plus the rounded price of its
/// first k steps, so
/// that leaping and stepping give the same nanoseconds. A run ends with the first sequence that ends, at the first step that ends at or after a
/// client gives up or an
/// arrival that could join, when KV blocks run out, and when a context reaches the attention window. Clients that give up are noticed between
/// iterations.
/// </remarks>
public sealed class Replica
{
    private readonly ServeSettings _settings;
    private readonly IStepPrice _price;
    private readonly IBatchPolicy _policy;
    private readonly PriorityQueue<Sequence, (Instant Deadline, long Order)> _byDeadline = new();
    private readonly List<RequestOutcome> _ended = [];
    private readonly Action<Sequence> _completeNow;
    private Instant _now;
    private long _offered;
    private Instant _lastBoundary;
    private Instant _mixedEnd;
    private StepBatch? _mixed;
    private DecodeRun? _run;

    /// <summary>An idle replica; <paramref name="gaps"/> takes the times between tokens.</summary>
    public Replica(int index, ServeSettings settings, IStepPrice price, LatencyRecorder gaps)
    {
        Index = index;
        _settings = settings;
        _price = price;
        _policy = BatchPolicies.Create(settings.Policy);
        Batch = new ReplicaBatch(settings, price.Window, gaps);
        _completeNow = Complete;
    }

    /// <summary>Position among the replicas, from zero.</summary>
    public int Index { get; }

    /// <summary>Requests that wait or are active.</summary>
    public int Outstanding => Batch.Waiting + Batch.Active;

    /// <summary>Requests that wait.</summary>
    public int Waiting => Batch.Waiting;

    /// <summary>Whether an iteration is in flight.</summary>
    public bool IsBusy => _run is not null || _mixed is not null;

    /// <summary>When the host must call <see cref="AdvanceTo"/> at the latest; <see cref="Instant.Never"/> while nothing is in flight.</summary>
    public Instant NextEvent { get; private set; } = Instant.Never;

    internal ReplicaBatch Batch { get; }

    /// <summary>The KV cache.</summary>
    public KvBlockPool KvCache => Batch.Pool;

    /// <summary>What the iterations that have ended did.</summary>
    public ReplicaCounts Counts { get; private set; }

    /// <summary>Requests that ended since the last call of <see cref="ClearEnded"/>, in order.</summary>
    public IReadOnlyList<RequestOutcome> Ended => _ended;

    /// <summary>Tokens of a request's prompt that the prefix cache holds at the last moment to which the replica was advanced.</summary>
    public int CachedOf(in Request request) =>
        (Batch.Prefixes?.Match(request.PrefixBlocks, request.PrefixBlockTokens, request.PromptTokens) ?? 0) * request.PrefixBlockTokens;

    /// <summary>Forgets the requests that ended.</summary>
    public void ClearEnded() => _ended.Clear();

    /// <summary>Time with an iteration in flight, the part of the one in flight at <paramref name="now"/> included.</summary>
    public Seconds BusyUntil(Instant now) => Counts.Busy + (IsBusy ? now - _lastBoundary : Seconds.Zero);

    /// <summary>
    /// Lets time pass up to <paramref name="now"/>, which is at most <see cref="NextEvent"/>: steps that have ended by then take effect.
    /// </summary>
    public void AdvanceTo(Instant now)
    {
        if (now > NextEvent || now < _now)
        {
            throw new ArgumentOutOfRangeException(nameof(now), now, "Time passes forwards and from event to event.");
        }

        _now = now;
        if (_run is not null)
        {
            AdvanceRun(_run);
        }
        else if (_mixed is StepBatch mixed && _mixedEnd <= now)
        {
            EndMixed(mixed);
        }
    }

    /// <summary>Takes a request that arrives at <paramref name="now"/>, or refuses it; a refusal is found among <see cref="Ended"/>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="now">When it arrives here.</param>
    /// <param name="sent">When it was sent, since when its client waits; null where it was not held back before.</param>
    public void Offer(in Request request, Instant now, Instant? sent = null)
    {
        RejectionReason? refusal = Refusal(request);
        if (refusal is null && _run is not null && Batch.Waiting == 0 && Batch.Active < _settings.MaxBatch)
        {
            _run.Steps = _run.FirstEndingAtOrAfter(now);
        }

        AdvanceTo(now);
        Sequence sequence = new(request, _settings.Timeout is Seconds timeout ? (sent ?? now) + timeout : Instant.Never);
        if (refusal is RejectionReason reason)
        {
            _ended.Add(Outcome(sequence, RequestStatus.Rejected) with { Rejection = reason });
            return;
        }

        Batch.Enqueue(sequence);
        if (sequence.Deadline != Instant.Never)
        {
            _byDeadline.Enqueue(sequence, (sequence.Deadline, _offered++));
        }
    }

    /// <summary>Starts the next iteration at <paramref name="now"/> where none is in flight and there is work.</summary>
    /// <returns>False where there is work, yet the policy scheduled nothing of it or left too few KV blocks: the replica cannot go on by
    /// itself.</returns>
    public bool Start(Instant now)
    {
        if (IsBusy || Outstanding == 0)
        {
            return true;
        }

        _lastBoundary = now;
        Batch.Open(now);
        _policy.Compose(Batch);
        if (Batch.Chunks > 0)
        {
            _mixed = Batch.Describe();
            _mixedEnd = now + StepPriceCheck.Valid(_price.Price(_mixed.Value));
            NextEvent = _mixedEnd;
        }
        else if (Batch.Decoding > 0 && Batch.FreeBlocks >= 0)
        {
            _run = PlanRun(now);
            NextEvent = EndOfNextEvent(_run);
        }

        return IsBusy;
    }

    private RejectionReason? Refusal(in Request request)
    {
        long tokens = (long)request.PromptTokens + request.OutputTokens;
        return tokens > (_settings.MaxContext ?? long.MaxValue) ? RejectionReason.ContextTooLong
            : KvCache.BlocksFor(tokens - 1) > KvCache.Capacity ? RejectionReason.KvCacheTooSmall
            : !_settings.ChunkedPrefill && request.PromptTokens > _settings.TokenBudget ? RejectionReason.PromptOverTokenBudget
            : IsQueueFull() ? RejectionReason.QueueFull
            : null;
    }

    /// <summary>Between iterations the free places of the batch are open at once, so requests that will take them do not count as waiting.</summary>
    private bool IsQueueFull() =>
        _settings.QueueLimit is int limit && Batch.Waiting >= (long)limit + (IsBusy ? 0 : _settings.MaxBatch - Batch.Active);

    private DecodeRun PlanRun(Instant now)
    {
        DecodeSet decodes = Batch.Decodes;
        long steps = Math.Min(
            Math.Min(_policy.StepsAlike(Batch), decodes.StepsToEnd()),
            Math.Min(decodes.StepsWithin(Batch.Pool.Free), decodes.StepsToCrossing()));
        DecodeRun run = new(_price, decodes, now) { Steps = (int)steps };
        run.Steps = run.FirstEndingAtOrAfter(EarliestDeadline());
        return run;
    }

    private Instant EndOfNextEvent(DecodeRun run) => run.EndOf(_settings.Stepping ? Math.Min(run.Done + 1, run.Steps) : run.Steps);

    private void AdvanceRun(DecodeRun run)
    {
        int ended = run.EndedBy(_now);
        if (ended > run.Done)
        {
            TakeSteps(run, ended);
        }

        if (run.Done < run.Steps)
        {
            NextEvent = EndOfNextEvent(run);
            return;
        }

        _run = null;
        NextEvent = Instant.Never;
        CompleteDecodes();
        DropOverdue();
    }

    private void TakeSteps(DecodeRun run, int ended)
    {
        int steps = ended - run.Done;
        Batch.Decode(steps);
        for (int step = run.Done + 1; step <= ended; step++)
        {
            Batch.TokensOut(run.EndOf(step));
        }

        run.Done = ended;
        long tokens = (long)steps * run.Sequences;
        Count(run.EndOf(ended), new ReplicaCounts { Steps = steps, SequenceSteps = tokens, DecodeTokens = tokens });
    }

    private void EndMixed(in StepBatch mixed)
    {
        _mixed = null;
        NextEvent = Instant.Never;
        Batch.Decode(1);
        Batch.TokensOut(_now);
        Count(_now, new ReplicaCounts
        {
            Steps = 1,
            SequenceSteps = mixed.DecodeSequences + mixed.PrefillChunks,
            PrefillTokens = mixed.PrefillTokens,
            DecodeTokens = mixed.DecodeSequences,
        });
        CompleteDecodes();
        Batch.ApplyChunks(_now, _completeNow);
        DropOverdue();
    }

    private void Count(Instant boundary, ReplicaCounts counts)
    {
        Counts += counts with { BusyNanoseconds = boundary.Nanoseconds - _lastBoundary.Nanoseconds };
        _lastBoundary = boundary;
    }

    private void CompleteDecodes()
    {
        while (Batch.Decodes.NextEnded() is Sequence sequence)
        {
            Complete(sequence);
        }
    }

    private void Complete(Sequence sequence) => End(sequence, _now <= sequence.Deadline ? RequestStatus.Completed : RequestStatus.TimedOut);

    /// <summary>Ends the requests whose clients gave up, in order of deadlines.</summary>
    private void DropOverdue()
    {
        while (EarliestDeadline() <= _now && _byDeadline.TryDequeue(out Sequence? sequence, out _))
        {
            End(sequence, RequestStatus.TimedOut);
        }
    }

    private Instant EarliestDeadline()
    {
        while (_byDeadline.TryPeek(out Sequence? sequence, out _))
        {
            if (sequence.State != SequenceState.Done)
            {
                return sequence.Deadline;
            }

            _byDeadline.Dequeue();
        }

        return Instant.Never;
    }

    private void End(Sequence sequence, RequestStatus status)
    {
        Batch.Drop(sequence);
        _ended.Add(Outcome(sequence, status));
    }

    private RequestOutcome Outcome(Sequence sequence, RequestStatus status) => new()
    {
        Request = sequence.Request,
        Status = status,
        Replica = Index,
        FirstScheduled = sequence.FirstScheduled,
        FirstToken = sequence.FirstToken,
        Finished = _now,
        ProducedTokens = sequence.Produced,
        Preemptions = sequence.Preemptions,
        CachedTokens = sequence.CachedTokens,
    };
}
