using System.Collections.Immutable;
using System.Text.Json;
using LlmSim.Model.Calibration;
using LlmSim.Model.Units;

namespace LlmSim.Model.Catalog;

/// <summary>Reads a set of constants by its table: each a plain value, or an object of <c>value</c> and <c>standard_error</c>, and beside them how they were fitted.</summary>
internal static class ConstantsRecord
{
    /// <summary>The constants of an object; problems are reported to the reader.</summary>
    public static Calibrated<T> Read<T>(RecordReader reader)
        where T : IConstants<T>
    {
        T constants = T.Typical;
        var errors = ImmutableArray.CreateBuilder<double>(T.Table.Length);
        foreach (Constant<T> constant in T.Table)
        {
            (double value, double error) = Value(reader, constant);
            constants = constant.With(constants, value);
            errors.Add(value > 0 ? error / value : 0);
        }

        return new(constants, reader.Object("fit") is { } fit ? Fit(fit, errors.MoveToImmutable()) : null);
    }

    private static (double Value, double Error) Value<T>(RecordReader reader, Constant<T> constant)
    {
        if (!reader.Demand(constant.Key, constant.IsTime ? "a time such as '2.4 us'" : "a number"))
        {
            return (constant.Minimum, 0);
        }

        if (reader.Element(constant.Key) is not { ValueKind: JsonValueKind.Object } || reader.Object(constant.Key) is not { } parts)
        {
            return (Quantity(reader, constant.Key, constant), 0);
        }

        // What the constant means and may be is the table's to say; files repeat it for their readers.
        _ = parts.OptionalText("meaning");
        _ = parts.OptionalText("range");
        double value = parts.Demand("value", "the constant itself") ? Quantity(parts, "value", constant) : constant.Minimum;
        double error = !parts.Has("standard_error") ? 0
            : constant.IsTime ? parts.OptionalQuantity<Seconds>("standard_error", QuantityText.TryParse, zeroIsLegal: true)?.Value ?? 0
            : parts.OptionalNumber("standard_error", 0, double.MaxValue) ?? 0;
        return (value, error);
    }

    /// <summary>A constant inside its physical range; zero is legal for a term that does not run.</summary>
    private static double Quantity<T>(RecordReader reader, string key, Constant<T> constant)
    {
        double? read = constant.IsTime
            ? reader.OptionalQuantity<Seconds>(key, QuantityText.TryParse, zeroIsLegal: true)?.Value
            : reader.OptionalNumber(key, 0, double.MaxValue);
        if (read is not { } value)
        {
            return constant.Minimum;
        }

        if (value != 0 && (value < constant.Minimum * 0.999 || value > constant.Maximum * 1.001))
        {
            reader.Report(key, $"{Text(constant, value)} is outside the physical range {Range(constant)}");
        }

        return value;
    }

    /// <summary>The physical range of a constant.</summary>
    internal static string Range<T>(Constant<T> constant) => $"{Text(constant, constant.Minimum)} to {Text(constant, constant.Maximum)}";

    /// <summary>A value of a constant as files write it.</summary>
    internal static string Text<T>(Constant<T> constant, double value) =>
        constant.IsTime ? FormattableString.Invariant($"{value * 1e6:0.########} us") : FormattableString.Invariant($"{value:0.#####}");

    private static FitRecord Fit(RecordReader reader, ImmutableArray<double> errors)
    {
        int size = errors.Length;
        ImmutableArray<double> correlation = Numbers(reader, "correlation");
        if (correlation.Length != size * size)
        {
            reader.Report("correlation", $"expected {size} x {size} numbers, row by row, found {correlation.Length}");
            correlation = [.. Enumerable.Range(0, size * size).Select(i => i / size == i % size ? 1d : 0d)];
        }

        ImmutableArray<SizedBand> sizes =
        [
            .. reader.Objects("spread").Select(static band => new SizedBand(
                band.Quantity<Seconds>("at", QuantityText.TryParse).Value,
                new ErrorBand(band.OptionalNumber("low", 1e-3, 1e3) ?? 1, band.OptionalNumber("high", 1e-3, 1e3) ?? 1))),
        ];
        return new FitRecord
        {
            Tables = reader.Texts("tables"),
            Rows = reader.Count("rows"),
            Groups = reader.Count("groups"),
            MeanError = reader.OptionalNumber("mean_error", 0, 1e3) ?? 0,
            MedianError = reader.OptionalNumber("median_error", 0, 1e3) ?? 0,
            RelativeErrors = errors,
            Correlation = correlation,
            Spread = sizes.IsEmpty ? ResidualSpread.NotValidated : new ResidualSpread(sizes),
        };
    }

    private static ImmutableArray<double> Numbers(RecordReader reader, string key)
    {
        if (reader.Element(key) is not { ValueKind: JsonValueKind.Array } list)
        {
            return [];
        }

        return [.. list.EnumerateArray().Where(static item => item.ValueKind == JsonValueKind.Number).Select(static item => item.GetDouble())];
    }
}
