using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using LlmSim.Model.Collectives;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Units;

namespace LlmSim.Model.Catalog;

/// <summary>Reads an <see cref="Efficiency"/> from its record: the constants of the cost model for one device, as a calibration writes them.</summary>
public static class EfficiencyRecord
{
    /// <summary>Reads a record strictly; false with every problem where there are any.</summary>
    public static bool TryRead(JsonElement json, [NotNullWhen(true)] out Efficiency? record, out ImmutableArray<RecordProblem> problems)
    {
        var reader = new RecordReader(json);
        string source = reader.OptionalText("source") ?? "given without a source";
        var read = new Efficiency
        {
            Name = reader.OptionalText("name") ?? "custom",
            Device = reader.OptionalText("device") ?? string.Empty,
            Generation = reader.OptionalText("generation") ?? string.Empty,
            Source = source,
            FittedOn = reader.Texts("fitted_on"),
            Gemm = ByFormat(reader, "gemm", Gemm),
            DecodeAttention = ByFormat(reader, "decode_attention", Decode),
            PrefillAttention = ByFormat(reader, "prefill_attention", Prefill),
            Experts = ByFormat(reader, "experts", Experts),
            LatentDecode = Part(reader, "latent_decode", Latent),
            LatentPrefill = Part(reader, "latent_prefill", Latent),
            Stream = Part(reader, "stream", static r => new StreamConstants(Time(r, "floor"), Share(r, "memory_share"))),
            Collectives = Collectives(reader),
            ServingHost = Part(reader, "serving_host", Host),
            Training = Part(reader, "training", Training),
        };
        record = reader.Finish() ? read : null;
        problems = reader.Problems;
        return record is not null;
    }

    private static GemmConstants Gemm(RecordReader r) => new(
        Time(r, "floor"), Share(r, "compute_share"), Share(r, "memory_share"), Number(r, "prologue_depth"), Number(r, "small_tile_penalty"),
        Time(r, "split_time"), Time(r, "quantise_row"), Number(r, "quantise_share"));

    private static DecodeAttentionConstants Decode(RecordReader r) =>
        new(Time(r, "floor"), Share(r, "memory_share"), Time(r, "item_time"), Number(r, "head_size_exponent"), Positive(r, "smoothness"));

    private static PrefillAttentionConstants Prefill(RecordReader r) => new(
        Time(r, "floor"), Share(r, "compute_share"), Number(r, "exponential_term"), Time(r, "item_time"), Share(r, "memory_share"), Positive(r, "smoothness"), Share(r, "backward_rate"));

    private static ExpertsConstants Experts(RecordReader r) => new(
        Time(r, "floor"), Share(r, "compute_share"), Share(r, "memory_share"), Number(r, "small_tile_penalty"), Time(r, "tile_time"), Time(r, "expert_time"),
        Number(r, "remote_pair_share"), Share(r, "activation_share"));

    private static LatentAttentionConstants Latent(RecordReader r) => new(
        Time(r, "floor"), Share(r, "compute_share"), Share(r, "memory_share"), Positive(r, "projection_factor"), Time(r, "item_time"), Number(r, "minimum_heads"), Time(r, "context_time"));

    private static ServingHostConstants Host(RecordReader r) => new(Time(r, "per_step"), Time(r, "per_sequence"), Time(r, "per_prefill"), Positive(r, "device_factor"));

    private static TrainingConstants Training(RecordReader r) => new(
        Positive(r, "gemm_factor"), Time(r, "launch_time"), Number(r, "host_overlap_loss"), Number(r, "tensor_overlap"), Number(r, "multi_node_slowdown"), Positive(r, "optimizer_bytes"));

    /// <summary>Exchanges name the generation whose links they were measured on.</summary>
    private static CollectiveConstants Collectives(RecordReader reader)
    {
        string generation = reader.OptionalText("collectives") ?? "hopper";
        switch (generation)
        {
            case "hopper":
                return CollectiveConstants.Hopper;
            case "ampere":
                return CollectiveConstants.Ampere;
            default:
                reader.Report("collectives", $"unknown constants of exchanges '{generation}': legal are hopper, ampere");
                return CollectiveConstants.Hopper;
        }
    }

    private static ImmutableSortedDictionary<NumberFormat, T> ByFormat<T>(RecordReader reader, string key, Func<RecordReader, T> read)
    {
        var constants = ImmutableSortedDictionary.CreateBuilder<NumberFormat, T>();
        if (reader.Object(key) is not { } formats)
        {
            reader.Report(key, "missing: constants by number format");
            return constants.ToImmutable();
        }

        foreach (string name in formats.Keys)
        {
            if (!NumberFormats.TryParse(name, out NumberFormat format))
            {
                formats.Report(name, $"unknown number format: legal are {string.Join(", ", NumberFormats.Names)}");
            }
            else if (formats.Object(name) is { } one)
            {
                constants[format] = read(one);
            }
        }

        if (!constants.ContainsKey(NumberFormat.Bf16))
        {
            formats.Report(string.Empty, "missing: bf16, to which other formats fall back");
        }

        return constants.ToImmutable();
    }

    private static T Part<T>(RecordReader reader, string key, Func<RecordReader, T> read)
    {
        if (reader.Object(key) is { } part)
        {
            return read(part);
        }

        reader.Report(key, "missing");
        using JsonDocument empty = JsonDocument.Parse("{}");
        return read(new RecordReader(empty.RootElement));
    }

    private static Seconds Time(RecordReader reader, string key)
    {
        if (reader.OptionalQuantity<Seconds>(key, QuantityText.TryParse, zeroIsLegal: true) is { } time)
        {
            return time;
        }

        Missing(reader, key, "a time such as '2.4 us'");
        return Seconds.Zero;
    }

    /// <summary>A share above zero; a little above one is legal, because constants of a fit trade against each other.</summary>
    private static double Share(RecordReader reader, string key) => Value(reader, key, 1e-3, 2);

    private static double Positive(RecordReader reader, string key) => Value(reader, key, 1e-3, 1e6);

    private static double Number(RecordReader reader, string key) => Value(reader, key, 0, 1e6);

    private static double Value(RecordReader reader, string key, double minimum, double maximum)
    {
        if (reader.OptionalNumber(key, minimum, maximum) is { } number)
        {
            return number;
        }

        Missing(reader, key, "a number");
        return 1;
    }

    private static void Missing(RecordReader reader, string key, string what)
    {
        if (!reader.Has(key))
        {
            reader.Report(key, "missing: " + what);
        }
    }
}
