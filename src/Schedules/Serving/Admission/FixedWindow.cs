using LlmSim.Model.Units;

namespace LlmSim.Schedules.Serving.Admission;

/// <summary>At most so many units in each window of the clock. Owns the count of the current window.</summary>
/// <remarks>Windows start at multiples of their length, so twice the limit can pass around a border.</remarks>
public sealed class FixedWindow(long limit, Seconds window) : IRateLimiter
{
    private readonly long _length = (Instant.Zero + window).Nanoseconds;
    private long _window = -1;
    private long _count;

    /// <inheritdoc/>
    public Instant? Test(Instant now, long units) => units <= limit - (now.Nanoseconds / _length == _window ? _count : 0) ? now : null;

    /// <inheritdoc/>
    public void Take(Instant now, long units)
    {
        long window = now.Nanoseconds / _length;
        _count = units + (window == _window ? _count : 0);
        _window = window;
    }
}
