namespace LlmSim.Model.Units;

/// <summary>A length of time in seconds: what work costs.</summary>
/// <remarks>A length, not a point: the clock of the engine is <see cref="Instant"/>.</remarks>
public readonly record struct Seconds(double Value) : IComparable<Seconds>
{
    /// <summary>Nothing of it.</summary>
    public static readonly Seconds Zero;

    /// <summary>A length of <paramref name="value"/> seconds.</summary>
    public static Seconds From(double value) => new(value);

    /// <summary>A length of <paramref name="value"/> milliseconds.</summary>
    public static Seconds Milliseconds(double value) => new(value * 1e-3);

    /// <summary>A length of <paramref name="value"/> microseconds.</summary>
    public static Seconds Microseconds(double value) => new(value * 1e-6);

    /// <summary>A length of <paramref name="value"/> hours.</summary>
    public static Seconds Hours(double value) => new(value * 3600);

    /// <summary>The sum of two quantities.</summary>
    public static Seconds operator +(Seconds left, Seconds right) => new(left.Value + right.Value);

    /// <summary>The difference of two quantities.</summary>
    public static Seconds operator -(Seconds left, Seconds right) => new(left.Value - right.Value);

    /// <summary>The quantity taken <paramref name="factor"/> times.</summary>
    public static Seconds operator *(Seconds quantity, double factor) => new(quantity.Value * factor);

    /// <summary>The quantity taken <paramref name="factor"/> times.</summary>
    public static Seconds operator *(double factor, Seconds quantity) => new(quantity.Value * factor);

    /// <summary>The quantity divided into <paramref name="divisor"/> parts.</summary>
    public static Seconds operator /(Seconds quantity, double divisor) => new(quantity.Value / divisor);

    /// <summary>The ratio of two quantities, without unit.</summary>
    public static double operator /(Seconds left, Seconds right) => left.Value / right.Value;

    /// <summary>Whether the left quantity is smaller.</summary>
    public static bool operator <(Seconds left, Seconds right) => left.Value < right.Value;

    /// <summary>Whether the left quantity is larger.</summary>
    public static bool operator >(Seconds left, Seconds right) => left.Value > right.Value;

    /// <summary>Whether the left quantity is smaller or equal.</summary>
    public static bool operator <=(Seconds left, Seconds right) => left.Value <= right.Value;

    /// <summary>Whether the left quantity is larger or equal.</summary>
    public static bool operator >=(Seconds left, Seconds right) => left.Value >= right.Value;

    /// <summary>The smaller of two quantities.</summary>
    public static Seconds Min(Seconds left, Seconds right) => left.Value <= right.Value ? left : right;

    /// <summary>The larger of two quantities.</summary>
    public static Seconds Max(Seconds left, Seconds right) => left.Value >= right.Value ? left : right;

    /// <inheritdoc/>
    public int CompareTo(Seconds other) => Value.CompareTo(other.Value);

    /// <summary>The quantity with a readable unit, such as <see cref="QuantityText"/> prints it.</summary>
    public override string ToString() => QuantityText.Print(this);
}
