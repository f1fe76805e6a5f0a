using LlmSim.Model.Units;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Schedules.Fleet;

/// <summary>Requests as a stage lets them through. Owns those that are in it.</summary>
/// <remarks>Requests enter in order of arrival, so that each one's end is known when it enters; they leave in order of their ends.</remarks>
internal sealed class StagedSource : IRequestSource
{
    private readonly IRequestSource _inner;
    private readonly StageQueue _stage;
    private readonly PriorityQueue<Request, (long Time, long Id)> _inside = new();

    internal StagedSource(IRequestSource inner, StageQueue stage) => (_inner, _stage) = (inner, stage);

    /// <inheritdoc/>
    public Instant NextArrival
    {
        get
        {
            Enter();
            return _inside.TryPeek(out _, out (long Time, long Id) first) ? new(first.Time) : Instant.Never;
        }
    }

    /// <inheritdoc/>
    public Request Take()
    {
        Enter();
        return _inside.TryDequeue(out Request request, out (long Time, long Id) first)
            ? request with { Arrival = new(first.Time) }
            : throw new InvalidOperationException("No request is known.");
    }

    /// <inheritdoc/>
    public void Finished(in Request request, Instant now) => _inner.Finished(request, now);

    /// <summary>Lets in whoever could still leave before the first of those inside.</summary>
    private void Enter()
    {
        while (_inner.NextArrival is var arrival && arrival != Instant.Never
            && (!_inside.TryPeek(out _, out (long Time, long Id) first) || arrival.Nanoseconds <= first.Time))
        {
            Request request = _inner.Take();
            _inside.Enqueue(request, (_stage.Serve(request.Id, request.PromptTokens, arrival).Nanoseconds, request.Id));
        }
    }
}
