namespace LlmSim.Model.Units;

/// <summary>An amount of energy in joules.</summary>
public readonly record struct Joules(double Value) : IComparable<Joules>
{
    /// <summary>Nothing of it.</summary>
    public static readonly Joules Zero;

    /// <summary><paramref name="value"/> joules.</summary>
    public static Joules From(double value) => new(value);

    /// <summary><paramref name="value"/> kilowatt-hours.</summary>
    public static Joules KilowattHours(double value) => new(value * 3.6e6);

    /// <summary>The mean power of the energy over a time.</summary>
    public static Watts operator /(Joules left, Seconds right) => new(left.Value / right.Value);

    /// <summary>The sum of two quantities.</summary>
    public static Joules operator +(Joules left, Joules right) => new(left.Value + right.Value);

    /// <summary>The difference of two quantities.</summary>
    public static Joules operator -(Joules left, Joules right) => new(left.Value - right.Value);

    /// <summary>The quantity taken <paramref name="factor"/> times.</summary>
    public static Joules operator *(Joules quantity, double factor) => new(quantity.Value * factor);

    /// <summary>The quantity taken <paramref name="factor"/> times.</summary>
    public static Joules operator *(double factor, Joules quantity) => new(quantity.Value * factor);

    /// <summary>The quantity divided into <paramref name="divisor"/> parts.</summary>
    public static Joules operator /(Joules quantity, double divisor) => new(quantity.Value / divisor);

    /// <summary>The ratio of two quantities, without unit.</summary>
    public static double operator /(Joules left, Joules right) => left.Value / right.Value;

    /// <summary>Whether the left quantity is smaller.</summary>
    public static bool operator <(Joules left, Joules right) => left.Value < right.Value;

    /// <summary>Whether the left quantity is larger.</summary>
    public static bool operator >(Joules left, Joules right) => left.Value > right.Value;

    /// <summary>Whether the left quantity is smaller or equal.</summary>
    public static bool operator <=(Joules left, Joules right) => left.Value <= right.Value;

    /// <summary>Whether the left quantity is larger or equal.</summary>
    public static bool operator >=(Joules left, Joules right) => left.Value >= right.Value;

    /// <summary>The smaller of two quantities.</summary>
    public static Joules Min(Joules left, Joules right) => left.Value <= right.Value ? left : right;

    /// <summary>The larger of two quantities.</summary>
    public static Joules Max(Joules left, Joules right) => left.Value >= right.Value ? left : right;

    /// <inheritdoc/>
    public int CompareTo(Joules other) => Value.CompareTo(other.Value);

    /// <summary>The quantity with a readable unit, such as <see cref="QuantityText"/> prints it.</summary>
    public override string ToString() => QuantityText.Print(this);
}
