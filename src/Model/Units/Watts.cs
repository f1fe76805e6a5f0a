namespace LlmSim.Model.Units;

/// <summary>A power in watts.</summary>
public readonly record struct Watts(double Value) : IComparable<Watts>
{
    /// <summary>Nothing of it.</summary>
    public static readonly Watts Zero;

    /// <summary><paramref name="value"/> watts.</summary>
    public static Watts From(double value) => new(value);

    /// <summary>The energy used in a time.</summary>
    public static Joules operator *(Watts left, Seconds right) => new(left.Value * right.Value);

    /// <summary>The sum of two quantities.</summary>
    public static Watts operator +(Watts left, Watts right) => new(left.Value + right.Value);

    /// <summary>The difference of two quantities.</summary>
    public static Watts operator -(Watts left, Watts right) => new(left.Value - right.Value);

    /// <summary>The quantity taken <paramref name="factor"/> times.</summary>
    public static Watts operator *(Watts quantity, double factor) => new(quantity.Value * factor);

    /// <summary>The quantity taken <paramref name="factor"/> times.</summary>
    public static Watts operator *(double factor, Watts quantity) => new(quantity.Value * factor);

    /// <summary>The quantity divided into <paramref name="divisor"/> parts.</summary>
    public static Watts operator /(Watts quantity, double divisor) => new(quantity.Value / divisor);

    /// <summary>The ratio of two quantities, without unit.</summary>
    public static double operator /(Watts left, Watts right) => left.Value / right.Value;

    /// <summary>Whether the left quantity is smaller.</summary>
    public static bool operator <(Watts left, Watts right) => left.Value < right.Value;

    /// <summary>Whether the left quantity is larger.</summary>
    public static bool operator >(Watts left, Watts right) => left.Value > right.Value;

    /// <summary>Whether the left quantity is smaller or equal.</summary>
    public static bool operator <=(Watts left, Watts right) => left.Value <= right.Value;

    /// <summary>Whether the left quantity is larger or equal.</summary>
    public static bool operator >=(Watts left, Watts right) => left.Value >= right.Value;

    /// <summary>The smaller of two quantities.</summary>
    public static Watts Min(Watts left, Watts right) => left.Value <= right.Value ? left : right;

    /// <summary>The larger of two quantities.</summary>
    public static Watts Max(Watts left, Watts right) => left.Value >= right.Value ? left : right;

    /// <inheritdoc/>
    public int CompareTo(Watts other) => Value.CompareTo(other.Value);

    /// <summary>The quantity with a readable unit, such as <see cref="QuantityText"/> prints it.</summary>
    public override string ToString() => QuantityText.Print(this);
}
