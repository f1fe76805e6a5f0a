using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using LlmSim.Model.Calibration;
using LlmSim.Model.Collectives;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;

namespace LlmSim.Model.Catalog;

/// <summary>Reads an <see cref="Efficiency"/> from its record: the constants of the cost model for one device, as a fit writes them.</summary>
public static class EfficiencyRecord
{
    private static readonly string AnyCache = $"{NumberFormat.Bf16.Name()}/{NumberFormat.Bf16.Name()}";

    /// <summary>Reads a record strictly; false with every problem where there are any.</summary>
    public static bool TryRead(JsonElement json, [NotNullWhen(true)] out Efficiency? record, out ImmutableArray<RecordProblem> problems)
    {
        var reader = new RecordReader(json);
        string source = reader.OptionalText("source") ?? "given without a source";
        string bf16 = NumberFormat.Bf16.Name();
        var read = new Efficiency
        {
            Name = reader.OptionalText("name") ?? "custom",
            Device = reader.OptionalText("device") ?? string.Empty,
            Generation = reader.OptionalText("generation") ?? string.Empty,
            Source = source,
            FittedOn = reader.Texts("fitted_on"),
            Gemm = Rows<GemmConstants>(reader, "gemm", bf16),
            DecodeAttention = Rows<DecodeAttentionConstants>(reader, "decode_attention", bf16),
            PrefillAttention = Rows<PrefillAttentionConstants>(reader, "prefill_attention", bf16),
            Experts = Rows<ExpertsConstants>(reader, "experts", bf16, ExpertsKeys.Mxfp8Activations),
            LatentDecode = Rows<LatentAbsorbedConstants>(reader, "latent_decode", AnyCache),
            LatentPrefill = Rows<LatentExpandedConstants>(reader, "latent_prefill", AnyCache),
            Stream = Part<StreamConstants>(reader, "stream"),
            Collectives = Collectives(reader),
            ServingHost = Part<ServingHostConstants>(reader, "serving_host"),
            Training = Part<TrainingConstants>(reader, "training"),
        };
        record = reader.Finish() ? read : null;
        problems = reader.Problems;
        return record is not null;
    }

    private static CollectiveConstants Collectives(RecordReader reader)
    {
        RecordReader parts = Demanded(reader, "collectives");
        return new CollectiveConstants
        {
            Ring = Part<RingConstants>(parts, "nccl_ring"),
            Switch = Part<SwitchConstants>(parts, "nccl_switch"),
            AllToAll = Part<PairwiseConstants>(parts, "nccl_all_to_all"),
            Direct = Part<DirectConstants>(parts, "custom_all_reduce"),
            ScaleOut = Part<ScaleOutConstants>(parts, "scale_out"),
            PointToPoint = Part<PointToPointConstants>(parts, "point_to_point"),
        };
    }

    /// <summary>The rows of a family by format or kernel; the row to which all others fall back must be there.</summary>
    private static KernelTable<T> Rows<T>(RecordReader reader, string key, string fallback, params ReadOnlySpan<string> otherFormats)
        where T : IConstants<T>
    {
        var rows = ImmutableSortedDictionary.CreateBuilder<string, Calibrated<T>>(StringComparer.Ordinal);
        RecordReader formats = Demanded(reader, key);
        foreach (string name in formats.Keys)
        {
            string first = name.Split('/')[0];
            if (!NumberFormats.TryParse(first, out _) && !otherFormats.Contains(first))
            {
                formats.Report(name, $"unknown number format '{first}'{FieldText.Legal(first, [.. NumberFormats.Names, .. otherFormats])}");
            }
            else if (formats.Object(name) is { } row)
            {
                rows[name] = ConstantsRecord.Read<T>(row);
            }
        }

        if (!rows.Keys.Any(name => name == fallback || name.StartsWith(fallback + "/", StringComparison.Ordinal)))
        {
            formats.Report(string.Empty, $"missing: {fallback}, to which other formats fall back");
        }

        return new(rows.ToImmutable());
    }

    private static Calibrated<T> Part<T>(RecordReader reader, string key)
        where T : IConstants<T> => ConstantsRecord.Read<T>(Demanded(reader, key));

    /// <summary>The object under a key; where it is absent that is reported, and an empty one stands for it.</summary>
    private static RecordReader Demanded(RecordReader reader, string key)
    {
        if (reader.Object(key) is { } part)
        {
            return part;
        }

        reader.Report(key, "missing");
        using JsonDocument empty = JsonDocument.Parse("{}");
        return new RecordReader(empty.RootElement.Clone());
    }
}
