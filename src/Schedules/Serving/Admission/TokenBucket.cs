using LlmSim.Model.Units;

namespace LlmSim.Schedules.Serving.Admission;

/// <summary>A bucket that fills at a rate and from which each request takes its units: bursts up to its size pass at once. Owns its level.</summary>
/// <remarks>It starts full. Between two times it lets through at most its size and what the rate adds (Turner 1986; RFC 2697, section 3).</remarks>
/// <param name="rate">Units a second.</param>
/// <param name="burst">Units that the bucket holds.</param>
public sealed class TokenBucket(double rate, long burst) : IRateLimiter
{
    /// <summary>Share of a unit that rounding of the level may miss.</summary>
    private const double Rounding = 1e-6;

    private double _level = burst;
    private Instant _last;

    /// <inheritdoc/>
    public Instant? Test(Instant now, long units) => units <= LevelAt(now) + Rounding ? now : null;

    /// <inheritdoc/>
    public void Take(Instant now, long units)
    {
        _level = LevelAt(now) - units;
        _last = now;
    }

    private double LevelAt(Instant now) => Math.Min(burst, _level + (rate * (now - _last).Value));
}
