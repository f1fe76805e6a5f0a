using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using LlmSim.Model.Calibration;
using LlmSim.Model.Cost;
using LlmSim.Model.Memory;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Serving;

/// <summary>The kinds of servers by name, from <c>server-kinds.json</c>.</summary>
public static class ServerKinds
{
    private static readonly ImmutableDictionary<string, EngineMemory> Memories =
        new[] { EngineMemory.Vllm, EngineMemory.Sglang, EngineMemory.TensorRtLlm }.ToImmutableDictionary(static memory => memory.Name, StringComparer.Ordinal);

    private static readonly ImmutableDictionary<string, (ServerKind Kind, ImmutableArray<string> Aliases)> All = Read();

    /// <summary>The usual kind: vLLM.</summary>
    public static ServerKind Vllm => All["vllm"].Kind;

    /// <summary>Names that are known, in alphabetical order.</summary>
    public static ImmutableArray<string> Names { get; } = [.. All.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The kind of a name or alias, whatever its case; null where none is known by it.</summary>
    public static ServerKind? Find(string name) => All.Values
        .Where(entry => entry.Kind.Name.Equals(name, StringComparison.OrdinalIgnoreCase) || entry.Aliases.Contains(name, StringComparer.OrdinalIgnoreCase))
        .Select(static entry => entry.Kind)
        .FirstOrDefault();

    private static ImmutableDictionary<string, (ServerKind Kind, ImmutableArray<string> Aliases)> Read()
    {
        using Stream stream = typeof(ServerKinds).Assembly.GetManifestResourceStream("server-kinds.json")
            ?? throw new InvalidDataException("server-kinds.json is not embedded");
        ImmutableArray<ServerKindRecord> records = JsonSerializer.Deserialize(stream, ServerKindsJson.Default.ImmutableArrayServerKindRecord);
        return records.ToImmutableDictionary(static record => record.Name, static record => (Kind(record), record.Aliases), StringComparer.Ordinal);
    }

    private static ServerKind Kind(ServerKindRecord record) => new()
    {
        Name = record.Name,
        Policy = record.Policy,
        Memory = Memories[record.Memory],
        ChunkedPrefill = record.ChunkedPrefill,
        FusesStaticScales = record.FusesStaticScales,
        Calibrated = Constants(record),
        Source = record.Source,
    };

    private static Calibrated<ServerConstants> Constants(ServerKindRecord record)
    {
        ImmutableArray<Constant<ServerConstants>> table = ServerConstants.Table;
        ServerConstants constants = ServerConstants.Typical;
        double[] errors = new double[table.Length];
        for (int i = 0; i < table.Length; i++)
        {
            ServerConstantRecord given = record.Constants[table[i].Key];
            double value = Value(table[i], given.Value);
            if (!(value >= table[i].Minimum && value <= table[i].Maximum))
            {
                throw new InvalidDataException($"server-kinds.json: {record.Name}.{table[i].Key} is {given.Value}, outside its physical range");
            }

            constants = table[i].With(constants, value);
            errors[i] = value > 0 ? Value(table[i], given.StandardError) / value : 0;
        }

        return new(constants, new FitRecord
        {
            Tables = record.Tables,
            Rows = record.Rows,
            Groups = record.Tables.Length,
            RelativeErrors = [.. errors],
            Correlation = [.. Enumerable.Range(0, table.Length * table.Length).Select(i => i / table.Length == i % table.Length ? 1d : 0d)],
            Spread = ResidualSpread.NotValidated,
            MeanError = record.MeanError,
            MedianError = record.MedianError,
        });
    }

    private static double Value(Constant<ServerConstants> constant, string text)
    {
        if (constant.IsTime)
        {
            return QuantityText.TryParse(text, out Seconds time, out string error) ? time.Value : throw new InvalidDataException($"server-kinds.json: {error}");
        }

        return double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }
}

/// <summary>A constant as the file writes it.</summary>
/// <param name="Value">Its value with its unit.</param>
/// <param name="StandardError">Its standard error with its unit; zero where it was held.</param>
/// <param name="Meaning">What it stands for.</param>
/// <param name="Range">What physics allows.</param>
internal sealed record ServerConstantRecord(string Value, string StandardError, string Meaning, string Range);

/// <summary>A kind of server as the file writes it.</summary>
internal sealed record ServerKindRecord(
    string Name, ImmutableArray<string> Aliases, string Policy, string Memory, bool ChunkedPrefill, bool FusesStaticScales, string Source,
    ImmutableArray<string> Tables, int Rows, double MeanError, double MedianError, ImmutableSortedDictionary<string, ServerConstantRecord> Constants);

/// <summary>Reads the file without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ImmutableArray<ServerKindRecord>))]
internal sealed partial class ServerKindsJson : JsonSerializerContext;
