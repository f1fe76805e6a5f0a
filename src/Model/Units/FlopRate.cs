namespace LlmSim.Model.Units;

/// <summary>A rate of floating-point operations per second.</summary>
/// <remarks>Tera is 1e12.</remarks>
public readonly record struct FlopRate(double Value) : IComparable<FlopRate>
{
    /// <summary>Nothing of it.</summary>
    public static readonly FlopRate Zero;

    /// <summary><paramref name="value"/> FLOP/s.</summary>
    public static FlopRate From(double value) => new(value);

    /// <summary><paramref name="value"/> TFLOP/s.</summary>
    public static FlopRate Teraflops(double value) => new(value * 1e12);

    /// <summary>The operations done in a time.</summary>
    public static FlopCount operator *(FlopRate left, Seconds right) => new(left.Value * right.Value);

    /// <summary>The intensity at which compute and bandwidth take equally long.</summary>
    public static Intensity operator /(FlopRate left, Bandwidth right) => new(left.Value / right.Value);

    /// <summary>The sum of two quantities.</summary>
    public static FlopRate operator +(FlopRate left, FlopRate right) => new(left.Value + right.Value);

    /// <summary>The difference of two quantities.</summary>
    public static FlopRate operator -(FlopRate left, FlopRate right) => new(left.Value - right.Value);

    /// <summary>The quantity taken <paramref name="factor"/> times.</summary>
    public static FlopRate operator *(FlopRate quantity, double factor) => new(quantity.Value * factor);

    /// <summary>The quantity taken <paramref name="factor"/> times.</summary>
    public static FlopRate operator *(double factor, FlopRate quantity) => new(quantity.Value * factor);

    /// <summary>The quantity divided into <paramref name="divisor"/> parts.</summary>
    public static FlopRate operator /(FlopRate quantity, double divisor) => new(quantity.Value / divisor);

    /// <summary>The ratio of two quantities, without unit.</summary>
    public static double operator /(FlopRate left, FlopRate right) => left.Value / right.Value;

    /// <summary>Whether the left quantity is smaller.</summary>
    public static bool operator <(FlopRate left, FlopRate right) => left.Value < right.Value;

    /// <summary>Whether the left quantity is larger.</summary>
    public static bool operator >(FlopRate left, FlopRate right) => left.Value > right.Value;

    /// <summary>Whether the left quantity is smaller or equal.</summary>
    public static bool operator <=(FlopRate left, FlopRate right) => left.Value <= right.Value;

    /// <summary>Whether the left quantity is larger or equal.</summary>
    public static bool operator >=(FlopRate left, FlopRate right) => left.Value >= right.Value;

    /// <summary>The smaller of two quantities.</summary>
    public static FlopRate Min(FlopRate left, FlopRate right) => left.Value <= right.Value ? left : right;

    /// <summary>The larger of two quantities.</summary>
    public static FlopRate Max(FlopRate left, FlopRate right) => left.Value >= right.Value ? left : right;

    /// <inheritdoc/>
    public int CompareTo(FlopRate other) => Value.CompareTo(other.Value);

    /// <summary>The quantity with a readable unit, such as <see cref="QuantityText"/> prints it.</summary>
    public override string ToString() => QuantityText.Print(this);
}
