using System.Collections.Immutable;
using System.Globalization;

namespace LlmSim.Model.Units;

/// <summary>The one place where quantities become text and text becomes quantities.</summary>
/// <remarks>
/// A quantity in text is a number and its unit, such as <c>3.35 TB/s</c>, <c>80 GiB</c> or <c>250 ms</c>; a bare number is refused.
/// Decimal prefixes are decimal (GB = 1e9), binary ones binary (GiB = 2^30); a small b is a bit. Numbers use the invariant culture.
/// </remarks>
public static class QuantityText
{
    private static readonly (string Unit, double Scale)[] TimeUnits =
        [("ns", 1e-9), ("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1), ("min", 60), ("h", 3600), ("d", 86400)];

    private static readonly (string Unit, double Scale)[] ByteUnits =
        [("B", 1), ("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("PB", 1e15),
         ("KiB", 1024), ("MiB", 1048576d), ("GiB", 1073741824d), ("TiB", 1099511627776d)];

    private static readonly (string Unit, double Scale)[] BandwidthUnits =
        [("B/s", 1), ("kB/s", 1e3), ("MB/s", 1e6), ("GB/s", 1e9), ("TB/s", 1e12),
         ("MiB/s", 1048576d), ("GiB/s", 1073741824d), ("Mb/s", 1e6 / 8), ("Gb/s", 1e9 / 8), ("Tb/s", 1e12 / 8)];

    private static readonly (string Unit, double Scale)[] FlopRateUnits =
        [("FLOP/s", 1), ("MFLOP/s", 1e6), ("GFLOP/s", 1e9), ("TFLOP/s", 1e12), ("PFLOP/s", 1e15), ("EFLOP/s", 1e18), ("TOP/s", 1e12)];

    private static readonly (string Unit, double Scale)[] EnergyUnits = [("mJ", 1e-3), ("J", 1), ("kJ", 1e3), ("MJ", 1e6), ("GJ", 1e9), ("Wh", 3600), ("kWh", 3.6e6), ("MWh", 3.6e9)];
    private static readonly (string Unit, double Scale)[] PowerUnits = [("mW", 1e-3), ("W", 1), ("kW", 1e3), ("MW", 1e6)];
    private static readonly (string Unit, double Scale)[] PriceUnits = [("USD/h", 1), ("$/h", 1)];
    private static readonly (string Unit, double Scale)[] FrequencyUnits = [("/s", 1), ("/min", 1d / 60), ("/h", 1d / 3600), ("Hz", 1), ("kHz", 1e3), ("MHz", 1e6), ("GHz", 1e9)];
    private static readonly (string Unit, double Scale)[] EnergyPriceUnits = [("USD/kWh", 1 / 3.6e6), ("$/kWh", 1 / 3.6e6), ("USD/MWh", 1 / 3.6e9)];
    private static readonly (string Unit, double Scale)[] CarbonUnits = [("g/kWh", 1e-3 / 3.6e6), ("kg/kWh", 1 / 3.6e6), ("kg/MWh", 1 / 3.6e9)];
    private static readonly (string Unit, double Scale)[] ShareUnits = [("%", 0.01)];

    /// <summary>The units in which a time may be written.</summary>
    public static ImmutableArray<string> TimeUnitNames { get; } = Names(TimeUnits);

    /// <summary>The units in which a bandwidth may be written.</summary>
    public static ImmutableArray<string> BandwidthUnitNames { get; } = Names(BandwidthUnits);

    /// <summary>The units in which a size may be written.</summary>
    public static ImmutableArray<string> SizeUnitNames { get; } = Names(ByteUnits);

    /// <summary>The units in which a power may be written.</summary>
    public static ImmutableArray<string> PowerUnitNames { get; } = Names(PowerUnits);

    /// <summary>The units in which a price per hour may be written.</summary>
    public static ImmutableArray<string> PriceUnitNames { get; } = Names(PriceUnits);

    /// <summary>The units in which a price of energy may be written.</summary>
    public static ImmutableArray<string> EnergyPriceUnitNames { get; } = Names(EnergyPriceUnits);

    /// <summary>The units in which emissions for energy may be written.</summary>
    public static ImmutableArray<string> CarbonUnitNames { get; } = Names(CarbonUnits);

    /// <summary>The units in which a frequency may be written.</summary>
    public static ImmutableArray<string> FrequencyUnitNames { get; } = Names(FrequencyUnits);

    /// <summary>The units in which a share may be written.</summary>
    public static ImmutableArray<string> ShareUnitNames { get; } = Names(ShareUnits);

    /// <summary>Reads a time, such as <c>250 ms</c>; on failure <paramref name="error"/> says what is legal.</summary>
    public static bool TryParse(string text, out Seconds value, out string error) => TryParse(text, "time", TimeUnits, out value, static v => new(v), out error);

    /// <summary>Reads an amount of memory, such as <c>80 GiB</c>; on failure <paramref name="error"/> says what is legal.</summary>
    public static bool TryParse(string text, out Bytes value, out string error) => TryParse(text, "size", ByteUnits, out value, static v => new(v), out error);

    /// <summary>Reads a bandwidth, such as <c>3.35 TB/s</c> or <c>400 Gb/s</c>; on failure <paramref name="error"/> says what is legal.</summary>
    public static bool TryParse(string text, out Bandwidth value, out string error) =>
        TryParse(text, "bandwidth", BandwidthUnits, out value, static v => new(v), out error);

    /// <summary>Reads a rate of operations, such as <c>989 TFLOP/s</c>; on failure <paramref name="error"/> says what is legal.</summary>
    public static bool TryParse(string text, out FlopRate value, out string error) =>
        TryParse(text, "rate", FlopRateUnits, out value, static v => new(v), out error);

    /// <summary>Reads an energy, such as <c>15 Wh</c>; on failure <paramref name="error"/> says what is legal.</summary>
    public static bool TryParse(string text, out Joules value, out string error) => TryParse(text, "energy", EnergyUnits, out value, static v => new(v), out error);

    /// <summary>Reads a power, such as <c>700 W</c>; on failure <paramref name="error"/> says what is legal.</summary>
    public static bool TryParse(string text, out Watts value, out string error) => TryParse(text, "power", PowerUnits, out value, static v => new(v), out error);

    /// <summary>Reads a price per hour, such as <c>2.50 USD/h</c>; on failure <paramref name="error"/> says what is legal.</summary>
    public static bool TryParse(string text, out UsdPerHour value, out string error) =>
        TryParse(text, "price", PriceUnits, out value, static v => new(v), out error);

    /// <summary>Reads a price of energy, such as <c>0.10 USD/kWh</c>; on failure <paramref name="error"/> says what is legal.</summary>
    public static bool TryParse(string text, out EnergyPrice value, out string error) =>
        TryParse(text, "price of energy", EnergyPriceUnits, out value, static v => new(v), out error);

    /// <summary>Reads emissions for energy, such as <c>350 g/kWh</c>; on failure <paramref name="error"/> says what is legal.</summary>
    public static bool TryParse(string text, out CarbonIntensity value, out string error) =>
        TryParse(text, "carbon intensity", CarbonUnits, out value, static v => new(v), out error);

    /// <summary>Reads a frequency, such as <c>1.83 GHz</c> or <c>2 /s</c>; on failure <paramref name="error"/> says what is legal.</summary>
    public static bool TryParse(string text, out Hertz value, out string error) =>
        TryParse(text, "rate", FrequencyUnits, out value, static v => new(v), out error);

    /// <summary>Reads a share as a percentage, such as <c>90 %</c>, into a fraction of one; on failure <paramref name="error"/> says what is legal.</summary>
    public static bool TryParseShare(string text, out double share, out string error) => TryParse(text, "share", ShareUnits, out share, static v => v, out error);

    /// <summary>The time in the largest unit that keeps it above one.</summary>
    public static string Print(Seconds value) => Math.Abs(value.Value) switch
    {
        0 => "0 s",
        < 1e-6 => Scaled(value.Value, 1e-9, "ns"),
        < 1e-3 => Scaled(value.Value, 1e-6, "us"),
        < 1 => Scaled(value.Value, 1e-3, "ms"),
        < 600 => Scaled(value.Value, 1, "s"),
        < 2 * 3600 => Scaled(value.Value, 60, "min"),
        < 2 * 86400 => Scaled(value.Value, 3600, "h"),
        _ => Scaled(value.Value, 86400, "d"),
    };

    /// <summary>The size in binary units.</summary>
    public static string Print(Bytes value) => Math.Abs(value.Value) switch
    {
        < 1024 => Scaled(value.Value, 1, "B"),
        < 1048576d => Scaled(value.Value, 1024, "KiB"),
        < 1073741824d => Scaled(value.Value, 1048576d, "MiB"),
        < 1099511627776d => Scaled(value.Value, 1073741824d, "GiB"),
        _ => Scaled(value.Value, 1099511627776d, "TiB"),
    };

    /// <summary>The bandwidth in decimal bytes per second.</summary>
    public static string Print(Bandwidth value) => Decimal(value.Value, "B/s");

    /// <summary>The number of operations with a decimal prefix.</summary>
    public static string Print(FlopCount value) => Decimal(value.Value, "FLOP");

    /// <summary>The rate of operations with a decimal prefix.</summary>
    public static string Print(FlopRate value) => Decimal(value.Value, "FLOP/s");

    /// <summary>The intensity in FLOP per byte.</summary>
    public static string Print(Intensity value) => Scaled(value.Value, 1, "FLOP/B");

    /// <summary>The energy with a decimal prefix.</summary>
    public static string Print(Joules value) => Decimal(value.Value, "J");

    /// <summary>The power with a decimal prefix.</summary>
    public static string Print(Watts value) => Decimal(value.Value, "W");

    /// <summary>The money in dollars.</summary>
    public static string Print(Usd value) => Scaled(value.Value, 1, "USD");

    /// <summary>The price in dollars per hour.</summary>
    public static string Print(UsdPerHour value) => Scaled(value.Value, 1, "USD/h");

    /// <summary>The price of energy in dollars per kilowatt-hour.</summary>
    public static string Print(EnergyPrice value) => Scaled(value.Value, 1 / 3.6e6, "USD/kWh");

    /// <summary>The emissions in grams per kilowatt-hour.</summary>
    public static string Print(CarbonIntensity value) => Scaled(value.Value, 1e-3 / 3.6e6, "g/kWh");

    /// <summary>The mass in kilograms or tonnes.</summary>
    public static string Print(Kilograms value) => Math.Abs(value.Value) < 1e4 ? Scaled(value.Value, 1, "kg") : Scaled(value.Value, 1e3, "t");

    /// <summary>The frequency with a decimal prefix.</summary>
    public static string Print(Hertz value) => Decimal(value.Value, "Hz");

    /// <summary>A share of one as a percentage.</summary>
    public static string PrintShare(double share) => Scaled(share, 0.01, "%");

    /// <summary>A plain number with four significant digits, or all of them where it is an integer below a million million.</summary>
    public static string PrintNumber(double value)
    {
        if (double.IsNaN(value) || double.IsInfinity(value))
        {
            return value.ToString(CultureInfo.InvariantCulture);
        }

        if (value == Math.Round(value) && Math.Abs(value) < 1e12)
        {
            return value.ToString("0", CultureInfo.InvariantCulture);
        }

        int digitsBeforePoint = value == 0 ? 1 : (int)Math.Floor(Math.Log10(Math.Abs(value))) + 1;
        return value.ToString("F" + Math.Clamp(4 - digitsBeforePoint, 0, 12).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    private static ImmutableArray<string> Names((string Unit, double Scale)[] units) => [.. units.Select(static u => u.Unit).Where(static u => u != "µs")];

    private static string Decimal(double value, string unit)
    {
        double magnitude = Math.Abs(value);
        (double scale, string prefix) = magnitude switch
        {
            0 => (1d, string.Empty),
            < 1 => (1e-3, "m"),
            < 1e3 => (1d, string.Empty),
            < 1e6 => (1e3, "k"),
            < 1e9 => (1e6, "M"),
            < 1e12 => (1e9, "G"),
            < 1e15 => (1e12, "T"),
            < 1e18 => (1e15, "P"),
            < 1e21 => (1e18, "E"),
            _ => (1e21, "Z"),
        };
        return Scaled(value, scale, prefix + unit);
    }

    private static string Scaled(double value, double scale, string unit) => PrintNumber(value / scale) + " " + unit;

    private static bool TryParse<T>(string text, string kind, (string Unit, double Scale)[] units, out T value, Func<double, T> make, out string error)
    {
        value = make(0);
        string trimmed = text.Trim();
        int numberLength = NumberLength(trimmed);
        string legal = string.Join(", ", Names(units));
        if (numberLength == 0 || !double.TryParse(trimmed[..numberLength], NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
        {
            error = $"'{text}' is not a {kind}: expected a number and a unit ({legal})";
            return false;
        }

        string unit = trimmed[numberLength..].Trim();
        if (unit.Length == 0)
        {
            error = $"'{text}' has no unit: a {kind} needs one of {legal}";
            return false;
        }

        foreach ((string candidate, double scale) in units)
        {
            if (string.Equals(candidate, unit, StringComparison.Ordinal))
            {
                if (!double.IsFinite(number * scale))
                {
                    error = $"'{text}' is not a finite {kind}";
                    return false;
                }

                value = make(number * scale);
                error = string.Empty;
                return true;
            }
        }

        error = $"'{unit}' is not a unit of {kind}: legal are {legal}";
        return false;
    }

    /// <summary>How many leading characters belong to the number: digits, sign, point, and an exponent that digits follow.</summary>
    private static int NumberLength(string text)
    {
        int i = 0;
        while (i < text.Length && (char.IsAsciiDigit(text[i]) || text[i] is '.' or '+' or '-'))
        {
            i++;
        }

        if (i > 0 && i < text.Length && text[i] is 'e' or 'E')
        {
            int j = i + 1;
            if (j < text.Length && text[j] is '+' or '-')
            {
                j++;
            }

            if (j < text.Length && char.IsAsciiDigit(text[j]))
            {
                while (j < text.Length && char.IsAsciiDigit(text[j]))
                {
                    j++;
                }

                i = j;
            }
        }

        return i;
    }
}
