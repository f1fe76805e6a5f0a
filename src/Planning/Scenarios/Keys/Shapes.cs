using System.Collections.Immutable;
using LlmSim.Model.Hardware;
using LlmSim.Model.Units;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>The shapes that sections are written with.</summary>
internal static class Shapes
{
    /// <summary>A count of one or more.</summary>
    public static readonly ValueShape<int> Count = Integer(1, int.MaxValue);

    /// <summary>A count of one or more that may exceed 32 bits.</summary>
    public static readonly ValueShape<long> LongCount = new IntegerShape<long>(1, long.MaxValue, static n => n);

    /// <summary>A number without unit, above zero.</summary>
    public static readonly ValueShape<double> Ratio = new RatioShape();

    /// <summary>Yes or no.</summary>
    public static readonly ValueShape<bool> Flag = new FlagShape();

    /// <summary>Any text.</summary>
    public static readonly ValueShape<string> Text = new TextShape();

    /// <summary>The path of a file.</summary>
    public static readonly ValueShape<string> File = new PathShape();

    /// <summary>A bandwidth above zero.</summary>
    public static readonly ValueShape<Bandwidth> Bandwidth = new QuantityShape<Bandwidth>(
        "bandwidth", "400 Gb/s", QuantityText.BandwidthUnitNames, QuantityText.TryParse, static v => v.Value, Sign.Positive, double.PositiveInfinity);

    /// <summary>A power above zero.</summary>
    public static readonly ValueShape<Watts> Power = new QuantityShape<Watts>(
        "power", "700 W", QuantityText.PowerUnitNames, QuantityText.TryParse, static v => v.Value, Sign.Positive, double.PositiveInfinity);

    /// <summary>A price of zero or more.</summary>
    public static readonly ValueShape<UsdPerHour> Price = new QuantityShape<UsdPerHour>(
        "price", "2.50 USD/h", QuantityText.PriceUnitNames, QuantityText.TryParse, static v => v.Value, Sign.ZeroOrMore, double.PositiveInfinity);

    /// <summary>Emissions for energy of zero or more.</summary>
    public static readonly ValueShape<CarbonIntensity> Carbon = new QuantityShape<CarbonIntensity>(
        "carbon intensity", "350 g/kWh", QuantityText.CarbonUnitNames, QuantityText.TryParse, static v => v.Value, Sign.ZeroOrMore, double.PositiveInfinity);

    /// <summary>A price of energy of zero or more.</summary>
    public static readonly ValueShape<EnergyPrice> EnergyPrice = new QuantityShape<EnergyPrice>(
        "price of energy", "0.10 USD/kWh", QuantityText.EnergyPriceUnitNames, QuantityText.TryParse, static v => v.Value, Sign.ZeroOrMore, double.PositiveInfinity);

    /// <summary>A rate of events above zero.</summary>
    public static readonly ValueShape<Hertz> Rate = new QuantityShape<Hertz>(
        "rate", "2 /s", QuantityText.FrequencyUnitNames, QuantityText.TryParse, static v => v.Value, Sign.Positive, double.PositiveInfinity);

    /// <summary>An integer in a range.</summary>
    public static ValueShape<int> Integer(int min, int max) => new IntegerShape<int>(min, max, static n => (int)n);

    /// <summary>A time.</summary>
    public static ValueShape<Seconds> Time(Sign sign = Sign.Positive, string example = "250 ms") => new QuantityShape<Seconds>(
        "time", example, QuantityText.TimeUnitNames, QuantityText.TryParse, static v => v.Value, sign, double.PositiveInfinity);

    /// <summary>An amount of data above zero.</summary>
    public static ValueShape<Bytes> Size(string example) => new QuantityShape<Bytes>(
        "size", example, QuantityText.SizeUnitNames, QuantityText.TryParse, static v => v.Value, Sign.Positive, double.PositiveInfinity);

    /// <summary>A share of at most 100 %, as a fraction of one.</summary>
    public static ValueShape<double> Share(Sign sign, string example) => new QuantityShape<double>(
        "share", example, QuantityText.ShareUnitNames, QuantityText.TryParseShare, static v => v, sign, 1);

    /// <summary>One of some words with meanings.</summary>
    public static ValueShape<T> Words<T>(params ImmutableArray<(string Word, T Value)> words)
        where T : notnull => new WordShape<T>(words);

    /// <summary>One of some names that stand for themselves.</summary>
    public static ValueShape<string> Names(ImmutableArray<string> names) => new WordShape<string>([.. names.Select(static name => (name, name))]);

    /// <summary>One of some number formats.</summary>
    public static ValueShape<NumberFormat> Formats(params ImmutableArray<NumberFormat> formats) =>
        new WordShape<NumberFormat>([.. formats.Select(static f => (f.Name(), f))]);

    /// <summary>A record in the catalog, in a file or in place.</summary>
    public static ValueShape<RecordReference> Reference(string what) => new ReferenceShape(what);
}
