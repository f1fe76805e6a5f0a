namespace LlmSim.Model.Units;

/// <summary>A number of floating-point operations; one multiply-add counts two.</summary>
public readonly record struct FlopCount(double Value) : IComparable<FlopCount>
{
    /// <summary>Nothing of it.</summary>
    public static readonly FlopCount Zero;

    /// <summary><paramref name="value"/> operations.</summary>
    public static FlopCount From(double value) => new(value);

    /// <summary>The time that the operations take at a rate.</summary>
    public static Seconds operator /(FlopCount left, FlopRate right) => new(left.Value / right.Value);

    /// <summary>The operations done for each byte moved.</summary>
    public static Intensity operator /(FlopCount left, Bytes right) => new(left.Value / right.Value);

    /// <summary>The sum of two quantities.</summary>
    public static FlopCount operator +(FlopCount left, FlopCount right) => new(left.Value + right.Value);

    /// <summary>The difference of two quantities.</summary>
    public static FlopCount operator -(FlopCount left, FlopCount right) => new(left.Value - right.Value);

    /// <summary>The quantity taken <paramref name="factor"/> times.</summary>
    public static FlopCount operator *(FlopCount quantity, double factor) => new(quantity.Value * factor);

    /// <summary>The quantity taken <paramref name="factor"/> times.</summary>
    public static FlopCount operator *(double factor, FlopCount quantity) => new(quantity.Value * factor);

    /// <summary>The quantity divided into <paramref name="divisor"/> parts.</summary>
    public static FlopCount operator /(FlopCount quantity, double divisor) => new(quantity.Value / divisor);

    /// <summary>The ratio of two quantities, without unit.</summary>
    public static double operator /(FlopCount left, FlopCount right) => left.Value / right.Value;

    /// <summary>Whether the left quantity is smaller.</summary>
    public static bool operator <(FlopCount left, FlopCount right) => left.Value < right.Value;

    /// <summary>Whether the left quantity is larger.</summary>
    public static bool operator >(FlopCount left, FlopCount right) => left.Value > right.Value;

    /// <summary>Whether the left quantity is smaller or equal.</summary>
    public static bool operator <=(FlopCount left, FlopCount right) => left.Value <= right.Value;

    /// <summary>Whether the left quantity is larger or equal.</summary>
    public static bool operator >=(FlopCount left, FlopCount right) => left.Value >= right.Value;

    /// <summary>The smaller of two quantities.</summary>
    public static FlopCount Min(FlopCount left, FlopCount right) => left.Value <= right.Value ? left : right;

    /// <summary>The larger of two quantities.</summary>
    public static FlopCount Max(FlopCount left, FlopCount right) => left.Value >= right.Value ? left : right;

    /// <inheritdoc/>
    public int CompareTo(FlopCount other) => Value.CompareTo(other.Value);

    /// <summary>The quantity with a readable unit, such as <see cref="QuantityText"/> prints it.</summary>
    public override string ToString() => QuantityText.Print(this);
}
