using System.Collections.Immutable;
using LlmSim.Model.Hardware;

namespace LlmSim.Model.Catalog;

/// <summary>The fields that must be there, and the fields whose values have names, on top of <see cref="RecordReader"/>.</summary>
public static class RecordFields
{
    private static readonly ImmutableArray<(string Name, NumberFormat Value)> Formats =
        [.. NumberFormats.Names.Select(static (name, index) => (name, (NumberFormat)index))];

    /// <summary>A text that must be there and not be empty; empty where it was reported.</summary>
    public static string Text(this RecordReader reader, string key) =>
        reader.Demand(key, "a text") ? reader.OptionalText(key) ?? string.Empty : string.Empty;

    /// <summary>A whole number that must be there, at least <paramref name="minimum"/>; zero where it was reported.</summary>
    public static int Count(this RecordReader reader, string key, int minimum = 1) =>
        reader.Demand(key, "a whole number") ? reader.OptionalCount(key, minimum) ?? 0 : 0;

    /// <summary>A quantity with its unit that must be there, above zero; zero where it was reported.</summary>
    public static T Quantity<T>(this RecordReader reader, string key, QuantityParser<T> parse)
        where T : struct, IComparable<T> => reader.Demand(key, "a quantity with its unit") ? reader.OptionalQuantity(key, parse) ?? default : default;

    /// <summary>A number format by name, or null where the key is absent.</summary>
    public static NumberFormat? OptionalFormat(this RecordReader reader, string key) => reader.OptionalChoice(key, Formats);

    /// <summary>One of a few names, or null where the key is absent.</summary>
    public static T? OptionalChoice<T>(this RecordReader reader, string key, ImmutableArray<(string Name, T Value)> legal)
        where T : struct
    {
        if (reader.OptionalText(key) is not { } text)
        {
            return null;
        }

        foreach ((string name, T value) in legal)
        {
            if (string.Equals(name, text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        reader.Report(key, $"unknown name '{text}'{FieldText.Legal(text, legal.Select(static choice => choice.Name))}");
        return null;
    }

    /// <summary>The value that was given, or else the assumed one, which the sources then say with its reason.</summary>
    public static T OrAssume<T>(this RecordReader reader, string key, T? given, T assumed, string reason)
        where T : struct
    {
        if (given is { } value)
        {
            return value;
        }

        reader.Assume(key, reason);
        return assumed;
    }

    /// <summary>Whether the key is there; reports it as missing where it is not.</summary>
    public static bool Demand(this RecordReader reader, string key, string what)
    {
        if (reader.Has(key))
        {
            return true;
        }

        reader.Report(key, $"missing: {what} is needed");
        return false;
    }
}
