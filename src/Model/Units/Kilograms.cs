namespace LlmSim.Model.Units;

/// <summary>A mass in kilograms, such as that of emitted CO2.</summary>
public readonly record struct Kilograms(double Value) : IComparable<Kilograms>
{
    /// <summary>Nothing of it.</summary>
    public static readonly Kilograms Zero;

    /// <summary><paramref name="value"/> kilograms.</summary>
    public static Kilograms From(double value) => new(value);

    /// <summary>The sum of two quantities.</summary>
    public static Kilograms operator +(Kilograms left, Kilograms right) => new(left.Value + right.Value);

    /// <summary>The difference of two quantities.</summary>
    public static Kilograms operator -(Kilograms left, Kilograms right) => new(left.Value - right.Value);

    /// <summary>The quantity taken <paramref name="factor"/> times.</summary>
    public static Kilograms operator *(Kilograms quantity, double factor) => new(quantity.Value * factor);

    /// <summary>The quantity taken <paramref name="factor"/> times.</summary>
    public static Kilograms operator *(double factor, Kilograms quantity) => new(quantity.Value * factor);

    /// <summary>The quantity divided into <paramref name="divisor"/> parts.</summary>
    public static Kilograms operator /(Kilograms quantity, double divisor) => new(quantity.Value / divisor);

    /// <summary>The ratio of two quantities, without unit.</summary>
    public static double operator /(Kilograms left, Kilograms right) => left.Value / right.Value;

    /// <summary>Whether the left quantity is smaller.</summary>
    public static bool operator <(Kilograms left, Kilograms right) => left.Value < right.Value;

    /// <summary>Whether the left quantity is larger.</summary>
    public static bool operator >(Kilograms left, Kilograms right) => left.Value > right.Value;

    /// <summary>Whether the left quantity is smaller or equal.</summary>
    public static bool operator <=(Kilograms left, Kilograms right) => left.Value <= right.Value;

    /// <summary>Whether the left quantity is larger or equal.</summary>
    public static bool operator >=(Kilograms left, Kilograms right) => left.Value >= right.Value;

    /// <summary>The smaller of two quantities.</summary>
    public static Kilograms Min(Kilograms left, Kilograms right) => left.Value <= right.Value ? left : right;

    /// <summary>The larger of two quantities.</summary>
    public static Kilograms Max(Kilograms left, Kilograms right) => left.Value >= right.Value ? left : right;

    /// <inheritdoc/>
    public int CompareTo(Kilograms other) => Value.CompareTo(other.Value);

    /// <summary>The quantity with a readable unit, such as <see cref="QuantityText"/> prints it.</summary>
    public override string ToString() => QuantityText.Print(this);
}
