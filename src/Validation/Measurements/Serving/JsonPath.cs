using System.Globalization;
using System.Text.Json;

namespace LlmSim.Validation.Measurements.Serving;

/// <summary>Members deep inside JSON, where any of them may be missing.</summary>
internal static class JsonPath
{
    /// <summary>The value under these keys; undefined where there is none.</summary>
    public static JsonElement At(this JsonElement whole, params ReadOnlySpan<string> keys)
    {
        JsonElement part = whole;
        foreach (string key in keys)
        {
            part = part.ValueKind == JsonValueKind.Object && part.TryGetProperty(key, out JsonElement member) ? member : default;
        }

        return part;
    }

    /// <summary>A finite number, also one written as text; null where it is none.</summary>
    public static double? Number(this JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetDouble(out double number) && double.IsFinite(number) => number,
        JsonValueKind.String when Parsed(value.GetString()) is double number => number,
        _ => null,
    };

    /// <summary>Whole numbers of at least one, as many as <paramref name="count"/>; null where it is no such list.</summary>
    public static int[]? Counts(this JsonElement list, int count)
    {
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() != count)
        {
            return null;
        }

        int[] numbers = [.. list.EnumerateArray().Select(Whole)];
        return numbers.All(static number => number >= 1) ? numbers : null;
    }

    private static double? Parsed(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null;

    private static int Whole(JsonElement item) => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int number) ? number : 0;

    /// <summary>The first item of a list; undefined where there is none.</summary>
    public static JsonElement First(this JsonElement list) => list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0 ? list[0] : default;
}
