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
/// first k steps, so that leaping and stepping give the same nanoseconds. A run ends with the first sequence that ends, at the first step that ends at
/// or after a client gives up or an arrival that could join, when KV blocks run out, and when a context reaches the attention window. Clients that give
/// up are noticed between iterations.
/// </remarks>
public sealed class Replica
{
    private readonly ServeSettings _settings;
    private readonly IStepPrice _price;
    private readonly IBatchPolicy _policy;
    private readonly DeadlineQueue _byDeadline = new();
    private readonly List<RequestOutcome> _ended = [];
    private readonly Action<Sequence> _completeNow;
    private Instant _now;
    private Instant _lastBoundary;
    private Instant _mixedEnd;
    private StepBatch? _mixed;
    private DecodeRun? _run;
    private Instant _iterationEnd = Instant.Never;
    private readonly FrontEnd _frontEnd;
    private readonly OutputWorker _output;

    /// <summary>An idle replica; <paramref name="gaps"/> takes the times between tokens.</summary>
    public Replica(int index, ServeSettings settings, IStepPrice price, LatencyRecorder gaps)
    {
        Index = index;
        _settings = settings;
        _price = price;
        _policy = BatchPolicies.Create(settings.Policy);
        Batch = new ReplicaBatch(settings, price.Window, gaps);
        _completeNow = Complete;
        _frontEnd = new FrontEnd(settings.Path);
        _output = new OutputWorker(settings.Path);
    }

    /// <summary>Position among the replicas, from zero.</summary>
    public int Index { get; }

    /// <summary>Requests that wait or are active.</summary>
    public int Outstanding => _frontEnd.Count + Batch.Waiting + Batch.Active;

    /// <summary>Requests that wait.</summary>
    public int Waiting => _frontEnd.Count + Batch.Waiting;

    /// <summary>Whether an iteration is in flight.</summary>
    public bool IsBusy => _run is not null || _mixed is not null;

    /// <summary>When the host must call <see cref="AdvanceTo"/> at the latest; <see cref="Instant.Never"/> while nothing is in flight.</summary>
    public Instant NextEvent => Instant.Min(_iterationEnd, _frontEnd.NextReady);

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

    /// <summary>Lets time pass up to <paramref name="now"/>, which is at most <see cref="NextEvent"/>: steps that have ended by then take effect.</summary>
    public void AdvanceTo(Instant now)
    {
        if (now > NextEvent || now < _now)
        {
            throw new ArgumentOutOfRangeException(nameof(now), now, "Time passes forwards and from event to event.");
        }

        AdvanceIteration(now);
        while (_frontEnd.TakeReady(now) is (Request request, Instant sent))
        {
            Enter(request, sent, now);
        }
    }

    /// <summary>Takes a request that arrives at <paramref name="now"/>, or refuses it; a refusal is found among <see cref="Ended"/>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="now">When it arrives here.</param>
    /// <param name="sent">When it was sent, since when its client waits; null where it was not held back before.</param>
    public void Offer(in Request request, Instant now, Instant? sent = null)
    {
        AdvanceTo(now);
        if (Refusal(request) is RejectionReason reason)
        {
            _ended.Add(Outcome(new Sequence(request, Instant.Never), RequestStatus.Rejected) with { Finished = now, Rejection = reason });
        }
        else if (_frontEnd.IsAbsent)
        {
            Enter(request, sent ?? now, now);
        }
        else
        {
            _frontEnd.Add(request, now, sent ?? now);
        }
    }

    private void AdvanceIteration(Instant now)
    {
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

    /// <summary>A request reaches the engine's queue: a run of decodes that it could join ends with the step under way.</summary>
    private void Enter(in Request request, Instant sent, Instant now)
    {
        if (_run is not null && Batch.Waiting == 0 && Batch.Active < _settings.MaxBatch)
        {
            _run.Steps = _run.FirstEndingAtOrAfter(now);
        }

        AdvanceIteration(now);
        Sequence sequence = new(request, _settings.Timeout is Seconds timeout ? sent + timeout : Instant.Never);
        Batch.Enqueue(sequence);
        _byDeadline.Add(sequence);
    }

    /// <summary>Ends everything that waits or is active as failed; the iteration in flight comes to nothing.</summary>
    public void Abort(Instant now)
    {
        AdvanceTo(now);
        (_now, _run, _mixed, _iterationEnd) = (now, null, null, Instant.Never);
        while (_frontEnd.Count > 0 && _frontEnd.TakeReady(Instant.Never) is (Request request, Instant _))
        {
            _ended.Add(Outcome(new Sequence(request, Instant.Never), RequestStatus.Failed));
        }

        foreach (Sequence sequence in Batch.Everyone())
        {
            End(sequence, RequestStatus.Failed);
        }
    }

    /// <summary>Starts the next iteration at <paramref name="now"/> where none is in flight and there is work.</summary>
    /// <returns>False where there is work, yet the policy scheduled nothing of it or left too few KV blocks: the replica cannot go on by
    /// itself.</returns>
    public bool Start(Instant now)
    {
        if (IsBusy || Batch.Waiting + Batch.Active == 0)
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
            _iterationEnd = _mixedEnd;
        }
        else if (Batch.Decoding > 0 && Batch.FreeBlocks >= 0)
        {
            _run = PlanRun(now);
            _iterationEnd = EndOfNextEvent(_run);
        }

        return IsBusy;
    }

    /// <summary>Between iterations the free places of the batch are open at once, so requests that will take them do not count as waiting.</summary>
    private RejectionReason? Refusal(in Request request) => RequestLimits.Refusal(
        request, _settings, KvCache, isQueueFull: _settings.QueueLimit is int limit && Waiting >= (long)limit + (IsBusy ? 0 : _settings.MaxBatch - Batch.Active));

    private DecodeRun PlanRun(Instant now)
    {
        DecodeSet decodes = Batch.Decodes;
        long steps = Math.Min(
            Math.Min(_policy.StepsAlike(Batch), decodes.StepsToEnd()),
            Math.Min(decodes.StepsWithin(Batch.Pool.Free), decodes.StepsToCrossing()));
        DecodeRun run = new(_price, decodes, now) { Steps = (int)steps };
        run.Steps = run.FirstEndingAtOrAfter(_byDeadline.Earliest());
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
            _iterationEnd = EndOfNextEvent(run);
            return;
        }

        _run = null;
        _iterationEnd = Instant.Never;
        CompleteDecodes();
        DropOverdue();
    }

    private void TakeSteps(DecodeRun run, int ended)
    {
        int steps = ended - run.Done;
        Batch.Decode(steps);
        for (int step = run.Done + 1; step <= ended; step++)
        {
            Instant end = run.EndOf(step);
            Batch.TokensOut(end);
            _output.Step(end, run.Sequences);
        }

        run.Done = ended;
        long tokens = (long)steps * run.Sequences;
        Count(run.EndOf(ended), new ReplicaCounts { Steps = steps, SequenceSteps = tokens, DecodeTokens = tokens });
    }

    private void EndMixed(in StepBatch mixed)
    {
        _mixed = null;
        _iterationEnd = Instant.Never;
        if (mixed.DecodeSequences > 0)
        {
            Batch.Decode(1);
            Batch.TokensOut(_now);
        }

        _output.Step(_now, mixed.DecodeSequences + mixed.CompletedPrefills);
        Count(_now, new ReplicaCounts
        {
            Steps = 1,
            SequenceSteps = mixed.DecodeSequences + mixed.PrefillChunks,
            PrefillTokens = mixed.PrefillTokens,
            DecodeTokens = mixed.DecodeSequences,
        });
        CompleteDecodes();
        Batch.ApplyChunks(_now, _output.Seen(_now), _completeNow);
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
        while (_byDeadline.Earliest() <= _now && _byDeadline.Take() is Sequence sequence)
        {
            End(sequence, RequestStatus.TimedOut);
        }
    }

    private void End(Sequence sequence, RequestStatus status)
    {
        Batch.Drop(sequence);
        _ended.Add(Outcome(sequence, status));
    }

    private RequestOutcome Outcome(Sequence sequence, RequestStatus status) =>
        RequestOutcome.Of(sequence, status, Index, sequence.State == SequenceState.Done ? _output.Seen(_now) : _now);
}
