using LlmSim.Model.Units;
using MathNet.Numerics.Distributions;

namespace LlmSim.Schedules.Traffic;

/// <summary>A fixed number of clients, each of which sends its next request once its last has ended. Owns which sendings are due.</summary>
/// <remarks>
/// All clients send at zero; requests are drawn from one list in order of sending, as serving benchmarks do. A refused request counts as ended.
/// </remarks>
public sealed class ClosedLoop : IRequestSource
{
    private readonly PriorityQueue<Instant, (Instant Time, long Order)> _due = new();
    private readonly RequestShapes _shapes;
    private readonly UniformDraws _draws;
    private readonly long _requests;
    private readonly Seconds _thinkTime;
    private readonly bool _randomThinkTime;
    private long _scheduled;
    private long _next;

    /// <summary>A loop of <paramref name="clients"/> clients that together send <paramref name="requests"/> requests.</summary>
    /// <param name="clients">Clients, at least one.</param>
    /// <param name="shapes">Lengths of the requests.</param>
    /// <param name="requests">Requests in all.</param>
    /// <param name="thinkTime">Time from the end of a request to the client's next.</param>
    /// <param name="randomThinkTime">Whether that time is the mean of an exponential distribution; otherwise it is constant.</param>
    public ClosedLoop(int clients, RequestShapes shapes, long requests, Seconds thinkTime = default, bool randomThinkTime = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(clients, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(requests);
        ArgumentOutOfRangeException.ThrowIfNegative(thinkTime.Value, nameof(thinkTime));
        _shapes = shapes;
        _draws = new UniformDraws(shapes.Seed, TrafficStream.ThinkTime);
        _requests = requests;
        _thinkTime = thinkTime;
        _randomThinkTime = randomThinkTime;
        for (int client = 0; client < clients; client++)
        {
            Schedule(Instant.Zero);
        }
    }

    /// <inheritdoc/>
    public Instant NextArrival => _due.TryPeek(out Instant due, out _) ? due : Instant.Never;

    /// <inheritdoc/>
    public Request Take() => _shapes.Shape(_next++, _due.Dequeue());

    /// <inheritdoc/>
    public void Finished(in Request request, Instant now)
    {
        if (_scheduled < _requests)
        {
            Schedule(now + (_randomThinkTime ? _thinkTime * Exponential.InvCDF(1, _draws.At(_scheduled)) : _thinkTime));
        }
    }

    private void Schedule(Instant time)
    {
        if (_scheduled < _requests)
        {
            _due.Enqueue(time, (time, _scheduled++));
        }
    }
}
