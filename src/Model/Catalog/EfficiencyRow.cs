using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Cost;

namespace LlmSim.Model.Catalog;

/// <summary>One set of constants of an efficiency, seen by its table alone: for lists, files and pages.</summary>
/// <param name="Family">Key of the operator family in files, such as <c>gemm</c> or <c>collectives</c>.</param>
/// <param name="Key">Key of the row in the family; empty for a family of one row.</param>
/// <param name="Constants">Its constants, in the table's order.</param>
/// <param name="Fit">How they were found; null where they were only stated.</param>
public sealed record EfficiencyRow(string Family, string Key, ImmutableArray<ConstantValue> Constants, FitRecord? Fit)
{
    /// <summary>Family and key, such as <c>gemm.bf16</c>.</summary>
    public string Path => Key.Length > 0 ? $"{Family}.{Key}" : Family;

    /// <summary>Every set of an efficiency, in the order of its files.</summary>
    public static ImmutableArray<EfficiencyRow> Of(Efficiency e) =>
    [
        .. Rows("gemm", e.Gemm),
        .. Rows("decode_attention", e.DecodeAttention),
        .. Rows("prefill_attention", e.PrefillAttention),
        .. Rows("experts", e.Experts),
        .. Rows("latent_decode", e.LatentDecode),
        .. Rows("latent_prefill", e.LatentPrefill),
        Row("stream", string.Empty, e.Stream),
        Row("collectives", "nccl_ring", e.Collectives.Ring),
        Row("collectives", "nccl_switch", e.Collectives.Switch),
        Row("collectives", "nccl_all_to_all", e.Collectives.AllToAll),
        Row("collectives", "custom_all_reduce", e.Collectives.Direct),
        Row("collectives", "scale_out", e.Collectives.ScaleOut),
        Row("collectives", "point_to_point", e.Collectives.PointToPoint),
        Row("serving_host", string.Empty, e.ServingHost),
        Row("training", string.Empty, e.Training),
    ];

    private static IEnumerable<EfficiencyRow> Rows<T>(string family, KernelTable<T> table)
        where T : IConstants<T> => table.Rows.Select(row => Row(family, row.Key, row.Value));

    private static EfficiencyRow Row<T>(string family, string key, Calibrated<T> row)
        where T : IConstants<T>
    {
        IEnumerable<ConstantValue> constants = T.Table.Select((constant, index) =>
        {
            double value = constant.Get(row.Constants);
            double error = row.Fit is null ? 0 : row.Fit.RelativeErrors[index] * value;
            return new ConstantValue(
                constant.Key, value, constant.IsTime, error, ConstantsRecord.Text(constant, value), ConstantsRecord.Text(constant, error), constant.Meaning, ConstantsRecord.Range(constant));
        });
        return new(family, key, [.. constants], row.Fit);
    }
}

/// <summary>A constant and its value.</summary>
/// <param name="Key">Key in files.</param>
/// <param name="Value">Value, in seconds where it is a time.</param>
/// <param name="IsTime">Whether it is a time.</param>
/// <param name="StandardError">Standard error in the value's unit; zero where it was not fitted.</param>
/// <param name="Text">The value as files write it.</param>
/// <param name="ErrorText">The standard error as files write it.</param>
/// <param name="Meaning">What it stands for.</param>
/// <param name="Range">What physics allows.</param>
public sealed record ConstantValue(
    string Key, double Value, bool IsTime, double StandardError, string Text, string ErrorText, string Meaning, string Range);
