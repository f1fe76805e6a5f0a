using System.Collections.Immutable;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Schedules.Fleet;

/// <summary>The stages around the model while the fleet runs. Owns their queues and when each request in the graph was sent.</summary>
internal sealed class InferenceGraph
{
    private readonly ImmutableArray<StageQueue> _before;
    private readonly ImmutableArray<StageQueue> _after;
    private readonly Dictionary<long, Instant> _sent = [];

    internal InferenceGraph(ImmutableArray<GraphStage> stages, long seed)
    {
        ImmutableArray<StageQueue> queues = [.. stages.Select((stage, index) => new StageQueue(stage, seed, index))];
        (_before, _after) = ([.. queues.Where(static q => !q.Stage.AfterModel)], [.. queues.Where(static q => q.Stage.AfterModel)]);
    }

    /// <summary>The requests as the stages before the model let them through.</summary>
    internal IRequestSource Before(IRequestSource source) => _before.IsEmpty
        ? source
        : _before.Aggregate((IRequestSource)new SentTimes(source, _sent), static (inner, stage) => new StagedSource(inner, stage));

    /// <summary>When a request that reaches the model was sent.</summary>
    internal Instant SentAt(in Request request) => _sent.GetValueOrDefault(request.Id, request.Arrival);

    /// <summary>An outcome as the client sees it: from when it sent the request to when the stages after the model are through.</summary>
    internal RequestOutcome After(in RequestOutcome outcome)
    {
        RequestOutcome whole = _sent.Remove(outcome.Request.Id, out Instant sent) ? outcome with { Request = outcome.Request with { Arrival = sent } } : outcome;
        if (outcome.Status != RequestStatus.Completed || _after.IsEmpty)
        {
            return whole;
        }

        Instant end = outcome.Finished;
        foreach (StageQueue stage in _after)
        {
            end = stage.Serve(outcome.Request.Id, outcome.ProducedTokens, end);
        }

        // Tokens are held back until the last stage has passed the whole answer.
        return whole with { Finished = end, FirstToken = whole.FirstToken + (end - outcome.Finished) };
    }

    internal ImmutableArray<StageResult> Results(Seconds time) => [.. _before.Concat(_after).Select(queue => new StageResult(
        queue.Stage.Name,
        queue.Served,
        queue.Served > 0 ? queue.Waited / queue.Served : Seconds.Zero,
        time > Seconds.Zero ? queue.Busy / (time * queue.Stage.Servers) : 0))];

    /// <summary>Notes when requests are sent.</summary>
    private sealed class SentTimes(IRequestSource inner, Dictionary<long, Instant> sent) : IRequestSource
    {
        public Instant NextArrival => inner.NextArrival;

        public Request Take()
        {
            Request request = inner.Take();
            sent[request.Id] = request.Arrival;
            return request;
        }

        public void Finished(in Request request, Instant now) => inner.Finished(request, now);
    }
}
