using LlmSim.Model.Units;

namespace LlmSim.Schedules.Traffic;

/// <summary>A stream of requests that are sent whatever became of earlier ones. Owns its position.</summary>
public sealed class OpenLoop : IRequestSource
{
    private readonly ArrivalProcess _arrivals;
    private readonly RequestShapes _shapes;
    private readonly UniformDraws _draws;
    private readonly long _requests;
    private readonly Instant _until;
    private readonly RateProfile? _profile;
    private double _sinceStart;
    private long _next;

    /// <summary>A stream that ends after <paramref name="requests"/> requests, or with the last one at or before <paramref name="until"/>.</summary>
    /// <param name="arrivals">How requests are spread; of rate one where a profile says the rate.</param>
    /// <param name="shapes">Lengths of the requests.</param>
    /// <param name="requests">Requests in all.</param>
    /// <param name="until">Time after which none is sent; null for no end.</param>
    /// <param name="profile">How the rate changes with time; null where it does not.</param>
    public OpenLoop(ArrivalProcess arrivals, RequestShapes shapes, long requests, Seconds? until = null, RateProfile? profile = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(requests);
        _arrivals = arrivals;
        _profile = profile;
        _shapes = shapes;
        _draws = new UniformDraws(shapes.Seed, TrafficStream.Arrival);
        _requests = requests;
        _until = until is Seconds end ? Instant.At(end) : Instant.Never;
        FindNextArrival();
    }

    /// <inheritdoc/>
    public Instant NextArrival { get; private set; }

    /// <inheritdoc/>
    public Request Take()
    {
        Request taken = NextArrival == Instant.Never
            ? throw new InvalidOperationException("The stream has ended.") : _shapes.Shape(_next, NextArrival);
        _next++;
        FindNextArrival();
        return taken;
    }

    /// <inheritdoc/>
    public void Finished(in Request request, Instant now)
    {
        // An open loop sends without looking.
    }

    /// <summary>Gaps are summed before they are rounded, so that rounding does not drift.</summary>
    private void FindNextArrival()
    {
        _sinceStart += _arrivals.Gap(_next, _draws.At(_next)).Value;
        Instant arrival = Instant.At(_profile?.TimeOf(_sinceStart) ?? Seconds.From(_sinceStart));
        NextArrival = _next < _requests && arrival <= _until ? arrival : Instant.Never;
    }
}
