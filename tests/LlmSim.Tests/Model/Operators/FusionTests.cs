using System.Collections.Immutable;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Model.Units;
using Xunit;

namespace LlmSim.Tests.Model.Operators;

/// <summary>The examples of fusion that textbooks count by hand.</summary>
public sealed class FusionTests
{
    private static readonly Bytes OneTensor = Bytes.From(4000);

    [Fact]
    public void Adding_two_tensors_and_a_relu_goes_from_five_accesses_and_two_launches_to_three_and_one()
    {
        OperatorGraph graph = Graph(Pointwise("add", ["a", "b"], ["sum"]), Pointwise("relu", ["sum"], ["out"]));
        OperatorGraph fused = Fusion.Apply(graph, FusionRules.Inference);
        Assert.Equal((5, 2), (graph.Accesses, graph.Launches));
        Assert.Equal((3, 1), (fused.Accesses, fused.Launches));
    }

    [Fact]
    public void Cosine_of_a_cosine_goes_from_four_accesses_to_two()
    {
        OperatorGraph graph = Graph(Pointwise("cos-1", ["x"], ["y"]), Pointwise("cos-2", ["y"], ["z"]));
        Assert.Equal(4, graph.Accesses);
        Assert.Equal(2, Fusion.Apply(graph, FusionRules.Inference).Accesses);
    }

    [Fact]
    public void Doubling_a_vector_on_an_A100_of_1500_GB_per_second_handles_187_5_G_elements_per_second()
    {
        // y = 2x in fp32 reads and writes four bytes an element.
        Seconds eachElement = Bytes.From(8) / Bandwidth.TerabytesPerSecond(1.5);
        Assert.Equal(187.5e9, 1 / eachElement.Value, 1e-3 * 187.5e9);
    }

    [Fact]
    public void Three_hundred_teraflops_over_a_terabyte_per_second_bend_at_300_FLOP_per_byte() =>
        Assert.Equal(300, (FlopRate.Teraflops(300) / Bandwidth.TerabytesPerSecond(1)).Value, 9);

    [Fact]
    public void What_somebody_else_still_reads_is_written_all_the_same()
    {
        OperatorGraph graph = Graph(Pointwise("add", ["a", "b"], ["sum"]), Pointwise("norm", ["sum"], ["normed"], OperatorKind.Norm), Pointwise("later", ["sum", "normed"], ["out"], OperatorKind.Rotary));
        OperatorGraph fused = Fusion.Apply(graph, FusionRules.Inference);
        Assert.Equal(2, fused.Operators.Length);
        Assert.Contains(fused.Operators[0].Writes, static w => w.Tensor == "sum");
        Assert.DoesNotContain(fused.Operators[0].Reads, static r => r.Tensor == "sum");
    }

    [Fact]
    public void An_exported_tensor_is_written_though_nobody_in_the_graph_reads_it()
    {
        OperatorGraph graph = Graph(Pointwise("add", ["a", "b"], ["sum"]), Pointwise("relu", ["sum"], ["out"])) with { Exports = ["sum"] };
        Assert.Contains(Fusion.Apply(graph, FusionRules.Inference).Operators[0].Writes, static w => w.Tensor == "sum");
    }

    [Fact]
    public void Fusion_keeps_the_operations_and_never_adds_traffic()
    {
        OperatorGraph graph = Graph(Pointwise("a", ["x"], ["y"]), Pointwise("b", ["y", "x"], ["z"]), Pointwise("c", ["z"], ["out"]));
        OperatorGraph fused = Fusion.Apply(graph, FusionRules.All);
        Assert.Equal(graph.Flops, fused.Flops);
        Assert.True(fused.Traffic <= graph.Traffic);
        Assert.Single(fused.Operators);
    }

    [Fact]
    public void Scores_softmax_and_weighted_sum_become_one_kernel_that_never_writes_scores()
    {
        OperatorGraph graph = Graph(
            Product("scores", ["q", "k"], ["s"]), Pointwise("softmax", ["s"], ["p"], OperatorKind.Softmax), Product("weighted", ["p", "v"], ["o"]));
        OperatorGraph fused = Fusion.Apply(graph, FusionRules.All);
        Operator attention = Assert.Single(fused.Operators);
        Assert.Equal(["q", "k", "v"], attention.Reads.Select(static r => r.Tensor));
        Assert.Equal(["o"], attention.Writes.Select(static w => w.Tensor));
    }

    private static OperatorGraph Graph(params ImmutableArray<Operator> operators) => new("test", operators);

    private static Operator Pointwise(string name, string[] reads, string[] writes, OperatorKind kind = OperatorKind.Elementwise) => new()
    {
        Name = name,
        Kind = kind,
        Reads = [.. reads.Select(static r => new TensorAccess(r, OneTensor))],
        Writes = [.. writes.Select(static w => new TensorAccess(w, OneTensor))],
        Flops = new FlopCount(1000),
    };

    private static Operator Product(string name, string[] reads, string[] writes) =>
        Pointwise(name, reads, writes, OperatorKind.BatchedGemm) with { Shape = new GemmShape(10, 10, 10, 1, NumberFormat.Bf16, NumberFormat.Bf16) };
}
