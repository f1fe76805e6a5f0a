namespace LlmSim.Model.Units;

/// <summary>A price of energy in US dollars per joule.</summary>
public readonly record struct EnergyPrice(double Value) : IComparable<EnergyPrice>
{
    /// <summary>Nothing of it.</summary>
    public static readonly EnergyPrice Zero;

    /// <summary><paramref name="value"/> dollars per joule.</summary>
    public static EnergyPrice From(double value) => new(value);

    /// <summary><paramref name="value"/> dollars per kilowatt-hour.</summary>
    public static EnergyPrice UsdPerKilowattHour(double value) => new(value / 3.6e6);

    /// <summary>The money for an energy.</summary>
    public static Usd operator *(EnergyPrice left, Joules right) => new(left.Value * right.Value);

    /// <summary>The sum of two quantities.</summary>
    public static EnergyPrice operator +(EnergyPrice left, EnergyPrice right) => new(left.Value + right.Value);

    /// <summary>The difference of two quantities.</summary>
    public static EnergyPrice operator -(EnergyPrice left, EnergyPrice right) => new(left.Value - right.Value);

    /// <summary>The quantity taken <paramref name="factor"/> times.</summary>
    public static EnergyPrice operator *(EnergyPrice quantity, double factor) => new(quantity.Value * factor);

    /// <summary>The quantity taken <paramref name="factor"/> times.</summary>
    public static EnergyPrice operator *(double factor, EnergyPrice quantity) => new(quantity.Value * factor);

    /// <summary>The quantity divided into <paramref name="divisor"/> parts.</summary>
    public static EnergyPrice operator /(EnergyPrice quantity, double divisor) => new(quantity.Value / divisor);

    /// <summary>The ratio of two quantities, without unit.</summary>
    public static double operator /(EnergyPrice left, EnergyPrice right) => left.Value / right.Value;

    /// <summary>Whether the left quantity is smaller.</summary>
    public static bool operator <(EnergyPrice left, EnergyPrice right) => left.Value < right.Value;

    /// <summary>Whether the left quantity is larger.</summary>
    public static bool operator >(EnergyPrice left, EnergyPrice right) => left.Value > right.Value;

    /// <summary>Whether the left quantity is smaller or equal.</summary>
    public static bool operator <=(EnergyPrice left, EnergyPrice right) => left.Value <= right.Value;

    /// <summary>Whether the left quantity is larger or equal.</summary>
    public static bool operator >=(EnergyPrice left, EnergyPrice right) => left.Value >= right.Value;

    /// <summary>The smaller of two quantities.</summary>
    public static EnergyPrice Min(EnergyPrice left, EnergyPrice right) => left.Value <= right.Value ? left : right;

    /// <summary>The larger of two quantities.</summary>
    public static EnergyPrice Max(EnergyPrice left, EnergyPrice right) => left.Value >= right.Value ? left : right;

    /// <inheritdoc/>
    public int CompareTo(EnergyPrice other) => Value.CompareTo(other.Value);

    /// <summary>The quantity with a readable unit, such as <see cref="QuantityText"/> prints it.</summary>
    public override string ToString() => QuantityText.Print(this);
}
