using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmSim.Validation.Measurements;

/// <summary>Rows of public tables that are known to be faulty, by what their columns hold, each with the physical reason.</summary>
/// <remarks>They are priced and reported apart from the errors. The list is <c>known-bad-rows.json</c>; nothing is left out by code.</remarks>
public sealed class KnownFaults
{
    private static readonly FrozenDictionary<string, KnownFaults> ByKind = EmbeddedJson
        .Read("known-bad-rows.json", KnownFaultsJson.Default.ImmutableArrayKnownFault)
        .GroupBy(static fault => fault.Kind, StringComparer.Ordinal)
        .ToFrozenDictionary(static kind => kind.Key, static kind => new KnownFaults([.. kind]), StringComparer.Ordinal);

    private readonly ImmutableArray<(ImmutableArray<Func<MeasuredCells, bool>> Conditions, string Reason)> _faults;

    private KnownFaults(ImmutableArray<KnownFault> faults)
    {
        Reasons = [.. faults.Select(static fault => fault.Reason).Distinct(StringComparer.Ordinal)];
        _faults = [.. faults.Select(static fault => (ImmutableArray.CreateRange(fault.Where.Select(static pair => Condition(pair.Key, pair.Value))), fault.Reason))];
    }

    /// <summary>The physical reasons that are known for this kind of table.</summary>
    public ImmutableArray<string> Reasons { get; }

    /// <summary>The faults of a kind of table; null where none is known.</summary>
    public static KnownFaults? Of(string kind) => ByKind.GetValueOrDefault(kind);

    /// <summary>Why the row on which the cells stand is faulty; null where nothing is known against it.</summary>
    public string? Find(MeasuredCells cells)
    {
        foreach ((ImmutableArray<Func<MeasuredCells, bool>> conditions, string reason) in _faults)
        {
            if (conditions.All(condition => condition(cells)))
            {
                return reason;
            }
        }

        return null;
    }

    /// <summary>A list of texts, one of which the cell is; or an object with some of <c>below</c>, <c>at_least</c>, <c>contains</c> and <c>blank</c>, all of which hold.</summary>
    private static Func<MeasuredCells, bool> Condition(string column, JsonElement test)
    {
        if (test.ValueKind == JsonValueKind.Array)
        {
            FrozenSet<string> texts = test.EnumerateArray().Select(static text => text.GetString()!).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
            return cells => texts.Contains(cells.Text(column));
        }

        ImmutableArray<Func<MeasuredCells, bool>> rules = [.. test.EnumerateObject().Select(rule => Rule(column, rule))];
        return cells => rules.All(rule => rule(cells));
    }

    private static Func<MeasuredCells, bool> Rule(string column, JsonProperty rule)
    {
        switch (rule.Name)
        {
            case "below":
                Func<MeasuredCells, double?> limit = Limit(rule.Value);
                return cells => Number(cells, column) < limit(cells);
            case "at_least":
                Func<MeasuredCells, double?> least = Limit(rule.Value);
                return cells => Number(cells, column) >= least(cells);
            case "contains":
                string part = rule.Value.GetString()!;
                return cells => cells.Text(column).Contains(part, StringComparison.OrdinalIgnoreCase);
            case "blank":
                bool isBlank = rule.Value.GetBoolean();
                return cells => cells.Text(column).Length == 0 == isBlank;
            default:
                throw new InvalidDataException($"known-bad-rows.json: no rule '{rule.Name}'");
        }
    }

    /// <summary>A number, or the number in another column.</summary>
    private static Func<MeasuredCells, double?> Limit(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            string other = value.GetString()!;
            return cells => Number(cells, other);
        }

        double number = value.GetDouble();
        return _ => number;
    }

    private static double? Number(MeasuredCells cells, string column) =>
        double.TryParse(cells.Text(column), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;
}

/// <summary>One entry of the list.</summary>
/// <param name="Kind">Kind of table.</param>
/// <param name="Where">What its columns must hold, all of it.</param>
/// <param name="Reason">The physical reason.</param>
internal sealed record KnownFault(string Kind, ImmutableSortedDictionary<string, JsonElement> Where, string Reason);

/// <summary>Reads the list without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ImmutableArray<KnownFault>))]
internal sealed partial class KnownFaultsJson : JsonSerializerContext;
