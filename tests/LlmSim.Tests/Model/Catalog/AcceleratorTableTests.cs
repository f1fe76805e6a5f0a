using System.Globalization;
using LlmSim.Model.Catalog;
using LlmSim.Model.Hardware;
using Xunit;

namespace LlmSim.Tests.Model.Catalog;

/// <summary>Compares the records with an independently collected table of data sheets.</summary>
public sealed class AcceleratorTableTests
{
    /// <summary>Sheets round differently: 1300 and 1307.4 TFLOP/s are the same peak.</summary>
    private const double Rounding = 0.01;

    private static readonly Dictionary<string, string> Keys = new(StringComparer.Ordinal)
    {
        ["fp64"] = "matrix_peak.fp64",
        ["fp64_tensor"] = "matrix_peak.fp64",
        ["fp8"] = "matrix_peak.fp8",
        ["tf32"] = "matrix_peak.tf32",
        ["tflops"] = "matrix_peak",
        ["fp32"] = "vector_peak",
        ["sms"] = "multiprocessors",
        ["TPC count"] = "multiprocessors",
        ["boost"] = "boost_clock",
        ["l2"] = "l2_cache",
        ["tdp"] = "power_limit",
        ["mem_gbps"] = "memory_bandwidth",
        ["smem"] = "shared_memory_per_block",
        ["max_smem"] = "shared_memory_per_block",
        ["LDS"] = "shared_memory_per_block",
        ["bridge"] = "scale_up.bandwidth",
    };

    [Fact]
    public void Every_row_has_a_record_that_agrees_with_it()
    {
        List<string> disagreements = [];
        List<Dictionary<string, string>> rows = [.. Rows(GroundTruth.Path("hardware/accelerators.csv"))];
        Assert.True(rows.Count >= 59);
        foreach (Dictionary<string, string> row in rows)
        {
            string name = row["name"].Split('(')[0];
            if (!HardwareCatalog.Accelerators.TryFind(name, out Accelerator? record))
            {
                disagreements.Add($"{name}: no record");
                continue;
            }

            Compare(row, "bf16_tf", Peak(record, NumberFormat.Bf16), disagreements);
            Compare(row, "fp16_tf", Peak(record, NumberFormat.Fp16), disagreements);
            Compare(row, "fp8_tf", Peak(record, NumberFormat.Fp8), disagreements);
            Compare(row, "int8_tops", Peak(record, NumberFormat.Int8), disagreements);
            Compare(row, "fp32_tf", row["fp32_tf"].Length == 0 || row["arch"] == "Gaudi" ? null : record.VectorPeak.Value / 1e12, disagreements);
            Compare(row, "mem_gbps", record.MemoryBandwidth.Value / 1e9, disagreements);
            Compare(row, "tdp_w", record.PowerLimit.Value, disagreements);
            Compare(row, "sms_cus", record.Multiprocessors, disagreements);
            Compare(row, "boost_mhz", record.BoostClock.Value / 1e6, disagreements);
            Compare(row, "l2_mb", record.L2Cache.Value / 1048576, disagreements, 0.05);
        }

        Assert.True(disagreements.Count == 0, string.Join("\n", disagreements));
    }

    [Fact]
    public void Figures_that_the_table_could_not_verify_are_marked_so()
    {
        foreach (Dictionary<string, string> row in Rows(GroundTruth.Path("hardware/accelerators.csv")))
        {
            Accelerator record = HardwareCatalog.Accelerators.Find(row["name"].Split('(')[0]);
            foreach (string key in Doubted(row["unverified_fields"]))
            {
                Assert.All(
                    record.Sources.Where(figure => figure.Key == key || figure.Key.StartsWith(key + ".", StringComparison.Ordinal)),
                    figure => Assert.False(figure.Value.Verified, $"{row["name"]} {figure.Key}"));
            }
        }
    }

    /// <summary>The keys of a record that the prose of the column unverified_fields names.</summary>
    private static IEnumerable<string> Doubted(string prose)
    {
        if (prose.StartsWith("all", StringComparison.Ordinal))
        {
            string[] everything = ["matrix_peak", "vector_peak", "l2_cache", "multiprocessors", "boost_clock"];
            return prose.Contains("mem_gbps", StringComparison.Ordinal) || prose.Contains("GenZ", StringComparison.Ordinal)
                ? everything
                : [.. everything, "memory_bandwidth"];
        }

        return prose.Split(',', ';').Select(static word => word.Split('(')[0].Trim()).Where(Keys.ContainsKey).Select(static word => Keys[word]);
    }

    private static double? Peak(Accelerator record, NumberFormat format) => record.Supports(format) ? record.Peak(format).Value / 1e12 : null;

    private static void Compare(Dictionary<string, string> row, string column, double? ours, List<string> disagreements, double tolerance = Rounding)
    {
        if (row[column].Length == 0 || (ours is null && column == "fp32_tf"))
        {
            return;
        }

        double theirs = double.Parse(row[column], CultureInfo.InvariantCulture);
        if (ours is null || Math.Abs(ours.Value - theirs) > theirs * tolerance)
        {
            disagreements.Add(FormattableString.Invariant($"{row["name"]} {column}: record {ours}, table {theirs}"));
        }
    }

    private static IEnumerable<Dictionary<string, string>> Rows(string path)
    {
        string[] lines = [.. File.ReadLines(path).Where(static line => !line.StartsWith('#'))];
        List<string> header = Split(lines[0]);
        return lines.Skip(1).Select(line => header.Zip(Split(line)).ToDictionary(static cell => cell.First, static cell => cell.Second, StringComparer.Ordinal));
    }

    private static List<string> Split(string line)
    {
        List<string> cells = [string.Empty];
        bool quoted = false;
        foreach (char c in line)
        {
            if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == ',' && !quoted)
            {
                cells.Add(string.Empty);
            }
            else
            {
                cells[^1] += c;
            }
        }

        return cells;
    }
}
