namespace LlmSim.Model.Units;

/// <summary>A rate of data in bytes per second, in one direction.</summary>
/// <remarks>Data sheets of links often print the sum of both directions: halve it before entry.</remarks>
public readonly record struct Bandwidth(double Value) : IComparable<Bandwidth>
{
    /// <summary>Nothing of it.</summary>
    public static readonly Bandwidth Zero;

    /// <summary><paramref name="value"/> bytes per second.</summary>
    public static Bandwidth From(double value) => new(value);

    /// <summary><paramref name="value"/> times 1e9 bytes per second.</summary>
    public static Bandwidth GigabytesPerSecond(double value) => new(value * 1e9);

    /// <summary><paramref name="value"/> times 1e12 bytes per second.</summary>
    public static Bandwidth TerabytesPerSecond(double value) => new(value * 1e12);

    /// <summary><paramref name="value"/> times 1e9 bits per second.</summary>
    public static Bandwidth GigabitsPerSecond(double value) => new(value * 1e9 / 8);

    /// <summary>The data moved in a time.</summary>
    public static Bytes operator *(Bandwidth left, Seconds right) => new(left.Value * right.Value);

    /// <summary>The sum of two quantities.</summary>
    public static Bandwidth operator +(Bandwidth left, Bandwidth right) => new(left.Value + right.Value);

    /// <summary>The difference of two quantities.</summary>
    public static Bandwidth operator -(Bandwidth left, Bandwidth right) => new(left.Value - right.Value);

    /// <summary>The quantity taken <paramref name="factor"/> times.</summary>
    public static Bandwidth operator *(Bandwidth quantity, double factor) => new(quantity.Value * factor);

    /// <summary>The quantity taken <paramref name="factor"/> times.</summary>
    public static Bandwidth operator *(double factor, Bandwidth quantity) => new(quantity.Value * factor);

    /// <summary>The quantity divided into <paramref name="divisor"/> parts.</summary>
    public static Bandwidth operator /(Bandwidth quantity, double divisor) => new(quantity.Value / divisor);

    /// <summary>The ratio of two quantities, without unit.</summary>
    public static double operator /(Bandwidth left, Bandwidth right) => left.Value / right.Value;

    /// <summary>Whether the left quantity is smaller.</summary>
    public static bool operator <(Bandwidth left, Bandwidth right) => left.Value < right.Value;

    /// <summary>Whether the left quantity is larger.</summary>
    public static bool operator >(Bandwidth left, Bandwidth right) => left.Value > right.Value;

    /// <summary>Whether the left quantity is smaller or equal.</summary>
    public static bool operator <=(Bandwidth left, Bandwidth right) => left.Value <= right.Value;

    /// <summary>Whether the left quantity is larger or equal.</summary>
    public static bool operator >=(Bandwidth left, Bandwidth right) => left.Value >= right.Value;

    /// <summary>The smaller of two quantities.</summary>
    public static Bandwidth Min(Bandwidth left, Bandwidth right) => left.Value <= right.Value ? left : right;

    /// <summary>The larger of two quantities.</summary>
    public static Bandwidth Max(Bandwidth left, Bandwidth right) => left.Value >= right.Value ? left : right;

    /// <inheritdoc/>
    public int CompareTo(Bandwidth other) => Value.CompareTo(other.Value);

    /// <summary>The quantity with a readable unit, such as <see cref="QuantityText"/> prints it.</summary>
    public override string ToString() => QuantityText.Print(this);
}
