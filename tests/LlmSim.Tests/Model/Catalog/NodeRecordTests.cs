using System.Collections.Immutable;
using System.Text.Json;
using LlmSim.Model.Catalog;
using LlmSim.Model.Hardware;
using LlmSim.Model.Units;
using Xunit;

namespace LlmSim.Tests.Model.Catalog;

public sealed class NodeRecordTests
{
    [Fact]
    public void A_minimal_node_takes_the_links_of_its_accelerator()
    {
        Node node = Good("""{ "name": "mine", "accelerator": "H100", "devices": 4 }""");
        Assert.Equal("h100-sxm", node.Accelerator.Name);
        Assert.Equal("NVLink 4", node.ScaleUp.Name);
        Assert.Equal(Bandwidth.GigabitsPerSecond(400), node.ScaleOut.Bandwidth);
        Assert.Equal(Bytes.Zero, node.HostMemory);
        Assert.False(node.Sources["scale_up"].Verified);
    }

    [Fact]
    public void An_accelerator_may_be_written_inline_and_bandwidths_may_be_counted_in_channels()
    {
        Node node = Good("""
            { "name": "mine", "devices": 2, "scale_out": "roce-200g", "host_memory": "256 GB", "host_memory_kind": "ddr5-4800", "host_memory_channels": 12,
              "nvme": "4 TB", "nvme_bandwidth": "6 GB/s",
              "accelerator": { "name": "own", "matrix_peak": { "fp16": "10 TFLOP/s" }, "memory": "8 GB", "memory_bandwidth": "300 GB/s" } }
            """);
        Assert.Equal("own", node.Accelerator.Name);
        Assert.Equal("PCIe 5 x16", node.ScaleUp.Name);
        Assert.Equal(12 * 38.4e9, node.HostMemoryBandwidth.Value, 1);
        Assert.Equal(6e9, node.NvmeBandwidth.Value);
    }

    [Theory]
    [InlineData("""{ "name": "x", "devices": 8 }""", "accelerator", "missing")]
    [InlineData("""{ "name": "x", "devices": 8, "accelerator": "h10o" }""", "accelerator", "unknown accelerator 'h10o'")]
    [InlineData("""{ "name": "x", "accelerator": "h100" }""", "devices", "missing: a whole number is needed")]
    [InlineData("""{ "name": "x", "devices": -8, "accelerator": "h100" }""", "devices", "at least 1, found -8")]
    [InlineData("""{ "name": "x", "devices": 8, "accelerator": "h100", "scale_out": "infiniband-nrd" }""", "scale_out", "did you mean 'infiniband-ndr'?")]
    [InlineData("""{ "name": "x", "devices": 8, "accelerator": "h100", "host_memory_kind": "ddr6" }""", "host_memory_kind", "legal are ddr4")]
    [InlineData("""{ "name": "x", "devices": 8, "accelerator": "h100", "host_memory": 2 }""", "host_memory", "'2' has no unit")]
    [InlineData("""{ "name": "x", "devices": 8, "accelerator": "h100", "network": "roce-100g" }""", "network", "unknown key")]
    [InlineData("""{ "name": "x", "devices": 8, "accelerator": "h100", "nvme_kind": "nvme-gen4", "nvme_bandwidth": "7 GB/s" }""", "nvme_bandwidth", "given twice")]
    [InlineData(
        """{ "name": "x", "devices": 8, "accelerator": { "name": "y", "matrix_peak": { "bf16": 3 }, "memory": "1 GB", "memory_bandwidth": "1 GB/s" } }""",
        "accelerator.matrix_peak.bf16",
        "'3' has no unit")]
    public void A_bad_node_is_named_with_its_path_and_what_is_legal(string json, string path, string message)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        Assert.False(NodeRecord.TryRead(document.RootElement, out Node? record, out ImmutableArray<RecordProblem> problems));
        Assert.Null(record);
        RecordProblem problem = Assert.Single(problems);
        Assert.Equal(path, problem.Path);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    private static Node Good(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        Assert.True(NodeRecord.TryRead(document.RootElement, out Node? record, out ImmutableArray<RecordProblem> problems), string.Join("\n", problems));
        return record;
    }
}
