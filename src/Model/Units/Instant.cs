namespace LlmSim.Model.Units;

/// <summary>A point on the simulated clock, in whole nanoseconds since the start of a run.</summary>
/// <remarks>Integer, so that order and sums are exact and a run gives the same bytes on every machine. Adding <see cref="Seconds"/> is the only rounding of time.</remarks>
public readonly record struct Instant(long Nanoseconds) : IComparable<Instant>
{
    /// <summary>The start of a run.</summary>
    public static readonly Instant Zero;

    /// <summary>The last point that the clock can show: "never".</summary>
    public static readonly Instant Never = new(long.MaxValue);

    /// <summary>The time since the start of the run.</summary>
    public Seconds SinceStart => new(Nanoseconds * 1e-9);

    /// <summary>The point <paramref name="length"/> later, rounded to the nearest nanosecond; <see cref="Never"/> where the clock would overflow.</summary>
    public static Instant operator +(Instant start, Seconds length)
    {
        double nanoseconds = Math.Round(length.Value * 1e9, MidpointRounding.AwayFromZero);
        return nanoseconds >= long.MaxValue - start.Nanoseconds ? Never : new(start.Nanoseconds + (long)nanoseconds);
    }

    /// <summary>The time from <paramref name="right"/> to <paramref name="left"/>.</summary>
    public static Seconds operator -(Instant left, Instant right) => new((left.Nanoseconds - right.Nanoseconds) * 1e-9);

    /// <summary>Whether the left point is earlier.</summary>
    public static bool operator <(Instant left, Instant right) => left.Nanoseconds < right.Nanoseconds;

    /// <summary>Whether the left point is later.</summary>
    public static bool operator >(Instant left, Instant right) => left.Nanoseconds > right.Nanoseconds;

    /// <summary>Whether the left point is earlier or the same.</summary>
    public static bool operator <=(Instant left, Instant right) => left.Nanoseconds <= right.Nanoseconds;

    /// <summary>Whether the left point is later or the same.</summary>
    public static bool operator >=(Instant left, Instant right) => left.Nanoseconds >= right.Nanoseconds;

    /// <summary>The point a number of seconds after the start of the run.</summary>
    public static Instant At(Seconds sinceStart) => Zero + sinceStart;

    /// <summary>The earlier of two points.</summary>
    public static Instant Min(Instant left, Instant right) => left <= right ? left : right;

    /// <summary>The later of two points.</summary>
    public static Instant Max(Instant left, Instant right) => left >= right ? left : right;

    /// <inheritdoc/>
    public int CompareTo(Instant other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>The time since the start, with a readable unit.</summary>
    public override string ToString() => QuantityText.Print(SinceStart);
}
