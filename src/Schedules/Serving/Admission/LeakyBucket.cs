using LlmSim.Model.Units;

namespace LlmSim.Schedules.Serving.Admission;

/// <summary>A queue that lets requests out at an even rate: a burst is stretched, and what overflows the bucket is refused. Owns when it is empty.</summary>
/// <remarks>A request leaves a time of its units over the rate after the one before it, so that the gate is a server of constant rate (Turner 1986).</remarks>
/// <param name="rate">Units a second.</param>
/// <param name="size">Units that the bucket holds, those that are just leaving included.</param>
public sealed class LeakyBucket(double rate, long size) : IRateLimiter
{
    /// <summary>Share of a unit that rounding of the level may exceed.</summary>
    private const double Rounding = 1e-6;

    private Instant _empty;

    /// <inheritdoc/>
    public Instant? Test(Instant now, long units)
    {
        Instant release = Instant.Max(now, _empty);
        return (rate * (release - now).Value) + units <= size + Rounding ? release : null;
    }

    /// <inheritdoc/>
    public void Take(Instant now, long units) => _empty = Instant.Max(now, _empty) + Seconds.From(units / rate);
}
