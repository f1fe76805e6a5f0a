using LlmSim.Model.Units;

namespace LlmSim.Schedules.Serving.Admission;

/// <summary>At most so many units in any stretch of time as long as the window. Owns the log of what passed within the last window.</summary>
/// <remarks>Exact, at the price of a log as long as the limit: what passed exactly one window ago no longer counts.</remarks>
public sealed class SlidingWindowLog(long limit, Seconds window) : IRateLimiter
{
    private readonly long _length = (Instant.Zero + window).Nanoseconds;
    private readonly Queue<(long Nanoseconds, long Units)> _log = new();
    private long _count;

    /// <inheritdoc/>
    public Instant? Test(Instant now, long units)
    {
        while (_log.TryPeek(out (long Nanoseconds, long Units) oldest) && oldest.Nanoseconds <= now.Nanoseconds - _length)
        {
            _count -= _log.Dequeue().Units;
        }

        return units <= limit - _count ? now : null;
    }

    /// <inheritdoc/>
    public void Take(Instant now, long units)
    {
        _log.Enqueue((now.Nanoseconds, units));
        _count += units;
    }
}
