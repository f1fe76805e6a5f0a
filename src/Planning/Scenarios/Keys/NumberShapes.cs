using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using LlmSim.Model.Units;
using NJsonSchema;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>A count: an integer without unit, in which underscores and an exponent are allowed (<c>15e12</c>, <c>300_000_000</c>).</summary>
internal sealed partial class IntegerShape<T>(long min, long max, Func<long, T> make) : ScalarShape<T>
    where T : notnull
{
    /// <inheritdoc/>
    public override string Legal => max is int.MaxValue or long.MaxValue
        ? string.Create(CultureInfo.InvariantCulture, $"an integer of at least {min}")
        : string.Create(CultureInfo.InvariantCulture, $"an integer from {min} to {max}");

    /// <inheritdoc/>
    public override void Describe(JsonSchema schema)
    {
        schema.Type = JsonObjectType.Integer | JsonObjectType.String;
        schema.Minimum = min;
        schema.Maximum = max is int.MaxValue or long.MaxValue ? null : max;
        schema.Pattern = "^[0-9]+(_[0-9]+)+$";
    }

    /// <inheritdoc/>
    protected override string? Parse(ScalarNode scalar, string path, Binding binding, out T value)
    {
        value = make(min);
        if (!scalar.IsPlain && Integer().IsMatch(scalar.Value))
        {
            return $"is {scalar.Found}: expected {Legal}, without quotes";
        }

        if (!scalar.IsPlain || !Integer().IsMatch(scalar.Value)
            || !decimal.TryParse(
                scalar.Value.Replace("_", string.Empty, StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number)
            || number != decimal.Truncate(number))
        {
            return Unexpected(scalar);
        }

        if (number < min || number > max)
        {
            return number > max && max is int.MaxValue or long.MaxValue
                ? string.Create(CultureInfo.InvariantCulture, $"is {scalar.Found}: expected at most {max}")
                : Unexpected(scalar);
        }

        value = make((long)number);
        return null;
    }

    [GeneratedRegex(@"\A-?[0-9]+(_[0-9]+)*((\.[0-9]+)?[eE]\+?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Integer();
}

/// <summary>A ratio without unit: above zero, or of at least a number.</summary>
internal sealed class RatioShape(double? min = null) : ScalarShape<double>
{
    /// <inheritdoc/>
    public override string Legal => min is { } least
        ? string.Create(CultureInfo.InvariantCulture, $"a number of at least {least}, without unit")
        : "a number above 0, without unit";

    /// <inheritdoc/>
    public override void Describe(JsonSchema schema)
    {
        schema.Type = JsonObjectType.Number;
        schema.ExclusiveMinimum = min is null ? 0 : null;
        schema.Minimum = (decimal?)min;
    }

    /// <inheritdoc/>
    protected override string? Parse(ScalarNode scalar, string path, Binding binding, out double value)
    {
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        bool read = double.TryParse(scalar.Value, style, CultureInfo.InvariantCulture, out value);
        return read && scalar.IsPlain && double.IsFinite(value) && (min is { } least ? value >= least : value > 0) ? null : Unexpected(scalar);
    }
}

/// <summary>Which values of a quantity are legal.</summary>
internal enum Sign
{
    /// <summary>Above zero.</summary>
    Positive,

    /// <summary>Zero or above.</summary>
    ZeroOrMore,
}

/// <summary>Reads a quantity from text; on failure the error says what is legal.</summary>
internal delegate bool QuantityReader<T>(string text, out T value, out string error);

/// <summary>A number with its unit, such as <c>250 ms</c>.</summary>
internal sealed class QuantityShape<T>(
    string kind, string example, ImmutableArray<string> units, QuantityReader<T> read, Func<T, double> size, Sign sign, double max) : ScalarShape<T>
    where T : struct
{
    private string Range => (sign == Sign.Positive ? "above 0" : "of 0 or more")
        + (double.IsPositiveInfinity(max) ? string.Empty : " and at most " + QuantityText.PrintShare(max));

    /// <inheritdoc/>
    public override string Legal => $"a {kind} {Range}, such as {example}";

    /// <inheritdoc/>
    public override string Cell => $"{kind} {Range}, such as `{example}`; units {string.Join(", ", units.Select(static unit => $"`{unit}`"))}";

    /// <inheritdoc/>
    public override void Describe(JsonSchema schema)
    {
        schema.Type = JsonObjectType.String;
        schema.Pattern = @"^\s*\+?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*(" + string.Join("|", units.Select(Regex.Escape)) + @")\s*$";
    }

    /// <inheritdoc/>
    protected override string? Parse(ScalarNode scalar, string path, Binding binding, out T value)
    {
        if (!read(scalar.Value, out value, out string error))
        {
            return ": " + error;
        }

        double magnitude = size(value);
        bool legal = sign == Sign.Positive ? magnitude > 0 && double.IsNormal(magnitude) : magnitude >= 0;
        return legal && magnitude <= max ? null : Unexpected(scalar);
    }
}
