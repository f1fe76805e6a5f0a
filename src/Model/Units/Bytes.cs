namespace LlmSim.Model.Units;

/// <summary>An amount of data or memory in bytes.</summary>
/// <remarks>A fraction can occur: a 4-bit value with its share of a scale takes 0.5625 bytes. GB is 1e9 and GiB is 2^30; both are only spellings in text.</remarks>
public readonly record struct Bytes(double Value) : IComparable<Bytes>
{
    /// <summary>Nothing of it.</summary>
    public static readonly Bytes Zero;

    /// <summary><paramref name="value"/> bytes.</summary>
    public static Bytes From(double value) => new(value);

    /// <summary><paramref name="value"/> times 1e9 bytes.</summary>
    public static Bytes Gigabytes(double value) => new(value * 1e9);

    /// <summary><paramref name="value"/> times 2^30 bytes.</summary>
    public static Bytes Gibibytes(double value) => new(value * 1073741824d);

    /// <summary><paramref name="value"/> times 2^20 bytes.</summary>
    public static Bytes Mebibytes(double value) => new(value * 1048576d);

    /// <summary>The time that the data takes at a bandwidth.</summary>
    public static Seconds operator /(Bytes left, Bandwidth right) => new(left.Value / right.Value);

    /// <summary>The sum of two quantities.</summary>
    public static Bytes operator +(Bytes left, Bytes right) => new(left.Value + right.Value);

    /// <summary>The difference of two quantities.</summary>
    public static Bytes operator -(Bytes left, Bytes right) => new(left.Value - right.Value);

    /// <summary>The quantity taken <paramref name="factor"/> times.</summary>
    public static Bytes operator *(Bytes quantity, double factor) => new(quantity.Value * factor);

    /// <summary>The quantity taken <paramref name="factor"/> times.</summary>
    public static Bytes operator *(double factor, Bytes quantity) => new(quantity.Value * factor);

    /// <summary>The quantity divided into <paramref name="divisor"/> parts.</summary>
    public static Bytes operator /(Bytes quantity, double divisor) => new(quantity.Value / divisor);

    /// <summary>The ratio of two quantities, without unit.</summary>
    public static double operator /(Bytes left, Bytes right) => left.Value / right.Value;

    /// <summary>Whether the left quantity is smaller.</summary>
    public static bool operator <(Bytes left, Bytes right) => left.Value < right.Value;

    /// <summary>Whether the left quantity is larger.</summary>
    public static bool operator >(Bytes left, Bytes right) => left.Value > right.Value;

    /// <summary>Whether the left quantity is smaller or equal.</summary>
    public static bool operator <=(Bytes left, Bytes right) => left.Value <= right.Value;

    /// <summary>Whether the left quantity is larger or equal.</summary>
    public static bool operator >=(Bytes left, Bytes right) => left.Value >= right.Value;

    /// <summary>The smaller of two quantities.</summary>
    public static Bytes Min(Bytes left, Bytes right) => left.Value <= right.Value ? left : right;

    /// <summary>The larger of two quantities.</summary>
    public static Bytes Max(Bytes left, Bytes right) => left.Value >= right.Value ? left : right;

    /// <inheritdoc/>
    public int CompareTo(Bytes other) => Value.CompareTo(other.Value);

    /// <summary>The quantity with a readable unit, such as <see cref="QuantityText"/> prints it.</summary>
    public override string ToString() => QuantityText.Print(this);
}
