namespace LlmSim.Model.Units;

/// <summary>A frequency in cycles per second: a clock, or the rate of requests.</summary>
public readonly record struct Hertz(double Value) : IComparable<Hertz>
{
    /// <summary>Nothing of it.</summary>
    public static readonly Hertz Zero;

    /// <summary><paramref name="value"/> cycles per second.</summary>
    public static Hertz From(double value) => new(value);

    /// <summary><paramref name="value"/> times 1e9 cycles per second.</summary>
    public static Hertz Gigahertz(double value) => new(value * 1e9);

    /// <summary>The sum of two quantities.</summary>
    public static Hertz operator +(Hertz left, Hertz right) => new(left.Value + right.Value);

    /// <summary>The difference of two quantities.</summary>
    public static Hertz operator -(Hertz left, Hertz right) => new(left.Value - right.Value);

    /// <summary>The quantity taken <paramref name="factor"/> times.</summary>
    public static Hertz operator *(Hertz quantity, double factor) => new(quantity.Value * factor);

    /// <summary>The quantity taken <paramref name="factor"/> times.</summary>
    public static Hertz operator *(double factor, Hertz quantity) => new(quantity.Value * factor);

    /// <summary>The quantity divided into <paramref name="divisor"/> parts.</summary>
    public static Hertz operator /(Hertz quantity, double divisor) => new(quantity.Value / divisor);

    /// <summary>The ratio of two quantities, without unit.</summary>
    public static double operator /(Hertz left, Hertz right) => left.Value / right.Value;

    /// <summary>Whether the left quantity is smaller.</summary>
    public static bool operator <(Hertz left, Hertz right) => left.Value < right.Value;

    /// <summary>Whether the left quantity is larger.</summary>
    public static bool operator >(Hertz left, Hertz right) => left.Value > right.Value;

    /// <summary>Whether the left quantity is smaller or equal.</summary>
    public static bool operator <=(Hertz left, Hertz right) => left.Value <= right.Value;

    /// <summary>Whether the left quantity is larger or equal.</summary>
    public static bool operator >=(Hertz left, Hertz right) => left.Value >= right.Value;

    /// <summary>The smaller of two quantities.</summary>
    public static Hertz Min(Hertz left, Hertz right) => left.Value <= right.Value ? left : right;

    /// <summary>The larger of two quantities.</summary>
    public static Hertz Max(Hertz left, Hertz right) => left.Value >= right.Value ? left : right;

    /// <inheritdoc/>
    public int CompareTo(Hertz other) => Value.CompareTo(other.Value);

    /// <summary>The quantity with a readable unit, such as <see cref="QuantityText"/> prints it.</summary>
    public override string ToString() => QuantityText.Print(this);
}
