namespace LlmSim.Model.Units;

/// <summary>Mass of CO2 equivalent emitted for energy, in kilograms per joule.</summary>
public readonly record struct CarbonIntensity(double Value) : IComparable<CarbonIntensity>
{
    /// <summary>Nothing of it.</summary>
    public static readonly CarbonIntensity Zero;

    /// <summary><paramref name="value"/> kilograms per joule.</summary>
    public static CarbonIntensity From(double value) => new(value);

    /// <summary><paramref name="value"/> grams per kilowatt-hour.</summary>
    public static CarbonIntensity GramsPerKilowattHour(double value) => new(value * 1e-3 / 3.6e6);

    /// <summary>The mass emitted for an energy.</summary>
    public static Kilograms operator *(CarbonIntensity left, Joules right) => new(left.Value * right.Value);

    /// <summary>The sum of two quantities.</summary>
    public static CarbonIntensity operator +(CarbonIntensity left, CarbonIntensity right) => new(left.Value + right.Value);

    /// <summary>The difference of two quantities.</summary>
    public static CarbonIntensity operator -(CarbonIntensity left, CarbonIntensity right) => new(left.Value - right.Value);

    /// <summary>The quantity taken <paramref name="factor"/> times.</summary>
    public static CarbonIntensity operator *(CarbonIntensity quantity, double factor) => new(quantity.Value * factor);

    /// <summary>The quantity taken <paramref name="factor"/> times.</summary>
    public static CarbonIntensity operator *(double factor, CarbonIntensity quantity) => new(quantity.Value * factor);

    /// <summary>The quantity divided into <paramref name="divisor"/> parts.</summary>
    public static CarbonIntensity operator /(CarbonIntensity quantity, double divisor) => new(quantity.Value / divisor);

    /// <summary>The ratio of two quantities, without unit.</summary>
    public static double operator /(CarbonIntensity left, CarbonIntensity right) => left.Value / right.Value;

    /// <summary>Whether the left quantity is smaller.</summary>
    public static bool operator <(CarbonIntensity left, CarbonIntensity right) => left.Value < right.Value;

    /// <summary>Whether the left quantity is larger.</summary>
    public static bool operator >(CarbonIntensity left, CarbonIntensity right) => left.Value > right.Value;

    /// <summary>Whether the left quantity is smaller or equal.</summary>
    public static bool operator <=(CarbonIntensity left, CarbonIntensity right) => left.Value <= right.Value;

    /// <summary>Whether the left quantity is larger or equal.</summary>
    public static bool operator >=(CarbonIntensity left, CarbonIntensity right) => left.Value >= right.Value;

    /// <summary>The smaller of two quantities.</summary>
    public static CarbonIntensity Min(CarbonIntensity left, CarbonIntensity right) => left.Value <= right.Value ? left : right;

    /// <summary>The larger of two quantities.</summary>
    public static CarbonIntensity Max(CarbonIntensity left, CarbonIntensity right) => left.Value >= right.Value ? left : right;

    /// <inheritdoc/>
    public int CompareTo(CarbonIntensity other) => Value.CompareTo(other.Value);

    /// <summary>The quantity with a readable unit, such as <see cref="QuantityText"/> prints it.</summary>
    public override string ToString() => QuantityText.Print(this);
}
