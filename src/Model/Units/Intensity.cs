namespace LlmSim.Model.Units;

/// <summary>Arithmetic intensity in FLOP per byte.</summary>
public readonly record struct Intensity(double Value) : IComparable<Intensity>
{
    /// <summary>Nothing of it.</summary>
    public static readonly Intensity Zero;

    /// <summary><paramref name="value"/> FLOP per byte.</summary>
    public static Intensity From(double value) => new(value);

    /// <summary>The sum of two quantities.</summary>
    public static Intensity operator +(Intensity left, Intensity right) => new(left.Value + right.Value);

    /// <summary>The difference of two quantities.</summary>
    public static Intensity operator -(Intensity left, Intensity right) => new(left.Value - right.Value);

    /// <summary>The quantity taken <paramref name="factor"/> times.</summary>
    public static Intensity operator *(Intensity quantity, double factor) => new(quantity.Value * factor);

    /// <summary>The quantity taken <paramref name="factor"/> times.</summary>
    public static Intensity operator *(double factor, Intensity quantity) => new(quantity.Value * factor);

    /// <summary>The quantity divided into <paramref name="divisor"/> parts.</summary>
    public static Intensity operator /(Intensity quantity, double divisor) => new(quantity.Value / divisor);

    /// <summary>The ratio of two quantities, without unit.</summary>
    public static double operator /(Intensity left, Intensity right) => left.Value / right.Value;

    /// <summary>Whether the left quantity is smaller.</summary>
    public static bool operator <(Intensity left, Intensity right) => left.Value < right.Value;

    /// <summary>Whether the left quantity is larger.</summary>
    public static bool operator >(Intensity left, Intensity right) => left.Value > right.Value;

    /// <summary>Whether the left quantity is smaller or equal.</summary>
    public static bool operator <=(Intensity left, Intensity right) => left.Value <= right.Value;

    /// <summary>Whether the left quantity is larger or equal.</summary>
    public static bool operator >=(Intensity left, Intensity right) => left.Value >= right.Value;

    /// <summary>The smaller of two quantities.</summary>
    public static Intensity Min(Intensity left, Intensity right) => left.Value <= right.Value ? left : right;

    /// <summary>The larger of two quantities.</summary>
    public static Intensity Max(Intensity left, Intensity right) => left.Value >= right.Value ? left : right;

    /// <inheritdoc/>
    public int CompareTo(Intensity other) => Value.CompareTo(other.Value);

    /// <summary>The quantity with a readable unit, such as <see cref="QuantityText"/> prints it.</summary>
    public override string ToString() => QuantityText.Print(this);
}
