namespace LlmSim.Model.Units;

/// <summary>A price of renting something for an hour, in US dollars.</summary>
public readonly record struct UsdPerHour(double Value) : IComparable<UsdPerHour>
{
    /// <summary>Nothing of it.</summary>
    public static readonly UsdPerHour Zero;

    /// <summary><paramref name="value"/> dollars per hour.</summary>
    public static UsdPerHour From(double value) => new(value);

    /// <summary>The money for a time.</summary>
    public static Usd operator *(UsdPerHour left, Seconds right) => new(left.Value * right.Value / 3600);

    /// <summary>The sum of two quantities.</summary>
    public static UsdPerHour operator +(UsdPerHour left, UsdPerHour right) => new(left.Value + right.Value);

    /// <summary>The difference of two quantities.</summary>
    public static UsdPerHour operator -(UsdPerHour left, UsdPerHour right) => new(left.Value - right.Value);

    /// <summary>The quantity taken <paramref name="factor"/> times.</summary>
    public static UsdPerHour operator *(UsdPerHour quantity, double factor) => new(quantity.Value * factor);

    /// <summary>The quantity taken <paramref name="factor"/> times.</summary>
    public static UsdPerHour operator *(double factor, UsdPerHour quantity) => new(quantity.Value * factor);

    /// <summary>The quantity divided into <paramref name="divisor"/> parts.</summary>
    public static UsdPerHour operator /(UsdPerHour quantity, double divisor) => new(quantity.Value / divisor);

    /// <summary>The ratio of two quantities, without unit.</summary>
    public static double operator /(UsdPerHour left, UsdPerHour right) => left.Value / right.Value;

    /// <summary>Whether the left quantity is smaller.</summary>
    public static bool operator <(UsdPerHour left, UsdPerHour right) => left.Value < right.Value;

    /// <summary>Whether the left quantity is larger.</summary>
    public static bool operator >(UsdPerHour left, UsdPerHour right) => left.Value > right.Value;

    /// <summary>Whether the left quantity is smaller or equal.</summary>
    public static bool operator <=(UsdPerHour left, UsdPerHour right) => left.Value <= right.Value;

    /// <summary>Whether the left quantity is larger or equal.</summary>
    public static bool operator >=(UsdPerHour left, UsdPerHour right) => left.Value >= right.Value;

    /// <summary>The smaller of two quantities.</summary>
    public static UsdPerHour Min(UsdPerHour left, UsdPerHour right) => left.Value <= right.Value ? left : right;

    /// <summary>The larger of two quantities.</summary>
    public static UsdPerHour Max(UsdPerHour left, UsdPerHour right) => left.Value >= right.Value ? left : right;

    /// <inheritdoc/>
    public int CompareTo(UsdPerHour other) => Value.CompareTo(other.Value);

    /// <summary>The quantity with a readable unit, such as <see cref="QuantityText"/> prints it.</summary>
    public override string ToString() => QuantityText.Print(this);
}
