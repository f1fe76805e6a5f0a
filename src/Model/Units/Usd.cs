namespace LlmSim.Model.Units;

/// <summary>An amount of money in US dollars.</summary>
/// <remarks>A price is an input of the user; no price is a constant of this program.</remarks>
public readonly record struct Usd(double Value) : IComparable<Usd>
{
    /// <summary>Nothing of it.</summary>
    public static readonly Usd Zero;

    /// <summary><paramref name="value"/> dollars.</summary>
    public static Usd From(double value) => new(value);

    /// <summary>The sum of two quantities.</summary>
    public static Usd operator +(Usd left, Usd right) => new(left.Value + right.Value);

    /// <summary>The difference of two quantities.</summary>
    public static Usd operator -(Usd left, Usd right) => new(left.Value - right.Value);

    /// <summary>The quantity taken <paramref name="factor"/> times.</summary>
    public static Usd operator *(Usd quantity, double factor) => new(quantity.Value * factor);

    /// <summary>The quantity taken <paramref name="factor"/> times.</summary>
    public static Usd operator *(double factor, Usd quantity) => new(quantity.Value * factor);

    /// <summary>The quantity divided into <paramref name="divisor"/> parts.</summary>
    public static Usd operator /(Usd quantity, double divisor) => new(quantity.Value / divisor);

    /// <summary>The ratio of two quantities, without unit.</summary>
    public static double operator /(Usd left, Usd right) => left.Value / right.Value;

    /// <summary>Whether the left quantity is smaller.</summary>
    public static bool operator <(Usd left, Usd right) => left.Value < right.Value;

    /// <summary>Whether the left quantity is larger.</summary>
    public static bool operator >(Usd left, Usd right) => left.Value > right.Value;

    /// <summary>Whether the left quantity is smaller or equal.</summary>
    public static bool operator <=(Usd left, Usd right) => left.Value <= right.Value;

    /// <summary>Whether the left quantity is larger or equal.</summary>
    public static bool operator >=(Usd left, Usd right) => left.Value >= right.Value;

    /// <summary>The smaller of two quantities.</summary>
    public static Usd Min(Usd left, Usd right) => left.Value <= right.Value ? left : right;

    /// <summary>The larger of two quantities.</summary>
    public static Usd Max(Usd left, Usd right) => left.Value >= right.Value ? left : right;

    /// <inheritdoc/>
    public int CompareTo(Usd other) => Value.CompareTo(other.Value);

    /// <summary>The quantity with a readable unit, such as <see cref="QuantityText"/> prints it.</summary>
    public override string ToString() => QuantityText.Print(this);
}
